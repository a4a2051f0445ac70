//! Statistical tests, as what they may err by.

use serde::{Deserialize, Serialize};

/// What a statistical decision may err by; stated by the check, shown beside its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// Probability of rejecting what is true, at most.
    pub level: f64,
    /// Probability of rejecting the control's effect, at least.
    pub power: f64,
}

impl Test {
    /// The larger level and the smaller power of two.
    pub(crate) fn weaker(self, other: Self) -> Self {
        Self { level: self.level.max(other.level), power: self.power.min(other.power) }
    }
}
