//! The tolerances of the crate, by kind.

use crate::scalar::Scalar;

/// Rounding: distance of every singular value of an orthogonal weight from its constant at which a
/// retraction stops, relative; two units in the last place of 1.
pub(crate) fn orthogonality<T: Scalar>() -> T {
    T::EPSILON + T::EPSILON
}

/// Solver: relative residual at which the power iteration of a spectral normalisation stops.
pub(crate) const POWER_ITERATION: f64 = 1e-10;

/// Solver: most power iterations at the first normalisation of a weight.
pub(crate) const POWER_ITERATIONS_FIRST: usize = 10_000;

/// Solver: most power iterations after an update, started from the vectors of the step before.
pub(crate) const POWER_ITERATIONS_UPDATE: usize = 100;

/// Solver: most retraction steps before a weight counts as rank deficient.
pub(crate) const RETRACTION_STEPS: usize = 80;
