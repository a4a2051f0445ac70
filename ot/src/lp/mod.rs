//! Both linear programs, through `good_lp`.

mod backend;
mod coupling;
mod potential;

pub use backend::LpBackend;
pub(crate) use coupling::coupling;
pub(crate) use potential::potential;

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
