//! Distances between points, rounded outward.

use crate::Interval;
use crate::float::{U, two_sum};

/// The norm that measures distances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// Euclidean: square root of the sum of squares.
    #[default]
    L2,
    /// Sum of absolute values.
    L1,
    /// Largest absolute value.
    Linf,
}

impl Cost {
    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::L2 => "l2",
            Self::L1 => "l1",
            Self::Linf => "linf",
        }
    }

    /// The cost with that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::L2, Self::L1, Self::Linf].into_iter().find(|cost| cost.name() == name)
    }
}

/// An enclosure of the distance of `x` and `y`, exact where all intermediate results are.
///
/// # Panics
/// Never; coordinates beyond the shorter slice are ignored.
pub fn enclose(x: &[f64], y: &[f64], cost: Cost) -> Interval {
    let differences = x.iter().zip(y).map(|(&a, &b)| Interval::point(a) - Interval::point(b));
    match cost {
        Cost::L2 => {
            let mut nonzero = differences.filter(|d| *d != Interval::ZERO);
            match (nonzero.next(), nonzero.next()) {
                (None, _) => Interval::ZERO,
                (Some(d), None) => d.abs(),
                (Some(a), Some(b)) => nonzero.fold(a.sqr() + b.sqr(), |sum, d| sum + d.sqr()).sqrt(),
            }
        }
        Cost::L1 => differences.fold(Interval::ZERO, |sum, d| sum + d.abs()),
        Cost::Linf => differences.fold(Interval::ZERO, |largest, d| largest.max(d.abs())),
    }
}

/// A number at most the distance of `x` and `y`, and smaller by at most a few units in the last place: fast, for
/// producers that repair potentials. Coordinates are at most `1e150` in absolute value.
///
/// The sum of `n` squares of rounded differences carries a relative error of at most `(n + 3) u`, its root half of
/// it and one rounding more; differences below `1e-140` count as 0, so that underflow needs no term of its own.
pub fn below(x: &[f64], y: &[f64], cost: Cost) -> f64 {
    let differences = x.iter().zip(y).map(|(&a, &b)| {
        let d = (a - b).abs();
        if d < 1e-140 { 0.0 } else { d }
    });
    let n = x.len() as f64;
    match cost {
        Cost::L2 => differences.map(|d| d * d).sum::<f64>().sqrt() * (1.0 - (n + 8.0) * U),
        Cost::L1 => differences.sum::<f64>() * (1.0 - (n + 4.0) * U),
        Cost::Linf => differences.fold(0.0, f64::max) * (1.0 - 4.0 * U),
    }
}

/// The exact sign of `|x - y| - r`, by a fast bound, by interval arithmetic and, where that leaves it open, by exact expansions.
pub(crate) fn compare(x: &[f64], y: &[f64], r: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    let quick = below(x, y, Cost::L2);
    if quick > r && quick.is_finite() {
        return Some(Ordering::Greater);
    }
    // The same error bound from the other side; what counted as 0 in it is below 1e-139 in all.
    let excess = 1.0 + (4.0 * x.len() as f64 + 32.0) * U;
    if quick * excess + 1e-139 * x.len() as f64 <= r * (1.0 - 4.0 * U) {
        return Some(Ordering::Less);
    }
    let d = enclose(x, y, Cost::L2);
    if d.lower() > r {
        return Some(Ordering::Greater);
    }
    if d.upper() < r {
        return Some(Ordering::Less);
    }
    if x.len() == 1 && y.len() == 1 {
        // On a line the difference is an exact sum of two numbers of which the first carries the sign.
        let (s, e) = two_sum(x[0], -y[0]);
        let (s, e) = if s < 0.0 { (-s, -e) } else { (s, e) };
        return s.partial_cmp(&r).map(|order| order.then(e.partial_cmp(&0.0).unwrap_or(Ordering::Equal)));
    }
    crate::expansion::compare_distance(x, y, r)
}
