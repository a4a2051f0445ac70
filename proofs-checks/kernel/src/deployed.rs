//! Decisions of a network as it runs: in a floating-point format, with rounded inputs, weights and operations.

use crate::decision::{Arithmetic, Decision};
use crate::float::{add, inflate, mul, sqrt};
pub use crate::format::Format;
use crate::layer::{Layer, Pool};
use crate::network::LipschitzNet;
use crate::refusal::require;
use crate::{Interval, Refusal, Theorem, conv, forward, norm};

/// What is known of the values that enter a layer, for all inputs of a ball.
#[derive(Clone)]
struct State {
    /// The exact values at the centre.
    centre: Vec<Interval>,
    /// Lipschitz constant of the exact network so far.
    constant: f64,
    /// `l2` distance of the computed values from the exact ones, anywhere in the ball.
    error: f64,
}

/// The decision at `x` and a radius that hold for every round-to-nearest evaluation in `format`, sums in any order, fused or not, at
/// every point of the open ball; inputs and weights may be rounded to the format first.
///
/// A layer multiplies the `l2` error of what enters it by its norm and adds at most `gamma (|| |W| ||_F M + |b|)`, where `M` bounds the
/// computed values on the ball; sorting, selecting, `max(x, 0)` and `|x|` are exact. The error at the end, `sqrt(2)` times it
/// for a difference of two outputs, is taken off the margin. A number that the format may not hold leaves an infinite error, which
/// nothing that follows makes smaller.
///
/// Not covered: convolutions by other products (Winograd, Fourier), products in a shorter format inside (TF32), subnormal numbers
/// flushed to 0.
///
/// # Errors
/// When `x` does not fit the network, or a layer computes functions whose rounding is not specified (Householder angles).
///
/// ```
/// use lip1_kernel::{deployed::{self, Format}, net::{Dense, Layer, Net}, network};
/// let layer = Dense { outputs: 1, inputs: 2, weight: vec![0.6, 0.8], bias: vec![0.0] };
/// let net = Net::new(2, vec![Layer::Dense(layer)])?;
/// let bounded = network::lipschitz(&net, &[None])?;
/// let radius = |format| deployed::decide(&bounded, &[3.0, 4.0], format).map(|decision| decision.radius());
/// assert!(4.99999 < radius(Format::F32)? && radius(Format::F32)? < radius(Format::F64)?);
/// assert!(radius(Format::F64)? < bounded.decide(&[3.0, 4.0])?.radius());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn decide<'a>(
    net: &Theorem<LipschitzNet<'a>>,
    x: &[f64],
    format: Format,
) -> Result<Theorem<Decision<'a>>, Refusal> {
    let radius = net.decide(x)?.radius();
    let centre: Vec<Interval> = x.iter().map(|&v| Interval::exact(v)).collect();
    let mut state = State { centre, constant: 1.0, error: 0.0 };
    state.round(1, state.size(radius), format);
    let mut norms = net.norms().iter();
    for layer in net.net().layers() {
        state.follow(layer, &mut norms, radius, format)?;
    }
    let outputs = if state.centre.len() == 1 { 1.0 } else { 2.0 };
    net.decide_in(Arithmetic::Format(format), x, mul(sqrt(outputs).1, state.error).1)
}

impl State {
    /// Bounds the `l2` norm of the computed values, anywhere in the ball.
    fn size(&self, radius: f64) -> f64 {
        let square = self.centre.iter().fold(Interval::ZERO, |sum, v| sum + v.sqr());
        add(add(square.sqrt().upper(), mul(self.constant, radius).1).1, self.error).1
    }

    /// Adds the error of values that take `roundings` each, with absolute values of `l2` norm `size` before they cancel. Underflow adds
    /// the smallest number a rounding; of a weight, times what it multiplies, which `size` or `large` bounds.
    fn round(&mut self, roundings: usize, size: f64, format: Format) {
        let underflow = inflate(format.tiny * roundings as f64 * self.centre.len() as f64, 4);
        let relative =
            if size <= format.large { mul(format.gamma(roundings), size).1 } else { f64::INFINITY };
        self.error = add(add(self.error, relative).1, underflow).1;
    }

    fn follow(
        &mut self,
        layer: &Layer,
        norms: &mut std::slice::Iter<'_, f64>,
        radius: f64,
        format: Format,
    ) -> Result<(), Refusal> {
        let (size, before) = (self.size(radius), self.clone());
        let mut overflows = before.error.is_infinite() || !format.holds(layer);
        self.centre = forward::apply(layer, std::mem::take(&mut self.centre));
        let mut linear = |state: &mut Self, norm: Option<f64>, frobenius: f64, bias: f64, terms: usize| {
            let norm = norm.or_else(|| norms.next().copied()).unwrap_or(f64::INFINITY);
            state.constant = mul(state.constant, norm).1;
            state.error = mul(state.error, norm).1;
            // Weights that underflow lose a smallest number each, at every value that they multiply.
            let lost = mul(mul(format.tiny, (terms * state.centre.len()) as f64).1, size).1;
            state.error = add(state.error, lost).1;
            // The weight, its product, the sum and the bias are rounded.
            state.round(terms + 3, add(mul(frobenius, size).1, bias).1, format);
        };
        match layer {
            Layer::Dense(dense) => {
                let frobenius = norm::euclidean(&dense.weight);
                linear(self, None, frobenius, norm::euclidean(&dense.bias), dense.inputs);
            }
            Layer::Conv(conv) => {
                let repeats = conv::multiplicity(conv)?.sqrt().upper();
                let [_, rows, columns] = conv.output()?;
                let bias = mul(norm::euclidean(&conv.bias), sqrt((rows * columns) as f64).1).1;
                let frobenius = mul(norm::euclidean(&conv.weight), repeats).1;
                linear(self, None, frobenius, bias, conv.weight.len() / conv.outputs);
            }
            Layer::Scale(factor) => linear(self, Some(factor.abs()), factor.abs(), 0.0, 1),
            Layer::Pool { windows, kind } => {
                let terms = windows.iter().map(Vec::len).max().unwrap_or(0);
                self.round(terms + 5, size, format);
                // Squares below the smallest number vanish.
                let lost = sqrt(mul(format.tiny, 2.0 * (terms * windows.len()) as f64).1).1;
                self.error = add(self.error, if *kind == Pool::L2 { lost } else { 0.0 }).1;
            }
            Layer::Residual { body, weight } => {
                let mut inner = before.clone();
                body.iter().try_for_each(|layer| inner.follow(layer, norms, radius, format))?;
                let shares = (weight.abs(), (Interval::ONE - Interval::exact(*weight)).abs().upper());
                let mix = |a: f64, b: f64| add(mul(shares.0, a).1, mul(shares.1, b).1).1;
                self.constant = mix(before.constant, inner.constant);
                overflows |= inner.error.is_infinite();
                let inner_size = inner.size(radius);
                // A share that underflows loses a smallest number, and so does 1 - share.
                let lost = mul(format.tiny, add(size, inner_size).1).1;
                self.error = add(mix(before.error, inner.error), lost).1;
                // 1 - weight takes over the error of the rounded weight, which need not be small beside it.
                self.round(6, add(mix(size, inner_size), mul(shares.0, inner_size).1).1, format);
            }
            Layer::Householder { .. } => {
                require(false, "the rounding of sines and cosines is not specified")?
            }
            Layer::Sort { .. } | Layer::Select { .. } | Layer::Relu | Layer::Abs => {}
        }
        if overflows {
            self.error = f64::INFINITY;
        }
        Ok(())
    }
}
