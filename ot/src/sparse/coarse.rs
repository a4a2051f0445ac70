//! A smaller instance in the image of a large one.

use super::kd_tree::KdTree;
use crate::instance::Instance;

/// Points merged into one.
const GROUP: usize = 4;

/// Sides of at most this many points stay as they are.
const SMALL: usize = 64;

/// Neighbours in the trees merged: their mean with their mass.
pub(super) fn coarsen(instance: &Instance, sources: &KdTree, sinks: &KdTree) -> Instance {
    let Instance { cost, dim, x, y, supply, demand } = instance;
    let (x, supply) = merge(*dim, x, supply, sources.order());
    let (y, demand) = merge(*dim, y, demand, sinks.order());
    Instance { cost: *cost, dim: *dim, x, y, supply, demand }
}

/// The points that were merged into the `k`-th point of a side.
pub(super) fn members<'a>(order: &'a [u32]) -> impl Fn(u32) -> &'a [u32] {
    let group = group(order.len());
    move |k| &order[k as usize * group..((k as usize + 1) * group).min(order.len())]
}

fn group(points: usize) -> usize {
    if points <= SMALL { 1 } else { GROUP }
}

fn merge(dim: usize, coords: &[f64], masses: &[u64], order: &[u32]) -> (Vec<f64>, Vec<u64>) {
    let group = group(masses.len());
    let mut merged = Vec::with_capacity(coords.len() / group + dim);
    let mut sums = Vec::with_capacity(masses.len() / group + 1);
    for points in order.chunks(group) {
        for k in 0..dim {
            let sum: f64 = points.iter().map(|&i| coords[i as usize * dim + k] / points.len() as f64).sum();
            merged.push(sum);
        }
        sums.push(points.iter().map(|&i| masses[i as usize]).sum());
    }
    (merged, sums)
}
