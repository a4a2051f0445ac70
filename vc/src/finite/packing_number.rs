//! The packing number of a finite set, bracketed.

use lip1_kernel::Points;
use lip1_kernel::cover::Cover;

use crate::error::Error;
use crate::finite::bits::Bits;
use crate::finite::branch::{BranchLimits, search};
use crate::finite::conflict::Graph;
use crate::finite::cover::{PartProof, Tree, renamed};
use crate::finite::local_search::local_search;
use crate::finite::lp_branch;
use crate::finite::reduce::reduce;
use crate::finite::relaxation::Pool;

/// Work budgets of the searches. All are counts, so that the same seed gives the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Moves of the tabu search in each component.
    pub moves: u64,
    /// Nodes of the branch and bound in each component.
    pub nodes: u64,
    /// Leaves that the certificate of a component may have.
    pub leaves: usize,
    /// Members of cliques that the certificate of a component may list.
    pub entries: usize,
    /// Linear programs solved for the fractional cover of a component.
    pub rounds: usize,
    /// Entries of all linear programs solved while branching on them, in each component.
    pub work: u64,
    /// Seed of the tabu search.
    pub seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            moves: 60_000,
            nodes: 100_000,
            leaves: 100_000,
            entries: 4_000_000,
            rounds: 16,
            work: 6_000_000,
            seed: 0,
        }
    }
}

/// What proves the upper end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpperBy {
    /// Disjoint sets of mutually conflicting points, one point each.
    CliqueCover,
    /// The same with rational weights.
    WeightedCover,
    /// A tree of choices with a cover at each leaf.
    Tree,
    /// A complete search that was too long to be recorded.
    Exhaustive,
}

impl UpperBy {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            UpperBy::CliqueCover => "clique cover",
            UpperBy::WeightedCover => "weighted clique cover",
            UpperBy::Tree => "tree of clique covers",
            UpperBy::Exhaustive => "exhaustive",
        }
    }
}

/// `lower <= packing number <= upper`.
#[derive(Debug, Clone, PartialEq)]
pub struct FinitePacking {
    /// Indices of points pairwise at distance at least 2m, ascending: their number is the lower end.
    pub shattered: Vec<usize>,
    /// The upper end.
    pub upper: usize,
    /// What proves it: the weakest kind that was needed in any component.
    pub upper_by: UpperBy,
    /// Proofs for sets of rows that together are all rows: the packing number is at most the sum of their bounds.
    pub proofs: Vec<PartProof>,
}

impl FinitePacking {
    /// The lower end.
    #[must_use]
    pub fn lower(&self) -> usize {
        self.shattered.len()
    }

    /// The upper end that the proofs give; equal to `upper` unless that is [`UpperBy::Exhaustive`].
    #[must_use]
    pub fn certified_upper(&self) -> u64 {
        self.proofs.iter().map(|part| part.bound.count).sum()
    }

    /// Whether the two ends meet.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.lower() == self.upper
    }

    /// The proofs as one, for the whole set: of the bound [`FinitePacking::certified_upper`].
    #[must_use]
    pub fn cover(&self) -> Cover {
        let part = |part: &PartProof| {
            let rows = part.rows.iter().map(|row| u32::try_from(*row).unwrap_or(u32::MAX)).collect();
            (rows, renamed(&part.cover, &part.rows))
        };
        Cover::Split { parts: self.proofs.iter().map(part).collect() }
    }
}

/// Brackets the largest number of points pairwise at distance at least `2 margin`: the VC dimension of the margin class on
/// a finite set.
///
/// The conflict graph (pairs closer than 2m, decided exactly) is reduced by simplicial vertices and split into components;
/// in each, tabu search gives the lower end, branch and bound or a linear program with clique rows the upper end, as data.
///
/// ```
/// use lip1_vc::{Limits, Points, packing_number};
/// let line = Points::new(1, vec![0.0, 1.0, 2.0, 3.0, 4.0])?;
/// let found = packing_number(&line, 1.0, Limits::default())?;
/// assert_eq!((found.lower(), found.upper), (3, 3));
/// assert_eq!(found.shattered, [0, 2, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Cost: `n² dim / 2` operations for the graph (memory n²/8 bytes), then within the counts of `limits`; 1,797 points take under
/// a minute at any margin.
///
/// # Errors
/// [`Error::TooLarge`] for more than 20,000 points, [`Error::OutOfRange`] for a margin that is not positive and finite,
/// [`Error::Refused`] when a tie cannot be decided or, which
/// would be an error of this crate, when the cover does not prove what the search claims.
pub fn packing_number(points: &Points, margin: f64, limits: Limits) -> Result<FinitePacking, Error> {
    packing_number_watched(points, margin, limits, &mut |_| {})
}

/// How far a search for a packing number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Points that need no further search.
    pub decided: usize,
    /// All points.
    pub points: usize,
    /// What is being done to the next component of the others.
    pub doing: &'static str,
}

