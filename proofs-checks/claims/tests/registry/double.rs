//! Arithmetic with twice the digits of `f64`, and a spectral norm in it: a reference that shares no code with the kernel.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `high + low`, `|low|` at most half a unit in the last place of `high`; relative error of an operation about 1e-31.
#[derive(Clone, Copy)]
pub(super) struct Double {
    pub(super) high: f64,
    low: f64,
}

impl Double {
    pub(super) const ZERO: Self = Self { high: 0.0, low: 0.0 };

    pub(super) fn new(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }

    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let shadow = high - a;
        Self { high, low: (a - (high - shadow)) + (b - shadow) }
    }

    pub(super) fn sqrt(self) -> Self {
        let root = Self::new(self.high.sqrt());
        if root.high > 0.0 { root + (self - root * root) / (root + root) } else { Self::ZERO }
    }
}

impl Add for Double {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (high, low) = (Self::sum(self.high, other.high), Self::sum(self.low, other.low));
        let middle = Self::sum(high.high, high.low + low.high);
        Self::sum(middle.high, middle.low + low.low)
    }
}

impl Neg for Double {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for Double {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Double {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let product = self.high * other.high;
        let error = self.high.mul_add(other.high, -product);
        Self::sum(product, error + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Double {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = Self::new(self.high / other.high);
        let rest = self - first * other;
        let second = Self::new(rest.high / other.high);
        let last = Self::new((rest - second * other).high / other.high);
        first + second + last
    }
}

/// The largest singular value of a matrix of `columns` columns, row-major: one-sided Jacobi rotations.
pub(super) fn spectral_norm(columns: usize, weight: &[f64]) -> Double {
    let mut vectors: Vec<Vec<Double>> = (0..columns)
        .map(|j| weight.iter().skip(j).step_by(columns).map(|w| Double::new(*w)).collect())
        .collect();
    let dot = |a: &[Double], b: &[Double]| a.iter().zip(b).fold(Double::ZERO, |sum, (a, b)| sum + *a * *b);
    // Columns whose product is below this count as orthogonal: of n columns, it moves the largest eigenvalue by less than n^2 1e-31 of it,
    // and the rotation of a column that is all rounding would overflow.
    let whole = vectors.iter().map(|v| dot(v, v).high).sum::<f64>();
    let nothing = 1e-31 * whole;
    for _ in 0..40 {
        for i in 0..columns {
            for j in 0..i {
                let (a, b) = (dot(&vectors[i], &vectors[i]), dot(&vectors[j], &vectors[j]));
                let mixed = dot(&vectors[i], &vectors[j]);
                if mixed.high.abs() <= nothing {
                    continue;
                }
                // The rotation that makes the two columns orthogonal.
                let zeta = (b - a) / (mixed + mixed);
                let size = if zeta.high < 0.0 { -zeta } else { zeta };
                let one = Double::new(1.0);
                let tangent = one / (size + (one + zeta * zeta).sqrt());
                let tangent = if zeta.high < 0.0 { -tangent } else { tangent };
                let cosine = one / (one + tangent * tangent).sqrt();
                let sine = cosine * tangent;
                for k in 0..vectors[i].len() {
                    let (x, y) = (vectors[i][k], vectors[j][k]);
                    vectors[i][k] = cosine * x - sine * y;
                    vectors[j][k] = sine * x + cosine * y;
                }
            }
        }
    }
    let largest = vectors.iter().map(|v| dot(v, v)).max_by(|a, b| a.high.total_cmp(&b.high));
    largest.unwrap_or(Double::ZERO).sqrt()
}
