//! Lipschitz constants of networks.

use crate::conv::{self, ConvCertificate};
use crate::distance::{self, Cost};
use crate::float::{add, largest, mul, smaller};
use crate::layer::Layer;
use crate::net::Net;
use crate::norm::{self, SpectralCertificate};
use crate::refusal::{in_order, require};
use crate::sizes::Sizes;
use crate::{Interval, Refusal, Theorem, forward};

/// A network with constants that it was proved to respect.
///
/// Differences of inputs are measured in `l2`; those of outputs in `l2`, in `l-infinity`, or one output at a time.
#[derive(Debug, Clone)]
pub struct LipschitzNet<'a> {
    net: &'a Net,
    norms: Vec<f64>,
    sizes: Vec<Sizes>,
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
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn lipschitz<'a>(net: &'a Net, hints: &[Option<Hint>]) -> Result<Theorem<LipschitzNet<'a>>, Refusal> {
    let mut bounds = Bounds { l2: 1.0, outputs: vec![1.0; net.inputs()] };
    let (mut linear, mut rest, mut before) = (Vec::new(), hints.iter(), bounds.clone());
    for layer in net.layers() {
        before.clone_from(&bounds);
        bounds.follow(layer, &mut rest, &mut linear)?;
    }
    crate::points::length("hints of linear layers", linear.len(), hints.len())?;
    let (norms, sizes) = linear.into_iter().unzip();
    Ok(Theorem::new(LipschitzNet { net, norms, sizes, bounds, before }))
}

impl Bounds {
    /// Goes on by one layer.
    fn follow(
        &mut self,
        layer: &Layer,
        hints: &mut std::slice::Iter<'_, Option<Hint>>,
        linear: &mut Vec<(f64, Sizes)>,
    ) -> Result<(), Refusal> {
        match layer {
            Layer::Dense(dense) => {
                let norm = match hints.next() {
                    Some(Some(Hint::Spectral(hint))) => {
                        smaller(norm::spectral(dense, hint)?.upper, norm::euclidean(&dense.weight))
                    }
                    Some(None) => norm::frobenius(dense)?.upper,
                    _ => return require(false, "a dense layer takes a spectral hint or none"),
                };
                self.outputs = dense.rows().map(|(row, _)| self.through(row)).collect();
                self.l2 = mul(self.l2, norm).1;
                linear.push((norm, Sizes::of_dense(dense)));
            }
            Layer::Conv(conv) => {
                let Some(Some(Hint::Conv(hint))) = hints.next() else {
                    return require(false, "a convolution takes a hint of its own");
                };
                let norm = conv::norm(conv, hint)?.upper;
                self.outputs = vec![f64::INFINITY; conv.output()?.iter().product()];
                self.l2 = mul(self.l2, norm).1;
                linear.push((norm, Sizes::of_conv(conv)?));
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
                body.iter().try_for_each(|layer| inner.follow(layer, hints, linear))?;
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

    /// The constant of a linear form of the outputs, from `l2` or from each on its own.
    fn through(&self, row: &[f64]) -> f64 {
        let apart = row.iter().zip(&self.outputs).fold(0.0, |sum, (w, c)| add(sum, mul(w.abs(), *c).1).1);
        smaller(mul(self.l2, norm::euclidean(row)).1, apart)
    }

    fn linf(&self) -> f64 {
        largest(self.outputs.iter().copied())
    }
}

impl<'a> LipschitzNet<'a> {
    /// The network.
    pub fn net(&self) -> &'a Net {
        self.net
    }

    /// Norm of every dense layer and convolution, from above.
    pub fn norms(&self) -> &[f64] {
        &self.norms
    }

    /// The same, each with the sizes of its layer.
    pub(crate) fn linear(&self) -> std::iter::Zip<std::slice::Iter<'_, f64>, std::slice::Iter<'_, Sizes>> {
        self.norms.iter().zip(&self.sizes)
    }

    /// Constant from `l2` to `l2`; with one output its own.
    pub fn l2(&self) -> f64 {
        if let [single] = self.bounds.outputs[..] { single } else { self.bounds.l2 }
    }

    /// Constant from `l2` to `l-infinity`: that of every single output.
    pub fn linf(&self) -> f64 {
        self.bounds.linf()
    }

    /// Constant of each output.
    pub fn outputs(&self) -> &[f64] {
        &self.bounds.outputs
    }

    /// The constant of the difference of two outputs of a dense layer at the end; infinite after another layer.
    pub(crate) fn between(&self, a: usize, b: usize) -> f64 {
        let Some(Layer::Dense(head)) = self.net.layers().last() else { return f64::INFINITY };
        let row = |k: usize| head.weight[k * head.inputs..(k + 1) * head.inputs].iter();
        let apart = |(a, b): (&f64, &f64)| (Interval::exact(*a) - Interval::exact(*b)).abs().upper();
        self.before.through(&row(a).zip(row(b)).map(apart).collect::<Vec<f64>>())
    }
}

impl Theorem<LipschitzNet<'_>> {
    /// The constant from `l2` to `l2`, exactly.
    pub fn upper_bound(&self) -> Interval {
        Interval::exact(self.l2())
    }

    /// The constant from `l2` to `l-infinity`, exactly.
    pub fn linf_upper_bound(&self) -> Interval {
        Interval::exact(self.linf())
    }

    /// The constant of output `k`, exactly.
    pub fn output_upper_bound(&self, k: usize) -> Option<Interval> {
        self.outputs().get(k).map(|constant| Interval::exact(*constant))
    }
}

/// How steep a network is between two points, in `l2`: `|f(x) - f(y)| / |x - y|`, at most its Lipschitz constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotient<'a> {
    /// The network.
    pub net: &'a Net,
    /// The points, which differ.
    pub points: [Vec<f64>; 2],
    /// The quotient, enclosed.
    pub value: Interval,
}

