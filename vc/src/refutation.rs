//! Where the paper's lower bound, as transcribed, is certified false.

use lip1_kernel::Theorem;
use lip1_kernel::capacity::{self, CapacityBound, Density};
use lip1_kernel::packing::Domain;
use lip1_kernel::{Counterexample, Judgement, Refusal, judge};

use crate::error::Error;
use crate::query::Query;
use crate::ratio::Ratio;

/// The upper bound that contradicts the transcribed lower bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Route {
    /// Oler's inequality, in the plane.
    Oler,
    /// Tiling, with an upper bound on the density of ball packings.
    Tiling(Theorem<Density>),
}

impl Route {
    /// The strongest route in a dimension.
    #[must_use]
    pub fn best(dim: u32) -> Route {
        if dim == 2 { Route::Oler } else { Route::Tiling(Density::proved(dim)) }
    }

    fn upper(self, scale: capacity::Scale) -> Result<Theorem<CapacityBound>, Refusal> {
        match self {
            Route::Oler => capacity::oler_upper(scale),
            Route::Tiling(density) => capacity::tiling_upper(scale, density),
        }
    }
}

/// A box on which `(1/m)^n vol(X)/vol(B)` exceeds an upper bound on the VC dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Refutation {
    /// n.
    pub dim: u32,
    /// The smallest r = side/margin on the grid searched.
    pub ratio: Ratio,
    /// The kernel's counterexample to "the transcribed lower bound is at most the upper bound".
    pub counterexample: Counterexample,
}

/// No side beyond this many margins is tried.
const LARGEST_RATIO: u128 = 1 << 20;

/// The smallest multiple r of `1/per_unit`, up to 2^20, at which the transcribed lower bound for the box is certified
/// false; nothing when it is not refuted there.
///
/// The quotient of the two bounds increases with r, so bisection finds the first refuted multiple.
///
/// ```
/// use lip1_vc::{Route, refute};
/// let plane = refute(2, Route::best(2), 100)?.ok_or(lip1_vc::Error::NoDimension)?;
/// assert_eq!(plane.ratio.approx(), 34.72);
/// assert!(refute(1, Route::best(1), 100)?.is_none());
/// # Ok::<(), lip1_vc::Error>(())
/// ```
///
/// # Errors
/// [`Error::OutOfRange`] when `per_unit` is 0 or above 2^20, and those of [`Query::new`].
pub fn refute(dim: u32, route: Route, per_unit: u32) -> Result<Option<Refutation>, Error> {
    if per_unit == 0 || u128::from(per_unit) > LARGEST_RATIO {
        return Err(Error::OutOfRange {
            what: "per_unit",
            value: f64::from(per_unit),
            range: "between 1 and 2^20",
        });
    }
    let at = |multiple: u128| -> Result<Option<Refutation>, Error> {
        let ratio = Ratio::new(multiple, u128::from(per_unit))?;
        let scale = Query::new(Domain::Box, dim as usize, ratio)?.scale()?;
        let judged =
            judge::at_most(capacity::paper_lower(scale).enclosure(), route.upper(scale)?.enclosure());
        Ok(match judged {
            Judgement::Refuted(counterexample) => Some(Refutation { dim, ratio, counterexample }),
            Judgement::Verified(_) | Judgement::Undecided(_) => None,
        })
    };
    let mut refuted = match at(LARGEST_RATIO * u128::from(per_unit))? {
        Some(refutation) => refutation,
        None => return Ok(None),
    };
    let (mut below, mut above) = (0, LARGEST_RATIO * u128::from(per_unit));
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        match at(middle)? {
            Some(refutation) => (above, refuted) = (middle, refutation),
            None => below = middle,
        }
    }
    Ok(Some(refuted))
}
