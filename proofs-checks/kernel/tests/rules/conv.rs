use lip1_kernel::Refusal;
use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;
use lip1_kernel::norm::{self, Linear, Norms, SpectralCertificate};

use crate::random::Stream;

fn convolution(input: [usize; 3], outputs: usize, kernel: [usize; 2], weight: Vec<f64>) -> Conv {
    Conv { input, outputs, kernel, stride: 1, padding: 0, circular: false, groups: 1, weight, bias: vec![] }
}

/// The layer as a matrix, column by column from unit vectors through the definition.
fn matrix(conv: &Conv) -> Dense {
    let [outputs, rows, columns] = conv.output().unwrap();
    let [channels, height, width] = conv.input;
    let (m, n) = (outputs * rows * columns, channels * height * width);
    let (per_group, outs) = (channels / conv.groups, outputs / conv.groups);
    let mut weight = vec![0.0; m * n];
    for o in 0..outputs {
        for (y, x) in (0..rows * columns).map(|k| (k / columns, k % columns)) {
            for c in 0..per_group {
                for (ky, kx) in
                    (0..conv.kernel[0] * conv.kernel[1]).map(|k| (k / conv.kernel[1], k % conv.kernel[1]))
                {
                    let at = |window: usize, tap: usize, size: usize| {
                        let at = (window * conv.stride + tap) as i64 - conv.padding as i64;
                        let wrapped = at.rem_euclid(size as i64) as usize;
                        (conv.circular || at == wrapped as i64).then_some(wrapped)
                    };
                    let (Some(sy), Some(sx)) = (at(y, ky, height), at(x, kx, width)) else { continue };
                    let source = ((o / outs * per_group + c) * height + sy) * width + sx;
                    let tap = ((o * per_group + c) * conv.kernel[0] + ky) * conv.kernel[1] + kx;
                    weight[((o * rows + y) * columns + x) * n + source] += conv.weight[tap];
                }
            }
        }
    }
    Dense { outputs: m, inputs: n, weight, bias: vec![] }
}

/// The bound that a hint proves.
fn norm_of(conv: &Conv, hint: &ConvCertificate) -> Result<f64, Refusal> {
    let bound = conv::norm(conv, hint)?;
    assert_eq!((bound.of, bound.norms), (Linear::Conv(conv), Norms::L2ToL2));
    Ok(bound.upper)
}

/// A lower end of the norm of a matrix: the best quotient of a power iteration.
fn norm_below(layer: &Dense) -> f64 {
    let n = layer.inputs;
    let mut x: Vec<f64> = (0..n).map(|k| 1.0 + 0.1 * ((k * k) % 7) as f64).collect();
    for _ in 0..400 {
        let y: Vec<f64> =
            layer.weight.chunks(n).map(|row| row.iter().zip(&x).map(|(w, x)| w * x).sum()).collect();
        let mut z = vec![0.0; n];
        for (row, y) in layer.weight.chunks(n).zip(&y) {
            z.iter_mut().zip(row).for_each(|(z, w)| *z += w * y);
        }
        let size = z.iter().map(|v| v * v).sum::<f64>().sqrt();
        if size == 0.0 {
            return 0.0;
        }
        x = z.iter().map(|v| v / size).collect();
    }
    norm::quotient(layer, &x).unwrap().value.lower()
}

/// Any hint is sound; this one bounds by the root of the largest row sum of the Gram matrix.
fn plain(k: usize) -> SpectralCertificate {
    SpectralCertificate { mu: 0.0, factor: vec![0.0; k * (k + 1) / 2] }
}

fn multiplicity(conv: &Conv) -> ConvCertificate {
    let taps = conv.input[0] / conv.groups * conv.kernel[0] * conv.kernel[1];
    ConvCertificate::Multiplicity(vec![plain(taps.min(conv.outputs / conv.groups)); conv.groups])
}

fn gershgorin(conv: &Conv) -> ConvCertificate {
    ConvCertificate::Gershgorin(vec![vec![1.0; conv.input[0] / conv.groups]; conv.groups])
}

fn frequencies(height: usize, width: usize) -> usize {
    let opposite = |a: usize, b: usize| ((height - a) % height, (width - b) % width);
    (0..height * width).filter(|k| opposite(k / width, k % width) >= (k / width, k % width)).count()
}

fn symbol(conv: &Conv) -> ConvCertificate {
    let [_, height, width] = conv.input;
    let [rows, columns] = conv.kernel;
    let grid = if conv.circular { (height, width) } else { (height + rows - 1, width + columns - 1) };
    let k = 2 * (conv.outputs / conv.groups).min(conv.input[0] / conv.groups);
    ConvCertificate::Symbol(vec![vec![plain(k); frequencies(grid.0, grid.1)]; conv.groups])
}

