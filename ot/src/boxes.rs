//! Groups the points of a transport problem into boxes, for the kernel to compare potentials by.

use lip1_kernel::boxes::{Boxes, Grouping, TILE};
use lip1_kernel::transport::{self, Potentials};
use lip1_kernel::{Points, distance::Cost};

use crate::sparse::KdTree;

/// Largest dimension in which the kernel takes boxes.
const MOST_DIMENSIONS: usize = 3;

/// Pairs of points from which on boxes pay: at 3,000 against 3,000 in the plane they halve the check, at 10,000 it takes a quarter (`cargo
/// bench -p lip1-benches -- kernel/transport/`). With fewer it takes milliseconds, and boxes would only lengthen the certificate.
const MANY_PAIRS: usize = 1 << 24;

/// Whether potentials of the problem are to be compared by boxes.
pub(crate) fn pay(statement: &transport::Problem) -> bool {
    let transport::Problem { p, q, .. } = statement;
    p.dim() <= MOST_DIMENSIONS && p.len().saturating_mul(q.len()) >= MANY_PAIRS
}

/// A tree of boxes over the points of either side, with least-squares slopes of the potentials; `O(n log n)`.
///
/// For problems in at most three dimensions: in more, the kernel takes none.
#[must_use]
pub fn boxes(statement: &transport::Problem, potentials: &Potentials) -> Boxes {
    Boxes {
        p: grouping(&statement.p, statement.cost, &potentials.u),
        q: grouping(&statement.q, statement.cost, &potentials.v),
    }
}

fn grouping(points: &Points, cost: Cost, values: &[f64]) -> Grouping {
    let dim = points.dim();
    let tiles = |count: usize| count.div_ceil(TILE);
    // One or two tiles a leaf.
    let leaves = 1usize << tiles(points.len()).max(1).ilog2();
    let tree = KdTree::split(cost, dim, points.coords(), leaves, |count| tiles(count) / 2 * TILE);
    let values: Vec<f64> = tree.order().iter().map(|&i| values[i as usize]).collect();
    let mut slopes = vec![0.0; (2 * leaves - 1) * dim];
    for (node, slope) in slopes.chunks_exact_mut(dim).enumerate() {
        tree.slope(node, &values, slope);
        // The kernel takes no components beyond 1, which gradients of 1-Lipschitz functions do not have.
        slope.iter_mut().for_each(|component| *component = component.clamp(-1.0, 1.0));
    }
    Grouping { order: tree.order().to_vec(), slopes }
}
