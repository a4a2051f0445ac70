//! What all functions of nearly the greatest value have in common, proved: the ground of both certificates.

use std::collections::HashMap;

use lip1_kernel::transport::{self, Plan, Potentials};
use lip1_kernel::{Interval, distance};

use crate::Error;

/// Bounds on the differences of every 1-Lipschitz function `f` whose value `E_P f - E_Q f` is at least that of a known one.
///
/// The known one is `g(z) = min_w values_w + d(z, w)` over all points `w`, 1-Lipschitz whatever the values are. With `t` its value and `C` the cost of
/// the plan, `sum_ij (m_ij / M) (d_ij - f(x_i) + f(y_j)) = C - (E_P f - E_Q f) <= C - t`, and no term is negative: along a flow `f`
/// loses at most `(C - t) M / m_ij` on slope 1. No optimality is assumed: a plan or a function that is worse makes wider bounds. As
/// `t` is at most the greatest value, the bounds hold for every optimal potential.
///
/// Points are numbered: those of `p` from 0, those of `q` after them.
#[derive(Debug)]
pub(super) struct Slopes {
    problem: transport::Problem,
    known: Vec<Interval>,
    value: f64,
    /// For the pair of each flow, a bound on `f(y_j) - f(x_i)`.
    descents: HashMap<(usize, usize), Interval>,
}

impl Slopes {
    /// Has the kernel check the plan's marginals and its cost.
    pub(super) fn new(statement: &transport::Problem, plan: &Plan, values: &[f64]) -> Result<Self, Error> {
        let problem = transport::Problem { weights: None, ..statement.clone() };
        let (n, m) = (problem.p.len(), problem.q.len());
        if values.len() != n + m {
            return Err(Error::Lengths { points: n + m, weights: values.len() });
        }
        // Potentials of 0 prove nothing from below, and are accepted.
        let nothing = Potentials { u: vec![0.0; n], v: vec![0.0; m] };
        let cost = transport::check(&problem, plan, &nothing)?.upper;
        let mut slopes = Self { problem, known: Vec::new(), value: 0.0, descents: HashMap::new() };
        slopes.known = (0..n + m).map(|k| slopes.value_at(k, values)).collect();
        let total = slopes.problem.p_mass.iter().map(|&mass| u128::from(mass)).sum();
        let masses = slopes.masses();
        let mean = |from: usize, to: usize| {
            let terms = (from..to).map(|k| Interval::integer(masses[k].into()) * slopes.known[k]);
            terms.fold(Interval::ZERO, |sum, term| sum + term) / Interval::integer(total)
        };
        slopes.value = (mean(0, n) - mean(n, n + m)).lower();

        let gap = (Interval::data(cost) - Interval::data(slopes.value)).max(Interval::ZERO);
        let mut along = HashMap::new();
        for &(i, j, mass) in &plan.flows {
            *along.entry((i as usize, j as usize)).or_insert(0) += u128::from(mass);
        }
        slopes.descents = along
            .into_iter()
            .filter(|(_, mass)| *mass > 0)
            .map(|((i, j), mass)| ((i, j), gap * Interval::ratio(total, mass) - slopes.distance(i, n + j)))
            .collect();
        Ok(slopes)
    }

    /// A number that the value of the known function is at least: of what other functions are compared with.
    pub(super) fn value(&self) -> f64 {
        self.value
    }

    /// The known function at every point.
    pub(super) fn known(&self) -> &[Interval] {
        &self.known
    }

    /// Number of points of `p`.
    pub(super) fn sources(&self) -> usize {
        self.problem.p.len()
    }

    /// The masses of all points.
    pub(super) fn masses(&self) -> Vec<u64> {
        [&self.problem.p_mass[..], &self.problem.q_mass].concat()
    }

    /// The coefficients of all points.
    pub(super) fn coefficients(&self, a: &[f64], b: &[f64]) -> Result<Vec<f64>, Error> {
        for (points, given) in [(&self.problem.p, a), (&self.problem.q, b)] {
            if points.len() != given.len() {
                return Err(Error::Lengths { points: points.len(), weights: given.len() });
            }
        }
        Ok([a, b].concat())
    }

    /// A bound on `f(x) - f(y)`: the distance, or the descent along a flow.
    pub(super) fn step(&self, x: usize, y: usize) -> Interval {
        let n = self.sources();
        let descent = if y < n && x >= n { self.descents.get(&(y, x - n)) } else { None };
        descent.map_or(self.distance(x, y), |descent| self.distance(x, y).min(*descent))
    }

    /// A bound on `f(first) - f(last)` for the ends of a path; `None` if it has no two points or leaves them.
    pub(super) fn along(&self, path: &[u32]) -> Option<Interval> {
        let inside = path.len() >= 2 && path.iter().all(|&k| (k as usize) < self.known.len());
        let steps = path.windows(2).map(|pair| (pair[0] as usize, pair[1] as usize));
        inside.then(|| steps.fold(Interval::ZERO, |sum, (x, y)| sum + self.step(x, y)))
    }

    /// Whether every function is smaller at the first point of the path than at the last.
    pub(super) fn falls(&self, path: &[u32]) -> bool {
        self.along(path).is_some_and(|bound| bound.upper() < 0.0)
    }

    pub(super) fn distance(&self, x: usize, y: usize) -> Interval {
        distance::enclose(self.point(x), self.point(y), self.problem.cost)
    }

    fn point(&self, k: usize) -> &[f64] {
        let n = self.sources();
        if k < n { self.problem.p.row(k) } else { self.problem.q.row(k - n) }
    }

    fn value_at(&self, k: usize, values: &[f64]) -> Interval {
        let cones = values.iter().enumerate().map(|(w, &value)| Interval::data(value) + self.distance(k, w));
        cones.reduce(Interval::min).unwrap_or(Interval::ENTIRE)
    }
}
