//! Kernels made to break bounds on convolutions.

use std::f64::consts::PI;

use lip1_core::{
    Convolution, Layer, Network, Parametrisation, Windows, certify, convolution_certificate,
    spectral_certificate,
};
use lip1_kernel::conv::{self, Conv};
use lip1_kernel::net::Dense;
use lip1_kernel::norm;
use nalgebra::{DMatrix, DVector};
use proptest::prelude::{Strategy, any, prop_assert, prop_assume, proptest};

/// Rounding of a singular value decomposition of at most 150 rows, relative, and of reading a map off its columns.
const ROUNDING: f64 = 1e-12;
/// How close the symbol comes to the norm on the torus, relative.
const TIGHT: f64 = 1e-9;
/// Digits with which other gains were published.
const THREE_DIGITS: f64 = 1e-3;
/// Digits with which a gain was published.
const PUBLISHED: f64 = 5e-7;

/// A box kernel of the given side on one channel: all taps alike, in phase on every smooth image.
fn box_filter(size: usize, side: usize, value: f64) -> Conv {
    Conv {
        input: [1, size, size],
        outputs: 1,
        kernel: [side, side],
        stride: 1,
        padding: side / 2,
        circular: false,
        groups: 1,
        weight: vec![value; side * side],
        bias: Vec::new(),
    }
}

/// `‖conv x‖ / ‖x‖` at an image, by loops over it.
fn gain(conv: &Conv, image: &dyn Fn(usize, usize) -> f64) -> f64 {
    let ([_, height, width], [rows, columns]) = (conv.input, conv.kernel);
    let (mut before, mut after) = (0.0, 0.0);
    for y in 0..height {
        for x in 0..width {
            before += image(y, x).powi(2);
            let mut sum = 0.0;
            for a in 0..rows {
                for b in 0..columns {
                    let (down, right) =
                        ((y + a).wrapping_sub(conv.padding), (x + b).wrapping_sub(conv.padding));
                    if down < height && right < width {
                        sum += conv.weight[a * columns + b] * image(down, right);
                    }
                }
            }
            after += sum.powi(2);
        }
    }
    (after / before).sqrt()
}

#[test]
fn a_peers_factor_at_stride_one_is_too_small_and_our_bound_sees_it() {
    // deel-lip 1.5.1 divides the reshaped kernel, of norm 1, by the root of the mean multiplicity.
    let (size, side, reach) = (16.0_f64, 3.0_f64, 1.0_f64);
    let mean = (side * size - reach * (reach + 1.0)) / size;
    let theirs = box_filter(16, 3, 1.0 / side / mean);
    let wave = |y: usize, x: usize| {
        let at = |i: usize| (PI * (i + 1) as f64 / 17.0).sin();
        at(y) * at(x)
    };
    let seen = gain(&theirs, &wave);
    assert!((seen - 1.019_923).abs() <= PUBLISHED, "{seen}");
    let bound = conv::norm(&theirs, &convolution_certificate(&theirs).unwrap()).unwrap().upper;
    assert!(bound >= seen);
    // The same kernel under our factor, the largest multiplicity, keeps its promise.
    let ours = box_filter(16, 3, 1.0 / side / side);
    assert!(gain(&ours, &wave) <= 1.0);
    assert!(conv::norm(&ours, &convolution_certificate(&ours).unwrap()).unwrap().upper <= 1.0 + TIGHT);
}

