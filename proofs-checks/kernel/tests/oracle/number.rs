//! Exact arithmetic on dyadic numbers, and their quotients.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use dashu_int::IBig;
use dashu_int::ops::{Abs, BitTest};

/// `mantissa 2^exponent`.
#[derive(Debug, Clone)]
pub(crate) struct Exact {
    mantissa: IBig,
    exponent: i64,
}

impl Exact {
    pub(crate) const ZERO: Self = Self { mantissa: IBig::ZERO, exponent: 0 };
    pub(crate) const ONE: Self = Self { mantissa: IBig::ONE, exponent: 0 };

    pub(crate) fn new(mantissa: impl Into<IBig>, exponent: i64) -> Self {
        Self { mantissa: mantissa.into(), exponent }
    }

    pub(crate) fn integer(n: impl Into<IBig>) -> Self {
        Self::new(n, 0)
    }

    /// The value of a finite `f64`, with an odd mantissa.
    pub(crate) fn of(x: f64) -> Self {
        assert!(x.is_finite(), "{x} has no exact value");
        let (bits, field) = (x.to_bits(), (x.to_bits() >> 52) & 0x7ff);
        let fraction = (bits & 0x000f_ffff_ffff_ffff) as i64;
        let (mantissa, exponent) =
            if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field as i64 - 1075) };
        if mantissa == 0 {
            return Self::ZERO;
        }
        let zeros = mantissa.trailing_zeros();
        let mantissa = mantissa >> zeros;
        Self::new(if x < 0.0 { -mantissa } else { mantissa }, exponent + i64::from(zeros))
    }

    pub(crate) fn sign(&self) -> Ordering {
        self.mantissa.cmp(&IBig::ZERO)
    }

    pub(crate) fn abs(self) -> Self {
        Self { mantissa: self.mantissa.abs(), ..self }
    }

    pub(crate) fn squared(&self) -> Self {
        Self { mantissa: &self.mantissa * &self.mantissa, exponent: 2 * self.exponent }
    }

    pub(crate) fn larger(self, other: Self) -> Self {
        if self >= other { self } else { other }
    }

    pub(crate) fn smaller(self, other: Self) -> Self {
        if self <= other { self } else { other }
    }

    pub(crate) fn times_power_of_two(self, k: i64) -> Self {
        Self { exponent: self.exponent + k, ..self }
    }

    /// The whole number of `2^-bits` next to `self` towards minus infinity.
    pub(crate) fn in_units(&self, bits: i64) -> IBig {
        let shift = self.exponent + bits;
        if shift >= 0 { &self.mantissa << shift as usize } else { &self.mantissa >> (-shift) as usize }
    }

    fn bits(&self) -> i64 {
        self.mantissa.bit_len() as i64
    }

    /// A neighbour in `f64`, `f64::MAX` for what is larger.
    pub(crate) fn to_f64(&self) -> f64 {
        let shift = self.bits() - 64;
        let top = Self { mantissa: self.mantissa.clone(), exponent: 0 }.in_units(-shift.max(0));
        let top = i128::try_from(top).unwrap() as f64;
        scaled(top, self.exponent + shift.max(0)).clamp(-f64::MAX, f64::MAX)
    }

    /// A neighbour in `f64` of the square root of a number that is not negative.
    pub(crate) fn root(&self) -> f64 {
        // 120 bits, or 121 with an even exponent.
        let shift = self.bits() - 120;
        let shift = shift - (self.exponent + shift).rem_euclid(2);
        let top = Self { mantissa: self.mantissa.clone(), exponent: 0 }.in_units(-shift);
        let root = u128::try_from(top).unwrap().isqrt();
        scaled(root as f64, (self.exponent + shift) / 2).min(f64::MAX)
    }

    /// A number at most the square root of `self`, and one at least it, `2^-bits` of its size apart.
    pub(crate) fn roots(&self, bits: i64) -> (Self, Self) {
        if self.sign().is_eq() {
            return (Self::ZERO, Self::ZERO);
        }
        let shift = self.bits() - 2 * bits - 2;
        let shift = shift - (self.exponent + shift).rem_euclid(2);
        let scaled = Self { mantissa: self.mantissa.clone(), exponent: 0 }.in_units(-shift);
        let low = dashu_int::UBig::try_from(scaled.clone()).unwrap();
        let low = IBig::from(dashu_int::ops::SquareRoot::sqrt(&low));
        let exponent = (self.exponent + shift) / 2;
        let exact = shift <= 0 && &low * &low == scaled;
        let high = if exact { low.clone() } else { &low + IBig::ONE };
        (Self { mantissa: low, exponent }, Self { mantissa: high, exponent })
    }
}

