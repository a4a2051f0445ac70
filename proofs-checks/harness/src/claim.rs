//! A claim of the paper as data, with the code that examines it.

use std::fmt;

use crate::{CheckError, Context, Finding, Verdict};

/// A part of the paper; the first letter of a claim's id names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The reduction to finitely many values (McShane and Whitney).
    Reduction,
    /// The networks.
    Networks,
    /// Expressiveness.
    Expressiveness,
    /// Losses.
    Losses,
    /// Optimal transport.
    Transport,
    /// Robustness.
    Robustness,
    /// Generalisation.
    Generalisation,
    /// VC dimension and capacity.
    Capacity,
}

impl Section {
    /// The section's title as a reader sees it.
    pub fn title(self) -> &'static str {
        match self {
            Section::Reduction => "The reduction everything rests on",
            Section::Networks => "The networks",
            Section::Expressiveness => "Expressiveness",
            Section::Losses => "Losses",
            Section::Transport => "Classification is optimal transport",
            Section::Robustness => "Robustness",
            Section::Generalisation => "Generalisation",
            Section::Capacity => "VC dimension",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// Who wrote a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The author of the paper, in a text that was read; with its number there, such as `"Prop 7"`.
    Author(&'static str),
    /// Taken from the abstract, from summaries, slides or code: the text itself was not seen.
    Transcribed,
    /// A result of this project, or of a cited paper.
    Ours,
}

impl Whose {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Whose::Author(_) => "author",
            Whose::Transcribed => "transcribed",
            Whose::Ours => "ours",
        }
    }

    /// The number of an author's sentence.
    pub fn number(self) -> Option<&'static str> {
        match self {
            Whose::Author(number) => Some(number),
            Whose::Transcribed | Whose::Ours => None,
        }
    }
}

/// A statement with a truth value of its own.
#[derive(Debug)]
pub struct Sentence {
    /// Its name within the claim, such as `"a"`.
    pub label: &'static str,
    /// Who wrote it.
    pub whose: Whose,
    /// What it says.
    pub text: &'static str,
    /// The label of the sentence that this one replaces, if that one is false.
    pub corrects: Option<&'static str>,
}

impl Sentence {
    /// A sentence that corrects none.
    pub const fn new(label: &'static str, whose: Whose, text: &'static str) -> Self {
        Self { label, whose, text, corrects: None }
    }

    /// A sentence of ours that holds in place of another.
    pub const fn correction(label: &'static str, of: &'static str, text: &'static str) -> Self {
        Self { label, whose: Whose::Ours, text, corrects: Some(of) }
    }
}

/// One result of the paper: what it says, what it needs, and the code that checks it.
#[derive(Debug)]
pub struct Claim {
    /// Stable name, such as `T1`.
    pub id: &'static str,
    /// The part of the paper.
    pub section: Section,
    /// A few words.
    pub title: &'static str,
    /// What it says, the sentence that it stands for first.
    pub sentences: &'static [Sentence],
    /// The heart of the statement as one line of LaTeX, for the page.
    pub formula: &'static str,
    /// What the statement needs; each control breaks one of these.
    pub hypotheses: &'static [&'static str],
    /// Where the statement and its proof come from, external theorems included.
    pub source: &'static str,
    /// The verdict its author expects: shown beside the computed one, never used to compute it.
    pub expected: Verdict,
    /// What must come out for the claim to hold.
    pub checks: &'static [Check],
    /// Broken instances that the checks' examining code must reject.
    pub controls: &'static [Control],
}

impl Claim {
    /// The sentence that it stands for.
    pub fn statement(&self) -> &'static str {
        self.sentences.first().map_or("", |sentence| sentence.text)
    }

    /// The sentence that replaces the one of that label, if that one is false.
    pub fn correction_of(&self, label: &str) -> Option<&'static Sentence> {
        self.sentences.iter().find(|sentence| sentence.corrects == Some(label))
    }
}

/// An examination of instances that satisfy a claim's hypotheses.
#[derive(Debug)]
pub struct Check {
    /// A sentence in `snake_case`; also the name of its test.
    pub name: &'static str,
    /// Whether the verdict waits for it; an illustration may stay undecided, but not contradict.
    pub essential: bool,
    /// The label of the sentence that it decides.
    pub about: &'static str,
    /// The examination. An error means that it could not be carried out.
    pub run: fn(&Context) -> Result<Finding, CheckError>,
}

/// The examination of a check, on an instance that breaks a hypothesis.
#[derive(Debug)]
pub struct Control {
    /// A sentence in `snake_case`; also the name of its test.
    pub name: &'static str,
    /// The hypothesis that the instance breaks.
    pub breaks: &'static str,
    /// The examination, which must come out violated or refuted. An error means that it could not be carried out.
    pub run: fn(&Context) -> Result<Finding, CheckError>,
}
