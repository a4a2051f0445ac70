//! Exact search by bitset branch and bound, with greedy clique covers as bounds.

use crate::finite::bits::Bits;
use crate::finite::conflict::Graph;
use crate::finite::cover::Tree;

/// Work budget of a search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BranchLimits {
    /// Nodes visited before the search is given up.
    pub(crate) nodes: u64,
    /// Leaves recorded as a certificate before recording is given up.
    pub(crate) leaves: usize,
    /// Clique members recorded, all leaves together.
    pub(crate) entries: usize,
}

/// How a search ended.
#[derive(Debug, Clone)]
pub(crate) struct Searched {
    /// An independent set larger than the target, the largest if the search is complete.
    pub(crate) better: Option<Vec<usize>>,
    /// Whether the search is complete.
    pub(crate) closed: bool,
    /// The proof, if the search is complete and short enough to be recorded.
    pub(crate) tree: Option<Tree>,
}

/// Searches for an independent set of more than `target` vertices.
///
/// The scheme is that of San Segundo's BBMC, in the complement: at each node the vertices left are covered greedily by
/// cliques; the vertices of the first `target - chosen` cliques need no branch, for together they cannot improve. The tree of
/// branches with the unbranched covers at its leaves proves the bound.
/// Source: P. San Segundo, D. Rodriguez-Losada, A. Jimenez, *An exact bit-parallel algorithm for the maximum clique
/// problem*, 2011.
pub(crate) fn search(graph: &Graph, target: usize, limits: BranchLimits) -> Searched {
    let order = crowded_first(graph);
    let renumbered = graph.induced(&order);
    let record = (limits.leaves > 0).then(Tree::default);
    let mut run = Run {
        graph: &renumbered,
        better: None,
        target,
        chosen: Vec::new(),
        nodes: 0,
        limits,
        record,
        leaves: 0,
        entries: 0,
    };
    let closed = run.expand(Bits::all(graph.len()));
    Searched {
        better: run.better.map(|found| found.iter().map(|i| order[*i]).collect()),
        closed,
        tree: run.record.filter(|_| closed).map(|tree| tree.renamed(&order)),
    }
}

/// Vertices of large conflict degree first: covers start with large cliques, branches with vertices that exclude little.
fn crowded_first(graph: &Graph) -> Vec<usize> {
    let n = graph.len();
    let mut degree: Vec<usize> = (0..n).map(|i| graph.neighbours(i).len()).collect();
    let mut left = Bits::all(n);
    let mut order = Vec::with_capacity(n);
    while let Some(next) = left.iter().max_by_key(|i| degree[*i]) {
        left.remove(next);
        order.push(next);
        graph.neighbours(next).meet(&left).iter().for_each(|i| degree[i] -= 1);
    }
    order
}

struct Run<'a> {
    graph: &'a Graph,
    better: Option<Vec<usize>>,
    target: usize,
    chosen: Vec<usize>,
    nodes: u64,
    limits: BranchLimits,
    record: Option<Tree>,
    leaves: usize,
    entries: usize,
}

impl Run<'_> {
    /// Searches the sets that extend `chosen` by vertices of `alive`; false when a limit stopped it.
    fn expand(&mut self, mut alive: Bits) -> bool {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return false;
        }
        if self.chosen.len() > self.target {
            self.target = self.chosen.len();
            // Leaves closed against a smaller target still hold: their bound is at most the new one.
            self.better = Some(self.chosen.clone());
        }
        let mut cliques = cover(self.graph, &alive);
        // The target grows while we search, so the number of cliques that can stay is looked up anew.
        while cliques.len() > self.target - self.chosen.len() {
            for vertex in cliques.pop().unwrap_or_default().into_iter().rev() {
                if let Some(record) = &mut self.record {
                    record.branch(vertex);
                }
                self.chosen.push(vertex);
                let complete = self.expand(alive.without(self.graph.neighbours(vertex)).removing(vertex));
                self.chosen.pop();
                if !complete {
                    return false;
                }
                alive.remove(vertex);
            }
        }
        self.leaf(cliques);
        true
    }

    fn leaf(&mut self, cliques: Vec<Vec<usize>>) {
        let Some(record) = &mut self.record else { return };
        self.leaves += 1;
        self.entries += cliques.iter().map(Vec::len).sum::<usize>();
        if self.leaves > self.limits.leaves || self.entries > self.limits.entries {
            self.record = None;
        } else {
            record.leaf(1, cliques.into_iter().map(|clique| (clique, 1)));
        }
    }
}

impl Bits {
    fn removing(mut self, i: usize) -> Bits {
        self.remove(i);
        self
    }
}

/// Covers `alive` by disjoint cliques, greedily in vertex order.
fn cover(graph: &Graph, alive: &Bits) -> Vec<Vec<usize>> {
    let mut left = alive.clone();
    let mut cliques = Vec::new();
    while let Some(first) = left.first() {
        let mut candidates = left.meet(graph.neighbours(first));
        left.remove(first);
        let mut clique = vec![first];
        while let Some(next) = candidates.first() {
            candidates.intersect(graph.neighbours(next));
            left.remove(next);
            clique.push(next);
        }
        cliques.push(clique);
    }
    cliques
}

#[cfg(test)]
mod tests {
    use super::{BranchLimits, search};
    use crate::finite::conflict::Graph;

    const PLENTY: BranchLimits = BranchLimits { nodes: 1_000_000, leaves: 1_000_000, entries: 10_000_000 };

    #[test]
    fn the_petersen_graph_holds_four() {
        let outer = (0..5).map(|i| (i, (i + 1) % 5));
        let inner = (0..5).map(|i| (5 + i, 5 + (i + 2) % 5));
        let spokes = (0..5).map(|i| (i, 5 + i));
        let graph = Graph::of_edges(10, outer.chain(inner).chain(spokes));
        let found = search(&graph, 0, PLENTY);
        let best = found.better.unwrap();
        assert!(found.closed && best.len() == 4 && graph.is_independent(&best));
        assert!(found.tree.is_some_and(|tree| tree.leaves() > 0));
        assert!(search(&graph, 4, PLENTY).better.is_none());
        let cut = search(&graph, 0, BranchLimits { nodes: 1, ..PLENTY });
        assert!(!cut.closed && cut.tree.is_none());
    }
}
