//! Synthetic laws: point clouds that follow from a seed.

mod classes;
mod clouds;
mod moons;

pub use classes::Classes;
pub use clouds::{gaussian, uniform};
pub use moons::{Moons, two_moons};
