//! Polynomials that stand in for `(1 - e)^(-1/2)` on an interval.

use nalgebra::DMatrix;

use crate::gram::symmetric_product;
use crate::product::Factor;
use crate::scalar::Scalar;

/// Coefficients of `(1 - e)^(-1/2) = 1 + e/2 + 3 e²/8 + ...`, which bound its derivatives too.
const SERIES: [f64; 8] =
    [1.0, 0.5, 3.0 / 8.0, 5.0 / 16.0, 35.0 / 128.0, 63.0 / 256.0, 231.0 / 1024.0, 429.0 / 2048.0];

/// Highest degree; where it does not suffice, another step of a lower one comes cheaper.
const MOST: usize = SERIES.len() - 2;

/// Where interpolation is tried at all.
const RANGE: f64 = 0.7;

/// Least half-width of the interval, so that its nodes differ.
const HALF_WIDTH: f64 = 1e-4;

/// Coefficients, constant first, of the polynomial `p` of least degree for which `|1 - (1 - e) p(e)²|` is at most
/// `goal` on the interval, if a low degree does.
///
/// Interpolation at Chebyshev nodes: its error is at most `2 (w/4)^(d+1)` times the largest `f^(d+1)/(d+1)!`, `w` the
/// width and `d` the degree, which beats the Taylor series by `2^d` or, on one side of 0, by `4^d`.
pub(super) fn interpolate(low: f64, high: f64, goal: f64) -> Option<Vec<f64>> {
    if !(low >= -RANGE && high <= RANGE) {
        return None;
    }
    let (centre, half) = (0.5 * (low + high), (0.5 * (high - low)).max(HALF_WIDTH));
    let (low, high) = (centre - half, centre + half);
    let error = |degree: usize| {
        let order = degree + 1;
        let power = i32::try_from(order).unwrap_or(i32::MAX);
        let steepest = SERIES[order] * (1.0 - high).powf(-0.5 - order as f64);
        4.0 * (1.0 - low).sqrt() * steepest * (0.5 * half).powi(power)
    };
    let degree = (1..=MOST).find(|&degree| error(degree) <= goal)?;
    let nodes: Vec<f64> = (0..=degree)
        .map(|k| centre + half * (std::f64::consts::PI * (k as f64 + 0.5) / (degree + 1) as f64).cos())
        .collect();
    Some(newton(&nodes))
}

/// The polynomial through `(1 - e)^(-1/2)` at the nodes: divided differences, then coefficients of powers.
fn newton(nodes: &[f64]) -> Vec<f64> {
    let mut differences: Vec<f64> = nodes.iter().map(|e| 1.0 / (1.0 - e).sqrt()).collect();
    for order in 1..nodes.len() {
        for k in (order..nodes.len()).rev() {
            differences[k] = (differences[k] - differences[k - 1]) / (nodes[k] - nodes[k - order]);
        }
    }
    let mut powers = vec![0.0; nodes.len()];
    for (difference, node) in differences.iter().zip(nodes).rev() {
        // powers <- powers (e - node) + difference
        for k in (1..powers.len()).rev() {
            powers[k] = powers[k - 1] - node * powers[k];
        }
        powers[0] = difference - node * powers[0];
    }
    powers
}

/// `p(E) - I` of a symmetric matrix, by Horner's rule in `E²`: a product for every second degree.
pub(super) fn evaluate_less_one<T: Scalar>(coefficients: &[f64], symmetric: &DMatrix<T>) -> DMatrix<T> {
    let at = |index: usize| T::nearest(coefficients.get(index).copied().unwrap_or(0.0));
    let size = symmetric.nrows();
    let add = |matrix: &mut DMatrix<T>, constant: T, linear: T| {
        for (entry, e) in matrix.as_mut_slice().iter_mut().zip(symmetric.as_slice()) {
            *entry += linear * *e;
        }
        (0..size).for_each(|i| matrix[(i, i)] += constant);
    };
    let less_one = T::nearest(coefficients.first().copied().unwrap_or(1.0) - 1.0);
    let degree = coefficients.len().saturating_sub(1);
    if degree <= 1 {
        let mut sum = DMatrix::zeros(size, size);
        add(&mut sum, less_one, at(1));
        return sum;
    }
    let square = symmetric_product(Factor::Plain(symmetric), Factor::Plain(symmetric));
    let top = degree - degree % 2;
    // The two or three highest powers need no product of their own.
    let mut sum = if degree.is_multiple_of(2) { &square * at(degree) } else { DMatrix::zeros(size, size) };
    let mut power = if degree.is_multiple_of(2) { top - 2 } else { top };
    loop {
        add(&mut sum, if power == 0 { less_one } else { at(power) }, at(power + 1));
        if power == 0 {
            return sum;
        }
        // Polynomials in one matrix commute.
        sum = symmetric_product(Factor::Plain(&sum), Factor::Plain(&square));
        power -= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::{evaluate_less_one, interpolate};
    use nalgebra::DMatrix;
    use proptest::prelude::{prop_assert, proptest};

    /// Rounding: c·eps for a few operations on numbers of size about 1.
    const ROUNDING: f64 = 1e-14;

    proptest! {
        #[test]
        fn the_polynomial_keeps_its_goal_on_the_interval(
            low in -0.5_f64..0.3, width in 0.0_f64..0.4, exponent in -14_i32..-2, share in 0.0_f64..1.0,
        ) {
            let (high, goal) = (low + width, 10_f64.powi(exponent));
            if let Some(polynomial) = interpolate(low, high, goal) {
                let e = low + share * width;
                let value = polynomial.iter().rev().fold(0.0, |sum, c| sum * e + c);
                prop_assert!((1.0 - (1.0 - e) * value * value).abs() <= goal + ROUNDING);
                let matrix = evaluate_less_one(&polynomial, &DMatrix::from_element(1, 1, e));
                prop_assert!((matrix[(0, 0)] + 1.0 - value).abs() <= ROUNDING);
            } else {
                prop_assert!(width > 0.01 || !(-0.7..=0.7).contains(&low));
            }
        }
    }

    #[test]
    fn a_narrow_interval_takes_a_low_degree() {
        assert_eq!(interpolate(-1e-4, 1e-4, 1e-7).unwrap().len(), 2);
        assert_eq!(interpolate(-0.2, 0.02, 5e-7).unwrap().len(), 6);
        assert!(interpolate(-3.0, 0.0, 1e-7).is_none());
        assert!(interpolate(f64::NAN, f64::NAN, 1e-7).is_none());
    }
}
