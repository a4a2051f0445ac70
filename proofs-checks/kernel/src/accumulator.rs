//! Exact sums of products, whatever their exponents.

use std::cmp::Ordering;

/// Limbs that hold any sum of products of four numbers: the largest product stands below limb 265, carries above it.
const LIMBS: usize = 272;

/// Products that are added before carries are worked off: each changes a limb by less than `2^34`.
const CARRY_AFTER: u32 = 1 << 28;

/// A sum of products of one to four finite numbers each, without any rounding: Kulisch's long accumulator.
///
/// Its value is `sum_k limbs[k] 2^(32 k - 4296)`, since every `f64` is a whole multiple of `2^-1074`. A limb has 31 bits to spare, so a
/// product is added without looking at its neighbours, and carries wait. Source: Kulisch, Miranker, *Computer Arithmetic in Theory and
/// Practice* (1981).
#[derive(Debug, Clone)]
pub(crate) struct Accumulator {
    limbs: [i64; LIMBS],
    waiting: u32,
}

impl Default for Accumulator {
    fn default() -> Self {
        Self { limbs: [0; LIMBS], waiting: 0 }
    }
}

impl Accumulator {
    /// Adds `weight` times the product of one to four finite numbers; the weight is at most 2 in absolute value.
    pub(crate) fn add(&mut self, weight: i64, factors: &[f64]) {
        if factors.contains(&0.0) {
            return;
        }
        // The product as an integer, in digits of 32 bits, and its place in multiples of 2^-4296.
        let (mut digits, mut length) = ([1_u64, 0, 0, 0, 0, 0, 0, 0], 0);
        let mut times = |factor: u64| {
            length += if factor == 1 { 0 } else { 2 };
            let mut carry = 0_u128;
            for digit in digits.iter_mut().take(length) {
                carry += u128::from(*digit) * u128::from(factor);
                *digit = (carry & 0xffff_ffff) as u64;
                carry >>= 32;
            }
        };
        let (mut place, mut weight) = (1074 * (4 - factors.len()), weight);
        for &factor in factors {
            let (mantissa, exponent) = parts(factor);
            times(mantissa);
            place += exponent;
            weight = if factor < 0.0 { -weight } else { weight };
        }
        times(1 << (place % 32));
        for (limb, digit) in self.limbs[place / 32..].iter_mut().zip(digits) {
            *limb += weight * digit as i64;
        }
        self.waited(1);
    }

    /// Adds `weight scale^2 (a - b)^2`, for a weight of 1 or -1.
    pub(crate) fn add_square(&mut self, weight: i64, scale: f64, [a, b]: [f64; 2]) {
        self.add(weight, &[scale, scale, a, a]);
        self.add(-2 * weight, &[scale, scale, a, b]);
        self.add(weight, &[scale, scale, b, b]);
    }

    /// Adds `times` the sum of another accumulator, which is not negative and below `2^1100`.
    pub(crate) fn add_multiple(&mut self, times: u128, of: &Self) {
        let mut of = of.clone();
        of.carry();
        for (k, digit) in of.limbs.iter().enumerate().filter(|(_, digit)| **digit != 0) {
            for part in 0..4 {
                let product = *digit as u64 * (times >> (32 * part) & 0xffff_ffff) as u64;
                self.limbs[k + part] += (product & 0xffff_ffff) as i64;
                self.limbs[k + part + 1] += (product >> 32) as i64;
            }
        }
        // Eight numbers below 2^32 a limb: twice 2^34.
        self.waited(2);
    }

    fn waited(&mut self, products: u32) {
        self.waiting += products;
        if self.waiting >= CARRY_AFTER {
            self.carry();
        }
    }

    /// Brings every limb but the last one to 32 bits; the last one has the sign of the sum, or is 0.
    fn carry(&mut self) {
        let mut carry = 0;
        for limb in &mut self.limbs[..LIMBS - 1] {
            let sum = *limb + carry;
            carry = sum >> 32;
            *limb = sum & 0xffff_ffff;
        }
        self.limbs[LIMBS - 1] += carry;
        self.waiting = 0;
    }

