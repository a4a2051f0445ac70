//! Boxes of points with bounds on the values there, and when no pair of points of two boxes is too steep.

use crate::Points;
use crate::distance::Cost;
use crate::float::{U, add, larger, smaller};
use std::ops::Range;

/// Coordinates in at most three dimensions, 0 beyond the dimension: that adds nothing to any of the distances.
pub(crate) type Vector = [f64; 3];

/// The first coordinates of a point.
pub(crate) fn vector(x: &[f64]) -> Vector {
    [0, 1, 2].map(|k| x.get(k).copied().unwrap_or(0.0))
}

/// A box of points `x`, and what is said of the values there: up to rounding `sign f(x) <= extreme + sign slope (x - centre)`.
pub(crate) struct Region {
    centre: Vector,
    /// At least `|x - centre|`, coordinate by coordinate.
    half: Vector,
    /// Numbers of absolute value at most 1.
    slope: Vector,
    extreme: f64,
    /// The largest `|f(x)|`.
    size: f64,
}

impl Region {
    /// The box around a run of points, its largest value and the largest `sign (f - slope (x - centre))` as computed: up to underflow, that
    /// is off by at most `3 u |f| + 5 u sum |x - centre|`, for two roundings a product, three subtractions, and slopes of at most 1.
    pub(crate) fn around(
        run: &Range<usize>,
        points: &Points,
        values: &[f64],
        slope: Vector,
        sign: f64,
    ) -> Self {
        let rows = || run.clone().map(|at| vector(points.row(at)));
        let fold = |pick: fn(f64, f64) -> f64| rows().reduce(|a, b| [0, 1, 2].map(|k| pick(a[k], b[k])));
        let (low, high) = (fold(smaller).unwrap_or_default(), fold(larger).unwrap_or_default());
        let centre = [0, 1, 2].map(|k| low[k] / 2.0 + high[k] / 2.0);
        let half = [0, 1, 2].map(|k| larger(add(high[k], -centre[k]).1, add(centre[k], -low[k]).1));
        let (mut extreme, mut size) = (f64::NEG_INFINITY, 0.0);
        for (x, &value) in rows().zip(&values[run.clone()]) {
            let rest = (0..3).fold(value, |rest, k| rest - slope[k] * (x[k] - centre[k]));
            extreme = larger(extreme, sign * rest);
            size = larger(size, value.abs());
        }
        Self { centre, half, slope, extreme, size }
    }

    /// Half the sum of its sides.
    pub(crate) fn width(&self) -> f64 {
        self.half[0] + self.half[1] + self.half[2]
    }
}

/// Whether `u - v <= d(x, y)` is certain for all points `x` of a box `A` and `y` of a box `B`, of which the one bounds `u` from above and the
/// other `v` from below.
///
/// Let `h` be a vector of dual norm at most 1, so that `d(x, y) >= h (x - y)`. With centres `a`, `b`, slopes `g`, `k` and extremes
/// `s >= u - g (x - a)`, `t >= -v + k (y - b)`
///
/// ```text
/// u - v - d <= s + t + g (x - a) - k (y - b) - h (x - y)
///           = s + t - h (a - b) + (g - h) (x - a) - (k - h) (y - b)
///          <= s + t - h (a - b) + sum |g - h| half(A) + sum |k - h| half(B),
/// ```
///
/// which is shown to be at most 0 for one of a few `h`. Where `u` and `v` have slopes near `g` and `k`, what is lost is of the second order in
/// the widths, so that boxes stay undecided near each other and along the lines on which the potentials have slope 1.
pub(crate) fn is_settled(a: &Region, b: &Region, cost: Cost) -> bool {
    let step = [0, 1, 2].map(|k| a.centre[k] - b.centre[k]);
    match cost {
        Cost::L2 => {
            let mean = [0, 1, 2].map(|k| (a.slope[k] + b.slope[k]) / 2.0);
            let dot = |x: &Vector, y: &Vector| x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
            let along = |way: Vector| {
                let length = dot(&way, &way).sqrt();
                // Shorter ones may come of squares that underflow.
                length > 1e-140 && holds(a, b, &step, &way.map(|w| w / length))
            };
            // The direction of the centres, turned most of the way to that of the slopes, which spreads least; and that itself, for ties.
            let turn = 4.0 * larger(0.0, dot(&mean, &step));
            along([0, 1, 2].map(|k| step[k] + turn * mean[k])) || along(mean)
        }
        Cost::L1 => {
            // Each coordinate of the dual ball by itself: the best is one of the kinks of a concave function.
            let best = |k: usize| {
                let spread = |n: &Region, h: f64| (n.slope[k] - h).abs() * n.half[k];
                let value = |h: f64| h * step[k] - spread(a, h) - spread(b, h);
                let better = |best: f64, h: f64| if value(h) > value(best) { h } else { best };
                [1.0, a.slope[k], b.slope[k]].into_iter().fold(-1.0, better)
            };
            holds(a, b, &step, &[0, 1, 2].map(best))
        }
        Cost::Linf => (0..3).any(|k| {
            let mut h = [0.0; 3];
            h[k] = if step[k] > 0.0 { 1.0 } else { -1.0 };
            holds(a, b, &step, &h)
        }),
    }
}

