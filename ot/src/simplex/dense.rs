//! All arcs, with the distance matrix in memory.

use super::{greedy, tree::Tree};
use crate::Status;
use crate::instance::{Answer, Instance};
use crate::tolerance;

/// The network simplex over all `n m` arcs, block search pricing.
///
/// `O(n m)` memory for the distances. Stops after `max_iterations` pivots with [`Status::IterationLimit`]; the plan is
/// feasible all the same.
pub(crate) fn solve(instance: &Instance, max_iterations: u64) -> Answer {
    let (n, m) = (instance.sources(), instance.sinks());
    let matrix: Vec<f64> = (0..n).flat_map(|i| (0..m).map(move |j| instance.distance(i, j))).collect();
    let largest = matrix.iter().copied().fold(0.0, f64::max);
    let slack = tolerance::pricing(largest);
    let mut tree =
        Tree::new(&instance.supply, &instance.demand, &start(instance, &matrix), largest.max(1e-300));
    let block = ((n * m) as f64).sqrt() as usize;
    let width = m.min(block.max(16));
    let mut cursor = (0, 0);
    let mut iterations = 0;
    let mut fresh = true;
    let status = loop {
        let Some((i, j)) = entering(&matrix, &tree, m, width, slack, &mut cursor) else {
            // Drifted potentials may hide a violated arc: only a round with fresh ones is believed.
            if fresh {
                break Status::Optimal;
            }
            tree.refresh_potentials();
            fresh = true;
            continue;
        };
        if iterations == max_iterations {
            break Status::IterationLimit;
        }
        tree.pivot(i, j, matrix[i * m + j]);
        iterations += 1;
        fresh = false;
    };
    tree.refresh_potentials();
    let mut flows = tree.flows();
    if tree.artificial_mass() {
        flows = crate::repair::complete(flows, &instance.supply, &instance.demand);
    }
    Answer { flows, v: tree.v().to_vec(), status, iterations }
}

/// Every source to its nearest sink that still wants mass, nearest pairs first.
fn start(instance: &Instance, matrix: &[f64]) -> Vec<(u32, u32, u64, f64)> {
    let m = instance.sinks();
    let mut arcs: Vec<(u32, u32, f64)> = Vec::new();
    for (i, row) in matrix.chunks_exact(m).enumerate() {
        let mut near: Vec<u32> = (0..m as u32).collect();
        let few = NEIGHBOURS.min(m);
        if few < m {
            near.select_nth_unstable_by(few, |&a, &b| row[a as usize].total_cmp(&row[b as usize]));
        }
        arcs.extend(near[..few].iter().map(|&j| (i as u32, j, row[j as usize])));
    }
    arcs.sort_unstable_by(|a, b| a.2.total_cmp(&b.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    greedy::forest(instance, &arcs)
}

/// Nearest sinks offered to each source by the greedy start.
const NEIGHBOURS: usize = 8;

/// The arc of least reduced cost in the next block that holds a negative one.
fn entering(
    matrix: &[f64],
    tree: &Tree,
    m: usize,
    width: usize,
    slack: f64,
    cursor: &mut (usize, usize),
) -> Option<(usize, usize)> {
    let (u, v) = (tree.u(), tree.v());
    let blocks = u.len() * m.div_ceil(width);
    for _ in 0..blocks {
        let (i, from) = *cursor;
        let to = (from + width).min(m);
        *cursor = if to < m { (i, to) } else { ((i + 1) % u.len(), 0) };
        let costs = &matrix[i * m + from..i * m + to];
        let bar = u[i] - slack;
        let least = least_sum(costs, &v[from..to]);
        if least < bar {
            let at = costs.iter().zip(&v[from..to]).position(|(c, v)| c + v <= least);
            return at.map(|k| (i, from + k));
        }
    }
    None
}

/// `min_k (a_k + b_k)`, in eight lanes so that it vectorises.
fn least_sum(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [f64::INFINITY; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a + b).fold(f64::INFINITY, f64::min);
    for (a, b) in a.zip(b) {
        for k in 0..8 {
            let sum = a[k] + b[k];
            lanes[k] = if sum < lanes[k] { sum } else { lanes[k] };
        }
    }
    lanes.into_iter().fold(rest, f64::min)
}
