//! The coupling form: `min sum_ij d_ij x_ij` over shares `x >= 0` with the marginals.

use good_lp::{Expression, ProblemVariables, Variable, variable};

use super::LpBackend;
use crate::Error;
use crate::instance::Instance;

/// The shares `x_ij` of the total mass, row-major `n x m`, as the backend leaves them.
pub(crate) fn coupling(instance: &Instance, backend: LpBackend) -> Result<Vec<f64>, Error> {
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
