//! Orthogonal and grouped convolutions, centring, and plans on images, against the materialised map and the kernel.

use lip1_core::{
    Architecture, CategoricalCrossEntropy, Centring, GroupedConvolution, Layer, Network, Optimiser,
    OrthogonalConvolution, Parametrisation, Pooling, Scalar, Targets, Trainer, Windows, certify,
};
use nalgebra::DMatrix;
use proptest::prelude::{any, prop_assert, proptest};

/// Rounding of a singular value decomposition of at most 200 rows, relative, and of reading a map off its columns.
const ROUNDING: f64 = 1e-12;
/// How close certified bounds are to the truth, relative.
const TIGHT: f64 = 1e-9;
/// The distance of singular values from the constant that is promised of orthogonal layers, in either format.
const ORTHOGONAL: f64 = 1e-6;

fn alone<T: Scalar>(layer: Layer<T>, inputs: usize) -> Network<T> {
    Network::new(inputs, vec![layer]).unwrap()
}

/// The matrix of a linear network, column by column, without its biases, which are 0 at first.
fn materialised<T: Scalar>(network: &Network<T>) -> DMatrix<f64> {
    let unit = DMatrix::<T>::identity(network.inputs(), network.inputs());
    let origin = network.evaluate(&DMatrix::zeros(network.inputs(), 1)).unwrap().map(Scalar::to_f64);
    let mut map = network.evaluate(&unit).unwrap().map(Scalar::to_f64);
    for mut column in map.column_iter_mut() {
        column -= origin.column(0);
    }
    map
}

/// Whether the kernel's enclosure at a point holds what the network computes, up to rounding of a forward pass.
fn lowers_to_itself(network: &Network<f64>) -> bool {
    let point: Vec<f64> = (0..network.inputs()).map(|i| (1.7 * i as f64).sin()).collect();
    let values = network.evaluate(&DMatrix::from_column_slice(point.len(), 1, &point)).unwrap();
    let net = network.to_kernel().unwrap();
    let outputs = lip1_kernel::forward::enclose(&net, &point).unwrap();
    values.iter().zip(&outputs.values).all(|(value, enclosure)| {
        let slack = ROUNDING * (1.0 + value.abs());
        enclosure.lower() - slack <= *value && *value <= enclosure.upper() + slack
    })
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn an_orthogonal_convolution_is_orthogonal_on_the_torus_and_never_longer_elsewhere(
        channels in 1..4_usize, outputs in 1..5_usize, height in 3..6_usize, width in 3..6_usize,
        rows in 1..4_usize, columns in 1..4_usize, padding in 0..2_usize, constant in 0.4..2.5_f64,
        circular in any::<bool>(), seed in any::<u64>(),
    ) {
        let input = [channels, height, width];
        let windows = Windows { input, kernel: [rows, columns], stride: 1, padding, circular };
        let layer = OrthogonalConvolution::<f64>::random(windows, outputs, constant, seed, 0).unwrap();
        let network = alone(Layer::OrthogonalConvolution(layer), channels * height * width);
        let values = materialised(&network).singular_values();
        let bound = certify(&network.to_kernel().unwrap()).unwrap().l2();
        prop_assert!(values.max() <= bound * (1.0 + ROUNDING));
        prop_assert!(lowers_to_itself(&network));
        let all_once = windows.places().unwrap() == [height, width];
        if circular && all_once {
            prop_assert!((values.min() / constant - 1.0).abs() <= ROUNDING, "{values}");
            prop_assert!((values.max() / constant - 1.0).abs() <= ROUNDING, "{values}");
            prop_assert!(bound <= constant * (1.0 + TIGHT));
        } else if !circular {
            prop_assert!(bound <= constant * (1.0 + TIGHT));
        }
    }

    #[test]
    fn a_grouped_convolution_keeps_the_constant_and_its_bound_covers_its_norm(
        groups in 1..4_usize, channels in 1..3_usize, outputs in 1..3_usize, stride in 1..3_usize,
        circular in any::<bool>(), constant in 0.4..2.5_f64, seed in any::<u64>(), free in any::<bool>(),
    ) {
        let input = [groups * channels, 4, 5];
        let windows = Windows { input, kernel: [3, 2], stride, padding: 1, circular };
        let rule = if free { Parametrisation::Unconstrained } else { Parametrisation::Orthogonal };
        let layer =
            GroupedConvolution::<f64>::random(windows, groups * outputs, groups, rule, constant, seed, 0);
        let network = alone(Layer::GroupedConvolution(layer.unwrap()), groups * channels * 20);
        let map = materialised(&network);
        // Outputs of a group do not see the channels of another.
        let (down, right) = (map.nrows() / groups, map.ncols() / groups);
        for group in 1..groups {
            prop_assert!(map.view((0, group * right), (down, right)).amax() <= 0.0);
        }
        let truth = map.singular_values().max();
        let bound = certify(&network.to_kernel().unwrap()).unwrap().l2();
        prop_assert!(truth <= bound * (1.0 + ROUNDING));
        prop_assert!(free || bound <= constant * (1.0 + TIGHT));
        prop_assert!(lowers_to_itself(&network));
    }

    #[test]
    fn centring_is_a_projection_and_certified_as_one(block in 1..7_usize, blocks in 1..4_usize) {
        let network = alone(Layer::<f64>::Centring(Centring::new(block).unwrap()), block * blocks);
        let map = materialised(&network);
        prop_assert!((&map * &map - &map).amax() <= ROUNDING && (&map - map.transpose()).amax() <= ROUNDING);
        prop_assert!(map.column_sum().amax() <= ROUNDING);
        prop_assert!(certify(&network.to_kernel().unwrap()).unwrap().l2() <= 1.0 + TIGHT);
        prop_assert!(lowers_to_itself(&network));
        // A block of one feature leaves nothing over.
        let norm = if block > 1 { 1.0 } else { 0.0 };
        prop_assert!((map.singular_values().max() - norm).abs() <= ROUNDING);
    }
}