/// The inequality of [`is_settled`], for an `h` within `6 u` a coordinate of one of dual norm at most 1, with `E` at least what may be
/// lost in computing it.
///
/// A quotient `way / length` is that near, for the length is off by at most `4 u` of itself. Let `F` be the sum of both sizes, `H` that
/// of all half sides, `D` that of all `|step|` and `S` the spread. The extremes are off by `3 u F + 5 u H`; the spread by `6 u H` for
/// `h` and `4 u S` for its own roundings; `h (a - b)` by `6 u D` for `h`, `u D` for the step and `3 u D` for products and sum. The sum
/// of the extremes and the three additions to it round numbers of at most `F + H + S`, by `u` each. Together that is less than
/// `16 u (F + H + D + S)`, and the constant makes up for the roundings of `E`; what underflows is less than `MIN_POSITIVE`.
fn holds(a: &Region, b: &Region, step: &Vector, h: &Vector) -> bool {
    let (mut fall, mut rise, mut size) = (0.0, a.extreme + b.extreme, a.size + b.size);
    for k in 0..3 {
        let spread = (a.slope[k] - h[k]).abs() * a.half[k] + (b.slope[k] - h[k]).abs() * b.half[k];
        fall += h[k] * step[k];
        rise += spread;
        size += spread + step[k].abs() + a.half[k] + b.half[k];
    }
    rise + 20.0 * U * size + f64::MIN_POSITIVE <= fall
}

#[cfg(test)]
mod tests {
    use super::{Region, Vector, holds, is_settled};
    use crate::distance::Cost;
    use crate::float::{U, power_of_two};
    use crate::{Interval, Points};

    const COSTS: [Cost; 3] = [Cost::L2, Cost::L1, Cost::Linf];

