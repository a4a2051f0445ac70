//! Lipschitz constants of networks, and radii of their decisions.

use crate::conv::{self, ConvCertificate};
use crate::distance::{self, Cost};
use crate::float::{add, div, larger, largest, mul, smaller, sqrt};
use crate::layer::Layer;
use crate::net::Net;
use crate::norm::{self, SpectralCertificate};
use crate::refusal::{Refusal, require};
use crate::{Interval, forward};

/// A network with constants that it was proved to respect.
///
/// Differences of inputs are measured in `l2`; those of outputs in `l2`, in `l-infinity`, or one output at a time.
#[derive(Debug, Clone)]
pub struct LipschitzNet<'a> {
    net: &'a Net,
    norms: Vec<f64>,
    bounds: Bounds,
    /// Constants of the map to the inputs of the last layer.
    before: Bounds,
}

/// Constants of the map from the inputs to one layer's outputs.
#[derive(Debug, Clone)]
struct Bounds {
    l2: f64,
    /// One entry an output; the constant to `l-infinity` is the largest.
    outputs: Vec<f64>,
}

/// A hint for the norm of a linear layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Hint {
    /// For a dense layer.
    Spectral(SpectralCertificate),
    /// For a convolution.
    Conv(ConvCertificate),
}

/// What a network decides at a point, and how far the point may move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// The class: with one output 1 when it is positive and 0 else; with more, the position of the largest one.
    pub class: usize,
    /// Every point closer than this in `l2` gets the same class, as a function of real numbers; 0 when the enclosures
    /// leave the class open.
    pub radius: f64,
}

/// Bounds a network's Lipschitz constants: the least product along compatible norms.
///
/// A dense layer maps `l2` to `l2` with its spectral norm, `l2` to `l-infinity` with its largest row norm and
/// `l-infinity` to itself with its largest absolute row sum; sorting, selecting, `max(x, 0)` and `|x|` keep both norms, pooling
/// and reflecting keep `l2`. `hints` has one entry a dense layer or convolution, in order, those of a residual's body in
/// their place; `None` uses the Frobenius norm, which convolutions do not have.
///
/// # Errors
/// When the number or kind of hints is not that of the layers, or the rule of one refuses it.
///
/// ```
/// use lip1_kernel::{net::{Dense, Layer, Net}, network};
/// let layer = Dense { outputs: 1, inputs: 2, weight: vec![0.6, 0.8], bias: vec![0.0] };
/// let net = Net::new(2, vec![Layer::Dense(layer)])?;
/// let bounded = network::lipschitz(&net, &[None])?;
/// assert!(bounded.l2() <= 1.0 + 1e-15);
/// let decision = bounded.decide(&[3.0, 4.0])?;
/// assert!(decision.class == 1 && 4.999 < decision.radius && decision.radius <= 5.0);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn lipschitz<'a>(net: &'a Net, hints: &[Option<Hint>]) -> Result<LipschitzNet<'a>, Refusal> {
    let mut bounds = Bounds { l2: 1.0, outputs: vec![1.0; net.inputs()] };
    let (mut norms, mut rest, mut before) = (Vec::new(), hints.iter(), bounds.clone());
    for layer in net.layers() {
        before.clone_from(&bounds);
        bounds.follow(layer, &mut rest, &mut norms)?;
    }
    crate::points::length("hints of linear layers", norms.len(), hints.len())?;
    Ok(LipschitzNet { net, norms, bounds, before })
}

impl Bounds {
    /// Goes on by one layer.
    fn follow(
        &mut self,
        layer: &Layer,
        hints: &mut std::slice::Iter<'_, Option<Hint>>,
        norms: &mut Vec<f64>,
    ) -> Result<(), Refusal> {
        match layer {
            Layer::Dense(dense) => {
                let norm = match hints.next() {
                    Some(Some(Hint::Spectral(hint))) => {
                        smaller(norm::spectral(dense, hint)?, norm::frobenius(dense))
                    }
                    Some(None) => norm::frobenius(dense),
                    _ => return require(false, "a dense layer takes a spectral hint or none"),
                };
                self.outputs = dense.rows().map(|(row, _)| self.through(row)).collect();
                self.scale_l2(norm, norms);
            }
            Layer::Conv(conv) => {
                let Some(Some(Hint::Conv(hint))) = hints.next() else {
                    return require(false, "a convolution takes a hint of its own");
                };
                let norm = conv::norm(conv, hint)?;
                self.outputs = vec![f64::INFINITY; conv.output()?.iter().product()];
                self.scale_l2(norm, norms);
            }
            Layer::Scale(factor) => {
                self.l2 = mul(self.l2, factor.abs()).1;
                self.outputs.iter_mut().for_each(|c| *c = mul(*c, factor.abs()).1);
            }
            Layer::Select { from } => self.outputs = from.iter().map(|&k| self.outputs[k]).collect(),
            Layer::Sort { group } => {
                for run in self.outputs.chunks_exact_mut(*group) {
                    run.fill(largest(run.iter().copied()));
                }
            }
            Layer::Pool { windows, .. } => self.outputs = vec![self.l2; windows.len()],
            Layer::Householder { .. } => self.outputs.fill(self.l2),
            Layer::Residual { body, weight } => {
                let mut inner = self.clone();
                body.iter().try_for_each(|layer| inner.follow(layer, hints, norms))?;
                let shares = (weight.abs(), (Interval::ONE - Interval::exact(*weight)).abs().upper());
                let mix = |a: f64, b: f64| add(mul(shares.0, a).1, mul(shares.1, b).1).1;
                self.l2 = mix(self.l2, inner.l2);
                self.outputs.iter_mut().zip(inner.outputs).for_each(|(a, b)| *a = mix(*a, b));
            }
            Layer::Relu | Layer::Abs => {}
        }
        self.outputs.iter_mut().for_each(|c| *c = smaller(*c, self.l2));
        Ok(())
    }

