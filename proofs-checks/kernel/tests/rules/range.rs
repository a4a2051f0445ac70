//! Radii where numbers leave the range of their format.

use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::net::{Layer, Net, Pool};
use lip1_kernel::network::{self, Hint};
use lip1_kernel::norm::SpectralCertificate;

use crate::deployed::{dense, radius, real_radius, window};
use crate::emulated::Machine;
use crate::random::Stream;

/// What products of errors with errors may add.
const SECOND_ORDER: f64 = 1e-3;

/// The same in units of half precision, where a few errors of errors add up.
const HALF_SECOND_ORDER: f64 = 8e-3;

/// The first output of an evaluation in `f32`.
fn single_run(layers: &[Layer], x: &[f64]) -> f64 {
    Machine::new(Format::F32, &mut Stream::new(1)).run(layers, x)[0]
}

#[test]
fn numbers_that_leave_the_format_decide_nothing() {
    let single = |layers: &[Layer], x: &[f64]| radius(layers, x, Format::F32);
    assert!(single(&[], &[1e38]) > 0.0);
    assert_eq!(single(&[], &[1e39]), 0.0);
    // A weight that overflows in f32 although its product would not, and one that underflows although it would matter.
    assert_eq!(single(&[dense(1, 1, &[1e39], &[])], &[1e-30]), 0.0);
    assert_eq!(single(&[Layer::Scale(1e39)], &[1e-30]), 0.0);
    assert_eq!(single(&[dense(1, 1, &[1e-46], &[])], &[1e16]), 0.0);
    assert_eq!(single(&[Layer::Scale(1e-46)], &[1e16]), 0.0);
    assert_eq!(single(&[], &[1e-46]), 0.0);
    assert!(radius(&[dense(1, 1, &[1e-46], &[])], &[1e16], Format::F64) > 0.0);
    // A bias; what overflows once does not come back by a factor of 0.
    assert_eq!(single(&[dense(1, 1, &[1.0], &[1e39])], &[1e-30]), 0.0);
    assert_eq!(single(&[Layer::Scale(1e39), Layer::Scale(0.0), dense(1, 1, &[1.0], &[1.0])], &[1e-30]), 0.0);
    // Each weight fits, although their root of squares does not; their products are small.
    assert!(single(&[dense(1, 4, &[2e38; 4], &[])], &[1e-30; 4]) > 0.0);
    // Squares that underflow.
    assert_eq!(single(&[window(2, Pool::L2)], &[1e-23, 0.0]), 0.0);
    assert!(single(&[window(2, Pool::Average)], &[1e-23, 0.0]) > 0.0);
    // More terms than the digits can count; a reciprocal of a count that underflows.
    let many = |n: usize| [dense(1, n, &vec![1e-3; n], &[1.0])];
    assert_eq!(radius(&many(128), &[1e-6; 128], Format::BF16), 0.0);
    assert!(radius(&many(128), &[1e-6; 128], Format::BF16_F32) > 0.0);
    assert!(radius(&many(60), &[1e-6; 60], Format::BF16) > 0.0);
    let zeros = |n: usize| [window(n, Pool::Average), Layer::Scale(0.0), dense(1, 1, &[0.0], &[1.0])];
    assert!(radius(&zeros(16_384), &[0.0; 16_384], Format::F16_F32) > 0.0);
    assert_eq!(radius(&zeros(16_385), &[0.0; 16_385], Format::F16_F32), 0.0);
}

