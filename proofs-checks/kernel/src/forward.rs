//! Forward enclosures: where the outputs of a network at a point lie, in real arithmetic.

use crate::float::{TINY, U, add, inflate, mul, sort};
use crate::layer::{Conv, Dense, Layer, Pool};
use crate::net::Net;
use crate::points::{finite, length};
use crate::series::sin_cos;
use crate::{Interval, Refusal, Theorem};

/// Where the outputs of a network at a point lie, as a function of real numbers with the stored weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Outputs<'a> {
    /// The network.
    pub net: &'a Net,
    /// The point.
    pub point: Vec<f64>,
    /// One enclosure an output.
    pub values: Vec<Interval>,
}

/// Encloses every output of `net` at `x`.
///
/// Cost: two multiplications and additions a weight.
///
/// # Errors
/// When `x` has another length than the network has inputs, or is not finite.
///
/// ```
/// use lip1_kernel::{forward, net::{Dense, Layer, Net}};
/// let layer = Dense { outputs: 1, inputs: 2, weight: vec![0.5, -2.0], bias: vec![1.0] };
/// let net = Net::new(2, vec![Layer::Dense(layer)])?;
/// let y = forward::enclose(&net, &[4.0, 0.25])?;
/// assert!(y.values[0].contains(2.5) && y.values[0].width() < 1e-14);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn enclose<'a>(net: &'a Net, x: &[f64]) -> Result<Theorem<Outputs<'a>>, Refusal> {
    length("input", net.inputs(), x.len())?;
    finite("input", x)?;
    let values = run(net.layers(), x.iter().map(|&v| Interval::exact(v)).collect());
    Ok(Theorem::new(Outputs { net, point: x.to_vec(), values }))
}

fn run(layers: &[Layer], values: Vec<Interval>) -> Vec<Interval> {
    layers.iter().fold(values, |values, layer| apply(layer, values))
}

pub(crate) fn apply(layer: &Layer, mut values: Vec<Interval>) -> Vec<Interval> {
    match layer {
        Layer::Dense(dense) => affine(dense, &values),
        Layer::Conv(conv) => convolve(conv, &values),
        Layer::Sort { group } => {
            // The k-th smallest of a run is monotone in every entry: sort the lower and the upper ends apart.
            for run in values.chunks_exact_mut(*group) {
                let mut lower: Vec<f64> = run.iter().map(|v| v.lower()).collect();
                let mut upper: Vec<f64> = run.iter().map(|v| v.upper()).collect();
                sort(&mut lower);
                sort(&mut upper);
                for (value, (lo, hi)) in run.iter_mut().zip(lower.into_iter().zip(upper)) {
                    *value = Interval::ends(lo, hi);
                }
            }
            values
        }
        Layer::Select { from } => from.iter().map(|&k| values[k]).collect(),
        Layer::Relu => values.into_iter().map(|v| v.max(Interval::ZERO)).collect(),
        Layer::Abs => values.into_iter().map(Interval::abs).collect(),
        Layer::Scale(factor) => values.into_iter().map(|v| v * Interval::exact(*factor)).collect(),
        Layer::Pool { windows, kind } => {
            let sum = |window: &[usize], term: fn(Interval) -> Interval| {
                window.iter().fold(Interval::ZERO, |sum, &k| sum + term(values[k]))
            };
            let pool = |window: &Vec<usize>| match kind {
                Pool::L2 => sum(window, Interval::sqr).sqrt(),
                Pool::Average => sum(window, |v| v) / Interval::integer(window.len() as u128).sqrt(),
            };
            windows.iter().map(pool).collect()
        }
        Layer::Householder { angles } => {
            let (first, second) = values.split_at_mut(angles.len());
            for ((a, b), angle) in first.iter_mut().zip(second).zip(angles) {
                let (sin, cos) = sin_cos(Interval::exact(*angle) / Interval::exact(2.0));
                let twice = (sin * *a - cos * *b).max(Interval::ZERO) * Interval::exact(2.0);
                (*a, *b) = (*a - twice * sin, *b + twice * cos);
            }
            values
        }
        Layer::Residual { body, weight } => mix(*weight, &values, &run(body, values.clone())),
    }
}

