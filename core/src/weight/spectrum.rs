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

/// An interval that holds the eigenvalues; not finite when an entry is not.
///
/// Where the matrix is large, up to the luck of a random start: of Gram matrices of noise one in fifty is missed at an end,
/// by a few hundredths of its width, seldom a tenth. The error of what is interpolated on it grows beyond it as a Chebyshev
/// polynomial does, and the next step of an optimiser starts from the residual that was left.
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
    use super::{ITERATED, ends};
    use crate::product::{Factor, product};
    use crate::random::gaussian;
    use nalgebra::{DMatrix, DVector};
    use proptest::prelude::{prop_assert, proptest};

    /// A Gram matrix of a rank, and its spectrum.
    fn draw(size: usize, rank: usize, shift: f64, seed: u64) -> (DMatrix<f64>, DVector<f64>) {
        let draw = gaussian::<f64>(size, rank, 0.1, seed, 1);
        let matrix = product(Factor::Plain(&draw), Factor::Transposed(&draw)) * shift;
        let values = matrix.symmetric_eigenvalues();
        (matrix, values)
    }

    /// By how much of its width the interval misses an end of the spectrum.
    fn missed(matrix: &DMatrix<f64>, values: &DVector<f64>) -> f64 {
        let (low, high) = ends(matrix);
        (low - values.min()).max(values.max() - high) / (high - low)
    }

    proptest! {
        #[test]
        fn the_interval_of_a_small_matrix_holds_its_spectrum(
            size in 1_usize..ITERATED, rank in 1_usize..180, shift in -1.0_f64..1.0, seed in 0_u64..100,
        ) {
            let (matrix, values) = draw(size, rank, shift, seed);
            let (low, high) = ends(&matrix);
            let room = ROUNDING * values.amax();
            prop_assert!(low - room <= values.min() && values.max() <= high + room, "{low} {high} {values}");
        }
    }

    /// Draws of large matrices, by seed: which of them are missed does not change from run to run.
    const DRAWS: u64 = 150;

    /// Statistical: of 8,000 draws such as these 2.1 % were missed, so more than 10 of 150 have a probability below 1e-3.
    const MISSES: usize = 10;

    /// Statistical: of the width; the largest miss in those 8,000 draws was 0.094, and 0.100 in the ones here.
    const WORST: f64 = 0.15;

    /// Rounding: c·eps·n of the reference; where the rank is 1, the Frobenius norm is the eigenvalue.
    const ROUNDING: f64 = 1e-13;

    #[test]
    fn the_interval_of_a_large_matrix_rarely_misses_its_spectrum_and_never_by_much() {
        let missed = (0..DRAWS).map(|seed| {
            let size = ITERATED + (7 * seed as usize) % 52;
            let sign = if seed.is_multiple_of(2) { 1.0 } else { -1.0 };
            let (matrix, values) = draw(size, 1 + (31 * seed as usize) % 179, sign, seed);
            missed(&matrix, &values)
        });
        let missed: Vec<f64> = missed.filter(|share| *share > ROUNDING).collect();
        assert!(missed.len() <= MISSES && missed.iter().all(|share| *share <= WORST), "{missed:?}");
    }

    #[test]
    fn what_is_not_finite_has_no_finite_ends() {
        assert!(!ends(&DMatrix::from_element(3, 3, f64::NAN)).1.is_finite());
        assert_eq!(ends(&DMatrix::<f64>::zeros(200, 200)), (0.0, 0.0));
    }
}
