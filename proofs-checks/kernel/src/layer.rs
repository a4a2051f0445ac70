//! The layers of a network as plain data, and the shapes that they ask for.

use crate::Refusal;
use crate::points::{finite, length};
use crate::refusal::require;

/// One primitive of a network; a network applies its layers in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// `x -> W x + b`.
    Dense(Dense),
    /// Sorts each run of `group` neighbouring entries in ascending order; GroupSort, and FullSort when the group is
    /// the whole width.
    Sort {
        /// Length of a run; it divides the width.
        group: usize,
    },
    /// Entry `k` of the output is entry `from[k]` of the input; no entry is taken twice.
    Select {
        /// Positions in the input.
        from: Vec<usize>,
    },
    /// `max(x, 0)`, entry by entry.
    Relu,
    /// `|x|`, entry by entry.
    Abs,
    /// `x -> factor x`.
    Scale(f64),
    /// A convolution in two dimensions.
    Conv(Conv),
    /// One output a window of entries; the windows are disjoint.
    Pool {
        /// Positions of the entries of each window.
        windows: Vec<Vec<usize>>,
        /// What is made of a window.
        kind: Pool,
    },
    /// Householder activation: with `v = (sin(t/2), -cos(t/2))`, the pair of entry `k` of the first half and entry `k` of the
    /// second, `z`, becomes `z - 2 max(<v, z>, 0) v`: reflected to one side of a line.
    Householder {
        /// The angles `t`, half as many as entries.
        angles: Vec<f64>,
    },
    /// `x -> weight x + (1 - weight) body(x)`.
    Residual {
        /// Layers from and to the same width.
        body: Vec<Layer>,
        /// Share of the input.
        weight: f64,
    },
}

/// What a [`Layer::Pool`] makes of a window `z` of `n` entries; both are 1-Lipschitz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// `sum z / sqrt(n)`.
    Average,
    /// The Euclidean norm.
    L2,
}

/// A dense layer: `outputs x inputs` weights, row-major, and a bias of length `outputs`, or an empty one for none.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// Number of rows of the weight.
    pub outputs: usize,
    /// Number of columns of the weight.
    pub inputs: usize,
    /// The weight, row-major.
    pub weight: Vec<f64>,
    /// The bias; empty for none.
    pub bias: Vec<f64>,
}

impl Dense {
    /// Row `k` of the weight with its bias, when the shape fits.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[f64], f64)> {
        let bias = self.bias.iter().copied().chain(std::iter::repeat(0.0));
        self.weight.chunks_exact(self.inputs.max(1)).zip(bias)
    }

    /// Refuses sizes of 0 and a weight of another size than `outputs x inputs`.
    pub(crate) fn check_shape(&self) -> Result<(), Refusal> {
        if self.outputs == 0 || self.inputs == 0 {
            return Err(Refusal::Empty { what: "a side of a weight" });
        }
        let size = self.outputs.checked_mul(self.inputs).ok_or(Refusal::Overflow { what: "weight size" })?;
        length("weight", size, self.weight.len())
    }
}

/// A convolution (cross-correlation, as in deep learning): input `channels x height x width`, output likewise, both in that order.
#[derive(Debug, Clone, PartialEq)]
pub struct Conv {
    /// Channels, height and width of the input.
    pub input: [usize; 3],
    /// Channels of the output.
    pub outputs: usize,
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Step between windows, both ways.
    pub stride: usize,
    /// Rows and columns added on every side.
    pub padding: usize,
    /// Whether the padding repeats the input periodically; it is 0 else.
    pub circular: bool,
    /// Number of groups that input and output channels are split into.
    pub groups: usize,
    /// `outputs x channels / groups x kernel`, row-major.
    pub weight: Vec<f64>,
    /// One number an output channel; empty for none.
    pub bias: Vec<f64>,
}

impl Conv {
    /// Channels, height and width of the output.
    ///
    /// # Errors
    /// When the numbers don't fit together or are not finite.
    pub fn output(&self) -> Result<[usize; 3], Refusal> {
        let [channels, height, width] = self.input;
        let Self { outputs, kernel, stride, padding, groups, .. } = self;
        let factors = [channels, height, width, *outputs, kernel[0], kernel[1], *stride, *groups];
        if factors.contains(&0) {
            return Err(Refusal::Empty { what: "a size of a convolution" });
        }
        let divided = channels.is_multiple_of(*groups) && outputs.is_multiple_of(*groups);
        require(divided, "groups must divide both numbers of channels")?;
        let side = |size: usize, kernel: usize| {
            let padded = padding.checked_mul(2).and_then(|p| p.checked_add(size))?;
            Some(padded.checked_sub(kernel)? / stride + 1)
        };
        let too_large = Refusal::Hypothesis { why: "the kernel must fit into the padded input" };
        let rows = side(height, kernel[0]).ok_or(too_large.clone())?;
        let columns = side(width, kernel[1]).ok_or(too_large)?;
        let product = |what, factors: &[usize]| {
            let product = factors.iter().try_fold(1_usize, |p, f| p.checked_mul(*f));
            product.ok_or(Refusal::Overflow { what })
        };
        for shape in [&self.input, &[*outputs, rows, columns]] {
            not_too_wide(product("size of a convolution", shape)?)?;
        }
        let weights = product("weight size", &[*outputs, channels / groups, kernel[0], kernel[1]])?;
        length("weight", weights, self.weight.len())?;
        if !self.bias.is_empty() {
            length("bias", *outputs, self.bias.len())?;
        }
        finite("weight", &self.weight)?;
        finite("bias", &self.bias)?;
        Ok([*outputs, rows, columns])
    }

