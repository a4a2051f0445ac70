//! Counts that may be astronomically large: exact while they fit, then rounded towards zero.

/// A lower bound on a cardinality: exact in 128 bits, an under-estimate in `f64` beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Count {
    Exact(u128),
    AtLeast(f64),
}

/// Integers up to here are themselves in `f64`.
const EXACT_IN_F64: u128 = 1 << 53;

impl Count {
    pub(crate) const ONE: Count = Count::Exact(1);

    /// The largest `f64` this module can show to be at most the count.
    pub(crate) fn below(self) -> f64 {
        match self {
            Count::Exact(n) if n <= EXACT_IN_F64 => n as f64,
            Count::Exact(n) => (n as f64).next_down(),
            Count::AtLeast(x) => x,
        }
    }

    pub(crate) fn times(self, other: Count) -> Count {
        if let (Count::Exact(a), Count::Exact(b)) = (self, other)
            && let Some(product) = a.checked_mul(b)
        {
            return Count::Exact(product);
        }
        Count::AtLeast(down(self.below() * other.below()))
    }

    pub(crate) fn plus(self, other: Count) -> Count {
        if let (Count::Exact(a), Count::Exact(b)) = (self, other)
            && let Some(sum) = a.checked_add(b)
        {
            return Count::Exact(sum);
        }
        Count::AtLeast(down(self.below() + other.below()))
    }

    pub(crate) fn power(base: u128, exponent: usize) -> Count {
        (0..exponent).fold(Count::ONE, |product, _| product.times(Count::Exact(base)))
    }

    /// The count divided by `2^bits`, rounded up when exact (a cardinality is an integer).
    pub(crate) fn halved(self, bits: u32) -> Count {
        match self {
            Count::Exact(n) => Count::Exact(
                1_u128.checked_shl(bits).map_or(u128::from(n > 0), |divisor| n.div_ceil(divisor)),
            ),
            Count::AtLeast(x) => Count::AtLeast((0..bits).fold(x, |x, _| x / 2.0)),
        }
    }

    pub(crate) fn exceeds(self, other: Count) -> bool {
        match (self, other) {
            (Count::Exact(a), Count::Exact(b)) => a > b,
            _ => self.below() > other.below(),
        }
    }
}

/// The neighbour below a rounded nonnegative result; an overflow becomes the largest finite number.
fn down(x: f64) -> f64 {
    if x > 0.0 { x.min(f64::MAX).next_down() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn counts_are_exact_until_128_bits_and_below_after() {
        assert_eq!(Count::power(3, 80).times(Count::ONE), Count::Exact(3_u128.pow(80)));
        let huge = Count::power(3, 81);
        assert!(matches!(huge, Count::AtLeast(x) if x < 3_f64.powi(81) && x > 0.999_999 * 3_f64.powi(81)));
        assert!(Count::power(10, 400).below().is_finite());
        assert!(huge.exceeds(Count::power(3, 80)));
        assert_eq!(Count::Exact(9).halved(1), Count::Exact(5));
        assert!(Count::Exact((1 << 53) + 1).below() <= 9_007_199_254_740_993.0);
    }
}
