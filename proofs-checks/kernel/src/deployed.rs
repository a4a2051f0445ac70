//! Decisions of a network as it runs: in a floating-point format, with rounded inputs, weights and operations.

use std::iter::Zip;
use std::slice::Iter;

use crate::decision::{Arithmetic, Decision};
use crate::float::{add, div, larger, largest, mul, smaller, sqrt};
pub use crate::format::Format;
use crate::format::Precision;
use crate::growth::Growth;
use crate::layer::{Layer, Pool};
use crate::network::LipschitzNet;
use crate::points::{finite, length};
use crate::refusal::require;
use crate::sizes::Sizes;
use crate::{Interval, Refusal, Theorem, forward, norm};

/// What is known of the values that enter a layer, at a point at distance `d` of the centre.
#[derive(Clone)]
struct State {
    /// The exact values at the centre.
    centre: Vec<Interval>,
    /// Lipschitz constant of the exact network so far.
    constant: f64,
    /// `l2` distance of the computed values from the exact ones.
    error: Growth,
    /// No number computed so far overflows at points that are closer.
    reach: f64,
}

/// The decision at `x` and a radius that hold for every evaluation in `format`, as [`Format`] models it, at every point of the open ball.
///
/// A layer multiplies the `l2` error of what enters it by its norm and adds what it rounds itself: of sums of products at most
/// `gamma (|| |W| ||_F M + |b|)`, where `M` bounds the computed values, and `|W' - W|_F M` for weights that are stored as others;
/// sorting, selecting, `max(x, 0)` and `|x|` are exact. Since `M = |f(x)| + L d + error` at distance `d`, every bound is a line
/// `at + rate d`. With `E + e d` the error of the outputs (`sqrt(2)` times it for a difference of two) and `m` the margin at `x`, the
/// computed margin at distance `d` is above 0 for `d < (m - E) / (L + e)`, if nothing overflows: each number that is rounded is bounded by a
/// line, too, and the radius ends where the first of them may reach the largest number of its format. So it is finite even where the real
/// one is infinite, and 0 where numbers may overflow at `x` itself.
///
/// Cost: one pass over the weights.
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
/// assert!(4.8 < radius(Format::BF16_F32)? && radius(Format::BF16)? < radius(Format::BF16_F32)?);
/// assert!(radius(Format::F64)? < bounded.decide(&[3.0, 4.0])?.radius());
/// // Always 1: until an input overflows.
/// let constant = Dense { outputs: 1, inputs: 2, weight: vec![0.0; 2], bias: vec![1.0] };
/// let net = Net::new(2, vec![Layer::Dense(constant)])?;
/// let bounded = network::lipschitz(&net, &[None])?;
/// assert_eq!(deployed::decide(&bounded, &[3.0, 4.0], Format::F16)?.radius(), 65_500.0);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn decide<'a>(
    net: &Theorem<LipschitzNet<'a>>,
    x: &[f64],
    format: Format,
) -> Result<Theorem<Decision<'a>>, Refusal> {
    length("input", net.net().inputs(), x.len())?;
    finite("input", x)?;
    let centre = x.iter().map(|&v| Interval::exact(v)).collect();
    let mut state = State { centre, constant: 1.0, error: Growth::ZERO, reach: f64::INFINITY };
    state.keeps(state.entry(), format.storage);
    state.rounded(format.storage.unit, 0.0, format);
    let mut linear = net.linear();
    for layer in net.net().layers() {
        state.follow(layer, &mut linear, format)?;
    }
    let outputs = if state.centre.len() == 1 { 1.0 } else { sqrt(2.0).1 };
    let error = state.error.times(outputs);
    Ok(net.decided(Arithmetic::Format(format), x, &state.centre, error, state.reach))
}

impl State {
    /// The `l2` norm of the computed values.
    fn size(&self) -> Growth {
        let values: Vec<f64> = self.centre.iter().map(|v| v.abs().upper()).collect();
        Growth { at: norm::euclidean(&values), rate: self.constant }.plus(self.error)
    }

    /// The largest of them.
    fn entry(&self) -> Growth {
        Growth { at: largest(self.centre.iter().map(|v| v.abs().upper())), rate: self.constant }
            .plus(self.error)
    }

