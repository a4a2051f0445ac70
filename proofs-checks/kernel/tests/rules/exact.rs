//! Exact arithmetic on dyadic numbers, the oracle of everything that rounds: sums and products of `f64` never round here.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// `(-1)^negative * sum_k digits[k] 2^(32 k) * 2^exponent`.
#[derive(Debug, Clone)]
pub(crate) struct Exact {
    negative: bool,
    digits: Vec<u32>,
    exponent: i64,
}

impl Exact {
    pub(crate) fn integer(n: i128) -> Self {
        let digits = (0..4).map(|k| (n.unsigned_abs() >> (32 * k)) as u32).collect();
        Self { negative: n < 0, digits, exponent: 0 }
    }

    /// The value of a finite `f64`.
    pub(crate) fn of(x: f64) -> Self {
        assert!(x.is_finite(), "{x} has no exact value");
        let (bits, field) = (x.to_bits(), (x.to_bits() >> 52) & 0x7ff);
        let fraction = bits & 0x000f_ffff_ffff_ffff;
        let (mantissa, exponent) =
            if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field as i64 - 1075) };
        Self { negative: x < 0.0, digits: vec![mantissa as u32, (mantissa >> 32) as u32], exponent }
    }

    /// `self 2^k`.
    pub(crate) fn times_power_of_two(mut self, k: i64) -> Self {
        self.exponent += k;
        self
    }

    pub(crate) fn abs(mut self) -> Self {
        self.negative = false;
        self
    }

    /// `self / n`, rounded towards 0 to a multiple of `2^-bits`.
    pub(crate) fn divided_by(self, n: u32, bits: i64) -> Self {
        let mut number = self.multiple_of(bits);
        let mut rest = 0_u64;
        for digit in number.digits.iter_mut().rev() {
            let part = rest << 32 | u64::from(*digit);
            *digit = (part / u64::from(n)) as u32;
            rest = part % u64::from(n);
        }
        number
    }

    /// The multiple of `2^-bits` next to `self` towards 0.
    pub(crate) fn multiple_of(self, bits: i64) -> Self {
        let Self { negative, digits, exponent } = self;
        let up = exponent + bits;
        let mut digits = if up >= 0 {
            shifted(&digits, up as u64)
        } else {
            let (whole, part) = ((-up / 32) as usize, (-up % 32) as u32);
            let wide = |k: usize| u64::from(digits.get(k).copied().unwrap_or(0));
            (whole..digits.len()).map(|k| ((wide(k) | wide(k + 1) << 32) >> part) as u32).collect()
        };
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Self { negative, digits, exponent: -bits }
    }

    fn sign(&self) -> Ordering {
        match (self.digits.iter().all(|d| *d == 0), self.negative) {
            (true, _) => Ordering::Equal,
            (_, true) => Ordering::Less,
            (_, false) => Ordering::Greater,
        }
    }
}

fn shifted(digits: &[u32], by: u64) -> Vec<u32> {
    let mut out = vec![0; (by / 32) as usize];
    let mut carry = 0_u64;
    for digit in digits {
        let wide = u64::from(*digit) << (by % 32) | carry;
        out.push(wide as u32);
        carry = wide >> 32;
    }
    out.push(carry as u32);
    out
}

fn compare(a: &[u32], b: &[u32]) -> Ordering {
    let at = |v: &[u32], k: usize| v.get(k).copied().unwrap_or(0);
    let length = a.len().max(b.len());
    (0..length).rev().map(|k| at(a, k).cmp(&at(b, k))).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

/// `a + b`, or `a - b` for `a >= b`.
fn combined(a: &[u32], b: &[u32], minus: bool) -> Vec<u32> {
    let mut carry = 0_i64;
    let mut out = Vec::new();
    for k in 0..a.len().max(b.len()) + 1 {
        let at = |v: &[u32]| i64::from(v.get(k).copied().unwrap_or(0));
        let sum = at(a) + if minus { -at(b) } else { at(b) } + carry;
        out.push(sum as u32);
        carry = sum >> 32;
    }
    out
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        let a = shifted(&self.digits, (self.exponent - exponent) as u64);
        let b = shifted(&other.digits, (other.exponent - exponent) as u64);
        let (negative, digits) = if self.negative == other.negative {
            (self.negative, combined(&a, &b, false))
        } else if compare(&a, &b).is_ge() {
            (self.negative, combined(&a, &b, true))
        } else {
            (other.negative, combined(&b, &a, true))
        };
        Self { negative, digits, exponent }
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(mut self) -> Self {
        self.negative = !self.negative;
        self
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
        let mut digits = vec![0_u32; self.digits.len() + other.digits.len() + 1];
        for (i, a) in self.digits.iter().enumerate() {
            let mut carry = 0_u64;
            for (j, b) in other.digits.iter().chain(std::iter::once(&0)).enumerate() {
                let wide = u64::from(*a) * u64::from(*b) + u64::from(digits[i + j]) + carry;
                digits[i + j] = wide as u32;
                carry = wide >> 32;
            }
        }
        let negative = self.negative != other.negative;
        Self { negative, digits, exponent: self.exponent + other.exponent }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some((self.clone() - other.clone()).sign())
    }
}

/// Sum of products `a_k b_k`.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> Exact {
    let products = a.iter().zip(b).map(|(a, b)| Exact::of(*a) * Exact::of(*b));
    products.fold(Exact::integer(0), |sum, p| sum + p)
}

/// Squared Euclidean distance.
pub(crate) fn squared_distance(x: &[f64], y: &[f64]) -> Exact {
    let squares = x.iter().zip(y).map(|(a, b)| {
        let d = Exact::of(*a) - Exact::of(*b);
        d.clone() * d
    });
    squares.fold(Exact::integer(0), |sum, p| sum + p)
}

/// `e^x` within `2^-200` of its own size, for `|x| <= 1024`.
pub(crate) fn exp(x: &Exact) -> Exact {
    // e^x = (e^(x / 2^16))^(2^16). The argument and each term of the series are off by less than 2^-300, the result of the
    // series by 2^-290; a squaring doubles that in relation to the value and cuts it off below 2^-1800, next to at least 2^-1478.
    let small = x.clone().times_power_of_two(-16).multiple_of(300);
    let (mut term, mut sum) = (Exact::integer(1), Exact::integer(1));
    for k in 1..45 {
        term = (term * small.clone()).divided_by(k, 300);
        sum = sum + term.clone();
    }
    for _ in 0..16 {
        sum = (sum.clone() * sum).multiple_of(1800);
    }
    sum
}

/// Sine and cosine within `2^-350`, for `|x| <= 32`, by their series.
pub(crate) fn sin_cos(x: &Exact) -> (Exact, Exact) {
    let x = x.clone().multiple_of(400);
    let (mut sin, mut cos) = (Exact::integer(0), Exact::integer(0));
    let mut term = Exact::integer(1);
    for k in 0..200 {
        let signed = if k % 4 < 2 { term.clone() } else { -term.clone() };
        if k % 2 == 0 {
            cos = cos + signed;
        } else {
            sin = sin + signed;
        }
        term = (term * x.clone()).divided_by(k + 1, 400);
    }
    (sin, cos)
}
