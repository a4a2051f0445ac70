//! 1-Lipschitz networks: layers, losses, optimisers, training, and the producer of their certificates.
//!
//! Batches are matrices of *features x samples*, one column a sample, in `f32` or `f64`. A constrained
//! weight is one array: what a step of training leaves behind is what is evaluated, translated into
//! the kernel's description and certified, bit for bit. Numbers called certified come from `lip1_kernel`;
//! this crate only searches for the hints that the kernel verifies.
//!
//! | to do this | use that |
//! |---|---|
//! | plan and build a network | [`Architecture`], or [`Network::new`] from [`Layer`]s |
//! | evaluate, differentiate | [`Network::evaluate`], [`Tape`] |
//! | train | [`train`], or step by step with [`Trainer`] |
//! | certify a constant, and radii | [`Network::to_kernel`], then [`certify`] |
//! | bound the norm of a matrix | [`spectral_certificate`], for the kernel's `norm::spectral` |
//! | attack a network | [`nearest_change`], [`projected_gradient`], [`rounding_attack`] |
//! | see what its layers are | [`LayerSummary`] |
//! | read and write models | [`read_model`], [`write_model`]; the format is that of [`interchange`] |
//! | separate finite sets with the largest margin | [`MaxMinNetwork`] |
//!
//! A layer is one file and one item of a list: `CONTRIBUTING.md` says how to add one.
//!
//! Deliberately absent: clocks, files, printing, and arithmetic that a certificate relies on.
//!
//! # Examples
//! Train on two points, then certify the decision at one of them:
//! ```
//! use lip1_core::{Architecture, BinaryCrossEntropy, Samples, Targets, Training, certify, train};
//! use nalgebra::dmatrix;
//! use std::ops::ControlFlow;
//!
//! let network = Architecture::lipnet(2, &[16, 16], 1).build::<f32>(1)?;
//! let samples = Samples::new(dmatrix![0.0, 3.0; 0.0, 4.0], Targets::Signs(vec![1, -1]))?;
//! let config = Training { epochs: 200, batch: 2, learning_rate: 0.05, ..Default::default() };
//! let loss = BinaryCrossEntropy { tau: 4.0 };
//! let (network, _) = train(network, &samples, &loss, &config, &mut |_| ControlFlow::Continue(()))?;
//!
//! let net = network.to_kernel()?;
//! let certified = certify(&net)?;
//! assert!(certified.l2() < 1.0 + 1e-5);
//! let decision = certified.decide(&[0.0, 0.0])?;
//! // The largest radius that any classifier of both points can have here is 2.5.
//! assert!(decision.class() == 1 && decision.radius() > 2.0 && decision.radius() <= 2.5 + 1e-5);
//! # Ok::<(), lip1_core::Error>(())
//! ```

mod architecture;
mod attack;
mod certificate;
mod error;
mod gram;
pub mod interchange;
mod layer;
mod linear_piece;
mod loss;
mod max_min_network;
mod network;
mod optimiser;
mod parallel;
mod product;
mod random;
mod scalar;
mod schedule;
mod shape;
mod summary;
mod tape;
mod targets;
mod tolerance;
mod training;
mod weight;

pub use architecture::Architecture;
pub use attack::{
    Adversary, NearestChange, ProjectedGradient, RoundingViolation, decision, gradient_step, nearest_change,
    projected_gradient, rounding_attack,
};
pub use certificate::{certify, convolution_certificate, hints, spectral_certificate, steepest_pair};
pub use error::Error;
pub use interchange::{Model, ModelLayer, read_model, write_model};
// The types of all layers, as their list has them.
pub use layer::*;
pub use linear_piece::LinearPiece;
pub use loss::{
    Balance, BinaryCrossEntropy, CategoricalCrossEntropy, CategoricalHinge, Hinge, HingeKantorovich,
    Kantorovich, LogSumExpHingeKantorovich, Loss, MeanSquare, SoftHingeKantorovich, loss_value,
};
pub use max_min_network::MaxMinNetwork;
pub use network::Network;
pub use optimiser::{Adam, Optimiser, Sgd};
pub use scalar::Scalar;
pub use schedule::Schedule;
pub use summary::LayerSummary;
pub use tape::Tape;
pub use targets::Targets;
pub use training::{History, Progress, Samples, Trainer, Training, train, train_scheduled};
pub use weight::{Bjorck, Parametrisation, Weight, bjorck_step, polar};
