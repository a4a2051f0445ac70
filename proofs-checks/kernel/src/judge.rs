//! Three-valued judgement of an inequality between enclosed numbers.

use std::fmt;

use crate::counterexample::{Counterexample, Rule};
use crate::float::largest;
use crate::{Interval, Refusal, Theorem};

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

/// `left <= right`, or `left < right` when it is strict, between two enclosed numbers; true of them in a [`Theorem`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inequality {
    /// The side that is smaller.
    pub left: Interval,
    /// The side that is larger.
    pub right: Interval,
    /// Whether equality is excluded.
    pub strict: bool,
}

impl Theorem<Inequality> {
    /// A lower bound on how much larger the right side is.
    pub fn slack(&self) -> f64 {
        largest([(self.right - self.left).lower()])
    }
}

/// An inequality that was shown to be false; only this crate builds one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FalseInequality(Inequality);

impl FalseInequality {
    pub(crate) fn new(left: Interval, right: Interval, strict: bool) -> Self {
        Self(Inequality { left, right, strict })
    }

    /// The side that should have been smaller.
    pub fn left(&self) -> Interval {
        self.0.left
    }

    /// The side that should have been larger.
    pub fn right(&self) -> Interval {
        self.0.right
    }

    /// Whether equality was excluded too.
    pub fn is_strict(&self) -> bool {
        self.0.strict
    }
}

impl fmt::Display for FalseInequality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.is_strict() { "less than" } else { "at most" };
        write!(f, "the number in {} is not {order} the one in {}", self.left(), self.right())
    }
}

/// Judges `left <= right`.
///
/// An observed side decides nothing: it need not be the quantity that the statement is about.
///
/// ```
/// use lip1_kernel::{Interval, judge};
/// let pi = Interval::pi();
/// assert!(judge::at_most(pi, Interval::ratio(22, 7)).is_verified());
/// assert!(judge::at_most(Interval::ratio(22, 7), pi).is_refuted());
/// let measured = Interval::observed(3.0);
/// assert!(!judge::at_most(measured, pi).is_verified() && !judge::at_most(pi, measured).is_refuted());
/// ```
pub fn at_most(left: Interval, right: Interval) -> Judgement<Theorem<Inequality>> {
    let (holds, fails) = (left.upper() <= right.lower(), left.lower() > right.upper());
    decided(Inequality { left, right, strict: false }, holds, fails)
}

/// Judges `left < right`; as [`at_most`].
pub fn less(left: Interval, right: Interval) -> Judgement<Theorem<Inequality>> {
    let (holds, fails) = (left.upper() < right.lower(), left.lower() >= right.upper());
    decided(Inequality { left, right, strict: true }, holds, fails)
}

fn decided(inequality: Inequality, holds: bool, fails: bool) -> Judgement<Theorem<Inequality>> {
    let Inequality { left, right, strict } = inequality;
    if left.is_observed() || right.is_observed() {
        Judgement::Undecided(Refusal::Observed)
    } else if holds {
        Judgement::Verified(Theorem::new(inequality))
    } else if fails {
        let rule = if strict { Rule::Less } else { Rule::AtMost };
        Judgement::Refuted(Counterexample::new(rule, None, FalseInequality(inequality)))
    } else {
        Judgement::Undecided(Refusal::Overlap { left, right })
    }
}
