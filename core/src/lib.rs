//! 1-Lipschitz networks: layers, losses, optimisers, training, certificates.

mod architecture;
mod certificate;
mod error;
mod layer;
mod loss;
mod lower;
mod max_min_network;
mod network;
mod optimiser;
mod product;
mod random;
mod scalar;
mod tape;
mod targets;
mod tolerance;
mod training;
mod weight;

pub use architecture::Architecture;
pub use certificate::{certify, spectral_certificate};
pub use error::Error;
pub use layer::{Abs, Dense, FullSort, GroupSort, Layer, MaxMinConcat, MaxMinHalves, Relu, Scale};
pub use loss::{
    Balance, BinaryCrossEntropy, Hinge, HingeKantorovich, Kantorovich, Loss, MeanSquare, loss_value,
};
pub use max_min_network::MaxMinNetwork;
pub use network::Network;
pub use optimiser::{Adam, Optimiser, Sgd};
pub use scalar::Scalar;
pub use tape::Tape;
pub use targets::Targets;
pub use training::{History, Progress, Samples, Trainer, Training, train, train_scheduled};
pub use weight::{Bjorck, Parametrisation, Weight, bjorck_step, polar};
