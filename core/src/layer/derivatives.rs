//! Every layer against finite differences, at its inputs and at its parameters.

#[expect(dead_code, reason = "its strategies are for the property tests")]
#[path = "../../tests/networks/finite_difference.rs"]
mod finite_difference;

use finite_difference::agrees;
use nalgebra::DMatrix;

use super::{Backward, Layer, examples};
use crate::network::Network;
use crate::random::gaussian;
use crate::weight::{Bjorck, Parametrisation};

const SAMPLES: usize = 3;
/// Draws of each layer.
const DRAWS: u64 = 6;

/// Every parametrisation of weights with windows of that height and width, with the constant to ask for: wide enough that
/// no row is at the edge of its ball, where there is a kink.
pub(super) fn parametrisations(kernel: [usize; 2]) -> [(Parametrisation, f64); 7] {
    [
        (Parametrisation::Unconstrained, 1.3),
        (Parametrisation::Orthogonal, 1.3),
        (Parametrisation::RowNormalised, 1.3),
        (Parametrisation::RowBounded, 20.0),
        (Parametrisation::Frobenius, 1.3),
        (Parametrisation::AlmostOrthogonal { kernel }, 1.3),
        (Parametrisation::SpectralBjorck(Bjorck::Steps(3)), 1.3),
    ]
}

/// The layer after a step of length `t` along the directions, as an optimiser takes it.
fn moved(layer: &Layer<f64>, directions: &[DMatrix<f64>], t: f64) -> Layer<f64> {
    let mut layer = layer.clone();
    layer
        .rule_mut()
        .update(&mut |array, entries| {
            for (entry, along) in entries.iter_mut().zip(directions[array].as_slice()) {
                *entry += t * along;
            }
        })
        .unwrap();
    layer
}

#[test]
fn every_layer_at_its_inputs_and_parameters() {
    let mut compared = vec![0; examples(0).len()];
    for seed in 0..DRAWS {
        for (index, (layer, shape)) in examples(seed).into_iter().enumerate() {
            let inputs = shape.features();
            let network = Network::new(inputs, vec![layer.clone()]).unwrap();
            let x = gaussian::<f64>(inputs, SAMPLES, 1.0, seed, 10);
            let along = gaussian::<f64>(network.outputs(), SAMPLES, 1.0, seed, 11);
            let towards = gaussian::<f64>(inputs, SAMPLES, 1.0, seed, 12);
            let parameters = layer.rule().parameters();
            let directions: Vec<DMatrix<f64>> = (20..)
                .zip(&parameters)
                .map(|(stream, array)| gaussian(array.rows, array.columns, 0.5, seed, stream))
                .collect();
            // What buffers hold before must not matter.
            let spoilt = |rows, columns| DMatrix::from_element(rows, columns, f64::NAN);
            let mut output = spoilt(network.outputs(), SAMPLES);
            layer.rule().forward(&x, &mut output);
            let mut grad_input = spoilt(inputs, SAMPLES);
            let mut gradients: Vec<_> =
                parameters.iter().map(|array| spoilt(array.rows, array.columns)).collect();
            let at = Backward { input: &x, output: &output, grad_output: &along };
            layer.rule().vjp(&at, Some(&mut grad_input), &mut gradients);
            let derivative: f64 =
                gradients.iter().zip(&directions).map(|(gradient, d)| gradient.dot(d)).sum();
            let at = |t: f64| {
                let network = Network::new(inputs, vec![moved(&layer, &directions, t)]).unwrap();
                network.evaluate(&(&x + &towards * t)).unwrap().dot(&along)
            };
            let verdict = agrees(at, derivative + grad_input.dot(&towards));
            assert!(verdict != Some(false), "{layer:?}, draw {seed}");
            compared[index] += usize::from(verdict.is_some());
        }
    }
    // A kink inside the step excuses a draw, not a layer.
    assert!(compared.iter().all(|&draws| draws > 0), "{compared:?}");
}
