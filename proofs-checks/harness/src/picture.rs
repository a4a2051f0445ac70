//! Pictures that a check leaves for a reader.

/// A picture, drawn elsewhere.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// Caption.
    pub title: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// One `<svg>` element.
    pub svg: String,
}
