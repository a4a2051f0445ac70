//! Derivatives against central differences.

use nalgebra::DMatrix;
use proptest::collection::vec;
use proptest::prelude::Strategy;

/// Step of the differences.
const STEP: f64 = 1e-5;
/// Truncation of a central difference, of order `STEP²`, with its rounding `EPSILON/STEP`, relative.
const TRUNCATION: f64 = 1e-6;
/// How far the differences of two steps may be from what a smooth function gives, relative: a fraction of the tolerance,
/// so that a kink too small to be noticed is too small to matter.
const KINK: f64 = TRUNCATION / 8.0;

/// A matrix with entries in [-1, 1].
pub(crate) fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = DMatrix<f64>> {
    vec(-1.0..1.0_f64, rows * columns).prop_map(move |entries| DMatrix::from_vec(rows, columns, entries))
}

/// Compares a derivative with a central difference of `f`; `None` when a kink lies inside the step.
///
/// Two step lengths tell: without a kink the central differences agree up to the square of the step, and the second
/// differences are proportional to it. A kink at `t` spoils the first unless `t = 0`, the second unless `3 |t| = STEP`.
pub(crate) fn agrees(f: impl Fn(f64) -> f64, derivative: f64) -> Option<bool> {
    let here = f(0.0);
    let differences = |step: f64| {
        let (down, up) = (f(-step), f(step));
        ((up - down) / (2.0 * step), (up - 2.0 * here + down) / step)
    };
    let ((long, bend), (short, half_bend)) = (differences(STEP), differences(0.5 * STEP));
    let size = 1.0 + long.abs();
    let kink = (long - short).abs().max((bend - 2.0 * half_bend).abs());
    (kink <= KINK * size).then(|| (long - derivative).abs() <= TRUNCATION * size)
}