    /// Where a tap of a window lies along an axis of the input that has `size` places, if it does.
    pub(crate) fn place(&self, window: usize, tap: usize, size: usize) -> Option<usize> {
        let padded = window * self.stride + tap;
        if self.circular {
            // Remainders first: the difference stays above 0 and no sum overflows.
            Some((padded % size + size - self.padding % size) % size)
        } else {
            padded.checked_sub(self.padding).filter(|place| *place < size)
        }
    }

    /// Where tap `(ky, kx)` of the window at `(y, x)` of the output lies in a channel of the input, if it does.
    fn source(&self, [y, x]: [usize; 2], tap: [usize; 2]) -> Option<usize> {
        let [_, height, width] = self.input;
        Some(self.place(y, tap[0], height)? * width + self.place(x, tap[1], width)?)
    }

    /// Places in a channel of the input, tap after tap, of the window at `place` of the output.
    pub(crate) fn window(&self, place: [usize; 2]) -> impl Iterator<Item = Option<usize>> {
        let [rows, columns] = self.kernel;
        (0..rows * columns).map(move |tap| self.source(place, [tap / columns, tap % columns]))
    }

    /// The weights of a group as a matrix: its output channels times its input channels and taps.
    pub(crate) fn group(&self, group: usize) -> Dense {
        let outputs = self.outputs / self.groups;
        let inputs = self.weight.len() / self.outputs;
        let weight = self.weight[group * outputs * inputs..(group + 1) * outputs * inputs].to_vec();
        Dense { outputs, inputs, weight, bias: Vec::new() }
    }
}

/// Largest width: a list of numbers, one an entry, fits into memory, whatever sizes a file claims.
const LARGEST_WIDTH: usize = 1 << 26;

pub(crate) fn not_too_wide(width: usize) -> Result<(), Refusal> {
    if width > LARGEST_WIDTH { Err(Refusal::Overflow { what: "width of a network" }) } else { Ok(()) }
}

/// Checks one layer at an input width and returns its output width.
pub(crate) fn check(layer: &Layer, width: usize) -> Result<usize, Refusal> {
    let width = output_width(layer, width)?;
    not_too_wide(width).map(|()| width)
}

fn output_width(layer: &Layer, width: usize) -> Result<usize, Refusal> {
    match layer {
        Layer::Dense(dense) => {
            length("dense inputs", width, dense.inputs)?;
            dense.check_shape()?;
            if !dense.bias.is_empty() {
                length("bias", dense.outputs, dense.bias.len())?;
            }
            finite("weight", &dense.weight)?;
            finite("bias", &dense.bias)?;
            Ok(dense.outputs)
        }
        Layer::Sort { group } => {
            require(*group > 0 && width.is_multiple_of(*group), "a sort group must divide the width")?;
            Ok(width)
        }
        Layer::Select { from } => {
            distinct(from, width)?;
            if from.is_empty() { Err(Refusal::Empty { what: "select" }) } else { Ok(from.len()) }
        }
        Layer::Relu | Layer::Abs => Ok(width),
        Layer::Scale(factor) => finite("scale", &[*factor]).map(|()| width),
        Layer::Conv(conv) => {
            let output = conv.output()?;
            length("inputs of a convolution", width, conv.input.iter().product())?;
            Ok(output.iter().product())
        }
        Layer::Pool { windows, .. } => {
            distinct(windows.iter().flatten(), width)?;
            if windows.is_empty() || windows.iter().any(Vec::is_empty) {
                return Err(Refusal::Empty { what: "window" });
            }
            Ok(windows.len())
        }
        Layer::Householder { angles } => {
            finite("angles", angles)?;
            length("inputs of pairs", 2 * angles.len(), width).map(|()| width)
        }
        Layer::Residual { body, weight } => {
            finite("weight of a residual", &[*weight])?;
            let output = body.iter().try_fold(width, |width, layer| check(layer, width))?;
            length("outputs of a residual's body", width, output).map(|()| width)
        }
    }
}

/// Refuses positions that lie outside the width or repeat.
fn distinct<'a>(positions: impl IntoIterator<Item = &'a usize>, width: usize) -> Result<(), Refusal> {
    let mut taken = vec![false; width];
    for &index in positions {
        match taken.get_mut(index) {
            None => return Err(Refusal::Index { what: "positions", index, limit: width }),
            Some(taken) => require(!std::mem::replace(taken, true), "an entry is taken twice")?,
        }
    }
    Ok(())
}
