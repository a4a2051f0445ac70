//! Bounds on convolutions against the matrices of these, over random shapes.

use lip1_kernel::conv::{Conv, ConvCertificate};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::network::Hint;
use lip1_kernel::norm::SpectralCertificate;
use lip1_kernel::{Certificate, Proof};

use crate::conv::{explicit, gershgorin, matrix, multiplicity, norm_of, plain, symbol};
use crate::exact::Exact;
use crate::norm::{certificate, leading_vector};
use crate::random::{Stream, cases};

/// A convolution of integers of any shape that fits.
fn any_convolution(stream: &mut Stream, circular: bool) -> Conv {
    let mut any = |least: u64, count: u64| (least + stream.below(count)) as usize;
    loop {
        let groups = any(1, 2);
        let mut conv = Conv {
            input: [groups * any(1, 2), any(1, 6), any(1, 6)],
            outputs: groups * any(1, 3),
            kernel: [any(1, 4), any(1, 4)],
            stride: any(1, 4),
            padding: any(0, 4),
            circular,
            groups,
            weight: vec![],
            bias: vec![],
        };
        if circular && any(0, 2) == 0 {
            // As many windows as the stride leaves places, on a whole periodic grid.
            conv.input = [
                conv.input[0],
                conv.input[1].div_ceil(2) * conv.stride,
                conv.input[2].div_ceil(2) * conv.stride,
            ];
            conv.padding = any(0, 2);
            conv.kernel = [2 * conv.padding + 1; 2];
        }
        let (low, span) = [(-8, 17), (0, 9), (-1, 3), (1, 1)][any(0, 4)];
        let size = conv.outputs * conv.input[0] / groups * conv.kernel[0] * conv.kernel[1];
        conv.weight = (0..size).map(|_| (low + any(0, span) as i64) as f64).collect();
        if conv.output().is_ok() {
            return conv;
        }
    }
}

/// `|T x|^2` and `|x|^2` for integers `x` near a leading singular vector, exactly.
fn stretch(layer: &Dense) -> (i128, i128) {
    let x = leading_vector(layer);
    let largest = x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let whole = |x: &f64| if largest > 0.0 { (x / largest * 1_048_576.0).round() as i128 } else { 1 };
    let x: Vec<i128> = x.iter().map(whole).collect();
    let rows = layer.weight.chunks(layer.inputs);
    let image = rows.map(|row| row.iter().zip(&x).map(|(w, x)| *w as i128 * x).sum::<i128>());
    (image.map(|y| y * y).sum(), x.iter().map(|x| x * x).sum())
}

/// Whether `bound >= sqrt(image / square)`.
fn covers(bound: f64, (image, square): (i128, i128)) -> bool {
    Exact::of(bound) * Exact::of(bound) * Exact::integer(square) >= Exact::integer(image)
}

/// Changes a hint in one of some ways, most of them by the least possible amount.
fn forge(stream: &mut Stream, hint: &mut SpectralCertificate) {
    let entry = stream.below(hint.factor.len() as u64) as usize;
    match stream.below(6) {
        0 => hint.mu = hint.mu.next_down(),
        1 => hint.mu = (0..stream.below(64)).fold(hint.mu, |mu, _| mu.next_down()),
        2 => hint.factor[entry] = hint.factor[entry].next_up(),
        3 => hint.factor[entry] = hint.factor[entry].next_down(),
        4 => hint.mu *= stream.signed(),
        _ => hint.factor[entry] += stream.signed(),
    }
}

fn spectral_hints(hint: &mut ConvCertificate) -> Vec<&mut SpectralCertificate> {
    match hint {
        ConvCertificate::Multiplicity(hints) | ConvCertificate::Explicit(hints) => hints.iter_mut().collect(),
        ConvCertificate::Symbol(hints) => hints.iter_mut().flatten().collect(),
        ConvCertificate::Gershgorin(_) => vec![],
    }
}

