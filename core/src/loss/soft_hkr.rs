//! HKR with rivals weighed by how strong they are.

use nalgebra::DMatrix;

use super::hinge::hinge;
use super::{Loss, class_of, guard_batch, not_negative, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean over samples of `sum_c q_c (-s_c f_c + lambda (m - s_c f_c)_+)`, where `s_c = ±1` tells the class `y`
/// from the rest, `q_y = 1` and `q_c = softmax over c ≠ y of (sharpness f_c)`.
///
/// The weights are differentiated too. The peers derive the sharpness from a running mean of `|f|`; here it is
/// a parameter, so that the loss is a function of its arguments.
///
/// # Examples
/// ```
/// use lip1_core::{SoftHingeKantorovich, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let loss = SoftHingeKantorovich { lambda: 0.0, ..Default::default() };
/// let value = loss_value(&loss, &dmatrix![2.0; 1.0; 1.0], &Targets::Classes(vec![0]))?;
/// assert_eq!(value, -2.0 + 1.0);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftHingeKantorovich {
    /// Weight of the hinge, at least 0.
    pub lambda: f64,
    /// Margin `m`, positive, in the units of the outputs.
    pub margin: f64,
    /// How much the strongest rival outweighs the others, at least 0; 0 weighs them alike.
    pub sharpness: f64,
}

impl Default for SoftHingeKantorovich {
    fn default() -> Self {
        Self { lambda: 10.0, margin: 1.0, sharpness: 1.0 }
    }
}

impl<T: Scalar> Loss<T> for SoftHingeKantorovich {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        not_negative("lambda", self.lambda)?;
        positive("margin", self.margin)?;
        not_negative("sharpness", self.sharpness)?;
        guard_batch(outputs, targets, gradient)?;
        let count = outputs.ncols() as f64;
        let mut sum = 0.0;
        for (sample, column) in outputs.column_iter().enumerate() {
            let class = class_of("soft HKR", targets, sample)?;
            let each = |row: usize| {
                let (y, f) = (if row == class { 1.0 } else { -1.0 }, column[row].to_f64());
                let (short, slope) = hinge(self.margin, y, f);
                (-y * f + self.lambda * short, -y + self.lambda * slope)
            };
            let rivals = || (0..column.len()).filter(|&row| row != class);
            let score = |row: usize| self.sharpness * column[row].to_f64();
            let largest = rivals().map(score).fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = rivals().map(|row| (score(row) - largest).exp()).sum();
            let share = |row: usize| (score(row) - largest).exp() / total;
            let mean: f64 = rivals().map(|row| share(row) * each(row).0).sum();
            let (own, own_slope) = each(class);
            sum += own + mean;
            gradient[(class, sample)] = T::nearest(own_slope / count);
            for row in rivals() {
                let (value, slope) = each(row);
                let derivative = share(row) * (slope + self.sharpness * (value - mean));
                gradient[(row, sample)] = T::nearest(derivative / count);
            }
        }
        Ok(sum / count)
    }
}
