//! The hinge regularisation of the Kantorovich-Rubinstein objective.

use nalgebra::DMatrix;

use super::hinge::hinge;
use super::kantorovich::accumulate;
use super::{Loss, mean_of, not_negative, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// How the linear term weighs the two classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Balance {
    /// Every sample alike: mean of `-y f`. Half of [`Balance::ByClass`] when classes are balanced.
    #[default]
    BySample,
    /// Each class with mass 1: `-(E_P f - E_Q f)`, as in [`super::Kantorovich`].
    ByClass,
}

/// Mean of `-y f + lambda (m - y f)_+` over samples.
///
/// With several outputs each class is told from the rest: the mean is over outputs too, and the one of the
/// sample's class weighs as much as all others together.
///
/// # Examples
/// ```
/// use lip1_core::{HingeKantorovich, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let loss = HingeKantorovich { lambda: 10.0, margin: 1.0, ..Default::default() };
/// let value = loss_value(&loss, &dmatrix![0.5, -2.0], &Targets::Signs(vec![1, -1]))?;
/// assert_eq!(value, (-0.5 + 10.0 * 0.5 - 2.0) / 2.0);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HingeKantorovich {
    /// Weight of the hinge, at least 0; 0 leaves the linear term alone.
    pub lambda: f64,
    /// Margin `m`, positive, in the units of the outputs.
    pub margin: f64,
    /// How the linear term weighs the classes; the hinge is always a mean over samples.
    pub balance: Balance,
}

impl Default for HingeKantorovich {
    fn default() -> Self {
        Self { lambda: 10.0, margin: 1.0, balance: Balance::BySample }
    }
}

impl<T: Scalar> Loss<T> for HingeKantorovich {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        not_negative("lambda", self.lambda)?;
        positive("margin", self.margin)?;
        let linear = match self.balance {
            Balance::BySample => 1.0,
            Balance::ByClass => 0.0,
        };
        let value = mean_of("HKR", outputs, targets, gradient, |y, f| {
            let (short, slope) = hinge(self.margin, y, f);
            (-linear * y * f + self.lambda * short, -linear * y + self.lambda * slope)
        })?;
        match self.balance {
            Balance::BySample => Ok(value),
            Balance::ByClass => Ok(value + accumulate(outputs, targets, 1.0, gradient)?),
        }
    }
}
