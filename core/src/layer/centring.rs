//! Subtraction of means.

use super::convolution::on_groups;
use super::prelude::*;

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
    fn share<T: Scalar>(&self) -> T {
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
    fn outputs(&self, features: usize) -> Option<usize> {
        features.is_multiple_of(self.block).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        self.centre(input.as_slice(), output.as_mut_slice());
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        if let Some(grad_input) = grad_input {
            self.centre(at.grad_output.as_slice(), grad_input.as_mut_slice());
        }
    }

    /// `I - share 1 1ᵀ` on each block.
    fn to_kernel(&self, features: usize) -> Vec<net::Layer> {
        let (block, share) = (self.block, self.share::<T>().to_f64());
        let entry = |at: usize| if at / block == at % block { 1.0 - share } else { -share };
        let matrix: Vec<f64> = (0..block * block).map(entry).collect();
        vec![on_groups(features, features, features / block, &matrix)]
    }

    fn describe(&self, _: &mut Writer) -> Described {
        Err(Writer::refusal("the format has no kind for centring layers"))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        vec![(Self { block: 4 }.into(), Shape::Flat(8))]
    }
}
