//! Writing a network as a model.

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::{at, read_model};
use crate::error::Error;
use crate::layer::{FlattenSpec, Layer, LayerSpec};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::shape::Shape;

/// Writes a network as the bytes of a safetensors file, its weights as evaluated; the format is that of [`super`].
///
/// The bytes are read back before they are returned: what they describe is the network that [`Network::to_kernel`] gives,
/// number for number.
///
/// # Errors
/// When the format has no name for a layer, as for a rearrangement that is neither down- nor up-sampling.
pub fn write_model<T: Scalar>(network: &Network<T>) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new::<T>(Shape::Flat(network.inputs()));
    let list = writer.layers(network.layers())?;
    let bytes = writer.bytes(&list)?;
    if *read_model(&bytes)?.net() == network.to_kernel()? {
        Ok(bytes)
    } else {
        Err(Writer::refusal("this sequence of layers has no form as a model"))
    }
}

/// Collects the descriptions and the tensors of layers.
pub(crate) struct Writer {
    dtype: Dtype,
    tensors: Vec<(String, Vec<usize>, Vec<u8>)>,
    /// What the names of tensors begin with, inside a layer that has layers.
    prefix: String,
    list: Vec<LayerSpec>,
    shape: Shape,
}

impl Writer {
    /// Numbers will be of the format of `T`.
    pub(crate) fn new<T: Scalar>(input: Shape) -> Self {
        let dtype = if size_of::<T>() == size_of::<f32>() { Dtype::F32 } else { Dtype::F64 };
        Self { dtype, tensors: Vec::new(), prefix: String::new(), list: Vec::new(), shape: input }
    }

    /// The list of layers in sequence.
    pub(crate) fn layers<T: Scalar>(&mut self, layers: &[Layer<T>]) -> Result<Vec<LayerSpec>, Error> {
        let before = std::mem::take(&mut self.list);
        for layer in layers {
            let (spec, output) = layer.rule().describe(self)?;
            self.list.push(spec);
            self.shape = output;
        }
        Ok(std::mem::replace(&mut self.list, before))
    }

    /// The list of the layers inside one.
    pub(crate) fn body<T: Scalar>(&mut self, layers: &[Layer<T>]) -> Result<Vec<LayerSpec>, Error> {
        let inside = format!("{}{}.body.", self.prefix, self.list.len());
        let (prefix, shape) = (std::mem::replace(&mut self.prefix, inside), self.shape);
        let list = self.layers(layers)?;
        (self.prefix, self.shape) = (prefix, shape);
        Ok(list)
    }

    /// The shape that arrives.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// Takes what arrives for plain features. Before the tensors of the layer, whose names count the layers before it.
    pub(crate) fn flatten(&mut self) {
        if let Shape::Image(_) = self.shape {
            self.list.push(FlattenSpec {}.into());
        }
        self.shape = Shape::Flat(self.shape.features());
    }

    /// Takes what arrives for that image: a layer elsewhere must tell.
    pub(crate) fn image(&mut self, image: [usize; 3]) -> Result<(), Error> {
        match self.shape {
            Shape::Image(other) if other != image => {
                Err(Self::refusal(format!("{} where {} is due", Shape::Image(other), Shape::Image(image))))
            }
            _ => {
                self.shape = Shape::Image(image);
                Ok(())
            }
        }
    }

    /// A tensor of the layer, row after row; the numbers are of the writer's format.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize], values: &[f64]) {
        let bytes = match self.dtype {
            Dtype::F32 => values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect(),
            _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        };
        let name = format!("{}{}.{name}", self.prefix, self.list.len());
        self.tensors.push((name, shape.to_vec(), bytes));
    }

    /// The file with that list.
    pub(crate) fn bytes(&self, list: &[LayerSpec]) -> Result<Vec<u8>, Error> {
        let text = serde_json::to_string(list).map_err(at("architecture"))?;
        let metadata = [("architecture".to_owned(), text)].into_iter().collect();
        let views = self.tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(self.dtype, shape.clone(), bytes);
            Ok((name.as_str(), view.map_err(at(name))?))
        });
        let views = views.collect::<Result<Vec<_>, Error>>()?;
        safetensors::serialize(views, Some(metadata)).map_err(at("safetensors"))
    }

    /// Why a network has no form as a model.
    pub(crate) fn refusal(what: impl std::fmt::Display) -> Error {
        at("network")(what)
    }
}
