//! Activations entry by entry.

use super::prelude::*;
use super::{AbsSpec, ReluSpec};

/// `max(x, 0)`; 1-Lipschitz, but it loses gradient norm wherever it is flat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relu;

/// `|x|`; 1-Lipschitz, slope ±1 everywhere but at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abs;

impl Spec for ReluSpec {
    fn build<T: Scalar>(&self, input: Shape, _: &mut Builder<'_>) -> Built<T> {
        Ok((Some(Relu.into()), input))
    }
}

impl Spec for AbsSpec {
    fn build<T: Scalar>(&self, input: Shape, _: &mut Builder<'_>) -> Built<T> {
        Ok((Some(Abs.into()), input))
    }
}

impl<T: Scalar> Rule<T> for Relu {
    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        output.zip_apply(input, |y, x| {
            *y = if x > T::zero() { x } else { T::zero() };
        });
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        grad_input.zip_zip_apply(at.input, at.grad_output, |d, x, g| {
            *d = if x > T::zero() { g } else { T::zero() };
        });
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        vec![net::Layer::Relu]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        Ok((ReluSpec {}.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        vec![(Relu.into(), Shape::Flat(6))]
    }
}

impl<T: Scalar> Rule<T> for Abs {
    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        output.zip_apply(input, |y, x| *y = x.abs());
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        grad_input.zip_zip_apply(at.input, at.grad_output, |d, x, g| {
            *d = if x < T::zero() { -g } else { g };
        });
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        vec![net::Layer::Abs]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        Ok((AbsSpec {}.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        vec![(Abs.into(), Shape::Flat(6))]
    }
}
