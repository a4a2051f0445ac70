//! Why there is no picture.

use plotters::drawing::DrawingAreaErrorKind;

/// A picture that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A panel has no finite point.
    #[error("picture \"{title}\": nothing finite to draw")]
    Nothing {
        /// Caption of the picture.
        title: String,
    },
    /// The drawing failed.
    #[error("drawing: {0}")]
    Drawing(#[from] DrawingAreaErrorKind<std::io::Error>),
}
