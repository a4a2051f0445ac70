use lip1_kernel::conv::Conv;
use lip1_kernel::net::{Dense, Layer, Net, Pool};
use lip1_kernel::{Interval, Refusal, forward};

use crate::exact::{self, Exact};
use crate::random::Stream;

fn dense(outputs: usize, inputs: usize, weight: Vec<f64>, bias: Vec<f64>) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight, bias })
}

fn outputs(inputs: usize, layers: Vec<Layer>, x: &[f64]) -> Vec<Interval> {
    let net = Net::new(inputs, layers).unwrap();
    let found = forward::enclose(&net, x).unwrap();
    assert_eq!((found.net, &found.point[..]), (&net, x));
    found.values.clone()
}

fn assert_holds(found: Interval, exact: &Exact, width: f64) {
    assert!(
        Exact::of(found.lower()) <= *exact && *exact <= Exact::of(found.upper()),
        "{found} misses the value"
    );
    assert!(found.width() <= width, "{found} is wider than {width}");
}

/// The values of layers that are exact on small integers.
fn exact_values(inputs: usize, layers: Vec<Layer>, x: &[f64]) -> Vec<f64> {
    outputs(inputs, layers, x)
        .into_iter()
        .map(|value| {
            assert_eq!(value.lower(), value.upper());
            value.lower()
        })
        .collect()
}

#[test]
fn layers_do_what_they_say() {
    let x = [3.0, -1.0, 2.0, -4.0];
    assert_eq!(exact_values(4, vec![], &x), x);
    assert_eq!(exact_values(4, vec![Layer::Relu], &x), [3.0, 0.0, 2.0, 0.0]);
    assert_eq!(exact_values(4, vec![Layer::Abs], &x), [3.0, 1.0, 2.0, 4.0]);
    assert_eq!(exact_values(4, vec![Layer::Scale(-0.5)], &x), [-1.5, 0.5, -1.0, 2.0]);
    assert_eq!(exact_values(4, vec![Layer::Sort { group: 2 }], &x), [-1.0, 3.0, -4.0, 2.0]);
    assert_eq!(exact_values(4, vec![Layer::Sort { group: 4 }], &x), [-4.0, -1.0, 2.0, 3.0]);
    assert_eq!(exact_values(4, vec![Layer::Sort { group: 1 }], &x), x);
    assert_eq!(exact_values(4, vec![Layer::Select { from: vec![2, 0] }], &x), [2.0, 3.0]);
    let pool = |windows: &[&[usize]], kind| Layer::Pool {
        windows: windows.iter().map(|w| w.to_vec()).collect(),
        kind,
    };
    assert_eq!(exact_values(4, vec![pool(&[&[0, 3], &[1]], Pool::L2)], &x), [5.0, 1.0]);
    assert_eq!(exact_values(4, vec![pool(&[&[0, 1, 2, 3],], Pool::Average)], &x), [0.0]);
    assert_eq!(exact_values(4, vec![pool(&[&[3], &[2]], Pool::Average)], &x), [-4.0, 2.0]);
    let mean = outputs(2, vec![pool(&[&[0, 1]], Pool::Average)], &[1.0, 2.0]);
    assert!(mean[0].contains(4.5_f64.sqrt()) && mean[0].width() < 4.0 * f64::EPSILON * 3.0);
    let body = vec![Layer::Scale(2.0), Layer::Abs];
    let residual = Layer::Residual { body, weight: 0.25 };
    assert_eq!(exact_values(2, vec![residual], &[4.0, -4.0]), [7.0, 5.0]);
    // In order: abs after scaling is not scaling after abs.
    assert_eq!(exact_values(1, vec![Layer::Scale(-1.0), Layer::Relu], &[2.0]), [0.0]);
    assert_eq!(exact_values(1, vec![Layer::Relu, Layer::Scale(-1.0)], &[2.0]), [-2.0]);
}

#[test]
fn wrong_inputs_are_refused() {
    let net = Net::new(2, vec![Layer::Abs]).unwrap();
    let length = Refusal::Length { what: "input", expected: 2, found: 3 };
    assert_eq!(forward::enclose(&net, &[1.0; 3]), Err(length));
    let infinite = Refusal::NotFinite { what: "input", index: 1 };
    assert_eq!(forward::enclose(&net, &[1.0, f64::INFINITY]), Err(infinite));
}

