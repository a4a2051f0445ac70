//! Pictures as inline SVG, each with its text alternative.
//!
//! | to do this | use that |
//! |---|---|
//! | draw series in one panel | [`Chart`], of [`Series`] |
//! | draw several panels, maps, axes that are logarithmic | [`plot::draw`] |
//! | find the lines on which a function has a value | [`level_set`] |
//! | set a picture on light and dark grounds | [`on_any_ground`] |
//! | show something in a notebook | [`hand_over`]; a [`Picture`] at the end of a cell shows itself |
//!
//! Nothing here knows what it shows.

mod error;
mod level_set;
mod notebook;
mod picture;
pub mod plot;

pub use error::Error;
pub use level_set::level_set;
pub use notebook::hand_over;
pub use picture::{Chart, Picture, Series, on_any_ground};
pub use plot::Mark;
