//! Layers on images: derivatives, agreement with the kernel's description, norms against the materialised map.

use crate::finite_difference::{agrees, matrix};
use lip1_core::{
    Abs, Convolution, Dense, GroupSort, Layer, Network, Parametrisation, Pool, Pooling, Rearrange, Residual,
    Tape, Weight, Windows, certify,
};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assume, prop_oneof, proptest};

const SAMPLES: usize = 2;
/// Rounding of a singular value decomposition of at most 100 rows, relative, and of reading a map off its columns.
const ROUNDING: f64 = 1e-12;

fn windows() -> impl Strategy<Value = Windows> {
    let sides = ((1..3_usize, 2..6_usize, 2..6_usize), (1..4_usize, 1..4_usize));
    (sides, 1..3_usize, 0..3_usize, any::<bool>()).prop_map(
        |(((c, h, w), (a, b)), stride, padding, circular)| {
            let kernel = [a.min(h + 2 * padding), b.min(w + 2 * padding)];
            Windows { input: [c, h, w], kernel, stride, padding, circular }
        },
    )
}

/// A random convolution without constraint.
fn convolution(windows: Windows, outputs: usize, seed: u64) -> Convolution<f64> {
    Convolution::random(windows, outputs, Parametrisation::Unconstrained, 1.0, seed, 0).unwrap()
}

fn alone(layer: Layer<f64>, inputs: usize) -> Network<f64> {
    Network::new(inputs, vec![layer]).unwrap()
}

/// The matrix of a linear network, column by column.
fn materialised(network: &Network<f64>) -> DMatrix<f64> {
    network.evaluate(&DMatrix::identity(network.inputs(), network.inputs())).unwrap()
}

fn derivative_agrees(
    network: &Network<f64>,
    inputs: &DMatrix<f64>,
    towards: &DMatrix<f64>,
    along: &DMatrix<f64>,
) -> Option<bool> {
    let mut tape = Tape::new(network);
    tape.forward(network, inputs).unwrap();
    tape.differentiate(network, along).unwrap();
    let moved = |t: f64| network.evaluate(&(inputs + towards * t)).unwrap().dot(along);
    agrees(moved, tape.input_gradient().dot(towards))
}

fn layers() -> impl Strategy<Value = (Layer<f64>, usize)> {
    let image = [2, 4, 6];
    prop_oneof![
        Just(Layer::Pool(Pool::new(Pooling::Average, image, [2, 3]).unwrap())),
        Just(Layer::Pool(Pool::new(Pooling::L2, image, [2, 2]).unwrap())),
        Just(Layer::Pool(Pool::global(Pooling::L2, image).unwrap())),
        Just(Layer::Rearrange(Rearrange::pixel_unshuffle(image, 2).unwrap())),
        Just(Layer::Rearrange(Rearrange::pixel_shuffle([8, 2, 3], 2).unwrap())),
        Just(Layer::Rearrange(Rearrange::shift(image).unwrap())),
        any::<u64>().prop_map(move |seed| {
            let inner = convolution(Windows::same(image, 3, true), 2, seed);
            let body = vec![Layer::Convolution(inner), Layer::GroupSort(GroupSort::new(2).unwrap())];
            Layer::Residual(Residual::new(48, body, 0.25).unwrap())
        }),
    ]
    .prop_map(|layer| (layer, 48))
}

