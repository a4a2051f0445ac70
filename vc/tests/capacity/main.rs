//! Capacities against known optima, exhaustive search and sampling.

mod box_and_ball;
mod finite_sets;
mod pieces;
mod rademacher;
mod shattering;
