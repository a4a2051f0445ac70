//! The hinge on the gap between a class and its best rival.

use nalgebra::DMatrix;

use super::{Loss, class_of, guard_batch, positive};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// Mean of `(m - (f_y - max over j ≠ y of f_j))_+` over samples, `y` the class.
///
/// # Examples
/// ```
/// use lip1_core::{CategoricalHinge, Targets, loss_value};
/// use nalgebra::dmatrix;
/// let loss = CategoricalHinge { margin: 1.0 };
/// let value = loss_value(&loss, &dmatrix![0.5; 0.25; -1.0], &Targets::Classes(vec![0]))?;
/// assert_eq!(value, 0.75);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CategoricalHinge {
    /// Margin `m`, positive, in the units of the outputs.
    pub margin: f64,
}

impl Default for CategoricalHinge {
    fn default() -> Self {
        Self { margin: 1.0 }
    }
}

impl<T: Scalar> Loss<T> for CategoricalHinge {
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error> {
        positive("margin", self.margin)?;
        guard_batch(outputs, targets, gradient)?;
        if outputs.nrows() < 2 {
            return Err(Error::Shape {
                what: "outputs for several classes",
                expected: 2,
                found: outputs.nrows(),
            });
        }
        let count = outputs.ncols() as f64;
        let slope = T::nearest(1.0 / count);
        let mut sum = 0.0;
        gradient.fill(T::zero());
        for (sample, column) in outputs.column_iter().enumerate() {
            let class = class_of("categorical hinge", targets, sample)?;
            let mut rivals = (0..column.len()).filter(|&row| row != class);
            let first = rivals.next().unwrap_or(class);
            let rival = rivals.fold(first, |best, row| if column[row] > column[best] { row } else { best });
            let short = self.margin - (column[class].to_f64() - column[rival].to_f64());
            if short > 0.0 {
                sum += short;
                gradient[(class, sample)] = -slope;
                gradient[(rival, sample)] = slope;
            }
        }
        Ok(sum / count)
    }
}