#[test]
fn dense_layers_enclose_their_exact_values_closely() {
    let mut stream = Stream::new(71);
    for round in 0..300 {
        let (m, n) = (1 + stream.below(4) as usize, 1 + stream.below(40) as usize);
        let scale = 2.0_f64.powi(if round % 3 == 0 { stream.integer(250) as i32 } else { 0 });
        let weight: Vec<f64> = stream.vector(m * n).iter().map(|w| w * scale).collect();
        let bias: Vec<f64> = stream.vector(m).iter().map(|b| b * scale).collect();
        let x = stream.vector(n);
        for with_bias in [true, false] {
            let bias = if with_bias { bias.clone() } else { vec![] };
            let found = outputs(n, vec![dense(m, n, weight.clone(), bias.clone())], &x);
            for (k, found) in found.into_iter().enumerate() {
                let row = &weight[k * n..(k + 1) * n];
                let exact = exact::dot(row, &x) + Exact::of(bias.get(k).copied().unwrap_or(0.0));
                let size: f64 = row.iter().zip(&x).map(|(w, x)| (w * x).abs()).sum();
                assert_holds(found, &exact, (2.0 * n as f64 + 16.0) * f64::EPSILON * (size + scale));
            }
        }
    }
}

/// Each addition of the same number rounds the same way for long: the error is 800 units of the sum, which a charge for a few roundings misses.
#[test]
fn sums_of_many_equal_terms_are_charged_for_every_addition() {
    let n = 40_000;
    for weight in [0.1, 1.3] {
        let found = outputs(n, vec![dense(1, n, vec![weight; n], vec![])], &vec![1.0; n])[0];
        let exact = Exact::integer(n as i128) * Exact::of(weight);
        assert_holds(found, &exact, (2.0 * n as f64 + 16.0) * f64::EPSILON * weight * n as f64);
        // The middle, which is what was computed, errs by more than 300 units.
        let middle = Exact::of(0.5 * found.lower() + 0.5 * found.upper());
        assert!((middle - exact).abs() > Exact::of(300.0 * 0.5 * f64::EPSILON * weight * n as f64));
    }
}

/// After a layer of tiny numbers and a division everything of interest has underflowed.
#[test]
fn products_that_underflow_are_charged() {
    let tiny = 2.0_f64.powi(-600);
    let layers = vec![dense(1, 2, vec![tiny, tiny], vec![])];
    let found = outputs(2, layers.clone(), &[tiny, 1.5 * tiny]);
    let exact = exact::dot(&[tiny, tiny], &[tiny, 1.5 * tiny]);
    assert_holds(found[0], &exact, 1e-300);
    assert!(found[0].lower() < 0.0 && found[0].upper() > 0.0);
}

/// Intervals go in where a layer's outcome is not exact: the true value of a composition stays inside.
#[test]
fn compositions_enclose_their_exact_values() {
    let mut stream = Stream::new(72);
    for _ in 0..200 {
        let n = 2 * (1 + stream.below(6) as usize);
        let (first, second) = (stream.vector(n * n), stream.vector(n));
        let x = stream.vector(n);
        let layers = vec![
            dense(n, n, first.clone(), vec![]),
            Layer::Sort { group: 2 },
            Layer::Scale(3.0),
            dense(1, n, second.clone(), vec![-1.0]),
        ];
        let found = outputs(n, layers, &x);
        let mut hidden: Vec<Exact> = first.chunks(n).map(|row| exact::dot(row, &x)).collect();
        for pair in hidden.chunks_mut(2) {
            if pair[0] > pair[1] {
                pair.swap(0, 1);
            }
        }
        let value = hidden
            .iter()
            .zip(&second)
            .fold(Exact::integer(-1), |sum, (h, w)| sum + h.clone() * Exact::integer(3) * Exact::of(*w));
        let bound = 64.0 * (n * n) as f64 * f64::EPSILON;
        assert_holds(found[0], &value, bound);
    }
}

