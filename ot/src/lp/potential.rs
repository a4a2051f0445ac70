//! The potential form: `max sum_i p_i u_i - sum_j q_j v_j` under `u_i - v_j <= d_ij`.

use good_lp::{Expression, ProblemVariables, Variable, constraint, variable};

use super::LpBackend;
use crate::Error;
use crate::instance::Instance;

/// The potentials of the sinks as the backend leaves them; those of the sources are their c-transform.
pub(crate) fn potential(instance: &Instance, backend: LpBackend) -> Result<Vec<f64>, Error> {
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
