//! What claims and experiments are tried on: real data embedded in the program ([`data`]), synthetic laws and shapes that
//! follow from a seed ([`worlds`]), and the reading of a user's own points ([`csv`]).
//!
//! | to do this | use that |
//! |---|---|
//! | take real data | [`data::breast_cancer`], [`data::digits`], [`data::mnist`] |
//! | take two classes as laws | [`worlds::Classes`] |
//! | draw points | [`worlds::gaussian`], [`worlds::uniform`], [`worlds::two_moons`] |
//! | take a region with its signed distance function | [`worlds::Shape`], [`worlds::Polygon`] |
//! | read a file of points, weights or labels | [`csv::read`], [`csv::parse`] |
//!
//! What is drawn follows from a seed; what is read is what the caller names.

pub mod csv;
pub mod data;
mod error;
pub mod worlds;

pub use error::Error;
