//! Certified norms: above the truth, and close to it.

use dashu_ratio::RBig;
use lip1_core::{
    Architecture, CategoricalCrossEntropy, Layer, Network, Optimiser, Parametrisation, Scale, Targets,
    Trainer, certify, spectral_certificate,
};
use lip1_kernel::net::{Dense, Net};
use lip1_kernel::norm;
use nalgebra::DMatrix;
use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_assert, proptest};

/// The tightness that is promised, relative.
const TIGHT: f64 = 1e-10;
/// Rounding of a singular value decomposition of at most 20 rows, relative.
const ROUNDING: f64 = 1e-13;

fn certified(matrix: &DMatrix<f64>) -> f64 {
    let dense = Dense {
        outputs: matrix.nrows(),
        inputs: matrix.ncols(),
        weight: matrix.transpose().as_slice().to_vec(),
        bias: Vec::new(),
    };
    norm::spectral(&dense, &spectral_certificate(&dense)).unwrap().upper
}

fn matrices() -> impl Strategy<Value = DMatrix<f64>> {
    (1..20_usize, 1..20_usize, -200..200_i32).prop_flat_map(|(rows, columns, exponent)| {
        vec(-1.0..1.0_f64, rows * columns)
            .prop_map(move |entries| DMatrix::from_vec(rows, columns, entries) * 10_f64.powi(exponent))
    })
}

proptest! {
    #[test]
    fn the_certified_norm_is_above_the_true_one_and_within_the_promise(matrix in matrices()) {
        let largest = matrix.amax();
        let truth = (&matrix / largest).singular_values().max() * largest;
        let bound = certified(&matrix);
        prop_assert!(bound >= truth * (1.0 - ROUNDING));
        prop_assert!(bound <= truth * (1.0 + TIGHT));
    }
}

/// The square of a lower bound on the norm, exact: a Rayleigh quotient at a vector of doubles.
fn exact_square_from_below(matrix: &DMatrix<f64>) -> RBig {
    let svd = (matrix / matrix.amax()).svd(false, true);
    let v = svd.v_t.unwrap().row(0).transpose();
    let exact = |x: f64| RBig::try_from(x).unwrap();
    let square = |entries: Vec<RBig>| entries.into_iter().fold(RBig::ZERO, |sum, x| sum + &x * &x);
    let image = matrix
        .row_iter()
        .map(|row| row.iter().zip(v.iter()).fold(RBig::ZERO, |sum, (w, x)| sum + exact(*w) * exact(*x)));
    square(image.collect()) / square(v.iter().map(|x| exact(*x)).collect())
}

#[test]
fn certified_norms_of_random_and_trained_layers_are_above_an_exact_reference_and_close() {
    let random = Architecture::new(30).dense(20, Parametrisation::Unconstrained).build::<f32>(1).unwrap();
    let orthogonal = Architecture::lipnet(12, &[24, 16], 3).build::<f32>(2).unwrap();
    let mut trainer = Trainer::new(orthogonal, Optimiser::default()).unwrap();
    let inputs = DMatrix::from_fn(12, 40, |i, j| ((i * 5 + j * 3) % 17) as f32 / 17.0);
    let classes = Targets::Classes((0..40).map(|j| j % 3).collect());
    for _ in 0..30 {
        trainer.step(&inputs, &classes, &CategoricalCrossEntropy { tau: 8.0 }, 0.01).unwrap();
    }
    for network in [&random, trainer.network()] {
        for layer in network.layers() {
            let Layer::Dense(dense) = layer else { continue };
            let matrix = dense.weight().matrix().map(f64::from);
            let bound = RBig::try_from(certified(&matrix)).unwrap();
            let reference = exact_square_from_below(&matrix);
            assert!(&bound * &bound >= reference);
            let tight = RBig::try_from((1.0 + TIGHT) * (1.0 + TIGHT)).unwrap();
            assert!(&bound * &bound <= reference * tight);
        }
    }
}

