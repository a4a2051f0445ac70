//! Certificates of upper ends: covers by cliques, alone or at the leaves of a tree.

use crate::finite::bits::Bits;
use crate::finite::conflict::Graph;

/// An upper end of the packing number of a finite set, as data.
///
/// The parts cover all vertices, and the packing number is at most the sum of the parts' bounds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoverForest {
    /// Cliques of the conflict graph (points pairwise closer than 2m), which the leaves name by index.
    pub cliques: Vec<Vec<u32>>,
    /// Sets of points with a tree each.
    pub parts: Vec<Part>,
}

/// A set of points and a tree that bounds its packing number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Indices of its points.
    pub vertices: Vec<u32>,
    /// The nodes of the tree in preorder: a branch is followed by its `with` subtree, then by its `without` subtree.
    pub nodes: Vec<CoverNode>,
}

/// A node of a tree of covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverNode {
    /// Either the point is in the packing (then the points in conflict with it are not) or it is not.
    Branch(u32),
    /// Weights on cliques such that every point not yet excluded or chosen has total weight at least `unit` on the
    /// cliques that contain it: the packing has at most `chosen + floor(total weight / unit)` points here.
    Leaf {
        /// The weight that counts as one.
        unit: u64,
        /// Index of a clique and its weight.
        weights: Vec<(u32, u64)>,
    },
}

/// A tree under construction, its vertices numbered within one graph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) cliques: Vec<Vec<usize>>,
    pub(crate) nodes: Vec<CoverNode>,
}

impl Tree {
    pub(crate) fn branch(&mut self, vertex: usize) {
        self.nodes.push(CoverNode::Branch(index(vertex)));
    }

    pub(crate) fn leaf(&mut self, unit: u64, weights: impl IntoIterator<Item = (Vec<usize>, u64)>) {
        let weights = weights.into_iter().map(|(clique, weight)| {
            self.cliques.push(clique);
            (index(self.cliques.len() - 1), weight)
        });
        let weights = weights.collect();
        self.nodes.push(CoverNode::Leaf { unit, weights });
    }

    pub(crate) fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, CoverNode::Leaf { .. })).count()
    }

    /// The same tree with vertex `i` called `names[i]`.
    pub(crate) fn renamed(mut self, names: &[usize]) -> Tree {
        self.cliques.iter_mut().flatten().for_each(|i| *i = names[*i]);
        for node in &mut self.nodes {
            if let CoverNode::Branch(vertex) = node {
                *vertex = index(names[*vertex as usize]);
            }
        }
        self
    }
}

impl CoverNode {
    /// The same node when its cliques start at `offset`.
    fn shifted(self, offset: u32) -> CoverNode {
        match self {
            CoverNode::Branch(vertex) => CoverNode::Branch(vertex),
            CoverNode::Leaf { unit, weights } => CoverNode::Leaf {
                unit,
                weights: weights.into_iter().map(|(clique, weight)| (clique + offset, weight)).collect(),
            },
        }
    }
}

impl CoverForest {
    /// A part with a tree.
    pub(crate) fn add_tree(&mut self, vertices: &[usize], tree: Tree) {
        let offset = index(self.cliques.len());
        self.cliques.extend(tree.cliques.into_iter().map(|clique| clique.into_iter().map(index).collect()));
        let nodes = tree.nodes.into_iter().map(|node| node.shifted(offset)).collect();
        self.parts.push(Part { vertices: vertices.iter().map(|v| index(*v)).collect(), nodes });
    }

    /// Number of leaves of all trees.
    #[must_use]
    pub fn leaves(&self) -> usize {
        let nodes = self.parts.iter().flat_map(|part| &part.nodes);
        nodes.filter(|node| matches!(node, CoverNode::Leaf { .. })).count()
    }
}

