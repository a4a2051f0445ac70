//! The least error over all optimal potentials, in two ways: as a flow along conflicts of two points, with a certificate, and as a
//! mixed-integer program.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, solvers, variable};
use lip1_harness::{CheckError, Finding};
use lip1_kernel::distance::Cost;
use lip1_ot::{Certified, Measure, OptimalFace, Problem, Settings, certify, solve};

use super::family::{Atom, Family};

/// Solver: an objective of whole units of mass counts as found when it is this close.
const INTEGER_FEASIBILITY: f64 = 1e-6;

/// Compares a mixed-integer program for the least error on the optimal face with `1/2 - (delta + (1 - delta)/k)/2`.
///
/// Optimal are exactly the 1-Lipschitz functions with slope 1 along an optimal plan (complementary slackness). A point with
/// `y f < 0` is an error; a tie counts as right, which no convention can better.
pub(super) fn by_program(family: &Family) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let least = least_errors(family)?;
    let off = (least - family.least_errors() as f64).abs();
    finding.case(INTEGER_FEASIBILITY - off, || format!("{family:?}: least error {least} units"));
    Ok(finding)
}

/// Compares both certified ends of the least error on the optimal face with the same figure, exactly; `change` is done to the
/// certificate before it is checked.
///
/// The lower end is a flow along conflicts: a point of `P` and one of `Q` with a path between them along which every optimal potential
/// falls, so that one of them is wrong.
pub(super) fn by_conflicts(family: &Family) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let certified = solved(family)?;
    let certificate = OptimalFace::of(&certified).least_error().map_err(CheckError::during("least error"))?;
    match certificate.check(&certified.problem) {
        Ok(found) => {
            // The unit of the problem may be another than the family's: both laws together have 2 b k of those.
            let expected = u128::from(family.least_errors()) * u128::from(found.of);
            let unit = 2 * u128::from(family.total());
            let ends = [found.lower, found.upper].map(|end| u128::from(end) * unit);
            finding.exact(ends == [expected; 2], || format!("{family:?}: {found:?}"));
        }
        Err(refusal) => finding.refused(format!("{family:?}: {refusal}")),
    }
    Ok(finding)
}

fn solved(family: &Family) -> Result<Certified, CheckError> {
    let law = |atoms: &[Atom]| {
        let weights = atoms.iter().map(|atom| atom.mass as f64).collect();
        Measure::weighted(Family::points(atoms)?, weights).map_err(CheckError::during("law"))
    };
    let (p, q) = (law(&family.positive())?, law(&family.negative())?);
    let problem = Problem::new(&p, &q, Cost::L2).map_err(CheckError::during("problem"))?;
    let solution = solve(&problem, &Settings::default()).map_err(CheckError::during("plan"))?;
    certify(&problem, solution).map_err(CheckError::during("certificate"))
}

fn least_errors(family: &Family) -> Result<f64, CheckError> {
    let (p, q) = (family.positive(), family.negative());
    let plan = solved(family)?.solution.plan;

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
