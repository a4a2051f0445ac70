//! Reading a model.

use std::ops::Range;

use lip1_kernel::net::{Layer, Net};

use super::{Tensors, at, parse};
use crate::error::Error;
use crate::layer::{Builder, input_shape};

/// Entries that all layers of a model may have together besides one a byte of the file: a small file must not ask
/// for more memory than that.
const MOST_ENTRIES: usize = 1 << 24;

/// A model, as the kernel sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    net: Net,
    layers: Vec<ModelLayer>,
}

/// A layer of the list in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelLayer {
    /// Its kind, as in the file.
    pub kind: &'static str,
    /// Features that it receives.
    pub inputs: usize,
    /// Features that it returns.
    pub outputs: usize,
    /// The layers of the network that it consists of.
    pub primitives: Range<usize>,
}

impl Model {
    /// The whole network, a factor on its inputs included.
    pub fn net(&self) -> &Net {
        &self.net
    }

    /// The layers as listed in the file.
    pub fn layers(&self) -> &[ModelLayer] {
        &self.layers
    }

    /// One layer as a network of its own.
    ///
    /// # Errors
    /// When the layer is none of this model's.
    pub fn alone(&self, layer: &ModelLayer) -> Result<Net, Error> {
        let primitives = self.net.layers().get(layer.primitives.clone()).unwrap_or_default();
        Ok(Net::new(layer.inputs, primitives.to_vec())?)
    }
}

/// Reads a model from the bytes of a safetensors file; the format is that of [`super`].
///
/// Cost: time and memory proportional to the bytes, plus 2^24 entries at most, whatever the header claims.
///
/// # Errors
/// [`Error::Model`] with the place when the header is malformed or disagrees with the bytes, a layer is unknown, a shape does
/// not fit, a tensor is missing, of another type, not finite, or used by no layer.
///
/// # Examples
/// ```
/// use lip1_core::{Architecture, read_model, write_model};
/// let network = Architecture::lipnet(2, &[4], 1).build::<f32>(0)?;
/// let bytes = write_model(&network)?;
/// let model = read_model(&bytes)?;
/// assert_eq!(*model.net(), network.to_kernel()?);
/// assert_eq!(model.layers()[1].kind, "groupsort");
/// assert!(read_model(&bytes[..bytes.len() - 1]).is_err());
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn read_model(bytes: &[u8]) -> Result<Model, Error> {
    let (tensors, metadata) = Tensors::new(bytes)?;
    let entry = |key: &str| metadata.metadata().as_ref().and_then(|entries| entries.get(key));
    let keys = metadata.metadata().iter().flat_map(|entries| entries.keys());
    let unknown = keys.filter(|key| !["architecture", "input_scale", "format"].contains(&key.as_str())).min();
    if let Some(key) = unknown {
        return Err(at("metadata")(format!("unknown key {key:?}")));
    }
    let text = entry("architecture").ok_or_else(|| at("metadata")("no `architecture`"))?;
    let list = parse(text)?;
    let shape_of =
        |index: usize, name: &str| tensors.shape(&format!("{index}.{name}")).map(<[usize]>::to_vec);
    let input = input_shape(&list, &shape_of)
        .ok_or_else(|| at("architecture")("no layer tells the input's shape"))?;
    let mut primitives = Vec::new();
    if let Some(text) = entry("input_scale") {
        let scale: f64 = serde_json::from_str(text).map_err(at("input_scale"))?;
        primitives.push(Layer::Scale(scale));
    }
    let mut builder = Builder::from_file(tensors, MOST_ENTRIES.saturating_add(bytes.len()), input)?;
    let mut shape = input;
    let mut layers = Vec::with_capacity(list.len());
    for (index, spec) in list.iter().enumerate() {
        let (layer, after) = builder.layer::<f64>(spec, index.to_string(), shape)?;
        let (inputs, outputs, first) = (shape.features(), after.features(), primitives.len());
        primitives.extend(layer.iter().flat_map(|layer| layer.rule().to_kernel(inputs)));
        layers.push(ModelLayer { kind: spec.kind(), inputs, outputs, primitives: first..primitives.len() });
        shape = after;
    }
    builder.finish()?;
    Ok(Model { net: Net::new(input.features(), primitives)?, layers })
}
