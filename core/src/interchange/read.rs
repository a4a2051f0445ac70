//! Reading a model.

use std::ops::Range;

use lip1_kernel::conv::Conv;
use lip1_kernel::net::{Dense, Layer, Net, Pool};

use super::at;
use super::shape::{Shape, of_input, scaled_down, scaled_up};
use super::step::{PaddingMode, Step, parse};
use super::tensors::Tensors;
use crate::error::Error;
use crate::layer::Rearrange;
use crate::lower::{max_min_concat, max_min_halves};

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
/// assert_eq!(*model.net(), network.lower()?);
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
    let steps = parse(text)?;
    let input = of_input(&steps, "", &tensors)
        .ok_or_else(|| at("architecture")("no layer tells the input's shape"))?;
    let inputs = input.features().ok_or_else(|| at("architecture")("the input is too large"))?;

    let mut reader = Reader { tensors, left: MOST_ENTRIES.saturating_add(bytes.len()) };
    reader.charge("architecture", input)?;
    let mut lowered = Vec::new();
    if let Some(text) = entry("input_scale") {
        let scale: f64 = serde_json::from_str(text).map_err(at("input_scale"))?;
        lowered.push(Layer::Scale(scale));
    }
    let mut shape = input;
    let mut layers = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let (before, first) = (shape, lowered.len());
        shape = reader.lower(step, &index.to_string(), before, &mut lowered)?;
        let features = |shape: Shape| shape.features().unwrap_or(0);
        let (inputs, outputs) = (features(before), features(shape));
        layers.push(ModelLayer { kind: step.kind(), inputs, outputs, primitives: first..lowered.len() });
    }
    reader.tensors.all_taken()?;
    Ok(Model { net: Net::new(inputs, lowered)?, layers })
}

struct Reader<'a> {
    tensors: Tensors<'a>,
    /// Entries that layers may still have.
    left: usize,
}

