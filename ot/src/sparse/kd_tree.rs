//! A k-d tree.

use lip1_kernel::distance::Cost;

/// Most points in a leaf.
const LEAF: usize = 8;

/// Points in an order in which every box of the tree holds a run of them.
#[derive(Debug)]
pub(crate) struct KdTree {
    pub(super) cost: Cost,
    pub(super) dim: usize,
    /// Original index of the point at every position.
    pub(super) order: Vec<u32>,
    /// Coordinates by position.
    pub(super) coords: Vec<f64>,
    /// Runs of positions; the children of node `k` are `2 k + 1` and `2 k + 2`.
    pub(super) runs: Vec<(u32, u32)>,
    /// Lower and upper corner of every box.
    boxes: Vec<f64>,
}

impl KdTree {
    /// Splits at medians of the widest side; `O(n log n)`.
    pub(crate) fn new(cost: Cost, dim: usize, coords: &[f64]) -> Self {
        let leaves = (coords.len() / dim).div_ceil(LEAF).next_power_of_two();
        Self::split(cost, dim, coords, leaves, |count| count / 2)
    }

    /// Splits along the widest side, the first `half(count)` of `count` points from the others; `leaves` is a power of two.
    pub(crate) fn split(
        cost: Cost,
        dim: usize,
        coords: &[f64],
        leaves: usize,
        half: impl Fn(usize) -> usize,
    ) -> Self {
        let n = coords.len() / dim;
        let mut order: Vec<u32> = (0..n as u32).collect();
        let nodes = 2 * leaves - 1;
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
                let (half, axis) = (half(run.len()), widest.unwrap_or(0));
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

    /// The points at the positions of a node, one after the other.
    pub(super) fn points(&self, node: usize) -> std::slice::ChunksExact<'_, f64> {
        let (begin, end) = self.runs[node];
        self.coords[begin as usize * self.dim..end as usize * self.dim].chunks_exact(self.dim)
    }

    /// Lower and upper corner of a node's box.
    pub(super) fn corners(&self, node: usize) -> (&[f64], &[f64]) {
        self.boxes[2 * self.dim * node..2 * self.dim * (node + 1)].split_at(self.dim)
    }

    /// Distance of `x` to the box of a node.
    pub(super) fn gap(&self, node: usize, x: &[f64]) -> f64 {
        let (low, high) = self.corners(node);
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
