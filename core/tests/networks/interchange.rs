//! Models in and out: what is written is what is evaluated, and no bytes make the reader fail but by an error.

use std::fs;
use std::path::Path;

use lip1_core::{
    Architecture, Convolution, Dense, Householder, Layer, LinearPiece, Network, Optimiser, Parametrisation,
    Pool, Pooling, Rearrange, Residual, Targets, Trainer, Weight, Windows, certify, read_model,
    steepest_pair, write_model,
};
use lip1_kernel::forward::enclose;
use lip1_kernel::net;
use nalgebra::{DMatrix, DVector};
use proptest::prelude::{any, prop_assert, proptest};

/// Rounding of forward passes of a few hundred terms of moderate size, and of difference quotients at 1e-6.
const ROUNDING: f64 = 1e-11;
const DIFFERENCE: f64 = 1e-6;

#[expect(clippy::disallowed_methods, reason = "the corpus lies in files; the crate itself reads bytes")]
fn corpus(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/read_model");
    fs::read(folder.join(format!("{name}.safetensors"))).unwrap()
}

fn error(name: &str) -> String {
    read_model(&corpus(name)).unwrap_err().to_string()
}

/// Every kind of layer of this library that the format has.
fn networks() -> Vec<Network<f32>> {
    let plan = Architecture::new(6);
    let dense = |plan: Architecture| plan.dense(8, Parametrisation::Orthogonal);
    let head = |plan: Architecture| plan.dense(2, Parametrisation::RowNormalised).build::<f32>(3).unwrap();
    let mut all = vec![
        head(dense(plan.clone()).group_sort(2)),
        head(dense(plan.clone()).full_sort().scale(0.1)),
        head(dense(plan.clone()).max_min_halves().abs()),
        head(dense(plan.clone()).max_min_concat().relu()),
        head(dense(plan).householder()),
    ];
    let windows = Windows::same([1, 4, 4], 3, true);
    let conv = Convolution::random(windows, 4, Parametrisation::Orthogonal, 1.0, 1, 0).unwrap();
    let inner = Windows { input: [4, 4, 4], kernel: [1, 1], stride: 1, padding: 0, circular: false };
    let inner = Convolution::random(inner, 4, Parametrisation::Orthogonal, 1.0, 2, 0).unwrap();
    let tiles = Windows::tiles([8, 2, 2], 2);
    let last = Convolution::random(tiles, 3, Parametrisation::Orthogonal, 1.0, 3, 0).unwrap();
    let angles = DVector::from_element(32, 0.7_f32);
    let weight = Weight::random(2, 3, Parametrisation::Frobenius, 1.0, 4, 0).unwrap();
    let layers = vec![
        Layer::Convolution(conv),
        Layer::Residual(
            Residual::new(64, vec![Layer::Convolution(inner), Layer::Abs(lip1_core::Abs)], 0.3).unwrap(),
        ),
        Layer::Pool(Pool::new(Pooling::L2, [4, 4, 4], [2, 2]).unwrap()),
        Layer::MaxMinConcat(lip1_core::MaxMinConcat),
        Layer::Convolution(last),
        Layer::Dense(Dense::without_bias(weight)),
    ];
    all.push(Network::new(16, layers).unwrap());
    let after = Windows::same([4, 4, 4], 1, false);
    let after = Convolution::random(after, 4, Parametrisation::Orthogonal, 1.0, 5, 0).unwrap();
    let layers = vec![
        Layer::Rearrange(Rearrange::pixel_unshuffle([1, 8, 8], 2).unwrap()),
        Layer::Convolution(after),
        Layer::Rearrange(Rearrange::pixel_shuffle([4, 4, 4], 2).unwrap()),
        Layer::Pool(Pool::new(Pooling::Average, [1, 8, 8], [8, 8]).unwrap()),
    ];
    all.push(Network::new(64, layers).unwrap());
    let after = Windows::same([4, 4, 4], 1, false);
    let after = Convolution::random(after, 4, Parametrisation::Orthogonal, 1.0, 5, 0).unwrap();
    let layers = vec![Layer::Convolution(after), Layer::Householder(Householder::new(angles).unwrap())];
    all.push(Network::new(64, layers).unwrap());
    let on_image =
        Architecture::on_image([1, 4, 6]).convolution(4, 3, 1, 1, true, Parametrisation::Orthogonal);
    all.push(head(on_image.group_sort(2).max_min_halves().full_sort().pool(Pooling::L2, 2).group_sort(4)));
    all
}

