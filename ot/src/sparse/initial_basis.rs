//! A feasible basis to start from, on arcs of small reduced cost.

use super::{KdTree, Valued, in_order};
use crate::instance::Instance;
use crate::line::couple;
use crate::simplex::greedy_forest;

/// Arcs of least reduced cost taken from either side.
const BEST: usize = 6;

/// Times that the points left over are matched among themselves before any arc will do.
const ROUNDS: usize = 16;

/// Arcs to begin with, and a forest of arcs that carries all the mass.
pub(super) struct InitialBasis {
    pub(super) arcs: Vec<(u32, u32, f64)>,
    pub(super) forest: Vec<(u32, u32, u64, f64)>,
}

/// Matches greedily along the arcs `first` and those of least `d_ij - u_i + v_j`, then the points left over likewise, and so on.
pub(super) fn initial_basis(
    instance: &Instance,
    u: &[f64],
    v: &[f64],
    mut first: Vec<(u32, u32, f64)>,
    threads: usize,
) -> InitialBasis {
    let (mut supply, mut demand) = (instance.supply.clone(), instance.demand.clone());
    let mut basis = InitialBasis { arcs: Vec::new(), forest: Vec::new() };
    for _ in 0..ROUNDS {
        let open = |masses: &[u64]| -> Vec<u32> {
            masses.iter().enumerate().filter(|(_, mass)| **mass > 0).map(|(k, _)| k as u32).collect()
        };
        let (sources, sinks) = (open(&supply), open(&demand));
        if sources.is_empty() {
            return basis;
        }
        let reduced = |arc: &(u32, u32, f64)| arc.2 - u[arc.0 as usize] + v[arc.1 as usize];
        let mut arcs = best_arcs(instance, (&sources, u), (&sinks, v), threads);
        arcs.append(&mut first);
        arcs.sort_unstable_by(|a, b| reduced(a).total_cmp(&reduced(b)).then((a.0, a.1).cmp(&(b.0, b.1))));
        let forest = greedy_forest(&supply, &demand, &arcs);
        subtract(&forest, &mut supply, &mut demand);
        basis.forest.extend(forest);
        basis.arcs.append(&mut arcs);
    }
    // Few are left: along the order of the potentials, as on a line.
    let by = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
        order
    };
    for (i, j, mass) in couple(&by(u), &by(v), &supply, &demand) {
        let cost = instance.distance(i as usize, j as usize);
        basis.forest.push((i, j, mass, cost));
        basis.arcs.push((i, j, cost));
    }
    basis
}

/// Takes the flows off what is left.
fn subtract(forest: &[(u32, u32, u64, f64)], supply: &mut [u64], demand: &mut [u64]) {
    for &(i, j, mass, _) in forest {
        supply[i as usize] -= mass;
        demand[j as usize] -= mass;
    }
}

/// The arcs of least reduced cost at each of the sources and at each of the sinks named.
fn best_arcs(
    instance: &Instance,
    (sources, u): (&[u32], &[f64]),
    (sinks, v): (&[u32], &[f64]),
    threads: usize,
) -> Vec<(u32, u32, f64)> {
    let Instance { cost, dim, x, y, .. } = instance;
    let gather = |coords: &[f64], index: &[u32]| -> Vec<f64> {
        index.iter().flat_map(|&k| &coords[k as usize * dim..(k as usize + 1) * dim]).copied().collect()
    };
    let (x, y) = (gather(x, sources), gather(y, sinks));
    let (at_x, at_y) = (KdTree::new(*cost, *dim, &x), KdTree::new(*cost, *dim, &y));
    let down: Vec<f64> = sources.iter().map(|&i| -u[i as usize]).collect();
    let up: Vec<f64> = sinks.iter().map(|&j| v[j as usize]).collect();
    let best = |valued: &Valued<'_>, point: &[f64], meet: &mut dyn FnMut(u32)| {
        let mut found = Vec::with_capacity(BEST + 1);
        valued.smallest(point, BEST, f64::INFINITY, &mut found);
        found.iter().for_each(|&(_, k)| meet(k));
    };
    let arc = |i: u32, j: u32| (i, j, instance.distance(i as usize, j as usize));
    let to_sinks = Valued::new(&at_y, &up);
    let mut arcs = in_order(sources.len(), threads, |k, out| {
        best(&to_sinks, &x[k * dim..(k + 1) * dim], &mut |j| out.push(arc(sources[k], sinks[j as usize])));
    });
    let to_sources = Valued::new(&at_x, &down);
    arcs.extend(in_order(sinks.len(), threads, |k, out| {
        best(&to_sources, &y[k * dim..(k + 1) * dim], &mut |i| out.push(arc(sources[i as usize], sinks[k])));
    }));
    arcs
}
