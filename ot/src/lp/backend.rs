//! The LP solvers that can be named.

use good_lp::{ResolutionError, SolverModel, solvers, variable::UnsolvedProblem};

use crate::Error;

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
    pub(crate) fn solve(
        self,
        problem: UnsolvedProblem,
        constraints: Vec<good_lp::Constraint>,
        variables: &[good_lp::Variable],
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
    variables: &[good_lp::Variable],
) -> Result<Vec<f64>, ResolutionError>
where
    M: SolverModel<Error = ResolutionError>,
{
    let solution = model.with_all(constraints).solve()?;
    Ok(variables.iter().map(|&variable| good_lp::Solution::value(&solution, variable)).collect())
}
