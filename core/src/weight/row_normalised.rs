//! Rows on a sphere of given radius.

use nalgebra::DMatrix;

use crate::scalar::Scalar;

/// Sum over each row of the products of entries, accumulated in `f64`.
fn row_products<T: Scalar>(a: &DMatrix<T>, b: &DMatrix<T>) -> Vec<f64> {
    let mut sums = vec![0.0; a.nrows()];
    for (left, right) in a.column_iter().zip(b.column_iter()) {
        for ((sum, x), y) in sums.iter_mut().zip(left.iter()).zip(right.iter()) {
            *sum += x.to_f64() * y.to_f64();
        }
    }
    sums
}

/// Divides each row by its norm and multiplies it by `constant`; a zero row becomes the first unit
/// vector, the direction being arbitrary there.
pub(super) fn retract<T: Scalar>(weight: &mut DMatrix<T>, constant: T) {
    // Scaled by the largest entry first: squares neither overflow nor vanish.
    let largest = weight.amax();
    if largest > T::zero() {
        weight.apply(|entry| *entry /= largest);
    }
    let norms = row_products(weight, weight);
    for (row, square) in norms.into_iter().enumerate() {
        if square > 0.0 {
            let factor = constant.to_f64() / square.sqrt();
            for entry in weight.row_mut(row).iter_mut() {
                *entry = T::nearest(entry.to_f64() * factor);
            }
        } else {
            weight.row_mut(row).fill(T::zero());
            weight[(row, 0)] = constant;
        }
    }
}

/// Removes from each row of the gradient its component along the row of the weight.
pub(super) fn project<T: Scalar>(weight: &DMatrix<T>, constant: T, gradient: &mut DMatrix<T>) {
    let square = constant.to_f64() * constant.to_f64();
    let along: Vec<T> =
        row_products(gradient, weight).into_iter().map(|product| T::nearest(product / square)).collect();
    for (mut slope, column) in gradient.column_iter_mut().zip(weight.column_iter()) {
        for ((entry, w), factor) in slope.iter_mut().zip(column.iter()).zip(&along) {
            *entry -= *factor * *w;
        }
    }
}
