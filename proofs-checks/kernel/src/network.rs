//! Lipschitz constants of networks, and radii of their decisions.

use crate::float::{div, mul, sqrt};
use crate::net::{Layer, Net};
use crate::norm::{self, SpectralCertificate};
use crate::refusal::Refusal;
use crate::{Interval, forward};

/// A network with constants that it was proved to respect.
///
/// Differences of inputs are measured in `l2`; those of outputs in `l2`, in `l-infinity`, or one output at a time.
#[derive(Debug, Clone)]
pub struct LipschitzNet<'a> {
    net: &'a Net,
    norms: Vec<f64>,
    l2: f64,
    linf: f64,
    outputs: Vec<f64>,
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
/// `l-infinity` to itself with its largest absolute row sum; sorting, selecting, `max(x, 0)` and `|x|` keep both norms.
/// `hints` has one entry a dense layer, in order; `None` uses the Frobenius norm.
///
/// # Errors
/// When the number of hints is not that of dense layers, or [`norm::spectral`] refuses one.
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
pub fn lipschitz<'a>(
    net: &'a Net,
    hints: &[Option<SpectralCertificate>],
) -> Result<LipschitzNet<'a>, Refusal> {
    let dense = net.layers().iter().filter(|layer| matches!(layer, Layer::Dense(_))).count();
    crate::points::length("certificates of dense layers", dense, hints.len())?;
    let mut hints = hints.iter();
    let mut bounds =
        LipschitzNet { net, norms: Vec::new(), l2: 1.0, linf: 1.0, outputs: vec![1.0; net.inputs()] };
    for layer in net.layers() {
        match layer {
            Layer::Dense(dense) => {
                let norm = match hints.next() {
                    Some(Some(hint)) => norm::spectral(dense, hint)?.min(norm::frobenius(dense)),
                    _ => norm::frobenius(dense),
                };
                let (l2, linf) = (bounds.l2, bounds.linf);
                bounds.outputs = dense
                    .rows()
                    .map(|(row, _)| mul(l2, norm::euclidean(row)).1.min(mul(linf, norm::absolute(row)).1))
                    .collect();
                bounds.l2 = mul(l2, norm).1;
                bounds.norms.push(norm);
            }
            Layer::Scale(factor) => {
                bounds.l2 = mul(bounds.l2, factor.abs()).1;
                for output in &mut bounds.outputs {
                    *output = mul(*output, factor.abs()).1;
                }
            }
            Layer::Select { from } => bounds.outputs = from.iter().map(|&k| bounds.outputs[k]).collect(),
            Layer::Sort { group } => {
                for run in bounds.outputs.chunks_exact_mut(*group) {
                    let largest = run.iter().fold(0.0_f64, |m, c| m.max(*c));
                    run.fill(largest);
                }
            }
            Layer::Relu | Layer::Abs => {}
        }
        bounds.linf = bounds.outputs.iter().fold(0.0, |m: f64, c| m.max(*c)).min(bounds.l2);
        for output in &mut bounds.outputs {
            *output = output.min(bounds.l2);
        }
    }
    Ok(bounds)
}

impl LipschitzNet<'_> {
    /// The network.
    #[must_use]
    pub fn net(&self) -> &Net {
        self.net
    }

    /// Spectral norm of every dense layer, from above.
    #[must_use]
    pub fn norms(&self) -> &[f64] {
        &self.norms
    }

    /// Constant from `l2` to `l2`.
    #[must_use]
    pub fn l2(&self) -> f64 {
        self.l2
    }

    /// Constant from `l2` to `l-infinity`: that of every single output.
    #[must_use]
    pub fn linf(&self) -> f64 {
        self.linf
    }

    /// Constant of each output.
    #[must_use]
    pub fn outputs(&self) -> &[f64] {
        &self.outputs
    }

    /// The decision at `x` and the radius within which it can't change.
    ///
    /// One output `f`: `|f(x)| / L`. Several: the least over the other classes `b` of
    /// `(f_a - f_b)(x) / min(sqrt(2) L, L_a + L_b)`, with `L` the constant from `l2` to `l2` and `L_a` that of output `a`.
    ///
    /// # Errors
    /// When `x` does not fit the network or is not finite.
    pub fn decide(&self, x: &[f64]) -> Result<Decision, Refusal> {
        let values = forward::enclose(self.net, x)?;
        if let [value] = values[..] {
            let class = usize::from(value.lower() > 0.0);
            let margin = value.lower().max(-value.upper());
            return Ok(Decision { class, radius: ratio_below(margin, self.outputs[0].min(self.l2)) });
        }
        let order = |a: &usize, b: &usize| values[*a].lower().total_cmp(&values[*b].lower()).then(b.cmp(a));
        let class = (0..values.len()).max_by(order).unwrap_or(0);
        let joint = mul(self.l2, sqrt(2.0).1).1;
        let radius = (0..values.len())
            .filter(|&other| other != class)
            .map(|other| {
                let apart = Interval::point(self.outputs[class]) + Interval::point(self.outputs[other]);
                ratio_below((values[class] - values[other]).lower(), apart.upper().min(joint))
            })
            .fold(f64::INFINITY, f64::min);
        Ok(Decision { class, radius })
    }
}

/// `margin / constant` rounded down; 0 when the margin is not positive, infinite when the constant is 0.
fn ratio_below(margin: f64, constant: f64) -> f64 {
    if margin.is_nan() || margin <= 0.0 {
        0.0
    } else if constant == 0.0 {
        f64::INFINITY
    } else {
        div(margin, constant).0.max(0.0)
    }
}
