//! Potentials against the distances of all pairs of points.

use std::cmp::Ordering;

use crate::Points;
use crate::distance::{Cost, compare, enough};
use crate::float::larger;

/// Points of a tile, which are compared with another point at the same time: their sums fit in registers.
pub(crate) const WIDTH: usize = 16;

/// Coordinates of a pair after which its sum may have reached enough.
const STEP: usize = 64;

/// Points `y_j` with their potentials `v_j`, in tiles of neighbours, to be compared with any point `x` and its potential `u`.
///
/// All numbers are at most `1e150` in absolute value.
pub(crate) struct Tiles<'a> {
    points: &'a Points,
    potential: &'a [f64],
    cost: Cost,
    /// Tile after tile, and within a tile coordinate after coordinate, so that the inner loop runs through memory.
    coords: Vec<f64>,
    /// The potentials, and beyond them values that need nothing.
    values: Vec<f64>,
}

impl<'a> Tiles<'a> {
    /// As many potentials as points.
    pub(crate) fn new(points: &'a Points, potential: &'a [f64], cost: Cost) -> Self {
        let dim = points.dim();
        let mut coords = vec![0.0; points.len().div_ceil(WIDTH) * WIDTH * dim];
        for (tile, rows) in coords.chunks_exact_mut(WIDTH * dim).zip(points.coords().chunks(WIDTH * dim)) {
            for (lane, row) in rows.chunks_exact(dim).enumerate() {
                tile.iter_mut().skip(lane).step_by(WIDTH).zip(row).for_each(|(place, x)| *place = *x);
            }
        }
        let mut values = potential.to_vec();
        values.resize(potential.len().div_ceil(WIDTH) * WIDTH, f64::INFINITY);
        Self { points, potential, cost, coords, values }
    }

    /// Number of tiles; point `j` stands in tile `j / 16`.
    pub(crate) fn len(&self) -> usize {
        self.potential.len().div_ceil(WIDTH)
    }

    /// The first point `y_j` of a tile for which `u - v_j <= d(x, y_j)` is false, exactly.
    ///
    /// A pair passes when its rounded difference is not positive, or when the sum over its first coordinates is [`enough`]: what is
    /// left out is not negative, and no sum gets smaller by rounding. A sum that overflows is above `1e308`, and no difference has a
    /// square above `4.1e300`. Pairs that fail this are compared exactly, one by one.
    ///
    /// Cost: 0.2 ns a pair and coordinate.
    pub(crate) fn first_too_steep(&self, tile: usize, x: &[f64], u: f64) -> Option<usize> {
        let (first, dim) = (tile * WIDTH, x.len());
        let coords = &self.coords[first * dim..][..WIDTH * dim];
        let values = self.values.as_chunks::<WIDTH>().0.get(tile)?;
        let passed = match self.cost {
            Cost::L2 => settle(x, u, coords, values, |t| t * t, |sum, d| sum + d * d),
            Cost::L1 => settle(x, u, coords, values, |t| t, |sum, d| sum + d.abs()),
            Cost::Linf => settle(x, u, coords, values, |t| t, |sum, d| larger(sum, d.abs())),
        };
        let mut open =
            (first..self.potential.len()).zip(passed?).filter(|(_, passed)| !passed).map(|(j, _)| j);
        let steep =
            |j: &usize| compare(x, self.points.row(*j), [u, self.potential[*j]], self.cost) == Ordering::Less;
        open.find(steep)
    }
}

/// For which points of a tile the sum over the differences from `x` reaches what it needs; nothing if all do, as nearly always.
#[inline]
fn settle(
    x: &[f64],
    u: f64,
    tile: &[f64],
    values: &[f64; WIDTH],
    size: impl Fn(f64) -> f64,
    grow: impl Fn(f64, f64) -> f64,
) -> Option<[bool; WIDTH]> {
    let needs = values.map(|v| {
        let t = u - v;
        let need = enough(size(t), x.len());
        if t > 0.0 { need } else { -1.0 }
    });
    let mut sums = [0.0; WIDTH];
    let (rows, _) = tile.as_chunks::<WIDTH>();
    let all = |sums: &[f64; WIDTH]| needs.iter().zip(sums).fold(true, |all, (need, sum)| all & (need <= sum));
    for (x, rows) in x.chunks(STEP).zip(rows.chunks(STEP)) {
        // In few dimensions the sums cost less than this question.
        if x.len() == STEP && all(&sums) {
            return None;
        }
        for (x, row) in x.iter().zip(rows) {
            for (sum, y) in sums.iter_mut().zip(row) {
                *sum = grow(*sum, x - y);
            }
        }
    }
    if all(&sums) { None } else { Some(std::array::from_fn(|lane| needs[lane] <= sums[lane])) }
}
