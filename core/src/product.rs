//! Matrix products, each one a plain `gemm`, whatever side is transposed.
//!
//! A transpose is a view with swapped strides: the packing of `gemm` absorbs the strides, where the
//! dedicated transposed products of nalgebra never reach the fast kernel (4 to 12 times slower).
//!
//! Thin products never see such a view. Where a dimension is at most [`THIN`], nalgebra 0.35 takes a path
//! that mistakes the length of a strided column (`axcpy_uninit` counts the gaps) and writes out of bounds.

use std::ops::Range;

use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut, Dyn};

use crate::parallel::{join, parts};
use crate::scalar::Scalar;

/// Largest dimension for which nalgebra does not use the fast kernel.
const THIN: usize = 5;

type Strided<'a, T> = DMatrixView<'a, T, Dyn, Dyn>;

/// A part of a product, its columns in one piece each.
type Columns<'a, T> = DMatrixViewMut<'a, T>;

/// One factor of a product.
#[derive(Clone, Copy)]
pub(crate) enum Factor<'a, T> {
    /// The matrix as stored.
    Plain(&'a DMatrix<T>),
    /// Its transpose.
    Transposed(&'a DMatrix<T>),
}

use Factor::{Plain, Transposed};

impl<'a, T: Scalar> Factor<'a, T> {
    pub(crate) fn shape(self) -> (usize, usize) {
        match self {
            Plain(matrix) => matrix.shape(),
            Transposed(matrix) => (matrix.ncols(), matrix.nrows()),
        }
    }

    fn flip(self) -> Self {
        match self {
            Plain(matrix) => Transposed(matrix),
            Transposed(matrix) => Plain(matrix),
        }
    }

    /// The factor through explicit strides, without moving a number.
    fn view(self) -> Strided<'a, T> {
        let (rows, columns) = self.shape();
        let (matrix, row_stride, column_stride) = match self {
            Plain(matrix) => (matrix, 1, rows),
            Transposed(matrix) => (matrix, columns, 1),
        };
        Strided::from_slice_with_strides_generic(
            matrix.as_slice(),
            Dyn(rows),
            Dyn(columns),
            Dyn(row_stride),
            Dyn(column_stride),
        )
    }

    /// The factor with its columns in one piece each.
    fn in_columns(self) -> std::borrow::Cow<'a, DMatrix<T>> {
        match self {
            Plain(matrix) => std::borrow::Cow::Borrowed(matrix),
            Transposed(matrix) => std::borrow::Cow::Owned(matrix.transpose()),
        }
    }
}

/// `out <- alpha a b + beta out`; `out` is not read when `beta` is zero.
pub(crate) fn gemm<T: Scalar>(out: &mut DMatrix<T>, alpha: T, a: Factor<'_, T>, b: Factor<'_, T>, beta: T) {
    let ((rows, inner), columns) = (a.shape(), b.shape().1);
    if rows.min(inner).min(columns) > THIN {
        fast(out.as_view_mut(), alpha, &a.view(), &b.view(), beta);
    } else if columns <= THIN || inner <= THIN {
        // Columns of `a`, scaled and added up.
        let (left, right) = (a.in_columns(), b.in_columns());
        by_columns(out.as_view_mut(), right.as_view(), parts(rows * inner * columns), &|mut out, right| {
            out.gemm(alpha, left.as_ref(), &right, beta);
        });
    } else if let Plain(right) = b {
        // Few rows: dot products of them with columns.
        let left = a.flip().in_columns();
        by_columns(out.as_view_mut(), right.as_view(), parts(rows * inner * columns), &|mut out, right| {
            for (mut entries, column) in out.column_iter_mut().zip(right.column_iter()) {
                for (entry, row) in entries.iter_mut().zip(left.column_iter()) {
                    let product = alpha * dot(row.as_slice(), column.as_slice());
                    *entry = if beta.is_zero() { product } else { beta * *entry + product };
                }
            }
        });
    } else {
        // Few rows, and the right factor lies the other way round: so does the product.
        let mut flipped = out.transpose();
        gemm(&mut flipped, alpha, b.flip(), a.flip(), beta);
        out.tr_copy_from(&flipped);
    }
}