#[test]
fn overflow_widens_to_the_whole_line() {
    let huge = dense(2, 2, vec![1e200, 1e200, 1e200, -1e200], vec![]);
    let after = dense(1, 2, vec![1.0, 0.0], vec![1.0]);
    let found = outputs(2, vec![huge, after, Layer::Sort { group: 1 }], &[1e200, 1e200]);
    assert!(found[0].lower() == f64::NEG_INFINITY && found[0].upper() == f64::INFINITY);
}

/// With `z = (0, -1)` and `cos(t/2) > 0` the reflection is `(-sin t, cos t)`; so are sine and cosine themselves tested.
#[test]
fn householder_pairs_are_reflected_by_their_angle() {
    let mut stream = Stream::new(73);
    let mut angles =
        vec![0.0, 0.5, -0.5, 1.5, 1.6, -1.6, 3.1, 2.0 * 0.8, 4.0 * std::f64::consts::PI + 1.0, 1e-30];
    angles.extend((0..150).map(|_| 16.0 * stream.signed()));
    let mut reflected = 0;
    for angle in angles {
        let (half_sin, half_cos) = exact::sin_cos(&Exact::of(0.5 * angle));
        if half_cos < Exact::of(-1e-9) {
            // From (0, 1) and the other side of the line: (sin t, -cos t).
            let found = outputs(2, vec![Layer::Householder { angles: vec![angle] }], &[0.0, 1.0]);
            let twice = Exact::integer(2) * half_cos.clone();
            assert_holds(found[0], &(twice.clone() * half_sin.clone()), 40.0 * f64::EPSILON);
            assert_holds(found[1], &(Exact::integer(1) - twice * half_cos.clone()), 40.0 * f64::EPSILON);
        }
        let found = outputs(2, vec![Layer::Householder { angles: vec![angle] }], &[0.0, -1.0]);
        let small = Exact::of(1e-9);
        if half_cos.clone().abs() < small {
            continue;
        }
        let (a, b) = if half_cos > Exact::integer(0) {
            reflected += 1;
            let twice = Exact::integer(2) * half_cos.clone();
            (-(twice.clone() * half_sin), twice * half_cos - Exact::integer(1))
        } else {
            (Exact::integer(0), Exact::integer(-1))
        };
        assert_holds(found[0], &a, 40.0 * f64::EPSILON);
        assert_holds(found[1], &b, 40.0 * f64::EPSILON);
    }
    assert!(reflected > 50);
    // A tiny sine has a small relative error.
    let tiny = outputs(2, vec![Layer::Householder { angles: vec![1e-300] }], &[0.0, -1.0]);
    assert!(tiny[0].contains(-1e-300) && tiny[0].width() < 1e-314 && tiny[1].contains(1.0));
    // The other side of the line stays; the pair is entry k of each half.
    let at_rest = |x: &[f64]| outputs(4, vec![Layer::Householder { angles: vec![0.0, 0.0] }], x);
    for x in [[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, -3.0, 4.0]] {
        for (found, expected) in at_rest(&x).into_iter().zip([1.0, 2.0, 3.0, 4.0]) {
            assert_holds(found, &Exact::of(expected), 40.0 * f64::EPSILON);
        }
    }
    let third = outputs(
        4,
        vec![Layer::Householder { angles: vec![0.0, std::f64::consts::PI] }],
        &[1.0, 2.0, -3.0, 4.0],
    );
    assert!(third[1].contains(-2.0) && third[3].contains(4.0) && third[2].contains(3.0));
}

#[test]
fn angles_out_of_range_still_enclose() {
    for angle in [1e7, -1e8, 1e300] {
        let found = outputs(2, vec![Layer::Householder { angles: vec![angle] }], &[0.0, -1.0]);
        // Any reflection of a unit vector, from v anywhere in [-1, 1]^2.
        assert!(found[0].lower() <= -1.0 && found[0].upper() >= 1.0 && found[1].contains(1.0));
        // And from v with a cosine of -1 and a sine of 1, of which it is not known that they exclude each other.
        assert!(found[1].contains(-1.0) && found[0].contains(2.0) && found[0].contains(-2.0));
    }
    // 2^20 quarter turns are resolved, to 2^20 roundings.
    let near = outputs(2, vec![Layer::Householder { angles: vec![3.0e6] }], &[0.0, -1.0]);
    assert!(near[0].width() < 2.0_f64.powi(-27));
}

