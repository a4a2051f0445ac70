//! Matrices on a sphere of given radius in Frobenius norm.

use nalgebra::DMatrix;

use crate::error::Error;
use crate::scalar::Scalar;

/// Divides a matrix by its Frobenius norm and multiplies it by `constant`.
pub(super) fn retract<T: Scalar>(weight: &mut DMatrix<T>, constant: T) -> Result<(), Error> {
    let largest = weight.amax();
    if largest <= T::zero() || !largest.is_finite() {
        return Err(Error::NotFinite { what: "a weight over its norm" });
    }
    // Scaled by the largest entry first: squares neither overflow nor vanish.
    weight.apply(|entry| *entry /= largest);
    let square: f64 = weight.iter().map(|entry| entry.to_f64() * entry.to_f64()).sum();
    let factor = constant.to_f64() / square.sqrt();
    weight.apply(|entry| *entry = T::nearest(entry.to_f64() * factor));
    Ok(())
}

/// Removes from a gradient its component along the weight.
pub(super) fn project<T: Scalar>(weight: &DMatrix<T>, constant: T, gradient: &mut DMatrix<T>) {
    let along = gradient.dot(weight) / (constant * constant);
    gradient.zip_apply(weight, |entry, w| *entry -= along * w);
}