/// A network that is constant in the end: its radius ends where a number may overflow.
#[test]
fn constant_networks_are_decided_as_far_as_nothing_overflows() {
    let reach = |layers: &[Layer], x: &[f64], format: Format| {
        let constant = [Layer::Select { from: vec![0] }, Layer::Scale(0.0), dense(1, 1, &[0.0], &[1.0])];
        let layers = [layers, &constant].concat();
        assert_eq!(real_radius(&layers, x), f64::INFINITY);
        radius(&layers, x, format)
    };
    // Inputs alone.
    for (format, largest) in [
        (Format::F16, 65_504.0),
        (Format::F16_F32, 65_504.0),
        (Format::BF16, f64::from(f32::from_bits(0x7f7f_0000))),
        (Format::F32, f64::from(f32::MAX)),
    ] {
        let found = reach(&[], &[3.0, -4.0], format);
        assert!(found <= largest - 4.0 && found >= (largest - 4.0) * (1.0 - f64::EPSILON), "{found}");
        assert_eq!(reach(&[], &[0.0, -largest], format), 0.0);
    }
    assert!(reach(&[], &[3.0, -4.0], Format::F64) > 1.797e308);
    // The first layer's weights are 0: so are all products.
    let zeros = [dense(2, 2, &[0.0; 4], &[5.0, -7.0])];
    assert_eq!(reach(&zeros, &[3.0, -4.0], Format::F16_F32), 65_500.0);
    assert_eq!(reach(&zeros, &[3.0, -4.0], Format::F16), 65_500.0);
    let near = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < HALF_SECOND_ORDER, "{found}, not {expected}")
    };
    // What is computed on the way, in a format whose numbers end at 65504.
    let half =
        |layers: &[Layer], x: &[f64]| [Format::F16, Format::F16_F32].map(|format| reach(layers, x, format));
    for found in half(&[dense(1, 1, &[200.0], &[])], &[27.0]) {
        near(found, 65_504.0 / 200.0 - 27.0);
    }
    for found in half(&[dense(1, 1, &[200.0], &[10_000.0])], &[27.0]) {
        near(found, 55_504.0 / 200.0 - 27.0);
    }
    // A bias is taken off the product, which may be stored first.
    let [alone, mixed] = half(&[dense(1, 1, &[200.0], &[-10_000.0])], &[50.0]);
    near(alone, 55_504.0 / 200.0 - 50.0);
    near(mixed, 55_504.0 / 200.0);
    let [alone, mixed] = half(&[dense(1, 2, &[200.0, -200.0], &[100.0])], &[100.0, 100.0]);
    near(alone, 65_404.0 / (200.0 * 2.0_f64.sqrt()) - 100.0 * 2.0_f64.sqrt());
    near(mixed, 65_304.0 / (200.0 * 2.0_f64.sqrt()));
    // Partial sums overflow in f16 and not in f32.
    let [alone, mixed] = half(&[dense(1, 2, &[200.0, -200.0], &[])], &[300.0, 300.0]);
    assert_eq!(alone, 0.0);
    near(mixed, 65_504.0 / (200.0 * 2.0_f64.sqrt()));
    // The largest row counts, not all of them.
    for found in half(&[dense(2, 1, &[200.0, 200.0], &[])], &[27.0]) {
        near(found, 65_504.0 / 200.0 - 27.0);
    }
    for found in half(&[Layer::Scale(-200.0)], &[27.0]) {
        near(found, 65_504.0 / 200.0 - 27.0);
    }
    for found in half(&[window(4, Pool::Average)], &[100.0; 4]) {
        near(found, 65_504.0 / 4.0 - 100.0);
    }
    for found in half(&[window(4, Pool::L2)], &[27.0; 4]) {
        near(found, 65_504.0_f64.sqrt() / 2.0 - 27.0);
    }
    let share = |weight: f64| [Layer::Residual { body: vec![Layer::Abs], weight }];
    for found in half(&share(100.0), &[27.0]) {
        near(found, 65_504.0 / 199.0 - 27.0);
    }
    for found in half(&share(0.5), &[27.0]) {
        near(found, 65_504.0 - 27.0);
    }
    assert_eq!(
        half(&[Layer::Residual { body: vec![Layer::Scale(0.0)], weight: -65_504.0 }], &[0.0]),
        [0.0; 2]
    );
    // A body that overflows.
    for found in half(&[Layer::Residual { body: vec![Layer::Scale(200.0)], weight: 1.0 }], &[27.0]) {
        near(found, 65_504.0 / 200.0 - 27.0);
    }
}

