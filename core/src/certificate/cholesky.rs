//! Cholesky factors by blocks of columns, so that nearly all work is a plain product.

use nalgebra::DMatrix;

/// Columns of a block.
const BLOCK: usize = 64;

/// Lower-triangular `L` with `A = L Lᵀ`, from the lower triangle of `A`; `None` when a pivot is not
/// positive. What stands above the diagonal of the result has no meaning.
///
/// Left-looking: a block of columns first receives what all finished ones contribute.
pub(super) fn cholesky(mut a: DMatrix<f64>) -> Option<DMatrix<f64>> {
    let size = a.nrows();
    for start in (0..size).step_by(BLOCK) {
        let width = BLOCK.min(size - start);
        let below = size - start;
        let mut panel = a.view((start, start), (below, width)).clone_owned();
        if start > 0 {
            let finished = a.view((start, 0), (below, start));
            let pivots = a.view((start, 0), (width, start)).transpose();
            panel.gemm(-1.0, &finished, &pivots, 1.0);
        }
        factor_panel(&mut panel)?;
        a.view_mut((start, start), (below, width)).copy_from(&panel);
    }
    Some(a)
}

/// Factors the leading square of a panel and divides the rows below by it.
fn factor_panel(panel: &mut DMatrix<f64>) -> Option<()> {
    let width = panel.ncols();
    for j in 0..width {
        let pivot = panel[(j, j)];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        let root = pivot.sqrt();
        panel.view_mut((j, j), (panel.nrows() - j, 1)).apply(|entry| *entry /= root);
        for k in j + 1..width {
            let factor = panel[(k, j)];
            let (source, mut target) = panel.columns_range_pair_mut(j, k);
            for (x, y) in target.iter_mut().zip(source.iter()).skip(k) {
                *x -= factor * y;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::cholesky;
    use crate::gram::small_gram;
    use crate::random::gaussian;
    use nalgebra::DMatrix;

    #[test]
    fn the_factor_gives_back_the_matrix_across_blocks() {
        for size in [1, 2, 63, 64, 65, 150] {
            let a = small_gram(&gaussian::<f64>(size + 5, size, 1.0, 4, 0)) + DMatrix::identity(size, size);
            let lower = cholesky(a.clone()).unwrap().lower_triangle();
            let rounding = 8.0 * f64::EPSILON * size as f64 * a.amax();
            assert!((&lower * lower.transpose() - a).amax() <= rounding);
        }
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        let mut a = DMatrix::<f64>::identity(70, 70);
        a[(69, 69)] = -1e-3;
        assert!(cholesky(a).is_none());
        assert!(cholesky(DMatrix::from_element(1, 1, f64::NAN)).is_none());
    }
}
