//! Many points in at most three dimensions: potentials compared a pair of boxes at a time.
//!
//! A certificate may group the points of either side into a tree of boxes. Nothing is taken on trust: boxes and extremes are computed
//! here, and a grouping that serves badly costs time alone, for pairs that no pair of boxes settles are compared one by one.

use crate::distance::Cost;
use crate::float::{U, add, larger, smaller};
use crate::pairs::{Tiles, WIDTH};
use crate::points::{finite, length};
use crate::refusal::{each, require};
use crate::transport::Potentials;
use crate::{Points, Refusal};

/// How to group the points of both sides of a transport problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Boxes {
    /// The points of `p`, with slopes of `u`.
    pub p: Grouping,
    /// The points of `q`, with slopes of `v`.
    pub q: Grouping,
}

/// A tree of boxes over some points, all leaves equally deep.
///
/// Box 0 holds all of `order`. A box `k` of `n` points that is no leaf has the first `16 floor(ceil(n / 16) / 2)` of them in box
/// `2 k + 1` and the others in box `2 k + 2`. How many boxes there are, `slopes` says: `2^(levels + 1) - 1`, none of them empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// The indices of the points, each once; points that are near each other in space should be so here.
    pub order: Vec<u32>,
    /// For each box a vector, `dim` numbers of absolute value at most 1: about the gradient of the potential there. Any will do, but good
    /// ones settle more pairs.
    pub slopes: Vec<f64>,
}

/// Coordinates, 0 beyond the dimension: it adds nothing to any of the distances.
type Vector = [f64; 3];

fn vector(x: &[f64]) -> Vector {
    [0, 1, 2].map(|k| x.get(k).copied().unwrap_or(0.0))
}

/// A box, and what is said of the values in it: up to rounding `sign f(x) <= extreme + sign slope (x - centre)`.
struct Node {
    /// Positions of its points, from the first to before the last.
    begin: usize,
    end: usize,
    centre: Vector,
    /// At least `|x - centre|`, coordinate by coordinate.
    half: Vector,
    slope: Vector,
    extreme: f64,
    /// The largest `|f(x)|`.
    size: f64,
}

/// Points and values in the order of their tree.
struct Tree<'a> {
    order: &'a [u32],
    points: Points,
    values: Vec<f64>,
    nodes: Vec<Node>,
}

impl<'a> Tree<'a> {
    /// `sign` is 1 for values to be bounded from above, -1 for those to be bounded from below.
    fn new(
        [name, slopes_name]: [&'static str; 2],
        Grouping { order, slopes }: &'a Grouping,
        points: &Points,
        values: &[f64],
        sign: f64,
    ) -> Result<Self, Refusal> {
        let (dim, n) = (points.dim(), points.len());
        require(dim <= 3, "boxes are of at most three dimensions")?;
        check_order(name, order, n)?;
        finite(slopes_name, slopes)?;
        each(slopes_name, slopes, |slope| slope.abs() <= 1.0)?;
        let count = slopes.len() / dim;
        let whole = count > 0 && count * dim == slopes.len() && (count + 1).is_power_of_two();
        let fits = whole && count / 2 < n.div_ceil(WIDTH);
        require(fits, "slopes are for all boxes of a tree, none of which is empty")?;

        let coords = order.iter().flat_map(|&i| points.row(i as usize)).copied().collect();
        let points = Points::new(dim, coords)?;
        let values: Vec<f64> = order.iter().map(|&i| values[i as usize]).collect();
        let mut runs = vec![(0, n); count];
        for k in 0..count / 2 {
            let (begin, end) = runs[k];
            let middle = begin + (end - begin).div_ceil(WIDTH) / 2 * WIDTH;
            (runs[2 * k + 1], runs[2 * k + 2]) = ((begin, middle), (middle, end));
        }
        let node = |((begin, end), slope)| Node::around(begin, end, vector(slope), &points, &values, sign);
        let nodes = runs.into_iter().zip(slopes.chunks_exact(dim)).map(node).collect();
        Ok(Self { order, points, values, nodes })
    }
}

/// Every index below `n` once.
fn check_order(what: &'static str, order: &[u32], n: usize) -> Result<(), Refusal> {
    length(what, n, order.len())?;
    let mut seen = vec![false; n];
    for &index in order {
        let index = index as usize;
        let place = seen.get_mut(index).ok_or(Refusal::Index { what, index, limit: n })?;
        if std::mem::replace(place, true) {
            return Err(Refusal::Repeated { what, index });
        }
    }
    Ok(())
}

impl Node {
    /// The box of some points, its largest value and the largest `sign (f - slope (x - centre))` as computed: up to underflow, that is off
    /// by at most `3 u |f| + 5 u sum |x - centre|`, for two roundings a product, three subtractions, and slopes of at most 1.
    fn around(begin: usize, end: usize, slope: Vector, points: &Points, values: &[f64], sign: f64) -> Self {
        let run = || (begin..end).map(|at| vector(points.row(at)));
        let fold = |pick: fn(f64, f64) -> f64| run().reduce(|a, b| [0, 1, 2].map(|k| pick(a[k], b[k])));
        let low = fold(smaller).unwrap_or_default();
        let high = fold(larger).unwrap_or_default();
        let centre = [0, 1, 2].map(|k| low[k] / 2.0 + high[k] / 2.0);
        let half = [0, 1, 2].map(|k| larger(add(high[k], -centre[k]).1, add(centre[k], -low[k]).1));
        let (mut most, mut size) = (f64::NEG_INFINITY, 0.0);
        for (x, &value) in run().zip(&values[begin..end]) {
            let rest = (0..3).fold(value, |rest, k| rest - slope[k] * (x[k] - centre[k]));
            most = larger(most, sign * rest);
            size = larger(size, value.abs());
        }
        Self { begin, end, centre, half, slope, extreme: most, size }
    }