    fn scale_l2(&mut self, norm: f64, norms: &mut Vec<f64>) {
        self.l2 = mul(self.l2, norm).1;
        norms.push(norm);
    }

    /// The constant of a linear form of the outputs, from `l2` or from each on its own.
    fn through(&self, row: &[f64]) -> f64 {
        let apart = row.iter().zip(&self.outputs).fold(0.0, |sum, (w, c)| add(sum, mul(w.abs(), *c).1).1);
        smaller(mul(self.l2, norm::euclidean(row)).1, apart)
    }

    fn linf(&self) -> f64 {
        largest(self.outputs.iter().copied())
    }
}

impl LipschitzNet<'_> {
    /// The network.
    pub fn net(&self) -> &Net {
        self.net
    }

    /// Norm of every dense layer and convolution, from above.
    pub fn norms(&self) -> &[f64] {
        &self.norms
    }

    /// Constant from `l2` to `l2`.
    pub fn l2(&self) -> f64 {
        self.bounds.l2
    }

    /// Constant from `l2` to `l-infinity`: that of every single output.
    pub fn linf(&self) -> f64 {
        self.bounds.linf()
    }

    /// Constant of each output.
    pub fn outputs(&self) -> &[f64] {
        &self.bounds.outputs
    }

    /// The decision at `x` and the radius within which it can't change.
    ///
    /// One output `f`: `|f(x)| / L`. Several: the least over the other classes `b` of
    /// `(f_a - f_b)(x) / min(sqrt(2) L, L_a + L_b, L_ab)`, with `L` the constant from `l2` to `l2` and `L_a` that of output `a`; after
    /// a dense layer `L_ab` is that of the form `w_a - w_b` of its inputs, with the constants up to there.
    ///
    /// # Errors
    /// When `x` does not fit the network or is not finite.
    pub fn decide(&self, x: &[f64]) -> Result<Decision, Refusal> {
        self.decide_with(x, 0.0)
    }

    /// The decision at `x` when `taken_off` is taken off every margin.
    pub(crate) fn decide_with(&self, x: &[f64], taken_off: f64) -> Result<Decision, Refusal> {
        let values = forward::enclose(self.net, x)?;
        let Bounds { l2, outputs } = &self.bounds;
        if let [value] = values[..] {
            let class = usize::from(value.lower() > 0.0);
            let margin = larger(value.lower(), -value.upper());
            return Ok(Decision { class, radius: ratio_below(margin, taken_off, outputs[0]) });
        }
        let better = |best: usize, k: usize| if values[k].lower() > values[best].lower() { k } else { best };
        let class = (0..values.len()).fold(0, better);
        let joint = mul(*l2, sqrt(2.0).1).1;
        let radius = |other: usize| {
            let apart = smaller(add(outputs[class], outputs[other]).1, joint);
            let apart = smaller(apart, self.between(class, other));
            ratio_below((values[class] - values[other]).lower(), taken_off, apart)
        };
        let others = (0..values.len()).filter(|&other| other != class);
        Ok(Decision { class, radius: others.map(radius).fold(f64::INFINITY, smaller) })
    }

    /// The constant of the difference of two outputs of a dense layer at the end; infinite after another layer.
    fn between(&self, a: usize, b: usize) -> f64 {
        let Some(Layer::Dense(head)) = self.net.layers().last() else { return f64::INFINITY };
        let row = |k: usize| head.weight[k * head.inputs..(k + 1) * head.inputs].iter();
        let apart = |(a, b): (&f64, &f64)| (Interval::exact(*a) - Interval::exact(*b)).abs().upper();
        self.before.through(&row(a).zip(row(b)).map(apart).collect::<Vec<f64>>())
    }
}

/// `|f(x) - f(y)| / |x - y|` enclosed: its lower end is a lower bound on the Lipschitz constant in `l2`.
///
/// # Errors
/// When a point does not fit the network, is not finite, or both are the same.
pub fn quotient(net: &Net, x: &[f64], y: &[f64]) -> Result<Interval, Refusal> {
    let (at_x, at_y) = (forward::enclose(net, x)?, forward::enclose(net, y)?);
    let moved = at_x.iter().zip(at_y).fold(Interval::ZERO, |sum, (a, b)| sum + (*a - b).sqr()).sqrt();
    let apart = distance::enclose(x, y, Cost::L2);
    require(apart.lower() > 0.0, "the two points must differ").map(|()| moved / apart)
}

/// `(margin - taken_off) / constant` rounded down; 0 when that is not positive, infinite when the constant is 0.
fn ratio_below(margin: f64, taken_off: f64, constant: f64) -> f64 {
    let margin = add(margin, -taken_off).0;
    if margin.is_nan() || margin <= 0.0 {
        0.0
    } else if constant == 0.0 {
        f64::INFINITY
    } else {
        let ratio = div(margin, constant).0;
        if ratio > 0.0 { ratio } else { 0.0 }
    }
}