#[test]
fn every_bound_is_at_least_the_norm_of_the_matrix() {
    let mut stream = Stream::new(81);
    let mut bounded = [0; 3];
    for round in 0..400 {
        let groups = 1 + stream.below(2) as usize;
        let side = |stream: &mut Stream| 1 + stream.below(5) as usize;
        let mut conv = Conv {
            input: [groups * (1 + stream.below(2) as usize), side(&mut stream), side(&mut stream)],
            outputs: groups * (1 + stream.below(2) as usize),
            kernel: [1 + stream.below(3) as usize, 1 + stream.below(3) as usize],
            stride: 1 + stream.below(3) as usize,
            padding: stream.below(3) as usize,
            circular: round % 2 == 0,
            groups,
            weight: vec![],
            bias: vec![],
        };
        conv.weight = stream.vector(conv.outputs * conv.input[0] / groups * conv.kernel[0] * conv.kernel[1]);
        if round % 3 == 0 {
            conv.weight.iter_mut().for_each(|w| *w = w.abs());
        }
        if conv.output().is_err() {
            continue;
        }
        let below = norm_below(&matrix(&conv));
        for (k, hint) in [multiplicity(&conv), gershgorin(&conv), symbol(&conv)].into_iter().enumerate() {
            if let Ok(bound) = norm_of(&conv, &hint) {
                assert!(bound >= below, "{hint:?} bounds {conv:?} by {bound}, its norm is {below}");
                bounded[k] += 1;
            }
        }
    }
    assert!(bounded.iter().all(|count| *count > 60), "{bounded:?}");
}

/// One channel: the symbol at the right hint is the norm, here that of a difference and of a sum.
#[test]
fn bounds_of_plain_kernels_are_their_norms() {
    let near = |found: Result<f64, Refusal>, expected: f64| {
        let found = found.unwrap();
        assert!(
            found >= expected && found <= expected * (1.0 + 64.0 * f64::EPSILON),
            "{found} is not {expected}"
        );
    };
    for weight in [vec![1.0, 1.0], vec![1.0, -1.0]] {
        let circular =
            Conv { circular: true, padding: 0, ..convolution([1, 1, 6], 1, [1, 2], weight.clone()) };
        near(norm_of(&circular, &symbol(&circular)), 2.0);
        near(norm_of(&circular, &gershgorin(&circular)), 2.0);
        near(norm_of(&circular, &multiplicity(&circular)), 2.0);
        let tall = Conv { circular: true, ..convolution([1, 6, 1], 1, [2, 1], weight) };
        near(norm_of(&tall, &symbol(&tall)), 2.0);
        near(norm_of(&tall, &gershgorin(&tall)), 2.0);
        near(norm_of(&tall, &multiplicity(&tall)), 2.0);
    }
    // Windows that do not overlap: the norm of the reshaped kernel, (3, 4).
    let apart = Conv { stride: 2, ..convolution([1, 1, 6], 1, [1, 2], vec![3.0, 4.0]) };
    near(norm_of(&apart, &multiplicity(&apart)), 5.0);
    // Residue classes apart: tap 3 meets only itself, tap 4 too.
    near(norm_of(&apart, &gershgorin(&apart)), 28.0_f64.sqrt());
    let single = convolution([1, 3, 3], 1, [1, 1], vec![-3.0]);
    near(norm_of(&single, &symbol(&single)), 3.0);
    near(norm_of(&single, &gershgorin(&single)), 3.0);
    near(norm_of(&single, &multiplicity(&single)), 3.0);
    // Three windows of three meet in the middle of a row of five, one of three in a row of three.
    let ones = vec![1.0; 3];
    near(
        norm_of(
            &convolution([1, 1, 5], 1, [1, 3], ones.clone()),
            &multiplicity(&convolution([1, 1, 5], 1, [1, 3], ones.clone())),
        ),
        3.0,
    );
    let one = convolution([1, 1, 3], 1, [1, 3], ones);
    near(norm_of(&one, &multiplicity(&one)), 3.0_f64.sqrt());
}

/// Kernel (-1.05, 0.017, 1.08) on a row of two: the circular norm on it, 0.047, is no bound for zero padding; the wider grid's is.
#[test]
fn zero_padding_uses_the_wider_grid() {
    let zero = Conv { padding: 1, ..convolution([1, 1, 2], 1, [1, 3], vec![-1.05, 0.017, 1.08]) };
    let bound = norm_of(&zero, &symbol(&zero)).unwrap();
    let below = norm_below(&matrix(&zero));
    assert!(1.07 < below && below <= bound && bound < 2.14, "{below} and {bound}");
    let ConvCertificate::Symbol(hints) = symbol(&zero) else { panic!() };
    assert_eq!(hints[0].len(), 3);
}

