//! Writing a network as a model.

use lip1_kernel::conv::Conv;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::at;
use super::read::read_model;
use super::shape::{Shape, scaled_down, scaled_up};
use super::step::{PaddingMode, Step};
use crate::error::Error;
use crate::layer::{Layer, Pool, Pooling, Rearrange};
use crate::lower::{convolution, grouped};
use crate::network::Network;
use crate::scalar::Scalar;

/// Writes a network as the bytes of a safetensors file, its weights as evaluated; the format is that of [`super`].
///
/// The bytes are read back before they are returned: what they describe is the network that [`Network::lower`] gives,
/// number for number.
///
/// # Errors
/// When the format has no name for a layer, as for a rearrangement that is neither down- nor up-sampling.
pub fn write_model<T: Scalar>(network: &Network<T>) -> Result<Vec<u8>, Error> {
    let mut writer = Writer { tensors: Vec::new(), shape: Shape::Flat(network.inputs()) };
    let steps = writer.steps("", network.layers(), network.inputs())?;
    let text = serde_json::to_string(&steps).map_err(at("architecture"))?;
    let metadata = [("architecture".to_owned(), text)].into_iter().collect();
    let views = writer.tensors.iter().map(|tensor| {
        let dtype = if size_of::<T>() == size_of::<f32>() { Dtype::F32 } else { Dtype::F64 };
        let view = TensorView::new(dtype, tensor.shape.clone(), &tensor.bytes);
        Ok((tensor.name.as_str(), view.map_err(at(&tensor.name))?))
    });
    let views = views.collect::<Result<Vec<_>, Error>>()?;
    let bytes = safetensors::serialize(views, Some(metadata)).map_err(at("safetensors"))?;
    if *read_model(&bytes)?.net() == network.lower()? {
        Ok(bytes)
    } else {
        Err(at("network")("this sequence of layers has no form as a model"))
    }
}

struct Tensor {
    name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

struct Writer {
    tensors: Vec<Tensor>,
    shape: Shape,
}

impl Writer {
    fn steps<T: Scalar>(
        &mut self,
        prefix: &str,
        layers: &[Layer<T>],
        inputs: usize,
    ) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::with_capacity(layers.len());
        let mut features = inputs;
        for (index, layer) in layers.iter().enumerate() {
            let step = self.step(prefix, layer, layers.get(index + 1), features, &mut steps)?;
            steps.extend(step);
            features = layer.outputs(features).unwrap_or(features);
        }
        Ok(steps)
    }

    /// A layer on channels becomes one on features.
    fn flatten(&mut self, features: usize, steps: &mut Vec<Step>) {
        if let Shape::Image(_) = self.shape {
            steps.push(Step::Flatten {});
        }
        self.shape = Shape::Flat(features);
    }

    fn step<T: Scalar>(
        &mut self,
        prefix: &str,
        layer: &Layer<T>,
        next: Option<&Layer<T>>,
        features: usize,
        steps: &mut Vec<Step>,
    ) -> Result<Option<Step>, Error> {
        // Layers of this library know features only; here those that mix them would mean channels of an image.
        if matches!(
            layer,
            Layer::Dense(_)
                | Layer::GroupSort(_)
                | Layer::FullSort(_)
                | Layer::MaxMinHalves(_)
                | Layer::Householder(_)
        ) {
            self.flatten(features, steps);
        }
        let step = match layer {
            Layer::Dense(dense) => {
                let name = format!("{prefix}{}", steps.len());
                let matrix = dense.weight().matrix();
                let shape = vec![matrix.nrows(), matrix.ncols()];
                self.push(format!("{name}.weight"), shape, matrix.transpose().as_slice());
                self.push(format!("{name}.bias"), vec![matrix.nrows()], dense.bias().as_slice());
                self.shape = Shape::Flat(matrix.nrows());
                Step::Dense {}
            }
            Layer::Convolution(layer) => {
                self.convolution::<T>(prefix, &convolution(layer), features, steps)?
            }
            Layer::OrthogonalConvolution(layer) => {
                self.convolution::<T>(prefix, &convolution(layer.explicit()), features, steps)?
            }
            Layer::GroupedConvolution(layer) => {
                let whole =
                    grouped(layer.parts()).ok_or_else(|| at("network")("a convolution without groups"))?;
                self.convolution::<T>(prefix, &whole, features, steps)?
            }
            Layer::Centring(_) => return Err(at("network")("the format has no kind for centring layers")),
            Layer::GroupSort(sort) => Step::Groupsort { group: sort.group() },
            Layer::FullSort(_) => Step::Fullsort {},
            Layer::MaxMinHalves(_) => Step::MaxminHalves {},
            Layer::MaxMinConcat(_) => {
                let channels = self.shape.channels().map_or(0, |(channels, _)| channels);
                self.shape = self.shape.with_channels(2 * channels);
                Step::MaxminConcat {}
            }
            Layer::Relu(_) => Step::Relu {},
            Layer::Abs(_) => Step::Abs {},
            Layer::Householder(layer) => {
                let angles = layer.angles();
                let name = format!("{prefix}{}.theta", steps.len());
                self.push(name, vec![angles.len()], angles.as_slice());
                Step::Householder {}
            }
            Layer::Pool(pool) => self.pool(pool)?,
            Layer::Rearrange(order) => self.rearrangement(order, next)?,
            // The numbers that the network computes with, which may have been rounded.
            Layer::Scale(scale) => Step::Scale { value: T::nearest(scale.factor()).to_f64() },
            Layer::Residual(residual) => {
                let inner = format!("{prefix}{}.body.", steps.len());
                let outside = self.shape;
                let body = self.steps(&inner, residual.body(), features)?;
                self.shape = outside;
                Step::Residual { body, weight: T::nearest(residual.weight()).to_f64() }
            }
        };
        Ok(Some(step))
    }

