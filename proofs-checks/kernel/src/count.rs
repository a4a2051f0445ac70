//! Whole numbers that may be astronomically large, and products of two of them compared exactly.

use std::cmp::Ordering;

use crate::Interval;

/// How `a b` compares with `c d`, exactly.
pub(crate) fn compare_products([a, b]: [u128; 2], [c, d]: [u128; 2]) -> Ordering {
    product(a, b).cmp(&product(c, d))
}

/// `a b` as `high 2^128 + low`, by halves of 64 bits.
fn product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a, b) = ([a & LOW, a >> 64], [b & LOW, b >> 64]);
    // A product of halves is at most (2^64 - 1)^2, and 2^128 - 1 is that and twice 2^64 - 1: no sum below overflows.
    let low = a[0] * b[0];
    let middle = a[1] * b[0] + (low >> 64);
    let other = a[0] * b[1] + (middle & LOW);
    (a[1] * b[1] + (middle >> 64) + (other >> 64), (other & LOW) << 64 | (low & LOW))
}

/// The number of elements of a finite set: exact while it fits 128 bits, always enclosed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    exact: Option<u128>,
    enclosure: Interval,
}

impl Count {
    pub(crate) fn of(n: u128) -> Self {
        Self { exact: Some(n), enclosure: Interval::integer(n) }
    }

    pub(crate) fn power(base: u128, exponent: u32) -> Self {
        Self { exact: base.checked_pow(exponent), enclosure: Interval::integer(base).powi(exponent) }
    }

    pub(crate) fn times(self, other: Self) -> Self {
        // Past the largest number a factor of 1 would cost a rounding.
        match (self.exact, other.exact) {
            (Some(1), _) => return other,
            (_, Some(1)) => return self,
            _ => {}
        }
        let exact = self.exact.zip(other.exact).and_then(|(a, b)| a.checked_mul(b));
        Self { exact, enclosure: self.enclosure * other.enclosure }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let exact = self.exact.zip(other.exact).and_then(|(a, b)| a.checked_add(b));
        Self { exact, enclosure: self.enclosure + other.enclosure }
    }

    /// A count that is known to be a multiple of `2^bits`, divided by it; `bits` is below 64.
    pub(crate) fn shared(self, bits: u32) -> Self {
        let enclosure = self.enclosure * Interval::exact(0.5).powi(bits);
        Self { exact: self.exact.map(|n| n >> bits), enclosure }
    }

    /// The number, exactly where 53 bits hold it.
    pub(crate) fn value(self) -> Interval {
        let Some(n) = self.exact else { return self.enclosure };
        // Rounded to nearest: the number lies between the neighbours.
        let near = n as f64;
        let fits = n == 0 || n >> n.trailing_zeros() < 1 << 53;
        if fits { Interval::exact(near) } else { Interval::ends(near.next_down(), near.next_up()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, compare_products, product};
    use std::cmp::Ordering::{Equal, Greater, Less};

    /// By bits: for each that is set, `b` shifted, added with its carry.
    fn long(a: u128, b: u128) -> (u128, u128) {
        (0..128).filter(|k| a >> k & 1 == 1).fold((0, 0), |(high, low), k| {
            let (sum, carry) = low.overflowing_add(b << k);
            (high + b.checked_shr(128 - k).unwrap_or(0) + u128::from(carry), sum)
        })
    }

    #[test]
    fn products_of_256_bits_are_exact() {
        let (mut x, mut pairs) = (0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834_u128, Vec::new());
        for shift in 0..128 {
            x = x.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            pairs.extend([
                (x, x >> shift),
                (u128::MAX >> shift, u128::MAX),
                (1 << shift, x),
                (x, !x << shift),
            ]);
        }
        for (a, b) in pairs {
            assert_eq!(product(a, b), long(a, b), "{a} {b}");
        }
        assert_eq!(product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
    }

    #[test]
    fn products_are_told_from_their_neighbours() {
        let (p, q) = (u128::MAX - 58, (1 << 127) - 1);
        assert_eq!(compare_products([p, q], [q, p]), Equal);
        assert_eq!(compare_products([p, q], [q - 1, p]), Greater);
        assert_eq!(compare_products([p - 1, q], [q, p]), Less);
        // (n - 1) (n + 1) = n^2 - 1.
        assert_eq!(compare_products([q - 1, q + 1], [q, q]), Less);
        assert_eq!(compare_products([0, q], [1, 1]), Less);
    }

    #[test]
    fn counts_are_exact_until_128_bits_and_enclosed_after() {
        let value = |count: Count| (count.value().lower(), count.value().upper());
        assert_eq!(value(Count::power(3, 30)), (205_891_132_094_649.0, 205_891_132_094_649.0));
        assert_eq!(value(Count::of(9).times(Count::of(5)).plus(Count::of(3)).shared(4)), (3.0, 3.0));
        // Powers of 2 stay exact: 2^129 from its parts, 2^900 at once, 2^1024 beyond the range.
        let large = Count::power(2, 100).times(Count::power(2, 29));
        assert_eq!(value(large), (2_f64.powi(129), 2_f64.powi(129)));
        assert_eq!(value(large.plus(large).shared(2)), (2_f64.powi(128), 2_f64.powi(128)));
        assert_eq!(value(Count::power(2, 900)), (2_f64.powi(900), 2_f64.powi(900)));
        assert_eq!(value(Count::power(2, 5000)), (f64::MAX, f64::INFINITY));
        // 53 bits, 54 and more, and all 128.
        assert_eq!(value(Count::of((1 << 53) - 1)), (9_007_199_254_740_991.0, 9_007_199_254_740_991.0));
        let above = Count::of((1 << 53) + 1);
        assert!(value(above).0 <= 9_007_199_254_740_992.0 && value(above).1 >= 9_007_199_254_740_994.0);
        assert_eq!(value(Count::of(3 << 126)), (3.0 * 2_f64.powi(126), 3.0 * 2_f64.powi(126)));
        let all = 2_f64.powi(128);
        assert_eq!(value(Count::of(u128::MAX)), (all.next_down(), all.next_up()));
        assert_eq!(value(Count::of(0)), (0.0, 0.0));
        // 3^81 needs 129 bits.
        let found = Count::power(3, 80).times(Count::of(3));
        let near = Count::power(3, 81).value();
        assert!(found.exact.is_none() && found.value().lower() < found.value().upper());
        assert!(found.value().lower() <= near.upper() && near.lower() <= found.value().upper());
        assert!(near.contains(443_426_488_243_037_769_948_249_630_619_149_892_803.0));
    }
}
