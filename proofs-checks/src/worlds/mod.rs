//! Synthetic laws: point clouds that follow from a seed.

mod clouds;
mod moons;

pub use clouds::{gaussian, uniform};
pub use moons::{Moons, two_moons};
