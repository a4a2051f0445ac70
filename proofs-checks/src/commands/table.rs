//! The ledger as a table for the terminal.

use lip1_checks::ledger::{ClaimEntry, Ledger};
use lip1_checks::{Outcome, page};

/// The claims, what went wrong, and a summary.
pub(super) fn of(ledger: &Ledger) -> String {
    let head =
        ["claim", "verdict", "evidence", "scope", "controls", "worst slack", "title"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(ledger.claims.iter().map(row));
    let mut text = aligned(&rows);
    for claim in &ledger.claims {
        text += &troubles(claim);
    }
    let as_expected = ledger.claims.iter().filter(|claim| claim.passes()).count();
    let counts: Vec<String> =
        ledger.by_evidence().iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
    text + &format!(
        "\n{as_expected} of {} verdicts as expected ({}); seed {}, budget {}\n",
        ledger.claims.len(),
        counts.join(", "),
        ledger.seed,
        ledger.budget
    )
}

fn row(claim: &ClaimEntry) -> [String; 7] {
    let slack = claim
        .tightest
        .as_ref()
        .map_or("exact".to_owned(), |tightest| format!("{} {}", page::slack(tightest.slack), tightest.unit));
    let rejected = claim.controls.iter().filter(|control| control.rejected).count();
    [
        claim.id.to_owned(),
        claim.verdict.name().to_owned(),
        claim.evidence.map(|kind| kind.name()).unwrap_or_default().to_owned(),
        claim.scope.map(|scope| scope.name()).unwrap_or_default().to_owned(),
        format!("{rejected}/{} rejected", claim.controls.len()),
        slack,
        claim.title.to_owned(),
    ]
}

/// What kept a claim from its expected verdict.
fn troubles(claim: &ClaimEntry) -> String {
    let mut text = String::new();
    if claim.verdict != claim.expected {
        text += &format!("\n{}: expected {}\n", claim.id, claim.expected.name());
    }
    if claim.passes() {
        return text;
    }
    for check in claim.checks.iter().filter(|check| check.outcome != Outcome::Holds.name()) {
        let reason = check.reason().unwrap_or_default();
        text += &format!("  {} {}: {reason}\n", check.outcome, check.name);
        if let Some(witness) = &check.witness {
            text += &format!("    witness {witness}\n");
        }
    }
    for control in claim.controls.iter().filter(|control| !control.rejected) {
        text += &format!("  not rejected: {}: {}\n", control.name, control.reason());
    }
    text
}

/// Columns as wide as their widest cell.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |row: &[String; N]| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
