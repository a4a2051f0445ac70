//! A network at a glance.

use crate::certificate::certify;
use crate::error::Error;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::weight::Weight;

/// One row of the table of a network's layers.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerSummary {
    /// Position of the layer, from 0.
    pub index: usize,
    /// The kind of layer.
    pub kind: &'static str,
    /// Features that go in.
    pub inputs: usize,
    /// Features that come out.
    pub outputs: usize,
    /// Trained numbers.
    pub parameters: usize,
    /// Certified upper bound on the constant of this layer alone, from l2 to l2.
    pub certified: f64,
    /// Least and largest singular value of the weight as a matrix, in `f64`, not certified; for a convolution those of
    /// its reshaped kernel.
    pub singular: Option<(f64, f64)>,
}

impl<T: Scalar> Network<T> {
    /// The layers with their sizes, certified norms and singular values.
    ///
    /// Cost: a certificate and a singular value decomposition a weight.
    ///
    /// # Errors
    /// When the kernel refuses a layer.
    ///
    /// # Examples
    /// ```
    /// let network = lip1_core::Architecture::lipnet(4, &[8], 1).build::<f64>(0)?;
    /// let rows = network.summary()?;
    /// assert_eq!((rows[0].kind, rows[0].inputs, rows[0].outputs, rows[0].parameters), ("dense", 4, 8, 40));
    /// assert!(rows.iter().all(|row| row.certified <= 1.0 + 1e-10));
    /// assert!(rows[0].singular.is_some_and(|(least, _)| least > 1.0 - 1e-10));
    /// # Ok::<(), lip1_core::Error>(())
    /// ```
    pub fn summary(&self) -> Result<Vec<LayerSummary>, Error> {
        let places = self.layers().iter().zip(self.widths().windows(2)).enumerate();
        places
            .map(|(index, (layer, widths))| {
                let (inputs, outputs) = match widths {
                    [inputs, outputs] => (*inputs, *outputs),
                    _ => (0, 0),
                };
                let alone = Self::new(inputs, vec![layer.clone()])?;
                let ends = layer.rule().weights().into_iter().filter_map(range);
                let singular = ends.reduce(|all, part| (all.0.min(part.0), all.1.max(part.1)));
                Ok(LayerSummary {
                    index,
                    kind: layer.kind(),
                    inputs,
                    outputs,
                    parameters: alone.parameters(),
                    certified: certify(&alone.to_kernel()?)?.l2(),
                    singular,
                })
            })
            .collect()
    }
}

fn range<T: Scalar>(weight: &Weight<T>) -> Option<(f64, f64)> {
    let values = weight.singular_values();
    values.last().copied().zip(values.first().copied())
}