#[test]
fn an_orthogonal_convolution_stays_orthogonal_in_training_as_exported() {
    let plan = Architecture::on_image([1, 6, 6])
        .pixel_unshuffle(2)
        .orthogonal_convolution(4, 3, true)
        .group_sort(2)
        .orthogonal_convolution(6, 3, true)
        .centring()
        .flatten()
        .dense(3, Parametrisation::Orthogonal);
    let mut trainer = Trainer::new(plan.build::<f32>(5).unwrap(), Optimiser::default()).unwrap();
    let batch =
        DMatrix::from_fn(36, 30, |i, j| (((i * 7 + j * 13) % 29) as f32 / 14.0 - 1.0) * (j % 3 + 1) as f32);
    let classes = Targets::Classes((0..30).map(|j| j % 3).collect());
    let loss = CategoricalCrossEntropy { tau: 4.0 };
    let mut step = || trainer.step(&batch, &classes, &loss, 0.02).unwrap();
    let first = step();
    let last = (0..60).map(|_| step()).last().unwrap();
    assert!(last < 0.9 * first, "{first} {last}");
    for layer in trainer.network().layers() {
        let Layer::OrthogonalConvolution(convolution) = layer else { continue };
        let net = alone(layer.clone(), 36);
        let lowered = net.to_kernel().unwrap();
        // What is lowered is the explicit kernel, bit for bit.
        let lip1_kernel::net::Layer::Conv(conv) = &lowered.layers()[0] else { unreachable!() };
        let kernel = convolution.explicit().weight().matrix().transpose();
        assert!(kernel.iter().zip(&conv.weight).all(|(own, seen)| f64::from(*own).total_cmp(seen).is_eq()));
        // Its norm, in double precision, through the kernel's description.
        let units = (0..36).map(|i| {
            let unit: Vec<f64> = (0..36).map(|j| f64::from(u8::from(i == j))).collect();
            let image = lip1_kernel::forward::enclose(&lowered, &unit).unwrap();
            let bias = lip1_kernel::forward::enclose(&lowered, &[0.0; 36]).unwrap();
            image.values.iter().zip(&bias.values).map(|(y, b)| y.lower() - b.lower()).collect::<Vec<f64>>()
        });
        let columns: Vec<Vec<f64>> = units.collect();
        let map = DMatrix::from_fn(columns[0].len(), 36, |i, j| columns[j][i]);
        let values = map.singular_values();
        assert!(values.iter().all(|s| (s - 1.0).abs() <= ORTHOGONAL), "{values}");
    }
}

