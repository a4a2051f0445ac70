//! `lip1 bce`: the least log loss of a Lipschitz function, bracketed with proof.

use std::time::Instant;

use lip1_checks::certificate;
use lip1_checks::outputs::File;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Sample;
use lip1_kernel::transport::Potentials;
use lip1_kernel::{Certificate, Proof};
use lip1_ot::regularised::LogLoss;
use serde::Serialize;

use super::clouds::{Clouds, status};
use super::{Answer, Failure, output};

/// Relative width of a bracket that counts as closed.
const RELATIVE: f64 = 1e-9;

/// Bracket min of the weighted mean of `softplus(-tau y f)` over L-Lipschitz f, y = +1 on P and -1 on Q.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    clouds: Clouds,
    /// Temperature tau, positive
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    tau: f64,
    /// Lipschitz constant L, positive
    #[arg(long, value_name = "L", default_value_t = 1.0, allow_negative_numbers = true)]
    lip: f64,
    /// Write the certificate, for `lip1 check`; `-` is standard output
    #[arg(long, value_name = "F")]
    certificate: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Loss {
    lower: f64,
    upper: f64,
    status: &'static str,
    /// The largest slope between samples of opposite class of the optimum found.
    lipschitz: f64,
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
        let problem = LogLoss::new(&p, &q, Cost::L2, self.tau, self.lip).map_err(Failure::new)?;
        let dual = problem.solve().map_err(Failure::new)?;
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let bracket = problem.certify(&dual).map_err(Failure::new)?;
        let check_seconds = began.elapsed().as_secs_f64();
        let loss = Loss {
            lower: bracket.lower,
            upper: bracket.upper,
            status: status(&bracket, RELATIVE, p.points(), q.points(), &dual.plan),
            lipschitz: self.lip * steepest(&problem.sample, &dual.potentials),
            error: dual.error(&problem.sample),
            seconds,
            check_seconds,
        };
        if let Some(name) = self.certificate {
            let parameters = [self.tau, self.lip];
            let proof = Proof::Bce(problem.sample, parameters, dual.unit, dual.plan, dual.potentials);
            let certificate = Certificate { proof, bracket: (bracket.lower, bracket.upper) };
            outputs.write(&[File::new(name, certificate::text(&certificate))]).map_err(Failure::new)?;
        }
        let text = if self.json { Answer::json(&loss)? } else { in_words(&loss) };
        Ok(Answer::passed(text).beside(&outputs))
    }
}

/// The largest slope between points of opposite class, duplicates left out.
fn steepest(sample: &Sample, potentials: &Potentials) -> f64 {
    let positive = sample.p.rows().zip(&potentials.u);
    let slopes = positive.flat_map(|(x, u)| {
        sample.q.rows().zip(&potentials.v).map(move |(y, v)| {
            let distance = x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
            if distance > 0.0 { (u - v).abs() / distance } else { 0.0 }
        })
    });
    slopes.fold(0.0, f64::max)
}

fn in_words(loss: &Loss) -> String {
    let Loss { lower, upper, status, lipschitz, error, .. } = loss;
    format!("log loss in [{lower:?}, {upper:?}]\n{status}; Lipschitz constant {lipschitz}, error {error}\n")
}
