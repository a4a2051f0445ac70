//! Compensated sums with a running error bound.

use crate::Interval;
use crate::float::{TINY, U, two_prod, two_sum};

/// A sum of numbers and of products, as if in twice the precision, that knows an enclosure of its exact value.
///
/// Every rounding error is captured by an error-free transformation and added to a second sum; only the roundings of
/// that second sum are bounded, by `n u` times the sum of absolute values of what it adds. Source: Ogita, Rump,
/// Oishi (2005), algorithm 5.8, with the running bound in place of the condition number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sum {
    high: f64,
    low: f64,
    low_abs: f64,
    terms: f64,
}

impl Sum {
    /// Adds `x`.
    pub(crate) fn add(&mut self, x: f64) {
        let (s, e) = two_sum(self.high, x);
        self.high = s;
        self.correct(e);
    }

    /// Adds `a * b`. Where the product overflows or a factor exceeds `1e280`, the enclosure becomes the whole line.
    pub(crate) fn add_product(&mut self, a: f64, b: f64) {
        if a == 0.0 || b == 0.0 {
            return;
        }
        let (p, e) = two_prod(a, b);
        self.add(p);
        self.correct(e);
        if p.abs() < 1e-280 {
            // Splitting may have lost up to 8 TINY; the bound multiplies this entry by more than u.
            self.low_abs += 8.0 * TINY / U;
        }
    }

    /// Adds `mass * x` for an integer mass.
    pub(crate) fn add_mass(&mut self, mass: u64, x: f64) {
        let low = (mass & 0xffff_ffff) as f64;
        let high = ((mass >> 32) as f64) * 4_294_967_296.0;
        self.add_product(low, x);
        if high > 0.0 {
            self.add_product(high, x);
        }
    }

    fn correct(&mut self, e: f64) {
        self.low += e;
        self.low_abs += e.abs();
        self.terms += 1.0;
    }

    /// An enclosure of the exact sum.
    pub(crate) fn enclosure(&self) -> Interval {
        // Twice the bound n u sum|e| covers the roundings made in computing the bound itself.
        let error = 2.0 * (self.terms + 2.0) * U * self.low_abs;
        let error = if error > 0.0 { error.next_up() } else { error };
        Interval::point(self.high) + Interval::point(self.low) + Interval::ends(-error, error)
    }
}
