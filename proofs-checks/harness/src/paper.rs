//! What became of the paper's sentences: how many hold, and which are false, with what is true instead.

use serde::{Deserialize, Serialize};

use crate::ledger::{ClaimEntry, SentenceEntry};
use crate::{Outcome, Verdict, Whose};

/// The sentences that are the author's or transcribed; part of `ledger.json`.
///
/// A sentence of a claim that is inconclusive counts as open: a control that was accepted says that the examination
/// would notice nothing, whatever it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Claims in which they were examined.
    pub claims: usize,
    /// How many were examined.
    pub examined: usize,
    /// How many hold.
    pub holding: usize,
    /// How many rest on statistics.
    pub supported: usize,
    /// How many are open.
    pub open: usize,
    /// Those that are false, in the order of the paper.
    pub refuted: Vec<Falsehood>,
}

/// A false sentence of the paper's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Falsehood {
    /// The claim in which it was examined.
    pub claim: String,
    /// Its name within the claim.
    pub label: String,
    /// `author` or `transcribed`.
    pub whose: String,
    /// The number of an author's sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What it says.
    pub text: String,
    /// The counterexample.
    pub witness: Option<String>,
    /// The checks that refute it.
    pub refuted_by: Vec<String>,
    /// What is true instead.
    pub correction: Option<Correction>,
}

/// The sentence in place of a false one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its name within the claim.
    pub label: String,
    /// What it says.
    pub text: String,
    /// The verdict computed.
    pub verdict: Verdict,
    /// The checks that decide it.
    pub checks: Vec<String>,
}

impl Paper {
    /// Reads it off the verdicts of sentences.
    pub fn of(claims: &[ClaimEntry]) -> Self {
        let none = Self { claims: 0, examined: 0, holding: 0, supported: 0, open: 0, refuted: Vec::new() };
        claims.iter().fold(none, Self::with)
    }

    fn with(mut self, claim: &ClaimEntry) -> Self {
        let theirs = || claim.sentences.iter().filter(|said| said.whose != Whose::Ours.name());
        self.claims += usize::from(theirs().next().is_some());
        for said in theirs() {
            self.examined += 1;
            match (claim.verdict, said.verdict) {
                (Verdict::Inconclusive, _) | (_, Verdict::Inconclusive) => self.open += 1,
                (_, Verdict::Supported) => self.supported += 1,
                (_, Verdict::Refuted) => self.refuted.push(Falsehood::of(claim, said)),
                (_, Verdict::Holds | Verdict::HoldsCorrected) => self.holding += 1,
            }
        }
        self
    }

    /// The counts in one sentence.
    pub fn summary(&self) -> String {
        let are =
            |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let mut parts = vec![are(self.holding, "holds", "hold")];
        if self.supported > 0 {
            parts.push(are(self.supported, "rests on statistics", "rest on statistics"));
        }
        if self.open > 0 {
            parts.push(are(self.open, "is open", "are open"));
        }
        let last = match self.refuted.len() {
            0 => "none is false".to_owned(),
            count => are(count, "is false", "are false"),
        };
        let examined = are(self.examined, "sentence of the paper was", "sentences of the paper were");
        format!("{examined} examined: {} and {last}.", parts.join(", "))
    }
}

impl Falsehood {
    fn of(claim: &ClaimEntry, said: &SentenceEntry) -> Self {
        let about = claim.checks.iter().filter(|check| check.about == said.label);
        let refuting = about.filter(|check| check.outcome == Outcome::Refuted.name());
        let correction = claim.claim.correction_of(said.label);
        let correction =
            correction.and_then(|of| claim.sentences.iter().find(|other| other.label == of.label));
        Self {
            claim: claim.id.to_owned(),
            label: said.label.to_owned(),
            whose: said.whose.to_owned(),
            number: said.number.map(str::to_owned),
            text: said.text.to_owned(),
            witness: said.witness.clone(),
            refuted_by: refuting.map(|check| check.name.to_owned()).collect(),
            correction: correction.map(Correction::of),
        }
    }

    /// Whose it is, in words.
    pub fn attribution(&self) -> String {
        match &self.number {
            Some(number) => format!("the author's, {number}"),
            None => "as transcribed".to_owned(),
        }
    }
}

impl Correction {
    fn of(said: &SentenceEntry) -> Self {
        Self {
            label: said.label.to_owned(),
            text: said.text.to_owned(),
            verdict: said.verdict,
            checks: said.checks.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// What introduces it: it is true only if it holds.
    pub fn standing(&self) -> &'static str {
        match self.verdict {
            Verdict::Holds | Verdict::HoldsCorrected => "True instead",
            Verdict::Supported => "Supported instead",
            Verdict::Refuted => "Proposed instead, and false too",
            Verdict::Inconclusive => "Proposed instead, and open",
        }
    }
}