/// `weight x + (1 - weight) y`.
pub(crate) fn mix(weight: f64, x: &[Interval], y: &[Interval]) -> Vec<Interval> {
    let share = Interval::exact(weight);
    x.iter().zip(y).map(|(x, y)| share * *x + (Interval::ONE - share) * *y).collect()
}

/// An interval vector `m + [-r, r]` prepared for dot products: `m` and `q = gamma |m| + r`.
///
/// A dot product `<w, m>` of length `n`, computed in any order, errs by at most `gamma_n sum |w m|` with
/// `gamma_n = n u / (1 - n u)`; so the exact `<w, x>` lies within `sum |w| q` of the computed `<w, m>`, with
/// `gamma = gamma_{n+2}`. Underflow adds at most `TINY` a product.
struct Prepared {
    middle: Vec<f64>,
    spread: Vec<f64>,
}

impl Prepared {
    fn new(x: &[Interval], terms: usize) -> Self {
        let gamma = inflate((terms as f64 + 2.0) * U, terms);
        let middle: Vec<f64> = x.iter().map(|v| 0.5 * v.lower() + 0.5 * v.upper()).collect();
        let radius = |(v, m): (&Interval, &f64)| {
            let radius = (Interval::exact(*m) - *v).abs().upper();
            add(mul(gamma, m.abs()).1, radius).1
        };
        let spread = x.iter().zip(&middle).map(radius).collect();
        Self { middle, spread }
    }

    /// Encloses `<w, x> + bias`.
    fn dot(&self, weight: &[f64], bias: f64) -> Interval {
        let (mut dot, mut radius) = ([0.0; LANES], [0.0; LANES]);
        let (weights, last) = weight.as_chunks::<LANES>();
        let ((middles, last_middle), (spreads, last_spread)) =
            (self.middle.as_chunks::<LANES>(), self.spread.as_chunks::<LANES>());
        for ((w, m), q) in weights.iter().zip(middles).zip(spreads) {
            for lane in 0..LANES {
                dot[lane] += w[lane] * m[lane];
                radius[lane] += w[lane].abs() * q[lane];
            }
        }
        let lanes = dot.iter_mut().zip(&mut radius);
        for ((dot, radius), ((w, m), q)) in lanes.zip(last.iter().zip(last_middle).zip(last_spread)) {
            *dot += w * m;
            *radius += w.abs() * q;
        }
        let terms = weight.len();
        let radius = inflate(radius.iter().sum(), terms + LANES) + 8.0 * terms as f64 * TINY;
        let radius = Interval::ends(-radius.next_up(), radius.next_up());
        Interval::exact(dot.iter().sum()) + radius + Interval::exact(bias)
    }
}

/// Partial sums that a dot product keeps, so that it can use vector instructions.
const LANES: usize = 8;

fn affine(dense: &Dense, x: &[Interval]) -> Vec<Interval> {
    let x = Prepared::new(x, dense.inputs);
    dense.rows().map(|(row, bias)| x.dot(row, bias)).collect()
}

fn convolve(conv: &Conv, x: &[Interval]) -> Vec<Interval> {
    let Ok([outputs, rows, columns]) = conv.output() else { return Vec::new() };
    let [channels, height, width] = conv.input;
    let (channels, outputs) = (channels / conv.groups, outputs / conv.groups);
    let terms = conv.weight.len() / conv.outputs;
    let mut values = vec![Interval::ZERO; conv.outputs * rows * columns];
    for place in 0..rows * columns {
        let window: Vec<Option<usize>> = conv.window([place / columns, place % columns]).collect();
        for group in 0..conv.groups {
            let channel = |c: usize| &x[(group * channels + c) * height * width..];
            let patch: Vec<Interval> = (0..channels)
                .flat_map(|c| window.iter().map(move |at| at.map_or(Interval::ZERO, |at| channel(c)[at])))
                .collect();
            let patch = Prepared::new(&patch, terms);
            for output in group * outputs..(group + 1) * outputs {
                let bias = conv.bias.get(output).copied().unwrap_or(0.0);
                let weight = &conv.weight[output * terms..(output + 1) * terms];
                values[output * rows * columns + place] = patch.dot(weight, bias);
            }
        }
    }
    values
}
