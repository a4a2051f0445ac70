//! What an end of a bracket rests on.

use lip1_kernel::Theorem;
use lip1_kernel::capacity::CapacityBound;
use lip1_kernel::packing::{IntegerPoints, PackingBound};

/// What proves an end of a bracket.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// A closed form of the kernel.
    Formula(Theorem<CapacityBound>),
    /// Points that the kernel accepted as a packing.
    Packing(CheckedPacking),
    /// Exact integers of this crate, which the kernel does not check.
    Outside(Outside),
    /// Nothing: the end is infinite.
    Nothing,
}

/// A packing that the kernel accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedPacking {
    /// The points, in the unit of the bound's size and separation.
    pub points: IntegerPoints,
    /// What the kernel made of them.
    pub bound: Theorem<PackingBound>,
}

/// Arguments outside the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// A construction of more points than are written out: a formula counts them.
    Construction,
    /// A bound that the documentation of this crate proves.
    Elementary,
    /// A theorem of others.
    Cited {
        /// Who proved it.
        source: &'static str,
    },
}

impl Origin {
    /// Whether the kernel proved the end.
    #[must_use]
    pub fn is_by_kernel(&self) -> bool {
        matches!(self, Self::Formula(_) | Self::Packing(_))
    }

    /// The points, if it is a packing.
    #[must_use]
    pub fn packing(&self) -> Option<&CheckedPacking> {
        if let Self::Packing(packing) = self { Some(packing) } else { None }
    }

    /// Of equal ends the one of higher rank is kept: the kernel's, from points if possible.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Outside(_) => 1,
            Self::Formula(_) => 2,
            Self::Packing(_) => 3,
        }
    }
}
