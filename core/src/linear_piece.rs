//! The affine piece of a network around a point.

use lip1_kernel::conv::Conv;
use lip1_kernel::net::{Dense, Layer, Net, Pool};

use crate::error::Error;

/// A network at a point, with its derivative there, in fast arithmetic: for searches, not for proofs.
///
/// Every layer is affine around almost every point, but for the Euclidean norm, of which this holds the derivative. Where
/// several pieces meet, one of them is taken.
///
/// # Examples
/// ```
/// use lip1_core::LinearPiece;
/// use lip1_kernel::net::{Dense, Layer, Net};
/// let layer = Dense { outputs: 2, inputs: 1, weight: vec![2.0, -3.0], bias: vec![] };
/// let net = Net::new(1, vec![Layer::Dense(layer), Layer::Relu])?;
/// let piece = LinearPiece::at(&net, &[1.0])?;
/// assert_eq!(piece.value(), [2.0, 0.0]);
/// assert_eq!(piece.jvp(&[1.0]), [2.0, 0.0]);
/// assert_eq!(piece.vjp(&[1.0, 1.0]), [2.0]);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinearPiece<'a> {
    value: Vec<f64>,
    maps: Vec<Map<'a>>,
}

/// A linear map.
#[derive(Debug, Clone)]
enum Map<'a> {
    Dense(&'a Dense),
    Conv(&'a Conv),
    Sparse(Sparse),
    /// Share of the input, and the map of the body.
    Residual(f64, Vec<Map<'a>>),
}

/// A matrix with few entries, row after row.
#[derive(Debug, Clone)]
struct Sparse {
    columns: usize,
    ends: Vec<usize>,
    entries: Vec<(usize, f64)>,
}

impl<'a> LinearPiece<'a> {
    /// The piece of a network around `x`.
    ///
    /// # Errors
    /// When `x` has another length than the network has inputs.
    pub fn at(net: &'a Net, x: &[f64]) -> Result<Self, Error> {
        if x.len() != net.inputs() {
            return Err(Error::Shape { what: "features of a point", expected: net.inputs(), found: x.len() });
        }
        let (value, maps) = follow(net.layers(), x.to_vec());
        Ok(Self { value, maps })
    }

    /// The outputs at the point.
    pub fn value(&self) -> &[f64] {
        &self.value
    }

    /// The derivative in a direction (inputs), one number an output.
    pub fn jvp(&self, direction: &[f64]) -> Vec<f64> {
        jvp(&self.maps, direction.to_vec())
    }

    /// The gradient of a combination of the outputs, one number an input.
    pub fn vjp(&self, slope: &[f64]) -> Vec<f64> {
        vjp(&self.maps, slope.to_vec())
    }
}

fn follow<'a>(layers: &'a [Layer], mut x: Vec<f64>) -> (Vec<f64>, Vec<Map<'a>>) {
    let mut maps = Vec::with_capacity(layers.len());
    for layer in layers {
        let (value, map) = step(layer, x);
        maps.push(map);
        x = value;
    }
    (x, maps)
}

fn step(layer: &Layer, x: Vec<f64>) -> (Vec<f64>, Map<'_>) {
    // Of layers without an offset at the point, row after row.
    let mut map = Sparse { columns: x.len(), ends: Vec::with_capacity(x.len()), entries: Vec::new() };
    match layer {
        Layer::Dense(dense) => {
            let map = Map::Dense(dense);
            let mut y = map.jvp(&x);
            y.iter_mut().zip(&dense.bias).for_each(|(y, b)| *y += b);
            return (y, map);
        }
        Layer::Conv(conv) => {
            let map = Map::Conv(conv);
            let mut y = map.jvp(&x);
            if !conv.bias.is_empty() {
                let places = y.len() / conv.outputs.max(1);
                let channels = y.chunks_exact_mut(places.max(1)).zip(&conv.bias);
                channels.for_each(|(channel, b)| channel.iter_mut().for_each(|y| *y += b));
            }
            return (y, map);
        }
        Layer::Residual { body, weight } => {
            let (inner, maps) = follow(body, x.clone());
            let y = x.iter().zip(inner).map(|(x, y)| weight * x + (1.0 - weight) * y).collect();
            return (y, Map::Residual(*weight, maps));
        }
        Layer::Sort { group } => {
            for (run, entries) in x.chunks_exact(*group).enumerate() {
                let mut order: Vec<usize> = (0..*group).collect();
                order.sort_by(|a, b| entries[*a].total_cmp(&entries[*b]));
                order.iter().for_each(|k| map.row([(run * group + k, 1.0)]));
            }
        }
        Layer::Select { from } => from.iter().for_each(|k| map.row([(*k, 1.0)])),
        Layer::Relu => {
            x.iter().enumerate().for_each(|(k, x)| map.row([(k, if *x > 0.0 { 1.0 } else { 0.0 })]));
        }
        Layer::Abs => {
            x.iter().enumerate().for_each(|(k, x)| map.row([(k, if *x < 0.0 { -1.0 } else { 1.0 })]));
        }
        Layer::Scale(factor) => (0..x.len()).for_each(|k| map.row([(k, *factor)])),
        Layer::Pool { windows, kind } => {
            for window in windows {
                let norm = match kind {
                    Pool::Average => (window.len() as f64).sqrt(),
                    Pool::L2 => window.iter().map(|k| x[*k] * x[*k]).sum::<f64>().sqrt(),
                };
                // At 0 any direction is as steep as another.
                let share = |k: usize| match kind {
                    Pool::Average => 1.0 / norm,
                    Pool::L2 if norm > 0.0 => x[k] / norm,
                    Pool::L2 => 0.0,
                };
                map.row(window.iter().map(|k| (*k, share(*k))));
            }
        }
        Layer::Householder { angles } => {
            let half = angles.len();
            let mut second = Vec::with_capacity(half);
            for (k, angle) in angles.iter().enumerate() {
                let (a, b) = ((angle / 2.0).sin(), -(angle / 2.0).cos());
                let twice = if a * x[k] + b * x[half + k] > 0.0 { 2.0 } else { 0.0 };
                map.row([(k, 1.0 - twice * a * a), (half + k, -twice * a * b)]);
                second.push([(k, -twice * a * b), (half + k, 1.0 - twice * b * b)]);
            }
            second.into_iter().for_each(|row| map.row(row));
        }
    }
    (map.jvp(&x), Map::Sparse(map))
}

fn jvp(maps: &[Map<'_>], x: Vec<f64>) -> Vec<f64> {
    maps.iter().fold(x, |x, map| map.jvp(&x))
}

fn vjp(maps: &[Map<'_>], slope: Vec<f64>) -> Vec<f64> {
    maps.iter().rev().fold(slope, |slope, map| map.vjp(&slope))
}

impl Map<'_> {
    fn jvp(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Map::Dense(dense) => {
                let rows = dense.weight.chunks_exact(dense.inputs);
                rows.map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum()).collect()
            }
            Map::Conv(conv) => {
                let mut y = vec![0.0; conv.output().map_or(0, |output| output.iter().product())];
                taps(conv, |output, input, weight| y[output] += weight * x[input]);
                y
            }
            Map::Sparse(map) => map.jvp(x),
            Map::Residual(weight, body) => {
                let inner = jvp(body, x.to_vec());
                x.iter().zip(inner).map(|(x, y)| weight * x + (1.0 - weight) * y).collect()
            }
        }
    }

    fn vjp(&self, slope: &[f64]) -> Vec<f64> {
        match self {
            Map::Dense(dense) => {
                let mut gradient = vec![0.0; dense.inputs];
                for (row, s) in dense.weight.chunks_exact(dense.inputs).zip(slope) {
                    gradient.iter_mut().zip(row).for_each(|(g, w)| *g += s * w);
                }
                gradient
            }
            Map::Conv(conv) => {
                let mut gradient = vec![0.0; conv.input.iter().product()];
                taps(conv, |output, input, weight| gradient[input] += weight * slope[output]);
                gradient
            }
            Map::Sparse(map) => map.vjp(slope),
            Map::Residual(weight, body) => {
                let inner = vjp(body, slope.to_vec());
                slope.iter().zip(inner).map(|(s, g)| weight * s + (1.0 - weight) * g).collect()
            }
        }
    }
}

