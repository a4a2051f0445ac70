//! Power iteration for the largest singular value.

use nalgebra::{DMatrix, DVector};

use crate::random::gaussian;
use crate::scalar::Scalar;
use crate::tolerance;

/// A singular triple in progress: `V v ≈ sigma u`, unit vectors, `sigma` never above `‖V‖` (up to
/// rounding).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Triple<T: Scalar> {
    pub(super) sigma: T,
    pub(super) left: DVector<T>,
    pub(super) right: DVector<T>,
}

impl<T: Scalar> Triple<T> {
    /// A start for matrices with that many rows and columns.
    pub(super) fn start(rows: usize, columns: usize) -> Self {
        let unit = |length, stream| {
            let draw = gaussian::<T>(length, 1, 1.0, 0, stream);
            DVector::from_column_slice(draw.as_slice()).normalize()
        };
        Self { sigma: T::zero(), left: unit(rows, 1), right: unit(columns, 2) }
    }

    /// Iterates until the residual `‖Vᵀu - sigma v‖` is small or `most` iterations are done.
    pub(super) fn refine(&mut self, matrix: &DMatrix<T>, most: usize) {
        let goal = T::nearest(tolerance::POWER_ITERATION).max(T::EPSILON);
        // Made once: products with the transpose then run along columns too.
        let transposed = matrix.transpose();
        for _ in 0..most {
            let image = matrix * &self.right;
            let norm = image.norm();
            if norm <= T::zero() || !norm.is_finite() {
                return;
            }
            self.left = image / norm;
            let back = &transposed * &self.left;
            self.sigma = back.norm();
            if self.sigma <= T::zero() {
                return;
            }
            let residual = (&back - &self.right * norm).norm();
            self.right = back / self.sigma;
            if residual <= goal * self.sigma {
                return;
            }
        }
    }
}
