//! What every layer can do.

use lip1_kernel::net;
use nalgebra::DMatrix;

#[cfg(test)]
use super::Layer;
use super::LayerSpec;
use crate::error::Error;
use crate::interchange::Writer;
use crate::optimiser::Scaling;
use crate::scalar::Scalar;
use crate::shape::Shape;
use crate::weight::Weight;

/// A trained array of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// How an adaptive optimiser may scale its gradient.
    pub(crate) scaling: Scaling,
}

impl Parameter {
    /// The parameter of a weight.
    pub(super) fn weight<T: Scalar>(weight: &Weight<T>) -> Self {
        let (rows, columns) = weight.matrix().shape();
        Self { rows, columns, scaling: weight.scaling() }
    }

    /// A vector without constraint.
    pub(super) fn vector(length: usize) -> Self {
        Self { rows: length, columns: 1, scaling: Scaling::Entries }
    }
}

/// What the way back finds at a layer; matrices are features x batch.
pub(crate) struct Backward<'a, T> {
    pub(crate) input: &'a DMatrix<T>,
    /// What [`Rule::forward`] made of the input.
    pub(crate) output: &'a DMatrix<T>,
    /// The gradient at the output.
    pub(crate) grad_output: &'a DMatrix<T>,
}

/// The description of a layer, and the shape that leaves it.
pub(crate) type Described = Result<(LayerSpec, Shape), Error>;

/// A layer at work; matrices are features x batch.
pub(crate) trait Rule<T: Scalar> {
    /// The name of the layer, where it is not the one in the list of all layers.
    fn kind(&self) -> Option<&'static str> {
        None
    }

    /// The number of features that come out when `features` go in, if the layer accepts them.
    fn outputs(&self, features: usize) -> Option<usize> {
        Some(features)
    }

    /// Fills `output`, already of the right shape.
    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>);

    /// The vector-Jacobian product: the gradient at the input, if asked for, and those of the parameters (same order and
    /// shapes as [`Rule::parameters`]), overwritten; under a constraint the one of the free parameter, or the projection
    /// on the tangent space.
    fn vjp(
        &self,
        at: &Backward<'_, T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    );

    /// The trained arrays.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// Lets `change` alter each of the trained arrays, named by its position, and re-establishes all constraints.
    fn update(&mut self, _change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        Ok(())
    }

    /// The matrices that the layer multiplies by.
    fn weights(&self) -> Vec<&Weight<T>> {
        Vec::new()
    }

    /// The primitives of the kernel that the layer on `features` features consists of: the same real function.
    fn to_kernel(&self, features: usize) -> Vec<net::Layer>;

    /// The description of the layer where `writer` stands; its tensors go there.
    fn describe(&self, writer: &mut Writer) -> Described;

    /// Layers of this type, each with a shape that it works on: what the tests of all layers go through.
    #[cfg(test)]
    fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)>
    where
        Self: Sized;
}

/// [`Rule::update`] of layers in sequence, whose arrays are numbered through.
pub(super) fn update_each<'a, T: Scalar>(
    rules: impl Iterator<Item = &'a mut dyn Rule<T>>,
    change: &mut dyn FnMut(usize, &mut [T]),
) -> Result<(), Error> {
    let mut first = 0;
    for rule in rules {
        let own = rule.parameters().len();
        rule.update(&mut |array, entries| change(first + array, entries))?;
        first += own;
    }
    Ok(())
}
