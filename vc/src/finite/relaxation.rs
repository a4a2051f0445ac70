//! Fractional clique covers by linear programming: the dual of the packing problem with clique rows.

use std::collections::HashSet;

use good_lp::solvers::{DualValues, SolutionWithDual};
use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, clarabel, constraint, variable,
};

use crate::finite::bits::Bits;
use crate::finite::conflict::Graph;

/// Cliques found so far; those of a graph serve for all its subgraphs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool {
    cliques: Vec<Vec<usize>>,
    known: HashSet<Vec<usize>>,
    /// Indices of the cliques in the current linear program: those with weight, and those that were violated.
    active: Vec<usize>,
}

/// A fractional clique cover in integers, with the relaxed solution it is dual to.
#[derive(Debug, Clone)]
pub(crate) struct Relaxed {
    /// The weight that counts as one.
    pub(crate) unit: u64,
    /// Cliques (maximal in the whole graph, so they may leave the subgraph) and their weights.
    pub(crate) weights: Vec<(Vec<usize>, u64)>,
    /// Value of each vertex of the graph, 0 outside the subgraph.
    pub(crate) values: Vec<f64>,
}

/// Weights are multiples of 2^-32.
const UNIT: u64 = 1 << 32;
/// A clique is violated when its values add up to this much more than 1.
const VIOLATION: f64 = 1e-3;
/// Weights below this are the interior-point method's way of saying zero.
const NEGLIGIBLE: f64 = 1e-6;
/// Values below this start no search for a violated clique.
const SMALL_VALUE: f64 = 1e-2;

impl Relaxed {
    /// `floor(total weight / unit)`.
    pub(crate) fn bound(&self) -> usize {
        let total: u128 = self.weights.iter().map(|(_, weight)| u128::from(*weight)).sum();
        usize::try_from(total / u128::from(self.unit)).unwrap_or(usize::MAX)
    }
}

impl Pool {
    /// Entries of the linear program solved last.
    pub(crate) fn entries(&self) -> u64 {
        self.active.iter().map(|clique| self.cliques[*clique].len() as u64).sum()
    }

    fn add(&mut self, mut clique: Vec<usize>) -> bool {
        clique.sort_unstable();
        let fresh = self.known.insert(clique.clone());
        if fresh {
            self.active.push(self.cliques.len());
            self.cliques.push(clique);
        }
        fresh
    }

    /// Bounds the independent sets within `alive`: maximise `sum x_v` subject to `sum over C of x_v <= 1` for the cliques
    /// of the pool, adding violated cliques for at most `rounds` rounds or until the bound is at most `enough`.
    ///
    /// Nothing when the solver fails. Cost: an interior-point solve a round.
    pub(crate) fn relax(
        &mut self,
        graph: &Graph,
        alive: &Bits,
        rounds: usize,
        enough: usize,
    ) -> Option<Relaxed> {
        let members: Vec<usize> = alive.iter().collect();
        for &seed in &members {
            let covered = self.cliques.iter().any(|clique| clique.binary_search(&seed).is_ok());
            if !covered {
                let clique = grow(graph, seed, |candidates| candidates.first());
                self.add(clique);
            }
        }
        let mut best: Option<Relaxed> = None;
        for _ in 0..rounds.max(1) {
            let (relaxed, used) = self.solve(graph, &members)?;
            self.active = used;
            let fresh = self.separate(graph, alive, &relaxed.values);
            let done = relaxed.bound() <= enough || fresh == 0;
            if best.as_ref().is_none_or(|best| relaxed.bound() <= best.bound()) {
                best = Some(relaxed);
            }
            if done {
                break;
            }
        }
        best
    }

