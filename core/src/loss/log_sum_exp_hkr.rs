//! HKR against a smooth maximum of the rivals.

use nalgebra::DMatrix;

use super::hinge::hinge;
use super::{Loss, class_of, guard_batch, not_negative, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean over samples of `L - f_y + lambda ((m - f_y)_+ + (m + L)_+)`, where `y` is the class and
/// `L = ln(sum over c ≠ y of exp(sharpness f_c)) / sharpness` stands for the largest rival.
///
/// # Examples
/// One rival is its own maximum:
/// ```
/// use lip1_core::{LogSumExpHingeKantorovich, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let loss = LogSumExpHingeKantorovich { lambda: 10.0, margin: 1.0, sharpness: 4.0 };
/// let value = loss_value(&loss, &dmatrix![2.0; -0.5], &Targets::Classes(vec![0]))?;
/// assert!((value - (-0.5 - 2.0 + 10.0 * 0.5)).abs() < 1e-12);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogSumExpHingeKantorovich {
    /// Weight of the hinges, at least 0.
    pub lambda: f64,
    /// Margin `m`, positive, in the units of the outputs.
    pub margin: f64,
    /// How close `L` is to the maximum, positive: it exceeds it by at most `ln(classes - 1)/sharpness`.
    pub sharpness: f64,
}

impl Default for LogSumExpHingeKantorovich {
    fn default() -> Self {
        Self { lambda: 10.0, margin: 1.0, sharpness: 4.0 }
    }
}

impl<T: Scalar> Loss<T> for LogSumExpHingeKantorovich {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        not_negative("lambda", self.lambda)?;
        positive("margin", self.margin)?;
        positive("sharpness", self.sharpness)?;
        guard_batch(outputs, targets, gradient)?;
        if outputs.nrows() < 2 {
            return Err(Error::Targets { loss: "log-sum-exp HKR", needed: "at least two classes" });
        }
        let count = outputs.ncols() as f64;
        let mut sum = 0.0;
        for (sample, column) in outputs.column_iter().enumerate() {
            let class = class_of("log-sum-exp HKR", targets, sample)?;
            let rivals = || (0..column.len()).filter(|&row| row != class);
            let score = |row: usize| self.sharpness * column[row].to_f64();
            let largest = rivals().map(score).fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = rivals().map(|row| (score(row) - largest).exp()).sum();
            let smooth = (largest + total.ln()) / self.sharpness;
            let own = column[class].to_f64();
            let (short, own_slope) = hinge(self.margin, 1.0, own);
            let (over, slope) = hinge(self.margin, -1.0, smooth);
            sum += smooth - own + self.lambda * (short + over);
            gradient[(class, sample)] = T::nearest((self.lambda * own_slope - 1.0) / count);
            for row in rivals() {
                let share = (score(row) - largest).exp() / total;
                gradient[(row, sample)] = T::nearest((1.0 + self.lambda * slope) * share / count);
            }
        }
        Ok(sum / count)
    }
}
