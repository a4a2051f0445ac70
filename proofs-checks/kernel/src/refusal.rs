//! Why a rule refused a certificate.

use std::fmt;

use crate::Interval;

/// The failing step of a rule, with the place in the certificate where it failed.
///
/// A refusal proves nothing: it says only that the kernel did not accept what it was given.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// A list has another length than its use requires.
    Length {
        /// Which list.
        what: &'static str,
        /// The length that its use requires.
        expected: usize,
        /// The length that it has.
        found: usize,
    },
    /// Something that must not be empty is.
    Empty {
        /// Which list.
        what: &'static str,
    },
    /// A number is NaN or infinite.
    NotFinite {
        /// Which list.
        what: &'static str,
        /// Position in it, from 0.
        index: usize,
    },
    /// A number lies outside the range in which the rule's error bounds hold.
    Range {
        /// Which list.
        what: &'static str,
        /// Position in it, from 0.
        index: usize,
    },
    /// An index points outside its list.
    Index {
        /// Which list.
        what: &'static str,
        /// The index.
        index: usize,
        /// The length of the list it points into.
        limit: usize,
    },
    /// An index does not stand exactly once in a list of all indices.
    NotOnce {
        /// Which list.
        what: &'static str,
        /// The index.
        index: usize,
    },
    /// The masses of the two sides have different totals, or none.
    Totals {
        /// Total mass of the first side.
        p: u128,
        /// Total mass of the second side.
        q: u128,
    },
    /// A marginal of a coupling differs from the mass it must have.
    Marginal {
        /// `p` or `q`.
        side: &'static str,
        /// Position of the point, from 0.
        index: usize,
        /// The mass of the point.
        expected: u64,
        /// The mass that the coupling gives it.
        found: u128,
    },
    /// A pair of values could not be shown to respect the distance between its points.
    Slope {
        /// First point of the pair.
        i: usize,
        /// Second point of the pair.
        j: usize,
    },
    /// A path through the points proves nothing of what is made of it.
    Path {
        /// Position of the path, from 0.
        index: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two points could not be shown to be far enough apart.
    TooClose {
        /// First point of the pair.
        i: usize,
        /// Second point of the pair.
        j: usize,
    },
    /// A point could not be shown to lie inside its domain.
    Outside {
        /// Position of the point, from 0.
        index: usize,
    },
    /// Exact integer arithmetic left its range.
    Overflow {
        /// Which quantity.
        what: &'static str,
    },
    /// Two enclosures overlap, so neither order is certain.
    Overlap {
        /// What should be smaller.
        left: Interval,
        /// What should be larger.
        right: Interval,
    },
    /// A side of an inequality was computed outside this crate.
    Observed,
    /// What is proved to be at most a number exceeds what is proved to be at least it: one of the two proofs is wrong.
    Contradiction {
        /// Which number.
        what: &'static str,
        /// What should be at most the number.
        lower: f64,
        /// What should be at least the number.
        upper: f64,
    },
    /// A hypothesis of a bound is not met.
    Hypothesis {
        /// Which, and how it fails.
        why: &'static str,
    },
    /// A check may take more work than its caller allows.
    Work {
        /// The most steps that it may take.
        steps: f64,
        /// The most steps that the caller allows.
        limit: f64,
    },
    /// What a certificate claims is stronger than what the kernel proves from it.
    Claim {
        /// Which number.
        what: &'static str,
        /// The number as claimed.
        claimed: f64,
        /// The number that the kernel proves.
        proved: f64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { what, expected, found } => {
                write!(f, "{what}: expected {expected} numbers, found {found}")
            }
            Self::Empty { what } => write!(f, "{what}: empty"),
            Self::NotFinite { what, index } => write!(f, "{what}[{index}]: not a finite number"),
            Self::Range { what, index } => {
                write!(f, "{what}[{index}]: outside the range in which the error bounds hold")
            }
            Self::Index { what, index, limit } => {
                write!(f, "{what}: index {index} is not below {limit}")
            }
            Self::NotOnce { what, index } => write!(f, "{what}: index {index} does not stand there once"),
            Self::Totals { p, q } => write!(f, "total masses {p} and {q} are not equal and positive"),
            Self::Marginal { side, index, expected, found } => {
                write!(f, "point {index} of {side}: mass {expected}, the coupling gives it {found}")
            }
            Self::Slope { i, j } => write!(f, "values at points {i} and {j} may differ by more than allowed"),
            Self::Path { index, why } => write!(f, "path {index}: {why}"),
            Self::TooClose { i, j } => write!(f, "points {i} and {j} may be too close"),
            Self::Outside { index } => write!(f, "point {index} may lie outside the domain"),
            Self::Overflow { what } => write!(f, "{what}: too large for exact arithmetic"),
            Self::Overlap { left, right } => write!(f, "the enclosures {left} and {right} overlap"),
            Self::Observed => write!(f, "an observed number cannot decide"),
            Self::Contradiction { what, lower, upper } => {
                write!(f, "{what}: at least {lower:?} and at most {upper:?} at once")
            }
            Self::Hypothesis { why } => write!(f, "hypothesis not met: {why}"),
            Self::Work { steps, limit } => {
                write!(f, "the check may take {steps:.1e} steps, over the limit of {limit:.1e}")
            }
            Self::Claim { what, claimed, proved } => {
                write!(f, "{what}: claimed {claimed:?}, proved {proved:?}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// Refuses ends of one number that are not in order, a NaN among them included.
pub(crate) fn in_order(what: &'static str, lower: f64, upper: f64) -> Result<(), Refusal> {
    if lower <= upper { Ok(()) } else { Err(Refusal::Contradiction { what, lower, upper }) }
}

/// Refuses unless a hypothesis is met; `why` says what it asks.
pub(crate) fn require(met: bool, why: &'static str) -> Result<(), Refusal> {
    if met { Ok(()) } else { Err(Refusal::Hypothesis { why }) }
}

/// Refuses a list in which a number fails its test.
pub(crate) fn each<T>(what: &'static str, list: &[T], fits: impl Fn(&T) -> bool) -> Result<(), Refusal> {
    list.iter().position(|x| !fits(x)).map_or(Ok(()), |index| Err(Refusal::Range { what, index }))
}
