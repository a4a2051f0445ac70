//! Enclosures of real numbers.

use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::float;
use crate::series;

/// An enclosure of a real number: `lower <= x <= upper`, that remembers where it comes from.
///
/// Only exact numbers and the operations of this crate build one. Bounds are rounded outward by at most one unit in
/// the last place and stay exact where the result is, so comparisons of integers or of distances such as
/// `|(3, 4)| = 5` are decided. Overflow gives infinite ends, never NaN.
///
/// A number that something outside this crate computed enters as [`Interval::observed`], and whatever is computed from it is
/// observed as well: [`crate::judge`] decides nothing from it. Values of theorems are not observed.
///
/// ```
/// use lip1_kernel::Interval;
/// let third = Interval::ratio(1, 3);
/// assert!(third.lower() < third.upper() && third.width() < 1e-16);
/// let hypotenuse = (Interval::data(3.0).sqr() + Interval::data(4.0).sqr()).sqrt();
/// assert_eq!((hypotenuse.lower(), hypotenuse.upper()), (5.0, 5.0));
/// assert!((hypotenuse - Interval::observed(4.9)).is_observed());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    lo: f64,
    hi: f64,
    observed: bool,
}

impl Interval {
    /// The whole line: nothing is known.
    pub const ENTIRE: Self = Self { lo: f64::NEG_INFINITY, hi: f64::INFINITY, observed: false };
    /// Exactly 0.
    pub const ZERO: Self = Self { lo: 0.0, hi: 0.0, observed: false };
    /// Exactly 1.
    pub const ONE: Self = Self { lo: 1.0, hi: 1.0, observed: false };

    /// Both ends as computed; the whole line if one of them is NaN.
    pub(crate) fn ends(lo: f64, hi: f64) -> Self {
        if lo <= hi { Self { lo, hi, observed: false } } else { Self::ENTIRE }
    }

    /// Exactly the number `x`; the whole line if it is not finite.
    pub(crate) fn exact(x: f64) -> Self {
        if x.is_finite() { Self { lo: x, hi: x, observed: false } } else { Self::ENTIRE }
    }

    /// A number of the instance: as parsed or declared, a weight of a network, a value of a function whose Lipschitz constant is
    /// verified too. The whole line if it is not finite.
    pub fn data(x: f64) -> Self {
        Self::exact(x)
    }

    /// A literal of the statement. The whole line if it is not finite.
    pub fn constant(x: f64) -> Self {
        Self::exact(x)
    }

    /// A number that a solver, a training run or floating point outside this crate computed: exactly that number, which need not be
    /// the quantity it stands for. The whole line if it is not finite.
    pub fn observed(x: f64) -> Self {
        Self { observed: true, ..Self::exact(x) }
    }

    /// Whether an observed number took part in it.
    pub fn is_observed(self) -> bool {
        self.observed
    }

    /// The same enclosure, observed if the number that it was computed from is.
    fn tainted_by(self, operand: Self) -> Self {
        Self { observed: operand.observed, ..self }
    }

    /// The same enclosure, observed if one of the numbers that it was computed from is.
    fn tainted_by_either(self, left: Self, right: Self) -> Self {
        Self { observed: left.observed | right.observed, ..self }
    }

    /// An integer, rounded outward when it needs more than 53 bits.
    pub fn integer(n: u128) -> Self {
        // Two halves of 64 bits, each two of 32: all exact in f64.
        let part = |shift: u32| Self::exact(((n >> shift) & 0xffff_ffff) as f64);
        let base = Self::exact(4_294_967_296.0);
        ((part(96) * base + part(64)) * base + part(32)) * base + part(0)
    }

    /// The quotient of two integers; the whole line if `den` is 0.
    pub fn ratio(num: u128, den: u128) -> Self {
        Self::integer(num) / Self::integer(den)
    }

    /// The number pi.
    pub fn pi() -> Self {
        Self::ends(std::f64::consts::PI, std::f64::consts::PI.next_up())
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
        let ends = Self::ends(float::smaller(self.lo, other.lo), float::larger(self.hi, other.hi));
        ends.tainted_by_either(self, other)
    }

    /// The larger of two numbers.
    pub fn max(self, other: Self) -> Self {
        let ends = Self::ends(float::larger(self.lo, other.lo), float::larger(self.hi, other.hi));
        ends.tainted_by_either(self, other)
    }

    /// The smaller of two numbers.
    pub fn min(self, other: Self) -> Self {
        let ends = Self::ends(float::smaller(self.lo, other.lo), float::smaller(self.hi, other.hi));
        ends.tainted_by_either(self, other)
    }

    /// Absolute value.
    pub fn abs(self) -> Self {
        let larger = self.max(-self);
        Self::ends(float::larger(larger.lo, 0.0), larger.hi).tainted_by(self)
    }

    /// Square.
    pub fn sqr(self) -> Self {
        let a = self.abs();
        Self::ends(float::larger(float::mul(a.lo, a.lo).0, 0.0), float::mul(a.hi, a.hi).1).tainted_by(self)
    }

    /// Square root of a number that is known not to be negative (a negative lower end counts as 0).
    pub fn sqrt(self) -> Self {
        Self::ends(float::sqrt(float::larger(self.lo, 0.0)).0, float::sqrt(self.hi).1).tainted_by(self)
    }

    /// `self` to the power `n`.
    pub fn powi(self, n: u32) -> Self {
        let half = if n < 2 { Self::ONE.tainted_by(self) } else { self.powi(n / 2).sqr() };
        if n.is_multiple_of(2) { half } else { half * self }
    }

    /// Exponential.
    pub fn exp(self) -> Self {
        Self::ends(series::exp(self.lo).lo, series::exp(self.hi).hi).tainted_by(self)
    }

    /// Natural logarithm of a positive number (a lower end at or below 0 gives `-inf`).
    pub fn ln(self) -> Self {
        Self::ends(series::ln(self.lo).lo, series::ln(self.hi).hi).tainted_by(self)
    }

    /// `ln(1 + self)` for a number above -1, without cancellation near 0.
    pub fn ln_1p(self) -> Self {
        Self::ends(series::ln_1p(self.lo).lo, series::ln_1p(self.hi).hi).tainted_by(self)
    }

    /// `softplus(self) = ln(1 + e^self)`, with a small relative width on both tails.
    pub fn softplus(self) -> Self {
        let at = |x: f64| Self::exact(x).max(Self::ZERO) + Self::exact(-x.abs()).exp().ln_1p();
        Self::ends(float::larger(at(self.lo).lo, 0.0), at(self.hi).hi).tainted_by(self)
    }

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

impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo, observed: self.observed }
    }
}

impl Add for Interval {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::ends(float::add(self.lo, other.lo).0, float::add(self.hi, other.hi).1)
            .tainted_by_either(self, other)
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
        self.corners(other, float::mul).tainted_by_either(self, other)
    }
}

impl Div for Interval {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let quotient = if other.contains(0.0) { Self::ENTIRE } else { self.corners(other, float::div) };
        quotient.tainted_by_either(self, other)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:?}, {:?}]", self.lo, self.hi)
    }
}
