//! Every layer against finite differences, at its inputs and at its parameters.

#[expect(dead_code, reason = "its strategies are for the property tests")]
#[path = "../../tests/finite_difference/mod.rs"]
mod finite_difference;

use finite_difference::agrees;
use nalgebra::{DMatrix, DVector};

use super::{
    Abs, Centring, Convolution, Dense, FullSort, GroupSort, GroupedConvolution, Householder, Layer,
    MaxMinConcat, MaxMinHalves, OrthogonalConvolution, Pool, Pooling, Rearrange, Relu, Residual, Scale,
    Windows,
};
use crate::network::Network;
use crate::random::gaussian;
use crate::tape::Tape;
use crate::weight::{Bjorck, Parametrisation, Weight};

const SAMPLES: usize = 3;
/// Draws of each layer.
const DRAWS: u64 = 6;

const RULES: [Parametrisation; 7] = [
    Parametrisation::Unconstrained,
    Parametrisation::Orthogonal,
    Parametrisation::RowNormalised,
    Parametrisation::RowBounded,
    Parametrisation::Frobenius,
    Parametrisation::AlmostOrthogonal { kernel: [2, 1] },
    Parametrisation::SpectralBjorck(Bjorck::Steps(3)),
];

fn dense(outputs: usize, inputs: usize, rule: Parametrisation, seed: u64) -> Layer<f64> {
    let rule = match rule {
        Parametrisation::AlmostOrthogonal { .. } => Parametrisation::AlmostOrthogonal { kernel: [1, 1] },
        other => other,
    };
    let weight = Weight::random(outputs, inputs, rule, constant(rule), seed, 0).unwrap();
    let bias = DVector::from_column_slice(gaussian::<f64>(outputs, 1, 0.3, seed, 1).as_slice());
    Layer::Dense(Dense::new(weight, bias).unwrap())
}

/// The constant asked for: wide enough that no row is at the edge of its ball, where there is a kink.
fn constant(rule: Parametrisation) -> f64 {
    if rule == Parametrisation::RowBounded { 20.0 } else { 1.3 }
}

/// Layers with the number of their inputs.
fn layers(seed: u64) -> Vec<(Layer<f64>, usize)> {
    let image = [2, 4, 3];
    let windows = |stride| Windows { input: image, kernel: [2, 1], stride, padding: 1, circular: false };
    let around = Windows { input: image, kernel: [3, 2], stride: 1, padding: 1, circular: true };
    let mut found = vec![
        (Layer::GroupSort(GroupSort::new(2).unwrap()), 6),
        (Layer::GroupSort(GroupSort::new(3).unwrap()), 6),
        (Layer::FullSort(FullSort), 6),
        (Layer::MaxMinHalves(MaxMinHalves), 6),
        (Layer::MaxMinConcat(MaxMinConcat), 6),
        (Layer::Relu(Relu), 6),
        (Layer::Abs(Abs), 6),
        (Layer::Scale(Scale::new(-0.4).unwrap()), 6),
        (Layer::Householder(Householder::new(DVector::from_vec(vec![0.3, -2.0, 1.5])).unwrap()), 6),
        (Layer::Centring(Centring::new(4).unwrap()), 8),
        (Layer::Pool(Pool::new(Pooling::Average, image, [2, 3]).unwrap()), 24),
        (Layer::Pool(Pool::global(Pooling::L2, image).unwrap()), 24),
        (Layer::Rearrange(Rearrange::shift(image).unwrap()), 24),
        (Layer::OrthogonalConvolution(OrthogonalConvolution::random(around, 4, 1.3, seed, 2).unwrap()), 24),
        (Layer::OrthogonalConvolution(OrthogonalConvolution::random(around, 1, 0.6, seed, 3).unwrap()), 24),
    ];
    for rule in RULES {
        found.push((dense(5, 3, rule, seed), 3));
        found.push((dense(3, 5, rule, seed), 5));
        for stride in [1, 2] {
            let layer = Convolution::random(windows(stride), 3, rule, constant(rule), seed, 4).unwrap();
            found.push((Layer::Convolution(layer), 24));
        }
        let grouped = GroupedConvolution::random(windows(1), 4, 2, rule, constant(rule), seed, 5).unwrap();
        found.push((Layer::GroupedConvolution(grouped), 24));
    }
    let angles = Layer::Householder(Householder::new(DVector::from_vec(vec![0.7, 2.2])).unwrap());
    let body = vec![dense(4, 6, Parametrisation::Orthogonal, seed), angles, dense(6, 4, RULES[1], seed)];
    found.push((Layer::Residual(Residual::new(6, body, 0.3).unwrap()), 6));
    found
}

/// The layer after a step of length `t` along the directions, as an optimiser takes it.
fn moved(layer: &Layer<f64>, directions: &[DMatrix<f64>], t: f64) -> Layer<f64> {
    let mut layer = layer.clone();
    layer
        .rule_mut()
        .update(&mut |slot, entries| {
            for (entry, along) in entries.iter_mut().zip(directions[slot].as_slice()) {
                *entry += t * along;
            }
        })
        .unwrap();
    layer
}

#[test]
fn every_layer_at_its_inputs_and_parameters() {
    let kinds = layers(0).len();
    let mut compared = vec![0; kinds];
    for seed in 0..DRAWS {
        for (index, (layer, inputs)) in layers(seed).into_iter().enumerate() {
            let network = Network::new(inputs, vec![layer.clone()]).unwrap();
            let x = gaussian::<f64>(inputs, SAMPLES, 1.0, seed, 10);
            let along = gaussian::<f64>(network.outputs(), SAMPLES, 1.0, seed, 11);
            let towards = gaussian::<f64>(inputs, SAMPLES, 1.0, seed, 12);
            let parameters = layer.rule().parameters();
            let directions: Vec<DMatrix<f64>> = (20..)
                .zip(&parameters)
                .map(|(stream, slot)| gaussian(slot.rows, slot.columns, 0.5, seed, stream))
                .collect();
            let mut tape = Tape::new(&network);
            tape.forward(&network, &x).unwrap();
            tape.differentiate(&network, &along).unwrap();
            let slopes = &tape.parameter_gradients()[0];
            let derivative: f64 = slopes.iter().zip(&directions).map(|(slope, d)| slope.dot(d)).sum();
            let at = |t: f64| {
                let network = Network::new(inputs, vec![moved(&layer, &directions, t)]).unwrap();
                network.evaluate(&(&x + &towards * t)).unwrap().dot(&along)
            };
            let verdict = agrees(at, derivative + tape.input_gradient().dot(&towards));
            assert!(verdict != Some(false), "{layer:?}, draw {seed}");
            compared[index] += usize::from(verdict.is_some());
        }
    }
    // A kink inside the step excuses a draw, not a layer.
    assert!(compared.iter().all(|&draws| draws > 0), "{compared:?}");
}