/// `x 2^k`, rounded.
fn scaled(x: f64, k: i64) -> f64 {
    let (first, rest) = (k.clamp(-1000, 1000), k - k.clamp(-1000, 1000));
    x * 2.0_f64.powi(first as i32) * 2.0_f64.powi(rest.clamp(-1000, 1000) as i32)
}

fn aligned(a: &Exact, b: &Exact) -> (IBig, IBig, i64) {
    let exponent = a.exponent.min(b.exponent);
    let shifted = |x: &Exact| &x.mantissa << (x.exponent - exponent) as usize;
    (shifted(a), shifted(b), exponent)
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.sign().is_eq() {
            return other;
        }
        if other.sign().is_eq() {
            return self;
        }
        let (a, b, exponent) = aligned(&self, &other);
        Self { mantissa: a + b, exponent }
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Self { mantissa: -self.mantissa, ..self }
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Exact {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { mantissa: self.mantissa * other.mantissa, exponent: self.exponent + other.exponent }
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, |sum, term| sum + term)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let signs = self.sign().cmp(&other.sign());
        if signs.is_ne() {
            return Some(signs);
        }
        // Different lengths decide without aligning; of negative numbers the longer one is smaller.
        let lengths = (self.bits() + self.exponent).cmp(&(other.bits() + other.exponent));
        if lengths.is_ne() && self.sign().is_ne() {
            return Some(if self.sign().is_gt() { lengths } else { lengths.reverse() });
        }
        let (a, b, _) = aligned(self, other);
        Some(a.cmp(&b))
    }
}

/// A quotient of two dyadic numbers, the second of which is positive.
#[derive(Debug, Clone)]
pub(crate) struct Quotient {
    pub(crate) over: Exact,
    pub(crate) under: Exact,
}

impl Quotient {
    pub(crate) fn whole(over: Exact) -> Self {
        Self { over, under: Exact::ONE }
    }

    pub(crate) fn of(over: Exact, under: Exact) -> Self {
        if under.sign().is_lt() { Self { over: -over, under: -under } } else { Self { over, under } }
    }

    /// How it compares with a dyadic number.
    pub(crate) fn against(&self, x: &Exact) -> Ordering {
        self.over.partial_cmp(&(x.clone() * self.under.clone())).unwrap()
    }

    /// A number close to it.
    pub(crate) fn to_f64(&self) -> f64 {
        let bits = 80 + self.under.bits() + self.under.exponent - self.over.bits() - self.over.exponent;
        // over / under in units of 2^-bits.
        let digits = self.over.in_units(bits + 200 - self.under.exponent) / (&self.under.mantissa << 200);
        Exact::new(digits, -bits).to_f64()
    }
}

impl Add for Quotient {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let over = self.over * other.under.clone() + other.over * self.under.clone();
        Self { over, under: self.under * other.under }
    }
}

impl Neg for Quotient {
    type Output = Self;
    fn neg(self) -> Self {
        Self { over: -self.over, under: self.under }
    }
}

impl Sub for Quotient {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Quotient {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { over: self.over * other.over, under: self.under * other.under }
    }
}

#[test]
fn dyadic_numbers_are_exact() {
    for x in [0.0, 1.5, -0.1, f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), -3e-310] {
        let exact = Exact::of(x);
        assert_eq!(exact.to_f64(), x);
        assert!(exact == Exact::of(x) && exact.clone() - exact.clone() == Exact::ZERO);
        assert_eq!(exact.squared().root(), x.abs());
        let (low, high) = exact.squared().roots(100);
        assert!(low == exact.clone().abs() && high == low);
        let quotient = Quotient::of(exact.clone(), Exact::integer(-1));
        assert!(quotient.against(&-exact).is_eq() && (quotient.to_f64() + x).abs() <= f64::EPSILON * x.abs());
    }
    // Three times the number next to 0.1 is 2^-55 above the one next to 0.3.
    let tenth = || Exact::of(0.1);
    assert_eq!((Exact::of(0.3) - tenth() - tenth() - tenth()).to_f64(), -2.0_f64.powi(-55));
    let third = Quotient::of(Exact::ONE, Exact::integer(3));
    assert!(
        third.against(&Exact::of(1.0 / 3.0)).is_gt()
            && third.against(&Exact::of(0.333_333_333_333_333_4)).is_lt()
    );
    let (low, high) = Exact::integer(2).roots(200);
    assert!(low.squared() < Exact::integer(2) && high.squared() > Exact::integer(2));
    assert!(high - low < Exact::new(1, -195));
}
