//! Compensated sums with a running error bound.

use std::cmp::Ordering;

use crate::Interval;
use crate::float::{TINY, U, exact_difference, two_prod, two_sum};

/// Terms that the bound counts beyond those that there are; it is also twice what is needed.
const SUM_SPARE: f64 = 2.0;

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

    /// Adds `sign (a - b)^2`, for a sign of 1 or -1.
    pub(crate) fn add_square(&mut self, sign: f64, [a, b]: [f64; 2]) {
        let (d, e) = exact_difference(a, b);
        self.add_product(sign * d, d);
        if e != 0.0 {
            self.add_product(sign * d, 2.0 * e);
            self.add_product(sign * e, e);
        }
    }

    fn correct(&mut self, e: f64) {
        self.low += e;
        self.low_abs += e.abs();
        self.terms += 1.0;
    }

    /// At least what the two parts miss of the exact sum: twice the bound `n u sum |e|`, for the roundings made in computing it.
    fn error(&self) -> f64 {
        let error = 2.0 * (self.terms + SUM_SPARE) * U * self.low_abs;
        if error > 0.0 { error.next_up() } else { error }
    }

    /// An enclosure of the exact sum.
    pub(crate) fn enclosure(&self) -> Interval {
        let error = self.error();
        Interval::exact(self.high) + (Interval::exact(self.low) + Interval::ends(-error, error))
    }

    /// How the exact sum compares with 0, where that is clear. Rounding the sum of both parts moves it to no other side of an `f64`.
    pub(crate) fn sign(&self) -> Option<Ordering> {
        let (value, error) = (self.high + self.low, self.error());
        if value > error {
            Some(Ordering::Greater)
        } else if value < -error {
            Some(Ordering::Less)
        } else if value == 0.0 && error == 0.0 {
            Some(Ordering::Equal)
        } else {
            None
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::{Sum, TINY, U};
    use std::cmp::Ordering;

    #[test]
    fn what_rounding_takes_from_a_sum_comes_back() {
        let mut sum = Sum::default();
        let small = 2.0_f64.powi(-60);
        sum.add(1.0);
        (0..1000).for_each(|_| sum.add(small));
        sum.add(-1.0);
        let found = sum.enclosure();
        // 1002 terms, 1000 of which left an error of 2^-60: 2 (1002 + 2) u of their sum, and the enclosure's own rounding.
        let error = 2.0 * 1004.0 * U * 1000.0 * small;
        assert!(found.contains(1000.0 * small));
        let half = 0.5 * found.width();
        assert!(half >= error && half <= error + 4.0 * U * 1000.0 * small, "{half} and {error}");
    }

    /// `1 - 1` and what is left of 2^-54 lost a thousand times: clear when it is more than its error.
    #[test]
    fn a_sum_has_a_sign_where_its_error_leaves_one() {
        let with = |last: f64| {
            let mut sum = Sum::default();
            sum.add(1.0);
            (0..1000).for_each(|_| sum.add(2.0_f64.powi(-54)));
            sum.add(-1.0);
            sum.add(last);
            sum.sign()
        };
        let whole = 1000.0 * 2.0_f64.powi(-54);
        // 1003 terms, of which 1000 left an error, and the last one another: 2 (1003 + 2) u of their sum.
        let error = 2.0 * 1005.0 * U * 2.0 * whole;
        assert_eq!(with(0.0), Some(Ordering::Greater));
        assert_eq!(
            (with(-whole), with(-whole + 0.3 * error), with(-whole - 0.3 * error)),
            (None, None, None)
        );
        assert_eq!(with(-whole + 1.1 * error), Some(Ordering::Greater));
        assert_eq!(with(-whole - 1.1 * error), Some(Ordering::Less));
        let exact = |x: f64| {
            let mut sum = Sum::default();
            sum.add(x);
            sum.add_square(-1.0, [3.0, 1.0]);
            sum.sign()
        };
        assert_eq!(exact(4.0), Some(Ordering::Equal));
        assert_eq!(exact(4.0_f64.next_up()), Some(Ordering::Greater));
        assert_eq!(exact(4.0_f64.next_down()), Some(Ordering::Less));
    }

    #[test]
    fn exact_sums_are_points() {
        let mut sum = Sum::default();
        sum.add(0.5);
        sum.add_product(3.0, -1.5);
        sum.add_mass((1 << 40) + 1, 2.0);
        assert_eq!(sum.enclosure().lower(), 2.0 * ((1_u64 << 40) + 1) as f64 - 4.0);
        assert_eq!(sum.enclosure().width(), 0.0);
        assert_eq!(Sum::default().enclosure().width(), 0.0);
        // (2^64 - 1) (1 + 2^-52) = 2^64 + 2^12 - 1 - 2^-52: no bit of the mass is lost.
        let mut sum = Sum::default();
        sum.add_mass(u64::MAX, 1.0 + f64::EPSILON);
        [-(2.0_f64.powi(64)), -4096.0, 1.0, f64::EPSILON].into_iter().for_each(|x| sum.add(x));
        assert!(sum.enclosure().contains(0.0) && sum.enclosure().width() < 2.0_f64.powi(-30));
    }

    #[test]
    fn products_that_underflow_widen_the_enclosure_a_little() {
        let small = 2.0_f64.powi(-540);
        let mut sum = Sum::default();
        sum.add_product(small, small);
        let found = sum.enclosure();
        assert!(found.lower() < 0.0 && found.upper() >= TINY && found.upper() <= 128.0 * TINY, "{found}");
        // Twice 2^-1080, next to a number that swallows it.
        sum.add(1.0);
        sum.add_product(-small, small);
        assert!(sum.enclosure().lower() < 1.0 && sum.enclosure().upper() > 1.0);
        // From 1e-280 on products are exact.
        let mut sum = Sum::default();
        sum.add_product(1.5 * 2.0_f64.powi(-460), 1.5 * 2.0_f64.powi(-460));
        assert_eq!(sum.enclosure().width(), 0.0);
        let mut sum = Sum::default();
        sum.add_product(0.0, f64::INFINITY);
        sum.add_product(f64::NAN, 0.0);
        assert_eq!(sum.enclosure().width(), 0.0);
    }

    #[test]
    fn what_overflows_is_unknown() {
        for (a, b) in [(1e200, 1e200), (1e300, 1e10), (1e305, 1.0), (f64::INFINITY, 1.0), (f64::NAN, 1.0)] {
            let mut sum = Sum::default();
            sum.add_product(a, b);
            assert_eq!((sum.enclosure(), sum.sign()), (crate::Interval::ENTIRE, None));
        }
        let mut sum = Sum::default();
        sum.add(f64::MAX);
        sum.add(f64::MAX);
        assert_eq!((sum.enclosure(), sum.sign()), (crate::Interval::ENTIRE, None));
    }
}