/// [`packing_number`], which tells `watch` before each stage of the search.
///
/// # Errors
/// Those of [`packing_number`].
pub fn packing_number_watched(
    points: &Points,
    margin: f64,
    limits: Limits,
    watch: &mut dyn FnMut(Stage),
) -> Result<FinitePacking, Error> {
    let mut stage = Stage { decided: 0, points: points.len(), doing: "conflicts" };
    watch(stage);
    let graph = Graph::conflicts(points, margin)?;
    let distance = 2.0 * margin;
    let reduced = reduce(&graph);
    let mut found = FinitePacking {
        shattered: reduced.taken,
        upper: reduced.cliques.len(),
        upper_by: UpperBy::CliqueCover,
        proofs: Vec::new(),
    };
    // Covers without fractions add up in one proof.
    let mut cliques: Vec<Vec<usize>> = reduced.cliques;
    stage.decided = points.len() - reduced.left.len();
    for component in graph.components(&reduced.left) {
        let solved = solve(&graph.induced(&component), limits, &mut |doing| watch(Stage { doing, ..stage }));
        stage.decided += component.len();
        found.shattered.extend(solved.set.iter().map(|i| component[*i]));
        found.upper += solved.upper;
        found.upper_by = found.upper_by.max(solved.upper_by);
        match solved.tree.into_cliques() {
            Ok(cover) => {
                cliques.extend(cover.iter().map(|clique| clique.iter().map(|i| component[*i]).collect()));
            }
            Err(tree) => found.proofs.push(PartProof::check(points, distance, component, tree)?),
        }
    }
    let mut covered: Vec<usize> = cliques.iter().flatten().copied().collect();
    covered.sort_unstable();
    let place = |i: &usize| covered.binary_search(i).unwrap_or(usize::MAX);
    let mut whole = Tree::default();
    whole.leaf(1, cliques.iter().map(|clique| (clique.iter().map(place).collect(), 1)));
    found.proofs.push(PartProof::check(points, distance, covered.clone(), whole)?);
    found.shattered.sort_unstable();
    let proved = found.certified_upper() == found.upper as u64 || found.upper_by == UpperBy::Exhaustive;
    if proved { Ok(found) } else { Err(Error::Refused("the proofs are weaker than the search".to_owned())) }
}

/// A component's bracket.
struct Solved {
    set: Vec<usize>,
    upper: usize,
    upper_by: UpperBy,
    tree: Tree,
}

/// Nodes of the search that is tried before any linear program: most components close within them.
const FIRST_NODES: u64 = 2_000;

/// A gap that branching on linear programs is likely to close.
const NEARLY: usize = 2;

fn solve(graph: &Graph, limits: Limits, watch: &mut dyn FnMut(&'static str)) -> Solved {
    watch("tabu search");
    let start = local_search(graph, limits.moves, limits.seed);
    let branch = BranchLimits { nodes: limits.nodes, leaves: limits.leaves, entries: limits.entries };
    watch("branch and bound");
    let first = search(graph, start.len(), BranchLimits { nodes: limits.nodes.min(FIRST_NODES), ..branch });
    let set = first.better.unwrap_or(start);
    // A proof that the kernel cannot walk is none.
    if let Some(tree) = first.tree.filter(Tree::is_shallow) {
        return by_tree(set, tree);
    }
    watch("linear programs");
    let mut tree = Tree::default();
    let mut pool = Pool::default();
    let upper = match pool.relax(graph, &Bits::all(graph.len()), limits.rounds, set.len()) {
        Some(relaxed) => {
            let bound = relaxed.bound();
            tree.leaf(relaxed.unit, relaxed.weights);
            bound
        }
        None => {
            tree.leaf(1, (0..graph.len()).map(|vertex| (vec![vertex], 1)));
            graph.len()
        }
    };
    if upper == set.len() {
        return Solved { set, upper, upper_by: UpperBy::WeightedCover, tree };
    }
    if upper - set.len() <= NEARLY {
        watch("branching on linear programs");
        if let Some(closed) = lp_branch::search(graph, &mut pool, set.clone(), limits.work) {
            return by_tree(closed.set, closed.tree);
        }
    }
    watch("branch and bound, to the end");
    let last = search(graph, set.len(), branch);
    let set = last.better.unwrap_or(set);
    match last.tree.filter(Tree::is_shallow) {
        Some(tree) => by_tree(set, tree),
        None if last.closed && upper > set.len() => {
            Solved { upper: set.len(), upper_by: UpperBy::Exhaustive, set, tree }
        }
        None => Solved { upper, upper_by: UpperBy::WeightedCover, set, tree },
    }
}

fn by_tree(set: Vec<usize>, tree: Tree) -> Solved {
    let upper_by = if tree.leaves() == 1 { UpperBy::CliqueCover } else { UpperBy::Tree };
    Solved { upper: set.len(), upper_by, set, tree }
}
