//! A vertex cover of least mass in a bipartite graph, by a greatest flow.

use crate::simplex::Dense;

/// The points that a cover takes, and a flow of the same mass along the edges.
#[derive(Debug)]
pub(super) struct Cover {
    pub(super) wrong_p: Vec<bool>,
    pub(super) wrong_q: Vec<bool>,
    /// `(i, j, mass)` along edges; no point gives or takes more than its mass.
    pub(super) flow: Vec<(usize, usize, u64)>,
}

/// Covers every edge between a point of `p` and one of `q`, both with mass; the totals of both sides are equal.
///
/// A transport that pays 1 off the edges moves as much as possible along them, for its costs are whole numbers. What cannot be
/// improved from the points of `p` with mass left separates the graph (König): the points of `p` out of reach and those of `q`
/// within it are the cover.
pub(super) fn least(p: &[u64], q: &[u64], edge: impl Fn(usize, usize) -> bool) -> Cover {
    let some = |masses: &[u64]| -> Vec<usize> { (0..masses.len()).filter(|&k| masses[k] > 0).collect() };
    let (sources, sinks) = (some(p), some(q));
    let edges: Vec<Vec<bool>> =
        sources.iter().map(|&i| sinks.iter().map(|&j| edge(i, j)).collect()).collect();
    let costs: Vec<f64> = edges.iter().flatten().map(|&is_edge| if is_edge { 0.0 } else { 1.0 }).collect();
    let pick = |masses: &[u64], index: &[usize]| -> Vec<u64> { index.iter().map(|&k| masses[k]).collect() };
    let (supply, demand) = (pick(p, &sources), pick(q, &sinks));
    let answer = Dense { costs: &costs, supply: &supply, demand: &demand }.solve(u64::MAX);
    let mut flow: Vec<(usize, usize, u64)> = Vec::new();
    let mut left = supply;
    for (i, j, mass) in answer.flows {
        if edges[i as usize][j as usize] && mass > 0 {
            left[i as usize] -= mass;
            flow.push((i as usize, j as usize, mass));
        }
    }

    let (mut reached_p, mut reached_q) = (vec![false; left.len()], vec![false; demand.len()]);
    let mut open: Vec<usize> = (0..left.len()).filter(|&i| left[i] > 0).collect();
    open.iter().for_each(|&i| reached_p[i] = true);
    while let Some(i) = open.pop() {
        for j in (0..demand.len()).filter(|&j| edges[i][j]) {
            if !std::mem::replace(&mut reached_q[j], true) {
                for &(back, ..) in flow.iter().filter(|(_, to, _)| *to == j) {
                    if !std::mem::replace(&mut reached_p[back], true) {
                        open.push(back);
                    }
                }
            }
        }
    }
    // Massless points may be wrong at no cost.
    let mut cover = Cover { wrong_p: vec![true; p.len()], wrong_q: vec![true; q.len()], flow: vec![] };
    sources.iter().zip(&reached_p).for_each(|(&i, reached)| cover.wrong_p[i] = !reached);
    sinks.iter().zip(&reached_q).for_each(|(&j, reached)| cover.wrong_q[j] = *reached);
    cover.flow = flow.into_iter().map(|(i, j, mass)| (sources[i], sinks[j], mass)).collect();
    cover
}
