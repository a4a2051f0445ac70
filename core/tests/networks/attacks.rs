//! Attacks against certificates: none succeeds inside, and the naive one falls.

use std::ops::ControlFlow;

use lip1_core::{
    Architecture, BinaryCrossEntropy, CategoricalCrossEntropy, Loss, Network, ProjectedGradient, Samples,
    Targets, Training, certify, gradient_step, nearest_change, projected_gradient, rounding_attack, train,
};
use nalgebra::DMatrix;

/// Points of a spiral, classes by turn.
fn spiral(count: usize) -> DMatrix<f32> {
    DMatrix::from_fn(2, count, |row, i| {
        let angle = 0.1 * i as f32;
        let radius = 0.2 + 0.02 * i as f32;
        radius * if row == 0 { angle.cos() } else { angle.sin() }
    })
}

fn trained(outputs: usize) -> (Network<f32>, DMatrix<f32>) {
    let points = spiral(120);
    let (targets, loss): (_, Box<dyn Loss<f32>>) = if outputs == 1 {
        let signs = (0..120).map(|i| if i / 20 % 2 == 0 { 1 } else { -1 }).collect();
        (Targets::Signs(signs), Box::new(BinaryCrossEntropy { tau: 16.0 }))
    } else {
        let classes = (0..120).map(|i| i / 20 % outputs).collect();
        (Targets::Classes(classes), Box::new(CategoricalCrossEntropy { tau: 16.0 }))
    };
    let samples = Samples::new(points.clone(), targets).unwrap();
    let network = Architecture::lipnet(2, &[32, 32], outputs).build(4).unwrap();
    let config = Training { epochs: 80, batch: 40, learning_rate: 1e-2, ..Default::default() };
    let trained =
        train(network, &samples, loss.as_ref(), &config, &mut |_| ControlFlow::Continue(())).unwrap();
    (trained.0, points)
}

#[test]
fn no_gradient_attack_succeeds_inside_a_certified_radius() {
    for outputs in [1, 3] {
        let (network, points) = trained(outputs);
        let net = network.to_kernel().unwrap();
        let certified = certify(&net).unwrap();
        let radii: Vec<f64> = points
            .column_iter()
            .map(|point| {
                let wide: Vec<f64> = point.iter().map(|x| f64::from(*x)).collect();
                certified.decide(&wide).unwrap().radius()
            })
            .collect();
        let config = ProjectedGradient { steps: 20, restarts: 2, seed: 1 };
        let strong = projected_gradient(&network, &points, &radii, &config).unwrap();
        let quick = gradient_step(&network, &points, &radii).unwrap();
        assert!(strong.iter().chain(&quick).all(Option::is_none));
        // The same attack has teeth: further out it succeeds for most points.
        let far: Vec<f64> = radii.iter().map(|radius| 4.0 * radius + 0.2).collect();
        let beyond = projected_gradient(&network, &points, &far, &config).unwrap();
        assert!(beyond.iter().flatten().count() > 60);
    }
}

#[test]
fn exact_search_in_the_plane_finds_no_change_inside_a_certified_radius() {
    let (network, points) = trained(1);
    let network = {
        // Evaluated in double precision, so that the search sees the function that is certified.
        let net = network.to_kernel().unwrap();
        move |x: &[f64]| {
            lip1_kernel::forward::enclose(&net, x)
                .map_or(f64::NAN, |v| 0.5 * (v.values[0].lower() + v.values[0].upper()))
        }
    };
    for point in points.column_iter().step_by(30) {
        let point: Vec<f64> = point.iter().map(|x| f64::from(*x)).collect();
        let value = network(&point).abs();
        let search = nearest_change(&network, 1.0, &point, 1.5, 3000).unwrap();
        assert!(search.clear >= value * 0.9);
        assert!(search.change.is_none_or(|change| change.distance >= value));
    }
}

#[test]
fn the_naive_single_precision_radius_is_broken_and_the_sound_one_is_not() {
    let network = Architecture::lipnet(64, &[64, 64], 1).build::<f32>(3).unwrap();
    // Large coordinates, and a common shift along the gradient to bring the output near 0.
    let mut points =
        DMatrix::<f32>::from_fn(64, 200, |i, j| 1e4 * (((i * 37 + j * 101) % 211) as f32 / 211.0 - 0.5));
    for _ in 0..3 {
        let mut tape = lip1_core::Tape::new(&network);
        let outputs = tape.forward(&network, &points).unwrap().clone();
        tape.differentiate(&network, &DMatrix::from_element(1, 200, 1.0)).unwrap();
        let slopes = tape.input_gradient().clone();
        for (j, mut column) in points.column_iter_mut().enumerate() {
            column.axpy(-outputs[j], &slopes.column(j), 1.0);
        }
    }
    let net = network.to_kernel().unwrap();
    let certified = certify(&net).unwrap();
    let broken = rounding_attack(&network, &points, certified.l2()).unwrap();
    assert!(!broken.is_empty());
    for violation in broken {
        let point: Vec<f64> = points.column(violation.index).iter().map(|x| f64::from(*x)).collect();
        let sound = certified.decide(&point).unwrap();
        let there = certified.decide(&violation.adversary.point).unwrap();
        assert!(violation.adversary.distance < violation.naive);
        // Either the decision was never what single precision said, or the sound radius stops short.
        assert!(sound.class() == there.class() || sound.radius() <= violation.adversary.distance);
    }
}
