//! The two floating-point formats a network may be stored in.

use std::cmp::Ordering;

use nalgebra::RealField;

/// A floating-point format for weights and activations: `f32` or `f64`.
///
/// Every value of either format is an `f64` exactly, which is how certificates see it.
pub trait Scalar: RealField + Copy + Default + Send + Sync + sealed::Sealed {
    /// Distance from 1 to the next larger number.
    const EPSILON: Self;
    /// Rounds an `f64` to the nearest number of this format.
    fn nearest(value: f64) -> Self;
    /// The same number as an `f64`; exact.
    fn to_f64(self) -> f64;
    /// Total order of the format (IEEE 754 `totalOrder`).
    fn total_order(&self, other: &Self) -> Ordering;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

impl Scalar for f32 {
    const EPSILON: Self = f32::EPSILON;

    #[inline]
    fn nearest(value: f64) -> Self {
        value as f32
    }

    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn total_order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl Scalar for f64 {
    const EPSILON: Self = f64::EPSILON;

    #[inline]
    fn nearest(value: f64) -> Self {
        value
    }

    #[inline]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline]
    fn total_order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}
