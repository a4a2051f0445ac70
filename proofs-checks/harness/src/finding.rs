//! What examining instances showed, and who decided it. Checks and controls share it: a check turns a finding into
//! evidence, a control asks whether the same examination rejected a broken instance.

mod cases;
#[cfg(test)]
mod tests;

use std::fmt::{self, Display};
use std::hash::Hash;

use lip1_kernel::Counterexample;
use serde::{Deserialize, Serialize};

use crate::enumeration::Enumeration;
use crate::{Decider, Kind, Lemma, Picture, Scope, Tally, Test, Tolerated};

/// A margin by which an inequality held (positive) or failed (negative), with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slack {
    /// Signed margin; never NaN in a [`Finding`] that holds.
    pub value: f64,
    /// What it is measured in, such as `"distance"`, `"ratio"` or `"nats"`.
    pub unit: &'static str,
}

/// How an examination ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every instance examined satisfies the statement.
    Holds,
    /// Some instance was not decided, none was examined, or a finite set was not gone through in full.
    Undecided,
    /// Some instance appears to violate the statement, without a counterexample; or a certificate was refused.
    Violated,
    /// The kernel, or exact arithmetic, decided a counterexample.
    Refuted,
}

impl Outcome {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Undecided => "undecided",
            Outcome::Violated => "violated",
            Outcome::Refuted => "refuted",
        }
    }
}

/// A counterexample, with who decided that it is one.
#[derive(Clone, Debug, PartialEq)]
enum Refutation {
    /// The kernel.
    Kernel { name: &'static str, counterexample: Counterexample },
    /// The harness, by comparing two exact values.
    Exact { name: &'static str },
}

impl Display for Refutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refutation::Kernel { name, counterexample } => write!(f, "{name}: false, {counterexample}"),
            Refutation::Exact { name } => write!(f, "{name}: false, in exact arithmetic"),
        }
    }
}

/// The result of examining instances: who decided how many, the tightest, and the first trouble of the worst sort.
///
/// Of several troubles the graver wins: refuted, then violated, then undecided. A finding without a single case
/// is undecided. Every method that counts a case says by its name who decides it; none says how strong the
/// evidence is, which follows from the counts.
#[derive(Debug)]
pub struct Finding {
    unit: &'static str,
    outcome: Outcome,
    reason: Option<String>,
    refutation: Option<Refutation>,
    tally: Tally,
    /// Cases that nobody decided: undecided, refused, or without what the examination needs.
    open: u64,
    worst: Option<f64>,
    witness: Option<String>,
    tolerated: Option<Tolerated>,
    test: Option<Test>,
    sets: Vec<(Enumeration, Option<&'static Lemma>)>,
    /// Cases that belong to no element of a set.
    loose: u64,
    /// Cases counted when the current element of the first set was begun.
    element: Option<u64>,
    /// An element of a set about which nothing was asked.
    unexamined: bool,
    pictures: Vec<Picture>,
}

/// Longest witness kept, in characters; the seed reproduces what is cut off.
const WITNESS_LENGTH: usize = 2_000;

impl Finding {
    /// A finding without cases; `unit` is what its slacks are measured in.
    pub fn new(unit: &'static str) -> Self {
        Self {
            unit,
            outcome: Outcome::Holds,
            reason: None,
            refutation: None,
            tally: Tally::default(),
            open: 0,
            worst: None,
            witness: None,
            tolerated: None,
            test: None,
            sets: Vec::new(),
            loose: 0,
            element: None,
            unexamined: false,
            pictures: Vec::new(),
        }
    }

    /// A finding over a finite set of `size` elements, which `formula` counts in words or symbols.
    ///
    /// Each element is announced by [`Finding::element`]; unless every one is met once and asked something, and
    /// nothing is asked outside of them, the finding is undecided.
    pub fn enumerating(unit: &'static str, formula: impl Into<String>, size: u128) -> Self {
        Self { sets: vec![(Enumeration::new(formula, size), None)], ..Self::new(unit) }
    }

    /// A finding over the `size` facts to which a lemma reduces every instance, each announced as an element.
    pub fn reducing(unit: &'static str, lemma: &'static Lemma, size: u128) -> Self {
        Self { sets: vec![(Enumeration::new(lemma.facts, size), Some(lemma))], ..Self::new(unit) }
    }

    /// Announces the next element of the set, by a key that no other element has: the cases that follow are its.
    pub fn element(&mut self, key: impl Hash) {
        self.close_element();
        if let Some((set, _)) = self.sets.first_mut() {
            set.meet(&key);
            self.element = Some(self.cases());
        }
    }

    fn close_element(&mut self) {
        if self.element.is_some_and(|before| before == self.cases()) {
            self.unexamined = true;
        }
    }

    /// Counts one instance that could not be decided.
    pub fn undecided(&mut self, reason: impl Display) {
        self.unsettled(Outcome::Undecided, reason.to_string());
    }

