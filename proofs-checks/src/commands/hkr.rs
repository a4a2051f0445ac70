//! `lip1 hkr`: the hinge-regularised Kantorovich-Rubinstein value, bracketed with proof.

use std::time::Instant;

use lip1_checks::certificate;
use lip1_checks::outputs::File;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::{Certificate, Proof};
use lip1_ot::regularised::Hkr;
use serde::Serialize;

use super::clouds::{Clouds, status};
use super::{Answer, Failure, output};

/// Relative width of a bracket that counts as closed.
const RELATIVE: f64 = 1e-9;

/// Bracket max of `E_P f - E_Q f - lambda (E_P (m-f)_+ + E_Q (m+f)_+)` over 1-Lipschitz f, P and Q of mass 1 each.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    clouds: Clouds,
    /// Margin m, not negative
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    margin: f64,
    /// Weight of the hinge, not negative
    #[arg(long, value_name = "L", allow_negative_numbers = true)]
    lambda: f64,
    /// Write the certificate, for `lip1 check`; `-` is standard output
    #[arg(long, value_name = "F")]
    certificate: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Value {
    lower: f64,
    upper: f64,
    status: &'static str,
    /// `E_P f - E_Q f` at the optimum found.
    kr: f64,
    /// `E_P (m-f)_+ + E_Q (m+f)_+` there.
    hinge: f64,
    /// Share of the mass on the wrong side of f.
    error: f64,
    seconds: f64,
    check_seconds: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let outputs = output::examine(&self.clouds.inputs(), &[&self.certificate], self.json)?;
        let (p, q) = self.clouds.read()?;
        let began = Instant::now();
        let problem =
            Hkr::new(&p, &q, Cost::L2, Total::EachClass, self.margin, self.lambda).map_err(Failure::new)?;
        let dual = problem.solve().map_err(Failure::new)?;
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let bracket = problem.certify(&dual).map_err(Failure::new)?;
        let check_seconds = began.elapsed().as_secs_f64();
        let (kr, hinge) = problem.terms(&dual.potentials);
        let value = Value {
            lower: bracket.lower,
            upper: bracket.upper,
            status: status(&bracket, RELATIVE, p.points(), q.points(), &dual.plan),
            kr,
            hinge,
            error: dual.error(&problem.sample),
            seconds,
            check_seconds,
        };
        if let Some(name) = self.certificate {
            let parameters = [self.margin, self.lambda];
            let proof = Proof::Hkr(problem.sample, parameters, dual.unit, dual.plan, dual.potentials);
            let certificate = Certificate { proof, bracket: (bracket.lower, bracket.upper) };
            outputs.write(&[File::new(name, certificate::text(&certificate))]).map_err(Failure::new)?;
        }
        let text = if self.json { Answer::json(&value)? } else { in_words(&value) };
        Ok(Answer::passed(text).beside(&outputs))
    }
}

fn in_words(value: &Value) -> String {
    let Value { lower, upper, status, kr, hinge, error, .. } = value;
    format!("value in [{lower:?}, {upper:?}]\n{status}; E_P f - E_Q f = {kr}, hinge {hinge}, error {error}\n")
}
