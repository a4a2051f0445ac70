//! Whether a broken instance was rejected.

use crate::{Finding, Outcome, Slack};

/// Whether the examining code of a check rejected a broken instance.
#[derive(Debug)]
pub struct Rejection {
    rejected: bool,
    reason: String,
}

impl Rejection {
    /// Rejected means violated or refuted. An undecided instance was not rejected.
    pub fn of(finding: &Finding) -> Self {
        let rejected = finding.outcome() >= Outcome::Violated;
        let reason = finding.reason().unwrap_or_else(|| match finding.worst_slack() {
            Some(Slack { value, unit }) => format!("accepted with slack {value} {unit}"),
            None => "accepted".to_owned(),
        });
        Self { rejected, reason }
    }

    /// Whether the broken instance was rejected.
    pub fn rejected(&self) -> bool {
        self.rejected
    }

    /// What the examination said.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
