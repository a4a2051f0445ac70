//! What a rule that judges found to be false.

use std::fmt;

use crate::{FalseInequality, Interval};

/// The rules that judge a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// [`crate::judge::at_most`]: one number is at most another.
    AtMost,
    /// [`crate::judge::less`]: one number is less than another.
    Less,
    /// [`crate::packing::separated`]: points keep a distance.
    Separated,
    /// [`crate::shatter::shattered`]: every labelling of points is realised at a margin.
    Shattered,
    /// [`crate::lipschitz::values`]: values on points respect a Lipschitz constant.
    LipschitzValues,
}

impl Rule {
    /// What the rule judges, in a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::AtMost => "at most",
            Self::Less => "less than",
            Self::Separated => "separated points",
            Self::Shattered => "shattered points",
            Self::LipschitzValues => "Lipschitz values",
        }
    }
}

/// An instance of which a rule showed its statement to be false; only this crate builds one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counterexample {
    rule: Rule,
    pair: Option<[usize; 2]>,
    inequality: FalseInequality,
}

impl Counterexample {
    pub(crate) fn new(rule: Rule, pair: Option<[usize; 2]>, inequality: FalseInequality) -> Self {
        Self { rule, pair, inequality }
    }

    /// The same pair as a counterexample to another rule, to which it is one as well.
    pub(crate) fn to(self, rule: Rule) -> Self {
        Self { rule, ..self }
    }

    /// The rule whose statement is false.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Positions, from 0, of the two points of the instance that break it; none for numbers.
    pub fn pair(&self) -> Option<[usize; 2]> {
        self.pair
    }

    /// The inequality that the statement asks for and that is false.
    pub fn inequality(&self) -> FalseInequality {
        self.inequality
    }

    /// The side that should have been smaller.
    pub fn left(&self) -> Interval {
        self.inequality.left()
    }

    /// The side that should have been larger.
    pub fn right(&self) -> Interval {
        self.inequality.right()
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some([i, j]) = self.pair {
            write!(f, "{}: for points {i} and {j} ", self.rule.name())?;
        }
        write!(f, "{}", self.inequality)
    }
}
