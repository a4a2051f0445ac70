//! The arcs that a sparse network simplex may use.

use crate::simplex::Tree;

/// Arcs by source, in runs, so that pricing walks through memory in order.
#[derive(Debug)]
pub(super) struct CandidateArcs {
    start: Vec<u32>,
    sinks: Vec<u32>,
    costs: Vec<f64>,
    /// Where the next block begins.
    cursor: usize,
}

impl CandidateArcs {
    /// Takes arcs `(i, j, cost)`; repeated ones count once.
    pub(super) fn new(sources: usize, mut arcs: Vec<(u32, u32, f64)>) -> Self {
        arcs.sort_unstable_by_key(|arc| (arc.0, arc.1));
        arcs.dedup_by_key(|arc| (arc.0, arc.1));
        let mut start = vec![0u32; sources + 1];
        arcs.iter().for_each(|arc| start[arc.0 as usize + 1] += 1);
        for i in 0..sources {
            start[i + 1] += start[i];
        }
        let sinks = arcs.iter().map(|arc| arc.1).collect();
        Self { start, sinks, costs: arcs.iter().map(|arc| arc.2).collect(), cursor: 0 }
    }

    /// All arcs and the new ones.
    pub(super) fn extended_by(self, new: Vec<(u32, u32, f64)>) -> Self {
        let mut arcs = self.arcs();
        arcs.extend(new);
        Self::new(self.start.len() - 1, arcs)
    }

    /// The arcs `(i, j, cost)` by source.
    pub(super) fn arcs(&self) -> Vec<(u32, u32, f64)> {
        let runs = self.start.windows(2).enumerate();
        runs.flat_map(|(i, run)| (run[0]..run[1]).map(move |k| (i as u32, k as usize)))
            .map(|(i, k)| (i, self.sinks[k], self.costs[k]))
            .collect()
    }

    /// The arc of least reduced cost in the next block that has one below `-tolerance`, with its cost.
    pub(super) fn find_entering_arc(&mut self, tree: &Tree, tolerance: f64) -> Option<(usize, usize, f64)> {
        let sources = self.start.len() - 1;
        // Short blocks make more pivots of which each is found sooner: measured on clouds of 20,000 points.
        let block = (((self.sinks.len() as f64).sqrt() / 2.0) as usize).max(SHORTEST_BLOCK);
        let (u, v) = (tree.u(), tree.v());
        let (mut least, mut best, mut seen) = (-tolerance, None, 0);
        for _ in 0..sources {
            let i = self.cursor;
            self.cursor = if i + 1 == sources { 0 } else { i + 1 };
            let run = self.start[i] as usize..self.start[i + 1] as usize;
            seen += run.len();
            let u = u[i];
            for (&j, &cost) in self.sinks[run.clone()].iter().zip(&self.costs[run]) {
                let reduced = cost - u + v[j as usize];
                if reduced < least {
                    least = reduced;
                    best = Some((i, j as usize, cost));
                }
            }
            if seen >= block {
                if best.is_some() {
                    return best;
                }
                seen = 0;
            }
        }
        best
    }
}

/// Fewest arcs priced at once.
const SHORTEST_BLOCK: usize = 64;
