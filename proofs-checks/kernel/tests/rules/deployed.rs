use lip1_kernel::Refusal;
use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::deployed::{self, Format};
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::network::{self, Hint};
use lip1_kernel::norm::SpectralCertificate;

use crate::random::Stream;

/// What products of errors with errors, and values just below the smallest numbers, may add.
const SECOND_ORDER: f64 = 1e-3;

/// Half the distance from 1 to the next `f32`.
const UNIT: f64 = 1.0 / 16_777_216.0;

fn dense(outputs: usize, inputs: usize, weight: &[f64], bias: &[f64]) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight: weight.to_vec(), bias: bias.to_vec() })
}

/// A radius without hints, in both formats and for real numbers.
fn radii(layers: &[Layer], x: &[f64]) -> [f64; 3] {
    let net = Net::new(x.len(), layers.to_vec()).unwrap();
    let bounded = network::lipschitz(&net, &vec![None; count(layers)]).unwrap();
    let at = |format| deployed::decide(&bounded, x, format).unwrap().radius();
    [at(Format::F32), at(Format::F64), bounded.decide(x).unwrap().radius()]
}

fn count(layers: &[Layer]) -> usize {
    let linear = |layer: &Layer| match layer {
        Layer::Dense(_) => 1,
        Layer::Residual { body, .. } => count(body),
        _ => 0,
    };
    layers.iter().map(linear).sum()
}

/// What is taken off the radius, in units of `f32`, lies between what the arithmetic may lose and a small multiple of it.
#[test]
fn errors_are_charged_once_for_every_rounding() {
    let lost = |layers: &[Layer], x: &[f64]| {
        let [single, double, real] = radii(layers, x);
        let (single, double) = ((real - single) / UNIT, (real - double) / (f64::EPSILON / 2.0));
        // The ends of the radii are rounded to a few units, and the ball is about twice as far away as its centre.
        assert!(single > 0.0 && (double - single).abs() <= 16.0 + 0.1 * single, "{single} and {double}");
        single
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.01 * expected, "{found}");
    // The input alone: 1 rounding of numbers up to 2.
    near(lost(&[], &[1.0]), 2.0);
    // One product: the input's 2, then 1 + 3 roundings.
    near(lost(&[dense(1, 1, &[1.0], &[])], &[1.0]), 2.0 + 4.0 * 2.0);
    near(lost(&[dense(1, 1, &[1.0], &[4.0])], &[1.0]), (5.0 + 1.0) + 4.0 * ((1.0 + 5.0) + 4.0));
    // Twice as large: its radius is the same, its errors double and are divided by the constant 2.
    near(lost(&[Layer::Scale(2.0)], &[1.0]), 2.0 + 4.0 * 2.0);
    // Folding and sorting are exact; two outputs are compared, so errors count times the root of 2, as do margins.
    near(lost(&[Layer::Abs, Layer::Relu], &[1.0]), 2.0);
    let [single, _, real] =
        radii(&[Layer::Sort { group: 1 }, Layer::Select { from: vec![1, 0] }], &[3.0, 4.0]);
    let size = 5.0 + 0.5_f64.sqrt();
    near((real - single) / UNIT, size);
    // Windows: 4 + 5 roundings of the values.
    let window = |kind| Layer::Pool { windows: vec![vec![0, 1, 2, 3]], kind };
    for kind in [Pool::L2, Pool::Average] {
        near(lost(&[window(kind)], &[1.0; 4]), 4.0 + 9.0 * 4.0);
    }
    // Half of the input and half of the body, each with its share; 6 roundings.
    let halves = Layer::Residual { body: vec![dense(1, 1, &[1.0], &[])], weight: 0.5 };
    near(lost(&[halves], &[1.0]), 0.5 * 2.0 + 0.5 * 10.0 + 6.0 * (2.0 + 0.5 * 2.0));
}