#[test]
fn one_row_and_extreme_entries_are_above_an_exact_reference_and_close() {
    let row = DMatrix::from_fn(1, 50, |_, j| (j as f64).sin());
    let cases = [
        row.clone(),
        row.transpose(),
        DMatrix::from_fn(9, 6, |i, j| ((3 * i + 5 * j) as f64).cos() * 1e200),
        DMatrix::from_fn(6, 9, |i, j| ((3 * i + 5 * j) as f64).cos() * 1e-200),
        DMatrix::from_fn(5, 5, |i, j| {
            ((i + 2 * j) as f64).cos() * 10_f64.powi(80 * (i as i32 - j as i32) / 2)
        }),
        DMatrix::from_row_slice(2, 2, &[1e200, 1e-200, -1e-200, 1e200]),
    ];
    for matrix in cases {
        let bound = RBig::try_from(certified(&matrix)).unwrap();
        let reference = exact_square_from_below(&matrix);
        assert!(&bound * &bound >= reference, "{matrix}");
        let tight = RBig::try_from((1.0 + TIGHT) * (1.0 + TIGHT)).unwrap();
        assert!(&bound * &bound <= reference * tight, "{matrix}");
    }
}

#[test]
fn zero_one_row_and_extreme_entries_have_certificates() {
    // The root of what underflow may hide from the kernel.
    assert!(certified(&DMatrix::zeros(3, 4)) <= f64::MIN_POSITIVE.sqrt());
    let row = DMatrix::from_row_slice(1, 3, &[2.0, 3.0, 6.0]);
    assert!((7.0..7.0 * (1.0 + TIGHT)).contains(&certified(&row)));
    let mixed = DMatrix::from_row_slice(2, 2, &[1e200, 0.0, 0.0, 1e-200]);
    assert!((1e200..1e200 * (1.0 + TIGHT)).contains(&certified(&mixed)));
}

#[test]
fn single_precision_weights_are_taken_exactly_and_stay_close_to_one() {
    let network = Architecture::lipnet(40, &[64, 64], 1).build::<f32>(9).unwrap();
    let net = network.to_kernel().unwrap();
    let bounded = certify(&net).unwrap();
    for (layer, norm) in network.layers().iter().step_by(2).zip(bounded.norms()) {
        let Layer::Dense(dense) = layer else { unreachable!() };
        let truth = dense.weight().singular_values()[0];
        assert!(*norm >= truth * (1.0 - ROUNDING) && *norm <= truth * (1.0 + TIGHT));
    }
}

#[test]
fn a_scale_multiplies_the_constant() {
    let layers = vec![Layer::Scale(Scale::new(-3.0).unwrap())];
    let net: Net = Network::<f64>::new(2, layers).unwrap().to_kernel().unwrap();
    let bounded = certify(&net).unwrap();
    assert!((3.0..3.0 * (1.0 + TIGHT)).contains(&bounded.l2()));
}

#[test]
fn every_activation_lowers_to_the_function_it_evaluates() {
    let plans = [
        Architecture::new(6).group_sort(2),
        Architecture::new(6).group_sort(3),
        Architecture::new(6).full_sort(),
        Architecture::new(6).max_min_halves(),
        Architecture::new(6).max_min_concat(),
        Architecture::new(6).relu(),
        Architecture::new(6).householder(),
        Architecture::new(6).abs(),
        Architecture::new(6).scale(0.5),
    ];
    let point = [0.5, -1.5, 2.0, -0.25, 0.75, -3.0];
    for plan in plans {
        let network = plan.build::<f64>(0).unwrap();
        let net = network.to_kernel().unwrap();
        let values = network.evaluate(&DMatrix::from_column_slice(6, 1, &point)).unwrap();
        let outputs = lip1_kernel::forward::enclose(&net, &point).unwrap();
        let enclosures = &outputs.values;
        assert_eq!(values.len(), enclosures.len());
        for (value, enclosure) in values.iter().zip(enclosures) {
            // Sines of the platform are not correctly rounded; all else here is exact.
            let sines = network.layers()[0].kind() == "householder";
            let near = sines && (enclosure.lower() - value).abs() <= 4.0 * f64::EPSILON * value.abs();
            assert!(enclosure.contains(*value) || near, "{plan:?}: {value} {enclosure:?}");
        }
        assert!(certify(&net).unwrap().l2() <= 1.0 + TIGHT);
    }
}