/// The same in `bf16`, to what roundings of one unit in 256 add: what overflows is the number as it is computed.
#[test]
fn numbers_grow_by_their_roundings_before_they_overflow() {
    let (u, largest) = (1.0 / 256.0, f64::from(f32::from_bits(0x7f7f_0000)));
    let gamma = |roundings: f64| 1.0 + roundings * u / (1.0 - roundings * u);
    let reach = |layer: &[Layer], width: usize| {
        let constant = [Layer::Select { from: vec![0] }, Layer::Scale(0.0), dense(1, 1, &[0.0], &[1.0])];
        let layers = [layer, &constant].concat();
        [Format::BF16, Format::BF16_F32].map(|format| radius(&layers, &vec![0.0; width], format))
    };
    let near = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < SECOND_ORDER, "{found}, not {expected}")
    };
    // The input is rounded, too.
    let input = 1.0 + u;
    let [alone, mixed] = reach(&[dense(1, 1, &[1.0], &[])], 1);
    near(alone, largest / input / gamma(1.0));
    near(mixed, largest / input / gamma(1.0));
    // A weight of 1 + u is stored as 1 or 1 + 2 u.
    let [alone, mixed] = reach(&[dense(1, 1, &[1.0 + u], &[])], 1);
    near(alone, largest / input / (1.0 + 2.0 * u) / gamma(1.0));
    near(mixed, largest / input / (1.0 + 2.0 * u) / gamma(1.0));
    let half = 2.0_f64.powi(126);
    let [alone, mixed] = reach(&[dense(1, 1, &[1.0], &[half])], 1);
    near(alone, (largest / gamma(2.0) - half) / input);
    near(mixed, (largest / gamma(2.0) - half) / input);
    // Two rows, of which the norm is larger than one: by its terms, rounded twice.
    let [alone, mixed] = reach(&[dense(2, 1, &[1.0, 1.0], &[])], 1);
    near(alone, largest / input / gamma(1.0));
    near(mixed, largest / input / gamma(2.0));
    for found in reach(&[Layer::Scale(1.0 + u)], 1) {
        near(found, largest / input / (1.0 + 2.0 * u));
    }
    // A share halfway between two numbers is stored as 1 or 1 + 2 u; what 1 less it is, u, is stored as up to 2 u and rounded.
    for found in reach(&[Layer::Residual { body: vec![Layer::Abs], weight: 1.0 + u }], 1) {
        near(found, largest / input / (1.0 + 2.0 * u + 2.0 * u * gamma(1.0)) / gamma(2.0));
    }
    for (kind, limit) in [(Pool::Average, 1.0), (Pool::L2, 0.5)] {
        let [alone, mixed] = reach(&[window(4, kind)], 4);
        let square = |swollen: f64| (largest / 4.0 / swollen).powf(limit) / input;
        near(alone, square(gamma(10.0)));
        near(mixed, square(gamma(6.0)));
    }
    let [alone, mixed] = reach(&[Layer::Residual { body: vec![Layer::Abs], weight: 2.0 }], 1);
    near(alone, largest / input / (2.0 + gamma(1.0)) / gamma(2.0));
    near(mixed, largest / input / (2.0 + gamma(1.0)) / gamma(2.0));
}

/// Found by review: the share of a residual layer was not compared with the range of the format.
#[test]
fn shares_of_residual_layers_that_leave_the_format_decide_nothing() {
    let single = |layers: &[Layer], x: &[f64]| radius(layers, x, Format::F32);
    // In f32 the share is infinite, and infinity minus infinity no number.
    let swollen = |weight: f64| [Layer::Residual { body: vec![Layer::Scale(0.0)], weight }];
    for weight in [1e39, -1e39] {
        assert!(single_run(&swollen(weight), &[1e-30]).is_nan());
        assert_eq!(single(&swollen(weight), &[1e-30]), 0.0);
    }
    assert!(single(&swollen(1e16), &[1e-30]) > 0.0);
    // In f32 the share is 0, and the sign that of the body.
    let body = vec![Layer::Select { from: vec![1] }, dense(2, 1, &[1e-40, 0.0], &[-3e-30, 0.0])];
    let first = Layer::Select { from: vec![0] };
    let lost = |weight: f64| [Layer::Residual { body: body.clone(), weight }, first.clone()];
    let x = [1e16, 0.0];
    assert!(6e-46 * 1e16 - 3e-30 > 0.0 && single_run(&lost(6e-46), &x) < 0.0);
    assert_eq!(single(&lost(6e-46), &x), 0.0);
    assert!(radius(&lost(6e-46), &x, Format::F64) > 0.0 && single(&lost(6e-40), &x) > 0.0);
}

/// A period shorter than the kernel: both taps meet the only place, and their sum is larger than the kernel's norm times the value.
#[test]
fn windows_that_meet_a_place_twice_overflow_sooner() {
    let conv = Conv {
        input: [1, 1, 1],
        outputs: 1,
        kernel: [1, 2],
        stride: 1,
        padding: 1,
        circular: true,
        groups: 1,
        weight: vec![100.0, 100.0],
        bias: vec![],
    };
    let first = Layer::Select { from: vec![0] };
    let layers = vec![Layer::Conv(conv), first, Layer::Scale(0.0), dense(1, 1, &[0.0], &[1.0])];
    let net = Net::new(1, layers).unwrap();
    let hint = SpectralCertificate { mu: 0.0, factor: vec![0.0] };
    let hints = [Some(Hint::Conv(ConvCertificate::Multiplicity(vec![hint]))), None];
    let bounded = network::lipschitz(&net, &hints).unwrap();
    for format in [Format::F16, Format::F16_F32] {
        let radius = deployed::decide(&bounded, &[27.0], format).unwrap().radius();
        assert!(radius > 0.0 && radius <= 65_504.0 / 200.0 - 27.0, "{}: {radius}", format.name());
    }
}