    /// Numbers in `[-1, 1)`, small ones among them.
    fn numbers() -> impl FnMut() -> f64 {
        let mut seed = 11_u64;
        move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let small = power_of_two(-((seed >> 8) as i32 & 31) * (seed >> 5 & 1) as i32);
            ((seed >> 11) as f64 * 2.0 * U - 1.0) * small
        }
    }

    fn region(centre: Vector, half: Vector, slope: Vector, extreme: f64, size: f64) -> Region {
        Region { centre, half, slope, extreme, size }
    }

    fn exact(x: f64) -> Interval {
        Interval::exact(x)
    }

    #[test]
    fn what_is_said_of_a_box_is_true_of_its_points_up_to_the_stated_roundings() {
        let mut number = numbers();
        for round in 0..2000 {
            let (n, far) = (1 + round % 5, if round % 3 == 0 { 1e9 } else { 0.0 });
            let points = Points::new(3, (0..3 * n).map(|_| number() + far * number()).collect()).unwrap();
            let values: Vec<f64> = (0..n).map(|_| number()).collect();
            let slope = [number(), number(), number()];
            let sign = if number() > 0.0 { 1.0 } else { -1.0 };
            let region = Region::around(&(0..n), &points, &values, slope, sign);
            for (x, &f) in points.rows().zip(&values) {
                let (mut rest, mut loss) = (exact(f), exact(3.0 * U) * exact(f).abs());
                for k in 0..3 {
                    let away = exact(x[k]) - exact(region.centre[k]);
                    rest = rest - exact(slope[k]) * away;
                    loss = loss + exact(5.0 * U) * away.abs();
                    assert!(away.abs().upper() <= region.half[k]);
                }
                assert!((exact(sign) * rest - exact(region.extreme) - loss).lower() <= 0.0, "round {round}");
                assert!(f.abs() <= region.size);
            }
        }
    }

    #[test]
    fn what_holds_is_true_with_all_that_may_be_lost() {
        let mut number = numbers();
        let (mut held, mut close) = (0, 0);
        for round in 0..100_000 {
            let mut vector = || [number(), number(), number()];
            let (c, g, k, r, s) = (vector(), vector(), vector(), vector(), vector());
            let far = vector();
            let length = (far[0] * far[0] + far[1] * far[1] + far[2] * far[2]).sqrt();
            let h = far.map(|x| x / length);
            let (mut a, mut b) = (
                region(c, r.map(f64::abs), g, number(), 0.0),
                region([0.0; 3], s.map(f64::abs), k, 0.0, 0.0),
            );
            b.centre = [0, 1, 2].map(|k| c[k] - far[k]);
            let step = [0, 1, 2].map(|k| a.centre[k] - b.centre[k]);
            if round % 2 == 0 {
                (a.slope, b.slope) = (h, h);
            }
            (a.size, b.size) = (a.extreme.abs() + number().abs(), number().abs());
            let spread = |n: &Region, k: usize| (exact(n.slope[k]) - exact(h[k])).abs() * exact(n.half[k]);
            let (mut excess, mut sizes) = (exact(a.extreme), exact(a.size) + exact(b.size));
            let mut losses = exact(3.0 * U) * sizes;
            for k in 0..3 {
                let (both, half) = (spread(&a, k) + spread(&b, k), exact(a.half[k]) + exact(b.half[k]));
                let (fall, way) =
                    (exact(h[k]) * (exact(a.centre[k]) - exact(b.centre[k])), exact(step[k]).abs());
                excess = excess + both - fall;
                losses = losses + exact(11.0 * U) * half + exact(6.0 * U) * way;
                sizes = sizes + both + half + way;
            }
            // The other extreme is such that the inequality is decided by a few roundings.
            let at = (number() * 30.0 - 15.0) * U * sizes.upper();
            b.extreme = -excess.upper() + at;
            b.size += b.extreme.abs() * if round % 3 == 0 { 1.0 } else { 0.0 };
            if holds(&a, &b, &step, &h) {
                held += 1;
                close += usize::from(at > -25.0 * U * sizes.upper());
                assert!((excess + exact(b.extreme) + losses).lower() <= 0.0, "round {round}");
            }
        }
        assert!(held > 1000 && close > 100, "{held} held, {close} of them closely");
    }

    /// The constant of the proof, once for every size that it stands before.
    #[test]
    fn each_size_counts_with_twenty_units() {
        let zero = [0.0; 3];
        let point = || region(zero, zero, zero, 0.0, 0.0);
        let unit = [1.0, 0.0, 0.0];
        let least = |a: &mut Region, b: &mut Region, step: Vector, h: Vector, spread: f64, sizes: f64| {
            let mut at = |units: f64, sign: f64| {
                (a.extreme, b.extreme) = (-spread * sign.abs(), -(20.0 * sizes + units) * U);
                holds(a, b, &step, &h)
            };
            assert!(at(2.0, 1.0) && !at(-2.0, 1.0));
        };
        for swapped in [false, true] {
            let run = |large: Region, step: Vector, h: Vector, spread: f64, sizes: f64| {
                let (mut a, mut b) = if swapped { (point(), large) } else { (large, point()) };
                least(&mut a, &mut b, step, h, spread, sizes);
            };
            run(region(zero, zero, zero, 0.0, 4.0), zero, zero, 0.0, 4.0);
            run(point(), [0.0, -4.0, 0.0], zero, 0.0, 4.0);
            run(region(zero, [0.0, 0.0, 4.0], zero, 0.0, 0.0), zero, zero, 0.0, 4.0);
            run(region(zero, [0.25, 0.0, 0.0], zero, 0.0, 0.0), zero, unit, 0.25, 0.5);
            run(region(zero, [0.25, 0.0, 0.0], unit, 0.0, 0.0), zero, zero, 0.25, 0.5);
        }
        assert!(!holds(&point(), &point(), &zero, &zero), "what underflows is not 0");
    }

    #[test]
    fn boxes_far_from_each_other_and_ties_with_a_little_room_are_settled() {
        for cost in COSTS {
            for (x, y) in [(9.0, 0.0), (0.0, -9.0), (-7.0, 7.0), (0.5, 9.0)] {
                let flat = |centre: Vector, f: f64| region(centre, [1.0, 1.0, 0.0], [0.0; 3], f, f.abs());
                let at = |f: f64| is_settled(&flat([x, y, 0.0], f), &flat([0.0; 3], 0.0), cost);
                assert!(at(4.5) && !at(20.0), "{cost:?}, {x}, {y}");
            }
            // f(x) = the first coordinate, from 9 down to 0 or up; or to the side of that.
            for (y, fall) in [(0.0, 9.0), (3.0, 9.0)] {
                let at = |x: f64, room: f64| {
                    let line = |x: f64, y: f64, f: f64| {
                        region([x, y, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0], f, 9.0)
                    };
                    is_settled(&line(x, y, x - room), &line(0.0, 0.0, 0.0), cost)
                };
                assert!(at(fall, 1e-12) && at(-fall, 0.0), "{cost:?}, {y}");
                assert_eq!(at(fall, 0.0), cost != Cost::Linf && y > 0.0, "{cost:?}, {y}");
            }
        }
    }
}