fn bits(layers: &[net::Layer]) -> Vec<u64> {
    let numbers = layers.iter().flat_map(|layer| match layer {
        net::Layer::Dense(dense) => [dense.weight.clone(), dense.bias.clone()].concat(),
        net::Layer::Conv(conv) => [conv.weight.clone(), conv.bias.clone()].concat(),
        _ => Vec::new(),
    });
    numbers.map(f64::to_bits).collect()
}

#[test]
fn what_is_written_is_what_is_evaluated_and_certified_bit_for_bit() {
    for network in networks() {
        let batch = DMatrix::from_fn(network.inputs(), 2, |i, j| ((3 * i + 5 * j) % 7) as f32 / 4.0 - 0.5);
        let mut trainer = Trainer::new(network, Optimiser::default()).unwrap();
        for _ in 0..3 {
            let network = trainer.network();
            let bytes = write_model(network).unwrap();
            assert_eq!(bytes, write_model(network).unwrap());
            let (model, lowered) = (read_model(&bytes).unwrap(), network.to_kernel().unwrap());
            assert_eq!(*model.net(), lowered);
            assert_eq!(bits(model.net().layers()), bits(lowered.layers()));
            let targets = Targets::Values(DMatrix::from_element(network.outputs(), 2, 0.5));
            trainer.step(&batch, &targets, &lip1_core::MeanSquare, 0.01).unwrap();
        }
    }
}

#[test]
fn a_network_that_the_format_cannot_express_is_refused() {
    let shift =
        Network::<f32>::new(20, vec![Layer::Rearrange(Rearrange::shift([5, 2, 2]).unwrap())]).unwrap();
    assert!(write_model(&shift).is_err());
    let nothing = Network::<f32>::new(2, vec![Layer::Abs(lip1_core::Abs)]).unwrap();
    assert!(write_model(&nothing).is_err());
}

#[test]
fn a_small_model_is_the_function_that_its_list_says() {
    let model = read_model(&corpus("multiclass")).unwrap();
    // 0.5 2 (2, 4) = (2, 4); W gives (2, 1.5, 0.25); sorted, then the bias.
    let outputs = enclose(model.net(), &[2.0, 4.0]).unwrap();
    for (value, expected) in outputs.values.iter().zip([0.75, 1.5, 1.5]) {
        assert!(value.contains(expected) && value.width() < ROUNDING);
    }
    let kinds: Vec<_> = model.layers().iter().map(|layer| layer.kind).collect();
    assert_eq!(kinds, ["flatten", "scale", "dense", "fullsort", "abs", "dense"]);
}

#[test]
fn sorting_an_image_sorts_the_channels_at_each_place() {
    let model = read_model(&corpus("image")).unwrap();
    let sort = model.layers().iter().find(|layer| layer.kind == "groupsort").unwrap();
    let alone = model.alone(sort).unwrap();
    let x: Vec<f64> = (0..64).map(|k| ((k * 37) % 64) as f64).collect();
    let piece = LinearPiece::at(&alone, &x).unwrap();
    for place in 0..16 {
        for pair in 0..2 {
            let (a, b) = (x[32 * pair + place], x[32 * pair + 16 + place]);
            let sorted = [piece.value()[32 * pair + place], piece.value()[32 * pair + 16 + place]];
            assert!(sorted.iter().zip([a.min(b), a.max(b)]).all(|(y, s)| (y - s).abs() < ROUNDING));
        }
    }
}

