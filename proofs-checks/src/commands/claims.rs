//! `lip1 claims`: list the claims, or explain one.

use std::fs;

use lip1_checks::claims::{CLAIMS, find};
use lip1_checks::{About, Claim};
use serde_json::{Value, json};

use super::{Answer, Failure, output};

/// List the claims, or explain one.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The claim to explain
    id: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let last = LastLedger::read();
        let text = match &self.id {
            Some(id) => {
                let claim = find(id).ok_or_else(|| Failure::new(format!("unknown claim `{id}`")))?;
                if self.json { format!("{:#}\n", as_json(claim, &last)) } else { explained(claim, &last) }
            }
            None if self.json => {
                let all: Vec<Value> = CLAIMS.iter().map(|claim| as_json(claim, &last)).collect();
                format!("{:#}\n", json!({ "claims": all }))
            }
            None => CLAIMS
                .iter()
                .map(|claim| {
                    let verdict = last.verdict(claim).unwrap_or("not run");
                    format!("{:<4} {:<16} {}\n", claim.id, verdict, claim.title)
                })
                .collect(),
        };
        Ok(Answer::passed(text))
    }
}

/// The ledger in the usual place, if there is one.
struct LastLedger(Value);

impl LastLedger {
    fn read() -> Self {
        let path = format!("{}/ledger.json", output::FOLDER);
        let ledger = fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self(ledger.unwrap_or_default())
    }

    fn verdict(&self, claim: &Claim) -> Option<&str> {
        let entries = self.0.get("claims")?.as_array()?;
        let entry = entries.iter().find(|entry| entry.get("id").is_some_and(|id| *id == claim.id))?;
        entry.get("verdict")?.as_str()
    }
}

fn explained(claim: &Claim, last: &LastLedger) -> String {
    let mut text = format!("{}  {}\n{}\n\n", claim.id, claim.title, claim.section);
    text += &format!("As transcribed: {}\n", claim.statement);
    if let Some(corrected) = claim.corrected {
        text += &format!("Corrected: {corrected}\n");
    }
    text += &format!("Source: {}\n\nHypotheses:\n", claim.source);
    for hypothesis in claim.hypotheses {
        text += &format!("  - {hypothesis}\n");
    }
    text += "\nChecks:\n";
    for check in claim.checks {
        let role = if check.essential { "essential" } else { "illustrative" };
        let about = if check.about == About::Corrected { ", of the corrected statement" } else { "" };
        text += &format!("  - {} ({role}{about})\n", words(check.name));
    }
    text += "\nControls (must be rejected):\n";
    for control in claim.controls {
        text += &format!("  - {} (breaks: {})\n", words(control.name), control.breaks);
    }
    let verdict = last.verdict(claim).unwrap_or("not run here yet");
    text + &format!("\nExpected verdict: {}\nLast verdict: {verdict}\n", claim.expected.name())
}

fn as_json(claim: &Claim, last: &LastLedger) -> Value {
    let checks: Vec<Value> = claim
        .checks
        .iter()
        .map(|check| {
            let about = if check.about == About::Corrected { "corrected" } else { "transcribed" };
            json!({ "name": check.name, "essential": check.essential, "about": about })
        })
        .collect();
    let controls: Vec<Value> = claim
        .controls
        .iter()
        .map(|control| json!({ "name": control.name, "breaks": control.breaks }))
        .collect();
    json!({
        "id": claim.id,
        "title": claim.title,
        "section": claim.section.title(),
        "statement": claim.statement,
        "corrected": claim.corrected,
        "hypotheses": claim.hypotheses,
        "source": claim.source,
        "expected": claim.expected.name(),
        "verdict": last.verdict(claim),
        "checks": checks,
        "controls": controls,
    })
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
