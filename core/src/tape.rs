//! Reverse-mode differentiation through a network, in buffers that are kept between batches.

use nalgebra::DMatrix;

use crate::error::Error;
use crate::layer::Backward;
use crate::network::Network;
use crate::product::reshape;
use crate::scalar::Scalar;

/// Activations and gradients of one batch.
///
/// Memory: twice the activations of the batch plus once the parameters.
#[derive(Debug, Clone)]
pub struct Tape<T: Scalar> {
    /// The batch, then the output of each layer (features x samples).
    activations: Vec<DMatrix<T>>,
    /// Gradient at each of them.
    gradients: Vec<DMatrix<T>>,
    /// Gradient of each parameter array, by layer.
    parameters: Vec<Vec<DMatrix<T>>>,
}

impl<T: Scalar> Tape<T> {
    /// Buffers for a network; those for activations appear with the first batch.
    pub fn new(network: &Network<T>) -> Self {
        let parameters = network.layers().iter().map(|layer| {
            let parameters = layer.rule().parameters().into_iter();
            parameters.map(|array| DMatrix::zeros(array.rows, array.columns)).collect()
        });
        let places = network.layers().len() + 1;
        Self {
            activations: vec![DMatrix::zeros(0, 0); places],
            gradients: vec![DMatrix::zeros(0, 0); places],
            parameters: parameters.collect(),
        }
    }

    /// Evaluates the network on a batch (inputs x samples) and remembers what the way back needs.
    ///
    /// # Errors
    /// When the batch or the tape do not belong to the network.
    pub fn forward(&mut self, network: &Network<T>, batch: &DMatrix<T>) -> Result<&DMatrix<T>, Error> {
        network.accept(batch)?;
        self.belongs_to(network)?;
        if let Some(first) = self.activations.first_mut() {
            reshape(first, batch.nrows(), batch.ncols());
            first.copy_from(batch);
        }
        let layers = network.layers().iter().zip(network.widths().iter().skip(1));
        for (index, (layer, &features)) in layers.enumerate() {
            let (before, after) = self.activations.split_at_mut(index + 1);
            if let (Some(input), Some(output)) = (before.last(), after.first_mut()) {
                reshape(output, features, batch.ncols());
                layer.rule().forward(input, output);
            }
        }
        Ok(self.outputs())
    }

    /// The outputs of the last batch (outputs x samples).
    pub fn outputs(&self) -> &DMatrix<T> {
        &self.activations[self.activations.len() - 1]
    }

    /// The outputs of the last batch beside the buffer that their gradient is to be written into.
    pub(crate) fn outputs_and_gradient(&mut self) -> (&DMatrix<T>, &mut DMatrix<T>) {
        let last = self.activations.len() - 1;
        let outputs = &self.activations[last];
        let grad_outputs = &mut self.gradients[last];
        reshape(grad_outputs, outputs.nrows(), outputs.ncols());
        (outputs, grad_outputs)
    }

    /// Sends the gradient written at the outputs back through the network.
    ///
    /// Parameter gradients are with respect to the *parameters* (tangent to the constraint where
    /// there is one). The gradient at the input is computed on request only.
    pub(crate) fn backward(&mut self, network: &Network<T>, to_input: bool) {
        for (index, layer) in network.layers().iter().enumerate().rev() {
            let (before, after) = self.gradients.split_at_mut(index + 1);
            let (Some(grad_input), Some(grad_output)) = (before.last_mut(), after.first()) else {
                continue;
            };
            let (input, output) = (&self.activations[index], &self.activations[index + 1]);
            let wanted = index > 0 || to_input;
            if wanted {
                reshape(grad_input, input.nrows(), input.ncols());
            }
            let grad_parameters = &mut self.parameters[index];
            let at = Backward { input, output, grad_output };
            layer.rule().vjp(&at, wanted.then_some(grad_input), grad_parameters);
        }
    }

    /// Sends a gradient at the outputs (outputs x samples) back, to the parameters and the inputs.
    ///
    /// # Errors
    /// When no batch went forward or the gradient has another shape than its outputs.
    pub fn differentiate(&mut self, network: &Network<T>, grad_outputs: &DMatrix<T>) -> Result<(), Error> {
        self.belongs_to(network)?;
        let (outputs, seed) = self.outputs_and_gradient();
        if outputs.shape() != grad_outputs.shape() || outputs.is_empty() {
            return Err(Error::Shape {
                what: "gradient at the outputs",
                expected: outputs.len(),
                found: grad_outputs.len(),
            });
        }
        seed.copy_from(grad_outputs);
        self.backward(network, true);
        Ok(())
    }

    /// The gradient at the inputs (inputs x samples) after [`Tape::differentiate`].
    pub fn input_gradient(&self) -> &DMatrix<T> {
        &self.gradients[0]
    }

    /// The gradients of the parameter arrays of each layer: for a dense layer its weight (outputs x
    /// inputs), then its bias (outputs x 1).
    pub fn parameter_gradients(&self) -> &[Vec<DMatrix<T>>] {
        &self.parameters
    }

    fn belongs_to(&self, network: &Network<T>) -> Result<(), Error> {
        if self.parameters.len() == network.layers().len() {
            Ok(())
        } else {
            Err(Error::Shape {
                what: "layers of a tape",
                expected: network.layers().len(),
                found: self.parameters.len(),
            })
        }
    }
}
