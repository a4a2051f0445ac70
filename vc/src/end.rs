//! An end of a bracket while the best one is looked for: a theorem of the kernel, with a name for how it came about.

use lip1_kernel::capacity::{CapacityBound, Formula};
use lip1_kernel::packing::IntegerPoints;
use lip1_kernel::{Refusal, Theorem};

/// A bound of the kernel.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) bound: Theorem<CapacityBound>,
    /// The construction or the bound, with the theorem of others that it rests on.
    pub(crate) by: String,
    /// The points that the bound counts, when they are listed.
    pub(crate) points: Option<IntegerPoints>,
}

impl End {
    /// A bound, if the kernel made one.
    pub(crate) fn of(bound: Result<Theorem<CapacityBound>, Refusal>, by: impl Into<String>) -> Option<End> {
        let bound = bound.ok()?;
        Some(End { bound, by: cited(by.into(), bound.formula), points: None })
    }

    /// What it says from below, or nothing.
    pub(crate) fn least(&self) -> f64 {
        self.bound.least_points().unwrap_or(0.0)
    }

    /// What it says from above, or nothing.
    pub(crate) fn most(&self) -> f64 {
        self.bound.most_points().unwrap_or(f64::INFINITY)
    }

    /// Of equal ends the one of higher rank is kept: rather proved here than elsewhere, rather listed than counted.
    pub(crate) fn rank(&self) -> u8 {
        match (&self.points, self.bound.formula.cited()) {
            (Some(_), _) => 2,
            (None, None) => 1,
            (None, Some(_)) => 0,
        }
    }
}

/// The name of a bound, which names the theorem of others that it rests on.
fn cited(by: String, formula: Formula) -> String {
    match formula.cited() {
        None => by,
        Some(source) if by.is_empty() => source.to_owned(),
        Some(source) => format!("{by}: {source}"),
    }
}
