//! How far sums in floating point may be off, as a function of the instance.
//!
//! Solvers add up potentials along trees and masses over points, so what they hand over is exact but for a rounding a point, one a
//! coordinate and a few more, relative to the largest number involved. Brackets that are wider mean that a solver stopped early.

use lip1_harness::Tolerance;
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::Problem;
use lip1_kernel::{Interval, Points};
use lip1_ot::regularised::{Hkr, LogLoss};

/// Roundings that do not grow with the instance: of a distance, of means and their differences, and of masses that are kept inside
/// their ranges.
const FIXED: usize = 64;

/// `count` roundings of numbers up to `size`, to one unit in the last place each.
pub(crate) fn roundings(count: usize, size: Interval) -> Interval {
    Interval::integer(count as u128) * Interval::constant(f64::EPSILON) * size
}

/// A tolerance on quantities up to `size`, which is 0 where all points are one.
pub(crate) fn tolerance(value: Interval, size: Interval, reason: &'static str) -> Tolerance {
    Tolerance::new(value, size.max(Interval::constant(f64::MIN_POSITIVE)), reason)
}

/// Roundings of a sum along a tree that spans both sets of points, of numbers up to `size`.
pub(crate) fn along(p: &Points, q: &Points, size: Interval) -> Interval {
    roundings(p.len() + q.len() + p.dim() + FIXED, size)
}

/// The diagonal of the box around both sets of points, which no distance between two of them exceeds.
pub(crate) fn diagonal(p: &Points, q: &Points, cost: Cost) -> Interval {
    let ends = |pick: fn(f64, f64) -> f64, start: f64| -> Vec<f64> {
        let column = |k: usize| p.rows().chain(q.rows()).map(|row| row[k]).fold(start, pick);
        (0..p.dim()).map(column).collect()
    };
    distance::enclose(&ends(f64::min, f64::INFINITY), &ends(f64::max, f64::NEG_INFINITY), cost)
}

/// What roundings may open between both sides of a transport problem, and between a pair that carries mass and slope 1.
///
/// Where weights had to be rounded to integer masses, each by less than `2^-61` of the total, the kernel charges that
/// mass with the diagonal of the points.
pub(crate) fn of_transport(Problem { p, q, cost, weights, .. }: &Problem) -> Interval {
    let diagonal = diagonal(p, q, *cost);
    let steps = along(p, q, diagonal);
    let share = Interval::integer((p.len() + q.len()) as u128) / Interval::integer(1 << 61);
    if weights.is_some() { steps + share * diagonal } else { steps }
}

/// Size of the numbers that a hinge-regularised value is a sum of: distances, the margin and values of f, each times 1 + lambda.
/// Somewhere f is at the margin, hence nowhere further from it than the points are apart.
pub(crate) fn size_of_hkr(Hkr { sample, margin, lambda }: &Hkr) -> Interval {
    let farthest = Interval::data(*margin) + diagonal(&sample.p, &sample.q, sample.cost);
    (Interval::ONE + Interval::data(*lambda)) * farthest
}

/// What roundings may open between both sides of the hinge-regularised problem.
pub(crate) fn of_hkr(problem: &Hkr) -> Interval {
    along(&problem.sample.p, &problem.sample.q, size_of_hkr(problem))
}

/// What roundings may open between both sides of the problem of the log loss, in nats: its slope is `tau L`.
pub(crate) fn of_bce(LogLoss { sample, temperature, constant, .. }: &LogLoss) -> Interval {
    let reach = diagonal(&sample.p, &sample.q, sample.cost);
    let slope = Interval::data(*temperature) * Interval::data(*constant);
    along(&sample.p, &sample.q, Interval::ONE + slope * reach)
}

/// Mass by which all ranges of the hinge-regularised problem together may be narrowed, to whole units and by [`FIXED`] roundings of the
/// mass; as much may be missing, or too much, at any one point.
pub(crate) fn narrowed(Hkr { sample, lambda, .. }: &Hkr, unit: u64) -> Interval {
    let points = Interval::integer((sample.p.len() + sample.q.len()) as u128);
    let both = Interval::integer(2) * (Interval::ONE + Interval::data(*lambda));
    points / Interval::integer(unit.into()) + roundings(FIXED, both)
}
