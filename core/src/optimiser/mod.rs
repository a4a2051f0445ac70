//! First-order optimisers: rules that turn a gradient and a memory into a step.

mod adam;
mod sgd;

pub use adam::Adam;
pub use sgd::Sgd;

use crate::error::Error;
use crate::scalar::Scalar;

/// The rule by which parameters move.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Optimiser {
    /// Adam.
    Adam(Adam),
    /// Stochastic gradient descent with momentum.
    Sgd(Sgd),
}

impl Default for Optimiser {
    fn default() -> Self {
        Self::Adam(Adam::default())
    }
}

/// What an adaptive optimiser keeps one mean square for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scaling {
    /// Each entry.
    Entries,
    /// The whole array, so that a step keeps the direction of the averaged gradient.
    Whole,
}

/// Running means of the gradient of one parameter array.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moments<T: Scalar> {
    first: Vec<T>,
    /// One number an entry, or one in all.
    second: Vec<T>,
    scaling: Scaling,
}

impl<T: Scalar> Moments<T> {
    pub(crate) fn zeros(length: usize, scaling: Scaling) -> Self {
        let squares = match scaling {
            Scaling::Entries => length,
            Scaling::Whole => 1,
        };
        Self { first: vec![T::zero(); length], second: vec![T::zero(); squares], scaling }
    }
}

impl Optimiser {
    /// Checks the ranges of the parameters.
    ///
    /// # Errors
    /// Names the parameter that is out of range.
    pub fn guard(&self) -> Result<(), Error> {
        match self {
            Self::Adam(adam) => adam.guard(),
            Self::Sgd(sgd) => sgd.guard(),
        }
    }

    /// Moves a parameter array; `time` counts steps from 1, `learning_rate` is the length of a step.
    pub(crate) fn step<T: Scalar>(
        &self,
        moments: &mut Moments<T>,
        time: i32,
        learning_rate: f64,
        parameter: &mut [T],
        gradient: &[T],
    ) {
        match self {
            Self::Adam(adam) => adam.step(moments, time, learning_rate, parameter, gradient),
            Self::Sgd(sgd) => sgd.step(moments, learning_rate, parameter, gradient),
        }
    }
}

/// Checks that a decay rate lies in [0, 1).
fn decay(name: &'static str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) {
        Ok(())
    } else {
        Err(Error::Parameter { name, value, range: "in [0, 1)" })
    }
}
