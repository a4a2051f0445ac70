//! Gradient attacks in the Euclidean ball, on a whole batch at a time.

use nalgebra::{DMatrix, DVector};

use super::{Adversary, decision, distance, lead_gradient};
use crate::error::Error;
use crate::network::Network;
use crate::random::gaussian;
use crate::scalar::Scalar;
use crate::tape::Tape;

/// Share of the radius within which attacks stay, so that rounding does not carry them out of the ball.
const INSIDE: f64 = 1.0 - 1e-6;

/// How hard to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectedGradient {
    /// Steps from each start, at least 1.
    pub steps: usize,
    /// Random starts in the ball, besides the point itself.
    pub restarts: usize,
    /// Fixes the random starts.
    pub seed: u64,
}

impl Default for ProjectedGradient {
    fn default() -> Self {
        Self { steps: 40, restarts: 2, seed: 0 }
    }
}

/// One step of length `radius` down the gradient of the decision's lead, for each point (features x points).
///
/// # Errors
/// When shapes disagree or a radius is negative or not finite.
pub fn gradient_step<T: Scalar>(
    network: &Network<T>,
    points: &DMatrix<T>,
    radii: &[f64],
) -> Result<Vec<Option<Adversary>>, Error> {
    let mut attack = Run::new(network, points, radii)?;
    attack.descend(points.clone(), 1, 1.0)?;
    Ok(attack.found)
}

/// Projected gradient descent of the decision's lead inside each ball, from the point and from random starts.
///
/// Points are features x points; steps have length 2.5 radius/steps. Returns the closest success for each point.
/// Cost: `steps (restarts + 1)` forward and backward passes.
///
/// # Errors
/// As [`gradient_step`].
///
/// # Examples
/// ```
/// use lip1_core::{Dense, Layer, Network, Parametrisation, ProjectedGradient, Weight, projected_gradient};
/// use nalgebra::dmatrix;
/// let weight = Weight::new(dmatrix![0.6, 0.8], Parametrisation::Unconstrained, 1.0)?;
/// let network = Network::new(2, vec![Layer::Dense(Dense::without_bias(weight))])?;
/// // At (3, 4) the network is 5, its slope 1: the decision changes beyond 5 and not before.
/// let points = dmatrix![3.0, 3.0; 4.0, 4.0];
/// let found = projected_gradient(&network, &points, &[4.9, 5.1], &ProjectedGradient::default())?;
/// assert!(found[0].is_none() && found[1].is_some());
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn projected_gradient<T: Scalar>(
    network: &Network<T>,
    points: &DMatrix<T>,
    radii: &[f64],
    config: &ProjectedGradient,
) -> Result<Vec<Option<Adversary>>, Error> {
    let mut attack = Run::new(network, points, radii)?;
    let steps = config.steps.max(1);
    let share = 2.5 / steps as f64;
    attack.descend(points.clone(), steps, share)?;
    for restart in 0..config.restarts {
        let mut start = gaussian::<T>(points.nrows(), points.ncols(), 1.0, config.seed, restart as u64);
        for ((mut column, point), radius) in start.column_iter_mut().zip(points.column_iter()).zip(radii) {
            let length = column.norm();
            if length > T::zero() {
                column.apply(|x| *x = *x * T::nearest(radius * INSIDE) / length);
            }
            column += point;
        }
        attack.descend(start, steps, share)?;
    }
    Ok(attack.found)
}

/// An attack in progress.
struct Run<'a, T: Scalar> {
    network: &'a Network<T>,
    points: &'a DMatrix<T>,
    radii: &'a [f64],
    classes: Vec<usize>,
    tape: Tape<T>,
    found: Vec<Option<Adversary>>,
}

impl<'a, T: Scalar> Run<'a, T> {
    fn new(network: &'a Network<T>, points: &'a DMatrix<T>, radii: &'a [f64]) -> Result<Self, Error> {
        if radii.len() != points.ncols() {
            return Err(Error::Shape {
                what: "radii of an attack",
                expected: points.ncols(),
                found: radii.len(),
            });
        }
        if let Some(&value) = radii.iter().find(|radius| !radius.is_finite() || **radius < 0.0) {
            return Err(Error::Parameter { name: "radius", value, range: "finite and at least 0" });
        }
        let outputs = network.evaluate(points)?;
        let classes = outputs.column_iter().map(|column| decision(column.as_slice())).collect();
        let found = vec![None; points.ncols()];
        Ok(Self { network, points, radii, classes, tape: Tape::new(network), found })
    }

    /// Descends from a start for each point and keeps the closest success.
    fn descend(&mut self, mut current: DMatrix<T>, steps: usize, share: f64) -> Result<(), Error> {
        for _ in 0..steps {
            let outputs = self.tape.forward(self.network, &current)?;
            let gradient = lead_gradient(outputs, &self.classes);
            self.tape.differentiate(self.network, &gradient)?;
            let slopes = self.tape.input_gradient();
            for (index, mut place) in current.column_iter_mut().enumerate() {
                let radius = self.radii[index] * INSIDE;
                let slope = slopes.column(index);
                let steepness = slope.norm();
                if steepness <= T::zero() {
                    continue;
                }
                place.axpy(-T::nearest(share * radius) / steepness, &slope, T::one());
                let from = self.points.column(index);
                let offset: DVector<T> = &place - from;
                let length = offset.norm().to_f64();
                if length > radius {
                    place.copy_from(&(from + offset * T::nearest(radius / length)));
                }
            }
            self.record(&current)?;
        }
        Ok(())
    }

    fn record(&mut self, current: &DMatrix<T>) -> Result<(), Error> {
        let outputs = self.network.evaluate(current)?;
        for (index, column) in outputs.column_iter().enumerate() {
            if decision(column.as_slice()) == self.classes[index] {
                continue;
            }
            let wide = |matrix: &DMatrix<T>| -> Vec<f64> {
                matrix.column(index).iter().map(|x| x.to_f64()).collect()
            };
            let point = wide(current);
            let distance = distance(&point, &wide(self.points));
            let closer = self.found[index].as_ref().is_none_or(|best| distance < best.distance);
            if distance < self.radii[index] && closer {
                self.found[index] = Some(Adversary { point, distance });
            }
        }
        Ok(())
    }
}
