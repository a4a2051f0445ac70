//! What claims and experiments are tried on: real data embedded in the program ([`data`]), synthetic laws and shapes that
//! follow from a seed ([`worlds`]), and the reading of a user's own points ([`csv`]).

pub mod csv;
pub mod data;
mod error;
pub mod worlds;

pub use error::Error;
