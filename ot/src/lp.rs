//! Both linear programs, through `good_lp`.

use good_lp::{
    Expression, ProblemVariables, ResolutionError, SolverModel, Variable, constraint, solvers, variable,
    variable::UnsolvedProblem,
};

use crate::instance::{Answer, Instance};
use crate::{Error, Status};

/// Solves both forms with one backend: the plan comes from the coupling form, the potential from the other.
///
/// The time is that of a general LP with `n m` variables, respectively rows: for hundreds of points at most.
pub(crate) fn solve(instance: &Instance, backend: LpBackend) -> Result<Answer, Error> {
    let plan = coupling(instance, backend)?;
    let v = potential(instance, backend)?;
    let flows = crate::repair::plan(&plan, &instance.supply, &instance.demand);
    Ok(Answer { flows, v, status: Status::Tolerance, iterations: 0 })
}

/// The coupling form, `min sum_ij d_ij x_ij` over shares `x >= 0` with the marginals.
///
/// The shares `x_ij` of the total mass, row-major `n x m`, as the backend leaves them.
fn coupling(instance: &Instance, backend: LpBackend) -> Result<Vec<f64>, Error> {
    let (n, m) = (instance.sources(), instance.sinks());
    let total = instance.supply.iter().sum::<u64>() as f64;
    // Costs of order one suit the backends' absolute tolerances.
    let unit = instance.diameter().max(f64::MIN_POSITIVE);
    let mut variables = ProblemVariables::new();
    let shares: Vec<Variable> = variables.add_vector(variable().min(0.0), n * m);
    let mut objective = Expression::with_capacity(n * m);
    for (k, &share) in shares.iter().enumerate() {
        objective.add_mul(instance.distance(k / m, k % m) / unit, share);
    }
    let rows = (0..n)
        .map(|i| shares[i * m..(i + 1) * m].iter().sum::<Expression>().eq(instance.supply[i] as f64 / total));
    // The last column follows from the others: leaving it out keeps the rows independent.
    let columns = (0..m - 1)
        .map(|j| shares[j..].iter().step_by(m).sum::<Expression>().eq(instance.demand[j] as f64 / total));
    let constraints = rows.chain(columns).collect();
    backend.solve(variables.minimise(objective), constraints, &shares)
}

/// The potential form, `max sum_i p_i u_i - sum_j q_j v_j` under `u_i - v_j <= d_ij`.
///
/// The potentials of the sinks as the backend leaves them; those of the sources are their c-transform.
fn potential(instance: &Instance, backend: LpBackend) -> Result<Vec<f64>, Error> {
    let (n, m) = (instance.sources(), instance.sinks());
    let total = instance.supply.iter().sum::<u64>() as f64;
    let unit = instance.diameter().max(f64::MIN_POSITIVE);
    let mut variables = ProblemVariables::new();
    // Potentials are free up to one constant; with this range it is bounded, and no optimum is lost.
    let all: Vec<Variable> = variables.add_vector(variable().min(0.0).max(2.0), n + m);
    let (us, vs) = all.split_at(n);
    let mut objective = Expression::with_capacity(n + m);
    for (&u, &mass) in us.iter().zip(&instance.supply) {
        objective.add_mul(mass as f64 / total, u);
    }
    for (&v, &mass) in vs.iter().zip(&instance.demand) {
        objective.add_mul(-(mass as f64) / total, v);
    }
    let mut constraints = Vec::with_capacity(n * m);
    for (i, &u) in us.iter().enumerate() {
        for (j, &v) in vs.iter().enumerate() {
            constraints.push(constraint!(u - v <= instance.distance(i, j) / unit));
        }
    }
    let v = backend.solve(variables.maximise(objective), constraints, vs)?;
    Ok(v.into_iter().map(|v| v * unit).collect())
}

/// Which solver a linear program is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LpBackend {
    /// A simplex method: vertex solutions.
    #[default]
    Microlp,
    /// An interior-point method: solutions inside the optimal face, to about `1e-9`.
    Clarabel,
    /// HiGHS, a simplex method with presolve: vertex solutions, to about `1e-7`.
    #[cfg(feature = "highs")]
    Highs,
}

impl LpBackend {
    /// Every backend that was compiled in.
    pub const ALL: &'static [Self] = &[
        Self::Microlp,
        Self::Clarabel,
        #[cfg(feature = "highs")]
        Self::Highs,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Microlp => "microlp",
            Self::Clarabel => "clarabel",
            #[cfg(feature = "highs")]
            Self::Highs => "highs",
        }
    }

    /// Solves `problem` under `constraints`; `read` takes the values that are wanted out of the solution.
    fn solve(
        self,
        problem: UnsolvedProblem,
        constraints: Vec<good_lp::Constraint>,
        variables: &[Variable],
    ) -> Result<Vec<f64>, Error> {
        let values = match self {
            Self::Microlp => run(problem.using(solvers::microlp::microlp), constraints, variables),
            Self::Clarabel => run(problem.using(solvers::clarabel::clarabel), constraints, variables),
            #[cfg(feature = "highs")]
            Self::Highs => run(problem.using(solvers::highs::highs), constraints, variables),
        };
        values.map_err(|why| Error::Backend { backend: self.name(), why: why.to_string() })
    }
}

fn run<M>(
    model: M,
    constraints: Vec<good_lp::Constraint>,
    variables: &[Variable],
) -> Result<Vec<f64>, ResolutionError>
where
    M: SolverModel<Error = ResolutionError>,
{
    let solution = model.with_all(constraints).solve()?;
    Ok(variables.iter().map(|&variable| good_lp::Solution::value(&solution, variable)).collect())
}
