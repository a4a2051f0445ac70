use lip1_kernel::Refusal;
use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::{self, Hint};
use lip1_kernel::norm::SpectralCertificate;

use crate::random::Stream;

/// What products of errors with errors, and values just below the smallest numbers, may add.
const SECOND_ORDER: f64 = 1e-3;

/// The same in units of half precision, where a few errors of errors add up.
const HALF_SECOND_ORDER: f64 = 8e-3;

/// Half the distance from 1 to the next `f32`.
const UNIT: f64 = 1.0 / 16_777_216.0;

fn dense(outputs: usize, inputs: usize, weight: &[f64], bias: &[f64]) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight: weight.to_vec(), bias: bias.to_vec() })
}

/// The radius without hints.
fn radius(layers: &[Layer], x: &[f64], format: Format) -> f64 {
    let net = Net::new(x.len(), layers.to_vec()).unwrap();
    let bounded = network::lipschitz(&net, &vec![None; count(layers)]).unwrap();
    deployed::decide(&bounded, x, format).unwrap().radius()
}

/// The same for real numbers.
fn real_radius(layers: &[Layer], x: &[f64]) -> f64 {
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

fn window(count: usize, kind: Pool) -> Layer {
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
        ("input, weight, product (or store)", &[one(1.0, &[])], &[1.0], 2.0 + 2.0 + 2.0, 2.0 + 2.0 + 2.0),
        (
            "a bias: itself, and one rounding more of 6 + 4; or a sum of 10, stored, after a product of 10 + 4",
            &[one(1.0, &[4.0])],
            &[1.0],
            6.0 + 6.0 + 4.0 + 2.0 * (6.0 + 4.0),
            6.0 + 6.0 + 4.0 + (10.0 + 4.0) + 10.0,
        ),
        ("a bias of 0 is not rounded", &[one(1.0, &[0.0])], &[1.0], 6.0, 6.0),
        (
            "weights of 0 take part in no sum",
            &[dense(1, 3, &[0.0, 1.0, 0.0], &[])],
            &[0.0, 1.0, 0.0],
            6.0,
            6.0,
        ),
        (
            "twice as large: errors double and are divided by the constant 2",
            &[Layer::Scale(2.0)],
            &[1.0],
            6.0,
            6.0,
        ),
        ("a factor below 0", &[Layer::Scale(-2.0)], &[1.0], 6.0, 6.0),
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
        // Half of the input's error and half of the body's; the share's own times 2, and that of the rest, which it passes on, times 2;
        // two roundings of what is added.
        ("half and half", &[halves], &[1.0], 1.0 + 3.0 + 1.0 + 2.0 + 4.0, 1.0 + 3.0 + 1.0 + 2.0 + 4.0),
        // The body: 3 times (the input's 2, and 2 of the factor, and 2). Then 1 + 9 + 1, 6 of the rest, 2 (1 + 3); and 2 (2 + 2 d), for the
        // network is twice as steep after it: 33 over 2.
        ("after a residual", &slower, &[1.0], 16.5, 16.5),
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
        // The input's, then a product's.
        near(lost(&[dense(1, 1, &[1.0], &[])], &[few]), 2.0 + 600.0 * unit(format));
        near(lost(&[dense(1, 1, &[1.0], &[1e-9 * tiny])], &[few]), 1.0 + 1.0 + 2.0 + 800.0 * unit(format));
        near(lost(&[Layer::Scale(1.0)], &[few]), 2.0 + 600.0 * unit(format));
        // A share's product, the rest's and the sum: 4.
        let all = Layer::Residual { body: vec![], weight: 1.0 };
        near(lost(&[all], &[few]), 1.0 + 4.0 + 1200.0 * unit(format));
        // Two outputs: both products may be lost, and the input's error grows by the root of 2, for lack of a better norm.
        let both = dense(2, 2, &[1.0, 0.0, 0.0, 1.0], &[]);
        near(lost(&[both], &[few, 0.0]) - 171.0 * 3.0 * root * unit(format), 2.0 + root);
    }
    let lost = |layers: &[Layer], x: &[f64]| {
        (real_radius(layers, x) - radius(layers, x, Format::F32)) / 2.0_f64.powi(-149)
    };
    let near =
        |found: f64, expected: f64| assert!((found - expected).abs() < SECOND_ORDER * expected, "{found}");
    // A weight so small that its own rounding matters, multiplied by up to 2e16; of two, the 0 is exact.
    near(lost(&[dense(1, 2, &[3e-42, 0.0], &[])], &[1e16, 0.0]) * 3e-42, 2e16);
    near(
        lost(&[dense(1, 2, &[3e-42, 3e-42], &[])], &[1e16, 0.0]) * 3e-42 * 2.0_f64.sqrt(),
        (1e16 + 1e16 / 2.0_f64.sqrt()) * 2.0_f64.sqrt(),
    );
    near(lost(&[Layer::Scale(3e-42)], &[1e16]) * 3e-42, 2e16);
    let two = [dense(2, 1, &[3e-42, 3e-42], &[]), Layer::Select { from: vec![0] }];
    near(lost(&two, &[1e16]) * 3e-42, 2e16 * 2.0_f64.sqrt());
    // Of a share, its own, and that of 1 less it, which passes it on.
    let share = Layer::Residual { body: vec![Layer::Scale(0.0)], weight: 3e-42 };
    near(lost(&[share], &[1e16]) * 3e-42, 2e16);
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

/// Found by review: the share of a residual layer was not compared with the range of the format.
#[test]
fn shares_of_residual_layers_that_leave_the_format_decide_nothing() {
    let single = |layers: &[Layer], x: &[f64]| radius(layers, x, Format::F32);
    // In f32 the share is infinite, and infinity minus infinity no number.
    let swollen = |weight: f64| [Layer::Residual { body: vec![Layer::Scale(0.0)], weight }];
    for weight in [1e39, -1e39] {
        assert!(run(&swollen(weight), vec![1e-30], 0)[0].is_nan());
        assert_eq!(single(&swollen(weight), &[1e-30]), 0.0);
    }
    assert!(single(&swollen(1e16), &[1e-30]) > 0.0);
    // In f32 the share is 0, and the sign that of the body.
    let body = vec![Layer::Select { from: vec![1] }, dense(2, 1, &[1e-40, 0.0], &[-3e-30, 0.0])];
    let first = Layer::Select { from: vec![0] };
    let lost = |weight: f64| [Layer::Residual { body: body.clone(), weight }, first.clone()];
    let x = [1e16, 0.0];
    assert!(6e-46 * 1e16 - 3e-30 > 0.0 && run(&lost(6e-46), narrow(&x), 0)[0] < 0.0);
    assert_eq!(single(&lost(6e-46), &x), 0.0);
    assert!(radius(&lost(6e-46), &x, Format::F64) > 0.0 && single(&lost(6e-40), &x) > 0.0);
}

#[test]
fn angles_are_refused() {
    let net =
        Net::new(2, vec![Layer::Householder { angles: vec![0.5] }, Layer::Select { from: vec![0] }]).unwrap();
    let bounded = network::lipschitz(&net, &[]).unwrap();
    let refused = Refusal::Hypothesis { why: "the rounding of sines and cosines is not specified" };
    assert_eq!(deployed::decide(&bounded, &[1.0, 2.0], Format::F32).map(|_| ()), Err(refused));
}

/// A dot product in `f32`, from the front, from the back or by halves.
fn dot(w: &[f32], x: &[f32], order: u64) -> f32 {
    let products = || w.iter().zip(x).map(|(w, x)| w * x);
    match order {
        0 => products().fold(0.0, |sum, p| sum + p),
        1 => products().rev().fold(0.0, |sum, p| sum + p),
        _ if w.len() == 1 => w[0] * x[0],
        _ => {
            let (left, right) = (w.split_at(w.len() / 2), x.split_at(x.len() / 2));
            dot(left.0, right.0, order) + dot(left.1, right.1, order)
        }
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|v| *v as f32).collect()
}

/// A network as it runs in `f32`.
fn run(layers: &[Layer], x: Vec<f32>, order: u64) -> Vec<f32> {
    layers.iter().fold(x, |mut x, layer| match layer {
        Layer::Dense(dense) => {
            let row = |k: usize| narrow(&dense.weight[k * dense.inputs..(k + 1) * dense.inputs]);
            let bias = |k: usize| dense.bias.get(k).map_or(0.0, |b| *b as f32);
            (0..dense.outputs).map(|k| dot(&row(k), &x, order) + bias(k)).collect()
        }
        Layer::Sort { group } => {
            x.chunks_mut(*group).for_each(|run| run.sort_by(f32::total_cmp));
            x
        }
        Layer::Select { from } => from.iter().map(|k| x[*k]).collect(),
        Layer::Scale(factor) => x.iter().map(|x| x * *factor as f32).collect(),
        Layer::Abs => x.iter().map(|x| x.abs()).collect(),
        Layer::Pool { windows, .. } => {
            let square = |window: &Vec<usize>| window.iter().map(|k| x[*k] * x[*k]).sum::<f32>().sqrt();
            windows.iter().map(square).collect()
        }
        Layer::Residual { body, weight } => {
            let inner = run(body, x.clone(), order);
            let share = *weight as f32;
            x.iter().zip(inner).map(|(x, y)| share * x + (1.0 - share) * y).collect()
        }
        _ => Vec::new(),
    })
}

/// Small margins between large numbers: the plain radius is wrong in `f32`, the charged one is not.
#[test]
fn no_point_of_the_ball_is_decided_otherwise_in_single_precision() {
    let mut stream = Stream::new(17);
    let (mut held, mut broken) = (0, 0);
    for round in 0..400 {
        let n = 6;
        let mut matrix = |rows: usize| stream.vector(rows * n);
        let (first, inner, mut last) = (matrix(n), matrix(n), matrix(2));
        if round % 2 == 0 {
            // Two almost equal rows, so that margins are near the roundings.
            let row: Vec<f64> = last[..n].iter().map(|w| w + 1e-7 * stream.signed()).collect();
            last[n..].copy_from_slice(&row);
        }
        let bias: Vec<f64> = stream.vector(n).iter().map(|b| 10.0 * b).collect();
        let layers = [
            dense(n, n, &first, &bias),
            Layer::Sort { group: 3 },
            Layer::Residual { body: vec![dense(n, n, &inner, &[]), Layer::Abs], weight: 0.9 },
            Layer::Scale(0.3),
            dense(2, n, &last, &[]),
        ];
        let net = Net::new(n, layers.to_vec()).unwrap();
        let bounded = network::lipschitz(&net, &[None, None, None]).unwrap();
        let x = stream.vector(n);
        let (plain, sound) =
            (bounded.decide(&x).unwrap(), deployed::decide(&bounded, &x, Format::F32).unwrap());
        assert!(sound.radius() <= plain.radius() && sound.class() == plain.class());
        for (decision, count) in [(&sound, &mut held), (&plain, &mut broken)] {
            if decision.radius() == 0.0 {
                continue;
            }
            for trial in 0..30 {
                let step = stream.vector(n);
                let size = step.iter().map(|s| s * s).sum::<f64>().sqrt();
                let length = decision.radius().min(1.0) * 0.999;
                let y: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x + s / size * length).collect();
                let out = run(&layers, narrow(&y), trial % 3);
                let wrong = out[decision.class()] <= out[1 - decision.class()];
                assert!(!wrong || *decision == plain, "{y:?} is decided otherwise");
                *count += usize::from(wrong || *decision == sound);
            }
        }
    }
    assert!(held > 1_000 && broken > 0, "{held} evaluations inside sound radii, {broken} against plain ones");
}

#[test]
fn convolutions_are_charged_for_every_window() {
    let lost = |bias: Vec<f64>| {
        let conv = Conv {
            input: [1, 1, 3],
            outputs: 2,
            kernel: [1, 2],
            stride: 1,
            padding: 0,
            circular: false,
            groups: 1,
            weight: vec![3.0, 4.0, 0.0, 0.0],
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
    // Constant 5 times the root of 2 (two windows at the middle), also that of the weights' sizes: input, weight and 2 roundings.
    let constant = 50.0_f64.sqrt();
    let (radius, found) = lost(vec![]);
    near(radius, 28.0 / constant);
    near(found, (7.0 + radius) * 4.0);
    // A bias counts once an output place, 2 of them, and as one term more.
    let (radius, found) = lost(vec![2e3, 0.0]);
    near(radius, 2_028.0 / constant);
    near(found, (7.0 + radius) * 5.0 + 4.0 * 2e3 * 2.0_f64.sqrt() / constant);
}
