//! The largest eigenvalue of a symmetric matrix.

use nalgebra::{DMatrix, DVector};

use crate::random::gaussian;

/// Size up to which all eigenvalues are computed instead.
const DIRECT: usize = 48;

/// Most Lanczos steps.
const STEPS: usize = 240;

/// Steps between two looks at the estimate.
const LOOK: usize = 20;

/// Relative change between two looks at which the estimate counts as settled.
const SETTLED: f64 = 1e-13;

/// An estimate of the largest eigenvalue of a symmetric matrix, from below up to rounding.
///
/// Lanczos iteration, made orthogonal twice at each step: it sees a cluster of eigenvalues as well as a
/// wide spectrum, being invariant under shifts and scalings, where power iteration would stall.
/// Cost: a matrix-vector product and `4 k` operations an earlier step, each step.
pub(super) fn largest_eigenvalue(matrix: &DMatrix<f64>) -> f64 {
    let size = matrix.nrows();
    if size <= DIRECT {
        return matrix.symmetric_eigenvalues().max();
    }
    let draw = gaussian::<f64>(size, 1, 1.0, 0, 0);
    let mut basis = vec![DVector::from_column_slice(draw.as_slice()).normalize()];
    let (mut diagonal, mut beside): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut estimate = 0.0;
    for step in 1..=STEPS.min(size) {
        let Some(last) = basis.last() else { break };
        let mut next = matrix * last;
        diagonal.push(next.dot(last));
        for _ in 0..2 {
            for vector in &basis {
                let along = next.dot(vector);
                next.axpy(-along, vector, 1.0);
            }
        }
        let norm = next.norm();
        let scale = diagonal.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
        let exhausted = norm <= f64::EPSILON * scale;
        if step % LOOK == 0 || step == STEPS.min(size) || exhausted {
            let now = tridiagonal(&diagonal, &beside);
            let settled = (now - estimate).abs() <= SETTLED * now.abs();
            estimate = now;
            if settled || exhausted {
                break;
            }
        }
        beside.push(norm);
        basis.push(next / norm);
    }
    estimate
}

/// The largest eigenvalue of a symmetric tridiagonal matrix.
fn tridiagonal(diagonal: &[f64], beside: &[f64]) -> f64 {
    let size = diagonal.len();
    let matrix = DMatrix::from_fn(size, size, |i, j| {
        if i == j {
            diagonal[i]
        } else if i.abs_diff(j) == 1 {
            beside[i.min(j)]
        } else {
            0.0
        }
    });
    matrix.symmetric_eigenvalues().max()
}

#[cfg(test)]
mod tests {
    use super::largest_eigenvalue;
    use crate::gram::small_gram;
    use crate::random::gaussian;
    use crate::weight::polar;
    use nalgebra::DMatrix;

    /// Solver: the estimate agrees with a full eigenvalue decomposition to this, relative.
    const AGREEMENT: f64 = 1e-12;

    #[test]
    fn the_estimate_agrees_with_all_eigenvalues_on_wide_and_clustered_spectra() {
        let wide = gaussian::<f64>(120, 200, 1.0, 1, 0);
        let cluster =
            polar(gaussian::<f64>(120, 120, 1.0, 2, 0)).unwrap() + gaussian::<f64>(120, 120, 1e-8, 3, 0);
        let low_rank = gaussian::<f64>(100, 3, 1.0, 4, 0) * gaussian::<f64>(3, 90, 1.0, 5, 0);
        for matrix in [wide, cluster, low_rank] {
            let gram = small_gram(&matrix);
            let all = gram.symmetric_eigenvalues().max();
            let found = largest_eigenvalue(&gram);
            assert!((found - all).abs() <= AGREEMENT * all, "{found} {all}");
        }
        assert!(largest_eigenvalue(&DMatrix::zeros(60, 60)).abs() <= f64::MIN_POSITIVE);
    }
}
