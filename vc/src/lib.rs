//! Placeholder page.
mod count;
mod error;
mod packing;
mod ratio;
mod wide;
pub use error::Error;
pub use ratio::Ratio;
