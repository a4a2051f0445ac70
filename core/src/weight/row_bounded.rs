//! Rows in a ball of given radius.

use nalgebra::DMatrix;

use super::row_normalised;
use crate::scalar::Scalar;

/// Shortens each row that is longer than `constant` to that length.
pub(super) fn retract<T: Scalar>(weight: &mut DMatrix<T>, constant: T) {
    for row in 0..weight.nrows() {
        let mut alone = weight.rows(row, 1).clone_owned();
        // Scaled by its largest entry, so that no square overflows.
        let largest = alone.amax().to_f64();
        if largest <= 0.0 {
            continue;
        }
        let squares: f64 = alone.iter().map(|entry| (entry.to_f64() / largest).powi(2)).sum();
        if largest * squares.sqrt() > constant.to_f64() {
            row_normalised::retract(&mut alone, constant);
            weight.rows_mut(row, 1).copy_from(&alone);
        }
    }
}
