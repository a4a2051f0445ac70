//! Finds the smallest `value_j + d(x, y_j)` in a k-d tree.

use super::affine_bound::AffineBound;
use super::kd_tree::KdTree;
use crate::distance::distance;

/// A tree whose points carry values.
#[derive(Debug)]
pub(crate) struct Valued<'a> {
    tree: &'a KdTree,
    /// Values by position.
    values: Vec<f64>,
    /// Least value in every node.
    least: Vec<f64>,
    /// An affine bound on the values in every node.
    affine_bounds: Vec<AffineBound>,
    /// Its gradients, `dim` numbers a node.
    gradients: Vec<f64>,
}

impl<'a> Valued<'a> {
    /// Takes one value for each point, in the original order.
    pub(crate) fn new(tree: &'a KdTree, values: &[f64]) -> Self {
        let values: Vec<f64> = tree.order.iter().map(|&i| values[i as usize]).collect();
        let mut least = vec![f64::INFINITY; tree.runs.len()];
        for node in (0..tree.runs.len()).rev() {
            let (begin, end) = tree.runs[node];
            least[node] = if 2 * node + 1 < least.len() {
                least[2 * node + 1].min(least[2 * node + 2])
            } else {
                values[begin as usize..end as usize].iter().copied().fold(f64::INFINITY, f64::min)
            };
        }
        let mut gradients = vec![0.0; tree.dim * tree.runs.len()];
        let fit = |(node, gradient): (usize, &mut [f64])| {
            let (begin, end) = tree.runs[node];
            AffineBound::fit(tree, node, &values[begin as usize..end as usize], gradient)
        };
        let affine_bounds = gradients.chunks_exact_mut(tree.dim).enumerate().map(fit).collect();
        Self { tree, values, least, affine_bounds, gradients }
    }

    /// The up to `count` smallest `value_j + d(x, y_j)` below `bound`, ascending, as `(sum, j)` in `found`.
    pub(crate) fn smallest(&self, x: &[f64], count: usize, bound: f64, found: &mut Vec<(f64, u32)>) {
        found.clear();
        self.visit(x, bound, |sum, position, bound| {
            let at = found.partition_point(|other| other.0 <= sum);
            found.insert(at, (sum, self.tree.order[position]));
            found.truncate(count);
            if found.len() == count { found.last().map_or(bound, |last| last.0) } else { bound }
        });
    }

    /// The smallest `value_j + d(x, y_j)`, by `sum` as the last word on each point within `margin` of it.
    pub(crate) fn least(&self, x: &[f64], margin: f64, sum: impl Fn(f64, &[f64]) -> f64) -> f64 {
        let mut least = f64::INFINITY;
        self.visit(x, f64::INFINITY, |_, position, bound| {
            let y = &self.tree.coords[position * self.tree.dim..(position + 1) * self.tree.dim];
            least = least.min(sum(self.values[position], y));
            bound.min(least + margin)
        });
        least
    }

    /// At most the sums in a node; whether it is below `bound` is all that matters.
    fn lower(&self, node: usize, x: &[f64], bound: f64) -> f64 {
        let low = self.least[node] + self.tree.gap(node, x);
        if low >= bound {
            return low;
        }
        let gradient = &self.gradients[node * self.tree.dim..(node + 1) * self.tree.dim];
        low.max(self.affine_bounds[node].below(self.tree, node, gradient, x))
    }

    /// Calls `meet(sum, position, bound)` for points whose sum is below the bound; its answer is the new bound.
    fn visit(&self, x: &[f64], mut bound: f64, mut meet: impl FnMut(f64, usize, f64) -> f64) {
        let tree = self.tree;
        let lower = |node: usize, bound: f64| self.lower(node, x, bound);
        let mut stack = [(0.0, 0usize); 64];
        stack[0] = (lower(0, bound), 0);
        let mut height = 1;
        while height > 0 {
            height -= 1;
            let (low, mut node) = stack[height];
            if low >= bound {
                continue;
            }
            // Down to a leaf along the nearer children; the others wait.
            let mut reached = true;
            while 2 * node + 1 < tree.runs.len() {
                let (a, b) = (2 * node + 1, 2 * node + 2);
                let (low_a, low_b) = (lower(a, bound), lower(b, bound));
                let (near, far) =
                    if low_a <= low_b { ((low_a, a), (low_b, b)) } else { ((low_b, b), (low_a, a)) };
                if far.0 < bound {
                    stack[height] = far;
                    height += 1;
                }
                if near.0 >= bound {
                    reached = false;
                    break;
                }
                node = near.1;
            }
            if !reached {
                continue;
            }
            let (begin, end) = tree.runs[node];
            for position in begin as usize..end as usize {
                let y = &tree.coords[position * tree.dim..(position + 1) * tree.dim];
                let sum = self.values[position] + distance(tree.cost, x, y);
                if sum < bound {
                    bound = meet(sum, position, bound);
                }
            }
        }
    }
}
