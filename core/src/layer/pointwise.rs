//! Activations entry by entry.

use nalgebra::DMatrix;

use super::Rule;
use crate::scalar::Scalar;

/// `max(x, 0)`; 1-Lipschitz, but it loses gradient norm wherever it is flat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relu;

/// `|x|`; 1-Lipschitz, slope ±1 everywhere but at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abs;

impl<T: Scalar> Rule<T> for Relu {
    fn kind(&self) -> &'static str {
        "relu"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        Some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        output.zip_apply(input, |y, x| {
            *y = if x > T::zero() { x } else { T::zero() };
        });
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        let Some(slope) = grad_input else { return };
        slope.zip_zip_apply(input, grad_output, |d, x, g| {
            *d = if x > T::zero() { g } else { T::zero() };
        });
    }
}

impl<T: Scalar> Rule<T> for Abs {
    fn kind(&self) -> &'static str {
        "abs"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        Some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        output.zip_apply(input, |y, x| *y = x.abs());
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        let Some(slope) = grad_input else { return };
        slope.zip_zip_apply(input, grad_output, |d, x, g| {
            *d = if x < T::zero() { -g } else { g };
        });
    }
}
