//! Certified norms against a reference of twice the digits.

use lip1_core::spectral_certificate;
use lip1_kernel::net::Dense;
use lip1_kernel::norm;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, proptest};

use crate::double::{Double, spectral_norm};

/// What certificates promise, relative.
const TIGHT: f64 = 1e-10;

/// Relative error of the reference, far above its own rounding.
const REFERENCE: f64 = 1e-28;

/// `bound - reference`, relative, to more digits than an `f64` holds.
fn excess(bound: f64, reference: Double) -> f64 {
    ((Double::new(bound) - reference) / reference).high
}

#[test]
fn the_reference_knows_the_golden_ratio() {
    let norm = spectral_norm(2, &[1.0, 1.0, 1.0, 0.0]);
    let golden = (Double::new(5.0).sqrt() + Double::new(1.0)) / Double::new(2.0);
    assert!(((norm - golden) / golden).high.abs() <= REFERENCE);
}

fn matrices() -> impl Strategy<Value = (usize, usize, Vec<f64>)> {
    (1..=10_usize, 1..=10_usize).prop_flat_map(|(rows, columns)| {
        vec(-1.0..1.0_f64, rows * columns).prop_map(move |weight| (rows, columns, weight))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn certified_norms_are_above_a_reference_of_twice_the_digits_and_close((rows, columns, weight) in matrices()) {
        let layer = Dense { outputs: rows, inputs: columns, weight, bias: Vec::new() };
        let bound = norm::spectral(&layer, &spectral_certificate(&layer)).unwrap().upper;
        let excess = excess(bound, spectral_norm(columns, &layer.weight));
        prop_assert!((-REFERENCE..=TIGHT).contains(&excess), "{excess}");
    }
}
