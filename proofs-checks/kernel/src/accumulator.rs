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
        self.waiting += 1;
        if self.waiting == CARRY_AFTER {
            self.carry();
        }
    }

    /// Adds `weight scale^2 (a - b)^2`, for a weight of 1 or -1.
    pub(crate) fn add_square(&mut self, weight: i64, scale: f64, [a, b]: [f64; 2]) {
        self.add(weight, &[scale, scale, a, a]);
        self.add(-2 * weight, &[scale, scale, a, b]);
        self.add(weight, &[scale, scale, b, b]);
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
