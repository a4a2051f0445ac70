//! What a network decides at a point, and how far the point may move.

pub use crate::format::{Arithmetic, Format};

use crate::float::{add, div, larger, mul, smaller, sqrt};
use crate::net::Net;
use crate::network::LipschitzNet;
use crate::{Interval, Refusal, Theorem, forward};

/// A decision that does not change within a ball: every point closer than the radius in `l2` gets the same class, in the arithmetic
/// that it names.
///
/// With one output the class is 1 when it is positive and 0 else; with more it is the position of the largest one. The radius is 0
/// when the enclosures leave the class open, and infinite when the decision is the same everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<'a> {
    net: &'a Net,
    point: Vec<f64>,
    arithmetic: Arithmetic,
    class: usize,
    radius: f64,
}

impl<'a> Decision<'a> {
    /// The network that decides.
    pub fn net(&self) -> &'a Net {
        self.net
    }

    /// The point at which it decides, the centre of the ball.
    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// What the network computes with.
    pub fn arithmetic(&self) -> Arithmetic {
        self.arithmetic
    }

    /// The class.
    pub fn class(&self) -> usize {
        self.class
    }

    /// The radius of the ball.
    pub fn radius(&self) -> f64 {
        self.radius
    }
}

impl Theorem<Decision<'_>> {
    /// The radius, exactly; the whole line when it is infinite.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.radius)
    }

    /// Where the largest such radius lies; it says nothing when the class is open.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.radius, f64::INFINITY)
    }
}

impl<'a> Theorem<LipschitzNet<'a>> {
    /// The decision at `x` and the radius within which it can't change, in real arithmetic.
    ///
    /// One output `f`: `|f(x)| / L`. Several: the least over the other classes `b` of
    /// `(f_a - f_b)(x) / min(sqrt(2) L, L_a + L_b, L_ab)`, with `L` the constant from `l2` to `l2` and `L_a` that of output `a`; after
    /// a dense layer `L_ab` is that of the form `w_a - w_b` of its inputs, with the constants up to there.
    ///
    /// # Errors
    /// When `x` does not fit the network or is not finite.
    ///
    /// ```
    /// use lip1_kernel::{net::{Dense, Layer, Net}, network};
    /// let layer = Dense { outputs: 1, inputs: 2, weight: vec![0.6, 0.8], bias: vec![0.0] };
    /// let net = Net::new(2, vec![Layer::Dense(layer)])?;
    /// let decision = network::lipschitz(&net, &[None])?.decide(&[3.0, 4.0])?;
    /// assert!(decision.class() == 1 && 4.999 < decision.radius() && decision.radius() <= 5.0);
    /// # Ok::<(), lip1_kernel::Refusal>(())
    /// ```
    pub fn decide(&self, x: &[f64]) -> Result<Theorem<Decision<'a>>, Refusal> {
        self.decide_in(Arithmetic::Real, x, 0.0)
    }

    /// The decision at `x` in an arithmetic whose errors make a margin smaller by at most `taken_off`.
    pub(crate) fn decide_in(
        &self,
        arithmetic: Arithmetic,
        x: &[f64],
        taken_off: f64,
    ) -> Result<Theorem<Decision<'a>>, Refusal> {
        let net = self.net();
        let outputs = forward::enclose(net, x)?;
        let (class, radius) = self.ball(&outputs.values, taken_off);
        Ok(Theorem::new(Decision { net, point: x.to_vec(), arithmetic, class, radius }))
    }

    /// The class of some outputs and the radius of its ball, when `taken_off` is taken off every margin.
    fn ball(&self, values: &[Interval], taken_off: f64) -> (usize, f64) {
        let constants = self.outputs();
        if let [value] = values {
            let margin = larger(value.lower(), -value.upper());
            return (usize::from(value.lower() > 0.0), ratio_below(margin, taken_off, constants[0]));
        }
        let better = |best: usize, k: usize| if values[k].lower() > values[best].lower() { k } else { best };
        let class = (0..values.len()).fold(0, better);
        let joint = mul(self.l2(), sqrt(2.0).1).1;
        let radius = |other: usize| {
            let apart = smaller(add(constants[class], constants[other]).1, joint);
            let apart = smaller(apart, self.between(class, other));
            ratio_below((values[class] - values[other]).lower(), taken_off, apart)
        };
        let others = (0..values.len()).filter(|&other| other != class);
        (class, others.map(radius).fold(f64::INFINITY, smaller))
    }
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
