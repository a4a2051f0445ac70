//! `lip1 claims`: list the claims, or explain one.

use std::fs;

use lip1_checks::claims::{CLAIMS, find, power};
use lip1_checks::{Claim, page};
use serde_json::{Value, json};

use super::{Answer, Failure, output, refuted};

/// List the claims, or explain one.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The claim to explain
    id: Option<String>,
    /// List the paper's false sentences, with counterexamples and what is true instead
    #[arg(long, conflicts_with = "id")]
    refuted: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let last = LastLedger::read();
        if self.refuted {
            let paper = refuted::list(&last.0)?;
            let text = if self.json { Answer::json(&paper)? } else { refuted::told(&paper) };
            return Ok(Answer::passed(text));
        }
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

    fn entry(&self, claim: &Claim) -> Option<&Value> {
        let entries = self.0.get("claims")?.as_array()?;
        entries.iter().find(|entry| entry.get("id").is_some_and(|id| *id == claim.id))
    }

    fn verdict(&self, claim: &Claim) -> Option<&str> {
        self.entry(claim)?.get("verdict")?.as_str()
    }

    /// The verdict of a sentence in the last run.
    fn sentence(&self, claim: &Claim, label: &str) -> Option<&str> {
        let sentences = self.entry(claim)?.get("sentences")?.as_array()?;
        sentences.iter().find(|sentence| sentence["label"] == label)?["verdict"].as_str()
    }

    /// What the last run found of a check or control, with a space in front; empty if it was not run.
    fn found(&self, claim: &Claim, list: &str, name: &str) -> String {
        let lines = self.entry(claim).and_then(|entry| entry[list].as_array());
        let line = lines.and_then(|lines| lines.iter().find(|line| line["name"] == name));
        let Some(line) = line else { return String::new() };
        if let Some(rejected) = line["rejected"].as_bool() {
            return if rejected { " rejected".to_owned() } else { " NOT REJECTED".to_owned() };
        }
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let slack = line["worst_slack"]
            .as_f64()
            .map(|slack| format!(", worst slack {} {}", page::slack(slack), text("slack_unit")))
            .unwrap_or_default();
        format!(" {}: {}, {} cases{slack}", text("outcome"), text("kind"), line["cases"])
    }

    /// The tightest instance, and the command that reproduces the last run of the claim.
    fn end(&self, claim: &Claim) -> String {
        let Some(entry) = self.entry(claim) else { return String::new() };
        let mut text = String::new();
        if let (Some(slack), Some(witness)) =
            (entry["tightest"]["slack"].as_f64(), entry["tightest"]["witness"].as_str())
        {
            let unit = entry["tightest"]["unit"].as_str().unwrap_or_default();
            text += &format!("Tightest instance: {} {unit}: {witness}\n", page::slack(slack));
        }
        let told = |key: &str| self.0.get(key).and_then(Value::as_str).unwrap_or_default();
        let cases = self.0.get("proptest_cases").map(|cases| format!("PROPTEST_CASES={cases} "));
        let cases = cases.unwrap_or_default();
        text + &format!(
            "Reproduce it: {cases}lip1 verify {} --budget {} --seed {}\n",
            claim.id,
            told("budget"),
            told("seed")
        )
    }
}

fn explained(claim: &Claim, last: &LastLedger) -> String {
    let mut text = format!("{}  {}\n{}\n\n", claim.id, claim.title, claim.section);
    for sentence in claim.sentences {
        let verdict = last.sentence(claim, sentence.label).map(|verdict| format!(" [{verdict}]"));
        let number = sentence.whose.number().map(|number| format!(", {number}")).unwrap_or_default();
        let corrects = sentence.corrects.map(|label| format!(", corrects {label}")).unwrap_or_default();
        text += &format!(
            "{} ({}{number}{corrects}){}: {}\n",
            sentence.label,
            sentence.whose.name(),
            verdict.unwrap_or_default(),
            sentence.text
        );
    }
    text += &format!("In LaTeX: {}\n", claim.formula);
    text += &format!("Source: {}\n\nHypotheses:\n", claim.source);
    for hypothesis in claim.hypotheses {
        text += &format!("  - {hypothesis}\n");
    }
    text += "\nChecks:\n";
    for check in claim.checks {
        let role = if check.essential { "essential" } else { "illustrative" };
        let about = if claim.sentences.len() > 1 { format!(", of {}", check.about) } else { String::new() };
        let found = last.found(claim, "checks", check.name);
        text += &format!("  - {} ({role}{about}){found}\n", words(check.name));
    }
    text += "\nControls (must be rejected):\n";
    for control in claim.controls {
        let found = last.found(claim, "controls", control.name);
        text += &format!("  - {} (breaks: {}){found}\n", words(control.name), control.breaks);
    }
    let faults: Vec<_> =
        power::stored().map(|power| power.noticed_by(claim.id).collect()).unwrap_or_default();
    if !faults.is_empty() {
        text += "\nFaults on purpose that it notices:\n";
    }
    for (fault, run) in faults {
        text += &format!("  - {} ({})\n", fault.what.trim_end_matches('.'), run.verdict);
    }
    let verdict = last.verdict(claim).unwrap_or("not run here yet");
    text += &format!("\nExpected verdict: {}\nLast verdict: {verdict}\n", claim.expected.name());
    text + &last.end(claim)
}

fn as_json(claim: &Claim, last: &LastLedger) -> Value {
    let sentences: Vec<Value> = claim
        .sentences
        .iter()
        .map(|sentence| {
            json!({
                "label": sentence.label,
                "whose": sentence.whose.name(),
                "number": sentence.whose.number(),
                "text": sentence.text,
                "corrects": sentence.corrects,
                "verdict": last.sentence(claim, sentence.label),
            })
        })
        .collect();
    let checks: Vec<Value> = claim
        .checks
        .iter()
        .map(|check| json!({ "name": check.name, "essential": check.essential, "about": check.about }))
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
        "statement": claim.statement(),
        "sentences": sentences,
        "formula": claim.formula,
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