proptest! {
    #[test]
    fn derivatives_at_the_inputs(
        (layer, inputs) in layers(), x in matrix(48, SAMPLES), towards in matrix(48, SAMPLES), along in matrix(48, SAMPLES),
    ) {
        let network = alone(layer, inputs);
        let along = along.rows(0, network.outputs()).clone_owned();
        let verdict = derivative_agrees(&network, &x, &towards, &along);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn derivatives_of_convolutions(windows in windows(), outputs in 1..4_usize, seed in any::<u64>()) {
        prop_assume!(windows.places().is_ok());
        let layer = convolution(windows, outputs, seed);
        let inputs: usize = windows.input.iter().product();
        let network = alone(Layer::Convolution(layer.clone()), inputs);
        let draw = |rows, columns, stream| -> DMatrix<f64> {
            let rule = Parametrisation::Unconstrained;
            Weight::random(rows, columns, rule, 1.0, seed, stream).unwrap().matrix().clone()
        };
        let (x, towards) = (draw(inputs, SAMPLES, 1), draw(inputs, SAMPLES, 2));
        let along = draw(network.outputs(), SAMPLES, 3);
        let verdict = derivative_agrees(&network, &x, &towards, &along);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));

        let kernel = layer.weight().matrix().clone();
        let (turn, lift) = (draw(kernel.nrows(), kernel.ncols(), 4), draw(outputs, 1, 5));
        let moved = |t: f64| {
            let bias = DVector::from_column_slice((&lift * t).as_slice());
            let rule = Parametrisation::Unconstrained;
            let layer = Convolution::new(windows, &kernel + &turn * t, bias, rule, 1.0).unwrap();
            alone(Layer::Convolution(layer), inputs).evaluate(&x).unwrap().dot(&along)
        };
        let mut tape = Tape::new(&network);
        tape.forward(&network, &x).unwrap();
        tape.differentiate(&network, &along).unwrap();
        let slots = &tape.parameter_gradients()[0];
        let verdict = agrees(moved, slots[0].dot(&turn) + slots[1].dot(&lift));
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn derivatives_of_almost_orthogonal_kernels(outputs in 1..4_usize, seed in any::<u64>()) {
        let windows = Windows { input: [2, 3, 4], kernel: [2, 3], stride: 1, padding: 1, circular: false };
        let draw = |rows, columns, stream| -> DMatrix<f64> {
            let rule = Parametrisation::Unconstrained;
            Weight::random(rows, columns, rule, 1.0, seed, stream).unwrap().matrix().clone()
        };
        let (kernel, turn) = (draw(outputs, 12, 0), draw(outputs, 12, 1));
        let at = |t: f64| {
            let rule = Parametrisation::AlmostOrthogonal { kernel: windows.kernel };
            let layer = Convolution::new(windows, &kernel + &turn * t, DVector::zeros(outputs), rule, 1.5).unwrap();
            alone(Layer::Convolution(layer), 24)
        };
        let network = at(0.0);
        let (x, along) = (draw(24, SAMPLES, 2), draw(network.outputs(), SAMPLES, 3));
        let mut tape = Tape::new(&network);
        tape.forward(&network, &x).unwrap();
        tape.differentiate(&network, &along).unwrap();
        let derivative = tape.parameter_gradients()[0][0].dot(&turn);
        let verdict = agrees(|t| at(t).evaluate(&x).unwrap().dot(&along), derivative);
        prop_assume!(verdict.is_some());
        prop_assert!(verdict == Some(true));
    }

    #[test]
    fn at_stride_one_and_circular_padding_the_bound_is_the_norm(
        (channels, outputs, height, width) in (1..3_usize, 1..4_usize, 3..6_usize, 3..6_usize), seed in any::<u64>(),
    ) {
        let windows = Windows::same([channels, height, width], 3, true);
        let network = alone(Layer::Convolution(convolution(windows, outputs, seed)), channels * height * width);
        let truth = materialised(&network).singular_values().max();
        let bound = certify(&network.to_kernel().unwrap()).unwrap().l2();
        prop_assert!(truth * (1.0 - ROUNDING) <= bound && bound <= truth * (1.0 + 1e-9));
    }

    #[test]
    fn the_kernel_sees_the_same_convolution_and_bounds_its_norm(
        windows in windows(), outputs in 1..4_usize, seed in any::<u64>(),
    ) {
        prop_assume!(windows.places().is_ok());
        let inputs: usize = windows.input.iter().product();
        let network = alone(Layer::Convolution(convolution(windows, outputs, seed)), inputs);
        let net = network.to_kernel().unwrap();
        let map = materialised(&network);
        let point: Vec<f64> = (0..inputs).map(|i| ((i * 7 + 3) % 11) as f64 - 5.0).collect();
        let values = &map * DVector::from_column_slice(&point);
        for (value, enclosure) in values.iter().zip(&lip1_kernel::forward::enclose(&net, &point).unwrap().values) {
            let slack = ROUNDING * (1.0 + value.abs()) * inputs as f64;
            prop_assert!(enclosure.lower() - slack <= *value && *value <= enclosure.upper() + slack);
        }
        let bound = certify(&net).unwrap().l2();
        prop_assert!(bound >= map.singular_values().max() * (1.0 - ROUNDING));
    }

    #[test]
    fn constrained_convolutions_keep_their_constant(
        windows in windows(), outputs in 1..4_usize, seed in any::<u64>(), constant in 0.5..2.0_f64,
        almost in any::<bool>(),
    ) {
        prop_assume!(windows.places().is_ok());
        let rule = if almost {
            Parametrisation::AlmostOrthogonal { kernel: windows.kernel }
        } else {
            Parametrisation::Orthogonal
        };
        // Only a periodic kernel whose windows repeat is refused, under AOL.
        let layer = Convolution::<f64>::random(windows, outputs, rule, constant, seed, 0);
        let Ok(layer) = layer else {
            prop_assert!(almost && windows.circular);
            return Ok(());
        };
        let inputs: usize = windows.input.iter().product();
        let net = alone(Layer::Convolution(layer), inputs);
        prop_assert!(materialised(&net).singular_values().max() <= constant * (1.0 + ROUNDING));
        // At other strides the kernel sums correlations by phase, which may exceed what AOL divides by.
        let bound = certify(&net.to_kernel().unwrap()).unwrap().l2();
        prop_assert!((almost && windows.stride > 1) || bound <= constant * (1.0 + 1e-10));
    }
}

