use lip1_kernel::Refusal;
use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::{self, Hint};
use lip1_kernel::norm::SpectralCertificate;

/// What products of errors with errors, and values just below the smallest numbers, may add.
const SECOND_ORDER: f64 = 1e-3;

/// Half the distance from 1 to the next `f32`.
const UNIT: f64 = 1.0 / 16_777_216.0;

pub(crate) fn dense(outputs: usize, inputs: usize, weight: &[f64], bias: &[f64]) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight: weight.to_vec(), bias: bias.to_vec() })
}

/// The radius without hints.
pub(crate) fn radius(layers: &[Layer], x: &[f64], format: Format) -> f64 {
    let net = Net::new(x.len(), layers.to_vec()).unwrap();
    let bounded = network::lipschitz(&net, &vec![None; count(layers)]).unwrap();
    deployed::decide(&bounded, x, format).unwrap().radius()
}

/// The same for real numbers.
pub(crate) fn real_radius(layers: &[Layer], x: &[f64]) -> f64 {
    let net = Net::new(x.len(), layers.to_vec()).unwrap();
    network::lipschitz(&net, &vec![None; count(layers)]).unwrap().decide(x).unwrap().radius()
}

fn count(layers: &[Layer]) -> usize {
    let linear = |layer: &Layer| match layer {
        Layer::Dense(_) => 1,
        Layer::Residual { body, .. } => count(body),
        _ => 0,
    };
    layers.iter().map(linear).sum()
}

pub(crate) fn window(count: usize, kind: Pool) -> Layer {
    Layer::Pool { windows: vec![(0..count).collect()], kind }
}

/// What is taken off the radius, in units of the storage format, where sums run in the format and where they are far more precise.
#[test]
fn errors_are_charged_once_for_every_rounding() {
    let one = |weight: f64, bias: &[f64]| dense(1, 1, &[weight], bias);
    let halves = Layer::Residual { body: vec![one(1.0, &[])], weight: 0.5 };
    let slower = [Layer::Residual { body: vec![Layer::Scale(3.0)], weight: 0.5 }, Layer::Scale(1.0)];
    let swap = [Layer::Sort { group: 1 }, Layer::Select { from: vec![1, 0] }];
    // Two outputs are compared, so errors count times the root of 2, as do margins.
    let both = 5.0 + 0.5_f64.sqrt();
    type Case<'a> = (&'a str, &'a [Layer], &'a [f64], f64, f64);
    let cases: &[Case<'_>] = &[
        // The ball is as far away as its centre: values up to 2.
        ("the input: one rounding", &[], &[1.0], 2.0, 2.0),
        ("input, and product or store", &[one(1.0, &[])], &[1.0], 2.0 + 2.0, 2.0 + 2.0),
        (
            "a bias: one rounding more, of 6 + 4; or a sum of 10, stored, after a product of 10 + 4",
            &[one(1.0, &[4.0])],
            &[1.0],
            6.0 + 2.0 * (6.0 + 4.0),
            6.0 + (10.0 + 4.0) + 10.0,
        ),
        ("a bias of 0 is not rounded", &[one(1.0, &[0.0])], &[1.0], 4.0, 4.0),
        (
            "weights of 0 take part in no sum",
            &[dense(1, 3, &[0.0, 1.0, 0.0], &[])],
            &[0.0, 1.0, 0.0],
            4.0,
            4.0,
        ),
        (
            "twice as large: errors double and are divided by the constant 2",
            &[Layer::Scale(2.0)],
            &[1.0],
            4.0,
            4.0,
        ),
        ("a factor below 0", &[Layer::Scale(-2.0)], &[1.0], 4.0, 4.0),
        ("folding is exact", &[Layer::Abs, Layer::Relu], &[1.0], 2.0, 2.0),
        ("so are sorting and selecting", &swap, &[3.0, 4.0], both, both),
        (
            "a window of 4: 4 + 6 roundings, or 6 stores",
            &[window(4, Pool::L2)],
            &[1.0; 4],
            4.0 + 10.0 * 4.0,
            4.0 + 6.0 * 4.0,
        ),
        ("the mean alike", &[window(4, Pool::Average)], &[1.0; 4], 4.0 + 10.0 * 4.0, 4.0 + 6.0 * 4.0),
        // Half of the input's error and half of the body's; 1 less the share, times 2; two roundings of what is added.
        ("half and half", &[halves], &[1.0], 1.0 + 2.0 + 1.0 + 4.0, 1.0 + 2.0 + 1.0 + 4.0),
        // The body: 3 times the input's 2, and 6. Then 1 + 6, 3 of the rest, 2 (1 + 3); and 2 + 2 d, for the network is twice as steep
        // after it: 22 over 2.
        ("after a residual", &slower, &[1.0], 11.0, 11.0),
    ];
    for (what, layers, x, alone, mixed) in cases {
        let real = real_radius(layers, x);
        let lost = |format| real - radius(layers, x, format);
        // The ends of the radii are rounded to a few units; in the short formats, errors of errors count.
        for (format, unit, expected, within) in [
            (Format::F32, UNIT, alone, 1e-3),
            (Format::F64, f64::EPSILON / 2.0, alone, 0.1),
            (Format::F16, 1.0 / 2048.0, alone, 0.1),
            (Format::F16_F32, 1.0 / 2048.0, mixed, 0.1),
            (Format::BF16, 1.0 / 256.0, alone, 0.35),
            (Format::BF16_F32, 1.0 / 256.0, mixed, 0.15),
        ] {
            let found = lost(format) / unit;
            let ends = if format == Format::F64 { 24.0 } else { 0.0 };
            assert!(
                (found - expected).abs() < within * expected + ends,
                "{what}, {}: {found}",
                format.name()
            );
        }
    }
}

