//! Reductions that keep the largest independent set: vertices whose neighbours form a clique.

use crate::finite::bits::Bits;
use crate::finite::conflict::Graph;

/// What is left of a graph, and what was decided on the way.
#[derive(Debug, Clone)]
pub(crate) struct Reduced {
    /// In some largest independent set.
    pub(crate) taken: Vec<usize>,
    /// For each of them, itself and its neighbours at the time: a clique.
    pub(crate) cliques: Vec<Vec<usize>>,
    /// Undecided vertices.
    pub(crate) left: Bits,
}

/// Takes simplicial vertices (isolated and pendant ones among them) until there is none.
///
/// Such a vertex is in some largest independent set, for at most one vertex of its clique is in any; the clique is one term of
/// an upper bound. The cliques are disjoint.
pub(crate) fn reduce(graph: &Graph) -> Reduced {
    let mut left = Bits::all(graph.len());
    let (mut taken, mut cliques) = (Vec::new(), Vec::new());
    let mut doubtful: Vec<usize> = (0..graph.len()).rev().collect();
    while let Some(vertex) = doubtful.pop() {
        if !left.contains(vertex) {
            continue;
        }
        let near = graph.neighbours(vertex).meet(&left);
        let simplicial = near.iter().all(|i| {
            let mut others = near.clone();
            others.remove(i);
            others.is_within(graph.neighbours(i))
        });
        if !simplicial {
            continue;
        }
        let clique: Vec<usize> = std::iter::once(vertex).chain(near.iter()).collect();
        clique.iter().for_each(|i| left.remove(*i));
        // Only vertices that lost a neighbour can have become simplicial.
        for i in near.iter() {
            doubtful.extend(graph.neighbours(i).meet(&left).iter());
        }
        taken.push(vertex);
        cliques.push(clique);
    }
    Reduced { taken, cliques, left }
}

#[cfg(test)]
mod tests {
    use super::reduce;
    use crate::finite::conflict::Graph;

    #[test]
    fn chordal_graphs_are_solved_outright() {
        // Two triangles that share an edge, and a tail.
        let graph = Graph::of_edges(6, [(0, 1), (1, 2), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5)]);
        let reduced = reduce(&graph);
        assert!(reduced.left.is_empty() && graph.is_independent(&reduced.taken));
        assert_eq!((reduced.taken.len(), reduced.cliques.len()), (3, 3));
        assert!(reduced.cliques.iter().all(|clique| graph.is_clique(clique)));
    }

    #[test]
    fn a_cycle_is_left_alone() {
        let cycle = Graph::of_edges(5, (0..5).map(|i| (i, (i + 1) % 5)));
        assert_eq!(reduce(&cycle).left.len(), 5);
    }
}
