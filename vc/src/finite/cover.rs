//! Proofs of upper ends: covers by cliques, alone or at the leaves of a tree, as the kernel takes them.

use lip1_kernel::cover::{self, Clique, Cover, CoverBound};
use lip1_kernel::{Points, Theorem};

use crate::error::Error;

/// A proof that some rows of a point set hold no packing larger than a number; the kernel accepted it.
#[derive(Debug, Clone, PartialEq)]
pub struct PartProof {
    /// The rows, ascending. The cover counts its vertices within this list.
    pub rows: Vec<usize>,
    /// Cliques or a tree.
    pub cover: Cover,
    /// What the kernel made of it.
    pub bound: Theorem<CoverBound>,
}

impl PartProof {
    /// Has the kernel check a tree for packings of `rows` at a distance.
    pub(crate) fn check(
        points: &Points,
        distance: f64,
        rows: Vec<usize>,
        tree: Tree,
    ) -> Result<PartProof, Error> {
        let coords = rows.iter().flat_map(|i| points.row(*i)).copied().collect();
        let cover = tree.into_cover();
        let bound = cover::packing_upper(&Points::new(points.dim(), coords)?, distance, &cover)?;
        Ok(PartProof { rows, cover, bound })
    }
}

/// Levels that the kernel allows a proof.
pub(crate) const DEEPEST: usize = 500;

/// A tree under construction, its vertices numbered within one graph, its nodes in preorder: a branch is followed by the
/// subtree in which its vertex is taken, then by the one in which it is left.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    Branch(u32),
    Leaf { unit: u64, cliques: Vec<Clique> },
}

impl Tree {
    pub(crate) fn branch(&mut self, vertex: usize) {
        self.nodes.push(Node::Branch(index(vertex)));
    }

    pub(crate) fn leaf(&mut self, unit: u64, weights: impl IntoIterator<Item = (Vec<usize>, u64)>) {
        let clique = |(members, weight): (Vec<usize>, u64)| Clique {
            members: members.into_iter().map(index).collect(),
            weight,
        };
        self.nodes.push(Node::Leaf { unit, cliques: weights.into_iter().map(clique).collect() });
    }

    pub(crate) fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, Node::Leaf { .. })).count()
    }

    /// Whether the kernel walks a tree of this depth, with a level to spare for the parts of a whole proof.
    pub(crate) fn is_shallow(&self) -> bool {
        // Read from the back, the subtrees of a branch are the last two finished.
        let mut depths: Vec<usize> = Vec::new();
        for node in self.nodes.iter().rev() {
            let below = match node {
                Node::Leaf { .. } => 0,
                Node::Branch(_) => depths.pop().max(depths.pop()).unwrap_or(0),
            };
            depths.push(below + 1);
        }
        depths.iter().all(|depth| *depth < DEEPEST)
    }

    /// The same tree with vertex `i` called `names[i]`.
    pub(crate) fn renamed(mut self, names: &[usize]) -> Tree {
        let rename = |vertex: &mut u32| *vertex = index(names[*vertex as usize]);
        for node in &mut self.nodes {
            match node {
                Node::Branch(vertex) => rename(vertex),
                Node::Leaf { cliques, .. } => {
                    cliques.iter_mut().flat_map(|clique| &mut clique.members).for_each(rename);
                }
            }
        }
        self
    }

    /// The cliques, if the tree is one leaf without fractions.
    pub(crate) fn into_cliques(self) -> Result<Vec<Vec<usize>>, Tree> {
        match self.nodes.as_slice() {
            [Node::Leaf { unit: 1, cliques }] if cliques.iter().all(|clique| clique.weight == 1) => {
                Ok(cliques
                    .iter()
                    .map(|clique| clique.members.iter().map(|v| *v as usize).collect())
                    .collect())
            }
            _ => Err(self),
        }
    }

    /// The kernel's form. Read from the back, the subtrees of a branch are the last two finished.
    fn into_cover(self) -> Cover {
        let mut finished: Vec<Cover> = Vec::new();
        for node in self.nodes.into_iter().rev() {
            let cover = match node {
                Node::Leaf { unit, cliques } => Cover::Cliques { cliques, unit },
                Node::Branch(vertex) => match (finished.pop(), finished.pop()) {
                    (Some(taken), Some(left)) => {
                        Cover::Branch { vertex, taken: Box::new(taken), left: Box::new(left) }
                    }
                    // Not a tree: an empty cover, which the kernel refuses.
                    _ => Cover::Cliques { cliques: Vec::new(), unit: 0 },
                },
            };
            finished.push(cover);
        }
        finished.pop().unwrap_or(Cover::Cliques { cliques: Vec::new(), unit: 1 })
    }
}

