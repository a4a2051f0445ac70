//! Certified bounds on convolutions against the norms of their matrices.

use lip1_core::{
    Convolution, Layer, Network, Parametrisation, Windows, convolution_certificate, steepest_pair,
};
use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::{self, Net};
use nalgebra::DMatrix;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, proptest};

/// Rounding of a singular value decomposition of at most 300 rows, relative.
const ROUNDING: f64 = 1e-12;
/// How close the bound of an explicit matrix comes to its norm, relative.
const TIGHT: f64 = 1e-9;
/// How close the bound of a symbol comes to the norm of a layer with zero padding, here.
const NEAR: f64 = 0.02;

/// The matrix of a layer with zero or circular padding, from the definition.
fn matrix(conv: &Conv) -> DMatrix<f64> {
    let ([outputs, rows, columns], [channels, height, width]) = (conv.output().unwrap(), conv.input);
    let mut map = DMatrix::zeros(outputs * rows * columns, channels * height * width);
    let fold = |window: usize, tap: usize, size: usize| {
        let place = (window * conv.stride + tap) as i64 - conv.padding as i64;
        let inside = if conv.circular { place.rem_euclid(size as i64) } else { place };
        usize::try_from(inside).ok().filter(|place| *place < size)
    };
    let (ins, outs) = (channels / conv.groups, outputs / conv.groups);
    for (index, weight) in conv.weight.iter().enumerate() {
        let (b, a) = (index % conv.kernel[1], index / conv.kernel[1] % conv.kernel[0]);
        let (c, o) =
            (index / conv.kernel[1] / conv.kernel[0] % ins, index / conv.kernel[1] / conv.kernel[0] / ins);
        for (y, x) in (0..rows * columns).map(|place| (place / columns, place % columns)) {
            if let (Some(down), Some(right)) = (fold(y, a, height), fold(x, b, width)) {
                let source = ((o / outs * ins + c) * height + down) * width + right;
                map[((o * rows + y) * columns + x, source)] += weight;
            }
        }
    }
    map
}

fn bound(conv: &Conv) -> (f64, ConvCertificate) {
    let hint = convolution_certificate(conv).unwrap();
    (conv::norm(conv, &hint).unwrap().upper, hint)
}

fn plain(input: [usize; 3], outputs: usize, kernel: [usize; 2], weight: Vec<f64>) -> Conv {
    Conv {
        input,
        outputs,
        kernel,
        stride: 1,
        padding: 1,
        circular: false,
        groups: 1,
        weight,
        bias: Vec::new(),
    }
}

/// Numbers in `[-1, 1]` with no pattern.
fn noise(count: usize) -> Vec<f64> {
    (1..=count).map(|k| (k as f64 * k as f64 * 0.37).sin()).collect()
}

#[test]
fn three_ones_a_side_on_a_small_image_get_their_own_norm_and_not_that_of_the_plane() {
    let (bound, hint) = bound(&plain([1, 4, 4], 1, [3, 3], vec![1.0; 9]));
    // (1 + 2 cos(pi / 5))^2
    let norm = (7.0 + 3.0 * 5.0_f64.sqrt()) / 2.0;
    assert!((norm..norm * (1.0 + TIGHT)).contains(&bound), "{bound}");
    assert!(matches!(hint, ConvCertificate::Explicit(_)));
}

#[test]
fn rules_with_small_certificates_are_kept_where_they_reach_the_norm() {
    let tiles = Conv { stride: 2, padding: 0, ..plain([2, 6, 6], 3, [2, 2], noise(24)) };
    assert!(matches!(bound(&tiles).1, ConvCertificate::Multiplicity(_)));
    // One tap an output.
    let single =
        plain([2, 5, 5], 2, [3, 3], (0..36).map(|k| if [0, 27].contains(&k) { 2.0 } else { 0.0 }).collect());
    assert!(matches!(bound(&single).1, ConvCertificate::Gershgorin(_)));
    let whole = Conv { circular: true, ..plain([2, 6, 6], 2, [3, 3], noise(36)) };
    assert!(matches!(bound(&whole).1, ConvCertificate::Symbol(_)));
    let halved = Conv { stride: 2, ..whole };
    let (upper, hint) = bound(&halved);
    let norm = matrix(&halved).singular_values().max();
    assert!(norm * (1.0 - ROUNDING) <= upper && upper <= norm * (1.0 + TIGHT));
    assert!(matches!(hint, ConvCertificate::Symbol(_)));
}

