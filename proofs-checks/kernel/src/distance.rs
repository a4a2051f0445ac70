//! Distances between points, rounded outward.

use crate::Interval;
use crate::float::{U, exact_difference, largest};

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
    let differences = x.iter().zip(y).map(|(&a, &b)| Interval::exact(a) - Interval::exact(b));
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
/// producers that repair potentials. Coordinates beyond `1e150` may give 0, for squares that overflow.
///
/// The sum of `n` squares of rounded differences carries a relative error of at most `(n + 3) u`, its root half of
/// it and one rounding more; differences below `1e-140` count as 0, so that underflow needs no term of its own.
pub fn below(x: &[f64], y: &[f64], cost: Cost) -> f64 {
    let quick = quick_below(x, y, cost);
    if quick.is_finite() { quick } else { 0.0 }
}

/// [`below`], or no finite number where squares overflow or a coordinate is none.
fn quick_below(x: &[f64], y: &[f64], cost: Cost) -> f64 {
    let differences = x.iter().zip(y).map(|(&a, &b)| {
        let d = (a - b).abs();
        if d < 1e-140 { 0.0 } else { d }
    });
    let n = x.len() as f64;
    match cost {
        Cost::L2 => differences.map(|d| d * d).sum::<f64>().sqrt() * (1.0 - (n + 8.0) * U),
        Cost::L1 => differences.sum::<f64>() * (1.0 - (n + 4.0) * U),
        Cost::Linf => largest(differences) * (1.0 - 4.0 * U),
    }
}

/// The exact sign of `|x - y| - r`, by a fast bound, by interval arithmetic and, where that leaves it open, by exact expansions.
pub(crate) fn compare(x: &[f64], y: &[f64], r: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    let quick = quick_below(x, y, Cost::L2);
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
        let (s, e) = exact_difference(x[0], y[0]);
        let (s, e) = if s < 0.0 { (-s, -e) } else { (s, e) };
        return Some(s.partial_cmp(&r)?.then(e.partial_cmp(&0.0)?));
    }
    crate::expansion::compare_distance(x, y, r)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::{Cost, U, below, compare};
    use crate::Interval;
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn equality_is_told_from_its_neighbours() {
        for (x, y, r) in
            [(&[1.0, 1.0][..], &[4.0, 5.0][..], 5.0), (&[7.0], &[5.0], 2.0), (&[-7.0], &[5.0], 12.0)]
        {
            let at = |r: f64| compare(x, y, r);
            assert_eq!((at(r), at(r.next_down()), at(r.next_up())), (Some(Equal), Some(Greater), Some(Less)));
            assert_eq!((at(0.5 * r), at(2.0 * r), at(-r)), (Some(Greater), Some(Less), Some(Greater)));
            assert_eq!(compare(x, x, 0.0), Some(Equal));
        }
    }

    #[test]
    fn fast_bounds_leave_what_their_roundings_need() {
        let (x, y) = ([1.0, 2.0, -6.0], [3.0, 8.0, -9.0]);
        assert_eq!(below(&x, &y, Cost::L2), 7.0 * (1.0 - 11.0 * U));
        assert_eq!(below(&x, &y, Cost::L1), 11.0 * (1.0 - 7.0 * U));
        assert_eq!(below(&x, &y, Cost::Linf), 6.0 * (1.0 - 4.0 * U));
    }

    /// Plain sums of many equal terms drift by thousands of roundings, always the same way.
    #[test]
    fn long_sums_that_drift_are_not_compared_wrongly() {
        let n = 40_000;
        let (mut up, mut down) = (0, 0);
        for k in 0..12 {
            let side = 0.1 + 0.013 * f64::from(k);
            let x = vec![side; n];
            let origin = vec![0.0; n];
            let exact = Interval::exact(200.0) * Interval::exact(side);
            let plain = x.iter().map(|x| x * x).sum::<f64>().sqrt();
            up += usize::from(plain > exact.upper() * (1.0 + 100.0 * U));
            down += usize::from(plain < exact.lower() * (1.0 - 100.0 * U));
            assert_ne!(compare(&x, &origin, exact.lower().next_down()), Some(Less));
            assert_ne!(compare(&x, &origin, exact.upper().next_up()), Some(Greater));
        }
        assert!(up > 0 && down > 0, "the sums drift {up} times up and {down} times down");
    }

    #[test]
    fn many_tiny_differences_make_up_a_distance() {
        let (x, origin) = (vec![9.9e-141; 100], vec![0.0; 100]);
        assert_eq!(compare(&x, &origin, 5e-140), Some(Greater));
        assert_eq!(compare(&x, &origin, 2e-139), Some(Less));
    }
}
