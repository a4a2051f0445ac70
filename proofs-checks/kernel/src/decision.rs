//! What a network decides at a point, and how far the point may move.

pub use crate::format::{Arithmetic, Format};

use crate::float::{add, larger, mul, smaller, sqrt};
use crate::growth::Growth;
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
    /// a dense layer `L_ab` is that of the form `w_a - w_b` of its inputs, with the constants up to there. Cost: that of
    /// [`forward::enclose`], and some operations a weight of the last layer.
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
        let outputs = forward::enclose(self.net(), x)?;
        Ok(self.decided(Arithmetic::Real, x, &outputs.values, Growth::ZERO, f64::INFINITY))
    }

    /// The decision at `x`, where the exact outputs are `values`, in an arithmetic whose errors make a margin smaller by at most `error`, at
    /// points closer than `reach`.
    pub(crate) fn decided(
        &self,
        arithmetic: Arithmetic,
        x: &[f64],
        values: &[Interval],
        error: Growth,
        reach: f64,
    ) -> Theorem<Decision<'a>> {
        let (class, radius) = self.ball(values, error);
        let radius = smaller(radius, reach);
        // A NaN, of which nothing is known, is not above 0.
        let radius = if radius > 0.0 { radius } else { 0.0 };
        Theorem::new(Decision { net: self.net(), point: x.to_vec(), arithmetic, class, radius })
    }

    /// The class of some outputs and the radius of its ball, when `error` is taken off every margin.
    ///
    /// At distance `d` a margin is at least `margin - constant d`, and what is computed of it at least `error.at + error.rate d` less.
    fn ball(&self, values: &[Interval], error: Growth) -> (usize, f64) {
        let constants = self.outputs();
        let reach = |margin, constant| error.plus(Growth { at: 0.0, rate: constant }).reach(margin);
        if let [value] = values {
            let margin = larger(value.lower(), -value.upper());
            return (usize::from(value.lower() > 0.0), reach(margin, constants[0]));
        }
        let better = |best: usize, k: usize| if values[k].lower() > values[best].lower() { k } else { best };
        let class = (0..values.len()).fold(0, better);
        let joint = mul(self.l2(), sqrt(2.0).1).1;
        let radius = |other: usize| {
            let apart = smaller(add(constants[class], constants[other]).1, joint);
            let apart = smaller(apart, self.between(class, other));
            reach((values[class] - values[other]).lower(), apart)
        };
        let others = (0..values.len()).filter(|&other| other != class);
        (class, others.map(radius).fold(f64::INFINITY, smaller))
    }
}
