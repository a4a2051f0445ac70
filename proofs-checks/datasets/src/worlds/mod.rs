//! Synthetic laws and shapes: point clouds that follow from a seed, regions with their signed distance functions.

mod classes;
mod clouds;
mod moons;
pub mod shapes;

pub use classes::Classes;
pub use clouds::{gaussian, uniform};
pub use moons::{Moons, two_moons};
pub use shapes::{Polygon, Shape};