impl Theorem<Quotient<'_>> {
    /// The quotient.
    pub fn enclosure(&self) -> Interval {
        self.value
    }

    /// What the Lipschitz constant is at least, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.value.lower())
    }
}

/// Encloses `|f(x) - f(y)| / |x - y|`: its lower end is a lower bound on the Lipschitz constant in `l2`.
///
/// # Errors
/// When a point does not fit the network, is not finite, or both are the same.
pub fn quotient<'a>(net: &'a Net, x: &[f64], y: &[f64]) -> Result<Theorem<Quotient<'a>>, Refusal> {
    let (at_x, at_y) = (forward::enclose(net, x)?, forward::enclose(net, y)?);
    let pairs = at_x.values.iter().zip(&at_y.values);
    let moved = pairs.fold(Interval::ZERO, |sum, (a, b)| sum + (*a - *b).sqr()).sqrt();
    let apart = distance::enclose(x, y, Cost::L2);
    require(apart.lower() > 0.0, "the two points must differ")?;
    Ok(Theorem::new(Quotient { net, points: [x.to_vec(), y.to_vec()], value: moved / apart }))
}

/// Two numbers with the Lipschitz constant of a network in `l2` between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConstantBracket<'a> {
    /// The network.
    pub net: &'a Net,
    /// At most the constant.
    pub lower: f64,
    /// At least the constant.
    pub upper: f64,
}

impl Theorem<ConstantBracket<'_>> {
    /// Where the constant lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.lower, self.upper)
    }

    /// The lower end, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.lower)
    }

    /// The upper end, exactly.
    pub fn upper_bound(&self) -> Interval {
        Interval::exact(self.upper)
    }
}

/// Brackets the Lipschitz constant of a network by a pair of points and by its bound.
///
/// # Errors
/// When the two are about different networks, or contradict each other.
pub fn bracket<'a>(
    lower: &Theorem<Quotient<'a>>,
    upper: &Theorem<LipschitzNet<'a>>,
) -> Result<Theorem<ConstantBracket<'a>>, Refusal> {
    let same = std::ptr::eq(lower.net, upper.net) || lower.net == upper.net;
    require(same, "both ends must be of one network")?;
    let (lower, net, upper) = (largest([lower.value.lower()]), upper.net, upper.l2());
    in_order("Lipschitz constant", lower, upper)?;
    Ok(Theorem::new(ConstantBracket { net, lower, upper }))
}
