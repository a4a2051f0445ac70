//! What a finished check or control leaves behind: one line of the journal.

use serde::{Deserialize, Serialize};

use crate::{Evidence, Kind, Outcome, Picture, Rejection, Scope};

/// A finished check or control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Position in the list of checks and controls of the run, from 0.
    pub position: usize,
    /// Id of the claim.
    pub claim: String,
    /// Name of the check or control.
    pub name: String,
    /// Time it took.
    pub seconds: f64,
    /// What came out.
    pub result: Ended,
}

/// How a check or control ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// A check brought evidence.
    Check(Examined),
    /// A control was rejected or accepted.
    Control {
        /// Whether the broken instance was rejected.
        rejected: bool,
        /// What the examination said.
        reason: String,
    },
    /// It panicked, or could not be carried out.
    Crashed {
        /// What it said.
        reason: String,
    },
}

/// The evidence of a check, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Examined {
    /// Strength.
    pub kind: Kind,
    /// Reach.
    pub scope: Scope,
    /// What came out.
    pub outcome: Outcome,
    /// Why the outcome is not `holds`.
    pub reason: Option<String>,
    /// Instances examined.
    pub cases: u64,
    /// Smallest slack; `None` if there is none or it is not finite.
    pub worst_slack: Option<f64>,
    /// What it is measured in.
    pub slack_unit: Option<String>,
    /// The instance with the smallest slack.
    pub witness: Option<String>,
    /// Pictures for the report.
    pub pictures: Vec<Picture>,
}

impl From<&Evidence> for Examined {
    fn from(evidence: &Evidence) -> Self {
        let slack = evidence.worst_slack();
        Self {
            kind: evidence.kind(),
            scope: evidence.scope(),
            outcome: evidence.outcome(),
            reason: evidence.reason(),
            cases: evidence.cases(),
            worst_slack: slack.map(|slack| slack.value).filter(|value| value.is_finite()),
            slack_unit: slack.map(|slack| slack.unit.to_owned()),
            witness: evidence.witness().map(str::to_owned),
            pictures: evidence.pictures().to_vec(),
        }
    }
}

impl From<&Evidence> for Ended {
    fn from(evidence: &Evidence) -> Self {
        Ended::Check(evidence.into())
    }
}

impl From<&Rejection> for Ended {
    fn from(rejection: &Rejection) -> Self {
        Ended::Control { rejected: rejection.rejected(), reason: rejection.reason().to_owned() }
    }
}
