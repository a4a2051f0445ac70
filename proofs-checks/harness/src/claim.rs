//! A claim of the paper as data, with the code that examines it.

use std::fmt;

use crate::{CheckError, Context, Evidence, Rejection, Verdict};

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

/// Which form of a claim a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The statement as the paper makes it.
    Transcribed,
    /// The statement in [`Claim::corrected`].
    Corrected,
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
    /// The statement as transcribed.
    pub statement: &'static str,
    /// The heart of the statement as one line of LaTeX, for the page.
    pub formula: &'static str,
    /// The statement that holds instead, where the transcribed one does not.
    pub corrected: Option<&'static str>,
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

/// An examination of instances that satisfy a claim's hypotheses.
#[derive(Debug)]
pub struct Check {
    /// A sentence in `snake_case`; also the name of its test.
    pub name: &'static str,
    /// Whether the verdict waits for it; an illustration may stay undecided, but not contradict.
    pub essential: bool,
    /// The form of the claim it examines.
    pub about: About,
    /// The examination. An error means that it could not be carried out.
    pub run: fn(&Context) -> Result<Evidence, CheckError>,
}

/// The examination of a check, on an instance that breaks a hypothesis.
#[derive(Debug)]
pub struct Control {
    /// A sentence in `snake_case`; also the name of its test.
    pub name: &'static str,
    /// The hypothesis that the instance breaks.
    pub breaks: &'static str,
    /// The examination. An error means that it could not be carried out.
    pub run: fn(&Context) -> Result<Rejection, CheckError>,
}
