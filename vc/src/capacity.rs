//! The capacity of a box or a ball, bracketed, beside the paper's bounds and their corrections.

use lip1_kernel::capacity::{self, CapacityBound, CapacityBracket};
use lip1_kernel::packing::IntegerPoints;
use lip1_kernel::{Refusal, Theorem};

use crate::error::Error;
use crate::lower::{Search, lower};
use crate::query::Query;
use crate::upper::upper;

/// `lower <= VCdim <= upper`, both ends proved by the kernel and named, and the closed forms of the paper as transcribed and as
/// corrected (a refusal says which hypothesis fails or that the value leaves the range of `f64`).
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    bracket: Theorem<CapacityBracket>,
    names: [String; 2],
    points: Option<IntegerPoints>,
    /// `(1/m)^n vol(X)/vol(B)`, claimed as a lower bound; false for n >= 2 and large r.
    pub paper_lower: Result<Theorem<CapacityBound>, Refusal>,
    /// `(3/m)^n vol(X)/vol(B)`.
    pub paper_upper: Result<Theorem<CapacityBound>, Refusal>,
    /// `delta (1/m)^n vol(X)/vol(B)`, delta the density of the best lattice known.
    pub corrected_lower: Result<Theorem<CapacityBound>, Refusal>,
    /// `(1/m + 1/rho)^n vol(X)/vol(B)`, rho the inradius.
    pub corrected_upper: Result<Theorem<CapacityBound>, Refusal>,
}

impl Capacity {
    /// What the kernel proved.
    #[must_use]
    pub fn bracket(&self) -> Theorem<CapacityBracket> {
        self.bracket
    }

    /// The number of points that some set has, a whole number, rounded down beyond 2^53.
    #[must_use]
    pub fn lower(&self) -> f64 {
        self.bracket.lower
    }

    /// The number of points that cannot be exceeded; infinite when every bound overflows.
    #[must_use]
    pub fn upper(&self) -> f64 {
        self.bracket.upper
    }

    /// The construction of the lower end, with the theorem of others that it rests on, if any.
    #[must_use]
    pub fn lower_by(&self) -> &str {
        &self.names[0]
    }

    /// The bound that is the upper end, with the theorem of others that it rests on, if any.
    #[must_use]
    pub fn upper_by(&self) -> &str {
        &self.names[1]
    }

    /// The points that the lower end counts, up to a factor, when there are at most 4096 and their coordinates can be written as
    /// integers: [`lip1_kernel::construction::points`] accepts them.
    #[must_use]
    pub fn points(&self) -> Option<&IntegerPoints> {
        self.points.as_ref()
    }

    /// Whether the two ends meet.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.lower() >= self.upper()
    }
}

/// Brackets the VC dimension of 1-Lipschitz classifiers with margin on a box or a ball.
///
/// ```
/// use lip1_vc::{Domain, Query, Search, capacity};
/// let line = capacity(Query::of_decimals(Domain::Box, 1, "1", "0.1")?, Search::default())?;
/// assert_eq!((line.lower(), line.upper()), (6.0, 6.0));
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
    let upper = upper(scale);
    let lower = lower(query, scale, search, upper.most());
    Ok(Capacity {
        bracket: capacity::bracket(lower.bound, upper.bound)?,
        names: [lower.by, upper.by],
        points: lower.points,
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