    /// Solves the program with the active cliques; also which of them it uses.
    fn solve(&self, graph: &Graph, members: &[usize]) -> Option<(Relaxed, Vec<usize>)> {
        let mut unknowns = ProblemVariables::new();
        let variables: Vec<Variable> = unknowns.add_vector(variable().min(0.0), members.len());
        let mut place = vec![None; graph.len()];
        members.iter().zip(&variables).for_each(|(vertex, x)| place[*vertex] = Some(*x));
        let total: Expression = variables.iter().sum();
        let mut model = unknowns.maximise(total).using(clarabel);
        let mut rows = Vec::new();
        for &index in &self.active {
            let clique = &self.cliques[index];
            let sum: Expression = clique.iter().filter_map(|v| place[*v]).sum();
            rows.push((index, model.add_constraint(constraint!(sum <= 1.0))));
        }
        let mut solution = model.solve().ok()?;
        let mut values = vec![0.0; graph.len()];
        members.iter().zip(&variables).for_each(|(vertex, x)| values[*vertex] = solution.value(*x));
        let prices = solution.compute_dual();
        let priced: Vec<(usize, f64)> =
            rows.into_iter().map(|(index, row)| (index, prices.dual(row).abs())).collect();
        let used = priced.iter().filter(|(_, price)| *price > NEGLIGIBLE).map(|(index, _)| *index).collect();
        let weights: Vec<(&Vec<usize>, f64)> =
            priced.iter().map(|(index, price)| (&self.cliques[*index], *price)).collect();
        Some((Relaxed { unit: UNIT, weights: whole(graph.len(), members, &weights), values }, used))
    }

    /// Adds maximal cliques whose values add up to more than 1; how many.
    fn separate(&mut self, graph: &Graph, alive: &Bits, values: &[f64]) -> usize {
        let mut fresh = 0;
        for seed in alive.iter().filter(|v| values[*v] > SMALL_VALUE) {
            let clique = grow(graph, seed, |candidates| {
                candidates.iter().max_by(|a, b| values[*a].total_cmp(&values[*b]))
            });
            let sum: f64 = clique.iter().map(|v| values[*v]).sum();
            if sum > 1.0 + VIOLATION && self.add(clique) {
                fresh += 1;
            }
        }
        // Cliques that were dropped for want of weight come back when violated again.
        let dropped: Vec<usize> = {
            let active: HashSet<usize> = self.active.iter().copied().collect();
            let violated =
                |i: &usize| self.cliques[*i].iter().map(|v| values[*v]).sum::<f64>() > 1.0 + VIOLATION;
            (0..self.cliques.len()).filter(|i| !active.contains(i)).filter(violated).collect()
        };
        fresh += dropped.len();
        self.active.extend(dropped);
        fresh
    }
}

/// A maximal clique that contains `seed`, extended by the candidate that `choose` prefers.
fn grow(graph: &Graph, seed: usize, choose: impl Fn(&Bits) -> Option<usize>) -> Vec<usize> {
    let mut clique = vec![seed];
    let mut candidates = graph.neighbours(seed).clone();
    while let Some(next) = choose(&candidates) {
        candidates.intersect(graph.neighbours(next));
        clique.push(next);
    }
    clique
}

/// Rounds weights up to units and mends what is covered too little.
fn whole(vertices: usize, members: &[usize], weights: &[(&Vec<usize>, f64)]) -> Vec<(Vec<usize>, u64)> {
    let mut units: Vec<u64> = weights
        .iter()
        .map(|(_, weight)| if *weight > NEGLIGIBLE { (weight * UNIT as f64).ceil() as u64 } else { 0 })
        .collect();
    let mut cover = vec![0_u64; vertices];
    let mut heaviest = vec![None; vertices];
    for (i, (clique, _)) in weights.iter().enumerate() {
        for &vertex in *clique {
            cover[vertex] += units[i];
            if heaviest[vertex].is_none_or(|best: usize| units[best] < units[i]) {
                heaviest[vertex] = Some(i);
            }
        }
    }
    for &vertex in members {
        let missing = UNIT.saturating_sub(cover[vertex]);
        if missing > 0
            && let Some(i) = heaviest[vertex]
        {
            units[i] += missing;
            weights[i].0.iter().for_each(|v| cover[*v] += missing);
        }
    }
    weights
        .iter()
        .zip(units)
        .filter(|(_, units)| *units > 0)
        .map(|((clique, _), units)| ((*clique).clone(), units))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Pool;
    use crate::finite::bits::Bits;
    use crate::finite::conflict::Graph;

    #[test]
    fn the_five_cycle_is_worth_two_and_a_half() {
        let cycle = Graph::of_edges(5, (0..5).map(|i| (i, (i + 1) % 5)));
        let relaxed = Pool::default().relax(&cycle, &Bits::all(5), 10, 0).unwrap();
        assert_eq!(relaxed.bound(), 2);
        for vertex in 0..5 {
            let cover: u64 =
                relaxed.weights.iter().filter(|(c, _)| c.contains(&vertex)).map(|(_, w)| w).sum();
            assert!(cover >= relaxed.unit);
        }
        assert!(relaxed.weights.iter().all(|(clique, _)| cycle.is_clique(clique)));
    }
}
