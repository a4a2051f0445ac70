//! How far sums in floating point may be off, as a function of the instance.

use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};

/// `count` roundings of numbers up to `size`, to one unit in the last place each.
pub(crate) fn roundings(count: usize, size: Interval) -> Interval {
    Interval::integer(count as u128) * Interval::constant(f64::EPSILON) * size
}

/// The diagonal of the box around both sets of points, which no distance between two of them exceeds.
pub(crate) fn diagonal(p: &Points, q: &Points, cost: Cost) -> Interval {
    let ends = |pick: fn(f64, f64) -> f64, start: f64| -> Vec<f64> {
        let column = |k: usize| p.rows().chain(q.rows()).map(|row| row[k]).fold(start, pick);
        (0..p.dim()).map(column).collect()
    };
    distance::enclose(&ends(f64::min, f64::INFINITY), &ends(f64::max, f64::NEG_INFINITY), cost)
}
