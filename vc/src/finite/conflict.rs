//! The conflict graph of a finite set: which pairs are too close to be told apart with the margin.

use lip1_kernel::{Judgement, Points, packing};

use crate::error::Error;
use crate::finite::bits::Bits;

/// An undirected graph without loops.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    rows: Vec<Bits>,
}

impl Graph {
    #[cfg(test)]
    pub(crate) fn of_edges(vertices: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Graph {
        let mut rows = vec![Bits::none(vertices); vertices];
        for (i, j) in edges {
            rows[i].insert(j);
            rows[j].insert(i);
        }
        Graph { rows }
    }

    /// Points i and j conflict when their distance is below `2 margin`, decided exactly.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than 20,000 points, [`Error::OutOfRange`] for a margin that is not positive or whose
    /// double is not finite,
    /// [`Error::Refused`] when the kernel cannot decide a tie (coordinates of extreme size).
    pub(crate) fn conflicts(points: &Points, margin: f64) -> Result<Graph, Error> {
        let distance = 2.0 * margin;
        if !(margin > 0.0 && distance.is_finite()) {
            return Err(Error::OutOfRange {
                what: "margin",
                value: margin,
                range: "positive, with a finite double",
            });
        }
        let n = points.len();
        if n > MOST_POINTS {
            return Err(Error::TooLarge { what: "points", found: n, limit: MOST_POINTS });
        }
        let mut rows = vec![Bits::none(n); n];
        for i in 0..n {
            for j in 0..i {
                if too_close(points, i, j, distance)? {
                    rows[i].insert(j);
                    rows[j].insert(i);
                }
            }
        }
        Ok(Graph { rows })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn neighbours(&self, i: usize) -> &Bits {
        &self.rows[i]
    }

    #[cfg(test)]
    pub(crate) fn adjacent(&self, i: usize, j: usize) -> bool {
        self.rows[i].contains(j)
    }

    /// The subgraph on `kept`, whose vertices are renumbered in that order.
    pub(crate) fn induced(&self, kept: &[usize]) -> Graph {
        let mut place = vec![usize::MAX; self.len()];
        kept.iter().enumerate().for_each(|(new, old)| place[*old] = new);
        let inside = Bits::of(self.len(), kept.iter().copied());
        let rows = kept
            .iter()
            .map(|old| Bits::of(kept.len(), self.rows[*old].meet(&inside).iter().map(|j| place[j])))
            .collect();
        Graph { rows }
    }

    #[cfg(test)]
    pub(crate) fn is_independent(&self, set: &[usize]) -> bool {
        set.iter().enumerate().all(|(k, i)| set[..k].iter().all(|j| i != j && !self.adjacent(*i, *j)))
    }

    #[cfg(test)]
    pub(crate) fn is_clique(&self, set: &[usize]) -> bool {
        set.iter().enumerate().all(|(k, i)| set[..k].iter().all(|j| self.adjacent(*i, *j)))
    }

    /// Vertex sets of the connected components of the subgraph on `alive`.
    pub(crate) fn components(&self, alive: &Bits) -> Vec<Vec<usize>> {
        let mut left = alive.clone();
        let mut found = Vec::new();
        while let Some(start) = left.first() {
            left.remove(start);
            let mut component = vec![start];
            let mut next = 0;
            while next < component.len() {
                let fresh = self.rows[component[next]].meet(&left);
                component.extend(fresh.iter());
                left.subtract(&fresh);
                next += 1;
            }
            component.sort_unstable();
            found.push(component);
        }
        found
    }
}

/// The conflicts of this many points take 50 MB here and 400 MB in the kernel.
const MOST_POINTS: usize = 20_000;

/// Squares whose relative difference is below this many ulps a coordinate are left to the kernel.
const DOUBT_PER_COORDINATE: f64 = 4.0 * f64::EPSILON;
/// Squares outside this range are left to the kernel: underflow and overflow void the relative error.
const SAFE_SQUARES: std::ops::Range<f64> = 1e-200..1e200;

/// Whether `|x_i - x_j| < distance`: in floating point where the error bound decides, else by the kernel.
fn too_close(points: &Points, i: usize, j: usize, distance: f64) -> Result<bool, Error> {
    let (x, y) = (points.row(i), points.row(j));
    let square: f64 = x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum();
    let target = distance * distance;
    let doubt = DOUBT_PER_COORDINATE * (points.dim() + 4) as f64 * target.max(square);
    if SAFE_SQUARES.contains(&target) && (square <= 0.0 || SAFE_SQUARES.contains(&square)) {
        if square + doubt < target {
            return Ok(true);
        }
        if square - doubt > target {
            return Ok(false);
        }
    }
    let pair = Points::new(points.dim(), x.iter().chain(y).copied().collect())?;
    match packing::separated(&pair, distance) {
        Judgement::Verified(_) => Ok(false),
        Judgement::Refuted(_) => Ok(true),
        Judgement::Undecided(refusal) => Err(refusal.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;
    use lip1_kernel::Points;

    #[test]
    fn ties_do_not_conflict_and_one_ulp_less_does() {
        let points = Points::new(2, vec![0.0, 0.0, 3.0, 4.0, 0.0, 5.0_f64.next_down()]).unwrap();
        let graph = Graph::conflicts(&points, 2.5).unwrap();
        assert!(!graph.adjacent(0, 1) && graph.adjacent(0, 2) && graph.adjacent(1, 2));
        assert!(Graph::conflicts(&points, 0.0).is_err());
        assert!(Graph::conflicts(&points, f64::NAN).is_err());
        assert!(Graph::conflicts(&points, 1e308).is_err());
    }

    #[test]
    fn components_and_induced_subgraphs_keep_their_edges() {
        let graph = Graph::of_edges(5, [(0, 3), (1, 2), (2, 4)]);
        let parts = graph.components(&super::Bits::all(5));
        assert_eq!(parts, [vec![0, 3], vec![1, 2, 4]]);
        let part = graph.induced(&parts[1]);
        assert!(part.adjacent(0, 1) && part.adjacent(1, 2) && !part.adjacent(0, 2));
        assert!(part.is_independent(&[0, 2]) && part.is_clique(&[1, 2]));
    }
}