/// The proof with vertex `i` called `names[i]`; proofs that the kernel accepted are no deeper than it walks by recursion.
pub(crate) fn renamed(cover: &Cover, names: &[usize]) -> Cover {
    let name = |vertex: &u32| index(names[*vertex as usize]);
    match cover {
        Cover::Cliques { cliques, unit } => {
            let clique = |clique: &Clique| Clique {
                members: clique.members.iter().map(name).collect(),
                weight: clique.weight,
            };
            Cover::Cliques { cliques: cliques.iter().map(clique).collect(), unit: *unit }
        }
        Cover::Branch { vertex, taken, left } => Cover::Branch {
            vertex: name(vertex),
            taken: Box::new(renamed(taken, names)),
            left: Box::new(renamed(left, names)),
        },
        Cover::Split { parts } => {
            let part =
                |(rows, cover): &(Vec<u32>, Cover)| (rows.iter().map(name).collect(), renamed(cover, names));
            Cover::Split { parts: parts.iter().map(part).collect() }
        }
    }
}

/// Point sets have fewer than 2^32 points: their n² conflicts would not fit in memory otherwise.
fn index(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{PartProof, Tree};
    use lip1_kernel::Points;

    /// Five points on a circle, neighbours at distance 1.1756, others at 1.902.
    fn pentagon() -> Points {
        let angle = |k: usize| std::f64::consts::TAU * k as f64 / 5.0;
        Points::new(2, (0..5).flat_map(|k| [angle(k).cos(), angle(k).sin()]).collect()).unwrap()
    }

    fn edges(weight: u64) -> impl Iterator<Item = (Vec<usize>, u64)> {
        (0..5).map(move |i| (vec![i, (i + 1) % 5], weight))
    }

    #[test]
    fn half_weights_and_a_branch_both_prove_two_for_the_pentagon() {
        let mut halves = Tree::default();
        halves.leaf(2, edges(1));
        let proof = PartProof::check(&pentagon(), 1.5, (0..5).collect(), halves).unwrap();
        assert_eq!(proof.bound.count, 2);
        let mut tree = Tree::default();
        tree.branch(0);
        tree.leaf(1, [(vec![2, 3], 1)]);
        tree.leaf(1, [(vec![1, 2], 1), (vec![3, 4], 1)]);
        assert_eq!(tree.leaves(), 2);
        let proof = PartProof::check(&pentagon(), 1.5, (0..5).collect(), tree).unwrap();
        assert_eq!(proof.bound.count, 2);
    }

    #[test]
    fn a_tree_is_shallow_up_to_the_depth_that_the_kernel_walks() {
        let chain = |branches: usize| {
            let mut tree = Tree::default();
            for _ in 0..branches {
                tree.branch(0);
                tree.leaf(1, []);
            }
            tree.leaf(1, (0..5).map(|vertex| (vec![vertex], 1)));
            tree
        };
        let check = |tree| PartProof::check(&pentagon(), 1.5, (0..5).collect(), tree);
        assert!(Tree::default().is_shallow());
        // The chain leaves nothing open where vertex 0 was taken twice, so only its depth is at stake.
        for branches in [498, 499, 500] {
            let tree = chain(branches);
            assert_eq!(tree.is_shallow(), branches < 499, "{branches}");
            let refusal = check(tree).map_err(|refusal| refusal.to_string()).err().unwrap_or_default();
            assert_eq!(refusal.contains("depth"), branches > 499, "{branches}: {refusal}");
        }
    }

    #[test]
    fn half_a_tree_and_a_pair_far_apart_are_refused() {
        let check = |tree| PartProof::check(&pentagon(), 1.5, (0..5).collect(), tree);
        let mut half = Tree::default();
        half.branch(0);
        half.leaf(1, [(vec![2, 3], 1)]);
        assert!(check(half).is_err());
        let mut far = Tree::default();
        far.leaf(1, [(vec![0, 2], 1), (vec![1], 1), (vec![3, 4], 1)]);
        assert!(check(far).is_err());
        let mut light = Tree::default();
        light.leaf(2, edges(1).take(4));
        assert!(check(light).is_err());
    }
}
