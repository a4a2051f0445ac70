//! The face of optimal potentials, searched by a mixed-integer program.

use good_lp::{Expression, ProblemVariables, SolverModel, Variable, constraint, solvers, variable};
use lip1_kernel::transport::{Plan, Potentials};

use crate::distance::distance;
use crate::{Error, Problem};

/// All optimal potentials of a problem: the 1-Lipschitz functions that have slope 1 along an optimal plan.
///
/// By complementary slackness one optimal plan determines the face. A general solver searches it, within its own tolerance; what is
/// certain of an answer is what the kernel says of its potentials: repaired to be feasible, they bracket the distance with the plan.
#[derive(Debug, Clone)]
pub struct OptimalFace<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// An optimal plan.
    pub plan: &'a Plan,
}

/// A potential that is best on the face.
#[derive(Debug, Clone)]
pub struct Best {
    /// The objective, as the solver leaves it.
    pub value: f64,
    /// Values of the function as the solver leaves them, on the points of `p` and of `q`.
    pub potentials: Potentials,
}

impl OptimalFace<'_> {
    /// The least of `sum a_i u_i + sum b_j v_j` over the optimal potentials with values in `[-range, range]`, by an LP.
    ///
    /// # Errors
    /// When the lengths do not fit or the backend gives up.
    pub fn least(&self, a: &[f64], b: &[f64], range: f64) -> Result<Best, Error> {
        let statement = self.problem.statement();
        lengths(statement.p.len(), a.len())?;
        lengths(statement.q.len(), b.len())?;
        let (variables, u, v, constraints) = self.potentials(range);
        let objective = a.iter().zip(&u).chain(b.iter().zip(&v)).map(|(c, x)| *c * *x).sum();
        solved(variables, objective, constraints, (&u, &v))
    }

    /// The least classification error over the optimal potentials with values in `[-range, range]`, shifted at will: the mass, in
    /// shares of both laws together, where `f < 0` at a point of `p` or `f > 0` at one of `q`. A mixed-integer program.
    ///
    /// # Errors
    /// When the backend gives up.
    pub fn least_error(&self, range: f64) -> Result<Best, Error> {
        let statement = self.problem.statement();
        let (mut variables, u, v, mut constraints) = self.potentials(range);
        let total = 2.0 * self.problem.total() as f64;
        let mut objective = Expression::default();
        let sides = [(&u, &statement.p_mass, 1.0), (&v, &statement.q_mass, -1.0)];
        for (values, masses, sign) in sides {
            for (&value, &mass) in values.iter().zip(masses) {
                let wrong = variables.add(variable().binary());
                constraints.push(constraint!(sign * value + range * wrong >= 0.0));
                objective.add_mul(mass as f64 / total, wrong);
            }
        }
        solved(variables, objective, constraints, (&u, &v))
    }

    /// Variables and constraints of the face. All pairs count, those within a class too: a function takes the values.
    fn potentials(
        &self,
        range: f64,
    ) -> (ProblemVariables, Vec<Variable>, Vec<Variable>, Vec<good_lp::Constraint>) {
        let statement = self.problem.statement();
        let mut variables = ProblemVariables::new();
        let u: Vec<Variable> = variables.add_vector(variable().min(-range).max(range), statement.p.len());
        let v: Vec<Variable> = variables.add_vector(variable().min(-range).max(range), statement.q.len());
        let points: Vec<(&[f64], Variable)> = statement
            .p
            .rows()
            .zip(u.iter().copied())
            .chain(statement.q.rows().zip(v.iter().copied()))
            .collect();
        let mut constraints = Vec::new();
        for (k, &(x, f)) in points.iter().enumerate() {
            for &(y, g) in &points[..k] {
                let d = distance(statement.cost, x, y);
                constraints.push(constraint!(f - g <= d));
                constraints.push(constraint!(g - f <= d));
            }
        }
        for &(i, j, mass) in &self.plan.flows {
            let (i, j) = (i as usize, j as usize);
            if mass > 0 && i < u.len() && j < v.len() {
                let d = distance(statement.cost, statement.p.row(i), statement.q.row(j));
                constraints.push(constraint!(u[i] - v[j] >= d));
            }
        }
        (variables, u, v, constraints)
    }
}

fn lengths(points: usize, weights: usize) -> Result<(), Error> {
    if points == weights { Ok(()) } else { Err(Error::Lengths { points, weights }) }
}

fn solved(
    variables: ProblemVariables,
    objective: Expression,
    constraints: Vec<good_lp::Constraint>,
    (u, v): (&[Variable], &[Variable]),
) -> Result<Best, Error> {
    let failed = |why: good_lp::ResolutionError| Error::Backend { backend: "microlp", why: why.to_string() };
    let model = variables.minimise(&objective).using(solvers::microlp::microlp).with_all(constraints);
    let solution = model.solve().map_err(failed)?;
    let values = |of: &[Variable]| of.iter().map(|x| good_lp::Solution::value(&solution, *x)).collect();
    Ok(Best {
        value: good_lp::Solution::eval(&solution, &objective),
        potentials: Potentials { u: values(u), v: values(v) },
    })
}

#[cfg(test)]
mod tests {
    use lip1_kernel::Points;
    use lip1_kernel::distance::Cost;

    use super::*;
    use crate::{Measure, Settings, solve};

    /// Accuracy of the backend.
    const SOLVER: f64 = 1e-6;

    fn line(coords: &[f64], weights: &[f64]) -> Measure {
        Measure::weighted(Points::new(1, coords.to_vec()).unwrap(), weights.to_vec()).unwrap()
    }

    #[test]
    fn an_interleaved_pair_of_laws_is_badly_classified_by_every_optimal_potential() {
        // F_P - F_Q is 1/2 or 3/4 all along, so f falls with slope 1, and a threshold errs on 1/2 - (3/4)/2 at best.
        let p = line(&[-1.0, 0.0, 2.0], &[2.0, 1.0, 1.0]);
        let q = line(&[1.0, 3.0, 5.0], &[1.0, 1.0, 2.0]);
        let problem = Problem::new(&p, &q, Cost::L2).unwrap();
        let plan = solve(&problem, &Settings::default()).unwrap().plan;
        let best = OptimalFace { problem: &problem, plan: &plan }.least_error(10.0).unwrap();
        assert!((best.value - 0.125).abs() <= SOLVER, "{best:?}");
    }

    #[test]
    fn without_overlap_some_optimal_potential_errs_nowhere() {
        let (p, q) = (line(&[0.0, 2.0], &[1.0, 1.0]), line(&[1.0, 3.0], &[1.0, 1.0]));
        let problem = Problem::new(&p, &q, Cost::L2).unwrap();
        let plan = solve(&problem, &Settings::default()).unwrap().plan;
        let face = OptimalFace { problem: &problem, plan: &plan };
        assert!(face.least_error(10.0).unwrap().value.abs() <= SOLVER);
        // f(0) - f(1) = f(2) - f(3) = 1, and f(2) - f(0) lies between -2 and 0 on the face.
        for (sign, expected) in [(1.0, -2.0), (-1.0, 0.0)] {
            let best = face.least(&[-sign, sign], &[0.0, 0.0], 10.0).unwrap();
            assert!((best.value - expected).abs() <= SOLVER, "{best:?}");
        }
        assert!(matches!(face.least(&[1.0], &[0.0, 0.0], 10.0), Err(Error::Lengths { .. })));
    }
}
