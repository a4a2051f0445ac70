//! The log loss under given slope constraints, by an active-set method.
//!
//! The active pairs form a forest. In a tree of it values differ by distances, so one constant is left to choose: a
//! smooth problem in one variable. All trees move towards their best constants until a pair between two trees gets
//! tight and joins them; when all have arrived, what every point moves, `w sigma(-slope y g)`, fixes the flows on the
//! forest, and pairs with a negative flow are released. The loss falls at every step.

use super::constant::{best_shift, sigmoid};

/// A constraint `u_i - v_j <= distance`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) i: usize,
    pub(super) j: usize,
    pub(super) distance: f64,
}

/// A flow this far below zero, relative to the whole mass, releases its pair.
const NEGATIVE: f64 = 1e-14;

/// Distances grow by up to this part of the longest, pair by pair: ties would let the method cycle.
const PERTURBATION: f64 = 1e-14;

/// Most steps for each point.
const STEPS_PER_POINT: usize = 50;

/// The state of the method.
pub(super) struct ActiveSet<'a> {
    mass: Vec<f64>,
    sources: usize,
    slope: f64,
    pairs: &'a [Pair],
    bounds: Vec<f64>,
    /// The function's values, positive points first.
    value: Vec<f64>,
    /// Active pairs at every point.
    active: Vec<Vec<usize>>,
    tree: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// How far every tree is from its best constant.
    shift: Vec<f64>,
    /// How far a tree of one class goes at a time.
    far: f64,
}

impl<'a> ActiveSet<'a> {
    /// Starts at feasible values, without active pairs.
    pub(super) fn new(p: &[f64], q: &[f64], pairs: &'a [Pair], value: Vec<f64>, slope: f64) -> Self {
        let mass: Vec<f64> = p.iter().chain(q).copied().collect();
        let points = mass.len();
        let longest = pairs.iter().map(|pair| pair.distance).fold(0.0, f64::max);
        let bounds = pairs
            .iter()
            .enumerate()
            .map(|(k, pair)| pair.distance + PERTURBATION * longest * scatter(k))
            .collect();
        let mut this = Self {
            sources: p.len(),
            slope,
            pairs,
            bounds,
            value,
            active: vec![Vec::new(); points],
            tree: (0..points).collect(),
            members: (0..points).map(|k| vec![k]).collect(),
            shift: vec![0.0; points],
            far: 16.0 * longest.max(1.0),
            mass,
        };
        (0..points).for_each(|tree| this.update_shift(tree));
        this
    }

    /// Runs to the optimum; whether it was reached within the limit of steps.
    pub(super) fn minimise(&mut self) -> bool {
        for _ in 0..STEPS_PER_POINT * self.value.len() {
            let (step, blocking) = self.longest_step();
            for (value, &tree) in self.value.iter_mut().zip(&self.tree) {
                *value += step * self.shift[tree];
            }
            self.shift.iter_mut().for_each(|shift| *shift *= 1.0 - step);
            match blocking {
                Some(k) => self.activate(k),
                None if !self.release_negative_flows() && !self.move_unbounded_trees() => return true,
                None => {}
            }
        }
        false
    }

    /// The values, those of the positive points first.
    pub(super) fn values(&self) -> (Vec<f64>, Vec<f64>) {
        let (u, v) = self.value.split_at(self.sources);
        (u.to_vec(), v.to_vec())
    }

    fn sign(&self, point: usize) -> f64 {
        if point < self.sources { 1.0 } else { -1.0 }
    }

    fn ends(&self, k: usize) -> (usize, usize) {
        (self.pairs[k].i, self.sources + self.pairs[k].j)
    }

    /// The part of the way, at most 1, that all trees can go, and the pair that stops them.
    fn longest_step(&self) -> (f64, Option<usize>) {
        let mut best = (1.0, None);
        for (k, bound) in self.bounds.iter().enumerate() {
            let (i, j) = self.ends(k);
            let (a, b) = (self.tree[i], self.tree[j]);
            let rate = self.shift[a] - self.shift[b];
            if a != b && rate > 0.0 {
                let step = (bound - (self.value[i] - self.value[j])).max(0.0) / rate;
                if step < best.0 {
                    best = (step, Some(k));
                }
            }
        }
        best
    }

    /// Makes a pair active and one tree of its two.
    fn activate(&mut self, k: usize) {
        let (i, j) = self.ends(k);
        self.active[i].push(k);
        self.active[j].push(k);
        let (a, b) = (self.tree[i], self.tree[j]);
        let (large, small) = if self.members[a].len() >= self.members[b].len() { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.members[small]);
        moved.iter().for_each(|&point| self.tree[point] = large);
        self.members[large].extend(moved);
        self.shift[small] = 0.0;
        self.update_shift(large);
    }

