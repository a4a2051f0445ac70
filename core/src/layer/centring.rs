//! Subtraction of means.

use nalgebra::DMatrix;

use super::Rule;
use crate::error::Error;
use crate::scalar::Scalar;

/// Subtracts from each block of consecutive features its mean; a block is a channel of an image, or all features.
///
/// An orthogonal projection, so 1-Lipschitz, and the same for a sample whatever else is in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Centring {
    block: usize,
}

impl Centring {
    /// Blocks of that many features.
    ///
    /// # Errors
    /// When that is 0.
    pub fn new(block: usize) -> Result<Self, Error> {
        if block == 0 {
            return Err(Error::Empty { what: "a block to centre" });
        }
        Ok(Self { block })
    }

    /// Features of a block.
    pub fn block(&self) -> usize {
        self.block
    }

    /// The share of each entry in the mean, as the layer multiplies by it.
    pub(crate) fn share<T: Scalar>(&self) -> T {
        T::nearest(1.0 / self.block as f64)
    }

    fn centre<T: Scalar>(&self, from: &[T], to: &mut [T]) {
        for (x, y) in from.chunks_exact(self.block).zip(to.chunks_exact_mut(self.block)) {
            let mean = self.share::<T>() * x.iter().fold(T::zero(), |sum, entry| sum + *entry);
            for (entry, x) in y.iter_mut().zip(x) {
                *entry = *x - mean;
            }
        }
    }
}

impl<T: Scalar> Rule<T> for Centring {
    fn kind(&self) -> &'static str {
        "centring"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        features.is_multiple_of(self.block).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        self.centre(input.as_slice(), output.as_mut_slice());
    }

    fn vjp(
        &self,
        _input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        if let Some(slope) = grad_input {
            self.centre(grad_output.as_slice(), slope.as_mut_slice());
        }
    }
}