/// A convolution from its definition, tap by tap.
fn convolved(conv: &Conv, x: &[f64]) -> Vec<Exact> {
    let [channels, height, width] = conv.input;
    let [rows, columns] = conv.kernel;
    let (per_group, outs) = (channels / conv.groups, conv.outputs / conv.groups);
    let side = |size: usize, kernel: usize| (size + 2 * conv.padding - kernel) / conv.stride + 1;
    let mut out = Vec::new();
    for o in 0..conv.outputs {
        for y in 0..side(height, rows) {
            for z in 0..side(width, columns) {
                let mut sum = Exact::of(conv.bias.get(o).copied().unwrap_or(0.0));
                for c in 0..per_group {
                    for ky in 0..rows {
                        for kx in 0..columns {
                            let place = |window: usize, tap: usize, size: usize| {
                                let at = (window * conv.stride + tap) as i64 - conv.padding as i64;
                                if conv.circular {
                                    Some(at.rem_euclid(size as i64) as usize)
                                } else {
                                    (0..size as i64).contains(&at).then_some(at as usize)
                                }
                            };
                            let (Some(sy), Some(sx)) = (place(y, ky, height), place(z, kx, width)) else {
                                continue;
                            };
                            let input = x[((o / outs * per_group + c) * height + sy) * width + sx];
                            let weight = conv.weight[((o * per_group + c) * rows + ky) * columns + kx];
                            sum = sum + Exact::of(input) * Exact::of(weight);
                        }
                    }
                }
                out.push(sum);
            }
        }
    }
    out
}

#[test]
fn convolutions_enclose_their_definition() {
    let mut stream = Stream::new(74);
    for round in 0..150 {
        let groups = 1 + stream.below(2) as usize;
        let input = [
            groups * (1 + stream.below(2) as usize),
            2 + stream.below(4) as usize,
            2 + stream.below(4) as usize,
        ];
        let kernel = [1 + stream.below(3) as usize, 1 + stream.below(3) as usize];
        let outputs_of = groups * (1 + stream.below(2) as usize);
        let mut conv = Conv {
            input,
            outputs: outputs_of,
            kernel,
            stride: 1 + stream.below(2) as usize,
            padding: 1 + stream.below(3) as usize,
            circular: round % 2 == 0,
            groups,
            weight: vec![],
            bias: vec![],
        };
        conv.weight = stream.vector(outputs_of * input[0] / groups * kernel[0] * kernel[1]);
        if round % 3 == 0 {
            conv.bias = stream.vector(outputs_of);
        }
        let x = stream.vector(input.iter().product());
        let expected = convolved(&conv, &x);
        let found = outputs(x.len(), vec![Layer::Conv(conv)], &x);
        assert_eq!(found.len(), expected.len());
        for (found, exact) in found.into_iter().zip(expected) {
            assert_holds(found, &exact, 200.0 * f64::EPSILON);
        }
    }
}

/// Found by review: the place in a period was computed from a sum that overflows.
#[test]
fn periods_are_counted_without_overflow() {
    let far = 7 << 60;
    let conv = Conv {
        input: [1, 1, 3],
        outputs: 1,
        kernel: [1, 1],
        stride: far,
        padding: far,
        circular: true,
        groups: 1,
        weight: vec![1.0],
        bias: vec![],
    };
    // Windows at -far, 0 and far; far leaves 1 when divided by 3.
    assert_eq!(far % 3, 1);
    let found = exact_middle(outputs(3, vec![Layer::Conv(conv)], &[10.0, 20.0, 30.0]));
    assert_eq!(found, [30.0, 10.0, 20.0, 30.0, 10.0, 20.0, 30.0, 10.0, 20.0]);
}

fn exact_middle(values: Vec<Interval>) -> Vec<f64> {
    values.into_iter().map(|v| (0.5 * (v.lower() + v.upper())).round()).collect()
}
