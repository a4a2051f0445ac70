//! The difference constraints of the face, in fast floating point.

use std::collections::HashSet;

use lip1_kernel::optimal::{self, Optimum};
use lip1_kernel::transport::{self, Plan, Potentials};

use crate::distance::distance;
use crate::{Error, Problem};

/// `f(x) - f(y) <= d(x, y)` for all points, with equality along the plan's flows; and a member, or what is one but for rounding.
///
/// Points are numbered: those of `p` from 0, those of `q` after them.
#[derive(Debug)]
pub(super) struct Constraints {
    /// The problem of the integer masses.
    problem: transport::Problem,
    /// The plan, and the member `min_j v_j + d(z, y_j)`.
    optimum: Optimum,
    /// Pairs of points between which mass flows.
    flows: HashSet<(usize, usize)>,
}

impl Constraints {
    /// Has the kernel check what it can of plan and potentials.
    pub(super) fn new(problem: &Problem, plan: &Plan, potentials: &Potentials) -> Result<Self, Error> {
        let problem = of_masses(problem);
        let n = problem.p.len();
        if potentials.v.len() != problem.q.len() {
            return Err(Error::Lengths { points: problem.q.len(), weights: potentials.v.len() });
        }
        let cones = |z: &[f64]| {
            let values = problem.q.rows().zip(&potentials.v).map(|(y, v)| v + distance(problem.cost, z, y));
            values.fold(f64::INFINITY, f64::min)
        };
        let values = problem.p.rows().chain(problem.q.rows()).map(cones).collect();
        let optimum = Optimum { plan: plan.clone(), values };
        optimal::slopes(&problem, &optimum, &[])?;
        let some = plan.flows.iter().filter(|(.., mass)| *mass > 0);
        let flows = some.map(|&(i, j, _)| (i as usize, n + j as usize)).collect();
        Ok(Self { problem, optimum, flows })
    }

    /// The known member at every point.
    pub(super) fn known(&self) -> &[f64] {
        &self.optimum.values
    }

    /// Number of points of `p`.
    pub(super) fn sources(&self) -> usize {
        self.problem.p.len()
    }

    /// The masses of all points.
    pub(super) fn masses(&self) -> Vec<u64> {
        [&self.problem.p_mass[..], &self.problem.q_mass].concat()
    }

    /// A bound on `f(x) - f(y)`: the distance, or the descent along a flow.
    pub(super) fn step(&self, x: usize, y: usize) -> f64 {
        let distance = distance(self.problem.cost, self.point(x), self.point(y));
        if self.flows.contains(&(y, x)) { -distance } else { distance }
    }

    /// The plan with that function, or else with the known one.
    pub(super) fn optimum(&self, values: Option<Vec<f64>>) -> Optimum {
        let values = values.unwrap_or_else(|| self.optimum.values.clone());
        Optimum { plan: self.optimum.plan.clone(), values }
    }

    /// Whether the kernel sees every optimal potential fall along each of the paths.
    pub(super) fn fall(&self, optimum: &Optimum, paths: &[Vec<u32>]) -> Result<Vec<bool>, Error> {
        let slopes = optimal::slopes(&self.problem, optimum, paths)?;
        Ok(slopes.slopes.iter().map(|slope| slope.upper < 0.0).collect())
    }

    fn point(&self, k: usize) -> &[f64] {
        let n = self.sources();
        if k < n { self.problem.p.row(k) } else { self.problem.q.row(k - n) }
    }
}

/// The problem of which the integer masses are the laws.
pub(super) fn of_masses(problem: &Problem) -> transport::Problem {
    transport::Problem { weights: None, ..problem.statement().clone() }
}