    /// The sum of its sides, for choosing which of two boxes to open.
    fn width(&self) -> f64 {
        self.half[0] + self.half[1] + self.half[2]
    }
}

/// `u[i] - v[j] <= d(p_i, q_j)` for all pairs, as [`crate::transport::check_potentials`], by pairs of boxes.
///
/// Let `A` be a box of points of `p`, `B` one of `q`, and `h` a vector of dual norm at most 1, so that `d(x, y) >= h (x - y)`. With
/// centres `a`, `b`, slopes `g`, `k` and extremes `s >= u - g (x - a)`, `t >= -v + k (y - b)`, for all `x` in `A` and `y` in `B`
///
/// ```text
/// u - v - d <= s + t + g (x - a) - k (y - b) - h (x - y)
///           = s + t - h (a - b) + (g - h) (x - a) - (k - h) (y - b)
///          <= s + t - h (a - b) + sum |g - h| half(A) + sum |k - h| half(B),
/// ```
///
/// and the pair is settled where this is shown to be at most 0. Where `u` and `v` have slopes near `g` and `k`, what is lost is of the second
/// order in the widths, so that pairs stay open near each other and along the lines on which the potentials have slope 1. If a pair is
/// not settled the wider box is opened; two leaves are compared point by point.
///
/// Cost: fewer than `2 ceil(n / 16) ceil(m / 16)` pairs of boxes and at most `n m` pairs of points, whatever the grouping is.
///
/// # Errors
/// When an order is not one of all points, slopes are not those of a tree or beyond 1, there are more than three dimensions, or a pair of
/// potentials differs by more than its distance.
pub(crate) fn check_potentials(
    p: &Points,
    q: &Points,
    cost: Cost,
    potentials: &Potentials,
    boxes: &Boxes,
) -> Result<(), Refusal> {
    let sources = Tree::new(["order of p", "slopes of u"], &boxes.p, p, &potentials.u, 1.0)?;
    let targets = Tree::new(["order of q", "slopes of v"], &boxes.q, q, &potentials.v, -1.0)?;
    let tiles = Tiles::new(&targets.points, &targets.values, cost);
    Descent { sources: &sources, targets: &targets, tiles, cost }.settle(0, 0)
}

struct Descent<'a> {
    sources: &'a Tree<'a>,
    targets: &'a Tree<'a>,
    tiles: Tiles<'a>,
    cost: Cost,
}

impl Descent<'_> {
    fn settle(&self, a: usize, b: usize) -> Result<(), Refusal> {
        let (from, to) = (&self.sources.nodes[a], &self.targets.nodes[b]);
        if is_settled(from, to, self.cost) {
            return Ok(());
        }
        let open = (2 * a + 1 < self.sources.nodes.len(), 2 * b + 1 < self.targets.nodes.len());
        if open.0 && (!open.1 || from.width() >= to.width()) {
            self.settle(2 * a + 1, b)?;
            self.settle(2 * a + 2, b)
        } else if open.1 {
            self.settle(a, 2 * b + 1)?;
            self.settle(a, 2 * b + 2)
        } else {
            self.compare(from, to)
        }
    }

    /// All pairs of points of two leaves.
    fn compare(&self, from: &Node, to: &Node) -> Result<(), Refusal> {
        for at in from.begin..from.end {
            let (x, u) = (self.sources.points.row(at), self.sources.values[at]);
            for tile in to.begin / WIDTH..to.end.div_ceil(WIDTH) {
                if let Some(steep) = self.tiles.first_too_steep(tile, x, u) {
                    let (i, j) = (self.sources.order[at], self.targets.order[steep]);
                    return Err(Refusal::Slope { i: i as usize, j: j as usize });
                }
            }
        }
        Ok(())
    }
}

