//! Adam.

use super::{Moments, Scaling, decay};
use crate::error::Error;
use crate::product::sum_of_squares;
use crate::scalar::Scalar;

/// Adam: `m <- b1 m + (1-b1) g`, `v <- b2 v + (1-b2) g²`, step `learning_rate m̂ / (√v̂ + epsilon)` with
/// `m̂ = m/(1-b1^t)`, `v̂ = v/(1-b2^t)`.
///
/// An orthogonal weight has one `v` in all, the mean of `g²` over its entries: entry by entry a step would leave
/// the tangent space, which takes the retraction longer and depends on the choice of axes.
///
/// Source: Kingma and Ba 2015, algorithm 1; Bécigneul and Ganea 2019 for the single `v` on a manifold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Decay of the mean of gradients, in [0, 1).
    pub beta1: f64,
    /// Decay of the mean of squared gradients, in [0, 1).
    pub beta2: f64,
    /// Added to the root of the mean square, positive.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

impl Adam {
    pub(super) fn guard(&self) -> Result<(), Error> {
        decay("beta1", self.beta1)?;
        decay("beta2", self.beta2)?;
        if self.epsilon > 0.0 && self.epsilon.is_finite() {
            Ok(())
        } else {
            Err(Error::Parameter { name: "epsilon", value: self.epsilon, range: "positive and finite" })
        }
    }

    pub(super) fn step<T: Scalar>(
        &self,
        moments: &mut Moments<T>,
        time: i32,
        learning_rate: f64,
        parameter: &mut [T],
        gradient: &[T],
    ) {
        let (b1, b2) = (T::nearest(self.beta1), T::nearest(self.beta2));
        let (c1, c2) = (T::nearest(1.0 - self.beta1), T::nearest(1.0 - self.beta2));
        let learning_rate = T::nearest(learning_rate / (1.0 - self.beta1.powi(time)));
        let root = T::nearest((1.0 / (1.0 - self.beta2.powi(time))).sqrt());
        let epsilon = T::nearest(self.epsilon);
        match moments.scaling {
            Scaling::Entries => {
                let memory = moments.first.iter_mut().zip(&mut moments.second);
                for (((m, v), x), &g) in memory.zip(parameter).zip(gradient) {
                    *m = b1 * *m + c1 * g;
                    *v = b2 * *v + c2 * g * g;
                    *x -= learning_rate * *m / (root * v.sqrt() + epsilon);
                }
            }
            Scaling::Whole => {
                let mean = sum_of_squares(gradient) / T::nearest(gradient.len() as f64);
                let mut factor = learning_rate;
                for v in &mut moments.second {
                    *v = b2 * *v + c2 * mean;
                    factor = learning_rate / (root * v.sqrt() + epsilon);
                }
                for ((m, x), &g) in moments.first.iter_mut().zip(parameter).zip(gradient) {
                    *m = b1 * *m + c1 * g;
                    *x -= factor * *m;
                }
            }
        }
    }
}
