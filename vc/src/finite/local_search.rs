//! Large independent sets by tabu search: the lower end.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::finite::bits::Bits;
use crate::finite::conflict::Graph;

/// An independent set with, for every vertex, the number of its neighbours in the set.
struct State<'a> {
    graph: &'a Graph,
    inside: Bits,
    tight: Vec<u32>,
    /// Outside, no neighbour inside.
    free: Bits,
    /// Outside, one neighbour inside.
    single: Bits,
    size: usize,
}

impl<'a> State<'a> {
    fn new(graph: &'a Graph) -> State<'a> {
        let n = graph.len();
        State {
            graph,
            inside: Bits::none(n),
            tight: vec![0; n],
            free: Bits::all(n),
            single: Bits::none(n),
            size: 0,
        }
    }

    fn add(&mut self, vertex: usize) {
        let graph = self.graph;
        let rivals: Vec<usize> = graph.neighbours(vertex).meet(&self.inside).iter().collect();
        rivals.into_iter().for_each(|rival| self.drop(rival));
        self.inside.insert(vertex);
        self.free.remove(vertex);
        self.single.remove(vertex);
        self.size += 1;
        for i in graph.neighbours(vertex).iter() {
            self.tight[i] += 1;
            self.sort(i);
        }
    }

    fn drop(&mut self, vertex: usize) {
        let graph = self.graph;
        self.inside.remove(vertex);
        self.size -= 1;
        self.sort(vertex);
        for i in graph.neighbours(vertex).iter() {
            self.tight[i] -= 1;
            self.sort(i);
        }
    }

    /// Files a vertex under its tightness.
    fn sort(&mut self, vertex: usize) {
        self.free.remove(vertex);
        self.single.remove(vertex);
        if !self.inside.contains(vertex) {
            match self.tight[vertex] {
                0 => self.free.insert(vertex),
                1 => self.single.insert(vertex),
                _ => {}
            }
        }
    }
}

/// Shortest time a vertex that left stays out.
const TENURE: u64 = 5;

/// The largest independent set met in `steps` moves: add a free vertex, else swap one in for one, else force one in.
///
/// Moves prefer vertices that have been out longest. Cost: steps times the mean degree.
pub(crate) fn local_search(graph: &Graph, steps: u64, seed: u64) -> Vec<usize> {
    let n = graph.len();
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut state = State::new(graph);
    let mut best: Vec<usize> = Vec::new();
    let mut allowed_from = vec![0_u64; n];
    for step in 0..if n == 0 { 0 } else { steps } {
        let oldest =
            |set: &Bits, from: &[u64]| set.iter().filter(|v| from[*v] <= step).min_by_key(|v| from[*v]);
        let chosen = oldest(&state.free, &allowed_from)
            .or_else(|| oldest(&state.single, &allowed_from))
            .unwrap_or_else(|| generator.random_range(0..n));
        if state.inside.contains(chosen) {
            continue;
        }
        for rival in graph.neighbours(chosen).meet(&state.inside).iter() {
            allowed_from[rival] = step + TENURE + generator.random_range(0..TENURE + state.size as u64 / 8);
        }
        state.add(chosen);
        allowed_from[chosen] = step;
        if state.size > best.len() {
            best = state.inside.iter().collect();
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::local_search;
    use crate::finite::conflict::Graph;

    #[test]
    fn odd_cycles_and_grids_are_solved() {
        let cycle = Graph::of_edges(101, (0..101).map(|i| (i, (i + 1) % 101)));
        let found = local_search(&cycle, 5_000, 1);
        assert!(cycle.is_independent(&found) && found.len() == 50, "{}", found.len());
        assert!(local_search(&Graph::of_edges(0, []), 10, 1).is_empty());
    }
}
