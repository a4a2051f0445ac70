//! A k-d tree that finds the smallest `value_j + d(x, y_j)`.

use lip1_kernel::distance::Cost;

use crate::distance::distance;

/// Most points in a leaf.
const LEAF: usize = 8;

/// Points in an order in which every box of the tree holds a run of them.
#[derive(Debug)]
pub(crate) struct KdTree {
    cost: Cost,
    dim: usize,
    /// Original index of the point at every position.
    order: Vec<u32>,
    /// Coordinates by position.
    coords: Vec<f64>,
    /// Runs of positions; the children of node `k` are `2 k + 1` and `2 k + 2`.
    runs: Vec<(u32, u32)>,
    /// Lower and upper corner of every box.
    boxes: Vec<f64>,
}

impl KdTree {
    /// Splits at medians of the widest side; `O(n log n)`.
    pub(crate) fn new(cost: Cost, dim: usize, coords: &[f64]) -> Self {
        let n = coords.len() / dim;
        let mut order: Vec<u32> = (0..n as u32).collect();
        let levels = n.div_ceil(LEAF).next_power_of_two().trailing_zeros();
        let nodes = (2usize << levels) - 1;
        let inner = nodes / 2;
        let mut runs = vec![(0, n as u32); nodes];
        let mut boxes = vec![0.0; 2 * dim * nodes];
        for node in 0..nodes {
            let (begin, end) = runs[node];
            let run = &mut order[begin as usize..end as usize];
            let corners = &mut boxes[2 * dim * node..2 * dim * (node + 1)];
            bound(corners, dim, run, coords);
            if node < inner {
                let widest = (0..dim).max_by(|&a, &b| {
                    (corners[dim + a] - corners[a]).total_cmp(&(corners[dim + b] - corners[b]))
                });
                let (half, axis) = (run.len() / 2, widest.unwrap_or(0));
                if half > 0 {
                    let at = |i: u32| coords[i as usize * dim + axis];
                    run.select_nth_unstable_by(half, |&a, &b| at(a).total_cmp(&at(b)).then(a.cmp(&b)));
                }
                let middle = begin + half as u32;
                (runs[2 * node + 1], runs[2 * node + 2]) = ((begin, middle), (middle, end));
            }
        }
        let coords = order.iter().flat_map(|&i| &coords[i as usize * dim..(i as usize + 1) * dim]).copied();
        Self { cost, dim, coords: coords.collect(), order, runs, boxes }
    }

    /// The original indices in the order of the tree: neighbours in it are neighbours in space.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Distance of `x` to the box of a node.
    fn gap(&self, node: usize, x: &[f64]) -> f64 {
        let (low, high) = self.boxes[2 * self.dim * node..2 * self.dim * (node + 1)].split_at(self.dim);
        let gaps =
            x.iter().zip(low.iter().zip(high)).map(|(x, (low, high))| (low - x).max(x - high).max(0.0));
        match self.cost {
            Cost::L2 => gaps.map(|gap| gap * gap).sum::<f64>().sqrt(),
            Cost::L1 => gaps.sum(),
            Cost::Linf => gaps.fold(0.0, f64::max),
        }
    }
}

/// Writes the corners of the box around some points; an empty box is infinitely far away.
fn bound(corners: &mut [f64], dim: usize, run: &[u32], coords: &[f64]) {
    let (low, high) = corners.split_at_mut(dim);
    low.fill(f64::INFINITY);
    high.fill(f64::NEG_INFINITY);
    for &i in run {
        for (k, &c) in coords[i as usize * dim..(i as usize + 1) * dim].iter().enumerate() {
            low[k] = low[k].min(c);
            high[k] = high[k].max(c);
        }
    }
}

/// A tree whose points carry values.
#[derive(Debug)]
pub(crate) struct Valued<'a> {
    tree: &'a KdTree,
    /// Values by position.
    values: Vec<f64>,
    /// Least value in every node.
    least: Vec<f64>,
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
        Self { tree, values, least }
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

    /// Calls `meet(sum, position, bound)` for points whose sum is below the bound; its answer is the new bound.
    fn visit(&self, x: &[f64], mut bound: f64, mut meet: impl FnMut(f64, usize, f64) -> f64) {
        let tree = self.tree;
        let lower = |node: usize| self.least[node] + tree.gap(node, x);
        let mut stack = [(0.0, 0usize); 64];
        stack[0] = (lower(0), 0);
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
                let (low_a, low_b) = (lower(a), lower(b));
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
