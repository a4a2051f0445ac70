//! Two files of points, as several commands take them.

use lip1_checks::csv::{self, Table};
use lip1_kernel::transport::Plan;
use lip1_kernel::{Points, transport::Bracket};
use lip1_ot::Measure;

use super::Failure;

/// Two clouds of points in the same space.
#[derive(Debug, clap::Args)]
pub(super) struct Clouds {
    /// Points, one a row; `-` is standard input
    p: String,
    /// Points, one a row; `-` is standard input
    q: String,
    /// The last column is the mass
    #[arg(long)]
    weights: bool,
}

impl Clouds {
    /// The names of both files.
    pub(super) fn inputs(&self) -> [&str; 2] {
        [&self.p, &self.q]
    }

    pub(super) fn read(&self) -> Result<(Measure, Measure), Failure> {
        if self.p == "-" && self.q == "-" {
            return Err(Failure::new("standard input can be P or Q, not both"));
        }
        let (p, q) = (csv::read(&self.p).map_err(Failure::new)?, csv::read(&self.q).map_err(Failure::new)?);
        if p.columns() != q.columns() {
            let said = format!("{}: {} columns, but {} has {}", q.file(), q.columns(), p.file(), p.columns());
            return Err(Failure::new(said));
        }
        Ok((self.measure(&p)?, self.measure(&q)?))
    }

    fn measure(&self, table: &Table) -> Result<Measure, Failure> {
        let weighted = table.weighted(self.weights).map_err(Failure::new)?;
        let measure = match weighted.masses {
            None => Measure::uniform(weighted.points),
            Some(masses) => Measure::weighted(weighted.points, masses),
        };
        measure.map_err(|error| Failure::new(format!("{}: {error}", table.file())))
    }
}

/// `optimal` when a bracket is as narrow as can be asked, whatever the solver says of itself, else `open`:
/// `upper - lower <= relative |upper| + 4 2^-52 D`, D the largest coordinate difference that the plan uses.
pub(super) fn status(bracket: &Bracket, relative: f64, p: &Points, q: &Points, plan: &Plan) -> &'static str {
    let used = plan
        .flows
        .iter()
        .flat_map(|&(i, j, _)| p.row(i as usize).iter().zip(q.row(j as usize)).map(|(x, y)| (x - y).abs()));
    let largest = used.fold(0.0, f64::max);
    let closed =
        bracket.upper - bracket.lower <= relative * bracket.upper.abs() + 4.0 * f64::EPSILON * largest;
    if closed { "optimal" } else { "open" }
}