#[test]
fn the_mean_multiplicity_of_a_peer_is_broken_and_the_largest_one_is_not() {
    // All taps alike: every window sees the same constant image, the worst case at stride 1.
    let windows = Windows::same([1, 12, 12], 3, false);
    let kernel = DMatrix::from_element(1, 9, 1.0);
    let layer =
        Convolution::new(windows, kernel, DVector::zeros(1), Parametrisation::Orthogonal, 1.0).unwrap();
    let norm = materialised(&alone(Layer::Convolution(layer), 144)).singular_values().max();
    assert!(norm <= 1.0);
    let mean_factor = (144.0_f64 / ((3.0 * 12.0 - 2.0) * (3.0 * 12.0 - 2.0))).sqrt();
    assert!(norm * mean_factor * 3.0 > 1.0);
}

#[test]
fn a_shift_between_orthogonal_convolutions_of_one_tap_is_orthogonal() {
    let image = [6, 4, 5];
    let one_tap = |stream| {
        let windows = Windows::same(image, 1, true);
        Layer::Convolution(
            Convolution::random(windows, 6, Parametrisation::Orthogonal, 1.0, 1, stream).unwrap(),
        )
    };
    let layers = vec![one_tap(0), Layer::Rearrange(Rearrange::shift(image).unwrap()), one_tap(1)];
    let network = Network::<f64>::new(120, layers).unwrap();
    let map = materialised(&network);
    assert!((map.transpose() * &map - DMatrix::identity(120, 120)).amax() <= ROUNDING);
    assert!(certify(&network.to_kernel().unwrap()).unwrap().l2() <= 1.0 + 1e-10);
}

#[test]
fn tiles_under_an_orthogonal_kernel_make_an_orthogonal_convolution() {
    let windows = Windows::tiles([2, 4, 4], 2);
    let layer = Convolution::<f64>::random(windows, 8, Parametrisation::Orthogonal, 1.0, 3, 0).unwrap();
    let map = materialised(&alone(Layer::Convolution(layer), 32));
    assert!((map.transpose() * &map - DMatrix::identity(32, 32)).amax() <= ROUNDING);
}

#[test]
fn shuffling_undoes_unshuffling_in_the_order_of_pytorch() {
    let there = Rearrange::pixel_unshuffle([1, 2, 4], 2).unwrap();
    assert_eq!(there.from(), [0, 2, 1, 3, 4, 6, 5, 7]);
    let back = Rearrange::pixel_shuffle([4, 1, 2], 2).unwrap();
    let both: Vec<usize> = back.from().iter().map(|&i| there.from()[i]).collect();
    assert_eq!(both, (0..8).collect::<Vec<_>>());
    assert!(Rearrange::new(vec![0, 0]).is_err());
    assert!(Rearrange::new(vec![0, 2]).is_err());
}

#[test]
fn a_network_on_images_lowers_to_what_it_evaluates() {
    let image = [1, 4, 4];
    let first =
        Convolution::random(Windows::same(image, 3, false), 4, Parametrisation::Orthogonal, 1.0, 2, 0)
            .unwrap();
    let body = vec![Layer::Abs(Abs)];
    let head = Weight::random(2, 4, Parametrisation::RowNormalised, 1.0, 2, 1).unwrap();
    let layers = vec![
        Layer::Convolution(first),
        Layer::Residual(Residual::new(64, body, 0.5).unwrap()),
        Layer::Pool(Pool::global(Pooling::L2, [4, 4, 4]).unwrap()),
        Layer::Dense(Dense::without_bias(head)),
    ];
    let network = Network::<f64>::new(16, layers).unwrap();
    let net = network.to_kernel().unwrap();
    let point: Vec<f64> = (0..16).map(|i| (i as f64).sin()).collect();
    let values = network.evaluate(&DMatrix::from_column_slice(16, 1, &point)).unwrap();
    for (value, enclosure) in values.iter().zip(&lip1_kernel::forward::enclose(&net, &point).unwrap().values)
    {
        assert!((enclosure.lower() - value).abs() <= ROUNDING);
    }
    assert!(certify(&net).unwrap().linf() <= 1.0 + 1e-9);
}
