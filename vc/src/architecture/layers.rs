//! Architectures: what a bound needs to know of a network.

use lip1_kernel::net::{Layer, Net};

use crate::error::Error;

/// A dense layer and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HiddenLayer {
    /// Number of neurons.
    pub width: usize,
    /// What is done to them.
    pub activation: Activation,
}

/// A piecewise linear activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Groups are sorted.
    Sort {
        /// Length of a group.
        group: usize,
    },
    /// Each neuron has one kink: ReLU or absolute value.
    Unit,
}

impl HiddenLayer {
    /// A GroupSort layer.
    #[must_use]
    pub fn sort(width: usize, group: usize) -> HiddenLayer {
        HiddenLayer { width, activation: Activation::Sort { group } }
    }

    /// A layer of ReLU or absolute values.
    #[must_use]
    pub fn units(width: usize) -> HiddenLayer {
        HiddenLayer { width, activation: Activation::Unit }
    }

    fn comparisons(self) -> Result<u128, Error> {
        match self.activation {
            Activation::Unit => Ok(self.width as u128),
            Activation::Sort { group } => {
                if group == 0 || !self.width.is_multiple_of(group) {
                    return Err(Error::Length { what: "group", found: group, expected: self.width });
                }
                let (groups, group) = ((self.width / group) as u128, group as u128);
                Ok(groups * (group * (group - 1) / 2))
            }
        }
    }
}

/// The hidden layers of a network of dense, sort, ReLU and absolute-value layers (fixed scalings and permutations
/// between them change nothing); activations in a row count as layers with no parameters of their own.
///
/// # Errors
/// [`Error::Unsupported`] for other layers.
pub fn hidden_layers(net: &Net) -> Result<Vec<HiddenLayer>, Error> {
    let mut width = net.inputs();
    let mut layers = Vec::new();
    for layer in net.layers() {
        match layer {
            Layer::Dense(dense) => width = dense.outputs,
            Layer::Sort { group } => layers.push(HiddenLayer::sort(width, *group)),
            Layer::Relu | Layer::Abs => layers.push(HiddenLayer::units(width)),
            Layer::Select { from } => width = from.len(),
            Layer::Scale(_) => {}
            _ => {
                return Err(Error::Unsupported {
                    what: "dense, sort, select, relu, abs and scale layers only",
                });
            }
        }
    }
    Ok(layers)
}

/// A layer as the counting bounds see it.
pub(super) struct Counted {
    /// Pairs within groups, units, or the one sign of the output.
    pub(super) comparisons: u128,
    /// Weights and biases up to and including the layer.
    pub(super) parameters: u128,
}

/// The layers of a fully connected network, the output neuron last.
pub(super) fn counted(inputs: usize, layers: &[HiddenLayer]) -> Result<Vec<Counted>, Error> {
    let mut counted = Vec::with_capacity(layers.len() + 1);
    let (mut width, mut parameters) = (inputs as u128, 0_u128);
    for layer in layers {
        let neurons = layer.width as u128;
        parameters += neurons * (width + 1);
        counted.push(Counted { comparisons: layer.comparisons()?.max(1), parameters });
        width = neurons;
    }
    counted.push(Counted { comparisons: 1, parameters: parameters + width + 1 });
    Ok(counted)
}
