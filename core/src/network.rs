//! A network: layers in sequence.

use lip1_kernel::net::{self, Net};
use nalgebra::DMatrix;

use crate::error::Error;
use crate::layer::Layer;
use crate::product::reshape;
use crate::scalar::Scalar;

/// Layers in sequence, their shapes checked once; batches are features x samples.
///
/// # Examples
/// ```
/// use lip1_core::{Abs, Layer, Network};
/// use nalgebra::dmatrix;
/// let network = Network::<f64>::new(2, vec![Layer::Abs(Abs)])?;
/// assert_eq!(network.evaluate(&dmatrix![-1.0; 2.0])?, dmatrix![1.0; 2.0]);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Network<T: Scalar> {
    inputs: usize,
    layers: Vec<Layer<T>>,
    /// Features before each layer, then after the last.
    widths: Vec<usize>,
}

impl<T: Scalar> Network<T> {
    /// A network on `inputs` features.
    ///
    /// # Errors
    /// When a layer does not accept what the one before it gives.
    pub fn new(inputs: usize, layers: Vec<Layer<T>>) -> Result<Self, Error> {
        if inputs == 0 {
            return Err(Error::Empty { what: "the input of a network" });
        }
        let mut widths = vec![inputs];
        let mut features = inputs;
        for (index, layer) in layers.iter().enumerate() {
            features =
                layer.outputs(features).ok_or(Error::LayerShape { index, kind: layer.kind(), features })?;
            widths.push(features);
        }
        Ok(Self { inputs, layers, widths })
    }

    /// Features of an input.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Features of an output.
    pub fn outputs(&self) -> usize {
        self.widths.last().copied().unwrap_or(self.inputs)
    }

    /// The layers, first to last.
    pub fn layers(&self) -> &[Layer<T>] {
        &self.layers
    }

    /// Number of trained numbers.
    pub fn parameters(&self) -> usize {
        let parameters = self.layers.iter().flat_map(|layer| layer.rule().parameters());
        parameters.map(|array| array.rows * array.columns).sum()
    }

    /// The outputs (outputs x samples) for a batch (inputs x samples).
    ///
    /// # Errors
    /// When the batch does not have [`Network::inputs`] rows.
    pub fn evaluate(&self, batch: &DMatrix<T>) -> Result<DMatrix<T>, Error> {
        self.accept(batch)?;
        let mut current = batch.clone();
        let mut next = DMatrix::zeros(0, 0);
        for (layer, &features) in self.layers.iter().zip(self.widths.iter().skip(1)) {
            reshape(&mut next, features, batch.ncols());
            layer.rule().forward(&current, &mut next);
            std::mem::swap(&mut current, &mut next);
        }
        Ok(current)
    }

    /// The network as the kernel sees it, number for number: the same real function, since every `f32` is an `f64`.
    ///
    /// # Errors
    /// When a number is not finite.
    ///
    /// # Examples
    /// ```
    /// use lip1_core::Architecture;
    /// let network = Architecture::lipnet(2, &[4], 1).build::<f32>(0)?;
    /// assert_eq!(network.to_kernel()?.outputs(), 1);
    /// # Ok::<(), lip1_core::Error>(())
    /// ```
    pub fn to_kernel(&self) -> Result<Net, Error> {
        Ok(Net::new(self.inputs, self.primitives())?)
    }

    /// The kernel's primitives of all layers.
    pub(crate) fn primitives(&self) -> Vec<net::Layer> {
        let layers = self.layers.iter().zip(&self.widths);
        layers.flat_map(|(layer, &features)| layer.rule().to_kernel(features)).collect()
    }

    pub(crate) fn accept(&self, batch: &DMatrix<T>) -> Result<(), Error> {
        if batch.nrows() == self.inputs {
            Ok(())
        } else {
            Err(Error::Shape { what: "features of a batch", expected: self.inputs, found: batch.nrows() })
        }
    }

    pub(crate) fn widths(&self) -> &[usize] {
        &self.widths
    }

    pub(crate) fn layers_mut(&mut self) -> &mut [Layer<T>] {
        &mut self.layers
    }
}
