//! What a check brings to the verdict.

use crate::{Finding, Outcome, Picture, Slack};

/// How strong a check's evidence is, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Every instance comes with a certificate that the kernel accepted; no tolerance.
    Certified,
    /// A finite set was enumerated in full.
    Exhaustive,
    /// Random and adversarial instances, within a tolerance derived from the arithmetic.
    Sampled,
    /// A confidence interval or a test of stated level and power.
    Statistical,
}

impl Kind {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Certified => "certified",
            Kind::Exhaustive => "exhaustive",
            Kind::Sampled => "sampled",
            Kind::Statistical => "statistical",
        }
    }
}

/// How far evidence reaches, widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The instances carry an argument for all instances.
    Universal,
    /// The instances examined, and no others.
    Instances,
}

impl Scope {
    /// The name that the ledger uses.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Universal => "universal",
            Scope::Instances => "instances",
        }
    }
}

/// A finding together with the strength and reach that its check claims for it.
#[derive(Debug)]
pub struct Evidence {
    finding: Finding,
    kind: Kind,
    scope: Scope,
}

impl Evidence {
    pub(crate) fn new(finding: Finding, kind: Kind, scope: Scope) -> Self {
        Self { finding, kind, scope }
    }

    /// How strong the evidence is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How far it reaches.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// What came out.
    pub fn outcome(&self) -> Outcome {
        self.finding.outcome()
    }

    /// Instances examined.
    pub fn cases(&self) -> u64 {
        self.finding.cases()
    }

    /// The smallest slack seen; negative means violated.
    pub fn worst_slack(&self) -> Option<Slack> {
        self.finding.worst_slack()
    }

    /// The instance with the smallest slack.
    pub fn witness(&self) -> Option<&str> {
        self.finding.witness()
    }

    /// Why the outcome is not `holds`.
    pub fn reason(&self) -> Option<String> {
        self.finding.reason()
    }

    /// Pictures for the report.
    pub fn pictures(&self) -> &[Picture] {
        self.finding.pictures()
    }
}