/// A product of columns of the right factor, each by itself, in so many parts.
fn by_columns<T: Scalar>(
    out: Columns<'_, T>,
    right: DMatrixView<'_, T>,
    parts: usize,
    run: &(impl Fn(Columns<'_, T>, DMatrixView<'_, T>) + Sync),
) {
    let half = right.ncols() / 2;
    if parts < 2 || half == 0 {
        return run(out, right);
    }
    let mut out = out;
    let (first, second) = out.columns_range_pair_mut(..half, half..);
    join(
        || by_columns(first, right.columns_range(..half), parts.div_ceil(2), run),
        || by_columns(second, right.columns_range(half..), parts / 2, run),
    );
}

/// A cut through a product is a multiple of this, and so of the side of every tile of the fast kernel: beside a tile that
/// is not full, it rounds an entry once more where `alpha` is not 1.
const CUT: usize = 64;

/// `out <- alpha a b + beta out` by the fast kernel; no dimension may be thin.
fn fast<T: Scalar>(out: Columns<'_, T>, alpha: T, a: &Strided<'_, T>, b: &Strided<'_, T>, beta: T) {
    let work = out.len() * a.ncols();
    cut(out, alpha, a, b, beta, parts(work));
}

fn cut<T: Scalar>(
    mut out: Columns<'_, T>,
    alpha: T,
    a: &Strided<'_, T>,
    b: &Strided<'_, T>,
    beta: T,
    parts: usize,
) {
    let (rows, columns) = out.shape();
    let half = (rows.max(columns) / 2).next_multiple_of(CUT);
    // What is left over must not be thin.
    if parts < 2 || rows.max(columns) <= half + THIN {
        out.gemm(alpha, a, b, beta);
    } else if rows > columns {
        let (first, second) = out.rows_range_pair_mut(..half, half..);
        let (above, below) = (a.rows_range(..half), a.rows_range(half..));
        join(
            || cut(first, alpha, &above, b, beta, parts.div_ceil(2)),
            || cut(second, alpha, &below, b, beta, parts / 2),
        );
    } else {
        let (first, second) = out.columns_range_pair_mut(..half, half..);
        let (left, right) = (b.columns_range(..half), b.columns_range(half..));
        join(
            || cut(first, alpha, a, &left, beta, parts.div_ceil(2)),
            || cut(second, alpha, a, &right, beta, parts / 2),
        );
    }
}

/// Partial sums of a dot product, so that it uses vector instructions.
const LANES: usize = 16;

fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    let (x_blocks, y_blocks) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let (x_rest, y_rest) = (x_blocks.remainder(), y_blocks.remainder());
    let mut sums = [T::zero(); LANES];
    for (a, b) in x_blocks.zip(y_blocks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += *a * *b;
        }
    }
    let rest = x_rest.iter().zip(y_rest).fold(T::zero(), |sum, (a, b)| sum + *a * *b);
    sums.iter().fold(rest, |sum, part| sum + *part)
}

/// The product of two factors in a new matrix.
pub(crate) fn product<T: Scalar>(a: Factor<'_, T>, b: Factor<'_, T>) -> DMatrix<T> {
    let mut out = DMatrix::zeros(a.shape().0, b.shape().1);
    gemm(&mut out, T::one(), a, b, T::zero());
    out
}

/// Rows up to `rows` and the columns of a range of `a b`, written into those places of `out`; nothing else is touched.
///
/// For large products only: the block must not be thin.
pub(crate) fn gemm_block<T: Scalar>(
    out: &mut DMatrix<T>,
    a: Factor<'_, T>,
    b: Factor<'_, T>,
    rows: usize,
    columns: Range<usize>,
) {
    let (left, right) = (a.view(), b.view());
    let inner = left.ncols();
    let width = columns.len();
    let left = left.view((0, 0), (rows, inner));
    let right = right.view((0, columns.start), (inner, width));
    if rows.min(inner).min(width) > THIN {
        fast(out.view_mut((0, columns.start), (rows, width)), T::one(), &left, &right, T::zero());
    } else {
        let part = left.clone_owned() * right.clone_owned();
        out.view_mut((0, columns.start), (rows, width)).copy_from(&part);
    }
}

/// The sum of squares of the entries, by vector instructions.
pub(crate) fn sum_of_squares<T: Scalar>(entries: &[T]) -> T {
    dot(entries, entries)
}

