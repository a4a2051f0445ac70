//! A picture that a check leaves for the report.

/// A picture with its text alternative.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// Caption.
    pub title: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// One `<svg>` element.
    pub svg: String,
}
