//! Which claims notice which faults, as a table: what `proofs-checks/faults/run` computes.

use serde::{Deserialize, Serialize};

/// Claims run under faults, with what it takes to compute it again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Power {
    /// Version of the program.
    pub program: String,
    /// Seed of every run, as text.
    pub seed: String,
    /// Budget of every run.
    pub budget: String,
    /// The command that computed it.
    pub command: String,
    /// The claims that were run, and passed without a fault.
    pub claims: Vec<String>,
    /// The faults, in the order of the crates.
    pub faults: Vec<Tried>,
}

/// A fault and what became of the claims under it; a claim that never comes to its place is left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tried {
    /// Name of the fault.
    pub name: String,
    /// The file that it changes.
    pub place: String,
    /// What goes wrong.
    pub what: String,
    /// The claims that come to its place.
    pub runs: Vec<Run>,
}

/// A claim under a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Id of the claim.
    pub claim: String,
    /// The verdict; `none` if it did not end in time.
    pub verdict: String,
    /// Whether the verdict was conclusive and as expected, so that the fault went unnoticed.
    pub passes: bool,
    /// The first check or control that was not as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Time that it took.
    pub seconds: f64,
}

impl Power {
    /// The faults that a claim notices.
    pub fn noticed_by<'a>(&'a self, claim: &'a str) -> impl Iterator<Item = (&'a Tried, &'a Run)> {
        self.faults
            .iter()
            .flat_map(|tried| tried.runs.iter().map(move |run| (tried, run)))
            .filter(move |(_, run)| run.claim == claim && !run.passes)
    }
}

impl Tried {
    /// How the claim fared; `None` if it never comes to the fault's place.
    pub fn run_of(&self, claim: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.claim == claim)
    }

    /// The claims that notice it.
    pub fn noticing(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| !run.passes)
    }
}
