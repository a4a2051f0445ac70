//! The plain description of a network: what certificates and piece counts are about.

use crate::Refusal;
use crate::conv::Conv;
use crate::points::{finite, length};
use crate::refusal::require;

/// One primitive of a network; a network applies its layers in order. A new one must not pass unnoticed by what reads, writes or
/// follows networks, so the list is exhaustive.
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

/// Largest width: a list of numbers, one an entry, fits into memory, whatever sizes a file claims.
const LARGEST_WIDTH: usize = 1 << 26;

fn not_too_wide(width: usize) -> Result<(), Refusal> {
    if width > LARGEST_WIDTH { Err(Refusal::Overflow { what: "width of a network" }) } else { Ok(()) }
}

/// Checks one layer at an input width and returns its output width.
fn check(layer: &Layer, width: usize) -> Result<usize, Refusal> {
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