/// Channel weights: two channels of sizes 1 and 100 meet in one output.
#[test]
fn channel_weights_enter_as_quotients() {
    let conv = convolution([2, 1, 1], 1, [1, 1], vec![3.0, 4.0]);
    let ask = |q: [f64; 2]| norm_of(&conv, &ConvCertificate::Gershgorin(vec![q.to_vec()])).unwrap();
    // Rows of K^T K: (9, 12), (12, 16); with q = (3, 4) both quotients are 25.
    assert!((5.0..5.0 + 64.0 * f64::EPSILON).contains(&ask([3.0, 4.0])));
    assert!((28.0_f64.sqrt()..5.3).contains(&ask([1.0, 1.0])));
    assert!((5.73..5.75).contains(&ask([1.0, 2.0])) || ask([1.0, 2.0]) >= 33.0_f64.sqrt());
    assert!((7.0_f64.sqrt() * 2.0..5.3).contains(&ask([1.0, 1.0])));
}

#[test]
fn hints_that_do_not_fit_are_refused() {
    let conv = convolution([2, 2, 3], 2, [2, 2], vec![0.5; 16]);
    let length = |what, expected, found| Err(Refusal::Length { what, expected, found });
    let groups = "entries of a hint, one a group";
    for (hint, found) in [
        (ConvCertificate::Multiplicity(vec![]), 0),
        (ConvCertificate::Gershgorin(vec![vec![1.0; 2]; 2]), 2),
        (ConvCertificate::Symbol(vec![]), 0),
    ] {
        assert_eq!(norm_of(&conv, &hint), length(groups, 1, found));
    }
    let q = |q: &[f64]| norm_of(&conv, &ConvCertificate::Gershgorin(vec![q.to_vec()])).map(|_| ());
    assert_eq!(q(&[1.0, 1.0]), Ok(()));
    assert_eq!(q(&[1.0]).map(|()| 0.0), length("weights of channels", 2, 1));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(q(&[1.0, bad]), Err(Refusal::Range { what: "weights of channels", index: 1 }));
    }
    let ConvCertificate::Symbol(hints) = symbol(&conv) else { panic!() };
    let mut fewer = hints.clone();
    fewer[0].pop();
    let missing = Err(Refusal::Empty { what: "hints of frequencies" });
    assert_eq!(norm_of(&conv, &ConvCertificate::Symbol(fewer)), missing);
    let mut more = hints.clone();
    more[0].push(plain(4));
    let many = Err(Refusal::Hypothesis { why: "more hints than frequencies" });
    assert_eq!(norm_of(&conv, &ConvCertificate::Symbol(more)), many);
    let strided = Conv { stride: 2, ..conv.clone() };
    let stride = Err(Refusal::Hypothesis { why: "the symbol is one of convolutions of stride 1" });
    assert_eq!(norm_of(&strided, &ConvCertificate::Symbol(hints)), stride);
    let bad = Conv { weight: vec![0.5; 15], ..conv };
    assert_eq!(norm_of(&bad, &gershgorin(&bad)), length("weight", 16, 15));
}

#[test]
fn periodic_windows_that_repeat_are_refused_where_the_grid_does_not_cover_them() {
    let repeat = Err(Refusal::Hypothesis { why: "the padding makes periodic windows repeat" });
    for (input, kernel) in [([1, 1, 3], [1, 2]), ([1, 3, 1], [2, 1])] {
        let at = |padding: usize| Conv {
            circular: true,
            padding,
            ..convolution(input, 1, kernel, vec![1.0, 1.0])
        };
        // Padding goes to both axes: the axis of size 1 repeats at once, with a kernel of 1 there.
        assert!(norm_of(&at(0), &gershgorin(&at(0))).is_ok());
        assert_eq!(norm_of(&at(1), &gershgorin(&at(1))), repeat);
        assert_eq!(norm_of(&at(1), &symbol(&at(1))), repeat);
        let bound = norm_of(&at(1), &multiplicity(&at(1))).unwrap();
        assert!(bound >= norm_below(&matrix(&at(1))));
    }
    // Three windows on a grid of three are all different, a fourth is not.
    let square = |kernel: usize| Conv {
        circular: true,
        padding: 1,
        ..convolution([1, 3, 3], 1, [kernel; 2], vec![1.0; kernel * kernel])
    };
    assert!(norm_of(&square(3), &gershgorin(&square(3))).is_ok());
    assert_eq!(norm_of(&square(2), &gershgorin(&square(2))), repeat);
    let strided = Conv { stride: 2, ..square(2) };
    assert!(norm_of(&strided, &gershgorin(&strided)).is_ok());
}

