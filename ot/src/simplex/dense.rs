//! All arcs, with the distance matrix in memory.

use super::pricing::PricingTolerance;
use super::tree::{Tree, greedy_forest};
use crate::instance::{Answer, Instance};
use crate::{Status, tolerance};

/// A transport problem by its cost matrix.
#[derive(Debug, Clone)]
pub(crate) struct Dense<'a> {
    /// Costs, not negative, one row for each source; infinite where there is no arc. The problem must be feasible, an
    /// exchange of two flows sufficing to avoid a missing arc.
    pub(crate) costs: &'a [f64],
    /// Positive supplies.
    pub(crate) supply: &'a [u64],
    /// Positive demands of the same total.
    pub(crate) demand: &'a [u64],
}

/// The network simplex over all arcs of an instance, its distances in memory.
pub(crate) fn solve(instance: &Instance, max_iterations: u64) -> Answer {
    let (n, m) = (instance.sources(), instance.sinks());
    let costs: Vec<f64> = (0..n).flat_map(|i| (0..m).map(move |j| instance.distance(i, j))).collect();
    Dense { costs: &costs, supply: &instance.supply, demand: &instance.demand }.solve(max_iterations)
}

impl Dense<'_> {
    /// The network simplex over all `n m` arcs, block search pricing.
    ///
    /// Stops after `max_iterations` pivots with [`Status::IterationLimit`]; the plan is feasible all the same.
    pub(crate) fn solve(&self, max_iterations: u64) -> Answer {
        let Self { costs, supply, demand } = self;
        let (n, m) = (supply.len(), demand.len());
        let max_iterations = max_iterations.min(tolerance::most_pivots(n + m));
        let largest = costs.iter().copied().filter(|c| c.is_finite()).fold(f64::MIN_POSITIVE, f64::max);
        // Two artificial arcs cost more than any exchange of two flows.
        let mut tree = Tree::new(supply, demand, &self.initial_basis(), |_| 2.0 * largest);
        let mut pricing = PricingTolerance::new(largest, n + m);
        let width = m.min((((n * m) as f64).sqrt() as usize).max(SHORTEST_BLOCK));
        let mut cursor = (0, 0);
        let mut iterations = 0;
        let mut fresh = true;
        let status = loop {
            let Some((i, j)) = find_entering_arc(costs, &tree, m, width, pricing.value(), &mut cursor) else {
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
            let cost = costs[i * m + j];
            pricing.observe(tree.u()[i] - tree.v()[j] - cost);
            tree.pivot(i, j, cost);
            iterations += 1;
            fresh = false;
        };
        tree.refresh_potentials();
        let mut flows = tree.flows();
        if tree.has_artificial_flow() {
            flows = crate::repair::complete(flows, supply, demand);
        }
        Answer { flows, v: tree.v().to_vec(), status, iterations }
    }

    /// A basis to start from: mass goes greedily from every source to its nearest sinks, nearest pairs first.
    fn initial_basis(&self) -> Vec<(u32, u32, u64, f64)> {
        let m = self.demand.len();
        let few = NEIGHBOURS.min(m);
        let mut arcs: Vec<(u32, u32, f64)> = Vec::new();
        let mut near: Vec<u32> = Vec::new();
        for (i, row) in self.costs.chunks_exact(m).enumerate() {
            near.clear();
            near.extend(0..m as u32);
            if few < m {
                near.select_nth_unstable_by(few, |&a, &b| row[a as usize].total_cmp(&row[b as usize]));
            }
            let arc = |&j: &u32| (i as u32, j, row[j as usize]);
            arcs.extend(near[..few].iter().map(arc).filter(|arc| arc.2.is_finite()));
        }
        arcs.sort_unstable_by(|a, b| a.2.total_cmp(&b.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        greedy_forest(self.supply, self.demand, &arcs)
    }
}

/// Fewest arcs priced at once.
const SHORTEST_BLOCK: usize = 16;

/// Nearest sinks offered to each source by the greedy start.
const NEIGHBOURS: usize = 8;

/// The arc of least reduced cost in the next block that holds a negative one.
fn find_entering_arc(
    matrix: &[f64],
    tree: &Tree,
    m: usize,
    width: usize,
    tolerance: f64,
    cursor: &mut (usize, usize),
) -> Option<(usize, usize)> {
    let (u, v) = (tree.u(), tree.v());
    let blocks = u.len() * m.div_ceil(width);
    for _ in 0..blocks {
        let (i, from) = *cursor;
        let to = (from + width).min(m);
        *cursor = if to < m { (i, to) } else { ((i + 1) % u.len(), 0) };
        let costs = &matrix[i * m + from..i * m + to];
        let bar = u[i] - tolerance;
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
