//! Training as a whole: reproducible, on its constraint, never stale.

use std::ops::ControlFlow;

use lip1_core::{
    Adam, Architecture, BinaryCrossEntropy, Bjorck, Error, Hinge, Layer, Network, Optimiser, Parametrisation,
    Samples, Scalar, Sgd, Targets, Trainer, Training, certify, train, train_scheduled,
};
use nalgebra::DMatrix;

/// The distance of singular values from 1 that is promised for orthogonal layers, in either format.
const ORTHOGONAL: f64 = 1e-6;

/// Two interleaved arcs, in the order of their angle.
fn arcs<T: Scalar>(count: usize) -> Samples<T> {
    let point = |i: usize| {
        let angle = std::f64::consts::PI * (i / 2) as f64 / (count / 2) as f64;
        if i.is_multiple_of(2) { [angle.cos(), angle.sin()] } else { [1.0 - angle.cos(), 0.5 - angle.sin()] }
    };
    let inputs = DMatrix::from_fn(2, count, |row, i| T::nearest(point(i)[row]));
    let signs = (0..count).map(|i| if i.is_multiple_of(2) { 1 } else { -1 }).collect();
    Samples::new(inputs, Targets::Signs(signs)).unwrap()
}

fn accuracy<T: Scalar>(network: &Network<T>, samples: &Samples<T>) -> f64 {
    let Targets::Signs(signs) = samples.targets() else { unreachable!() };
    let scores = network.evaluate(samples.inputs()).unwrap();
    let right = scores.iter().zip(signs).filter(|(f, y)| f.to_f64() * f64::from(**y) > 0.0).count();
    right as f64 / signs.len() as f64
}

fn run<T: Scalar>(config: &Training) -> Network<T> {
    let network = Architecture::lipnet(2, &[32, 16], 1).build::<T>(5).unwrap();
    let loss = BinaryCrossEntropy { tau: 16.0 };
    train(network, &arcs(200), &loss, config, &mut |_| ControlFlow::Continue(())).unwrap().0
}

fn dense_weights<T: Scalar>(network: &Network<T>) -> Vec<DMatrix<T>> {
    let weights = network.layers().iter().filter_map(|layer| match layer {
        Layer::Dense(dense) => Some(dense.weight().matrix().clone()),
        _ => None,
    });
    weights.collect()
}

/// A network and batches large enough to be shared between threads, with a square weight, wide and narrow ones.
fn large_run() -> Network<f32> {
    let rule = Parametrisation::Orthogonal;
    let plan = Architecture::new(300).dense(256, rule).group_sort(2).dense(256, rule).group_sort(4);
    let network = plan.dense(64, rule).group_sort(2).dense(1, rule).build::<f32>(3).unwrap();
    let inputs = DMatrix::from_fn(300, 300, |i, j| ((i * 7 + j * 13) % 29) as f32 / 29.0 - 0.5);
    let signs = (0..300).map(|j| if j % 3 == 0 { 1 } else { -1 }).collect();
    let samples = Samples::new(inputs, Targets::Signs(signs)).unwrap();
    let config = Training { epochs: 3, batch: 200, learning_rate: 1e-2, seed: 1, ..Default::default() };
    let loss = BinaryCrossEntropy { tau: 8.0 };
    train(network, &samples, &loss, &config, &mut |_| ControlFlow::Continue(())).unwrap().0
}

#[test]
fn the_bits_of_a_trained_network_do_not_depend_on_the_number_of_threads() {
    let expected = large_run();
    assert_eq!(large_run(), expected);
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(large_run), expected, "{threads} threads");
    }
}

#[test]
fn both_optimisers_learn_two_arcs_in_both_formats() {
    for (optimiser, rate) in
        [(Optimiser::Adam(Adam::default()), 5e-3), (Optimiser::Sgd(Sgd::default()), 5e-3)]
    {
        let config =
            Training { epochs: 60, batch: 50, learning_rate: rate, optimiser, seed: 1, ..Default::default() };
        let single = run::<f32>(&config);
        let double = run::<f64>(&config);
        assert!(accuracy(&single, &arcs(200)) >= 0.99, "{optimiser:?} f32");
        assert!(accuracy(&double, &arcs(200)) >= 0.99, "{optimiser:?} f64");
    }
}

#[test]
fn equal_seeds_give_equal_bits_and_other_seeds_do_not() {
    let config = Training { epochs: 3, batch: 32, ..Default::default() };
    assert_eq!(run::<f32>(&config), run::<f32>(&config));
    assert_ne!(run::<f32>(&config), run::<f32>(&Training { seed: 1, ..config }));
}