/// Weights halfway between two numbers of the format: half a unit of theirs, times the values, besides what numbers that it holds lose.
#[test]
fn weights_that_are_stored_as_others_are_charged_for_what_they_lose() {
    for format in [Format::F32, Format::F16, Format::F16_F32, Format::BF16, Format::BF16_F32] {
        let u = unit(format);
        let lost = |layers: &[Layer], x: &[f64]| (real_radius(layers, x) - radius(layers, x, format)) / u;
        let half = |layer: fn(f64) -> Vec<Layer>, x: &[f64], expected: f64| {
            let (held, between) = (lost(&layer(1.0), x), lost(&layer(1.0 + u), x));
            let found = between - held;
            assert!(
                (found - expected).abs() < (SECOND_ORDER + 8.0 * u) * held,
                "{}: {found}, not {expected}",
                format.name()
            );
        };
        half(|w| vec![dense(1, 1, &[w], &[])], &[1.0], 2.0);
        half(|w| vec![dense(1, 1, &[1.0], &[w])], &[1.0], 1.0);
        half(|w| vec![Layer::Scale(w)], &[1.0], 2.0);
        half(|w| vec![Layer::Scale(-w)], &[1.0], 2.0);
        // The share times 2, and what 1 less it passes on to what the body made of them.
        half(|w| vec![Layer::Residual { body: vec![Layer::Scale(0.5)], weight: w }], &[1.0], 2.0 + 1.0);
    }
    // Double precision holds all numbers; a smaller one what it holds.
    let third = [dense(1, 1, &[1.0 / 3.0], &[])];
    let lost = real_radius(&third, &[1.0]) - radius(&third, &[1.0], Format::F64);
    assert!(lost < 10.0 * f64::EPSILON, "{lost}");
}

/// Numbers so small that relative errors vanish beside the smallest number.
#[test]
fn what_underflows_is_charged() {
    let formats = [(Format::F32, 2.0_f64.powi(-149)), (Format::F16, 2.0_f64.powi(-24))];
    for (format, tiny) in formats {
        let lost = |layers: &[Layer], x: &[f64]| (real_radius(layers, x) - radius(layers, x, format)) / tiny;
        let near = |found: f64, expected: f64| {
            assert!((found - expected).abs() < 0.02 * expected, "{}: {found}, not {expected}", format.name());
        };
        let few = 100.0 * tiny;
        // Relative errors of what is far from underflow don't count beside what is lost.
        let root = 2.0_f64.sqrt();
        near(lost(&[], &[few]), 1.0 + 200.0 * unit(format));
        near(lost(&[], &[few, 0.0]), root + 171.0 * unit(format));
        // The input's, then a product's; a bias, which is one rounding more and loses half of the smallest number itself.
        near(lost(&[dense(1, 1, &[1.0], &[])], &[few]), 2.0 + 400.0 * unit(format));
        near(lost(&[dense(1, 1, &[1.0], &[0.5 * tiny])], &[few]), 1.0 + 0.5 + 2.0 + 600.0 * unit(format));
        near(lost(&[Layer::Scale(1.0)], &[few]), 2.0 + 400.0 * unit(format));
        // Entries of a window of 4: 4 + 6 roundings.
        near(lost(&[window(4, Pool::Average)], &[few; 4]), 2.0 + 10.0 + 4400.0 * unit(format));
        // A share's product, the rest's and the sum: 4.
        let all = Layer::Residual { body: vec![], weight: 1.0 };
        near(lost(&[all], &[few]), 1.0 + 4.0 + 600.0 * unit(format));
        // Two outputs: both products may be lost, and the input's error grows by the root of 2, for lack of a better norm.
        let both = dense(2, 2, &[1.0, 0.0, 0.0, 1.0], &[]);
        near(lost(&[both], &[few, 0.0]) - 171.0 * 2.0 * root * unit(format), 2.0 + root);
    }
    let lost = |layers: &[Layer], x: &[f64]| {
        (real_radius(layers, x) - radius(layers, x, Format::F32)) / 2.0_f64.powi(-149)
    };
    let near =
        |found: f64, expected: f64| assert!((found - expected).abs() < SECOND_ORDER * expected, "{found}");
    // A weight so small that its own rounding matters, by half of the smallest number, multiplied by up to 2e16.
    let small = 2_000.5 * 2.0_f64.powi(-149);
    near(lost(&[dense(1, 2, &[small, 0.0], &[])], &[1e16, 0.0]) * small, 1e16);
    near(lost(&[Layer::Scale(small)], &[1e16]) * small, 1e16);
    let two = [dense(2, 1, &[small, small], &[]), Layer::Select { from: vec![0] }];
    near(lost(&two, &[1e16]) * small, 1e16 * 2.0_f64.sqrt());
    // A share.
    near(lost(&[Layer::Residual { body: vec![Layer::Scale(0.0)], weight: small }], &[1e16]) * small, 1e16);
    // Squares in 2 windows of up to 3.
    let windows = vec![vec![0, 1, 2], vec![3]];
    let squares =
        lost(&[Layer::Pool { windows, kind: Pool::L2 }], &[1e-19, 0.0, 0.0, 0.0]) * 2.0_f64.powi(-149);
    near(squares, (4.0 * 4.0 * 2.0 * 2.0_f64.powi(-149)).sqrt());
}