/// The sum of the columns of a matrix, overwriting `sum`, one entry a row.
pub(crate) fn sum_of_columns<T: Scalar>(matrix: &DMatrix<T>, sum: &mut [T]) {
    sum.fill(T::zero());
    for column in matrix.as_slice().chunks_exact(matrix.nrows().max(1)) {
        for (total, entry) in sum.iter_mut().zip(column) {
            *total += *entry;
        }
    }
}

/// `S W` or `W S`: a square matrix applied on the smaller side of `W`, the one of [`crate::gram::small_gram`].
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
    use super::{Plain, Transposed, by_columns, cut, gemm};
    use crate::random::gaussian;
    use nalgebra::DMatrix;
    use proptest::prelude::{any, prop_assert, proptest};

    /// Rounding: c·eps·n for up to 40 terms of size about 1.
    const ROUNDING: f64 = 1e-13;

    fn naive(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        DMatrix::from_fn(a.nrows(), b.ncols(), |i, j| (0..a.ncols()).map(|k| a[(i, k)] * b[(k, j)]).sum())
    }

    proptest! {
        #[test]
        fn every_shape_and_side_agrees_with_three_loops(
            rows in 1_usize..40, inner in 1_usize..40, columns in 1_usize..40,
            flip_a in any::<bool>(), flip_b in any::<bool>(), beta in -1_i8..2, seed in 0_u64..100,
        ) {
            let a = gaussian::<f64>(rows, inner, 1.0, seed, 0);
            let b = gaussian::<f64>(inner, columns, 1.0, seed, 1);
            let start = gaussian::<f64>(rows, columns, 1.0, seed, 2);
            let (at, bt) = (a.transpose(), b.transpose());
            let left = if flip_a { Transposed(&at) } else { Plain(&a) };
            let right = if flip_b { Transposed(&bt) } else { Plain(&b) };
            let beta = f64::from(beta);
            let mut found = start.clone();
            gemm(&mut found, 0.5, left, right, beta);
            let expected = naive(&a, &b) * 0.5 + start * beta;
            prop_assert!((found - &expected).amax() <= ROUNDING * (1.0 + expected.amax()) * 40.0);
        }
    }

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
        #[test]
        fn a_product_in_parts_has_the_bits_of_one_in_one_piece(
            rows in 6_usize..300, inner in 6_usize..300, columns in 6_usize..300, parts in 2_usize..7,
            flip in any::<bool>(), seed in 0_u64..100,
        ) {
            let a = gaussian::<f32>(rows, inner, 1.0, seed, 0);
            let b = gaussian::<f32>(inner, columns, 1.0, seed, 1);
            let start = gaussian::<f32>(rows, columns, 1.0, seed, 2);
            let at = a.transpose();
            let left = if flip { Transposed(&at) } else { Plain(&a) }.view();
            let right = Plain(&b).view();
            let (mut whole, mut pieces) = (start.clone(), start);
            cut(whole.as_view_mut(), -0.3, &left, &right, 0.7, 1);
            cut(pieces.as_view_mut(), -0.3, &left, &right, 0.7, parts);
            prop_assert!(whole == pieces);
        }

        #[test]
        fn a_thin_product_in_parts_too(
            rows in 1_usize..80, inner in 1_usize..6, columns in 1_usize..80, parts in 2_usize..7,
            seed in 0_u64..100,
        ) {
            let a = gaussian::<f32>(rows, inner, 1.0, seed, 0);
            let b = gaussian::<f32>(inner, columns, 1.0, seed, 1);
            let start = gaussian::<f32>(rows, columns, 1.0, seed, 2);
            let (mut whole, mut pieces) = (start.clone(), start);
            for (target, parts) in [(&mut whole, 1), (&mut pieces, parts)] {
                by_columns(target.as_view_mut(), b.as_view(), parts, &|mut out, right| {
                    out.gemm(-0.3, &a, &right, 0.7);
                });
            }
            prop_assert!(whole == pieces);
        }
    }

    #[test]
    fn without_beta_the_target_is_not_read() {
        for size in [2, 9] {
            let a = DMatrix::<f64>::identity(size, size);
            let mut out = DMatrix::from_element(size, size, f64::NAN);
            gemm(&mut out, 1.0, Plain(&a), Transposed(&a), 0.0);
            assert_eq!(out, a);
        }
    }
}
