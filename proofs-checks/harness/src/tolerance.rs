//! What a statement may be off by, and why.

use lip1_kernel::Interval;
use serde::{Deserialize, Serialize};

/// A number by which the two sides of a comparison may differ: a function of the instance (the width of a bracket,
/// `n eps`, a modulus of continuity), never a literal.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    value: Interval,
    relative: f64,
    reason: &'static str,
}

impl Tolerance {
    /// Above this share of what is compared a case counts as decided in floating point, whoever compared.
    pub const WIDEST: f64 = 1e-6;

    /// A tolerance of `value` on quantities of size `scale`, with the reason for it in a few words.
    pub fn new(value: Interval, scale: Interval, reason: &'static str) -> Self {
        let relative = (value / scale.abs()).upper();
        Self { value, relative, reason }
    }

    /// Its value.
    pub fn value(self) -> Interval {
        self.value
    }

    /// An upper bound on its share of what is compared.
    pub fn relative(self) -> f64 {
        self.relative
    }

    /// Whether the cases that use it count as decided in floating point.
    pub fn is_wide(self) -> bool {
        self.relative.is_nan() || self.relative > Self::WIDEST
    }
}

/// The widest tolerance that a check used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerated {
    /// Its share of what was compared; `None` if that is not bounded.
    pub value: Option<f64>,
    /// Why.
    pub reason: String,
}

impl From<Tolerance> for Tolerated {
    fn from(tolerance: Tolerance) -> Self {
        let value = Some(tolerance.relative).filter(|relative| relative.is_finite());
        Self { value, reason: tolerance.reason.to_owned() }
    }
}

impl Tolerated {
    /// The wider of two.
    pub(crate) fn wider(self, other: Self) -> Self {
        let size = |tolerated: &Self| tolerated.value.unwrap_or(f64::INFINITY);
        if size(&other) > size(&self) { other } else { self }
    }
}
