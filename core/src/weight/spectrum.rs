//! Both ends of the spectrum of a symmetric matrix, roughly and fast.

use nalgebra::{DMatrix, DVector};

use crate::product::sum_of_squares;
use crate::random::gaussian;
use crate::scalar::Scalar;

/// Size from which Lanczos iteration is worth its products; smaller matrices are bounded by their row sums.
const ITERATED: usize = 128;

/// Lanczos steps; the ends of a spectrum are found first.
const STEPS: usize = 7;

/// Share of its width by which the found spectrum is widened, since it is found from inside.
const MARGIN: f64 = 0.1;

/// An interval that holds the eigenvalues, up to the luck of a random start where the matrix is large; not finite when
/// an entry is not.
pub(super) fn ends<T: Scalar>(symmetric: &DMatrix<T>) -> (f64, f64) {
    let frobenius = sum_of_squares(symmetric.as_slice()).to_f64().sqrt();
    let size = symmetric.nrows();
    if !frobenius.is_finite() || frobenius <= 0.0 {
        return (-frobenius, frobenius);
    }
    if size < ITERATED {
        let row_sum = |column: &[T]| column.iter().fold(T::zero(), |sum, x| sum + x.abs()).to_f64();
        let largest = symmetric.as_slice().chunks_exact(size).map(row_sum).fold(0.0, f64::max);
        let bound = largest.min(frobenius);
        return (-bound, bound);
    }
    let (low, high) = lanczos(symmetric);
    let margin = MARGIN * (high - low);
    ((low - margin).max(-frobenius), (high + margin).min(frobenius))
}

/// The least and the largest Ritz value.
fn lanczos<T: Scalar>(symmetric: &DMatrix<T>) -> (f64, f64) {
    let draw = gaussian::<T>(symmetric.nrows(), 1, 1.0, 0, 0);
    let mut basis = vec![DVector::from_column_slice(draw.as_slice()).normalize()];
    let mut tridiagonal = DMatrix::<f64>::zeros(STEPS, STEPS);
    let mut taken = 0;
    for step in 0..STEPS {
        let mut next = symmetric * &basis[step];
        tridiagonal[(step, step)] = next.dot(&basis[step]).to_f64();
        taken = step + 1;
        for vector in &basis {
            let along = next.dot(vector);
            next.axpy(-along, vector, T::one());
        }
        let length = next.norm();
        if taken == STEPS || length <= T::zero() {
            break;
        }
        tridiagonal[(step, step + 1)] = length.to_f64();
        tridiagonal[(step + 1, step)] = length.to_f64();
        basis.push(next / length);
    }
    let values = tridiagonal.view((0, 0), (taken, taken)).clone_owned().symmetric_eigenvalues();
    (values.min(), values.max())
}

#[cfg(test)]
mod tests {
    use super::ends;
    use crate::gram::small_gram;
    use crate::random::gaussian;
    use nalgebra::DMatrix;
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
        #[test]
        fn the_interval_holds_the_spectrum(
            size in 1_usize..180, rank in 1_usize..180, shift in -1.0_f64..1.0, seed in 0_u64..100,
        ) {
            let draw = gaussian::<f64>(size, rank.min(size), 0.1, seed, 0);
            let matrix = small_gram(&draw.transpose().insert_rows(0, size, 0.0)) * shift;
            let values = matrix.symmetric_eigenvalues();
            let (low, high) = ends(&matrix);
            prop_assert!(low <= values.min() && values.max() <= high, "{low} {high} {values}");
        }
    }

    #[test]
    fn what_is_not_finite_has_no_finite_ends() {
        assert!(!ends(&DMatrix::from_element(3, 3, f64::NAN)).1.is_finite());
        assert_eq!(ends(&DMatrix::<f64>::zeros(200, 200)), (0.0, 0.0));
    }
}