#[test]
fn what_is_trained_is_what_is_lowered_and_certified() {
    let config = Training { epochs: 5, batch: 32, learning_rate: 1e-2, ..Default::default() };
    let network = run::<f32>(&config);
    let net = network.to_kernel().unwrap();
    let lowered: Vec<&lip1_kernel::net::Dense> = net
        .layers()
        .iter()
        .filter_map(|layer| match layer {
            lip1_kernel::net::Layer::Dense(dense) => Some(dense),
            _ => None,
        })
        .collect();
    for (matrix, dense) in dense_weights(&network).iter().zip(lowered) {
        let row_major: Vec<f64> = matrix.transpose().iter().map(|w| f64::from(*w)).collect();
        assert_eq!(row_major, dense.weight);
    }
    let samples = arcs::<f32>(20);
    let scores = network.evaluate(samples.inputs()).unwrap();
    for (point, score) in samples.inputs().column_iter().zip(scores.iter()) {
        let point: Vec<f64> = point.iter().map(|x| f64::from(*x)).collect();
        let exact = lip1_kernel::forward::enclose(&net, &point).unwrap().values[0];
        // Rounding of a forward pass in single precision through three layers.
        let rounding = 32.0 * f64::from(f32::EPSILON);
        assert!((exact.lower() - f64::from(*score)).abs() <= rounding);
    }
    assert!(certify(&net).unwrap().l2() <= 1.0 + 3.0 * ORTHOGONAL);
}

#[test]
fn after_every_step_the_constraints_hold() {
    let rules = [
        Parametrisation::Orthogonal,
        Parametrisation::RowNormalised,
        Parametrisation::SpectralBjorck(Bjorck::default()),
    ];
    for rule in rules {
        let plan =
            Architecture::new(2).dense(24, rule).group_sort(2).dense(24, rule).group_sort(2).dense(1, rule);
        let mut trainer =
            Trainer::new(plan.constant(8.0).build::<f32>(2).unwrap(), Optimiser::default()).unwrap();
        let samples = arcs::<f32>(64);
        for _ in 0..20 {
            let loss = Hinge { margin: 0.3 };
            trainer.step(samples.inputs(), samples.targets(), &loss, 0.02).unwrap();
            for layer in trainer.network().layers() {
                let Layer::Dense(dense) = layer else { continue };
                // Three layers share the constant 8.
                let values: Vec<f64> = dense.weight().singular_values().iter().map(|s| s / 2.0).collect();
                let within = |s: f64| (s - 1.0).abs() <= ORTHOGONAL;
                match rule {
                    Parametrisation::Orthogonal => assert!(values.iter().all(|s| within(*s)), "{values:?}"),
                    Parametrisation::RowNormalised => {
                        let norms = dense.weight().matrix().row_iter().map(|r| f64::from(r.norm()) / 2.0);
                        assert!(norms.into_iter().all(within));
                    }
                    _ => assert!(values.iter().all(|s| *s <= 1.0 + ORTHOGONAL), "{values:?}"),
                }
            }
        }
    }
}

#[test]
fn the_observer_sees_every_step_and_can_stop() {
    let network = Architecture::lipnet(2, &[8], 1).build::<f32>(5).unwrap();
    let config = Training { epochs: 4, batch: 30, ..Default::default() };
    let mut ends = Vec::new();
    let mut observer = |progress: &lip1_core::Progress<'_, f32>| {
        ends.push(progress.epoch_ends);
        if progress.step == 9 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (_, history) = train(network, &arcs(100), &Hinge::default(), &config, &mut observer).unwrap();
    assert_eq!(history.steps, 10);
    assert!(history.stopped);
    assert_eq!(history.losses.len(), 2);
    let expected: Vec<bool> = (0..10).map(|step| step % 4 == 3).collect();
    assert_eq!(ends, expected);
}

#[test]
fn a_schedule_gets_the_share_of_the_run_that_is_over() {
    let network = Architecture::lipnet(2, &[8], 1).build::<f32>(5).unwrap();
    let config = Training { epochs: 2, batch: 50, ..Default::default() };
    let seen = std::cell::RefCell::new(Vec::new());
    let schedule = |over: f64| -> Box<dyn lip1_core::Loss<f32>> {
        seen.borrow_mut().push(over);
        Box::new(BinaryCrossEntropy { tau: 1.0 + over })
    };
    train_scheduled(network, &arcs(100), &schedule, &config, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(*seen.borrow(), [0.0, 0.25, 0.5, 0.75]);
}

#[test]
fn bad_plans_and_bad_data_are_errors() {
    let network = || Architecture::lipnet(2, &[8], 1).build::<f32>(5).unwrap();
    let go = |network, samples: &Samples<f32>, config: &Training| {
        train(network, samples, &Hinge::default(), config, &mut |_| ControlFlow::Continue(())).map(|_| ())
    };
    let samples = arcs::<f32>(10);
    for config in [
        Training { batch: 0, ..Default::default() },
        Training { learning_rate: f64::NAN, ..Default::default() },
        Training { optimiser: Optimiser::Sgd(Sgd { momentum: 1.0 }), ..Default::default() },
    ] {
        assert!(go(network(), &samples, &config).is_err());
    }
    let wide = Samples::new(DMatrix::zeros(3, 1), Targets::Signs(vec![1])).unwrap();
    assert!(matches!(go(network(), &wide, &Training::default()), Err(Error::Shape { .. })));
    let odd = Samples::new(DMatrix::zeros(2, 1), Targets::Signs(vec![0])).unwrap();
    assert!(matches!(go(network(), &odd, &Training::default()), Err(Error::Parameter { .. })));
    assert!(Samples::new(DMatrix::from_element(2, 1, f32::NAN), Targets::Signs(vec![1])).is_err());
    assert!(Samples::new(DMatrix::<f32>::zeros(2, 1), Targets::Signs(vec![])).is_err());
}
