//! Three-valued judgement of an inequality between enclosed numbers.

use std::fmt;

use crate::float::largest;
use crate::{Interval, Refusal};

/// What a rule makes of a statement: proved, disproved, or neither.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Judgement<T> {
    /// The statement is true; the result can be built by this crate alone.
    Verified(T),
    /// The statement is false.
    Refuted(Counterexample),
    /// Neither could be shown.
    Undecided(Refusal),
}

impl<T> Judgement<T> {
    /// Whether the statement was proved.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// Whether the statement was disproved.
    pub fn is_refuted(&self) -> bool {
        matches!(self, Self::Refuted(_))
    }

    /// What was proved, if it was.
    pub fn verified(self) -> Option<T> {
        match self {
            Self::Verified(value) => Some(value),
            Self::Refuted(_) | Self::Undecided(_) => None,
        }
    }
}

/// An inequality that was shown to be false: the statement says `left <= right` or `left < right`, the enclosures
/// say otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterexample {
    statement: String,
    left: Interval,
    right: Interval,
}

impl Counterexample {
    pub(crate) fn new(statement: String, left: Interval, right: Interval) -> Self {
        Self { statement, left, right }
    }

    /// The statement that is false, in words.
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// The side that should have been smaller.
    pub fn left(&self) -> Interval {
        self.left
    }

    /// The side that should have been larger.
    pub fn right(&self) -> Interval {
        self.right
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: left side in {}, right side in {}", self.statement, self.left, self.right)
    }
}

/// An inequality that was shown to be true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proved {
    slack: f64,
}

impl Proved {
    /// A lower bound on how much larger the right side is.
    pub fn slack(self) -> f64 {
        self.slack
    }
}

/// Judges `left <= right`.
///
/// ```
/// use lip1_kernel::{Interval, judge};
/// let pi = Interval::pi();
/// assert!(judge::at_most("pi <= 22/7", pi, Interval::ratio(22, 7)).is_verified());
/// assert!(judge::at_most("22/7 <= pi", Interval::ratio(22, 7), pi).is_refuted());
/// ```
pub fn at_most(left: Interval, right: Interval) -> Judgement<Proved> {
    let (holds, fails) = (left.upper() <= right.lower(), left.lower() > right.upper());
    decided("", left, right, holds, fails)
}

/// Judges `left < right`.
pub fn less(left: Interval, right: Interval) -> Judgement<Proved> {
    let (holds, fails) = (left.upper() < right.lower(), left.lower() >= right.upper());
    decided("", left, right, holds, fails)
}

fn decided(statement: &str, left: Interval, right: Interval, holds: bool, fails: bool) -> Judgement<Proved> {
    if holds {
        Judgement::Verified(Proved { slack: largest([(right - left).lower()]) })
    } else if fails {
        Judgement::Refuted(Counterexample::new(statement.to_owned(), left, right))
    } else {
        Judgement::Undecided(Refusal::Overlap { what: statement.to_owned() })
    }
}
