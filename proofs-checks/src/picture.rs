//! Pictures for the report: inline SVG with a title and a text alternative.

/// A picture of one check.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// Caption.
    pub title: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// One `<svg>` element.
    pub svg: String,
}
