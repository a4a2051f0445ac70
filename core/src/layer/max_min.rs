//! The two functions that the literature calls MaxMin, under distinct names.

use super::convolution::on_groups;
use super::prelude::*;
use super::{MaxMinConcatSpec, MaxMinHalvesSpec};

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

impl Spec for MaxMinHalvesSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        let (channels, _) = input.channels();
        if !channels.is_multiple_of(2) {
            return builder.refuse(format!("{channels} channels have no halves"));
        }
        Ok((Some(MaxMinHalves.into()), input))
    }
}

impl Spec for MaxMinConcatSpec {
    fn build<T: Scalar>(&self, input: Shape, _: &mut Builder<'_>) -> Built<T> {
        Ok((Some(MaxMinConcat.into()), doubled(input)))
    }

    fn before(&self, output: Shape) -> Option<Shape> {
        Some(output.with_channels(output.channels().0 / 2))
    }
}

fn doubled(input: Shape) -> Shape {
    input.with_channels(input.channels().0.saturating_mul(2))
}

impl<T: Scalar> Rule<T> for MaxMinHalves {
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

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        let half = at.input.nrows() / 2;
        let columns = at.input.column_iter().zip(at.grad_output.column_iter());
        for ((x, g), mut d) in columns.zip(grad_input.column_iter_mut()) {
            for i in 0..half {
                let swap = x[i] < x[half + i];
                d[i] = if swap { g[half + i] } else { g[i] };
                d[half + i] = if swap { g[i] } else { g[half + i] };
            }
        }
    }

    fn to_kernel(&self, features: usize) -> Vec<net::Layer> {
        let half = features / 2;
        // Neighbours from halves, sort, then the larger ones before the smaller ones.
        let pair = (0..half).flat_map(|i| [i, half + i]).collect();
        let part = (0..half).map(|i| 2 * i + 1).chain((0..half).map(|i| 2 * i)).collect();
        vec![
            net::Layer::Select { from: pair },
            net::Layer::Sort { group: 2 },
            net::Layer::Select { from: part },
        ]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        if !writer.shape().channels().0.is_multiple_of(2) {
            writer.flatten();
        }
        Ok((MaxMinHalvesSpec {}.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        [Shape::Flat(6), Shape::Image([2, 1, 3]), Shape::Image([3, 1, 2])]
            .map(|shape| (Self.into(), shape))
            .to_vec()
    }
}

impl<T: Scalar> Rule<T> for MaxMinConcat {
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

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        let features = at.input.nrows();
        let columns = at.input.column_iter().zip(at.grad_output.column_iter());
        for ((x, g), mut d) in columns.zip(grad_input.column_iter_mut()) {
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

    /// `(x, 0)` sorted is `(-relu(-x), relu(x))`: a map of norm 1, where `(x, -x)` has norm `√2`. The zeros come from a
    /// convolution with a group an entry, whose size grows as that of the input.
    fn to_kernel(&self, features: usize) -> Vec<net::Layer> {
        let part = (0..features).map(|i| 2 * i + 1).chain((0..features).map(|i| 2 * i)).collect();
        vec![
            on_groups(features, 2 * features, features, &[1.0, 0.0]),
            net::Layer::Sort { group: 2 },
            net::Layer::Abs,
            net::Layer::Select { from: part },
        ]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        Ok((MaxMinConcatSpec {}.into(), doubled(writer.shape())))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        [Shape::Flat(6), Shape::Image([3, 1, 2])].map(|shape| (Self.into(), shape)).to_vec()
    }
}