/// Plans of every constrained layer, without activations, whose norm is then exactly what was asked for, or whose
/// constraint is only a bound.
fn plans() -> Vec<(Architecture, bool)> {
    let orthogonal = Parametrisation::Orthogonal;
    let image = || Architecture::on_image([2, 4, 4]);
    vec![
        (Architecture::new(6).dense(8, orthogonal).dense(8, orthogonal).dense(3, orthogonal), true),
        (Architecture::new(6).scale(-3.0).dense(8, orthogonal).scale(0.1).dense(5, orthogonal), true),
        (Architecture::new(6).scale(2.0), true),
        (Architecture::new(6).abs().full_sort(), false),
        (Architecture::new(6).dense(4, Parametrisation::Frobenius).relu().dense(1, orthogonal), false),
        (Architecture::new(6).dense(4, Parametrisation::SpectralBjorck(Default::default())), true),
        (Architecture::new(6).dense(4, Parametrisation::AlmostOrthogonal { kernel: [1, 1] }), false),
        (image().orthogonal_convolution(4, 3, true).orthogonal_convolution(4, 3, true), true),
        (image().pixel_unshuffle(2).orthogonal_convolution(8, 1, false).pixel_shuffle(2), true),
        (image().convolution(8, 2, 2, 0, false, orthogonal).flatten().dense(3, orthogonal), true),
        (image().convolution(3, 3, 1, 1, false, orthogonal).max_min_concat().global_pool(Pooling::L2), false),
        (image().convolution(3, 3, 1, 1, true, Parametrisation::AlmostOrthogonal { kernel: [3, 3] }), false),
        (image().grouped_convolution(4, 3, 2, true, orthogonal).pool(Pooling::Average, 2), false),
        (image().orthogonal_convolution(4, 3, false).group_sort(2).centring().householder(), false),
    ]
}

#[test]
fn every_layer_honours_a_prescribed_constant() {
    for k in [0.3, 1.0, 2.5] {
        for (plan, exact) in plans() {
            let network = plan.clone().constant(k).build::<f64>(3).unwrap();
            assert!(lowers_to_itself(&network), "{plan:?}");
            let bound = certify(&network.to_kernel().unwrap()).unwrap().l2();
            assert!(bound <= k * (1.0 + TIGHT), "{plan:?}: {bound} for {k}");
            if exact {
                let norm = materialised(&network).singular_values().max();
                // Power iteration finds the largest singular value to 1e-10.
                assert!((norm / k - 1.0).abs() <= TIGHT, "{plan:?}: {norm} for {k}");
            }
        }
        let heads = Architecture::lipnet(5, &[8, 6], 3).constant(k).build::<f64>(1).unwrap();
        assert!(certify(&heads.to_kernel().unwrap()).unwrap().linf() <= k * (1.0 + TIGHT));
    }
    assert!(Architecture::lipnet(5, &[8], 1).constant(0.0).build::<f64>(1).is_err());
}

#[test]
fn layers_that_are_described_share_the_constant_and_the_seed_like_others() {
    let residual =
        r#"[{"kind":"residual","body":[{"kind":"scale","value":-3.0},{"kind":"abs"}],"weight":0.25}]"#;
    let orthogonal = Parametrisation::Orthogonal;
    let plan = Architecture::new(6).dense(6, orthogonal).layers(residual).unwrap().dense(4, orthogonal);
    // 0.25 + 0.75 times 3 is what the residual has, and each dense layer the root of what is left.
    let network = plan.constant(4.0).build::<f64>(3).unwrap();
    let Layer::Dense(first) = &network.layers()[0] else { unreachable!() };
    assert!((first.weight().constant() - (4.0_f64 / 2.5).sqrt()).abs() <= ROUNDING);
    assert!(certify(&network.to_kernel().unwrap()).unwrap().l2() <= 4.0 * (1.0 + TIGHT));
    let activations = r#"[{"kind":"groupsort","group":2},{"kind":"householder"}]"#;
    assert_eq!(
        Architecture::new(6).layers(activations).unwrap().build::<f32>(1).unwrap(),
        Architecture::new(6).group_sort(2).householder().build::<f32>(1).unwrap()
    );
    assert!(Architecture::new(6).layers(r#"[{"kind":"tanh"}]"#).is_err());
    // How many outputs?
    assert!(Architecture::new(6).layers(r#"[{"kind":"dense"}]"#).unwrap().build::<f32>(1).is_err());
}

#[test]
fn on_an_image_neighbours_among_the_channels_are_sorted() {
    let network = Architecture::on_image([2, 1, 2]).group_sort(2).build::<f64>(0).unwrap();
    let sorted = network.evaluate(&DMatrix::from_column_slice(4, 1, &[5.0, -1.0, 2.0, 3.0])).unwrap();
    assert_eq!(sorted.as_slice(), [2.0, -1.0, 5.0, 3.0]);
}

#[test]
fn a_step_that_needs_an_image_refuses_to_do_without() {
    assert!(Architecture::new(16).pool(Pooling::L2, 2).build::<f64>(0).is_err());
    let flat = Architecture::on_image([1, 4, 4]).flatten().pixel_unshuffle(2);
    assert!(flat.build::<f64>(0).is_err());
    let uneven = Architecture::on_image([3, 4, 4]).group_sort(2);
    assert!(uneven.build::<f64>(0).is_err());
    let strided = Windows { stride: 2, ..Windows::same([2, 4, 4], 3, true) };
    assert!(OrthogonalConvolution::<f64>::random(strided, 2, 1.0, 0, 0).is_err());
}
