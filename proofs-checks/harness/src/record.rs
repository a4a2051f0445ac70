//! What a finished check or control leaves behind: one line of the journal.

use serde::{Deserialize, Serialize};

use crate::{Finding, Kind, Lemma, Outcome, Picture, Rejection, Scope, Tally, Test, Tolerated};

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
    Check(Box<Examined>),
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
    /// The lemmas behind a universal scope.
    pub because: Vec<Reduction>,
    /// Who decided how many cases.
    pub decided: Tally,
    /// What came out.
    pub outcome: Outcome,
    /// Why the outcome is not `holds`.
    pub reason: Option<String>,
    /// Instances examined.
    pub cases: u64,
    /// The widest tolerance used.
    pub tolerance: Option<Tolerated>,
    /// The weakest test made.
    pub test: Option<Test>,
    /// Smallest slack; `None` if there is none or it is not finite.
    pub worst_slack: Option<f64>,
    /// What it is measured in.
    pub slack_unit: Option<String>,
    /// The instance with the smallest slack, or the counterexample.
    pub witness: Option<String>,
    /// Pictures for the report.
    pub pictures: Vec<Picture>,
}

/// A lemma that a check used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reduction {
    /// Its name.
    pub lemma: String,
    /// What it says.
    pub statement: String,
    /// Its proof.
    pub proof: String,
    /// The facts that it leaves to check.
    pub facts: String,
}

impl From<&Lemma> for Reduction {
    fn from(lemma: &Lemma) -> Self {
        let Lemma { name, statement, proof, facts } = *lemma;
        Self {
            lemma: name.to_owned(),
            statement: statement.to_owned(),
            proof: proof.to_owned(),
            facts: facts.to_owned(),
        }
    }
}

impl From<&Finding> for Examined {
    fn from(finding: &Finding) -> Self {
        let slack = finding.worst_slack();
        let scope = finding.scope();
        let because = match scope {
            Scope::Universal => finding.lemmas().into_iter().map(Reduction::from).collect(),
            Scope::Instances => Vec::new(),
        };
        Self {
            kind: finding.kind(),
            scope,
            because,
            decided: finding.tally(),
            outcome: finding.outcome(),
            reason: finding.reason(),
            cases: finding.cases(),
            tolerance: finding.tolerated().cloned(),
            test: finding.test(),
            worst_slack: slack.map(|slack| slack.value).filter(|value| value.is_finite()),
            slack_unit: slack.map(|slack| slack.unit.to_owned()),
            witness: finding.witness().map(str::to_owned),
            pictures: finding.pictures().to_vec(),
        }
    }
}

impl Ended {
    /// What a check leaves.
    pub fn check(finding: &Finding) -> Self {
        Ended::Check(Box::new(finding.into()))
    }

    /// What a control leaves.
    pub fn control(finding: &Finding) -> Self {
        let rejection = Rejection::of(finding);
        Ended::Control { rejected: rejection.rejected(), reason: rejection.reason().to_owned() }
    }
}
