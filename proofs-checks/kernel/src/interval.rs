//! Enclosures of real numbers.

use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::float;
use crate::series;

/// An enclosure of a real number: `lower <= x <= upper`.
///
/// Only exact numbers and the operations of this crate build one. Bounds are rounded outward by at most one unit in
/// the last place and stay exact where the result is, so comparisons of integers or of distances such as
/// `|(3, 4)| = 5` are decided. Overflow gives infinite ends, never NaN.
///
/// ```
/// use lip1_kernel::Interval;
/// let third = Interval::ratio(1, 3);
/// assert!(third.lower() < third.upper() && third.width() < 1e-16);
/// let hypotenuse = (Interval::point(3.0).sqr() + Interval::point(4.0).sqr()).sqrt();
/// assert_eq!((hypotenuse.lower(), hypotenuse.upper()), (5.0, 5.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    lo: f64,
    hi: f64,
}

impl Interval {
    /// The whole line: nothing is known.
    pub const ENTIRE: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY };
    /// Exactly 0.
    pub const ZERO: Self = Self { lo: 0.0, hi: 0.0 };
    /// Exactly 1.
    pub const ONE: Self = Self { lo: 1.0, hi: 1.0 };

    /// Both ends as computed; the whole line if one of them is NaN.
    pub(crate) fn ends(lo: f64, hi: f64) -> Self {
        if lo <= hi { Self { lo, hi } } else { Self::ENTIRE }
    }

    /// tmp
    pub fn is_observed(self) -> bool { false }
    /// tmp
    pub fn observed(x: f64) -> Self { Self::point(x) }
    /// tmp
    pub fn data(x: f64) -> Self { Self::point(x) }
    /// tmp
    pub fn constant(x: f64) -> Self { Self::point(x) }
    /// Exactly the number `x`; the whole line if it is not finite.
    pub fn point(x: f64) -> Self {
        if x.is_finite() { Self { lo: x, hi: x } } else { Self::ENTIRE }
    }

    /// An integer, rounded outward when it needs more than 53 bits.
    pub fn integer(n: u128) -> Self {
        // Two halves of 64 bits, each two of 32: all exact in f64.
        let part = |shift: u32| Self::point(((n >> shift) & 0xffff_ffff) as f64);
        let base = Self::point(4_294_967_296.0);
        ((part(96) * base + part(64)) * base + part(32)) * base + part(0)
    }

    /// The quotient of two integers; the whole line if `den` is 0.
    pub fn ratio(num: u128, den: u128) -> Self {
        Self::integer(num) / Self::integer(den)
    }

    /// The number pi.
    pub fn pi() -> Self {
        Self { lo: std::f64::consts::PI, hi: std::f64::consts::PI.next_up() }
    }

    /// Largest `f64` known to be at most the number.
    pub fn lower(self) -> f64 {
        self.lo
    }

    /// Smallest `f64` known to be at least the number.
    pub fn upper(self) -> f64 {
        self.hi
    }

    /// An upper bound on the distance of the two ends.
    pub fn width(self) -> f64 {
        float::add(self.hi, -self.lo).1
    }

    /// Whether `x` lies between the ends.
    pub fn contains(self, x: f64) -> bool {
        self.lo <= x && x <= self.hi
    }

    /// The smallest enclosure of both.
    pub fn hull(self, other: Self) -> Self {
        Self::ends(float::smaller(self.lo, other.lo), float::larger(self.hi, other.hi))
    }

    /// The larger of two numbers.
    pub fn max(self, other: Self) -> Self {
        Self::ends(float::larger(self.lo, other.lo), float::larger(self.hi, other.hi))
    }

    /// The smaller of two numbers.
    pub fn min(self, other: Self) -> Self {
        Self::ends(float::smaller(self.lo, other.lo), float::smaller(self.hi, other.hi))
    }

    /// Absolute value.
    pub fn abs(self) -> Self {
        let larger = self.max(-self);
        Self::ends(float::larger(larger.lo, 0.0), larger.hi)
    }

    /// Square.
    pub fn sqr(self) -> Self {
        let a = self.abs();
        Self::ends(float::larger(float::mul(a.lo, a.lo).0, 0.0), float::mul(a.hi, a.hi).1)
    }

    /// Square root of a number that is known not to be negative (a negative lower end counts as 0).
    pub fn sqrt(self) -> Self {
        Self::ends(float::sqrt(float::larger(self.lo, 0.0)).0, float::sqrt(self.hi).1)
    }

    /// `self` to the power `n`.
    pub fn powi(self, n: u32) -> Self {
        let half = if n < 2 { Self::ONE } else { self.powi(n / 2).sqr() };
        if n.is_multiple_of(2) { half } else { half * self }
    }

    /// Exponential.
    pub fn exp(self) -> Self {
        Self::ends(series::exp(self.lo).lo, series::exp(self.hi).hi)
    }

    /// Natural logarithm of a positive number (a lower end at or below 0 gives `-inf`).
    pub fn ln(self) -> Self {
        Self::ends(series::ln(self.lo).lo, series::ln(self.hi).hi)
    }

    /// `ln(1 + self)` for a number above -1, without cancellation near 0.
    pub fn ln_1p(self) -> Self {
        Self::ends(series::ln_1p(self.lo).lo, series::ln_1p(self.hi).hi)
    }

    /// `softplus(self) = ln(1 + e^self)`, with a small relative width on both tails.
    pub fn softplus(self) -> Self {
        let at = |x: f64| Self::point(x).max(Self::ZERO) + Self::point(-x.abs()).exp().ln_1p();
        Self::ends(float::larger(at(self.lo).lo, 0.0), at(self.hi).hi)
    }
}

impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo }
    }
}

impl Add for Interval {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::ends(float::add(self.lo, other.lo).0, float::add(self.hi, other.hi).1)
    }
}

impl Sub for Interval {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Interval {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.corners(other, float::mul)
    }
}

impl Div for Interval {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        if other.contains(0.0) { Self::ENTIRE } else { self.corners(other, float::div) }
    }
}

impl Interval {
    /// The hull of an operation, monotone in each argument, over the four pairs of ends.
    fn corners(self, other: Self, op: fn(f64, f64) -> (f64, f64)) -> Self {
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for a in [self.lo, self.hi] {
            for b in [other.lo, other.hi] {
                let (below, above) = op(a, b);
                lo = float::smaller(lo, below);
                hi = float::larger(hi, above);
            }
        }
        Self::ends(lo, hi)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:?}, {:?}]", self.lo, self.hi)
    }
}
