//! Bounds that grow with the distance of a point.

use crate::float::{add, div, mul};

/// A bound `at + rate d` on a number that belongs to a point, at `l2` distance `d` of the centre of a ball; neither part is negative.
///
/// Every operation rounds both parts up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Growth {
    /// At the centre.
    pub(crate) at: f64,
    /// A unit of distance.
    pub(crate) rate: f64,
}

impl Growth {
    pub(crate) const ZERO: Self = Self { at: 0.0, rate: 0.0 };

    /// The same at every point.
    pub(crate) fn constant(at: f64) -> Self {
        Self { at, rate: 0.0 }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { at: add(self.at, other.at).1, rate: add(self.rate, other.rate).1 }
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self { at: mul(self.at, factor).1, rate: mul(self.rate, factor).1 }
    }

    /// A distance, rounded down, such that the bound stays below `limit` at all points that are closer: `(limit - at) / rate`; 0 when
    /// it is not below at the centre, infinite when it does not grow.
    pub(crate) fn reach(self, limit: f64) -> f64 {
        let below = self.at < limit;
        match (below, self.rate) {
            (true, 0.0) => f64::INFINITY,
            (true, rate) => {
                let reach = div(add(limit, -self.at).0, rate).0;
                if reach > 0.0 { reach } else { 0.0 }
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::Growth;

    #[test]
    fn a_bound_reaches_its_limit_at_a_distance_that_is_rounded_down() {
        let reach = |at, rate, limit| Growth { at, rate }.reach(limit);
        assert_eq!((reach(1.0, 2.0, 7.0), reach(0.0, 3.0, 1.0)), (3.0, (1.0_f64 / 3.0)));
        assert!(3.0 * reach(0.0, 3.0, 1.0) <= 1.0 && reach(0.0, 0.1, 1.0) < 10.0);
        assert_eq!((reach(7.0, 0.0, 7.0), reach(7.0, 2.0, 7.0), reach(8.0, 2.0, 7.0)), (0.0, 0.0, 0.0));
        assert_eq!((reach(7.0_f64.next_down(), 0.0, 7.0), reach(0.0, 1.0, 0.0)), (f64::INFINITY, 0.0));
        for (at, rate) in [(f64::NAN, 0.0), (0.0, f64::NAN), (f64::INFINITY, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(reach(at, rate, 7.0), 0.0);
        }
        assert_eq!((reach(0.0, 1.0, f64::NAN), reach(0.0, 1.0, f64::MAX)), (0.0, f64::MAX.next_down()));
    }

    #[test]
    fn parts_are_rounded_up() {
        let third = Growth { at: 0.1, rate: 1.0 };
        let sum = third.plus(Growth { at: 0.2, rate: 2.0_f64.powi(-60) });
        assert_eq!((sum.at, sum.rate), (0.1 + 0.2, 1.0_f64.next_up()));
        let product = Growth { at: 0.1, rate: 3.0 }.times(10.0);
        assert_eq!((product.at, product.rate), (1.0_f64.next_up(), 30.0));
        assert_eq!(Growth { at: f64::INFINITY, rate: f64::INFINITY }.times(0.0), Growth::ZERO);
    }
}