    /// Sets how far a tree is from its best constant; a tree of one class has none, and goes far.
    fn update_shift(&mut self, tree: usize) {
        let members = &self.members[tree];
        let terms = || members.iter().map(|&k| (self.mass[k], self.sign(k), self.value[k]));
        self.shift[tree] = best_shift(terms, self.slope).unwrap_or_else(|| self.far * self.sign(members[0]));
    }

    /// Releases the pair of the most negative flow in every tree; whether there was one.
    fn release_negative_flows(&mut self) -> bool {
        let mut worst: Vec<Option<(f64, usize)>> = vec![None; self.members.len()];
        for (k, flow) in self.flows() {
            let tree = self.tree[self.ends(k).0];
            if flow < -NEGATIVE && worst[tree].is_none_or(|(least, _)| flow < least) {
                worst[tree] = Some((flow, k));
            }
        }
        let released: Vec<usize> = worst.into_iter().flatten().map(|(_, k)| k).collect();
        for &k in &released {
            self.deactivate(k);
        }
        !released.is_empty()
    }

    /// Sends every tree of one class and some mass twice as far, for none has arrived before it meets the other class; whether there was
    /// one.
    fn move_unbounded_trees(&mut self) -> bool {
        let unbounded = |members: &Vec<usize>| {
            let mass = |k: &usize| self.mass[*k] > 0.0;
            members.iter().any(mass) && members.iter().all(|k| self.sign(*k) * self.sign(members[0]) > 0.0)
        };
        let trees: Vec<usize> =
            (0..self.members.len()).filter(|&tree| unbounded(&self.members[tree])).collect();
        self.far *= 2.0;
        trees.iter().for_each(|&tree| self.update_shift(tree));
        !trees.is_empty()
    }

    /// Flows on the active pairs: what a subtree cannot place within itself goes over the pair above it.
    fn flows(&self) -> Vec<(usize, f64)> {
        let mut flows = Vec::new();
        let mut excess: Vec<f64> = (0..self.value.len())
            .map(|k| self.mass[k] * sigmoid(-self.slope * self.sign(k) * self.value[k]) * self.sign(k))
            .collect();
        for members in self.members.iter().filter(|members| members.len() > 1) {
            let order = self.preorder(members[0], None);
            for &(point, parent) in order.iter().skip(1).rev() {
                if let Some((above, k)) = parent {
                    flows.push((k, excess[point] * self.sign(point)));
                    excess[above] += excess[point];
                }
            }
        }
        flows
    }

    /// The points of a tree from `root`, each with the point and pair above it, without crossing `barrier`.
    fn preorder(&self, root: usize, barrier: Option<usize>) -> Vec<(usize, Option<(usize, usize)>)> {
        let mut order = vec![(root, None)];
        let mut at = 0;
        while at < order.len() {
            let (point, parent) = order[at];
            for &k in &self.active[point] {
                if Some(k) != barrier && parent.is_none_or(|(_, above): (usize, usize)| above != k) {
                    let (i, j) = self.ends(k);
                    order.push((if i == point { j } else { i }, Some((point, k))));
                }
            }
            at += 1;
        }
        order
    }

    /// Takes a pair out of the forest and makes two trees of its one.
    fn deactivate(&mut self, k: usize) {
        let (i, j) = self.ends(k);
        let old = self.tree[i];
        let points = |order: Vec<(usize, Option<(usize, usize)>)>| -> Vec<usize> {
            order.into_iter().map(|(point, _)| point).collect()
        };
        let (with_i, with_j) = (points(self.preorder(i, Some(k))), points(self.preorder(j, Some(k))));
        self.active[i].retain(|&active| active != k);
        self.active[j].retain(|&active| active != k);
        // Some name is free: there are as many as points, and fewer trees.
        let new = self.members.iter().position(Vec::is_empty).unwrap_or(old);
        with_j.iter().for_each(|&point| self.tree[point] = new);
        self.members[old] = with_i;
        self.members[new] = with_j;
        self.update_shift(old);
        self.update_shift(new);
    }
}

/// A number in `(0, 1)` that looks random in `k` (the golden ratio's multiples).
fn scatter(k: usize) -> f64 {
    ((k + 1) as f64 * 0.618_033_988_749_894_9).fract()
}