/// Numbers so small that relative errors vanish beside the smallest number.
#[test]
fn what_underflows_is_charged() {
    const TINY: f64 = 1.5e-45;
    let lost = |layers: &[Layer], x: &[f64]| {
        let [single, _, real] = radii(layers, x);
        (real - single) / TINY
    };
    let near =
        |found: f64, expected: f64| assert!((found - expected).abs() < SECOND_ORDER * expected, "{found}");
    // The input: one rounding each; then a product, with 1 + 3.
    near(lost(&[], &[1e-42]), 1.0);
    near(lost(&[], &[1e-42, 0.0]), 2.0);
    near(lost(&[dense(1, 1, &[1.0], &[])], &[1e-42]), 1.0 + 4.0);
    let both = dense(2, 2, &[1.0, 0.0, 0.0, 1.0], &[]);
    // Frobenius has the root of 2 for its norm; both the error and the constant of the difference have it, too.
    near(lost(&[both], &[1e-42, 0.0]), 2.0 * 2.0_f64.sqrt() + 10.0);
    // Two weights, of which one is so small that its own rounding matters: its value is multiplied by up to 2e16.
    near(lost(&[dense(1, 2, &[1e-42, 0.0], &[])], &[1e16, 0.0]) * 1e-42, 2.0 * 2e16);
    // One input, two such weights: both values may be lost.
    let two = [dense(2, 1, &[1e-42, 1e-42], &[]), Layer::Select { from: vec![0] }];
    near(lost(&two, &[1e16]) * 1e-42, 2.0 * 2e16);
    // Squares in 2 windows of up to 3.
    let windows = vec![vec![0, 1, 2], vec![3]];
    let [single, _, real] = radii(&[Layer::Pool { windows, kind: Pool::L2 }], &[1e-19, 0.0, 0.0, 0.0]);
    near((real - single) / (2.0 * 6.0 * TINY).sqrt(), 1.0);
}

#[test]
fn numbers_that_leave_the_format_decide_nothing() {
    let single = |layers: &[Layer], x: &[f64]| radii(layers, x)[0];
    assert!(single(&[], &[1e17]) > 0.0);
    assert_eq!(single(&[], &[1e19]), 0.0);
    // A weight that overflows in f32 although its product would not, and one that underflows although it would matter.
    assert_eq!(single(&[dense(1, 1, &[1e39], &[])], &[1e-30]), 0.0);
    assert_eq!(single(&[Layer::Scale(1e39)], &[1e-30]), 0.0);
    assert_eq!(single(&[dense(1, 1, &[1e-46], &[])], &[1e16]), 0.0);
    assert_eq!(single(&[Layer::Scale(1e-46)], &[1e16]), 0.0);
    assert_eq!(single(&[], &[1e-46]), 0.0);
    assert!(radii(&[dense(1, 1, &[1e-46], &[])], &[1e16])[1] > 0.0);
    // A bias; what is infinite once is not made smaller by a factor of 0.
    assert_eq!(single(&[dense(1, 1, &[1.0], &[1e39])], &[1e-30]), 0.0);
    assert_eq!(single(&[Layer::Scale(1e39), Layer::Scale(0.0), dense(1, 1, &[1.0], &[1.0])], &[1e-30]), 0.0);
    // Each weight fits, although their root of squares does not; their products are small.
    assert!(single(&[dense(1, 4, &[9e17; 4], &[])], &[1e-30; 4]) > 0.0);
    // Squares that underflow.
    let pool = [Layer::Pool { windows: vec![vec![0, 1]], kind: Pool::L2 }];
    assert_eq!(single(&pool, &[1e-23, 0.0]), 0.0);
    assert!(single(&[Layer::Pool { windows: vec![vec![0, 1]], kind: Pool::Average }], &[1e-23, 0.0]) > 0.0);
}

/// Found by review: the share of a residual layer was not compared with the range of the format.
#[test]
fn shares_of_residual_layers_that_leave_the_format_decide_nothing() {
    let single = |layers: &[Layer], x: &[f64]| radii(layers, x)[0];
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
    assert!(radii(&lost(6e-46), &x)[1] > 0.0 && single(&lost(6e-40), &x) > 0.0);
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
    // Constant 5 times the root of 2 (two windows at the middle), also that of the weights' sizes; 2 + 3 roundings.
    let constant = 50.0_f64.sqrt();
    let (radius, found) = lost(vec![]);
    near(radius, 28.0 / constant);
    near(found, (7.0 + radius) * 6.0);
    // A bias counts once an output place: 2 of them.
    let (radius, found) = lost(vec![2e3, 0.0]);
    near(radius, 2_028.0 / constant);
    near(found, (7.0 + radius) * 6.0 + 5.0 * 2e3 * 2.0_f64.sqrt() / constant);
}