/// `u_1 e_1^T + u_2 e_2^T e^(iw)` with orthonormal `u`: an isometry at every frequency, of which no entry may change its place.
#[test]
fn symbols_of_several_channels_are_put_together_in_their_places() {
    let (first, second) = ([2.0, 2.0, 1.0], [-2.0, 1.0, 2.0]);
    let row = |o: usize| [first[o] / 3.0, 0.0, 0.0, second[o] / 3.0];
    let conv = Conv {
        input: [2, 3, 4],
        outputs: 3,
        kernel: [1, 2],
        stride: 1,
        padding: 0,
        circular: true,
        groups: 1,
        weight: (0..3).flat_map(row).collect(),
        bias: vec![],
    };
    let hint = SpectralCertificate { mu: 1.0, factor: vec![0.0; 10] };
    // Frequencies (a, b) of a 3 x 4 grid without the opposite ones: 2 of their own and 5 of a pair.
    let hints = ConvCertificate::Symbol(vec![vec![hint; 7]]);
    let bound = norm_of(&conv, &hints);
    assert!(bound.clone().is_ok_and(|bound| (1.0..1.0 + 1e3 * f64::EPSILON).contains(&bound)), "{bound:?}");
}

/// Kernel taps that only one residue class of the stride sees, on one axis or on both.
#[test]
fn every_residue_class_of_the_stride_counts() {
    // Nine windows of their own, the largest weight in the last residue class: the norm is that of the kernel.
    let mut weight = vec![1.0; 9];
    weight[8] = 5.0;
    let last = Conv { stride: 3, ..convolution([1, 9, 9], 1, [3, 3], weight) };
    assert!(norm_of(&last, &gershgorin(&last)).unwrap() >= 33.0_f64.sqrt());
    // A stride that divides one axis only: windows (2, 0) and (1, 2) of the other meet in its place 2.
    let middle = |rows: usize, columns: usize, tap: fn(usize) -> bool| {
        let weight = (0..rows * columns).map(|k| if tap(k) { 1.0 } else { 0.0 }).collect();
        let uneven = [columns, rows];
        let conv = convolution([1, uneven[0], uneven[1]], 1, [rows, columns], weight);
        Conv { stride: 2, circular: true, padding: 1, ..conv }
    };
    for uneven in [middle(3, 2, |k| k / 2 == 1), middle(2, 3, |k| k % 3 == 1)] {
        let below = norm_below(&matrix(&uneven));
        assert!(below > 1.7, "{below}");
        assert!(norm_of(&uneven, &gershgorin(&uneven)).unwrap() >= below);
    }
}

/// One channel: a certificate that is exact gives the largest absolute value of the symbol, here in plain arithmetic.
#[test]
fn symbols_of_plane_kernels_are_taken_at_the_frequencies_of_the_grid() {
    const ROUNDED: f64 = 1e-12;
    for ([height, width], k) in
        [([3, 5], [1.0, 2.0, -2.0, 0.5]), ([5, 3], [1.0, -1.0, 2.0, 3.0]), ([4, 3], [1.0, 2.0, 3.0, -5.0])]
    {
        let plane = Conv { circular: true, ..convolution([1, height, width], 1, [2, 2], k.to_vec()) };
        let turn = |a: usize, size: usize| std::f64::consts::TAU * a as f64 / size as f64;
        let mut largest = 0.0_f64;
        for (p, q) in (0..height * width).map(|at| (turn(at / width, height), turn(at % width, width))) {
            let terms = [(k[0], 0.0), (k[1], q), (k[2], p), (k[3], p + q)];
            let (re, im) =
                terms.iter().fold((0.0, 0.0), |(re, im), (k, w)| (re + k * w.cos(), im + k * w.sin()));
            largest = largest.max(f64::hypot(re, im));
        }
        let bound = norm_of(&plane, &symbol(&plane)).unwrap();
        assert!((bound / largest - 1.0).abs() < ROUNDED, "{bound} and {largest}");
    }
}

/// Found by review: 2^32 windows were counted as none, so that a layer of norm 2^20 had the norm 0.
#[test]
fn windows_are_counted_beyond_32_bits() {
    let ones = convolution([1, 1, 1], 1, [16, 16], vec![1.0; 256]);
    let wrapped = Conv { circular: true, padding: 2055, ..ones };
    assert_eq!(wrapped.output(), Ok([1, 4096, 4096]));
    // Every window adds up 256 times the one entry: 4096 x 4096 equal outputs.
    let norm = 256.0 * 4096.0;
    let bound = norm_of(&wrapped, &multiplicity(&wrapped)).unwrap();
    assert!((norm..norm * (1.0 + 64.0 * f64::EPSILON)).contains(&bound), "{bound}");
}
