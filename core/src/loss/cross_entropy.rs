//! The log loss of several classes at a temperature.

use nalgebra::DMatrix;

use super::{Loss, class_of, guard_batch, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean of `-ln softmax(tau f)_y` over samples, `y` the class; nats, not divided by tau.
///
/// # Examples
/// ```
/// use lip1_core::{CategoricalCrossEntropy, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let loss = CategoricalCrossEntropy { tau: 2.0 };
/// let value = loss_value(&loss, &dmatrix![1.0; 1.0; 1.0; 1.0], &Targets::Classes(vec![3]))?;
/// assert_eq!(value, 4_f64.ln());
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CategoricalCrossEntropy {
    /// Temperature, positive.
    pub tau: f64,
}

impl Default for CategoricalCrossEntropy {
    fn default() -> Self {
        Self { tau: 1.0 }
    }
}

impl<T: Scalar> Loss<T> for CategoricalCrossEntropy {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        positive("tau", self.tau)?;
        guard_batch(outputs, targets, gradient)?;
        let count = outputs.ncols() as f64;
        let mut sum = 0.0;
        let mut shares = vec![0.0; outputs.nrows()];
        for (sample, column) in outputs.column_iter().enumerate() {
            let class = class_of("CCE", targets, sample)?;
            let scores = || column.iter().map(|f| self.tau * f.to_f64());
            let largest = scores().fold(f64::NEG_INFINITY, f64::max);
            for (share, score) in shares.iter_mut().zip(scores()) {
                *share = (score - largest).exp();
            }
            let total: f64 = shares.iter().sum();
            sum += total.ln() - (self.tau * column[class].to_f64() - largest);
            for (row, share) in shares.iter().enumerate() {
                let own = if row == class { 1.0 } else { 0.0 };
                gradient[(row, sample)] = T::nearest(self.tau * (share / total - own) / count);
            }
        }
        Ok(sum / count)
    }
}
