//! Constructions of packings: every lower end starts here, as a description or as points that the kernel checks and counts.

mod ball_lattice;
mod box_plan;
mod disc_rows;
mod lexicode;
mod parity;
mod polytopes;
mod reed_muller;
mod rows;
mod spread;

pub(crate) use ball_lattice::best_lattice_in_ball;
pub(crate) use box_plan::{BoxPlan, points};
pub(crate) use disc_rows::{best_hexagonal, hexagonal_points};
pub(crate) use lexicode::lexicode;
pub(crate) use polytopes::{cross_polytope, simplex};
pub(crate) use reed_muller::reed_muller;
pub(crate) use spread::Spread;

use crate::ratio::Ratio;

/// Longest packing written out point by point: the kernel checks it with a few million integer distances.
pub(crate) const LISTED: usize = 4096;

/// The size of the domain and the separation asked, in one integer unit: `size/separation = r/2` exactly.
///
/// A packing of the box of side `size` (or the ball of radius `size`) at mutual distance `separation`
/// is, rescaled, a packing at distance 2m for any size and margin with `size/margin = r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Units {
    pub(crate) size: i64,
    pub(crate) separation: i64,
}

/// Units are refined until the larger number passes this; found coordinates are then rounded by 2^-46 of the size.
const FINE: i64 = 1 << 46;

impl Units {
    pub(crate) fn of(ratio: Ratio) -> Units {
        // Ratio keeps both below 2^60, so 2·den and sums of two coordinates fit.
        let num = i64::try_from(ratio.num()).unwrap_or(i64::MAX);
        let den = i64::try_from(ratio.den()).unwrap_or(i64::MAX);
        let mut factor = 1_i64;
        while num.max(2 * den) * factor < FINE {
            factor *= 2;
        }
        Units { size: num * factor, separation: 2 * den * factor }
    }

    /// Nearest unit to `x · size / extent`, where `extent` is the size in the caller's units.
    pub(crate) fn round(self, x: f64, extent: f64) -> i64 {
        ((x / extent * self.size as f64).round() as i64).clamp(-self.size, self.size)
    }
}
