//! Products whose result is symmetric, computed on one side of the diagonal and mirrored.

use nalgebra::DMatrix;

use crate::product::{Factor, gemm_block, product};
use crate::scalar::Scalar;

/// Size from which a symmetric product is split into blocks; below, a plain product is as fast.
const SPLIT: usize = 256;

/// Columns of a block are about this share of the matrix: of `n` blocks a side, `(n + 1)/(2n)` of the work is left.
const BLOCKS: usize = 4;

/// Side of the squares in which a triangle is mirrored, so that both fit into the cache.
const TILE: usize = 32;

/// The Gram matrix on the smaller side: `W Wᵀ` when there are fewer rows than columns, else `Wᵀ W`.
pub(crate) fn small_gram<T: Scalar>(matrix: &DMatrix<T>) -> DMatrix<T> {
    if matrix.nrows() < matrix.ncols() {
        symmetric_product(Factor::Plain(matrix), Factor::Transposed(matrix))
    } else {
        symmetric_product(Factor::Transposed(matrix), Factor::Plain(matrix))
    }
}

/// `A B`, known to be symmetric: a Gram matrix, or symmetric factors that commute.
pub(crate) fn symmetric_product<T: Scalar>(a: Factor<'_, T>, b: Factor<'_, T>) -> DMatrix<T> {
    let size = b.shape().1;
    if size < SPLIT {
        return product(a, b);
    }
    let mut out = DMatrix::zeros(size, size);
    let width = size.div_ceil(BLOCKS);
    for start in (0..size).step_by(width) {
        let end = size.min(start + width);
        gemm_block(&mut out, a, b, end, start..end);
    }
    mirror(&mut out);
    out
}

/// Copies what is above the diagonal below it.
fn mirror<T: Scalar>(matrix: &mut DMatrix<T>) {
    let size = matrix.nrows();
    let entries = matrix.as_mut_slice();
    for first in (0..size).step_by(TILE) {
        for second in (first..size).step_by(TILE) {
            for column in second..size.min(second + TILE) {
                for row in first..column.min(first + TILE) {
                    entries[row * size + column] = entries[column * size + row];
                }
            }
        }
    }
}

/// `A <- A + Aᵀ` of a square matrix.
pub(crate) fn add_transpose<T: Scalar>(matrix: &mut DMatrix<T>) {
    let size = matrix.nrows();
    let entries = matrix.as_mut_slice();
    for first in (0..size).step_by(TILE) {
        for second in (first..size).step_by(TILE) {
            for column in second..size.min(second + TILE) {
                for row in first..(column + 1).min(first + TILE) {
                    let sum = entries[row * size + column] + entries[column * size + row];
                    entries[row * size + column] = sum;
                    entries[column * size + row] = sum;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{add_transpose, small_gram, symmetric_product};
    use crate::product::{Factor, product};
    use crate::random::gaussian;

    /// Rounding: c·eps·n for sums of at most 320 terms of size about 1.
    const ROUNDING: f64 = 1e-12;

    #[test]
    fn the_gram_matrix_is_on_the_smaller_side() {
        let wide = gaussian::<f64>(3, 9, 1.0, 1, 0);
        let expected = product(Factor::Plain(&wide), Factor::Transposed(&wide));
        assert_eq!(small_gram(&wide), expected);
        assert_eq!(small_gram(&wide.transpose()).shape(), (3, 3));
    }

    #[test]
    fn half_a_product_is_the_whole_one_when_it_is_symmetric() {
        for (rows, columns) in [(256, 300), (301, 259), (320, 320)] {
            let matrix = gaussian::<f64>(rows, columns, 1.0, 2, 0);
            let gram = small_gram(&matrix);
            let plain =
                if rows < columns { &matrix * matrix.transpose() } else { matrix.transpose() * &matrix };
            assert!((&gram - &plain).amax() <= ROUNDING);
            assert_eq!(gram, gram.transpose());
            let square = symmetric_product(Factor::Plain(&gram), Factor::Plain(&gram));
            assert!((square - &plain * &plain).amax() <= ROUNDING * plain.norm() * plain.norm());
        }
    }

    #[test]
    fn adding_the_transpose_in_place() {
        let matrix = gaussian::<f64>(71, 71, 1.0, 3, 0);
        let mut sum = matrix.clone();
        add_transpose(&mut sum);
        assert_eq!(sum, &matrix + matrix.transpose());
    }
}
