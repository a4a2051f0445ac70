//! The two functions that the literature calls MaxMin, under distinct names.

use nalgebra::DMatrix;

use super::Rule;
use crate::scalar::Scalar;

/// `(max(a, b), min(a, b))`, entry by entry, of the first half `a` and the second half `b`.
///
/// The maxima come first. 1-Lipschitz, its Jacobian a permutation almost everywhere. This is MaxMin in
/// orthogonium; [`super::GroupSort`] with groups of two pairs neighbours instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxMinHalves;

/// `(relu(x), relu(-x))`: the positive parts, then the negative parts, so twice the features.
///
/// 1-Lipschitz: for each entry the two parts together move by at most as much as the entry. This is
/// MaxMin in deel-lip and deel-torchlip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxMinConcat;

impl<T: Scalar> Rule<T> for MaxMinHalves {
    fn kind(&self) -> &'static str {
        "maxmin_halves"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        features.is_multiple_of(2).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let half = input.nrows() / 2;
        for (x, mut y) in input.column_iter().zip(output.column_iter_mut()) {
            for i in 0..half {
                let (a, b) = (x[i], x[half + i]);
                let swap = a < b;
                y[i] = if swap { b } else { a };
                y[half + i] = if swap { a } else { b };
            }
        }
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
        let half = input.nrows() / 2;
        let columns = input.column_iter().zip(grad_output.column_iter());
        for ((x, g), mut d) in columns.zip(slope.column_iter_mut()) {
            for i in 0..half {
                let swap = x[i] < x[half + i];
                d[i] = if swap { g[half + i] } else { g[i] };
                d[half + i] = if swap { g[i] } else { g[half + i] };
            }
        }
    }
}

impl<T: Scalar> Rule<T> for MaxMinConcat {
    fn kind(&self) -> &'static str {
        "maxmin_concat"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        features.checked_mul(2)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let features = input.nrows();
        for (x, mut y) in input.column_iter().zip(output.column_iter_mut()) {
            for i in 0..features {
                y[i] = x[i].max(T::zero());
                y[features + i] = (-x[i]).max(T::zero());
            }
        }
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
        let features = input.nrows();
        let columns = input.column_iter().zip(grad_output.column_iter());
        for ((x, g), mut d) in columns.zip(slope.column_iter_mut()) {
            for i in 0..features {
                d[i] = if x[i] > T::zero() {
                    g[i]
                } else if x[i] < T::zero() {
                    -g[features + i]
                } else {
                    T::zero()
                };
            }
        }
    }
}
