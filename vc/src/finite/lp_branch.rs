//! Exact search by branching on linear programs: few nodes, each with a fractional clique cover as its bound.

use crate::finite::bits::Bits;
use crate::finite::conflict::Graph;
use crate::finite::cover::{DEEPEST, Tree};
use crate::finite::relaxation::{Pool, Relaxed};

/// A complete search: the largest independent set and the tree that proves it.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) set: Vec<usize>,
    pub(crate) tree: Tree,
}

/// Rounds of separation at a node; the pool has most of the cliques it needs from the nodes before.
const ROUNDS: usize = 4;

/// Searches for an independent set larger than `set`, branching on the vertex whose value is nearest to a half; nothing when the
/// linear programs have more than `work` entries in all, or the tree becomes too deep.
///
/// Where a conflict graph is sparse the relaxation with clique rows is nearly tight, and a few hundred nodes decide what bounds by
/// greedy covers do not in millions. Cost: an interior-point solve or a few a node.
pub(crate) fn search(graph: &Graph, pool: &mut Pool, set: Vec<usize>, work: u64) -> Option<Closed> {
    let mut run = Run { graph, pool, best: set, chosen: Vec::new(), tree: Tree::default(), work };
    run.expand(&Bits::all(graph.len()), 1)?;
    Some(Closed { set: run.best, tree: run.tree })
}

struct Run<'a> {
    graph: &'a Graph,
    pool: &'a mut Pool,
    best: Vec<usize>,
    chosen: Vec<usize>,
    tree: Tree,
    /// Entries of linear programs that may still be solved.
    work: u64,
}

impl Run<'_> {
    /// Decides the sets that extend `chosen` by vertices of `alive`; nothing when a limit stopped it.
    fn expand(&mut self, alive: &Bits, depth: usize) -> Option<()> {
        if depth >= DEEPEST {
            return None;
        }
        let enough = self.best.len().saturating_sub(self.chosen.len());
        let relaxed = self.pool.relax(self.graph, alive, ROUNDS, enough)?;
        self.work = self.work.checked_sub(self.pool.entries())?;
        self.round(alive, &relaxed);
        if self.chosen.len() + relaxed.bound() <= self.best.len() {
            self.tree.leaf(relaxed.unit, relaxed.weights);
            return Some(());
        }
        let off = |v: &usize| (relaxed.values[*v] - 0.5).abs();
        let vertex = alive.iter().min_by(|a, b| off(a).total_cmp(&off(b)))?;
        self.tree.branch(vertex);
        let mut rest = alive.clone();
        rest.remove(vertex);
        self.chosen.push(vertex);
        self.expand(&rest.without(self.graph.neighbours(vertex)), depth + 1)?;
        self.chosen.pop();
        self.expand(&rest, depth + 1)
    }

    /// Vertices in the order of their values, each unless it conflicts with one before: often an optimum.
    fn round(&mut self, alive: &Bits, relaxed: &Relaxed) {
        let mut order: Vec<usize> = alive.iter().collect();
        order.sort_by(|a, b| relaxed.values[*b].total_cmp(&relaxed.values[*a]));
        let mut left = alive.clone();
        let mut set = self.chosen.clone();
        for vertex in order {
            if left.contains(vertex) {
                left.remove(vertex);
                left.subtract(self.graph.neighbours(vertex));
                set.push(vertex);
            }
        }
        if set.len() > self.best.len() {
            self.best = set;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::search;
    use crate::finite::conflict::Graph;
    use crate::finite::relaxation::Pool;

    const PLENTY: u64 = 1_000_000;

    #[test]
    fn disjoint_pentagons_need_a_branch_each_and_an_empty_start_is_improved() {
        // Five pentagons: the relaxation says 12, an independent set has 10.
        let edges = (0..5).flat_map(|p| (0..5).map(move |i| (5 * p + i, 5 * p + (i + 1) % 5)));
        let graph = Graph::of_edges(25, edges);
        let closed = search(&graph, &mut Pool::default(), Vec::new(), PLENTY).unwrap();
        assert!(graph.is_independent(&closed.set) && closed.set.len() == 10, "{:?}", closed.set);
        assert!(closed.tree.leaves() > 1 && closed.tree.is_shallow());
        assert!(search(&graph, &mut Pool::default(), Vec::new(), 10).is_none());
    }
}
