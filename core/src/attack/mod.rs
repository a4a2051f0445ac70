//! Attacks: searches for nearby points with another decision, by which certificates are tested.
//!
//! An attack that fails proves nothing; one that succeeds inside a certified radius shows the theorem to be false.

mod nearest_change;
mod projected_gradient;
mod rounding;

pub use nearest_change::{NearestChange, nearest_change};
pub use projected_gradient::{ProjectedGradient, gradient_step, projected_gradient};
pub use rounding::{RoundingViolation, rounding_attack};

use nalgebra::DMatrix;

use crate::scalar::Scalar;

/// A point with another decision than the one attacked.
#[derive(Debug, Clone, PartialEq)]
pub struct Adversary {
    /// The point, as the network would receive it.
    pub point: Vec<f64>,
    /// Its Euclidean distance from the point attacked, up to rounding in `f64`.
    pub distance: f64,
}

/// The decision: with one output 1 iff it is positive; with several the first largest.
pub fn decision<T: Scalar>(outputs: &[T]) -> usize {
    if let [single] = outputs {
        return usize::from(*single > T::zero());
    }
    let better = |best: usize, row: usize| if outputs[row] > outputs[best] { row } else { best };
    (0..outputs.len()).fold(0, better)
}

/// The gradient, at the outputs, of the score of each decision over its best rival.
fn lead_gradient<T: Scalar>(outputs: &DMatrix<T>, classes: &[usize]) -> DMatrix<T> {
    let mut gradient = DMatrix::zeros(outputs.nrows(), outputs.ncols());
    for ((column, mut slope), &class) in outputs.column_iter().zip(gradient.column_iter_mut()).zip(classes) {
        if column.len() == 1 {
            slope[0] = if class == 1 { T::one() } else { -T::one() };
            continue;
        }
        let rivals = (0..column.len()).filter(|&row| row != class);
        let rival = rivals.reduce(|best, row| if column[row] > column[best] { row } else { best });
        if let (Some(rival), Some(own)) = (rival, slope.get_mut(class)) {
            *own = T::one();
            slope[rival] = -T::one();
        }
    }
    gradient
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}
