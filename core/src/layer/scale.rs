//! Multiplication by a constant.

use nalgebra::DMatrix;

use super::Rule;
use crate::error::Error;
use crate::scalar::Scalar;

/// `k x`, not trained; Lipschitz constant `|k|`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    factor: f64,
}

impl Scale {
    /// Multiplication by `factor`.
    ///
    /// # Errors
    /// When the factor is not finite.
    pub fn new(factor: f64) -> Result<Self, Error> {
        if factor.is_finite() {
            Ok(Self { factor })
        } else {
            Err(Error::NotFinite { what: "the factor of a scale layer" })
        }
    }

    /// The factor.
    pub fn factor(&self) -> f64 {
        self.factor
    }
}

impl<T: Scalar> Rule<T> for Scale {
    fn kind(&self) -> &'static str {
        "scale"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        Some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let factor = T::nearest(self.factor);
        output.zip_apply(input, |y, x| *y = factor * x);
    }

    fn vjp(
        &self,
        _input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        let Some(slope) = grad_input else { return };
        let factor = T::nearest(self.factor);
        slope.zip_apply(grad_output, |d, g| *d = factor * g);
    }
}