/// 8 to 4 channels, 3 x 3, stride 2: the matrix is small enough to be written out.
#[test]
fn strided_layers_get_the_norm_of_their_matrix() {
    for (input, circular) in [([4, 12, 12], false), ([4, 11, 11], true), ([4, 11, 12], false)] {
        let conv = Conv { stride: 2, circular, ..plain(input, 8, [3, 3], noise(288)) };
        let (upper, norm) = (bound(&conv).0, matrix(&conv).singular_values().max());
        assert!(norm * (1.0 - ROUNDING) <= upper && upper <= norm * (1.0 + TIGHT), "{upper} {norm}");
    }
}

/// As deel-torchlip makes a layer of stride 2: the reshaped kernel orthogonal, over the root of the largest number of windows that a
/// place lies in.
#[test]
fn a_condensed_layer_of_stride_two_is_bounded_by_less_than_its_reshaped_kernel() {
    let rule = Parametrisation::SpectralBjorck(Default::default());
    for (side, close) in [(8, TIGHT), (28, NEAR)] {
        let windows =
            Windows { input: [16, side, side], kernel: [3, 3], stride: 2, padding: 1, circular: false };
        let layer = Convolution::<f64>::random(windows, 32, rule, 1.0, 7, 0).unwrap();
        let inputs = 16 * side * side;
        let network = Network::new(inputs, vec![Layer::Convolution(layer)]).unwrap();
        let kernel = network.to_kernel().unwrap();
        let [net::Layer::Conv(conv)] = kernel.layers() else { panic!("another layer") };
        let (upper, _) = bound(conv);
        let lower = if side == 8 {
            matrix(conv).singular_values().max()
        } else {
            let net = Net::new(inputs, vec![net::Layer::Conv(conv.clone())]).unwrap();
            steepest_pair(&net).unwrap().value.lower()
        };
        assert!(lower * (1.0 - ROUNDING) <= upper && upper <= lower * (1.0 + close), "{lower} {upper}");
        assert!(upper < 0.9, "{upper}");
    }
}

fn convolutions() -> impl Strategy<Value = Conv> {
    let sizes = ((1..3_usize, 1..3_usize, 1..3_usize), (1..6_usize, 1..6_usize), (1..4_usize, 1..4_usize));
    let steps = (1..4_usize, 0..3_usize, any::<bool>());
    (sizes, steps).prop_flat_map(|(((groups, ins, outs), (h, w), (a, b)), (stride, padding, circular))| {
        let kernel = [a.min(h + 2 * padding), b.min(w + 2 * padding)];
        let size = groups * outs * ins * kernel[0] * kernel[1];
        vec(-1.0..1.0_f64, size).prop_map(move |weight| Conv {
            input: [groups * ins, h, w],
            outputs: groups * outs,
            kernel,
            stride,
            padding,
            circular,
            groups,
            weight,
            bias: Vec::new(),
        })
    })
}

proptest! {
    #[test]
    fn a_small_convolution_of_any_kind_gets_the_norm_of_its_matrix(conv in convolutions()) {
        let norm = matrix(&conv).singular_values().max();
        let (upper, _) = bound(&conv);
        prop_assert!(norm * (1.0 - ROUNDING) <= upper && upper <= norm * (1.0 + TIGHT) + f64::MIN_POSITIVE.sqrt());
    }
}
