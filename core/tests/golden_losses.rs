//! Values published by or computed with other libraries, in this crate's conventions.

use approx::assert_relative_eq;
use lip1_core::{Balance, BinaryCrossEntropy, Hinge, HingeKantorovich, Kantorovich, Targets, loss_value};
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
