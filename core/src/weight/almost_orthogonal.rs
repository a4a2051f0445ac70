//! Columns rescaled until the norm is at most 1: almost-orthogonal Lipschitz (AOL) weights.

use nalgebra::DMatrix;

use crate::error::Error;
use crate::product::{Factor, product};
use crate::scalar::Scalar;

/// A free kernel `P` (outputs x channels·taps) with all that its derivative needs.
///
/// `W = k P D` with `D_i = S_i^(-1/2)` on the columns of channel `i` and `S_i = sum over j, offsets of |A_ij|`, `A` the
/// correlations of channels `i` and `j` at all offsets of their taps. By Gershgorin's theorem for `TᵀT`, weighted with
/// `1/D`, the convolution `T` has norm at most `k`, in either padding and at any stride. A dense weight has one tap.
/// Source: Prach and Lampert 2022, theorems 1 and 2.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AlmostOrthogonal<T: Scalar> {
    raw: DMatrix<T>,
    kernel: [usize; 2],
    /// `A`, by channel, channel and offset.
    correlations: Vec<T>,
    /// `S`, by channel.
    sums: Vec<T>,
}

impl<T: Scalar> AlmostOrthogonal<T> {
    pub(super) fn new(raw: DMatrix<T>, kernel: [usize; 2]) -> Result<Self, Error> {
        let taps = kernel[0] * kernel[1];
        if taps == 0 || !raw.ncols().is_multiple_of(taps) {
            return Err(Error::Shape {
                what: "columns of an AOL kernel",
                expected: taps,
                found: raw.ncols(),
            });
        }
        let mut weight = Self { raw, kernel, correlations: Vec::new(), sums: Vec::new() };
        weight.refresh()?;
        Ok(weight)
    }

    pub(super) fn kernel(&self) -> [usize; 2] {
        self.kernel
    }

    fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Position in the correlations of a pair of columns of the kernel.
    fn offset(&self, left: usize, right: usize) -> usize {
        let ([rows, columns], taps) = (self.kernel, self.taps());
        let channels = self.raw.ncols() / taps;
        let (wide, tall) = (2 * columns - 1, 2 * rows - 1);
        let (a, b) = (left % taps, right % taps);
        let y = b / columns + rows - 1 - a / columns;
        let x = b % columns + columns - 1 - a % columns;
        ((left / taps * channels + right / taps) * tall + y) * wide + x
    }

    pub(super) fn update(&mut self, change: &mut dyn FnMut(&mut [T])) -> Result<(), Error> {
        change(self.raw.as_mut_slice());
        self.refresh()
    }

    fn refresh(&mut self) -> Result<(), Error> {
        let (columns, channels) = (self.raw.ncols(), self.raw.ncols() / self.taps());
        let offsets = (2 * self.kernel[0] - 1) * (2 * self.kernel[1] - 1);
        let gram = product(Factor::Transposed(&self.raw), Factor::Plain(&self.raw));
        let mut correlations = vec![T::zero(); channels * channels * offsets];
        for right in 0..columns {
            for left in 0..columns {
                correlations[self.offset(left, right)] += gram[(left, right)];
            }
        }
        self.correlations = correlations;
        let sum = |part: &[T]| part.iter().fold(T::zero(), |sum, a| sum + a.abs());
        self.sums = self.correlations.chunks_exact(channels * offsets).map(sum).collect();
        if self.sums.iter().all(|sum| sum.is_finite()) {
            Ok(())
        } else {
            Err(Error::NotFinite { what: "an AOL weight, or its square," })
        }
    }

    /// `D`, by channel; 0 where a channel is not used.
    fn scales(&self) -> Vec<T> {
        let scale = |sum: &T| if *sum > T::zero() { T::one() / sum.sqrt() } else { T::zero() };
        self.sums.iter().map(scale).collect()
    }

    pub(super) fn effective(&self, constant: T) -> DMatrix<T> {
        let (scales, taps) = (self.scales(), self.taps());
        let mut weight = self.raw.clone();
        for (index, mut column) in weight.column_iter_mut().enumerate() {
            column *= constant * scales[index / taps];
        }
        weight
    }

    /// Through the columns directly, and through their scales by the correlations.
    pub(super) fn pull_back(&self, constant: T, gradient: &mut DMatrix<T>) {
        let (scales, taps) = (self.scales(), self.taps());
        let half = T::nearest(0.5);
        let mut towards_sums = vec![T::zero(); scales.len()];
        for (index, (slope, column)) in gradient.column_iter().zip(self.raw.column_iter()).enumerate() {
            let scale = scales[index / taps];
            towards_sums[index / taps] -= constant * half * scale * scale * scale * slope.dot(&column);
        }
        let columns = self.raw.ncols();
        let towards_gram = DMatrix::from_fn(columns, columns, |left, right| {
            let one_way = |a: usize, b: usize| {
                let correlation = self.correlations[self.offset(a, b)];
                if correlation > T::zero() {
                    towards_sums[a / taps]
                } else if correlation < T::zero() {
                    -towards_sums[a / taps]
                } else {
                    T::zero()
                }
            };
            one_way(left, right) + one_way(right, left)
        });
        for (index, mut slope) in gradient.column_iter_mut().enumerate() {
            slope *= constant * scales[index / taps];
        }
        *gradient += product(Factor::Plain(&self.raw), Factor::Plain(&towards_gram));
    }
}
