//! Why there are no points.

/// Data or a shape that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for does not exist.
    #[error("instance: {0}")]
    Instance(String),
    /// The points are malformed.
    #[error("kernel: {0}")]
    Kernel(#[from] lip1_kernel::Refusal),
    /// The points make no law.
    #[error("transport: {0}")]
    Transport(#[from] lip1_ot::Error),
    /// An embedded file is not what it should be.
    #[error("embedded data: {0}")]
    Embedded(#[from] crate::csv::CsvError),
    /// An embedded file does not unpack.
    #[error("embedded data: {0}")]
    Unpacking(#[from] std::io::Error),
}
