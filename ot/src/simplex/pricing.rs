//! How negative the reduced cost of an entering arc must be.

use crate::tolerance;

/// The threshold of pricing: a few units in the last place, wider once the pivots do nothing but chase rounding errors.
///
/// Strongly feasible trees do not cycle in exact arithmetic. In floating point a long run of pivots on reduced costs near
/// the threshold is taken for noise, and the threshold doubles: the method ends, with potentials that are that much off.
#[derive(Debug)]
pub(crate) struct PricingTolerance {
    value: f64,
    patience: usize,
    run: usize,
}

/// Reduced costs this many times the threshold are no noise.
const CLEAR: f64 = 256.0;

impl PricingTolerance {
    /// For costs up to `largest` on a network of `nodes` nodes.
    pub(crate) fn new(largest: f64, nodes: usize) -> Self {
        Self { value: tolerance::pricing(largest), patience: 4 * nodes, run: 0 }
    }

    pub(crate) fn value(&self) -> f64 {
        self.value
    }

    /// Whether a violation is so small that drift of the potentials may have made it.
    pub(crate) fn is_within_noise(&self, violation: f64) -> bool {
        violation <= CLEAR * self.value
    }

    /// Takes note of a pivot on an arc that violates its constraint by `violation`.
    pub(crate) fn observe(&mut self, violation: f64) {
        self.run = if self.is_within_noise(violation) { self.run + 1 } else { 0 };
        if self.run > self.patience {
            self.value *= 2.0;
            self.run = 0;
        }
    }
}
