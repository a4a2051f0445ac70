//! The network simplex on few arcs, for large point clouds, in memory linear in the points.
//!
//! Arcs between near points are enough, near in the reduced cost `d_ij - u_i + v_j` of potentials that a coarser
//! instance provides. After each run all pairs are priced, with whole boxes of a k-d tree ruled out at a time, and the
//! violated ones are added; the method ends when there is none, which makes it exact.

mod affine_bound;
mod candidates;
mod coarse;
mod initial_basis;
mod kd_tree;
mod valued;

pub(crate) use kd_tree::KdTree;
pub(crate) use valued::Valued;

use candidates::CandidateArcs;

use crate::instance::{Answer, Instance};
use crate::simplex::{self, PricingTolerance, Tree};
use crate::{Status, tolerance};
use initial_basis::{InitialBasis, initial_basis};

/// Largest matrix that the dense method solves instead.
const DENSE: usize = 1 << 16;

/// Most violated arcs added for a source in one round of pricing.
const ADDED: usize = 12;

/// Most pivots, and threads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max_iterations: u64,
    pub(crate) threads: usize,
}

/// Solves exactly; the answer does not depend on the number of threads.
pub(crate) fn solve(instance: &Instance, limits: Limits) -> Answer {
    let (n, m) = (instance.sources(), instance.sinks());
    if n * m <= DENSE {
        return simplex::solve(instance, limits.max_iterations);
    }
    let Instance { cost, dim, x, y, supply, demand } = instance;
    let (sources, sinks) = (KdTree::new(*cost, *dim, x), KdTree::new(*cost, *dim, y));
    let WarmStart { u, v, arcs } = warm_start(instance, &sources, &sinks, limits);
    let InitialBasis { arcs, forest } = initial_basis(instance, &u, &v, arcs, limits.threads);
    let mut candidates = CandidateArcs::new(n, arcs);
    // All mass is on real arcs: the artificial ones are empty, and their costs can set the potentials guessed.
    let mut tree = Tree::new(supply, demand, &forest, |node| u.get(node).copied().unwrap_or_default());
    drop(forest);
    let largest = instance.diameter().max(f64::MIN_POSITIVE);
    let mut pricing = PricingTolerance::new(largest, n + m);
    let most = limits.max_iterations.min(tolerance::most_pivots(n + m));
    let mut iterations = 0;
    let status = loop {
        iterations += solve_on_candidates(&mut tree, &mut candidates, &mut pricing, most - iterations);
        if iterations == most {
            break Status::IterationLimit;
        }
        let violated = find_violated_arcs(instance, &sinks, &tree, pricing.value(), limits.threads);
        if violated.is_empty() {
            break Status::Optimal;
        }
        candidates = candidates.extended_by(violated);
    };
    Answer { flows: tree.flows(), v: tree.v().to_vec(), status, iterations }
}

/// Pivots until no candidate is violated, at potentials fresh from the tree; the number of pivots.
fn solve_on_candidates(
    tree: &mut Tree,
    candidates: &mut CandidateArcs,
    pricing: &mut PricingTolerance,
    most: u64,
) -> u64 {
    let mut iterations = 0;
    let mut fresh = false;
    loop {
        let Some((i, j, cost)) = candidates.find_entering_arc(tree, pricing.value()) else {
            if fresh {
                return iterations;
            }
            tree.refresh_potentials();
            fresh = true;
            continue;
        };
        if iterations == most {
            return iterations;
        }
        let violation = tree.u()[i] - tree.v()[j] - cost;
        // Drift of the potentials would keep the method busy with arcs that are not violated at all.
        if pricing.is_within_noise(violation) && tree.is_stale() {
            tree.refresh_potentials();
            continue;
        }
        pricing.observe(violation);
        tree.pivot(i, j, cost);
        iterations += 1;
        fresh = false;
    }
}

/// What a coarser instance says about its original.
struct WarmStart {
    u: Vec<f64>,
    v: Vec<f64>,
    /// All arcs between the points of merged points that the coarser plan joins.
    arcs: Vec<(u32, u32, f64)>,
}

/// Potentials of a coarser instance, as the largest 1-Lipschitz function below those of its sinks, and its plan's arcs.
fn warm_start(instance: &Instance, sources: &KdTree, sinks: &KdTree, limits: Limits) -> WarmStart {
    let coarse = coarse::coarsen(instance, sources, sinks);
    let answer = solve(&coarse, limits);
    let tree = KdTree::new(coarse.cost, coarse.dim, &coarse.y);
    let valued = Valued::new(&tree, &answer.v);
    let extend = |coords: &[f64]| {
        in_order(coords.len() / instance.dim, limits.threads, |k, out: &mut Vec<f64>| {
            let mut found = Vec::with_capacity(2);
            valued.smallest(&coords[k * instance.dim..(k + 1) * instance.dim], 1, f64::INFINITY, &mut found);
            out.extend(found.first().map(|first| first.0));
        })
    };
    let (from, to) = (coarse::members(sources.order()), coarse::members(sinks.order()));
    let mut arcs = Vec::new();
    for (i, j, _) in answer.flows {
        for &i in from(i) {
            arcs.extend(to(j).iter().map(|&j| (i, j, instance.distance(i as usize, j as usize))));
        }
    }
    WarmStart { u: extend(&instance.x), v: extend(&instance.y), arcs }
}

/// The most violated arcs of every source, among all pairs.
fn find_violated_arcs(
    instance: &Instance,
    sinks: &KdTree,
    tree: &Tree,
    tolerance: f64,
    threads: usize,
) -> Vec<(u32, u32, f64)> {
    let valued = Valued::new(sinks, tree.v());
    let u = tree.u();
    in_order(u.len(), threads, |i, out| {
        let mut found = Vec::with_capacity(ADDED + 1);
        valued.smallest(instance.source(i), ADDED, u[i] - tolerance, &mut found);
        out.extend(found.iter().map(|&(_, j)| (i as u32, j, instance.distance(i, j as usize))));
    })
}

/// Runs `work(k, out)` for all `k < n` on some threads, and strings the results together in the order of `k`.
pub(crate) fn in_order<T: Send>(
    n: usize,
    threads: usize,
    work: impl Fn(usize, &mut Vec<T>) + Sync,
) -> Vec<T> {
    let share = n.div_ceil(threads.max(1)).max(1);
    let part = |begin: usize| {
        let mut out = Vec::new();
        (begin..(begin + share).min(n)).for_each(|k| work(k, &mut out));
        out
    };
    if share >= n {
        return part(0);
    }
    std::thread::scope(|scope| {
        let part = &part;
        let workers: Vec<_> = (0..n).step_by(share).map(|begin| scope.spawn(move || part(begin))).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