/// The bound that a forest proves for a graph, or nothing where it proves none; integer arithmetic throughout.
///
/// Every index is checked, every clique is a clique, the parts cover all vertices, every tree is complete, and at every
/// leaf every vertex left has weight at least `unit`.
pub(crate) fn bound(graph: &Graph, forest: &CoverForest) -> Option<usize> {
    let n = graph.len();
    let set = |members: &[u32]| -> Option<Bits> {
        members.iter().all(|v| (*v as usize) < n).then(|| Bits::of(n, members.iter().map(|v| *v as usize)))
    };
    let cliques: Vec<Bits> = forest.cliques.iter().map(|clique| set(clique)).collect::<Option<_>>()?;
    let is_clique = |bits: &Bits| {
        bits.iter().all(|v| {
            let mut others = bits.clone();
            others.remove(v);
            others.is_within(graph.neighbours(v))
        })
    };
    if !cliques.iter().all(is_clique) {
        return None;
    }
    let mut covered = Bits::none(n);
    let mut total = 0_usize;
    for part in &forest.parts {
        let alive = set(&part.vertices)?;
        alive.iter().for_each(|v| covered.insert(v));
        let mut nodes = part.nodes.iter();
        let worst = subtree(graph, &cliques, &mut nodes, alive)?;
        if nodes.next().is_some() {
            return None;
        }
        total = total.checked_add(worst)?;
    }
    Bits::all(n).is_within(&covered).then_some(total)
}

/// The bound of the subtree that the iterator is at, for the vertices left.
fn subtree<'a>(
    graph: &Graph,
    cliques: &[Bits],
    nodes: &mut impl Iterator<Item = &'a CoverNode>,
    alive: Bits,
) -> Option<usize> {
    match nodes.next()? {
        CoverNode::Branch(vertex) => {
            let vertex = *vertex as usize;
            if vertex >= graph.len() || !alive.contains(vertex) {
                return None;
            }
            let mut without = alive.clone();
            without.remove(vertex);
            let with = without.without(graph.neighbours(vertex));
            let with = subtree(graph, cliques, nodes, with)?.checked_add(1)?;
            Some(with.max(subtree(graph, cliques, nodes, without)?))
        }
        CoverNode::Leaf { unit, weights } => {
            let mut cover = vec![0_u64; graph.len()];
            let mut total = 0_u128;
            for (clique, weight) in weights {
                total += u128::from(*weight);
                for v in cliques.get(*clique as usize)?.iter() {
                    cover[v] = cover[v].checked_add(*weight)?;
                }
            }
            let enough = *unit > 0 && alive.iter().all(|v| cover[v] >= *unit);
            if enough { usize::try_from(total / u128::from(*unit)).ok() } else { None }
        }
    }
}

/// Point sets have fewer than 2^32 points: their n² conflicts would not fit in memory otherwise.
pub(crate) fn index(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{CoverForest, CoverNode, Part, bound};
    use crate::finite::conflict::Graph;

    fn five_cycle() -> (Graph, CoverForest) {
        let graph = Graph::of_edges(5, (0..5).map(|i| (i, (i + 1) % 5)));
        let forest = CoverForest {
            cliques: (0..5).map(|i| vec![i, (i + 1) % 5]).collect(),
            parts: vec![Part {
                vertices: (0..5).collect(),
                nodes: vec![CoverNode::Leaf { unit: 2, weights: (0..5).map(|i| (i, 1)).collect() }],
            }],
        };
        (graph, forest)
    }

    #[test]
    fn half_weights_prove_two_for_the_five_cycle() {
        let (graph, forest) = five_cycle();
        assert_eq!(bound(&graph, &forest), Some(2));
    }

    #[test]
    fn every_way_of_being_wrong_is_refused() {
        let (graph, forest) = five_cycle();
        let broken = |change: &dyn Fn(&mut CoverForest)| {
            let mut copy = forest.clone();
            change(&mut copy);
            bound(&graph, &copy)
        };
        assert_eq!(broken(&|f| f.cliques[0] = vec![0, 2]), None); // not a clique
        assert_eq!(broken(&|f| f.cliques[0] = vec![0, 5]), None); // no such vertex
        assert_eq!(broken(&|f| f.parts[0].vertices.truncate(4)), None); // a vertex in no part
        assert_eq!(broken(&|f| f.parts[0].nodes.clear()), None); // no tree
        assert_eq!(broken(&|f| f.parts[0].nodes.insert(0, CoverNode::Branch(3))), None); // half a tree
        assert_eq!(broken(&|f| f.parts[0].nodes.push(CoverNode::Branch(3))), None); // nodes left over
        let leaf = |unit, weights| CoverNode::Leaf { unit, weights };
        assert_eq!(broken(&|f| f.parts[0].nodes[0] = leaf(0, vec![])), None);
        assert_eq!(broken(&|f| f.parts[0].nodes[0] = leaf(2, (0..4).map(|i| (i, 1)).collect())), None);
        assert_eq!(broken(&|f| f.parts[0].nodes[0] = leaf(2, (0..6).map(|i| (i, 1)).collect())), None);
    }
}
