//! Functions with many digits: `exp`, `ln`, `sin` and `cos` as pairs of a number below and one above, and pi.

use std::sync::OnceLock;

use dashu_int::IBig;

use crate::number::Exact;

/// Two numbers with a real number between them.
#[derive(Debug, Clone)]
pub(crate) struct Ball {
    pub(crate) low: Exact,
    pub(crate) high: Exact,
}

/// Digits after the point of what is computed here.
const BITS: i64 = 320;
/// What is below is off by less than this many units of `2^-BITS`: fewer than `2^16` roundings, of one each.
const OFF: i64 = 1 << 20;

impl Ball {
    pub(crate) fn point(x: Exact) -> Self {
        Self { low: x.clone(), high: x }
    }

    /// `units 2^-BITS 2^exponent`, off by less than `OFF`.
    fn about(units: IBig, exponent: i64) -> Self {
        let end = |off: i64| Exact::new(&units + off, exponent - BITS);
        Self { low: end(-OFF), high: end(OFF) }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { low: self.low - other.high, high: self.high - other.low }
    }

    pub(crate) fn times(self, other: Self) -> Self {
        let corners = [
            self.low.clone() * other.low.clone(),
            self.low * other.high.clone(),
            self.high.clone() * other.low,
            self.high * other.high,
        ];
        let low = corners.iter().cloned().reduce(Exact::smaller).unwrap();
        Self { low, high: corners.into_iter().reduce(Exact::larger).unwrap() }
    }

    /// Rounded outward to whole numbers of `2^-bits`, so that it does not grow in use.
    pub(crate) fn rounded(self, bits: i64) -> Self {
        let high = -((-self.high).in_units(bits));
        Self { low: Exact::new(self.low.in_units(bits), -bits), high: Exact::new(high, -bits) }
    }

    /// By a positive dyadic number, to 400 digits after the point.
    pub(crate) fn over(self, divisor: &Exact) -> Self {
        // A quotient of whole numbers, of `self 2^400` and the divisor in units of which it is a multiple.
        let units = divisor.in_units(1100);
        let divide = |x: &Exact| Exact::new(x.in_units(1500) / &units, -400);
        let one = Exact::new(1, -400);
        Self { low: divide(&self.low) - one.clone(), high: divide(&self.high) + one }
    }
}

/// `artanh(1/n)` in units of `2^-(BITS + 64)`, for `alternating` signs `arctan(1/n)`; off by fewer than 300 of them.
fn inverse(n: i64, alternating: bool) -> IBig {
    let mut power = (IBig::ONE << (BITS + 64) as usize) / n;
    let (mut sum, mut k) = (IBig::ZERO, 0_i64);
    while power != IBig::ZERO {
        let term = &power / (2 * k + 1);
        sum += if alternating && k % 2 == 1 { -term } else { term };
        power /= n * n;
        k += 1;
    }
    sum
}

/// `pi` in units of `2^-(BITS + 64)`, by Machin's formula.
fn pi_units() -> &'static IBig {
    static PI: OnceLock<IBig> = OnceLock::new();
    PI.get_or_init(|| inverse(5, true) * 16 - inverse(239, true) * 4)
}

/// `ln 2 = 2 artanh(1/3)` in the same.
fn ln2_units() -> &'static IBig {
    static LN2: OnceLock<IBig> = OnceLock::new();
    LN2.get_or_init(|| inverse(3, false) * 2)
}

pub(crate) fn pi() -> Ball {
    Ball::about(pi_units() >> 64_usize, 0)
}

/// The nearest whole number of some unit in `x`, and the rest of `x` in units of `2^-BITS`; `|x| < 2^40`.
fn reduced(x: &Exact, unit: &IBig) -> (i64, IBig) {
    let x = x.in_units(BITS + 64);
    let k = (&x + (unit >> 1_usize)).div_euclid(unit);
    let rest: IBig = (x - &k * unit) >> 64_usize;
    (i64::try_from(k).unwrap(), rest)
}

use dashu_int::ops::DivEuclid;

/// `e^x` for `|x| < 2^20`.
pub(crate) fn exp(x: &Exact) -> Ball {
    let (k, rest) = reduced(x, ln2_units());
    let mut term = IBig::ONE << BITS as usize;
    let (mut sum, mut n) = (IBig::ZERO, 1_i64);
    while term != IBig::ZERO && term != IBig::NEG_ONE {
        sum += &term;
        term = ((term * &rest) >> BITS as usize) / n;
        n += 1;
    }
    Ball::about(sum, k)
}

/// `ln x` for positive `x`, given a number close to it: `y + 2 artanh((z - 1) / (z + 1))` with `z = x e^-y`.
pub(crate) fn ln(x: &Exact, y: f64) -> Ball {
    let y = Exact::of(y);
    let inverse = exp(&-y.clone());
    let correction = |inverse: Exact| {
        let z = (x.clone() * inverse).in_units(BITS);
        let one = IBig::ONE << BITS as usize;
        let t = ((&z - &one) << BITS as usize) / (&z + &one);
        let square = (&t * &t) >> BITS as usize;
        let (mut power, mut sum, mut k) = (t, IBig::ZERO, 1_i64);
        while power != IBig::ZERO && power != IBig::NEG_ONE {
            sum += &power / k;
            power = (power * &square) >> BITS as usize;
            k += 2;
        }
        Ball::about(sum * 2, 0)
    };
    let (low, high) = (correction(inverse.low).low, correction(inverse.high).high);
    Ball { low: y.clone() + low, high: y + high }
}

/// Sine and cosine of `|x| < 2^40`.
pub(crate) fn sin_cos(x: &Exact) -> (Ball, Ball) {
    let quarter = pi_units() >> 1_usize;
    let (k, rest) = reduced(x, &quarter);
    let mut term = IBig::ONE << BITS as usize;
    let (mut sin, mut cos, mut n) = (IBig::ZERO, IBig::ZERO, 0_i64);
    while term != IBig::ZERO && term != IBig::NEG_ONE {
        let signed = if n % 4 < 2 { term.clone() } else { -&term };
        if n % 2 == 0 {
            cos += signed
        } else {
            sin += signed
        }
        n += 1;
        term = ((term * &rest) >> BITS as usize) / n;
    }
    let (sin, cos) = match k.rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    };
    (Ball::about(sin, 0), Ball::about(cos, 0))
}

#[test]
fn functions_have_their_known_values() {
    let within = |ball: Ball, digits: &str, places: usize| {
        // The first decimal places, cut off.
        let power = Exact::integer(IBig::from(10).pow(places));
        let low = (ball.low * power.clone()).in_units(0);
        let high = (ball.high * power).in_units(0);
        assert_eq!(low.to_string(), digits);
        assert_eq!(high.to_string(), digits);
    };
    within(pi(), "314159265358979323846264338327950288419716939937510", 50);
    within(exp(&Exact::ONE), "271828182845904523536028747135266249775724709369995", 50);
    within(ln(&Exact::integer(2), 0.693), "69314718055994530941723212145817656807550013436025", 50);
    within(ln(&Exact::integer(10), 2.302), "230258509299404568401799145468436420760110148862877", 50);
    let (sin, cos) = sin_cos(&Exact::integer(10));
    within(sin.minus(Ball::point(Exact::ZERO)), "-54402111088936981340474766185137728168364301291623", 50);
    within(cos.plus(Ball::point(Exact::ZERO)), "-83907152907645245225886394782406483451993016513317", 50);
    let third = Ball::point(Exact::ONE).over(&Exact::integer(3));
    within(third.times(Ball::point(Exact::integer(2))).rounded(300), "66666666666666666666", 20);
}
