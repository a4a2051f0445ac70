//! MNIST in experiments: batches, accuracy, certified radii.

use lip1_core::{Network, Samples, Scalar, Targets, certify, decision};
use lip1_datasets::data::Images;
use lip1_harness::CheckError;
use lip1_kernel::Points;
use serde::{Deserialize, Serialize};

use super::lipnet::batch;

/// Points with their classes.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    pub(super) points: Points,
    pub(super) classes: Vec<usize>,
}

impl Labelled {
    /// The first `count` images.
    pub(super) fn first(images: &Images, count: usize) -> Result<Self, CheckError> {
        let classes = images.labels.iter().take(count).map(|label| usize::from(*label)).collect();
        Ok(Self { points: images.points(0..count.min(images.len()))?, classes })
    }

    /// As samples for training.
    pub(super) fn samples<T: Scalar>(&self) -> Result<Samples<T>, CheckError> {
        Ok(Samples::new(batch(&self.points), Targets::Classes(self.classes.clone()))?)
    }

    /// The points of one class.
    pub(super) fn class(&self, class: usize) -> Result<Self, CheckError> {
        let rows = self.points.rows().zip(&self.classes).filter(|(_, c)| **c == class);
        let coords: Vec<f64> = rows.flat_map(|(row, _)| row).copied().collect();
        let points = Points::new(self.points.dim(), coords)?;
        Ok(Self { classes: vec![class; points.len()], points })
    }

    /// Share of points that a network decides right, in its own arithmetic.
    pub(super) fn accuracy<T: Scalar>(&self, network: &Network<T>) -> Result<f64, CheckError> {
        let outputs = network.evaluate(&batch(&self.points))?;
        let decided = outputs.column_iter().map(|column| decision(column.clone_owned().as_slice()));
        let right = decided.zip(&self.classes).filter(|(decided, class)| decided == *class);
        Ok(right.count() as f64 / self.classes.len().max(1) as f64)
    }

    /// The certified radius of every right decision, 0 for wrong or open ones; the decision and the radius are the kernel's.
    pub(super) fn radii(&self, network: &Network<f64>) -> Result<Vec<f64>, CheckError> {
        let net = network.to_kernel()?;
        let certified = certify(&net)?;
        let radius = |(row, class): (&[f64], &usize)| {
            let decision = certified.decide(row)?;
            Ok(if decision.class() == *class { decision.radius() } else { 0.0 })
        };
        self.points.rows().zip(&self.classes).map(radius).collect()
    }
}

/// A share with its 99 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
}

/// The two-sided 99 % quantile of the normal law.
const NORMAL: f64 = 2.575_829_303_548_900_4;

impl Share {
    /// How many numbers exceed another.
    pub(super) fn above(numbers: &[f64], bound: f64) -> Self {
        Self { count: numbers.iter().filter(|number| **number > bound).count(), of: numbers.len() }
    }

    /// The share itself.
    pub fn value(self) -> f64 {
        self.count as f64 / self.of as f64
    }

    /// Wilson's 99 % interval.
    pub fn interval(self) -> (f64, f64) {
        let (n, p, z2) = (self.of as f64, self.value(), NORMAL * NORMAL);
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = NORMAL / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        (middle - half, middle + half)
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    /// Decimals of the tabulated interval.
    const TABULATED: f64 = 5e-4;

    #[test]
    fn wilsons_interval_is_the_tabulated_one() {
        let (low, high) = Share { count: 50, of: 100 }.interval();
        assert!((low - 0.3753).abs() < TABULATED && (high - 0.6247).abs() < TABULATED, "{low} {high}");
        assert_eq!(Share::above(&[0.0, 1.0, 2.0], 0.5), Share { count: 2, of: 3 });
    }
}
