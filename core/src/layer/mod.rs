//! Layers: one file each, one enumeration of them all.

mod centring;
mod convolution;
mod dense;
mod group_sort;
mod grouped_convolution;
mod householder;
mod max_min;
mod orthogonal_convolution;
mod pointwise;
mod pool;
mod rearrange;
mod residual;
mod scale;

pub use centring::Centring;
pub use convolution::{Convolution, Windows};
pub use dense::Dense;
pub use group_sort::{FullSort, GroupSort};
pub use grouped_convolution::GroupedConvolution;
pub use householder::Householder;
pub use max_min::{MaxMinConcat, MaxMinHalves};
pub use orthogonal_convolution::OrthogonalConvolution;
pub use pointwise::{Abs, Relu};
pub use pool::{Pool, Pooling};
pub use rearrange::Rearrange;
pub use residual::Residual;
pub use scale::Scale;

#[cfg(test)]
mod derivatives;

use nalgebra::DMatrix;

use crate::error::Error;
use crate::optimiser::Scaling;
use crate::scalar::Scalar;

/// A trained array of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// How an adaptive optimiser may scale its gradient.
    pub(crate) scaling: Scaling,
}

/// What every layer can do; matrices are features x batch.
pub(crate) trait Rule<T: Scalar> {
    /// The name of the layer in messages.
    fn kind(&self) -> &'static str;

    /// The number of features that come out when `features` go in, if the layer accepts them.
    fn outputs(&self, features: usize) -> Option<usize>;

    /// Fills `output`, already of the right shape.
    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>);

    /// From the gradient at the output: the one at the input, if asked for, and those of the parameters (same order
    /// and shapes as [`Rule::parameters`]), overwritten; under a constraint the one of the free parameter, or the
    /// projection on the tangent space. `output` is what [`Rule::forward`] made of `input`.
    fn vjp(
        &self,
        input: &DMatrix<T>,
        output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    );

    /// The trained arrays.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// Lets `change` alter the parameter array of each slot, and re-establishes all constraints.
    fn update(&mut self, _change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        Ok(())
    }
}

/// A layer of a network.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Layer<T: Scalar> {
    /// `W x + b`.
    Dense(Dense<T>),
    /// Ascending order inside contiguous groups.
    GroupSort(GroupSort),
    /// Ascending order of all features.
    FullSort(FullSort),
    /// `(max(a, b), min(a, b))` of the two halves `a`, `b` of the features.
    MaxMinHalves(MaxMinHalves),
    /// `(relu(x), relu(-x))`: twice the features.
    MaxMinConcat(MaxMinConcat),
    /// `max(x, 0)`.
    Relu(Relu),
    /// `|x|`.
    Abs(Abs),
    /// Pairs reflected to one side of a trained line.
    Householder(Householder<T>),
    /// A convolution in two dimensions.
    Convolution(Convolution<T>),
    /// Convolutions of groups of channels.
    GroupedConvolution(GroupedConvolution<T>),
    /// A convolution whose every symbol is orthogonal.
    OrthogonalConvolution(OrthogonalConvolution<T>),
    /// Features less the mean of their block.
    Centring(Centring),
    /// Scaled averages or norms over windows.
    Pool(Pool),
    /// Features in another order.
    Rearrange(Rearrange),
    /// `a x + (1 - a) body(x)`.
    Residual(Residual<T>),
    /// `k x`.
    Scale(Scale),
}

impl<T: Scalar> Layer<T> {
    pub(crate) fn rule(&self) -> &dyn Rule<T> {
        match self {
            Self::Dense(layer) => layer,
            Self::GroupSort(layer) => layer,
            Self::FullSort(layer) => layer,
            Self::MaxMinHalves(layer) => layer,
            Self::MaxMinConcat(layer) => layer,
            Self::Relu(layer) => layer,
            Self::Abs(layer) => layer,
            Self::Householder(layer) => layer,
            Self::Convolution(layer) => layer,
            Self::GroupedConvolution(layer) => layer,
            Self::OrthogonalConvolution(layer) => layer,
            Self::Centring(layer) => layer,
            Self::Pool(layer) => layer,
            Self::Rearrange(layer) => layer,
            Self::Residual(layer) => layer,
            Self::Scale(layer) => layer,
        }
    }

    pub(crate) fn rule_mut(&mut self) -> &mut dyn Rule<T> {
        match self {
            Self::Dense(layer) => layer,
            Self::GroupSort(layer) => layer,
            Self::FullSort(layer) => layer,
            Self::MaxMinHalves(layer) => layer,
            Self::MaxMinConcat(layer) => layer,
            Self::Relu(layer) => layer,
            Self::Abs(layer) => layer,
            Self::Householder(layer) => layer,
            Self::Convolution(layer) => layer,
            Self::GroupedConvolution(layer) => layer,
            Self::OrthogonalConvolution(layer) => layer,
            Self::Centring(layer) => layer,
            Self::Pool(layer) => layer,
            Self::Rearrange(layer) => layer,
            Self::Residual(layer) => layer,
            Self::Scale(layer) => layer,
        }
    }

    /// The name of the layer.
    pub fn kind(&self) -> &'static str {
        self.rule().kind()
    }

    /// The number of features that come out when `features` go in; `None` when they do not fit.
    pub fn outputs(&self, features: usize) -> Option<usize> {
        self.rule().outputs(features)
    }
}