    fn convolution<T: Scalar>(
        &mut self,
        prefix: &str,
        conv: &Conv,
        features: usize,
        steps: &mut Vec<Step>,
    ) -> Result<Step, Error> {
        if let Shape::Image(image) = self.shape
            && image != conv.input
        {
            self.flatten(features, steps);
        }
        let name = format!("{prefix}{}", steps.len());
        let [rows, columns] = conv.kernel;
        let shape = vec![conv.outputs, conv.input[0] / conv.groups, rows, columns];
        let narrow = |values: &[f64]| values.iter().map(|value| T::nearest(*value)).collect::<Vec<T>>();
        self.push(format!("{name}.weight"), shape, &narrow(&conv.weight));
        self.push(format!("{name}.bias"), vec![conv.outputs], &narrow(&conv.bias));
        self.shape = Shape::Image(conv.output()?);
        let padding_mode = if conv.circular { PaddingMode::Circular } else { PaddingMode::Zeros };
        let (input, stride, padding, groups) = (conv.input, conv.stride, conv.padding, conv.groups);
        Ok(Step::Conv2d { input, stride, padding, padding_mode, groups })
    }

    fn pool(&mut self, pool: &Pool) -> Result<Step, Error> {
        let Shape::Image([channels, height, width]) = self.shape else {
            return Err(at("network")(
                "a pooling layer needs a convolution before it to tell the image's shape",
            ));
        };
        let taps = pool.windows().first().map_or(0, Vec::len);
        let side = (1..=taps).find(|side| side * side == taps);
        let (size, global) = match side {
            _ if taps == height * width => (None, true),
            Some(side) => (Some(side), false),
            None => return Err(at("network")("a pooling layer needs square windows")),
        };
        self.shape = match size {
            None => Shape::Image([channels, 1, 1]),
            Some(size) => Shape::Image([channels, height / size, width / size]),
        };
        Ok(match pool.pooling() {
            Pooling::Average => Step::Avgpool { size, global },
            Pooling::L2 => Step::L2pool { size, global },
        })
    }

    /// Recognises down- and up-sampling by the shape before, or the one that a convolution behind asks for.
    fn rearrangement<T: Scalar>(
        &mut self,
        order: &Rearrange,
        next: Option<&Layer<T>>,
    ) -> Result<Step, Error> {
        let behind = match next {
            Some(Layer::Convolution(conv)) => Some(conv.windows().input),
            Some(Layer::OrthogonalConvolution(conv)) => Some(conv.explicit().windows().input),
            _ => None,
        };
        for factor in 2..=order.from().len().isqrt() {
            for down in [true, false] {
                let before = match (self.shape, behind) {
                    (Shape::Image(image), _) => Some(image),
                    (_, Some(image)) => {
                        let before = if down { scaled_up(image, factor) } else { scaled_down(image, factor) };
                        before.and_then(
                            |shape| if let Shape::Image(image) = shape { Some(image) } else { None },
                        )
                    }
                    _ => None,
                };
                let Some(image) =
                    before.filter(|image| image.iter().product::<usize>() == order.from().len())
                else {
                    continue;
                };
                let (same, after) = if down {
                    (Rearrange::pixel_unshuffle(image, factor), scaled_down(image, factor))
                } else {
                    (Rearrange::pixel_shuffle(image, factor), scaled_up(image, factor))
                };
                if let (Ok(same), Some(after)) = (same, after)
                    && same == *order
                {
                    self.shape = after;
                    return Ok(if down {
                        Step::PixelUnshuffle { factor }
                    } else {
                        Step::PixelShuffle { factor }
                    });
                }
            }
        }
        Err(at("network")("a rearrangement that is neither down- nor up-sampling of an image of known shape"))
    }

    fn push<T: Scalar>(&mut self, name: String, shape: Vec<usize>, values: &[T]) {
        let wide = values.iter().map(|value| value.to_f64());
        let bytes = if size_of::<T>() == size_of::<f32>() {
            // Exact: the numbers are of this format.
            wide.flat_map(|value| (value as f32).to_le_bytes()).collect()
        } else {
            wide.flat_map(f64::to_le_bytes).collect()
        };
        self.tensors.push(Tensor { name, shape, bytes });
    }
}
