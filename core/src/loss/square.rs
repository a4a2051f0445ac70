//! The square loss, for regression.

use nalgebra::DMatrix;

use super::{Loss, guard_batch};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean of `(f - v)²` over samples and outputs, `v` the target values.
///
/// # Examples
/// ```
/// use lip1_core::{MeanSquare, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let value = loss_value(&MeanSquare, &dmatrix![1.0, 5.0], &Targets::Values(dmatrix![0.0, 2.0]))?;
/// assert_eq!(value, 5.0);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MeanSquare;

impl<T: Scalar> Loss<T> for MeanSquare {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        guard_batch(outputs, targets, gradient)?;
        let Targets::Values(values) = targets else {
            return Err(Error::Targets { loss: "square", needed: "values" });
        };
        let count = outputs.len() as f64;
        let mut sum = 0.0;
        for ((slope, output), goal) in gradient.iter_mut().zip(outputs.iter()).zip(values.iter()) {
            let gap = output.to_f64() - goal;
            sum += gap * gap;
            *slope = T::nearest(2.0 * gap / count);
        }
        Ok(sum / count)
    }
}
