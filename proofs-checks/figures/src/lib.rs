//! Pictures as inline SVG, each with its text alternative: charts of one panel ([`Chart`]), several panels in one picture
//! ([`plot`]), level lines ([`level_set`]), and the way into a notebook ([`hand_over`]).
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
