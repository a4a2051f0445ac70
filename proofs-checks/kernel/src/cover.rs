//! Cliques that cover a finite set: upper ends of packing numbers.

use std::cmp::Ordering;

use crate::distance::{self, Cost};
use crate::refusal::{each, require};
use crate::{Interval, Points, Refusal, Theorem};

/// Points that are pairwise closer than a distance, so that a packing holds at most one of them; with a weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clique {
    /// Positions of the points.
    pub members: Vec<u32>,
    /// Weight, in multiples of `1 / unit`.
    pub weight: u64,
}

/// Proof that a set of points holds no packing larger than some number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// Cliques that together weigh at least `unit` at every point: a packing has at most `sum weight / unit` points.
    Cliques {
        /// The cliques.
        cliques: Vec<Clique>,
        /// The weight that counts as 1.
        unit: u64,
    },
    /// Packings that take a point, for which its neighbours are out, and packings that leave it.
    Branch {
        /// The point.
        vertex: u32,
        /// Proof for what remains when it is taken.
        taken: Box<Cover>,
        /// Proof for what remains when it is left.
        left: Box<Cover>,
    },
    /// Parts that hold every point between them, and a proof for each: the bounds add up.
    Split {
        /// Positions of a part's points, and its proof.
        parts: Vec<(Vec<u32>, Cover)>,
    },
}

/// An upper end of the number of points at pairwise distance at least `distance` that a finite set holds.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverBound {
    /// The set.
    pub points: Points,
    /// No packing has more points.
    pub count: u64,
    /// The distance that the points of a packing keep.
    pub distance: f64,
}

impl Theorem<CoverBound> {
    /// Where the packing number of the set lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(0.0, self.upper_bound().upper())
    }

    /// The number that no packing exceeds, exactly up to 53 bits.
    pub fn upper_bound(&self) -> Interval {
        Interval::integer(self.count.into())
    }
}

/// Checks a cover of `points` for packings at `distance`.
///
/// Cost: `n^2 dim / 2` for the pairs, `n` a branch or part, and the squared sizes of all cliques; memory `n^2` bytes.
///
/// # Errors
/// When the tree is deeper than 500, an index is out of range, two points of a clique can't be shown to be closer than `distance`, a point that is neither
/// taken nor out lacks weight or a part, a unit is 0, or weights overflow.
///
/// ```
/// use lip1_kernel::{Points, cover::{self, Clique, Cover}};
/// let points = Points::new(1, vec![0.0, 1.0, 5.0])?;
/// let cliques = vec![Clique { members: vec![0, 1], weight: 1 }, Clique { members: vec![2], weight: 1 }];
/// assert_eq!(cover::packing_upper(&points, 2.0, &Cover::Cliques { cliques, unit: 1 })?.count, 2);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn packing_upper(points: &Points, distance: f64, cover: &Cover) -> Result<Theorem<CoverBound>, Refusal> {
    crate::points::finite("distance", &[distance])?;
    let mut close = vec![vec![false; points.len()]; points.len()];
    for (i, x) in points.rows().enumerate() {
        for (j, y) in points.rows().enumerate().take(i) {
            let conflict = distance::compare(x, y, [distance, 0.0], Cost::L2) == Ordering::Less;
            close[i][j] = conflict;
            close[j][i] = conflict;
        }
    }
    let count = bound(&close, cover, &vec![true; points.len()], DEEPEST)?;
    Ok(Theorem::new(CoverBound { points: points.clone(), count, distance }))
}

/// Levels that a tree of cases may have, so that it can be walked by recursion.
const DEEPEST: usize = 500;

/// The bound that a cover of at most `depth` levels proves for packings within the `open` points.
fn bound(close: &[Vec<bool>], cover: &Cover, open: &[bool], depth: usize) -> Result<u64, Refusal> {
    let depth = depth.checked_sub(1).ok_or(Refusal::Overflow { what: "depth of a cover" })?;
    match cover {
        Cover::Cliques { cliques, unit } => weigh(close, cliques, *unit, open),
        Cover::Branch { vertex, taken, left } => {
            let v = index(*vertex, open.len())?;
            let mut rest = open.to_vec();
            rest[v] = false;
            let without = bound(close, left, &rest, depth)?;
            rest.iter_mut().zip(&close[v]).for_each(|(open, close)| *open &= !close);
            Ok(without.max(bound(close, taken, &rest, depth)?.saturating_add(1)))
        }
        Cover::Split { parts } => {
            let (mut rest, mut total) = (open.to_vec(), 0_u64);
            for (members, cover) in parts {
                let mut part = vec![false; open.len()];
                for &member in members {
                    let i = index(member, open.len())?;
                    (part[i], rest[i]) = (open[i], false);
                }
                total = total.saturating_add(bound(close, cover, &part, depth)?);
            }
            require(!rest.contains(&true), "the parts of a cover must hold every point").map(|()| total)
        }
    }
}

fn weigh(close: &[Vec<bool>], cliques: &[Clique], unit: u64, open: &[bool]) -> Result<u64, Refusal> {
    let overflow = Refusal::Overflow { what: "weights of cliques" };
    let mut weights = vec![0_u64; open.len()];
    let mut total = 0_u64;
    for Clique { members, weight } in cliques {
        total = total.checked_add(*weight).ok_or(overflow.clone())?;
        for (k, &member) in members.iter().enumerate() {
            let i = index(member, open.len())?;
            weights[i] = weights[i].checked_add(*weight).ok_or(overflow.clone())?;
            for &other in &members[..k] {
                let j = other as usize;
                require(close[i][j], "two points of a clique are not closer than the distance")?;
            }
        }
    }
    let weighed: Vec<bool> =
        weights.iter().zip(open).map(|(weight, open)| !open || *weight >= unit).collect();
    each("weight of a point", &weighed, |enough| *enough)?;
    total.checked_div(unit).ok_or(Refusal::Empty { what: "unit of weight" })
}

pub(crate) fn index(index: u32, limit: usize) -> Result<usize, Refusal> {
    let index = index as usize;
    if index < limit { Ok(index) } else { Err(Refusal::Index { what: "point of a cover", index, limit }) }
}
