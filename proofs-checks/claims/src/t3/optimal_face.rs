//! The least error over all optimal potentials, in two ways: as a flow along conflicts of two points, with a certificate, and as a
//! mixed-integer program.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, solvers, variable};
use lip1_harness::{CheckError, Finding, Tolerance};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_ot::{Certified, Measure, OptimalFace, Problem, Settings, certify, solve};

use super::bounds;
use super::family::{Atom, Family};

/// Compares a mixed-integer program for the least error on the optimal face with `1/2 - (delta + (1 - delta)/k)/2`.
///
/// Optimal are exactly the 1-Lipschitz functions with slope 1 along an optimal plan (complementary slackness). A point with
/// `y f < 0` is an error; a tie counts as right, which no convention can better.
pub(super) fn by_program(family: &Family) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let least = least_errors(family)?;
    let off = (least - family.least_errors() as f64).abs();
    // The objective is a whole number: what is nearer to it than half a unit is no other.
    let half = Interval::ratio(1, 2);
    let all = Interval::integer(2 * u128::from(family.total()));
    let tolerance = Tolerance::new(half, all, "half a unit of mass, the error being whole units");
    finding.float_within(half.lower() - off, tolerance, || format!("{family}: least error {least} units"));
    Ok(finding)
}

/// Compares both ends of the least error over all optimal potentials with the same figure, as the kernel proves them from what a search
/// that knows nothing of the family found: a flow along conflicts of two points, one of which is wrong.
pub(super) fn by_conflicts(family: &Family) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let certified = solved(family)?;
    let ruling = OptimalFace::of(&certified).least_error()?.check(&certified.problem);
    if let Some(error) = finding.accepted(ruling, || family.to_string()) {
        bounds::compare(&mut finding, family, &error);
    }
    Ok(finding)
}

pub(super) fn solved(family: &Family) -> Result<Certified, CheckError> {
    let law = |atoms: &[Atom]| {
        let weights = atoms.iter().map(|atom| atom.mass as f64).collect();
        Ok::<_, CheckError>(Measure::weighted(Family::points(atoms)?, weights)?)
    };
    let problem = Problem::new(&law(&family.positive())?, &law(&family.negative())?, Cost::L2)?;
    Ok(certify(&problem, solve(&problem, &Settings::default())?)?)
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
            constraints.push(constraint!(values[i] - values[j] <= (x.place - y.place).abs() as f64));
        }
    }
    for &(i, j, _) in &plan.flows {
        let (i, j) = (i as usize, j as usize);
        let (x, z) = (&p[i], &q[j]);
        constraints.push(constraint!(values[i] - values[p.len() + j] == (x.place - z.place).abs() as f64));
    }
    let solution =
        variables.minimise(&errors).using(solvers::microlp::microlp).with_all(constraints).solve()?;
    Ok(solution.eval(&errors))
}