    /// Numbers up to that one are rounded.
    fn keeps(&mut self, numbers: Growth, precision: Precision) {
        self.reach = smaller(self.reach, numbers.reach(precision.largest));
    }

    /// Adds what rounding the values, and what stands `beside` them before it cancels, takes from them.
    fn rounded(&mut self, relative: f64, beside: f64, format: Format) {
        let size = self.size().plus(Growth::constant(beside));
        self.add_error(size.times(relative), 1, format);
    }

    /// Adds an error, and that of some roundings of each value that underflow: half the smallest number each, at most doubled by what follows.
    fn add_error(&mut self, error: Growth, roundings: usize, format: Format) {
        let each = mul(format.storage.tiny, roundings as f64).1;
        let underflow = mul(each, sqrt(self.centre.len() as f64).1).1;
        self.error = self.error.plus(error).plus(Growth::constant(underflow));
    }

    fn follow(
        &mut self,
        layer: &Layer,
        linear: &mut Zip<Iter<'_, f64>, Iter<'_, Sizes>>,
        format: Format,
    ) -> Result<(), Refusal> {
        if !format.holds(layer) {
            self.reach = 0.0;
        }
        let (size, entry, storage) = (self.size(), self.entry(), format.storage);
        if let Layer::Residual { body, weight } = layer {
            let mut inner = self.clone();
            body.iter().try_for_each(|layer| inner.follow(layer, linear, format))?;
            self.mix(&inner, *weight, format);
            return Ok(());
        }
        self.centre = forward::apply(layer, std::mem::take(&mut self.centre));
        match layer {
            Layer::Dense(_) | Layer::Conv(_) => match linear.next() {
                Some((norm, sizes)) => self.sum_products(size, *norm, sizes, format),
                None => self.reach = 0.0,
            },
            Layer::Scale(factor) => {
                let lost = storage.lost(*factor);
                let largest = add(factor.abs(), lost).1;
                self.constant = mul(self.constant, factor.abs()).1;
                self.error = self.error.times(factor.abs()).plus(size.times(lost));
                // The product, and storing it.
                self.add_error(size.times(largest).times(format.gamma(1, 1)), 1, format);
                self.keeps(entry.times(largest), storage);
            }
            Layer::Pool { windows, kind } => {
                let terms = windows.iter().map(Vec::len).max().unwrap_or(0);
                self.pool(terms, *kind, size, entry, format);
            }
            Layer::Householder { .. } => {
                require(false, "the rounding of sines and cosines is not specified")?
            }
            // A residual was dealt with above; the others round nothing.
            Layer::Residual { .. } | Layer::Sort { .. } | Layer::Select { .. } | Layer::Relu | Layer::Abs => {
            }
        }
        Ok(())
    }

    /// `W x + b`, of values of that size.
    ///
    /// The weights and the bias are rounded. Of a sum of `n` terms in any order, each term takes part in its product and at most `n - 1`
    /// additions, so that a partial sum is within `gamma` times the sum of the absolute values of its terms; an underflowing product loses half
    /// the smallest number more, at most doubled by later roundings. The sum is stored; a bias may also be added to the stored product:
    /// one operation more, and what is stored first is `y - b`.
    fn sum_products(&mut self, size: Growth, norm: f64, sizes: &Sizes, format: Format) {
        let Format { storage, accumulate, .. } = format;
        let (weight_lost, bias_lost) = sizes.lost(storage);
        let bias = add(sizes.bias, bias_lost).1;
        let gamma = format.gamma(sizes.roundings, 0);
        let swollen = add(1.0, gamma).1;
        let underflow = mul(mul(sizes.roundings as f64, sizes.outputs).1, mul(accumulate.tiny, swollen).1).1;
        let terms = size.times(add(sizes.frobenius, weight_lost).1).plus(Growth::constant(bias));
        self.constant = mul(self.constant, norm).1;
        self.error = self.error.times(norm).plus(size.times(weight_lost)).plus(terms.times(gamma));
        self.error = self.error.plus(Growth::constant(add(bias_lost, underflow).1));
        // The largest partial sum, errors included.
        let entry = size.times(add(sizes.row, weight_lost).1);
        let entry = entry.plus(Growth::constant(add(sizes.bias_entry, bias_lost).1)).times(swollen);
        let entry = entry.plus(Growth::constant(underflow));
        self.keeps(entry, accumulate);
        if format.narrows() {
            // What is stored is bounded by its terms, rounded twice, and by the exact values with their errors.
            let twice = add(1.0, format.gamma(1, 2)).1;
            let stored = entry.times(twice).plus(Growth::constant(mul(4.0, storage.tiny).1));
            let mut store = |operations: usize, bias: f64, bias_entry: f64| {
                self.rounded(format.gamma(operations, 1), bias, format);
                let exact = self.entry().plus(Growth::constant(bias_entry));
                let reach = larger(exact.reach(storage.largest), stored.reach(storage.largest));
                self.reach = smaller(self.reach, reach);
            };
            if bias > 0.0 {
                store(0, bias, sizes.bias_entry);
            }
            store(usize::from(bias > 0.0), 0.0, 0.0);
        }
    }

