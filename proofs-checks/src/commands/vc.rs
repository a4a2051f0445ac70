//! `lip1 vc`: capacity of 1-Lipschitz classifiers with margin, and of networks.

use lip1_kernel::packing::Domain;

use super::{Answer, Failure};

mod domain;
mod network;
mod points;

/// Bracket the VC dimension of 1-Lipschitz classifiers with margin.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Arguments {
    /// On the cube [0, S]^N
    Box(domain::Shape),
    /// On the ball of radius S
    Ball(domain::Shape),
    /// On a finite set: the largest number of its points that are shattered
    Points(points::Arguments),
    /// Affine pieces of a model, and bounds on its architecture's VC dimension
    Network(network::Arguments),
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Arguments::Box(shape) => shape.run(Domain::Box),
            Arguments::Ball(shape) => shape.run(Domain::Ball),
            Arguments::Points(arguments) => arguments.run(),
            Arguments::Network(arguments) => arguments.run(),
        }
    }
}
