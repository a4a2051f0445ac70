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

/// Columns of a line; words that are longer stay whole.
const WIDTH: usize = 110;

/// The list for a terminal.
pub(super) fn told(paper: &Paper) -> String {
    let all: String = paper.refuted.iter().map(falsehood).collect();
    paper.summary() + "\n" + &all
}

fn falsehood(found: &Falsehood) -> String {
    let head = format!("{} ({}), {}: {}", found.claim, found.label, found.attribution(), found.text);
    let mut lines = Vec::new();
    if let Some(witness) = &found.witness {
        lines.push(format!("False, for example: {witness}"));
    }
    lines.push(format!("Refuted by: {}", found.refuted_by.join(", ")));
    match &found.correction {
        Some(instead) => {
            lines.push(format!("{} ({}): {}", instead.standing(), instead.label, instead.text));
            lines.push(format!("Decided by: {}", instead.checks.join(", ")));
        }
        None => lines.push("Nothing is put in its place.".to_owned()),
    }
    let below: String = lines.iter().map(|line| wrapped(line, "  ")).collect();
    format!("\n{}{below}", wrapped(&head, ""))
}

/// The words in lines, every line but the first two columns further in.
fn wrapped(text: &str, indent: &str) -> String {
    let (mut lines, mut line) = (String::new(), indent.to_owned());
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 && line.chars().count() + word.chars().count() > WIDTH {
            lines += line.trim_end();
            line = format!("\n{indent}  ");
        }
        line += &format!("{word} ");
    }
    lines + line.trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use lip1_checks::Claim;
    use lip1_checks::claims::{CLAIMS, find};
    use serde_json::json;

    use super::{WIDTH, is_about, stored, wrapped};

    #[test]
    fn a_claim_is_concerned_if_a_sentence_of_it_is_expected_to_be_false() {
        let ids: Vec<&str> = CLAIMS.iter().filter(|claim| is_about(claim)).map(|claim| claim.id).collect();
        assert!(ids.contains(&"V2") && !ids.contains(&"M0") && !ids.contains(&"L3"), "{ids:?}");
    }

    #[test]
    fn a_ledger_that_would_leave_out_a_false_sentence_is_not_used() {
        let claims: Vec<&Claim> = ["V2", "V6"].iter().filter_map(|id| find(id)).collect();
        let counts = json!({
            "claims": 2, "examined": 1, "holding": 1, "supported": 0, "open": 0, "refuted": []
        });
        let ledger = |ids: &[&str]| {
            let entries: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
            json!({ "program": "this", "claims": entries, "paper": counts })
        };
        let whole = ledger(&["L3", "V2", "V6"]);
        assert_eq!(stored(&whole, "this", &claims).map(|paper| paper.holding), Some(1));
        assert!(stored(&whole, "another", &claims).is_none());
        assert!(stored(&ledger(&["V2"]), "this", &claims).is_none());
        let older = json!({ "program": "this", "claims": [{ "id": "V2" }, { "id": "V6" }] });
        assert!(stored(&older, "this", &claims).is_none() && stored(&json!(null), "this", &claims).is_none());
    }

    #[test]
    fn lines_are_filled_and_no_word_is_lost() {
        let text = "word ".repeat(100);
        let lines = wrapped(&text, "  ");
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("  word")
            || line.starts_with("    word")));
        assert_eq!((lines.split_whitespace().count(), lines.lines().count()), (100, 5));
        assert_eq!(wrapped("a b", ""), "a b\n");
    }
}