    /// Pooling of windows of up to `terms` values, of that size and with entries up to that one.
    ///
    /// Relative errors apply to the pool of the absolute values, which is at most `size`; those under a root count half. Of a mean times the
    /// root of the count: `terms - 1` additions, a rounded reciprocal and a product, a rounded count, a root and a product; the root of
    /// a mean of squares has a square and a root besides. Stored are sum, reciprocal, mean, count, root and product; of squares, which are
    /// stored too, the first half of these under the root. What underflows before the mean is multiplied by the root of the count:
    /// `2 sqrt(terms) + 2` of the smallest number, doublings included, at most `terms + 6`. Under the root of a sum or mean of squares it is
    /// `4 (terms + 1)`, of which the root adds to the result.
    fn pool(&mut self, terms: usize, kind: Pool, size: Growth, entry: Growth, format: Format) {
        let (storage, count) = (format.storage, terms as f64);
        let gamma = format.gamma(terms.saturating_add(6), 6);
        let swollen = add(1.0, gamma).1;
        self.add_error(size.times(gamma), terms.saturating_add(6), format);
        let underflow = mul(storage.tiny, 4.0 * (count + 1.0)).1;
        let sum = match kind {
            Pool::Average => entry.times(mul(count, swollen).1).reach(storage.largest),
            Pool::L2 => {
                let lost = sqrt(mul(underflow, self.centre.len() as f64).1).1;
                self.error = self.error.plus(Growth::constant(lost));
                let square = div(add(storage.largest, -underflow).0, mul(count, swollen).1).0;
                entry.reach(sqrt(square).0)
            }
        };
        // A reciprocal of the count that underflows has no relative error.
        let exact = mul(count, storage.normal).1 <= 1.0;
        self.reach = smaller(self.reach, if exact { sum } else { 0.0 });
    }

    /// `a x + (1 - a) body(x)`, of which both are known.
    ///
    /// The share is rounded, and `1 - a` from it or from `a`: an operation and a store. (Where that underflows, `a` is stored as 1, and loses as
    /// much.) Then two products, stored, and their sum, stored.
    fn mix(&mut self, body: &Self, weight: f64, format: Format) {
        let storage = format.storage;
        let (size, inner, entry) = (self.size(), body.size(), self.entry());
        let rest = (Interval::ONE - Interval::exact(weight)).abs().upper();
        let share = weight.abs();
        let share_lost = storage.lost(weight);
        let rest_lost = add(share_lost, mul(format.gamma(1, 1), add(rest, share_lost).1).1).1;
        let shares = (add(share, share_lost).1, add(rest, rest_lost).1);
        let mixed = |x: Growth, y: Growth| x.times(shares.0).plus(y.times(shares.1));
        self.centre = forward::mix(weight, &self.centre, &body.centre);
        self.constant = add(mul(share, self.constant).1, mul(rest, body.constant).1).1;
        self.error = self.error.times(share).plus(body.error.times(rest));
        self.error = self.error.plus(size.times(share_lost)).plus(inner.times(rest_lost));
        let gamma = format.gamma(2, 2);
        self.add_error(mixed(size, inner).times(gamma), 4, format);
        self.reach = body.reach;
        self.keeps(Growth::constant(shares.1), storage);
        let sum = mixed(entry, body.entry()).times(add(1.0, gamma).1);
        self.keeps(sum.plus(Growth::constant(mul(4.0, storage.tiny).1)), storage);
    }
}
