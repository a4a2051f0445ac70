//! Labels and labellings.

/// A class: `Minus` is -1, `Plus` is +1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// -1.
    Minus,
    /// +1.
    Plus,
}

impl Label {
    /// The label as a number, -1 or 1.
    #[must_use]
    pub fn sign(self) -> f64 {
        match self {
            Label::Minus => -1.0,
            Label::Plus => 1.0,
        }
    }
}

/// All `2^points` labellings, the first all minus; `points` is at most 63.
pub fn labellings(points: usize) -> impl Iterator<Item = Vec<Label>> {
    (0..1_u64 << points.min(63)).map(move |code| {
        (0..points).map(|i| if code >> i & 1 == 1 { Label::Plus } else { Label::Minus }).collect()
    })
}
