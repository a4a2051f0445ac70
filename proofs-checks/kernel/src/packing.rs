//! Points that are pairwise far apart.

use std::cmp::Ordering;

use crate::distance::{self, Cost};
use crate::points::{finite, whole_points};
use crate::refusal::require;
use crate::{Counterexample, FalseInequality, Interval, Judgement, Points, Refusal, Rule, Theorem};

/// Points whose pairwise Euclidean distances are all at least `distance`.
#[derive(Debug, Clone, PartialEq)]
pub struct Separated {
    /// The points.
    pub points: Points,
    /// The distance that they keep.
    pub distance: f64,
}

impl Theorem<Separated> {
    /// The distance that the points keep, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.distance)
    }
}

/// Judges whether all pairs of points keep a distance, exactly: a pair one unit in the last place too close is refuted.
///
/// Cost: `n^2 dim / 2` operations, more for pairs that are within rounding of the distance.
///
/// ```
/// use lip1_kernel::{Points, packing};
/// let pair = Points::new(2, vec![0.0, 0.0, 3.0, 4.0])?;
/// assert!(packing::separated(&pair, 5.0).is_verified());
/// assert!(packing::separated(&pair, 5.0_f64.next_up()).is_refuted());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn separated(points: &Points, distance: f64) -> Judgement<Theorem<Separated>> {
    if let Err(refusal) = finite("distance", &[distance]) {
        return Judgement::Undecided(refusal);
    }
    for (i, x) in points.rows().enumerate() {
        for (j, y) in points.rows().enumerate().skip(i + 1) {
            if distance::compare(x, y, [distance, 0.0], Cost::L2) == Ordering::Less {
                let found = distance::enclose(x, y, Cost::L2);
                let inequality = FalseInequality::new(Interval::exact(distance), found, false);
                let pair = Counterexample::new(Rule::Separated, Some([i, j]), inequality);
                return Judgement::Refuted(pair);
            }
        }
    }
    Judgement::Verified(Theorem::new(Separated { points: points.clone(), distance }))
}

/// Points with integer coordinates: `coords[i * dim .. (i + 1) * dim]` is point `i`.
///
/// Whether a set fits a domain at a separation depends on the quotient of the two alone, so sizes, margins and coordinates are
/// all multiplied until they are integers, and nothing is rounded.
#[derive(Debug, Clone, PartialEq)]
pub struct IntegerPoints {
    /// Dimension of the space.
    pub dim: usize,
    /// The coordinates, point after point.
    pub coords: Vec<i64>,
}

/// The domain that a packing lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// The cube `[0, size]^dim`.
    Box,
    /// The Euclidean ball of radius `size` about 0.
    Ball,
}

impl Domain {
    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Ball => "ball",
        }
    }

    /// The domain with that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Box, Self::Ball].into_iter().find(|domain| domain.name() == name)
    }
}

/// A set of points inside a domain, pairwise at distance at least `separation`: its size is a lower end of the domain's
/// packing number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PackingBound {
    /// The domain.
    pub domain: Domain,
    /// Dimension of the space.
    pub dim: usize,
    /// Side of the box or radius of the ball, in the packing's own unit.
    pub size: i64,
    /// Smallest distance of two points, in the same unit.
    pub separation: i64,
    /// Number of points.
    pub count: usize,
}

impl Theorem<PackingBound> {
    /// Where the packing number of the domain lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.lower_bound().lower(), f64::INFINITY)
    }

    /// The number of points, exactly up to 53 bits.
    pub fn lower_bound(&self) -> Interval {
        Interval::integer(self.count as u128)
    }
}

/// Checks a packing of a box or a ball in exact integer arithmetic; `n^2 dim / 2` operations.
///
/// # Errors
/// When a point lies outside, two are too close, `separation` is not positive, the coordinates do not make whole points, or a
/// square sum does not fit 128 bits.
///
/// ```
/// use lip1_kernel::packing::{self, Domain, IntegerPoints};
/// let corners = IntegerPoints { dim: 2, coords: vec![0, 0, 10, 0, 0, 10, 10, 10] };
/// assert_eq!(packing::inside(&corners, Domain::Box, 10, 10)?.count, 4);
/// assert!(packing::inside(&corners, Domain::Box, 10, 11).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn inside(
    points: &IntegerPoints,
    domain: Domain,
    size: i64,
    separation: i64,
) -> Result<Theorem<PackingBound>, Refusal> {
    let dim = points.dim;
    require(separation > 0 && size >= 0, "the separation must be positive, the size not negative")?;
    whole_points(dim, points.coords.len())?;
    let rows: Vec<&[i64]> = points.coords.chunks_exact(dim).collect();
    for (index, row) in rows.iter().enumerate() {
        let fits = match domain {
            Domain::Box => row.iter().all(|c| (0..=size).contains(c)),
            Domain::Ball => square_sum(row.iter().map(|c| c.unsigned_abs()))? <= square(size),
        };
        if !fits {
            return Err(Refusal::Outside { index });
        }
    }
    for (i, x) in rows.iter().enumerate() {
        for (j, y) in rows.iter().enumerate().skip(i + 1) {
            if squared_distance(x, y)? < square(separation) {
                return Err(Refusal::TooClose { i, j });
            }
        }
    }
    Ok(Theorem::new(PackingBound { domain, dim, size, separation, count: rows.len() }))
}

fn square(x: i64) -> u128 {
    u128::from(x.unsigned_abs()).pow(2)
}

fn squared_distance(x: &[i64], y: &[i64]) -> Result<u128, Refusal> {
    square_sum(x.iter().zip(y).map(|(a, b)| a.abs_diff(*b)))
}

fn square_sum(terms: impl Iterator<Item = u64>) -> Result<u128, Refusal> {
    let mut squares = terms.map(|term| u128::from(term).pow(2));
    squares.try_fold(0_u128, u128::checked_add).ok_or(Refusal::Overflow { what: "squared distance" })
}
