//! Distances between points, rounded outward.

use std::cmp::Ordering;

use crate::Interval;
use crate::accumulator::Accumulator;
use crate::float::{MOST_TERMS, U, exact_difference, larger, largest, smaller};
use crate::sum::Sum;

/// Roundings that the fast lower bounds allow for besides one a coordinate.
const L2_SPARE: f64 = 8.0;
const L1_SPARE: f64 = 4.0;
const LINF_SPARE: f64 = 4.0;

/// Roundings that [`enough`] allows for besides two a term.
const ENOUGH_SPARE: f64 = 16.0;

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
/// The sum is a compensated one, or of intervals where its terms may under- or overflow. Cost: 5 ns a coordinate that differs.
///
/// # Panics
/// Never; coordinates beyond the shorter slice are ignored.
pub fn enclose(x: &[f64], y: &[f64], cost: Cost) -> Interval {
    let different = x.iter().zip(y).map(|(&a, &b)| [a, b]).filter(|[a, b]| a - b != 0.0);
    let sizes = different.clone().map(|[a, b]| (Interval::exact(a) - Interval::exact(b)).abs());
    if cost == Cost::Linf || different.clone().nth(1).is_none() {
        return sizes.fold(Interval::ZERO, Interval::max);
    }
    let mut sum = Sum::default();
    different.for_each(|pair| add(&mut sum, 1.0, pair, cost));
    let sum = sum.enclosure();
    let clear = (1e-240..1e300).contains(&sum.lower());
    match cost {
        Cost::L2 if clear => sum.sqrt(),
        Cost::L2 => sizes.fold(Interval::ZERO, |sum, d| sum + d.sqr()).sqrt(),
        _ if clear => sum,
        _ => sizes.fold(Interval::ZERO, |sum, d| sum + d),
    }
}

/// Adds the square of a difference to a sum, or its size, with a sign.
fn add(sum: &mut Sum, sign: f64, [a, b]: [f64; 2], cost: Cost) {
    if cost == Cost::L2 {
        sum.add_square(sign, [a, b]);
    } else {
        let (d, e) = exact_difference(larger(a, b), smaller(a, b));
        sum.add(sign * d);
        sum.add(sign * e);
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
        Cost::L2 => differences.map(|d| d * d).sum::<f64>().sqrt() * (1.0 - (n + L2_SPARE) * U),
        Cost::L1 => differences.sum::<f64>() * (1.0 - (n + L1_SPARE) * U),
        Cost::Linf => largest(differences) * (1.0 - LINF_SPARE * U),
    }
}

/// How the distance of `x` and `y` compares with `u - v`, exactly, whatever the exponents of these finite numbers are.
///
/// Plain sums decide most pairs ([`enough`]), compensated ones nearly all of the others, ties among them whose terms are exact, and the
/// accumulator the rest.
///
/// Cost: 1 ns a coordinate, up to 10 where plain sums leave it open, up to 100 where compensated ones do.
pub(crate) fn compare(x: &[f64], y: &[f64], rise: [f64; 2], cost: Cost) -> Ordering {
    if rise[0] < rise[1] {
        return Ordering::Greater;
    }
    let pairs = x.iter().zip(y).map(|(&a, &b)| [a, b]);
    if cost == Cost::Linf || x.len() == 1 {
        // The largest of some numbers compares as the largest of the comparisons.
        return pairs.map(|pair| compare_differences(pair, rise)).fold(Ordering::Less, Ordering::max);
    }
    plain(x, y, rise, cost).or_else(|| compensated(pairs.clone(), rise, cost)).unwrap_or_else(|| {
        let mut sum = Accumulator::default();
        if cost == Cost::L2 {
            pairs.for_each(|pair| sum.add_square(1, 1.0, pair));
            sum.add_square(-1, 1.0, rise);
        } else {
            pairs.for_each(|pair| add_size(&mut sum, 1, pair));
            add_size(&mut sum, -1, rise);
        }
        sum.sign()
    })
}

/// How `scale |x - y|` compares with `u - v`, for the Euclidean distance and numbers of which none is negative.
pub(crate) fn compare_scaled(scale: f64, x: &[f64], y: &[f64], rise: [f64; 2]) -> Ordering {
    let mut sum = Accumulator::default();
    x.iter().zip(y).for_each(|(&a, &b)| sum.add_square(1, scale, [a, b]));
    sum.add_square(-1, 1.0, rise);
    sum.sign()
}

/// How `|a - b|` compares with `u - v >= 0`. Rounding keeps the order, so the rounded differences decide if they are not equal, and
/// else their errors, which are exact unless a difference overflows.
fn compare_differences([a, b]: [f64; 2], [u, v]: [f64; 2]) -> Ordering {
    let ((d, e), (t, f)) = (exact_difference(larger(a, b), smaller(a, b)), exact_difference(u, v));
    let rounded =
        if d.is_finite() && t.is_finite() { d.partial_cmp(&t).zip(e.partial_cmp(&f)) } else { None };
    rounded.map_or_else(
        || {
            let mut sum = Accumulator::default();
            add_size(&mut sum, 1, [a, b]);
            add_size(&mut sum, -1, [u, v]);
            sum.sign()
        },
        |(order, errors)| order.then(errors),
    )
}

