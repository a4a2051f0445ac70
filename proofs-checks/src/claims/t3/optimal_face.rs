//! The least error over all optimal potentials, as a mixed-integer program: the second way.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, solvers, variable};
use lip1_kernel::distance::Cost;
use lip1_ot::{Measure, Problem, Settings, solve};

use super::family::{Atom, Family};
use crate::{CheckError, Finding};

/// Solver: an objective of whole units of mass counts as found when it is this close.
const INTEGER_FEASIBILITY: f64 = 1e-6;

/// Compares the least error on the optimal face with `1/2 - (delta + (1 - delta)/k)/2`.
///
/// Optimal are exactly the 1-Lipschitz functions with slope 1 along an optimal plan (complementary slackness). A point with
/// `y f < 0` is an error; a tie counts as right, which no convention can better.
pub(super) fn examine(family: &Family) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let least = least_errors(family)?;
    let off = (least - family.least_errors() as f64).abs();
    finding.case(INTEGER_FEASIBILITY - off, || format!("{family:?}: least error {least} units"));
    Ok(finding)
}

fn least_errors(family: &Family) -> Result<f64, CheckError> {
    let (p, q) = (family.positive(), family.negative());
    let law = |atoms: &[Atom]| {
        let weights = atoms.iter().map(|atom| atom.mass as f64).collect();
        Measure::weighted(Family::points(atoms)?, weights).map_err(CheckError::during("law"))
    };
    let problem = Problem::new(&law(&p)?, &law(&q)?, Cost::L2).map_err(CheckError::during("problem"))?;
    let plan = solve(&problem, &Settings::default()).map_err(CheckError::during("plan"))?.plan;

    // Shifted into the range of f on both sides of 0, some optimal potential is this large at most.
    let range = (2 * family.k + 2) as f64;
    let mut variables = ProblemVariables::new();
    let values: Vec<Variable> = variables.add_vector(variable().min(-range).max(range), p.len() + q.len());
    let wrong: Vec<Variable> = variables.add_vector(variable().binary(), p.len() + q.len());
    let atoms: Vec<Atom> = p.iter().chain(&q).copied().collect();
    let errors: Expression = wrong.iter().zip(&atoms).map(|(e, atom)| atom.mass as f64 * *e).sum();

    let mut constraints = Vec::new();
    for (i, x) in atoms.iter().enumerate() {
        let sign = if i < p.len() { 1.0 } else { -1.0 };
        constraints.push(constraint!(sign * values[i] + range * wrong[i] >= 0.0));
        for (j, y) in atoms.iter().enumerate().filter(|(j, _)| *j != i) {
            constraints.push(constraint!(values[i] - values[j] <= (x.place - y.place).abs()));
        }
    }
    for &(i, j, _) in &plan.flows {
        let (i, j) = (i as usize, j as usize);
        let (x, z) = (&p[i], &q[j]);
        constraints.push(constraint!(values[i] - values[p.len() + j] == (x.place - z.place).abs()));
    }
    let solution = variables
        .minimise(&errors)
        .using(solvers::microlp::microlp)
        .with_all(constraints)
        .solve()
        .map_err(CheckError::during("integer program"))?;
    Ok(solution.eval(&errors))
}