/// Calls `visit(output, input, weight)` for every product of a convolution.
fn taps(conv: &Conv, mut visit: impl FnMut(usize, usize, f64)) {
    let Ok([_, rows, columns]) = conv.output() else { return };
    let ([channels, height, width], [tall, wide]) = (conv.input, conv.kernel);
    let (channels, outputs) = (channels / conv.groups, conv.outputs / conv.groups);
    let place = |window: usize, tap: usize, size: usize| {
        let padded = window * conv.stride + tap;
        if conv.circular {
            Some((padded % size + size - conv.padding % size) % size)
        } else {
            padded.checked_sub(conv.padding).filter(|place| *place < size)
        }
    };
    for (index, weight) in conv.weight.iter().enumerate() {
        let (tap_x, rest) = (index % wide, index / wide);
        let (tap_y, rest) = (rest % tall, rest / tall);
        let (channel, output) = (rest % channels, rest / channels);
        let channel = output / outputs * channels + channel;
        for y in 0..rows {
            let Some(row) = place(y, tap_y, height) else { continue };
            for x in 0..columns {
                if let Some(column) = place(x, tap_x, width) {
                    visit(
                        (output * rows + y) * columns + x,
                        (channel * height + row) * width + column,
                        *weight,
                    );
                }
            }
        }
    }
}

impl Sparse {
    fn row(&mut self, entries: impl IntoIterator<Item = (usize, f64)>) {
        self.entries.extend(entries);
        self.ends.push(self.entries.len());
    }

    fn rows(&self) -> impl Iterator<Item = &[(usize, f64)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.entries[start..*end])
    }

    fn jvp(&self, x: &[f64]) -> Vec<f64> {
        self.rows().map(|row| row.iter().map(|(k, a)| a * x[*k]).sum()).collect()
    }

    fn vjp(&self, slope: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; self.columns];
        for (row, s) in self.rows().zip(slope) {
            row.iter().for_each(|(k, a)| gradient[*k] += a * s);
        }
        gradient
    }
}