fn add_size(sum: &mut Accumulator, weight: i64, [a, b]: [f64; 2]) {
    sum.add(weight, &[larger(a, b)]);
    sum.add(-weight, &[smaller(a, b)]);
}

/// A number that a plain sum of `n` terms, squares of differences or their sizes, must reach for its exact value to be at least `size`,
/// which is `t^2` or `t` for the rounded difference `t > 0` of two numbers: then that value is at least their difference, or its square.
///
/// With `u = 2^-53` and up to underflow a sum of `n` squares of rounded differences is at most `(1 + (n + 3) u)` times its exact value,
/// in whatever order it is added, and so is a sum of some of the terms; `t^2` is at least `(1 - 3 u)` times its own. The factor
/// `1 + (2 n + 16) u` covers both and the roundings made here, and `2^-1022` all underflow, up to `2^26` terms. For more of them
/// nothing is enough. What overflows is larger than any finite number, as its exact value is.
pub(crate) fn enough(size: f64, n: usize) -> f64 {
    let factor = 1.0 + (2.0 * n as f64 + ENOUGH_SPARE) * U;
    if n > MOST_TERMS { f64::INFINITY } else { size * factor + f64::MIN_POSITIVE }
}

/// [`compare`] by plain sums, where these are clear.
fn plain(x: &[f64], y: &[f64], [u, v]: [f64; 2], cost: Cost) -> Option<Ordering> {
    let t = u - v;
    let (size, sum) = match cost {
        Cost::L2 => (t * t, in_lanes(x, y, |d| d * d)),
        _ => (t, in_lanes(x, y, f64::abs)),
    };
    if sum >= enough(size, x.len()) && sum.is_finite() {
        Some(Ordering::Greater)
    } else if size >= enough(sum, x.len()) && size.is_finite() {
        Some(Ordering::Less)
    } else {
        None
    }
}

/// The sum of a function of the differences, in eight sums side by side.
fn in_lanes(x: &[f64], y: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<8>(), y.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (x, y) in xs.iter().zip(ys) {
        sums.iter_mut().zip(x).zip(y).for_each(|((sum, x), y)| *sum += term(x - y));
    }
    let rest = x_rest.iter().zip(y_rest).map(|(x, y)| term(x - y));
    sums.into_iter().chain(rest).sum()
}

/// [`compare`] by compensated sums, where these are clear.
fn compensated(pairs: impl Iterator<Item = [f64; 2]>, rise: [f64; 2], cost: Cost) -> Option<Ordering> {
    let mut sum = Sum::default();
    pairs.for_each(|pair| add(&mut sum, 1.0, pair, cost));
    add(&mut sum, -1.0, rise, cost);
    sum.sign()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::{Cost, U, below, enough};
    use crate::Interval;
    use std::cmp::Ordering::{self, Equal, Greater, Less};

    fn compare(x: &[f64], y: &[f64], r: f64) -> Ordering {
        super::compare(x, y, [r, 0.0], Cost::L2)
    }

    #[test]
    fn equality_is_told_from_its_neighbours() {
        for (x, y, r) in
            [(&[1.0, 1.0][..], &[4.0, 5.0][..], 5.0), (&[7.0], &[5.0], 2.0), (&[-7.0], &[5.0], 12.0)]
        {
            let at = |r: f64| compare(x, y, r);
            assert_eq!((at(r), at(r.next_down()), at(r.next_up())), (Equal, Greater, Less));
            assert_eq!((at(0.5 * r), at(2.0 * r), at(-r)), (Greater, Less, Greater));
            assert_eq!((compare(x, x, 0.0), compare(x, x, -0.25)), (Equal, Greater));
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
            assert_ne!(compare(&x, &origin, exact.lower().next_down()), Less);
            assert_ne!(compare(&x, &origin, exact.upper().next_up()), Greater);
        }
        assert!(up > 0 && down > 0, "the sums drift {up} times up and {down} times down");
    }

    #[test]
    fn what_is_enough_leaves_what_roundings_need_up_to_its_limit() {
        assert_eq!(enough(1.0, 3), 1.0 + 22.0 * U);
        assert_eq!(enough(0.0, 3), f64::MIN_POSITIVE);
        assert_eq!(enough(1.0, 1 << 26), 1.0 + f64::from((1 << 27) + 16) * U);
        assert_eq!(enough(1.0, (1 << 26) + 1), f64::INFINITY);
    }

    #[test]
    fn many_tiny_differences_make_up_a_distance() {
        let (x, origin) = (vec![9.9e-141; 100], vec![0.0; 100]);
        assert_eq!(compare(&x, &origin, 5e-140), Greater);
        assert_eq!(compare(&x, &origin, 2e-139), Less);
    }
}
