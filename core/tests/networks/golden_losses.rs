//! Values published by or computed with other libraries, in this crate's conventions.

use approx::assert_relative_eq;
use lip1_core::{
    Balance, BinaryCrossEntropy, Hinge, HingeKantorovich, Kantorovich, LogSumExpHingeKantorovich,
    SoftHingeKantorovich, Targets, loss_value,
};
use nalgebra::{DMatrix, dmatrix};

/// Rounding of sums of a few terms.
const ROUNDING: f64 = 1e-15;
/// Digits with which the values were published.
const PUBLISHED: f64 = 1e-6;

fn binary() -> (DMatrix<f64>, Targets) {
    (dmatrix![0.5, 1.5, -0.5, -0.5, -1.5, 0.5], Targets::Signs(vec![1, 1, 1, -1, -1, -1]))
}

fn three_classes() -> (DMatrix<f64>, Targets) {
    let rows = dmatrix![
        2.0, 0.2, -0.5;
        -1.0, -1.2, 0.3;
        0.8, 2.0, 0.0;
        0.0, 1.0, -0.5;
        2.4, -0.4, -1.1;
        -0.1, -1.7, 0.6
    ];
    (rows.transpose(), Targets::Classes(vec![0, 0, 0, 1, 1, 2]))
}

#[test]
fn kantorovich_is_minus_the_peers_kr() {
    let (outputs, targets) = binary();
    assert_relative_eq!(loss_value(&Kantorovich, &outputs, &targets).unwrap(), -1.0, epsilon = ROUNDING);
    let (outputs, targets) = three_classes();
    let value = loss_value(&Kantorovich, &outputs, &targets).unwrap();
    assert_relative_eq!(value, -761.0 / 1800.0, epsilon = ROUNDING);
}

#[test]
fn a_peer_margin_of_two_is_a_margin_of_one() {
    let (outputs, targets) = binary();
    let value = loss_value(&Hinge { margin: 1.0 }, &outputs, &targets).unwrap();
    assert_relative_eq!(value, 2.0 / 3.0, epsilon = ROUNDING);
    // Not with the margin as the peers write it.
    assert!(loss_value(&Hinge { margin: 2.0 }, &outputs, &targets).unwrap() > 1.0);
}

#[test]
fn cross_entropy_is_tau_times_the_peers() {
    let (outputs, targets) = binary();
    let value = loss_value(&BinaryCrossEntropy { tau: 2.0 }, &outputs, &targets).unwrap();
    assert_relative_eq!(value / 2.0, 0.279_185, epsilon = PUBLISHED);
}

#[test]
fn hkr_is_the_peers_mixture_up_to_its_factor() {
    let (outputs, targets) = binary();
    let (lambda, alpha) = (5.0, 5.0 / 6.0);
    let loss = HingeKantorovich { lambda, margin: 1.0, balance: Balance::ByClass };
    let value = loss_value(&loss, &outputs, &targets).unwrap();
    let peer = alpha * 2.0 / 3.0 - (1.0 - alpha) * 1.0;
    assert_relative_eq!((1.0 - alpha) * value, peer, epsilon = ROUNDING);
}

#[test]
fn multiclass_hkr_is_the_peers_mixture_up_to_its_factor() {
    let (outputs, targets) = three_classes();
    let alpha = 5.0 / 6.0;
    let loss = HingeKantorovich { lambda: 5.0, margin: 1.0, balance: Balance::ByClass };
    let value = loss_value(&loss, &outputs, &targets).unwrap();
    assert_relative_eq!((1.0 - alpha) * value, 1071.0 / 1200.0, epsilon = ROUNDING);
}

#[test]
fn soft_hkr_follows_the_peers_running_mean() {
    let (outputs, targets) = three_classes();
    let (alpha, margin, temperature) = (5.0 / 6.0, 0.2, 1.0);
    let size = outputs.map(f64::abs).mean();
    let mut running: f64 = margin;
    for published in [0.908_135_0, 0.902_872_2] {
        running = 0.99 * running + 0.01 * size;
        let sharpness = temperature * margin / running.max(margin);
        let loss = SoftHingeKantorovich { lambda: 5.0, margin: margin / 2.0, sharpness };
        let value = loss_value(&loss, &outputs, &targets).unwrap();
        assert_relative_eq!((1.0 - alpha) * value, published, epsilon = PUBLISHED);
    }
}

#[test]
fn log_sum_exp_hkr_is_the_peers_mixture_up_to_its_factor() {
    let (outputs, targets) = three_classes();
    let (alpha, margin, penalty) = (5.0 / 6.0, 0.2 / 2.0, 1.0);
    let sharpness = 2_f64.ln() / (margin * penalty);
    let loss = LogSumExpHingeKantorovich { lambda: 5.0, margin, sharpness };
    let value = loss_value(&loss, &outputs, &targets).unwrap();
    assert_relative_eq!((1.0 - alpha) * value, 1.023_150_3, epsilon = PUBLISHED);
}
