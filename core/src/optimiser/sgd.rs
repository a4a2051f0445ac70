//! Gradient descent with momentum.

use super::{Moments, decay};
use crate::error::Error;
use crate::scalar::Scalar;

/// Gradient descent with heavy-ball momentum: `m <- momentum m + g`, step `learning_rate m`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// Momentum, in [0, 1); 0 is plain gradient descent.
    pub momentum: f64,
}

impl Default for Sgd {
    fn default() -> Self {
        Self { momentum: 0.9 }
    }
}

impl Sgd {
    pub(super) fn guard(&self) -> Result<(), Error> {
        decay("momentum", self.momentum)
    }

    pub(super) fn step<T: Scalar>(
        &self,
        moments: &mut Moments<T>,
        learning_rate: f64,
        parameter: &mut [T],
        gradient: &[T],
    ) {
        let (momentum, learning_rate) = (T::nearest(self.momentum), T::nearest(learning_rate));
        for ((m, x), &g) in moments.first.iter_mut().zip(parameter).zip(gradient) {
            *m = momentum * *m + g;
            *x -= learning_rate * *m;
        }
    }
}