#[test]
fn a_peers_reflected_border_is_read_too_often_and_the_bound_of_its_matrix_sees_it() {
    // deel-torchlip 1.0.5 divides by the side of the kernel whatever the padding; a reflected border counts places up
    // to more often than that. Gains of the box kernel as published, three digits.
    for (size, published) in [(16_usize, 1.039), (6, 1.0767)] {
        let reflect = |i: usize| {
            let place = i.abs_diff(1);
            if place < size { place } else { 2 * (size - 1) - place }
        };
        let mut map = DMatrix::<f64>::zeros(size * size, size * size);
        for y in 0..size {
            for x in 0..size {
                for tap in 0..9 {
                    map[(y * size + x, reflect(y + tap / 3) * size + reflect(x + tap % 3))] += 1.0 / 9.0;
                }
            }
        }
        let truth = map.singular_values().max();
        assert!((truth - published).abs() <= THREE_DIGITS, "{truth}");
        let (outputs, inputs) = map.shape();
        let dense = Dense { outputs, inputs, weight: map.transpose().as_slice().to_vec(), bias: Vec::new() };
        let bound = norm::spectral(&dense, &spectral_certificate(&dense)).unwrap().upper;
        assert!(truth * (1.0 - ROUNDING) <= bound && bound <= truth * (1.0 + TIGHT));
    }
}

fn windows() -> impl Strategy<Value = Windows> {
    let sides = ((1..3_usize, 2..6_usize, 2..6_usize), (1..4_usize, 1..4_usize));
    (sides, 1..4_usize, 0..4_usize, any::<bool>()).prop_map(
        |(((c, h, w), (a, b)), stride, padding, circular)| {
            let kernel = [a.min(h + 2 * padding), b.min(w + 2 * padding)];
            Windows { input: [c, h, w], kernel, stride, padding, circular }
        },
    )
}

/// Kernels that line up over windows: a wave through the taps, the same in all channels up to sign and size; boxes are
/// the waves of frequency 0.
fn wave(windows: Windows, outputs: usize, frequency: [f64; 2], mix: f64, size: f64) -> DMatrix<f64> {
    let [rows, columns] = windows.kernel;
    let taps = rows * columns;
    DMatrix::from_fn(outputs, windows.input[0] * taps, |o, at| {
        let (channel, tap) = (at / taps, at % taps);
        let phase = frequency[0] * (tap / columns) as f64 + frequency[1] * (tap % columns) as f64;
        size * (phase.cos() + mix * ((o * 5 + channel * 3 + tap * 7) % 11) as f64)
    })
}

proptest! {
    #[test]
    fn no_layer_is_above_its_certified_bound_whatever_its_padding_and_stride(
        windows in windows(), outputs in 1..4_usize, turns in (0..3_i32, 0..3_i32), mix in 0..3_i32,
        exponent in -100..100_i32, rule in 0..4_usize, constant in 0.5..2.0_f64,
    ) {
        prop_assume!(windows.places().is_ok());
        let rule = [
            Parametrisation::Unconstrained,
            Parametrisation::Frobenius,
            Parametrisation::AlmostOrthogonal { kernel: windows.kernel },
            Parametrisation::SpectralBjorck(Default::default()),
        ][rule];
        // The square of an AOL kernel must not overflow, nor vanish; unconstrained ones may be of any size.
        let size = if rule == Parametrisation::Unconstrained { 10_f64.powi(exponent) } else { 1.0 };
        let frequency = [f64::from(turns.0) * PI / 2.0, f64::from(turns.1) * PI / 2.0];
        let kernel = wave(windows, outputs, frequency, 0.05 * f64::from(mix), size);
        let layer = Convolution::new(windows, kernel, DVector::zeros(outputs), rule, constant);
        // Refused: a kernel of zeros where it must be divided, and AOL where periodic windows repeat.
        prop_assume!(layer.is_ok());
        let inputs: usize = windows.input.iter().product();
        let network = Network::new(inputs, vec![Layer::Convolution(layer.unwrap())]).unwrap();
        let map = network.evaluate(&DMatrix::identity(inputs, inputs)).unwrap();
        let largest = map.amax();
        prop_assume!(largest > 0.0);
        let truth = (map / largest).singular_values().max() * largest;
        let bound = certify(&network.to_kernel().unwrap()).unwrap().l2();
        prop_assert!(truth * (1.0 - ROUNDING) <= bound, "{truth} {bound}");
        if rule != Parametrisation::Unconstrained {
            prop_assert!(truth <= constant * (1.0 + ROUNDING), "{truth} {constant}");
        }
    }
}
