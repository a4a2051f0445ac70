//! The log loss at a temperature.

use nalgebra::DMatrix;

use super::{Loss, mean_of, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean of `softplus(-tau y f) = ln(1 + exp(-tau y f))` over samples, `y = ±1`; nats, not divided by tau.
///
/// With several outputs each class is told from the rest: the mean is over outputs too, and the one of the
/// sample's class weighs as much as all others together.
///
/// # Examples
/// ```
/// use lip1_core::{BinaryCrossEntropy, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let loss = BinaryCrossEntropy { tau: 2.0 };
/// let value = loss_value(&loss, &dmatrix![0.0, 0.0], &Targets::Signs(vec![1, -1]))?;
/// assert_eq!(value, std::f64::consts::LN_2);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinaryCrossEntropy {
    /// Temperature, positive.
    pub tau: f64,
}

impl Default for BinaryCrossEntropy {
    fn default() -> Self {
        Self { tau: 1.0 }
    }
}

/// `ln(1 + e^u)` and its derivative, without overflow and without cancellation.
pub(super) fn softplus(u: f64) -> (f64, f64) {
    let small = (-u.abs()).exp();
    let value = u.max(0.0) + small.ln_1p();
    let slope = if u >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
    (value, slope)
}

impl<T: Scalar> Loss<T> for BinaryCrossEntropy {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        positive("tau", self.tau)?;
        mean_of("BCE", outputs, targets, gradient, |y, f| {
            let (value, slope) = softplus(-self.tau * y * f);
            (value, -self.tau * y * slope)
        })
    }
}
