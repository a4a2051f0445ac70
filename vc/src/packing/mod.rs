//! Constructions of packings: every lower end starts here.

mod ball_lattice;
mod box_plan;
mod disc_rows;
mod lexicode;
mod parity;
mod polytopes;
mod reed_muller;
mod rows;
mod scale;
mod spread;

pub(crate) use ball_lattice::best_lattice_in_ball;
pub(crate) use box_plan::BoxPlan;
pub(crate) use disc_rows::{DiscRows, centred_hexagonal};
pub(crate) use lexicode::lexicode;
pub(crate) use polytopes::{cross_polytope, simplex};
pub(crate) use reed_muller::ReedMuller;
pub(crate) use scale::Scale;
pub(crate) use spread::Spread;

/// Longest packing written out point by point: its kernel check is a few million integer distances.
pub(crate) const LISTED: usize = 4096;