impl Reader<'_> {
    /// Counts the entries of a shape.
    fn charge(&mut self, place: &str, shape: Shape) -> Result<(), Error> {
        let rest = shape.features().filter(|features| *features > 0).and_then(|f| self.left.checked_sub(f));
        self.left = rest.ok_or_else(|| at(place)("a size of 0, or layers much larger than the file"))?;
        Ok(())
    }

    /// Appends the primitives of a layer, whose tensors are called `{name}.*`, and returns the shape behind it.
    fn lower(
        &mut self,
        step: &Step,
        name: &str,
        shape: Shape,
        lowered: &mut Vec<Layer>,
    ) -> Result<Shape, Error> {
        let place = format!("layer {name} ({})", step.kind());
        let after = self.append(step, name, &place, shape, lowered)?;
        self.charge(&place, after)?;
        Ok(after)
    }

    fn append(
        &mut self,
        step: &Step,
        name: &str,
        place: &str,
        shape: Shape,
        lowered: &mut Vec<Layer>,
    ) -> Result<Shape, Error> {
        let refuse = |what: String| Err(at(place)(what));
        // Shapes were charged: neither is too large to be counted.
        let features = shape.features().unwrap_or(0);
        let (channels, places) = shape.channels().unwrap_or((0, 0));
        let image = || match shape {
            Shape::Image(image) => Ok(image),
            Shape::Flat(_) => Err(at(place)("needs an image: no layer before it tells height and width")),
        };
        match step {
            Step::Dense {} => {
                let Shape::Flat(_) = shape else {
                    return refuse("an image arrives: flatten it first".to_owned());
                };
                let dense = self.dense(name, place, features)?;
                let outputs = dense.outputs;
                lowered.push(Layer::Dense(dense));
                return Ok(Shape::Flat(outputs));
            }
            Step::Conv2d { input, .. } => {
                let fits = match shape {
                    Shape::Image(image) => image == *input,
                    Shape::Flat(_) => Shape::Image(*input).features() == Some(features),
                };
                if !fits {
                    return refuse(format!("expects {input:?}, but {shape:?} arrives"));
                }
                let conv = self.convolution(step, name, place)?;
                let output = conv.output().map_err(at(place))?;
                lowered.push(Layer::Conv(conv));
                return Ok(Shape::Image(output));
            }
            Step::Groupsort { group } => {
                if *group == 0 || !channels.is_multiple_of(*group) {
                    return refuse(format!("groups of {group} among {channels} channels"));
                }
                lowered.extend(along_channels(channels, places, Layer::Sort { group: *group }));
            }
            Step::Fullsort {} => {
                lowered.extend(along_channels(channels, places, Layer::Sort { group: channels }));
            }
            Step::MaxminHalves {} => {
                if !channels.is_multiple_of(2) {
                    return refuse(format!("{channels} channels have no halves"));
                }
                lowered.extend(max_min_halves(features));
            }
            Step::MaxminConcat {} => {
                lowered.extend(max_min_concat(features));
                return Ok(shape.with_channels(2 * channels));
            }
            Step::Relu {} => lowered.push(Layer::Relu),
            Step::Abs {} => lowered.push(Layer::Abs),
            Step::Householder {} => {
                let theta = self.tensors.take(&format!("{name}.theta"))?;
                if theta.shape.len() != 1 || theta.values.len().checked_mul(2) != Some(channels) {
                    return refuse(format!("angles of shape {:?} for {channels} channels", theta.shape));
                }
                let angles =
                    theta.values.iter().flat_map(|angle| std::iter::repeat_n(*angle, places)).collect();
                lowered.push(Layer::Householder { angles });
            }
            Step::Avgpool { size, global } | Step::L2pool { size, global } => {
                let [channels, height, width] = image()?;
                let window = match (size, global) {
                    (None, true) => [height, width],
                    (Some(size), false) if (1..=height.min(width)).contains(size) => [*size, *size],
                    (Some(size), false) => return refuse(format!("windows of {size} in {height} x {width}")),
                    _ => return refuse("either a size or global".to_owned()),
                };
                let kind = if matches!(step, Step::Avgpool { .. }) { Pool::Average } else { Pool::L2 };
                lowered.push(Layer::Pool { windows: windows([channels, height, width], window), kind });
                return Ok(Shape::Image([channels, height / window[0], width / window[1]]));
            }
            Step::PixelUnshuffle { factor } | Step::PixelShuffle { factor } => {
                let image = image()?;
                let down = matches!(step, Step::PixelUnshuffle { .. });
                let after = if down { scaled_down(image, *factor) } else { scaled_up(image, *factor) };
                let Some(after) = after else { return refuse(format!("a factor of {factor} for {image:?}")) };
                let order = if down {
                    Rearrange::pixel_unshuffle(image, *factor)
                } else {
                    Rearrange::pixel_shuffle(image, *factor)
                };
                lowered.push(Layer::Select { from: order.map_err(at(place))?.from().to_vec() });
                return Ok(after);
            }
            Step::Flatten {} => return Ok(Shape::Flat(features)),
            Step::Scale { value } => lowered.push(Layer::Scale(*value)),
            Step::Residual { body, weight } => {
                let (mut inner, mut end) = (Vec::new(), shape);
                for (index, step) in body.iter().enumerate() {
                    end = self.lower(step, &format!("{name}.body.{index}"), end, &mut inner)?;
                }
                if end.features() != shape.features() {
                    return refuse(format!("{shape:?} goes into the body, {end:?} comes out"));
                }
                lowered.push(Layer::Residual { body: inner, weight: *weight });
            }
        }
        Ok(shape)
    }

    fn dense(&mut self, name: &str, place: &str, features: usize) -> Result<Dense, Error> {
        let weight = self.tensors.take(&format!("{name}.weight"))?;
        let [outputs, inputs] = weight.shape[..] else {
            return Err(at(place)(format!("a weight of shape {:?}, not outputs x inputs", weight.shape)));
        };
        if outputs == 0 || inputs != features {
            return Err(at(place)(format!("a weight of shape {:?} for {features} features", weight.shape)));
        }
        let bias = self.bias(name, place, outputs)?;
        Ok(Dense { outputs, inputs, weight: weight.values, bias })
    }

    fn convolution(&mut self, step: &Step, name: &str, place: &str) -> Result<Conv, Error> {
        let Step::Conv2d { input, stride, padding, padding_mode, groups } = step else {
            return Err(at(place)("not a convolution"));
        };
        let weight = self.tensors.take(&format!("{name}.weight"))?;
        let [outputs, channels, height, width] = weight.shape[..] else {
            let what = "not outputs x channels x height x width";
            return Err(at(place)(format!("a weight of shape {:?}, {what}", weight.shape)));
        };
        if channels.checked_mul(*groups) != Some(input[0]) {
            let what = format!("a weight of shape {:?} in {groups} groups for {input:?}", weight.shape);
            return Err(at(place)(what));
        }
        Ok(Conv {
            input: *input,
            outputs,
            kernel: [height, width],
            stride: *stride,
            padding: *padding,
            circular: *padding_mode == PaddingMode::Circular,
            groups: *groups,
            bias: self.bias(name, place, outputs)?,
            weight: weight.values,
        })
    }

    fn bias(&mut self, name: &str, place: &str, outputs: usize) -> Result<Vec<f64>, Error> {
        match self.tensors.take_if_there(&format!("{name}.bias"))? {
            None => Ok(Vec::new()),
            Some(bias) if bias.shape == [outputs] => Ok(bias.values),
            Some(bias) => Err(at(place)(format!("a bias of shape {:?} for {outputs} outputs", bias.shape))),
        }
    }
}

/// A layer on neighbours, applied to the channels at each place.
fn along_channels(channels: usize, places: usize, layer: Layer) -> Vec<Layer> {
    if places == 1 {
        return vec![layer];
    }
    let last = (0..places).flat_map(|place| (0..channels).map(move |channel| channel * places + place));
    let first = (0..channels).flat_map(|channel| (0..places).map(move |place| place * channels + channel));
    vec![Layer::Select { from: last.collect() }, layer, Layer::Select { from: first.collect() }]
}

/// Windows side by side in each channel; what is left over at the ends is in none.
fn windows([channels, height, width]: [usize; 3], [rows, columns]: [usize; 2]) -> Vec<Vec<usize>> {
    let mut windows = Vec::with_capacity(channels * (height / rows) * (width / columns));
    for channel in 0..channels {
        for y in 0..height / rows {
            for x in 0..width / columns {
                let place = |tap: usize| {
                    let (row, column) = (y * rows + tap / columns, x * columns + tap % columns);
                    (channel * height + row) * width + column
                };
                windows.push((0..rows * columns).map(place).collect());
            }
        }
    }
    windows
}
