//! Matrix products, each one a plain `gemm`, whatever side is transposed.
//!
//! A transpose is a view with swapped strides: the packing of `gemm` absorbs the strides, where the
//! dedicated transposed products of nalgebra never reach the fast kernel (4 to 12 times slower).

use nalgebra::{DMatrix, DMatrixView, Dyn};

use crate::scalar::Scalar;

type Strided<'a, T> = DMatrixView<'a, T, Dyn, Dyn>;

/// The matrix itself, seen through explicit strides.
fn plain<T: Scalar>(matrix: &DMatrix<T>) -> Strided<'_, T> {
    let (rows, columns) = matrix.shape();
    Strided::from_slice_with_strides_generic(matrix.as_slice(), Dyn(rows), Dyn(columns), Dyn(1), Dyn(rows))
}

/// The transpose of a matrix, without moving a number.
fn transposed<T: Scalar>(matrix: &DMatrix<T>) -> Strided<'_, T> {
    let (rows, columns) = matrix.shape();
    Strided::from_slice_with_strides_generic(matrix.as_slice(), Dyn(columns), Dyn(rows), Dyn(rows), Dyn(1))
}

/// One factor of a product.
#[derive(Clone, Copy)]
pub(crate) enum Factor<'a, T> {
    /// The matrix as stored.
    Plain(&'a DMatrix<T>),
    /// Its transpose.
    Transposed(&'a DMatrix<T>),
}

impl<'a, T: Scalar> Factor<'a, T> {
    fn view(self) -> Strided<'a, T> {
        match self {
            Self::Plain(matrix) => plain(matrix),
            Self::Transposed(matrix) => transposed(matrix),
        }
    }
}

/// `out <- alpha a b + beta out`; `out` is not read when `beta` is zero.
pub(crate) fn gemm<T: Scalar>(out: &mut DMatrix<T>, alpha: T, a: Factor<'_, T>, b: Factor<'_, T>, beta: T) {
    out.gemm(alpha, &a.view(), &b.view(), beta);
}

/// The product of two factors in a new matrix.
pub(crate) fn product<T: Scalar>(a: Factor<'_, T>, b: Factor<'_, T>) -> DMatrix<T> {
    let (a, b) = (a.view(), b.view());
    let mut out = DMatrix::zeros(a.nrows(), b.ncols());
    out.gemm(T::one(), &a, &b, T::zero());
    out
}

/// The Gram matrix on the smaller side: `W Wᵀ` when there are fewer rows than columns, else `Wᵀ W`.
pub(crate) fn small_gram<T: Scalar>(matrix: &DMatrix<T>) -> DMatrix<T> {
    if matrix.nrows() < matrix.ncols() {
        product(Factor::Plain(matrix), Factor::Transposed(matrix))
    } else {
        product(Factor::Transposed(matrix), Factor::Plain(matrix))
    }
}

/// `S W` or `W S`: a square matrix applied on the smaller side of `W`, the one [`small_gram`] uses.
pub(crate) fn on_small_side<T: Scalar>(square: &DMatrix<T>, matrix: &DMatrix<T>) -> DMatrix<T> {
    if matrix.nrows() < matrix.ncols() {
        product(Factor::Plain(square), Factor::Plain(matrix))
    } else {
        product(Factor::Plain(matrix), Factor::Plain(square))
    }
}

/// Gives `buffer` the asked shape; its former contents are meaningless afterwards.
pub(crate) fn reshape<T: Scalar>(buffer: &mut DMatrix<T>, rows: usize, columns: usize) {
    if buffer.shape() != (rows, columns) {
        *buffer = DMatrix::zeros(rows, columns);
    }
}

#[cfg(test)]
mod tests {
    use super::{Factor, product, small_gram};
    use crate::random::gaussian;

    #[test]
    fn swapped_strides_mean_the_transpose() {
        for (rows, columns) in [(1, 1), (3, 9), (9, 3), (7, 12)] {
            let a = gaussian::<f64>(rows, columns, 1.0, 1, 0);
            let b = gaussian::<f64>(rows, columns, 1.0, 2, 0);
            let fast = product(Factor::Transposed(&a), Factor::Plain(&b));
            let slow = a.transpose() * &b;
            approx::assert_relative_eq!(fast, slow, epsilon = 1e-13);
            let fast = product(Factor::Plain(&a), Factor::Transposed(&b));
            let slow = &a * b.transpose();
            approx::assert_relative_eq!(fast, slow, epsilon = 1e-13);
            assert_eq!(small_gram(&a).nrows(), rows.min(columns));
        }
    }
}
