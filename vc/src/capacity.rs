//! The capacity of a box or a ball, bracketed, beside the paper's bounds and their corrections.

use lip1_kernel::capacity::{self, CapacityBound};
use lip1_kernel::{Refusal, Theorem};

use crate::error::Error;
use crate::lower::{Lower, Search, lower};
use crate::query::Query;
use crate::upper::{Upper, upper};

/// `lower <= VCdim <= upper` with the origin of both ends, and the closed forms of the paper as transcribed and as
/// corrected (a refusal says which hypothesis fails or that the value leaves the range of `f64`).
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// The lower end.
    pub lower: Lower,
    /// The upper end.
    pub upper: Upper,
    /// `(1/m)^n vol(X)/vol(B)`, claimed as a lower bound; false for n >= 2 and large r.
    pub paper_lower: Result<Theorem<CapacityBound>, Refusal>,
    /// `(3/m)^n vol(X)/vol(B)`.
    pub paper_upper: Result<Theorem<CapacityBound>, Refusal>,
    /// `(1/(2m))^n vol(X)/vol(B)`.
    pub corrected_lower: Result<Theorem<CapacityBound>, Refusal>,
    /// `(2/m)^n vol(X)/vol(B)`.
    pub corrected_upper: Result<Theorem<CapacityBound>, Refusal>,
}

impl Capacity {
    /// Whether the two ends meet.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.lower.value >= self.upper.value
    }
}

/// Brackets the VC dimension of 1-Lipschitz classifiers with margin on a box or a ball.
///
/// ```
/// use lip1_vc::{Domain, Query, Search, capacity};
/// let line = capacity(Query::of_decimals(Domain::Box, 1, "1", "0.1")?, Search::default())?;
/// assert_eq!((line.lower.value, line.upper.value), (6.0, 6.0));
/// # Ok::<(), lip1_vc::Error>(())
/// ```
///
/// Cost: closed forms are instant; packings of up to 4096 points are written out and checked (below a second), and
/// the optimiser tries up to `search.most_points` points (seconds).
///
/// # Errors
/// [`Error::Refused`] when the kernel refuses the query, which one with a valid [`Query`] never meets, or the two ends contradict each
/// other, which no sound bounds do.
pub fn capacity(query: Query, search: Search) -> Result<Capacity, Error> {
    let scale = query.scale()?;
    let upper = upper(query)?;
    let lower = lower(query, search, upper.value)?;
    if lower.value > upper.value {
        let (lower, upper) = (lower.value, upper.value);
        return Err(Refusal::Contradiction { what: "VC dimension", lower, upper }.into());
    }
    Ok(Capacity {
        lower,
        upper,
        paper_lower: finite(Ok(capacity::paper_lower(scale))),
        paper_upper: finite(capacity::paper_upper(scale)),
        corrected_lower: finite(Ok(capacity::corrected_lower(scale))),
        corrected_upper: finite(capacity::corrected_upper(scale)),
    })
}

/// A value that overflows is no value.
fn finite(bound: Result<Theorem<CapacityBound>, Refusal>) -> Result<Theorem<CapacityBound>, Refusal> {
    bound.and_then(|bound| {
        let fits = bound.value.lower().is_finite() && bound.value.upper().is_finite();
        if fits { Ok(bound) } else { Err(Refusal::Overflow { what: "bound" }) }
    })
}
