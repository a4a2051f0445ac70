//! Shattering of finite sets by 1-Lipschitz functions: by distances, by linear programs, by difference constraints.

mod by_distance;
mod by_lp;
mod differences;

pub use by_distance::{labelling_margin, largest_margin, witness};
pub use by_lp::{LpShattering, margin_of_labelling, shattered_by_lp};
pub use differences::{Labelling, realise, shattered_by_differences};

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
