use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;
use lip1_kernel::norm::{self, Linear, Norms, SpectralCertificate};
use lip1_kernel::{Interval, Refusal};

use crate::exact::Exact;
use crate::norm::certificate;

pub(crate) fn convolution(input: [usize; 3], outputs: usize, kernel: [usize; 2], weight: Vec<f64>) -> Conv {
    Conv { input, outputs, kernel, stride: 1, padding: 0, circular: false, groups: 1, weight, bias: vec![] }
}

/// The layer as a matrix, column by column from unit vectors through the definition.
pub(crate) fn matrix(conv: &Conv) -> Dense {
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
pub(crate) fn norm_of(conv: &Conv, hint: &ConvCertificate) -> Result<f64, Refusal> {
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
pub(crate) fn plain(matrix: &Dense) -> SpectralCertificate {
    let k = matrix.outputs.min(matrix.inputs);
    SpectralCertificate { mu: 0.0, factor: vec![0.0; k * (k + 1) / 2] }
}

pub(crate) fn multiplicity(conv: &Conv, hint: fn(&Dense) -> SpectralCertificate) -> ConvCertificate {
    let (outputs, size) = (conv.outputs / conv.groups, conv.weight.len() / conv.groups);
    let kernel =
        |weight: &[f64]| Dense { outputs, inputs: size / outputs, weight: weight.to_vec(), bias: vec![] };
    ConvCertificate::Multiplicity(conv.weight.chunks(size).map(|weight| hint(&kernel(weight))).collect())
}

pub(crate) fn gershgorin(conv: &Conv) -> ConvCertificate {
    ConvCertificate::Gershgorin(vec![vec![1.0; conv.input[0] / conv.groups]; conv.groups])
}

/// Steps and sides of the grid of a symbol.
fn grid(conv: &Conv) -> [(usize, usize); 2] {
    [0, 1].map(|axis| {
        let (size, taps) = (conv.input[axis + 1], conv.kernel[axis]);
        if conv.circular {
            if size % conv.stride == 0 { (conv.stride, size / conv.stride) } else { (1, size) }
        } else {
            // Counted: rows of dealt entries that hold an entry of the input.
            let dealt = |place: usize| (place + conv.padding) / conv.stride;
            let mut met: Vec<usize> = (0..size).map(dealt).collect();
            met.dedup();
            (conv.stride, met.len() + (taps - 1) / conv.stride)
        }
    })
}

fn frequencies(conv: &Conv) -> Vec<[usize; 2]> {
    let [(_, height), (_, width)] = grid(conv);
    let opposite = |[a, b]: [usize; 2]| [(height - a) % height, (width - b) % width];
    let all = (0..height * width).map(|k| [k / width, k % width]);
    all.filter(|at| opposite(*at) >= *at).collect()
}

/// Weights `[o][(c, residues)]` of a group at a frequency, as real and imaginary part, in plain arithmetic.
fn symbol_at(conv: &Conv, group: usize, at: [usize; 2]) -> Dense {
    let ([rows, columns], steps) = (conv.kernel, grid(conv));
    let (outputs, channels) = (conv.outputs / conv.groups, conv.input[0] / conv.groups);
    let residues = [steps[0].0.min(rows), steps[1].0.min(columns)];
    let inputs = channels * residues[0] * residues[1];
    let mut weight = vec![0.0; 4 * outputs * inputs];
    for o in 0..outputs {
        for (c, y, x) in
            (0..channels * rows * columns).map(|k| (k / columns / rows, k / columns % rows, k % columns))
        {
            let tap = conv.weight[((group * outputs + o) * channels * rows + c * rows + y) * columns + x];
            let turns = |k: usize, axis: usize| {
                (k / steps[axis].0 * at[axis] % steps[axis].1) as f64 / steps[axis].1 as f64
            };
            let (sin, cos) = (std::f64::consts::TAU * (turns(y, 0) + turns(x, 1))).sin_cos();
            let column = (c * residues[0] + y % steps[0].0) * residues[1] + x % steps[1].0;
            for (row, column, part) in [
                (o, column, cos),
                (o, inputs + column, -sin),
                (outputs + o, column, sin),
                (outputs + o, inputs + column, cos),
            ] {
                weight[row * 2 * inputs + column] += part * tap;
            }
        }
    }
    Dense { outputs: 2 * outputs, inputs: 2 * inputs, weight, bias: vec![] }
}

/// The matrix of one group.
fn block(conv: &Conv, group: usize) -> Dense {
    let (outs, ins, size) =
        (conv.outputs / conv.groups, conv.input[0] / conv.groups, conv.weight.len() / conv.groups);
    let weight = conv.weight[group * size..(group + 1) * size].to_vec();
    let [_, height, width] = conv.input;
    matrix(&Conv { input: [ins, height, width], outputs: outs, groups: 1, weight, ..conv.clone() })
}

pub(crate) fn symbol(conv: &Conv, hint: fn(&Dense) -> SpectralCertificate) -> ConvCertificate {
    let group = |group| frequencies(conv).into_iter().map(|at| hint(&symbol_at(conv, group, at))).collect();
    ConvCertificate::Symbol((0..conv.groups).map(group).collect())
}

pub(crate) fn explicit(conv: &Conv, hint: fn(&Dense) -> SpectralCertificate) -> ConvCertificate {
    ConvCertificate::Explicit((0..conv.groups).map(|group| hint(&block(conv, group))).collect())
}

/// 2^57 and 200 taps of 31, just under a unit in its last place: the sum of enclosures has its middle 3,000 below the exact sum, which is
/// the norm, and hides in no other charge.
#[test]
fn what_rounding_takes_from_a_matrix_is_charged() {
    let mut weight = vec![31.0; 201];
    weight[0] = 2.0_f64.powi(57);
    let norm = Exact::integer((1 << 57) + 200 * 31);
    let circular =
        |width: usize| Conv { circular: true, ..convolution([1, 1, width], 1, [1, 201], weight.clone()) };
    // Every tap on the one place of the image.
    let single = Conv { padding: 100, ..circular(1) };
    assert_eq!(single.output(), Ok([1, 201, 1]));
    let hint = |square: f64| {
        let scaled = square * 0.25;
        vec![SpectralCertificate { mu: scaled, factor: vec![0.0] }]
    };
    for mu in [0.0, 1.0] {
        let bound = norm_of(&single, &ConvCertificate::Explicit(hint(mu))).unwrap();
        // The rows are repeated 201 times, since padding goes to both axes.
        let square = Exact::of(bound) * Exact::of(bound);
        assert!(square >= norm.clone() * norm.clone() * Exact::integer(201), "{bound}");
    }
    let grid = circular(201);
    let bound = norm_of(&grid, &symbol(&grid, plain)).unwrap();
    assert!(Exact::of(bound) >= norm, "{bound}");
}

#[test]
fn three_ones_a_side_on_four_by_four_have_the_norm_of_the_golden_section() {
    let conv = Conv { padding: 1, ..convolution([1, 4, 4], 1, [3, 3], vec![1.0; 9]) };
    // (1 + 2 cos(pi / 5))^2, the fourth power of the golden section: (7 + 3 sqrt 5) / 2.
    let norm = Interval::ratio(7, 2) + Interval::ratio(3, 2) * Interval::integer(5).sqrt();
    let bound = norm_of(&conv, &explicit(&conv, certificate)).unwrap();
    assert!(norm.upper() <= bound && bound < 6.854_101_97, "{bound}");
    let on_grid = norm_of(&conv, &symbol(&conv, certificate)).unwrap();
    assert!((9.0..9.0 + 1e-9).contains(&on_grid), "{on_grid}");
}

#[test]
fn explicit_matrices_have_a_stated_size_and_are_refused_above_it() {
    let refused =
        Err(Refusal::Hypothesis { why: "an explicit matrix has at most 2^21 entries in all groups" });
    let dot = |n: usize| convolution([1, 1, n], 1, [1, n], vec![0.0; n]);
    let zero = || SpectralCertificate { mu: 0.0, factor: vec![0.0] };
    let one = ConvCertificate::Explicit(vec![zero()]);
    assert!(norm_of(&dot(1 << 21), &one).is_ok());
    assert_eq!(norm_of(&dot((1 << 21) + 1), &one), refused);
    // Every size counts: two groups, two outputs, two channels, two windows; a window beyond the image; all of them at their largest.
    let half = 1 << 20;
    let point = |input, groups: usize, outputs: usize| Conv {
        input,
        outputs,
        groups,
        weight: vec![0.0; outputs * input[0] / groups],
        ..convolution([1; 3], 1, [1, 1], vec![])
    };
    let grouped = ConvCertificate::Explicit(vec![zero(), zero()]);
    assert_eq!(norm_of(&point([2, 1, half], 2, 2), &grouped), refused);
    let window = |outputs: usize| Conv {
        kernel: [1, half],
        weight: vec![0.0; 3 * half],
        ..point([3 / outputs, 1, half], 1, outputs)
    };
    assert_eq!(norm_of(&window(3), &one), refused);
    assert_eq!(norm_of(&window(1), &one), refused);
    assert_eq!(norm_of(&convolution([1, 1, half + 2], 1, [1, half], vec![0.0; half]), &one), refused);
    let beyond =
        Conv { circular: true, padding: 1024, ..convolution([1, 1, 1], 1, [1, 2049], vec![0.0; 2049]) };
    assert_eq!(norm_of(&beyond, &one), refused);
    assert_eq!(norm_of(&point([1, 1, 1 << 26], 1, 1), &one), refused);
}

/// A step larger than any number of places must not be added to anything.
#[test]
fn the_largest_steps_and_paddings_do_not_overflow() {
    let weight = vec![3.0, 4.0];
    for circular in [false, true] {
        let single =
            Conv { stride: usize::MAX, circular, ..convolution([1, 1, 2], 1, [1, 2], weight.clone()) };
        for hint in [
            symbol(&single, plain),
            gershgorin(&single),
            multiplicity(&single, plain),
            explicit(&single, plain),
        ] {
            let bound = norm_of(&single, &hint).unwrap();
            assert!((5.0..7.0 + 1e-9).contains(&bound), "{hint:?}: {bound}");
        }
        // One window, as far out as padding can be.
        let far = Conv { padding: (usize::MAX - 2) / 2, ..single };
        let bound = norm_of(&far, &explicit(&far, plain)).unwrap();
        assert!((0.0..7.0 + 1e-9).contains(&bound), "{bound}");
    }
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
        near(norm_of(&circular, &symbol(&circular, plain)), 2.0);
        near(norm_of(&circular, &gershgorin(&circular)), 2.0);
        near(norm_of(&circular, &multiplicity(&circular, plain)), 2.0);
        let tall = Conv { circular: true, ..convolution([1, 6, 1], 1, [2, 1], weight) };
        near(norm_of(&tall, &symbol(&tall, plain)), 2.0);
        near(norm_of(&tall, &gershgorin(&tall)), 2.0);
        near(norm_of(&tall, &multiplicity(&tall, plain)), 2.0);
    }
    // Windows that do not overlap: the norm of the reshaped kernel, (3, 4).
    let apart = Conv { stride: 2, ..convolution([1, 1, 6], 1, [1, 2], vec![3.0, 4.0]) };
    near(norm_of(&apart, &multiplicity(&apart, plain)), 5.0);
    // Residue classes apart: tap 3 meets only itself, tap 4 too.
    near(norm_of(&apart, &gershgorin(&apart)), 28.0_f64.sqrt());
    let single = convolution([1, 3, 3], 1, [1, 1], vec![-3.0]);
    near(norm_of(&single, &symbol(&single, plain)), 3.0);
    near(norm_of(&single, &gershgorin(&single)), 3.0);
    near(norm_of(&single, &multiplicity(&single, plain)), 3.0);
    // Three windows of three meet in the middle of a row of five, one of three in a row of three.
    let ones = vec![1.0; 3];
    near(
        norm_of(
            &convolution([1, 1, 5], 1, [1, 3], ones.clone()),
            &multiplicity(&convolution([1, 1, 5], 1, [1, 3], ones.clone()), plain),
        ),
        3.0,
    );
    let one = convolution([1, 1, 3], 1, [1, 3], ones);
    near(norm_of(&one, &multiplicity(&one, plain)), 3.0_f64.sqrt());
}

/// Kernel (-1.05, 0.017, 1.08) on a row of two: the circular norm on it, 0.047, is no bound for zero padding; the wider grid's is.
#[test]
fn zero_padding_uses_the_wider_grid() {
    let zero = Conv { padding: 1, ..convolution([1, 1, 2], 1, [1, 3], vec![-1.05, 0.017, 1.08]) };
    let bound = norm_of(&zero, &symbol(&zero, plain)).unwrap();
    let below = norm_below(&matrix(&zero));
    assert!(1.07 < below && below <= bound && bound < 2.14, "{below} and {bound}");
    let ConvCertificate::Symbol(hints) = symbol(&zero, plain) else { panic!() };
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
        (ConvCertificate::Explicit(vec![]), 0),
    ] {
        assert_eq!(norm_of(&conv, &hint), length(groups, 1, found));
    }
    let q = |q: &[f64]| norm_of(&conv, &ConvCertificate::Gershgorin(vec![q.to_vec()])).map(|_| ());
    assert_eq!(q(&[1.0, 1.0]), Ok(()));
    assert_eq!(q(&[1.0]).map(|()| 0.0), length("weights of channels", 2, 1));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(q(&[1.0, bad]), Err(Refusal::Range { what: "weights of channels", index: 1 }));
    }
    let ConvCertificate::Symbol(hints) = symbol(&conv, plain) else { panic!() };
    let mut fewer = hints.clone();
    fewer[0].pop();
    let missing = Err(Refusal::Empty { what: "hints of frequencies" });
    assert_eq!(norm_of(&conv, &ConvCertificate::Symbol(fewer)), missing);
    let mut more = hints.clone();
    more[0].push(hints[0][0].clone());
    let many = Err(Refusal::Hypothesis { why: "more hints than frequencies" });
    assert_eq!(norm_of(&conv, &ConvCertificate::Symbol(more)), many);
    // A stride has a smaller grid.
    let strided = Conv { stride: 2, ..conv.clone() };
    assert_eq!(norm_of(&strided, &ConvCertificate::Symbol(hints)), many);
    assert_eq!(frequencies(&strided), [[0, 0], [0, 1]]);
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
        assert_eq!(norm_of(&at(1), &symbol(&at(1), plain)), repeat);
        let bound = norm_of(&at(1), &multiplicity(&at(1), plain)).unwrap();
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
    // Along one axis alone, by one window.
    for (input, kernel) in [([1, 3, 4], [2, 3]), ([1, 4, 3], [3, 2])] {
        let conv = Conv { circular: true, padding: 1, ..convolution(input, 1, kernel, vec![1.0; 6]) };
        assert_eq!(norm_of(&conv, &gershgorin(&conv)), repeat);
        assert_eq!(norm_of(&conv, &symbol(&conv, plain)), repeat);
    }
}

/// Taps 1 and -1 a step of the stride apart, on four places: at frequency 0 they cancel, and at the other one their sum is 2. A turn a
/// place instead of a step would take frequency 0 twice.
#[test]
fn frequencies_of_a_strided_symbol_turn_with_its_steps() {
    for (input, kernel) in [([1, 4, 1], [3, 1]), ([1, 1, 4], [1, 3])] {
        for circular in [false, true] {
            let conv = Conv { stride: 2, circular, ..convolution(input, 1, kernel, vec![1.0, 0.0, -1.0]) };
            let bound = norm_of(&conv, &symbol(&conv, certificate)).unwrap();
            let norm = if circular { 2.0 } else { 3.0_f64.sqrt() };
            assert!((norm..norm * (1.0 + 1e-9)).contains(&bound), "{bound}");
        }
    }
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
        let bound = norm_of(&plane, &symbol(&plane, plain)).unwrap();
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
    let bound = norm_of(&wrapped, &multiplicity(&wrapped, plain)).unwrap();
    assert!((norm..norm * (1.0 + 64.0 * f64::EPSILON)).contains(&bound), "{bound}");
}
