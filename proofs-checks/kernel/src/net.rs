//! The plain description of a network: what certificates and piece counts are about.

use crate::Refusal;
pub use crate::layer::{Conv, Dense, Layer, Pool};
use crate::layer::{check, not_too_wide};

/// A network with checked shapes: `R^inputs -> R^outputs`.
///
/// ```
/// use lip1_kernel::net::{Dense, Layer, Net};
/// // |x| = max(x, -x), up to the factor that keeps the first layer's norm at most 1.
/// let fold = Dense { outputs: 2, inputs: 1, weight: vec![0.5, -0.5], bias: vec![] };
/// let net = Net::new(1, vec![Layer::Dense(fold), Layer::Sort { group: 2 }, Layer::Select { from: vec![1] }])?;
/// assert_eq!(net.outputs(), 1);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Net {
    inputs: usize,
    outputs: usize,
    layers: Vec<Layer>,
}

impl Net {
    /// Checks that the layers fit together, in order, from `inputs` entries on.
    ///
    /// # Errors
    /// When a width does not fit, a number is not finite, or an index is out of range or taken twice.
    pub fn new(inputs: usize, layers: Vec<Layer>) -> Result<Self, Refusal> {
        let mut width = inputs;
        if width == 0 {
            return Err(Refusal::Empty { what: "inputs" });
        }
        not_too_wide(width)?;
        for layer in &layers {
            width = check(layer, width)?;
        }
        Ok(Self { inputs, outputs: width, layers })
    }

    /// Number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The layers, first applied first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }
}
