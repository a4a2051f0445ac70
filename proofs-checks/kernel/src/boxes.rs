//! Many points in at most three dimensions: potentials compared a pair of boxes at a time.
//!
//! A certificate may group the points of either side into a tree of boxes. Nothing is taken on trust: boxes and extremes are computed
//! here, and a grouping that serves badly costs time alone, for pairs that no pair of boxes settles are compared one by one.

use std::ops::Range;

use crate::distance::Cost;
use crate::pairs::{Tiles, WIDTH};
use crate::points::{each_once, finite};
use crate::refusal::{each, require};
use crate::region::{Region, is_settled, vector};
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

/// Points that are compared with another one at the same time: boxes begin at multiples of it.
pub const TILE: usize = WIDTH;

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

/// Points and values in the order of their tree.
struct Tree<'a> {
    order: &'a [u32],
    points: Points,
    values: Vec<f64>,
    /// The positions of the points of each box.
    runs: Vec<Range<usize>>,
    regions: Vec<Region>,
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
        each_once(name, order, n)?;
        finite(slopes_name, slopes)?;
        each(slopes_name, slopes, |slope| slope.abs() <= 1.0)?;
        let count = slopes.len() / dim;
        let whole = count > 0 && count * dim == slopes.len() && (count + 1).is_power_of_two();
        let fits = whole && count / 2 < n.div_ceil(WIDTH);
        require(fits, "slopes are for all boxes of a tree, none of which is empty")?;

        let coords = order.iter().flat_map(|&i| points.row(i as usize)).copied().collect();
        let points = Points::new(dim, coords)?;
        let values: Vec<f64> = order.iter().map(|&i| values[i as usize]).collect();
        let mut runs = vec![0..n; count];
        for k in 0..count / 2 {
            let Range { start, end } = runs[k];
            let middle = start + (end - start).div_ceil(WIDTH) / 2 * WIDTH;
            (runs[2 * k + 1], runs[2 * k + 2]) = (start..middle, middle..end);
        }
        let region = |(run, slope)| Region::around(run, &points, &values, vector(slope), sign);
        let regions = runs.iter().zip(slopes.chunks_exact(dim)).map(region).collect();
        Ok(Self { order, points, values, runs, regions })
    }
}

/// `u[i] - v[j] <= d(p_i, q_j)` for all pairs, as [`crate::transport::check_potentials`], by pairs of boxes.
///
/// A pair of boxes for which that is certain ([`is_settled`]) is left; of any other the wider box is opened, and two leaves are compared
/// point by point.
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
    let mut open = vec![(0, 0)];
    while let Some((a, b)) = open.pop() {
        let (from, to) = (&sources.regions[a], &targets.regions[b]);
        let inner = (2 * a + 1 < sources.runs.len(), 2 * b + 1 < targets.runs.len());
        if is_settled(from, to, cost) {
            continue;
        } else if inner.0 && (!inner.1 || from.width() >= to.width()) {
            open.extend([(2 * a + 1, b), (2 * a + 2, b)]);
        } else if inner.1 {
            open.extend([(a, 2 * b + 1), (a, 2 * b + 2)]);
        } else {
            let Range { start, end } = targets.runs[b];
            let within = start / WIDTH..end.div_ceil(WIDTH);
            for (i, tile) in sources.runs[a].clone().flat_map(|i| within.clone().map(move |tile| (i, tile))) {
                if let Some(j) = tiles.first_too_steep(tile, sources.points.row(i), sources.values[i]) {
                    let (i, j) = (sources.order[i] as usize, targets.order[j] as usize);
                    return Err(Refusal::Slope { i, j });
                }
            }
        }
    }
    Ok(())
}
