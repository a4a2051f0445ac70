//! The Kantorovich-Rubinstein objective, negated.

use nalgebra::DMatrix;

use super::{Loss, guard_batch};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// `-(mean of f over the positive samples - mean of f over the negative ones)`, averaged over outputs.
///
/// Each law has mass 1, whatever the number of its samples in the batch. A class without a sample
/// contributes 0. Over 1-Lipschitz functions the least value is `-W1`.
///
/// # Examples
/// ```
/// use lip1_core::{Kantorovich, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let value = loss_value(&Kantorovich, &dmatrix![3.0, 1.0, -1.0], &Targets::Signs(vec![1, 1, -1]))?;
/// assert_eq!(value, -3.0);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kantorovich;

/// Adds `scale` times the loss and its gradient.
pub(super) fn accumulate<T: Scalar>(
    outputs: &DMatrix<T>,
    targets: &Targets,
    scale: f64,
    gradient: &mut DMatrix<T>,
) -> Result<f64, Error> {
    let missing = Error::Targets { loss: "KR", needed: "signs or classes" };
    let mut total = 0.0;
    for (row, scores) in outputs.row_iter().enumerate() {
        let signs: Option<Vec<f64>> = (0..scores.len()).map(|s| targets.sign(row, s)).collect();
        let signs = signs.ok_or_else(|| missing.clone())?;
        let positives = signs.iter().filter(|&&sign| sign > 0.0).count() as f64;
        let negatives = signs.len() as f64 - positives;
        for (sample, (&sign, score)) in signs.iter().zip(scores.iter()).enumerate() {
            let count = if sign > 0.0 { positives } else { negatives };
            let slope = -scale * sign / (count * outputs.nrows() as f64);
            total += slope * score.to_f64();
            gradient[(row, sample)] += T::nearest(slope);
        }
    }
    Ok(total)
}

impl<T: Scalar> Loss<T> for Kantorovich {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        guard_batch(outputs, targets, gradient)?;
        gradient.fill(T::zero());
        accumulate(outputs, targets, 1.0, gradient)
    }
}