#[test]
fn malformed_models_are_refused_with_their_place() {
    for (name, says) in [
        ("unknown_kind", "architecture: layer 1: unknown variant `tanh`"),
        ("unused", "tensor \"1.weight\": no layer uses it"),
        ("missing", "tensor \"1.weight\": not in the file"),
        ("nan", "tensor \"0.weight\": number 1 is NaN"),
        ("wide", "architecture: a size of 0, or layers much larger than the file"),
        ("padded", "layer 0 (conv2d)"),
        ("no_image", "architecture: no layer tells the input's shape"),
        ("truncated", "safetensors header"),
        ("huge_header", "safetensors header"),
        ("lying_header", "safetensors header"),
        ("lying_shape", "safetensors header"),
        ("huge_shape", "safetensors header"),
        ("empty", "safetensors header"),
    ] {
        assert!(error(name).starts_with(says), "{name}: {}", error(name));
    }
}

#[test]
fn the_derivative_of_a_piece_is_that_of_the_network_and_its_transpose_is_one() {
    for name in ["dense", "multiclass", "image"] {
        let model = read_model(&corpus(name)).unwrap();
        let net = model.net();
        let wave = |k: usize, f: f64| (f * (k + 1) as f64).sin();
        let x: Vec<f64> = (0..net.inputs()).map(|k| wave(k, 1.3)).collect();
        let v: Vec<f64> = (0..net.inputs()).map(|k| wave(k, 0.7)).collect();
        let u: Vec<f64> = (0..net.outputs()).map(|k| wave(k, 2.1)).collect();
        let piece = LinearPiece::at(net, &x).unwrap();
        let enclosed = enclose(net, &x).unwrap();
        assert!(
            piece.value().iter().zip(&enclosed.values).all(|(y, e)| (y - e.lower()).abs() < ROUNDING),
            "{name}"
        );
        let moved: Vec<f64> = x.iter().zip(&v).map(|(x, v)| x + 1e-6 * v).collect();
        let after = LinearPiece::at(net, &moved).unwrap();
        let pushed = piece.jvp(&v);
        for ((y, z), slope) in piece.value().iter().zip(after.value()).zip(&pushed) {
            assert!(((z - y) / 1e-6 - slope).abs() < 10.0 * DIFFERENCE, "{name}");
        }
        let there: f64 = pushed.iter().zip(&u).map(|(a, b)| a * b).sum();
        let back: f64 = piece.vjp(&u).iter().zip(&v).map(|(a, b)| a * b).sum();
        assert!((there - back).abs() < ROUNDING, "{name}");
        let lower = steepest_pair(net).unwrap().value.lower();
        assert!(lower > 0.0 && lower <= certify(net).unwrap().l2(), "{name}");
    }
}

proptest! {
    /// The fuzz target without cargo-fuzz: bytes changed, cut out and doubled.
    #[test]
    fn no_bytes_make_the_reader_panic(
        which in 0..4_usize, place in any::<prop::Index>(), byte in any::<u8>(), kind in 0..4_u8, length in 0..40_usize,
    ) {
        let mut bytes = corpus(["dense", "multiclass", "image", "padded"][which]);
        let start = place.index(bytes.len());
        let end = (start + length).min(bytes.len());
        match kind {
            0 => bytes[start] = byte,
            1 => drop(bytes.drain(start..end)),
            2 => bytes.extend_from_within(start..end),
            // Inside the header, digits change numbers that are sizes.
            _ => bytes[start..end].iter_mut().filter(|b| b.is_ascii_digit()).for_each(|b| *b = b'0' + byte % 10),
        }
        if let Ok(model) = read_model(&bytes) {
            prop_assert!(model.net().inputs() > 0);
        }
    }
}

mod prop {
    pub(super) use proptest::sample::Index;
}
