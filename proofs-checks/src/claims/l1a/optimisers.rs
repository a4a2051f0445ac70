//! The example trained with lip1-core: gradient descent, Adam, and Newton beside them.

use std::ops::ControlFlow;

use lip1_core::{
    Adam, BinaryCrossEntropy, Dense, Layer, Network, Optimiser, Parametrisation, Samples, Sgd, Targets,
    Training, Weight, train,
};
use nalgebra::{DMatrix, DVector};

use crate::picture::{Chart, Mark, Series};
use crate::{CheckError, Finding, Picture};

/// Weights after each step, from 0.
pub(super) struct Course {
    step: f64,
    descent: Vec<f64>,
    adam: Vec<f64>,
    newton: Vec<f64>,
    /// Largest bias seen.
    bias: f64,
}

impl Course {
    /// Gradient descent and Adam of a step size, as lip1-core trains; Newton by its recursion.
    pub(super) fn trained(step: f64, steps: usize) -> Result<Self, CheckError> {
        let (descent, first) = course(Optimiser::Sgd(Sgd { momentum: 0.0 }), step, steps)?;
        let (adam, second) = course(Optimiser::Adam(Adam::default()), step, steps)?;
        let newton = std::iter::successors(Some(0.0_f64), |w| Some(w + 1.0 + (-w).exp()));
        let newton = newton.skip(1).take(steps).collect();
        Ok(Self { step, descent, adam, newton, bias: first.max(second) })
    }

    /// The same with Adam on the loss plus `r W^2/2`.
    pub(super) fn with_ridge(mut self, ridge: f64) -> Self {
        let Adam { beta1, beta2, epsilon } = Adam::default();
        let (mut weight, mut first, mut second) = (0.0_f64, 0.0, 0.0);
        for (time, place) in (1..).zip(&mut self.adam) {
            let slope = ridge * weight - 1.0 / (1.0 + weight.exp());
            first = beta1 * first + (1.0 - beta1) * slope;
            second = beta2 * second + (1.0 - beta2) * slope * slope;
            let (mean, square) = (first / (1.0 - beta1.powi(time)), second / (1.0 - beta2.powi(time)));
            weight -= self.step * mean / (square.sqrt() + epsilon);
            *place = weight;
        }
        self
    }
}

/// Weights after each step and the largest bias.
fn course(optimiser: Optimiser, rate: f64, steps: usize) -> Result<(Vec<f64>, f64), CheckError> {
    let failed = || CheckError::during("training");
    let weight = Weight::new(DMatrix::zeros(1, 1), Parametrisation::Unconstrained, 1.0).map_err(failed())?;
    let layer = Dense::new(weight, DVector::zeros(1)).map_err(failed())?;
    let network = Network::<f64>::new(1, vec![Layer::Dense(layer)]).map_err(failed())?;
    let inputs = DMatrix::from_row_slice(1, 2, &[1.0, -1.0]);
    let samples = Samples::new(inputs, Targets::Signs(vec![1, -1])).map_err(failed())?;
    let plan = Training { epochs: steps, batch: 2, learning_rate: rate, optimiser, ..Training::default() };
    let (mut weights, mut bias) = (Vec::new(), 0.0_f64);
    let mut observe = |network: &Network<f64>| {
        if let [Layer::Dense(dense)] = network.layers() {
            weights.push(dense.weight().matrix()[0]);
            bias = bias.max(dense.bias()[0].abs());
        }
    };
    train(network, &samples, &BinaryCrossEntropy { tau: 1.0 }, &plan, &mut |progress| {
        observe(progress.network);
        ControlFlow::Continue(())
    })
    .map_err(failed())?;
    Ok((weights, bias))
}

/// Whether Adam lies between gradient descent and Newton at every step, and no bias moved.
pub(super) fn between(course: &Course) -> Finding {
    let mut finding = Finding::new("weight");
    let Course { step, descent, adam, newton, bias } = course;
    finding.exact(*bias <= 0.0, || format!("the bias moved to {bias:?}"));
    for (t, ((low, w), high)) in descent.iter().zip(adam).zip(newton).enumerate() {
        finding.case((w - low).min(high - w), || {
            format!("step size {step}, step {}: {low:?}, {w:?}, {high:?}", t + 1)
        });
    }
    finding
}

/// The three courses and the bound.
pub(super) fn picture() -> Result<Picture, CheckError> {
    let course = Course::trained(1.0, 30)?;
    let line = |name: &str, weights: &[f64]| Series {
        name: name.to_owned(),
        mark: Mark::Line,
        points: std::iter::once(0.0)
            .chain(weights.iter().copied())
            .enumerate()
            .map(|(t, w)| (t as f64, w))
            .collect(),
    };
    let bound: Vec<f64> = (1..=30).map(|t| (f64::from(t) / 2.0).ln_1p()).collect();
    Chart {
        title: "The weight of two separable points never stops growing".to_owned(),
        alternative: "The weight over 30 steps of size 1: Newton's rises by more than 1 a step, Adam's lies below it, gradient \
                      descent's rises like a logarithm and stays above the bound ln(1 + t/2)."
            .to_owned(),
        x: "step".to_owned(),
        y: "weight".to_owned(),
        series: vec![
            line("Newton", &course.newton),
            line("Adam, step size 1", &course.adam),
            line("gradient descent, step size 1", &course.descent),
            line("ln(1 + t/2)", &bound),
        ],
    }
    .draw()
}
