//! Floating-point weights as integers over a common power of two.

use dashu_int::IBig;

/// `mantissa · 2^exponent`, exactly; the mantissa is odd or zero.
pub(crate) fn decode(x: f64) -> (i64, i32) {
    const MANTISSA_BITS: u32 = 52;
    const LEAST_EXPONENT: i32 = -1074;
    let bits = x.to_bits();
    let biased = i32::try_from((bits >> MANTISSA_BITS) & 0x7ff).unwrap_or(0);
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let (magnitude, exponent) = if biased == 0 {
        (fraction, LEAST_EXPONENT)
    } else {
        (fraction | 1 << MANTISSA_BITS, biased - 1 + LEAST_EXPONENT)
    };
    if magnitude == 0 {
        return (0, 0);
    }
    let zeros = magnitude.trailing_zeros();
    // At most 53 bits.
    let mantissa = i64::try_from(magnitude >> zeros).unwrap_or(0);
    let exponent = exponent + i32::try_from(zeros).unwrap_or(0);
    (if x.is_sign_negative() { -mantissa } else { mantissa }, exponent)
}

/// The least `shift >= 0` for which all numbers times `2^shift` are integers.
pub(crate) fn common_shift<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> usize {
    let least = numbers.into_iter().map(|x| decode(*x).1).min().unwrap_or(0);
    usize::try_from(-least).unwrap_or(0)
}

/// `x · 2^shift`, an integer by the choice of the shift.
pub(crate) fn scaled(x: f64, shift: usize) -> IBig {
    let (mantissa, exponent) = decode(x);
    let left = i64::try_from(shift).unwrap_or(i64::MAX).saturating_add(i64::from(exponent));
    IBig::from(mantissa) << usize::try_from(left).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{common_shift, decode, scaled};
    use dashu_int::IBig;

    #[test]
    fn numbers_are_decoded_exactly() {
        for x in [0.0, -0.0, 1.0, -3.0, 0.1, 1e300, f64::MIN_POSITIVE, 5e-324, -6.5] {
            let (mantissa, exponent) = decode(x);
            let back = mantissa as f64 * 2_f64.powi(exponent / 2) * 2_f64.powi(exponent - exponent / 2);
            assert_eq!(back.abs().to_bits(), x.abs().to_bits(), "{x}");
        }
        let shift = common_shift(&[0.75, -6.5]);
        assert_eq!((shift, scaled(0.75, shift), scaled(-6.5, shift)), (2, IBig::from(3), IBig::from(-26)));
    }
}
