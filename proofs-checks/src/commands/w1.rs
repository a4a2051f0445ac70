//! `lip1 w1`: the Wasserstein distance of two point clouds, bracketed with proof.

use std::time::Instant;

use clap::ValueEnum;
use lip1_checks::certificate;
use lip1_checks::outputs::File;
use lip1_kernel::distance::Cost;
use lip1_kernel::{Certificate, Proof};
use lip1_ot::{Certified, LpBackend, Method, Problem, Settings, certify, solve};
use serde::Serialize;

use super::clouds::{Clouds, status};
use super::{Answer, Failure, output};

mod files;

/// Relative width of a bracket that counts as closed.
const RELATIVE: f64 = 1e-12;

/// Bracket the Wasserstein distance of two point clouds, with proof.
///
/// An output named `-` is standard output; the bracket is then told on standard error.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    clouds: Clouds,
    /// The distance between points
    #[arg(long, value_enum, default_value_t)]
    cost: Distance,
    /// How to search; the bracket is sound whichever it is
    #[arg(long, value_enum, default_value_t)]
    method: Solver,
    /// Write the plan: i, j (data rows from 0) and the share of the mass
    #[arg(long, value_name = "F")]
    plan: Option<String>,
    /// Write the optimal 1-Lipschitz function at the points: side, row, value
    #[arg(long, value_name = "F")]
    potential: Option<String>,
    /// Write a picture; for points on the line or in the plane
    #[arg(long, value_name = "F")]
    svg: Option<String>,
    /// Write the certificate, for `lip1 check`
    #[arg(long, value_name = "F")]
    certificate: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Distance {
    #[default]
    L2,
    L1,
    Linf,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Solver {
    #[default]
    Auto,
    Simplex,
    Sparse,
    Lp,
    #[value(name = "1d")]
    Line,
}

#[derive(Serialize)]
struct Distances {
    lower: f64,
    upper: f64,
    status: &'static str,
    method: &'static str,
    n: usize,
    m: usize,
    seconds: f64,
    check_seconds: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let names = [&self.plan, &self.potential, &self.svg, &self.certificate];
        let outputs = output::examine(&self.clouds.inputs(), &names, self.json)?;
        let (p, q) = self.clouds.read()?;
        let began = Instant::now();
        let problem = Problem::new(&p, &q, self.cost.kernel()).map_err(Failure::new)?;
        let settings = Settings { method: self.method.method(), ..Settings::default() };
        let solution = solve(&problem, &settings).map_err(Failure::new)?;
        let method = solution.method.name();
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let certified = certify(&problem, solution).map_err(Failure::new)?;
        let distances = Distances {
            lower: certified.bracket.lower,
            upper: certified.bracket.upper,
            status: status(&certified.bracket, RELATIVE, p.points(), q.points(), &certified.solution.plan),
            method,
            n: p.len(),
            m: q.len(),
            seconds,
            check_seconds: began.elapsed().as_secs_f64(),
        };
        outputs.write(&self.files(&certified)?).map_err(Failure::new)?;
        let text = if self.json { Answer::json(&distances)? } else { in_words(&distances) };
        Ok(Answer::passed(text).beside(&outputs))
    }

    /// The files asked for, all made before the first is written.
    fn files(&self, certified: &Certified) -> Result<Vec<File>, Failure> {
        let mut files = Vec::new();
        if let Some(name) = &self.plan {
            files.push(File::new(name, files::plan(certified)));
        }
        if let Some(name) = &self.potential {
            files.push(File::new(name, files::potential(certified)));
        }
        if let Some(name) = &self.svg {
            files.push(File::new(name, files::picture(certified)?));
        }
        if let Some(name) = &self.certificate {
            let problem = certified.problem.statement().clone();
            let (plan, potentials) = (certified.solution.plan.clone(), certified.solution.potentials.clone());
            let certificate = Certificate {
                proof: Proof::Transport(problem, plan, potentials, certified.boxes.clone()),
                bracket: (certified.bracket.lower, certified.bracket.upper),
            };
            files.push(File::new(name, certificate::text(&certificate)));
        }
        Ok(files)
    }
}

impl Distance {
    fn kernel(self) -> Cost {
        match self {
            Distance::L2 => Cost::L2,
            Distance::L1 => Cost::L1,
            Distance::Linf => Cost::Linf,
        }
    }
}

impl Solver {
    fn method(self) -> Method {
        match self {
            Solver::Auto => Method::Auto,
            Solver::Simplex => Method::Simplex,
            Solver::Sparse => Method::Sparse,
            Solver::Lp => Method::Lp(LpBackend::default()),
            Solver::Line => Method::Line,
        }
    }
}

fn in_words(found: &Distances) -> String {
    let Distances { lower, upper, status, method, n, m, .. } = found;
    format!("W in [{lower:?}, {upper:?}]\n{status}, by {method}, {n} and {m} points\n")
}
