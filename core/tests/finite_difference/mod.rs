//! Derivatives against central differences.

use nalgebra::DMatrix;
use proptest::collection::vec;
use proptest::prelude::Strategy;

/// Step of the differences.
const STEP: f64 = 1e-5;
/// Truncation of a central difference, of order `STEP²`, with its rounding `EPSILON/STEP`, relative.
const TRUNCATION: f64 = 1e-6;
/// A kink inside the step makes the two one-sided slopes differ by more than curvature does.
const KINK: f64 = 1e-2;

/// A matrix with entries in [-1, 1].
pub(crate) fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = DMatrix<f64>> {
    vec(-1.0..1.0_f64, rows * columns).prop_map(move |entries| DMatrix::from_vec(rows, columns, entries))
}

/// Compares a derivative with a difference quotient of `f`; `None` when a kink lies inside the step.
pub(crate) fn agrees(f: impl Fn(f64) -> f64, derivative: f64) -> Option<bool> {
    let (down, here, up) = (f(-STEP), f(0.0), f(STEP));
    let (left, right) = ((here - down) / STEP, (up - here) / STEP);
    let size = 1.0 + left.abs() + right.abs();
    if (left - right).abs() > KINK * size {
        return None;
    }
    Some(((up - down) / (2.0 * STEP) - derivative).abs() <= TRUNCATION * size)
}
