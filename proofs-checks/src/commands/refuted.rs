//! What the paper gets wrong: the list behind `lip1 claims --refuted`.

use lip1_checks::claims::CLAIMS;
use lip1_checks::ledger::Ledger;
use lip1_checks::paper::{Falsehood, Paper};
use lip1_checks::run::{self, Header, Settings, Shard};
use lip1_checks::{Budget, Claim, Verdict, pool};
use serde_json::Value;

use super::{Failure, verify};

/// The list of the last ledger if this program wrote it with every claim that the list is about; otherwise these claims
/// are checked at the quick budget.
pub(super) fn list(last: &Value) -> Result<Paper, Failure> {
    let program = run::program_hash().map_err(Failure::new)?;
    let claims: Vec<&'static Claim> = CLAIMS.iter().filter(|claim| is_about(claim)).copied().collect();
    match stored(last, &program, &claims) {
        Some(paper) => Ok(paper),
        None => computed(&program, &claims),
    }
}

/// Whether a false sentence is to be expected in a claim.
fn is_about(claim: &Claim) -> bool {
    let corrects = claim.sentences.iter().any(|sentence| sentence.corrects.is_some());
    corrects || matches!(claim.expected, Verdict::Refuted | Verdict::HoldsCorrected)
}

fn stored(last: &Value, program: &str, claims: &[&Claim]) -> Option<Paper> {
    let entries = last["claims"].as_array()?;
    let there = |claim: &&Claim| entries.iter().any(|entry| entry["id"] == claim.id);
    if last["program"] != program || !claims.iter().all(there) {
        return None;
    }
    serde_json::from_value(last["paper"].clone()).ok()
}

fn computed(program: &str, claims: &[&'static Claim]) -> Result<Paper, Failure> {
    eprintln!("lip1: no ledger of this program has the claims concerned; checking {}", claims.len());
    let settings = Settings { seed: 0, budget: Budget::Quick, cases: None };
    let jobs = run::jobs(claims);
    let records = pool::each(verify::cores(), &jobs, |job| Ok::<_, Failure>(job.run(settings)))?;
    let header = Header::new(program, settings, claims, Shard::WHOLE);
    let ledger = Ledger::new(&header, &jobs, &records).map_err(Failure::new)?;
    Ok(ledger.paper)
}

/// The list for a terminal.
pub(super) fn told(paper: &Paper) -> String {
    let all: String = paper.refuted.iter().map(falsehood).collect();
    paper.summary() + "\n" + &all
}

fn falsehood(found: &Falsehood) -> String {
    let mut text = format!("\n{} ({}), {}: {}\n", found.claim, found.label, found.attribution(), found.text);
    if let Some(witness) = &found.witness {
        text += &format!("  False, for example: {witness}\n");
    }
    text += &format!("  Refuted by: {}\n", found.refuted_by.join(", "));
    match &found.correction {
        Some(instead) => {
            text += &format!("  {} ({}): {}\n", instead.standing(), instead.label, instead.text);
            text += &format!("  Decided by: {}\n", instead.checks.join(", "));
        }
        None => text += "  Nothing is put in its place.\n",
    }
    text
}