    /// How the sum compares with 0.
    pub(crate) fn sign(mut self) -> Ordering {
        self.carry();
        // What stands below the last limb is not negative and less than one unit of it.
        match self.limbs[LIMBS - 1].cmp(&0) {
            Ordering::Equal if self.limbs.iter().any(|limb| *limb != 0) => Ordering::Greater,
            sign => sign,
        }
    }
}

/// `|x| = mantissa 2^(exponent - 1074)` with an odd mantissa, for a finite number other than 0.
fn parts(x: f64) -> (u64, usize) {
    let (field, fraction) = ((x.to_bits() >> 52) & 0x7ff, x.to_bits() & ((1 << 52) - 1));
    let (mantissa, exponent) = if field == 0 { (fraction, 0) } else { (fraction | (1 << 52), field - 1) };
    let even = mantissa.trailing_zeros();
    (mantissa >> even, exponent as usize + even as usize)
}

#[cfg(test)]
mod tests {
    use super::{Accumulator, CARRY_AFTER};
    use std::cmp::Ordering::{Equal, Greater, Less};

    fn sum(terms: &[(i64, &[f64])]) -> Accumulator {
        let mut sum = Accumulator::default();
        terms.iter().for_each(|(weight, factors)| sum.add(*weight, factors));
        sum
    }

    #[test]
    fn one_unit_of_the_smallest_product_decides_beside_the_largest() {
        let (most, least) = (f64::MAX, f64::from_bits(1));
        let (large, small) = ([most; 4], [least; 4]);
        assert_eq!(sum(&[(1, &large), (-1, &large)]).sign(), Equal);
        for sign in [1, -1] {
            let expected = if sign > 0 { Greater } else { Less };
            assert_eq!(sum(&[(1, &large), (sign, &small), (-1, &large)]).sign(), expected);
            assert_eq!(sum(&[(-2, &large), (sign, &small), (2, &large)]).sign(), expected);
            assert_eq!(sum(&[(sign, &[-least, -0.5])]).sign(), expected);
            assert_eq!(sum(&[(sign, &[-least, 0.5, 1.0, -1.0])]).sign(), expected);
            assert_eq!(sum(&[(-sign, &[-most])]).sign(), expected);
        }
        assert_eq!(sum(&[(1, &[0.0, most]), (1, &[-0.0])]).sign(), Equal);
        // (2^53 - 1)^4 = 2^212 - 4 2^159 + 6 2^106 - 4 2^53 + 1.
        let (odd, two) = (9_007_199_254_740_991.0, |k: i32| 2.0_f64.powi(k));
        let rest = [(-1_i64, two(212)), (2, two(160)), (-1, 6.0 * two(106)), (1, two(55))];
        let mut all = sum(&[(1, &[odd; 4])]);
        rest.iter().for_each(|(weight, x)| all.add(*weight, &[*x]));
        all.add(-1, &[1.0]);
        assert_eq!(all.sign(), Equal);
    }

    #[test]
    fn carries_that_wait_are_worked_off_in_time() {
        let mut all = Accumulator { waiting: CARRY_AFTER - 1, ..Accumulator::default() };
        all.limbs[7] = -(1 << 61);
        all.add(1, &[1.0]);
        assert_eq!((all.waiting, all.limbs[7], all.limbs[8]), (0, 0, (1 << 32) - (1 << 29)));
        all.add(-1, &[1.0]);
        assert_eq!((all.waiting, all.clone().sign()), (1, Less));
    }

    #[test]
    fn multiples_of_a_sum_are_exact() {
        let third = sum(&[(1, &[1.0 / 3.0]), (2, &[f64::from_bits(1)]), (1, &[1e150])]);
        for times in [0, 1, 7, u128::from(u64::MAX), u128::MAX] {
            let mut all = Accumulator::default();
            all.add_multiple(times, &third);
            for part in 0..4 {
                let part = ((times >> (32 * part)) & 0xffff_ffff) as f64 * 2.0_f64.powi(32 * part);
                all.add(-1, &[part, 1.0 / 3.0]);
                all.add(-2, &[part, f64::from_bits(1)]);
                all.add(-1, &[part, 1e150]);
            }
            assert_eq!(all.sign(), Equal);
        }
    }
}