/// Whether a pair of boxes is settled by one of a few `h`.
fn is_settled(a: &Node, b: &Node, cost: Cost) -> bool {
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
                let spread = |n: &Node, h: f64| (n.slope[k] - h).abs() * n.half[k];
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

/// The inequality of [`check_potentials`], for an `h` within `6 u` a coordinate of one of dual norm at most 1, with `E` at least what may be
/// lost in computing it.
///
/// A quotient `way / length` is that near, for the length is off by at most `4 u` of itself. Let `F` be the sum of both sizes, `H` that of
/// all half sides, `D` that of all `|step|` and `S` the spread. The extremes are off by `3 u F + 5 u H`; the spread by `6 u H` for `h` and `4 u S` for
/// its own roundings; `h (a - b)` by `6 u D` for `h`, `u D` for the step and `3 u D` for products and sum. The sum of the extremes and the three
/// additions to it round numbers of at most `F + H + S`, by `u` each. Together that is less than `16 u (F + H + D + S)`, and the constant
/// makes up for the roundings of `E`; what underflows is less than `MIN_POSITIVE`.
fn holds(a: &Node, b: &Node, step: &Vector, h: &Vector) -> bool {
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
    use super::{Node, Vector, holds, is_settled};
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

    fn node(centre: Vector, half: Vector, slope: Vector, extreme: f64, size: f64) -> Node {
        Node { begin: 0, end: 1, centre, half, slope, extreme, size }
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
            let node = Node::around(0, n, slope, &points, &values, sign);
            for (x, &f) in points.rows().zip(&values) {
                let (mut rest, mut loss) = (exact(f), exact(3.0 * U) * exact(f).abs());
                for k in 0..3 {
                    let away = exact(x[k]) - exact(node.centre[k]);
                    rest = rest - exact(slope[k]) * away;
                    loss = loss + exact(5.0 * U) * away.abs();
                    assert!(away.abs().upper() <= node.half[k]);
                }
                assert!((exact(sign) * rest - exact(node.extreme) - loss).lower() <= 0.0, "round {round}");
                assert!(f.abs() <= node.size);
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
            let (mut a, mut b) =
                (node(c, r.map(f64::abs), g, number(), 0.0), node([0.0; 3], s.map(f64::abs), k, 0.0, 0.0));
            b.centre = [0, 1, 2].map(|k| c[k] - far[k]);
            let step = [0, 1, 2].map(|k| a.centre[k] - b.centre[k]);
            if round % 2 == 0 {
                (a.slope, b.slope) = (h, h);
            }
            (a.size, b.size) = (a.extreme.abs() + number().abs(), number().abs());
            let spread = |n: &Node, k: usize| (exact(n.slope[k]) - exact(h[k])).abs() * exact(n.half[k]);
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
        let point = || node(zero, zero, zero, 0.0, 0.0);
        let unit = [1.0, 0.0, 0.0];
        let least = |a: &mut Node, b: &mut Node, step: Vector, h: Vector, spread: f64, sizes: f64| {
            let mut at = |units: f64, sign: f64| {
                (a.extreme, b.extreme) = (-spread * sign.abs(), -(20.0 * sizes + units) * U);
                holds(a, b, &step, &h)
            };
            assert!(at(2.0, 1.0) && !at(-2.0, 1.0));
        };
        for swapped in [false, true] {
            let run = |large: Node, step: Vector, h: Vector, spread: f64, sizes: f64| {
                let (mut a, mut b) = if swapped { (point(), large) } else { (large, point()) };
                least(&mut a, &mut b, step, h, spread, sizes);
            };
            run(node(zero, zero, zero, 0.0, 4.0), zero, zero, 0.0, 4.0);
            run(point(), [0.0, -4.0, 0.0], zero, 0.0, 4.0);
            run(node(zero, [0.0, 0.0, 4.0], zero, 0.0, 0.0), zero, zero, 0.0, 4.0);
            run(node(zero, [0.25, 0.0, 0.0], zero, 0.0, 0.0), zero, unit, 0.25, 0.5);
            run(node(zero, [0.25, 0.0, 0.0], unit, 0.0, 0.0), zero, zero, 0.25, 0.5);
        }
        assert!(!holds(&point(), &point(), &zero, &zero), "what underflows is not 0");
    }

    #[test]
    fn boxes_far_from_each_other_and_ties_with_a_little_room_are_settled() {
        for cost in COSTS {
            for (x, y) in [(9.0, 0.0), (0.0, -9.0), (-7.0, 7.0), (0.5, 9.0)] {
                let flat = |centre: Vector, f: f64| node(centre, [1.0, 1.0, 0.0], [0.0; 3], f, f.abs());
                let at = |f: f64| is_settled(&flat([x, y, 0.0], f), &flat([0.0; 3], 0.0), cost);
                assert!(at(4.5) && !at(20.0), "{cost:?}, {x}, {y}");
            }
            // f(x) = the first coordinate, from 9 down to 0 or up; or to the side of that.
            for (y, fall) in [(0.0, 9.0), (3.0, 9.0)] {
                let at = |x: f64, room: f64| {
                    let line =
                        |x: f64, y: f64, f: f64| node([x, y, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0], f, 9.0);
                    is_settled(&line(x, y, x - room), &line(0.0, 0.0, 0.0), cost)
                };
                assert!(at(fall, 1e-12) && at(-fall, 0.0), "{cost:?}, {y}");
                assert_eq!(at(fall, 0.0), cost != Cost::Linf && y > 0.0, "{cost:?}, {y}");
            }
        }
    }
}