    /// Adds what another finding found, one without a case being undecided; slacks are compared only in the same unit.
    ///
    /// The other's cases belong to the current element, if one was announced here.
    pub fn merge(&mut self, other: Finding) {
        let inside = self.element.is_some();
        if let Some(reason) = other.reason() {
            self.trouble(other.outcome(), reason);
        }
        self.tally.add(other.tally);
        self.open += other.open;
        if !inside {
            self.loose += other.loose;
        }
        self.sets.extend(other.sets);
        if self.refutation.is_none() && other.refutation.is_some() {
            self.refutation = other.refutation;
            self.witness.clone_from(&other.witness);
        }
        if let (Some(slack), true) = (other.worst, other.unit == self.unit) {
            self.tightest(slack, || other.witness.unwrap_or_default());
        } else if self.witness.is_none() {
            self.witness = other.witness;
        }
        self.tolerated = match (self.tolerated.take(), other.tolerated) {
            (Some(one), Some(two)) => Some(one.wider(two)),
            (one, two) => one.or(two),
        };
        self.test = match (self.test, other.test) {
            (Some(one), Some(two)) => Some(one.weaker(two)),
            (one, two) => one.or(two),
        };
        self.pictures.extend(other.pictures);
    }

    /// Adds a picture for the report.
    pub fn picture(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }

    // What came out.

    /// How the examination ended.
    pub fn outcome(&self) -> Outcome {
        if self.gap().is_some() { self.outcome.max(Outcome::Undecided) } else { self.outcome }
    }

    /// Why the outcome is not `holds`.
    pub fn reason(&self) -> Option<String> {
        self.reason.clone().or_else(|| self.gap())
    }

    /// What is missing for the finding to count at all.
    fn gap(&self) -> Option<String> {
        if self.cases() == 0 {
            return Some("no instance was examined".to_owned());
        }
        let empty = self.element.is_some_and(|before| before == self.cases());
        if self.unexamined || empty {
            return Some("nothing was asked of an element of a set".to_owned());
        }
        self.sets.iter().find_map(|(set, _)| set.gap())
    }

    /// Instances examined.
    pub fn cases(&self) -> u64 {
        self.tally.total() + self.open
    }

    /// Who decided how many of them.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// How strong the evidence is.
    pub fn kind(&self) -> Kind {
        self.tally.kind(self.is_complete())
    }

    /// Whether the cases are finite sets gone through in full, and nothing else.
    fn is_complete(&self) -> bool {
        !self.sets.is_empty() && self.loose == 0 && self.gap().is_none()
    }

    /// How far the evidence reaches: to every instance if the cases are the facts of lemmas, each decided without
    /// floating point.
    pub fn scope(&self) -> Scope {
        let reduced = self.sets.iter().all(|(_, lemma)| lemma.is_some());
        let proved = self.tally.float == 0 && self.tally.statistical == 0;
        if self.is_complete() && reduced && proved { Scope::Universal } else { Scope::Instances }
    }

    /// The lemmas behind a universal scope, each once.
    pub fn lemmas(&self) -> Vec<&'static Lemma> {
        let mut lemmas: Vec<&'static Lemma> = Vec::new();
        for lemma in self.sets.iter().filter_map(|(_, lemma)| *lemma) {
            if !lemmas.contains(&lemma) {
                lemmas.push(lemma);
            }
        }
        lemmas
    }

    /// The widest tolerance that was used.
    pub fn tolerated(&self) -> Option<&Tolerated> {
        self.tolerated.as_ref()
    }

    /// The weakest test that was made.
    pub fn test(&self) -> Option<Test> {
        self.test
    }

    /// The smallest slack.
    pub fn worst_slack(&self) -> Option<Slack> {
        self.worst.map(|value| Slack { value, unit: self.unit })
    }

    /// The instance with the smallest slack, or the counterexample.
    pub fn witness(&self) -> Option<&str> {
        self.witness.as_deref()
    }

    /// Pictures for the report.
    pub fn pictures(&self) -> &[Picture] {
        &self.pictures
    }

    fn decided(&mut self, decider: Decider) {
        self.tally.count(decider);
        self.place();
    }

    fn unsettled(&mut self, outcome: Outcome, reason: String) {
        self.open += 1;
        self.place();
        self.trouble(outcome, reason);
    }

    fn place(&mut self) {
        if self.element.is_none() {
            self.loose += 1;
        }
    }

    fn trouble(&mut self, outcome: Outcome, reason: String) {
        if outcome > self.outcome {
            self.outcome = outcome;
            self.reason = Some(reason);
        }
    }

    fn tightest(&mut self, slack: f64, witness: impl FnOnce() -> String) {
        let tighter = match self.worst {
            None => true,
            Some(worst) => slack < worst || (slack.is_nan() && !worst.is_nan()),
        };
        if tighter {
            // The sum turns -0 into 0, which a reader would take for a violation.
            self.worst = Some(slack + 0.0);
            // The witness of a refutation is its counterexample's, whatever comes later.
            if self.refutation.is_none() {
                self.witness = Some(shortened(witness()));
            }
        }
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(WITNESS_LENGTH) {
        None => text,
        Some((end, _)) => {
            format!("{}... ({} characters in all)", &text[..end], text.chars().count())
        }
    }
}
