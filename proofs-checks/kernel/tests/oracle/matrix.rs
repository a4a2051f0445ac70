//! Matrices: exact comparison of a spectral norm with a number, and hints for the kernel's bound.

use dashu_int::IBig;
use lip1_kernel::net::Dense;
use lip1_kernel::norm::{SpectralCertificate, scale_exponent};

use crate::number::Exact;
use crate::random::Stream;

/// Whether a symmetric matrix has no negative eigenvalue, by elimination without fractions (Bareiss).
fn is_positive(mut matrix: Vec<Vec<IBig>>) -> bool {
    let mut divisor = IBig::ONE;
    while let Some(n) = matrix.len().checked_sub(1) {
        if (0..=n).any(|i| matrix[i][i] < IBig::ZERO) {
            return false;
        }
        // A largest entry of the diagonal; if it is 0, all entries must be.
        let k = (0..=n).max_by_key(|i| matrix[*i][*i].clone()).unwrap();
        if matrix[k][k] == IBig::ZERO {
            return matrix.iter().flatten().all(|entry| *entry == IBig::ZERO);
        }
        matrix.swap(k, n);
        matrix.iter_mut().for_each(|row| row.swap(k, n));
        let last = matrix.pop().unwrap();
        for (row, first) in matrix.iter_mut().zip(&last) {
            for (entry, second) in row.iter_mut().zip(&last) {
                *entry = (&*entry * &last[n] - first * second) / &divisor;
            }
            row.truncate(n);
        }
        divisor = last[n].clone();
    }
    true
}

/// Whether `|W x| <= bound |x|` for all `x`.
pub(crate) fn norm_is_at_most(rows: &[Vec<f64>], bound: f64) -> bool {
    if bound < 0.0 || bound == f64::INFINITY {
        return bound > 0.0;
    }
    let columns = rows[0].len();
    // Whole numbers of the smallest power of two that matters.
    let numbers = rows.iter().flatten().chain([&bound]).filter(|x| **x != 0.0);
    let least = numbers.map(|x| ((x.to_bits() >> 52 & 0x7ff) as i64 - 1075).max(-1074)).min().unwrap_or(0);
    let whole = |x: f64| Exact::of(x).in_units(-least);
    let entries: Vec<Vec<IBig>> = rows.iter().map(|row| row.iter().map(|x| whole(*x)).collect()).collect();
    let square = whole(bound) * whole(bound);
    // The Gram matrix of the smaller side.
    let vectors: Vec<Vec<IBig>> = if rows.len() <= columns {
        entries
    } else {
        (0..columns).map(|j| entries.iter().map(|row| row[j].clone()).collect()).collect()
    };
    let dot = |a: &[IBig], b: &[IBig]| a.iter().zip(b).map(|(a, b)| a * b).fold(IBig::ZERO, |sum, p| sum + p);
    let difference = |i: usize, j: usize| {
        let product = dot(&vectors[i], &vectors[j]);
        if i == j { &square - product } else { -product }
    };
    is_positive((0..vectors.len()).map(|i| (0..vectors.len()).map(|j| difference(i, j)).collect()).collect())
}

/// A hint for the bound of [`lip1_kernel::norm::spectral`], as good as plain arithmetic makes it, `mu` nudged.
pub(crate) fn hint(stream: &mut Stream, dense: &Dense) -> SpectralCertificate {
    let scale = -scale_exponent(&dense.weight);
    let (half, rest) = (2.0_f64.powi(scale / 2), 2.0_f64.powi(scale - scale / 2));
    let at = |i: usize, j: usize| dense.weight[i * dense.inputs + j] * half * rest;
    let (k, long) = (dense.outputs.min(dense.inputs), dense.outputs.max(dense.inputs));
    let entry = |a: usize, l: usize| if dense.outputs < dense.inputs { at(a, l) } else { at(l, a) };
    let gram: Vec<Vec<f64>> = (0..k)
        .map(|a| (0..k).map(|b| (0..long).map(|l| entry(a, l) * entry(b, l)).sum()).collect())
        .collect();
    let mut vector = vec![1.0; k];
    let mut largest = 0.0;
    for _ in 0..60 {
        let image: Vec<f64> =
            gram.iter().map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>()).collect();
        largest = image.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if largest == 0.0 {
            break;
        }
        vector = image.into_iter().map(|x| x / largest).collect();
    }
    let mu = stream.nudged(largest);
    // Cholesky, with 0 for what would be negative.
    let mut lower = vec![vec![0.0; k]; k];
    for i in 0..k {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|l| lower[i][l] * lower[j][l]).sum();
            let rest = if i == j { mu } else { 0.0 } - gram[i][j] - sum;
            lower[i][j] = if i == j {
                rest.max(0.0).sqrt()
            } else if lower[j][j] > 0.0 {
                rest / lower[j][j]
            } else {
                0.0
            };
        }
    }
    let mut factor: Vec<f64> = lower.iter().enumerate().flat_map(|(i, row)| row[..=i].to_vec()).collect();
    if stream.once_in(8) {
        let k = stream.below(factor.len() as u64) as usize;
        factor[k] = stream.nudged(factor[k]);
    }
    factor.iter_mut().filter(|x| !x.is_finite()).for_each(|x| *x = 0.0);
    SpectralCertificate { mu, factor }
}

#[test]
fn norms_are_compared_exactly() {
    let rows = |list: &[&[f64]]| list.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
    for (matrix, norm) in [
        (rows(&[&[3.0, 4.0]]), 5.0),
        (rows(&[&[1.0, 1.0], &[1.0, 1.0]]), 2.0),
        (rows(&[&[0.0, 2.0], &[1.0, 0.0], &[0.0, 0.0]]), 2.0),
        (rows(&[&[1.0, 2.0, 2.0], &[2.0, 1.0, -2.0], &[2.0, -2.0, 1.0]]), 3.0),
        (rows(&[&[0.0]]), 0.0),
    ] {
        assert!(norm_is_at_most(&matrix, norm) && norm_is_at_most(&matrix, norm.next_up()));
        assert!(!norm_is_at_most(&matrix, norm.next_down()));
    }
}
