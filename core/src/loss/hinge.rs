//! The hinge loss.

use nalgebra::DMatrix;

use super::{Loss, mean_of, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean of `(m - y f)_+` over samples.
///
/// With several outputs each class is told from the rest: the mean is over outputs too, and the one of the
/// sample's class weighs as much as all others together.
///
/// # Examples
/// ```
/// use lip1_core::{Hinge, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let value = loss_value(&Hinge { margin: 1.0 }, &dmatrix![0.5, -3.0], &Targets::Signs(vec![1, -1]))?;
/// assert_eq!(value, 0.25);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hinge {
    /// Margin `m`, positive, in the units of the outputs.
    pub margin: f64,
}

impl Default for Hinge {
    fn default() -> Self {
        Self { margin: 1.0 }
    }
}

/// `(m - y f)_+` and its derivative with respect to `f`.
pub(super) fn hinge(margin: f64, y: f64, f: f64) -> (f64, f64) {
    let short = margin - y * f;
    if short > 0.0 { (short, -y) } else { (0.0, 0.0) }
}

impl<T: Scalar> Loss<T> for Hinge {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        positive("margin", self.margin)?;
        mean_of("hinge", outputs, targets, gradient, |y, f| hinge(self.margin, y, f))
    }
}