/// Every rule, with hints as good as they get, with poor ones and with forged ones, against the matrix from the definition.
#[test]
fn every_bound_is_at_least_the_norm_of_the_matrix() {
    let mut stream = Stream::new(81);
    let (mut bounded, mut whole) = ([0; 4], 0);
    let rounds = cases(300);
    for round in 0..rounds {
        let conv = any_convolution(&mut stream, round % 2 == 0);
        let truth = stretch(&matrix(&conv));
        let good = [
            multiplicity(&conv, certificate),
            gershgorin(&conv),
            symbol(&conv, certificate),
            explicit(&conv, certificate),
        ];
        let poor =
            [multiplicity(&conv, plain), gershgorin(&conv), symbol(&conv, plain), explicit(&conv, plain)];
        let mut forged = good.clone();
        for hint in &mut forged {
            spectral_hints(hint).into_iter().for_each(|hint| forge(&mut stream, hint));
        }
        for (k, hint) in good.iter().chain(&poor).chain(&forged).enumerate() {
            if let Ok(bound) = norm_of(&conv, hint) {
                assert!(covers(bound, truth), "{hint:?} bounds {conv:?} by {bound}, {truth:?}");
                bounded[k % 4] += 1;
            }
        }
        let [by_windows, by_channels, by_waves, by_matrix] = good.map(|hint| norm_of(&conv, &hint));
        let norm = by_matrix.unwrap();
        let least = (truth.0 as f64 / truth.1 as f64).sqrt();
        assert!(norm <= least * (1.0 + 1e-4) + 1e-6, "{norm} is far above {least}: {conv:?}");
        for other in [by_windows, by_channels, by_waves.clone()].into_iter().flatten() {
            assert!(norm <= other * (1.0 + 1e-9) + 1e-6, "{norm} and {other}: {conv:?}");
        }
        // All windows of a periodic grid: the symbol's norms are those of the matrix.
        let [_, rows, columns] = conv.output().unwrap();
        if conv.circular && [rows * conv.stride, columns * conv.stride] == conv.input[1..] {
            assert!(by_waves.unwrap() <= norm * (1.0 + 1e-9) + 1e-6, "{conv:?}");
            whole += 1;
        }
    }
    assert!(bounded[..3].iter().all(|count| *count > rounds) && bounded[3] == 3 * rounds, "{bounded:?}");
    assert!(whole > rounds / 5, "{whole} whole periodic grids");
}

/// One tap an output, each output with a channel and a residue of the stride of its own: entries of a permutation, so that the norm is
/// the largest weight whose tap any window brings into the image.
fn permutation(stream: &mut Stream, circular: bool) -> (Conv, f64) {
    let mut any = |least: u64, count: u64| (least + stream.below(count)) as usize;
    let (stride, channels) = (any(1, 3), any(1, 3));
    let kernel = [any(1, 3), any(1, 3)];
    let side = |times: usize| stride * times;
    let input = [channels, side(any(1, 3)).max(kernel[0]), side(any(1, 3)).max(kernel[1])];
    let weight = vec![0.0; channels * channels * kernel[0] * kernel[1]];
    let mut conv = Conv {
        input,
        outputs: channels,
        kernel,
        stride,
        padding: 0,
        circular,
        groups: 1,
        weight,
        bias: vec![],
    };
    let scale = 2.0_f64.powi(any(0, 200) as i32 - 100);
    let mut largest = 0.0_f64;
    for o in 0..channels {
        // Odd numbers of 53 bits: their squares are no doubles.
        let size = (((1_u64 << 52) + stream.below(1 << 52)) | 1) as f64 * scale;
        let (tap, c) = (stream.below((kernel[0] * kernel[1]) as u64) as usize, (o + 1) % channels);
        let sign = if stream.below(2) == 0 { 1.0 } else { -1.0 };
        conv.weight[(o * channels + c) * kernel[0] * kernel[1] + tap] = sign * size;
        largest = largest.max(size);
    }
    (conv, largest)
}

/// What a claim of that bound in a saved certificate comes to.
fn claimed(conv: &Conv, hint: &ConvCertificate, upper: f64) -> bool {
    let inputs = conv.input.iter().product();
    let net = Net::new(inputs, vec![Layer::Conv(conv.clone())]).unwrap();
    let mut x = vec![0.0; inputs];
    x[0] = 1.0;
    let proof = Proof::Lipschitz(net, vec![Some(Hint::Conv(hint.clone()))], [x, vec![0.0; inputs]]);
    Certificate { proof, bracket: (0.0, upper) }.check(lip1_kernel::Limits::default()).is_ok()
}

/// The norm is known to the last bit, and no hint proves a smaller one, be it by one unit in the last place.
#[test]
fn no_forger_gets_below_a_norm_that_is_known_exactly() {
    let mut stream = Stream::new(82);
    for round in 0..cases(300) {
        let (conv, norm) = permutation(&mut stream, round % 2 == 0);
        let hints =
            [symbol(&conv, certificate), explicit(&conv, certificate), multiplicity(&conv, certificate)];
        for mut hint in hints {
            for _ in 0..4 {
                let bound = norm_of(&conv, &hint).unwrap();
                assert!(bound >= norm, "{bound} below {norm}: {conv:?} {hint:?}");
                assert!(claimed(&conv, &hint, bound) && !claimed(&conv, &hint, bound.next_down()));
                assert!(!claimed(&conv, &hint, norm.next_down()));
                spectral_hints(&mut hint).into_iter().for_each(|hint| forge(&mut stream, hint));
            }
        }
        let tight = norm_of(&conv, &explicit(&conv, certificate)).unwrap();
        assert!(tight <= norm * (1.0 + 1e-9), "{tight} and {norm}");
    }
}
