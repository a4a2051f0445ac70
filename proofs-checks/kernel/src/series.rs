//! Enclosures of `exp`, `ln`, `ln_1p`, `sin` and `cos`, by Taylor series with their remainders.

use crate::Interval;
use crate::float::{TINY, power_of_two};

/// `ln 2 = LN2_HIGH + low`; the high part has 32 significant bits, so its product with an exponent is exact.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
/// `low` rounded to nearest; half a unit in its last place is below `2e-26`.
const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// Terms of the exponential series. All later terms together are the last one times
/// `r/18 + r^2/(18 19) + ...`, at most 0.02 in absolute value for `|r| <= 0.35`.
const EXP_TERMS: u32 = 17;
const EXP_TAIL: f64 = 0.02;

/// Last term of the series of `artanh`. All later terms together are `t^26` times `1/27 + t^2/29 + ...`, a sum below
/// `1 / (27 * 0.97) < 0.04` for `t^2 <= 0.03`.
const LN_TERMS: u32 = 12;
const LN_TAIL: f64 = 0.04;

/// `k ln 2` as an exact number and a small rest, for `|k| < 2^21`.
fn multiple_of_ln2(k: i32) -> (Interval, Interval) {
    let k = Interval::exact(f64::from(k));
    let low = Interval::ends(LN2_LOW.next_down(), LN2_LOW.next_up());
    (k * Interval::exact(LN2_HIGH), k * low)
}

/// `e^x`, over the whole range: at least `f64::MAX` and unbounded where it is larger, the two neighbours where it is subnormal.
///
/// `e^710` exceeds `f64::MAX`, the logarithm of which is 709.78..., and `e^-745` is below `TINY`, as `ln TINY = -744.44...`.
/// In between `|k| <= 1075`, and the power of two is applied in two halves, of which [`Interval`] encloses the products.
pub(crate) fn exp(x: f64) -> Interval {
    if x.is_nan() {
        return Interval::ENTIRE;
    }
    if x >= 710.0 {
        return Interval::ends(f64::MAX, f64::INFINITY);
    }
    if x <= -745.0 {
        return Interval::ends(0.0, TINY);
    }
    let k = (x / std::f64::consts::LN_2).round() as i32;
    let (high, low) = multiple_of_ln2(k);
    let r = (Interval::exact(x) - high) - low;
    // Horner: 1 + r/1 (1 + r/2 (1 + ... r/17 (1 + tail))).
    let mut sum = Interval::ends(-EXP_TAIL, EXP_TAIL);
    for i in (1..=EXP_TERMS).rev() {
        sum = (Interval::ONE + sum) * r / Interval::exact(f64::from(i));
    }
    let half = Interval::exact(power_of_two(k / 2));
    ((Interval::ONE + sum) * half * Interval::exact(power_of_two(k - k / 2))).max(Interval::ZERO)
}

/// `2 artanh(t) = ln((1 + t) / (1 - t))` for `t^2 <= 0.03`.
fn twice_artanh(t: Interval) -> Interval {
    let square = t.sqr();
    let mut sum = Interval::ends(0.0, LN_TAIL);
    for i in (0..=LN_TERMS).rev() {
        sum = sum * square + Interval::ratio(1, u128::from(2 * i + 1));
    }
    Interval::exact(2.0) * t * sum
}

/// `ln x`; `-inf` as the lower end when `x <= 0`.
pub(crate) fn ln(x: f64) -> Interval {
    if x.is_nan() || x <= 0.0 {
        return Interval::ENTIRE;
    }
    if x.is_infinite() {
        return Interval::ends(ln(f64::MAX).lower(), f64::INFINITY);
    }
    // x = m 2^k with m in [sqrt(1/2), sqrt(2)); subnormal numbers are scaled first.
    let (scaled, offset) = if x < f64::MIN_POSITIVE { (x * power_of_two(54), -54) } else { (x, 0) };
    let bits = scaled.to_bits();
    let mut k = ((bits >> 52) as i32) - 1023 + offset;
    let mut m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        k += 1;
    }
    let m = Interval::exact(m);
    let (high, low) = multiple_of_ln2(k);
    high + (low + twice_artanh((m - Interval::ONE) / (m + Interval::ONE)))
}

/// `ln(1 + y)`.
pub(crate) fn ln_1p(y: f64) -> Interval {
    let y = match y {
        y if y.is_nan() || y <= -1.0 => return Interval::ENTIRE,
        y if y.is_infinite() => return ln(y),
        y => Interval::exact(y),
    };
    if y.abs().upper() <= 0.25 {
        twice_artanh(y / (Interval::exact(2.0) + y))
    } else {
        let sum = Interval::ONE + y;
        Interval::ends(ln(sum.lower()).lower(), ln(sum.upper()).upper())
    }
}

/// Terms of the series of sine and cosine; the first one left out bounds the remainder: `0.8^18 / 19! < 2e-19` of `sin r / r` and
/// `0.8^18 / 18! < 3e-18` of the cosine, for `|r| <= 0.8`.
const TRIG_TERMS: u32 = 9;
const TRIG_REMAINDER: f64 = 3e-18;

/// Sine and cosine of a number that is within `2^20` quarter turns of 0; `[-1, 1]` beyond.
pub(crate) fn sin_cos(x: Interval) -> (Interval, Interval) {
    let quarter = Interval::pi() / Interval::exact(2.0);
    let k = (0.5 * (x.lower() + x.upper()) / std::f64::consts::FRAC_PI_2).round();
    let r = x - Interval::exact(k) * quarter;
    if !(r.abs().upper() <= 0.8 && k.abs() <= 1_048_576.0) {
        return (Interval::ends(-1.0, 1.0), Interval::ends(-1.0, 1.0));
    }
    let square = r.sqr();
    // Horner: 1 - r^2 / ((first + 1) first) (1 - ...), from the last term in.
    let series = |first: u32| {
        (0..TRIG_TERMS - 1).rev().fold(Interval::ONE, |sum, i| {
            let n = f64::from(2 * i + first);
            Interval::ONE - sum * square / Interval::exact(n * (n + 1.0))
        })
    };
    let rest = Interval::ends(-TRIG_REMAINDER, TRIG_REMAINDER);
    let (sin, cos) = (r * (series(2) + rest), series(1) + rest);
    match (k as i64).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}