fn unit(format: Format) -> f64 {
    match format.storage() {
        "f16" => 1.0 / 2048.0,
        "bf16" => 1.0 / 256.0,
        _ => UNIT,
    }
}

#[test]
fn angles_are_refused() {
    let net =
        Net::new(2, vec![Layer::Householder { angles: vec![0.5] }, Layer::Select { from: vec![0] }]).unwrap();
    let bounded = network::lipschitz(&net, &[]).unwrap();
    let refused = Refusal::Hypothesis { why: "the rounding of sines and cosines is not specified" };
    assert_eq!(deployed::decide(&bounded, &[1.0, 2.0], Format::F32).map(|_| ()), Err(refused));
}

#[test]
fn convolutions_are_charged_for_every_window() {
    let lost = |weight: f64, bias: Vec<f64>| {
        let conv = Conv {
            input: [1, 1, 3],
            outputs: 2,
            kernel: [1, 2],
            stride: 1,
            padding: 0,
            circular: false,
            groups: 1,
            weight: vec![weight, 4.0, 0.0, 0.0],
            bias,
        };
        let net = Net::new(3, vec![Layer::Conv(conv), Layer::Select { from: vec![0] }]).unwrap();
        // The taps of the first channel: 9/64, 12/64 and 16/64 in units of the largest weight's power of two.
        let hint = SpectralCertificate { mu: 25.0 / 64.0, factor: vec![0.5, -3.0 / 8.0, 0.0] };
        let bounded =
            network::lipschitz(&net, &[Some(Hint::Conv(ConvCertificate::Multiplicity(vec![hint])))]).unwrap();
        let x = [0.0, 7.0, 0.0];
        let real = bounded.decide(&x).unwrap().radius();
        (real, (real - deployed::decide(&bounded, &x, Format::F32).unwrap().radius()) / UNIT)
    };
    let near =
        |found: f64, expected: f64| assert!((found - expected).abs() < SECOND_ORDER * expected, "{found}");
    // Constant 5 times the root of 2 (two windows at the middle), also that of the weights' sizes: input and 2 roundings.
    let constant = 50.0_f64.sqrt();
    let (radius, found) = lost(3.0, vec![]);
    near(radius, 28.0 / constant);
    near(found, (7.0 + radius) * 3.0);
    // A bias counts once an output place, 2 of them, and as one term more.
    let (radius, found) = lost(3.0, vec![2e3, 0.0]);
    near(radius, 2_028.0 / constant);
    near(found, (7.0 + radius) * 4.0 + 3.0 * 2e3 * 2.0_f64.sqrt() / constant);
    // A weight and a bias halfway between two numbers lose 2 and 1,024 units; the weight at two windows, the bias at two places.
    let (radius, found) = lost(3.0 + 2.0 * UNIT, vec![2e3 + 1_024.0 * UNIT, 0.0]);
    let root = 2.0_f64.sqrt();
    let of_bias = (3.0 * 2e3 + 1_024.0) * root;
    near(found, (7.0 + radius) * (4.0 + 2.0 * root / constant) + of_bias / constant);
}

/// Products that underflow, one at each of three places.
#[test]
fn what_underflows_is_charged_at_every_place() {
    let conv = Conv {
        input: [1, 1, 3],
        outputs: 1,
        kernel: [1, 1],
        stride: 1,
        padding: 0,
        circular: false,
        groups: 1,
        weight: vec![1.0],
        bias: vec![],
    };
    let net = Net::new(3, vec![Layer::Conv(conv), Layer::Select { from: vec![1] }]).unwrap();
    let hint = SpectralCertificate { mu: 0.25, factor: vec![0.0] };
    let bounded =
        network::lipschitz(&net, &[Some(Hint::Conv(ConvCertificate::Multiplicity(vec![hint])))]).unwrap();
    let tiny = 2.0_f64.powi(-149);
    let x = [0.0, 100.0 * tiny, 0.0];
    let real = bounded.decide(&x).unwrap().radius();
    let lost = (real - deployed::decide(&bounded, &x, Format::F32).unwrap().radius()) / tiny;
    // The inputs', and the products'.
    let expected = 2.0 * 3.0_f64.sqrt();
    assert!((lost - expected).abs() < SECOND_ORDER * expected, "{lost}");
}
