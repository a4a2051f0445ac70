//! The head of the page: what came out, and the table of claims.

use maud::{Markup, html};

use crate::Verdict;
use crate::ledger::{ClaimEntry, Ledger};

/// One sentence on the whole.
pub(super) fn summary(ledger: &Ledger) -> Markup {
    let all = ledger.claims.len();
    let as_expected = ledger.claims.iter().filter(|entry| entry.passes()).count();
    let controls = ledger.claims.iter().flat_map(|entry| &entry.controls);
    let rejected = controls.clone().filter(|control| control.rejected).count();
    html! {
        p class="summary" {
            strong { (as_expected) " of " (all) " verdicts" } " as expected; "
            strong { (rejected) " of " (controls.count()) " controls" } " rejected. "
            "A verdict is computed from checks and controls alone. A control is the same examination run on an "
            "instance that breaks a hypothesis: it must be rejected."
        }
    }
}

/// Every claim with its verdict and what it rests on; the title leads to the detail.
pub(super) fn table(ledger: &Ledger) -> Markup {
    html! {
        table class="claims" {
            caption { "Verdict, evidence, controls and smallest margin of every claim" }
            thead {
                tr {
                    th scope="col" { "Claim" }
                    th scope="col" { "Verdict" }
                    th scope="col" { "Evidence" }
                    th scope="col" { "Controls" }
                    th scope="col" { "Worst slack" }
                    th scope="col" { "Time" }
                }
            }
            tbody {
                @for entry in &ledger.claims { (row(entry)) }
            }
        }
    }
}

fn row(entry: &ClaimEntry) -> Markup {
    let rejected = entry.controls.iter().filter(|control| control.rejected).count();
    let seconds: f64 = entry.checks.iter().map(|check| check.seconds).sum::<f64>()
        + entry.controls.iter().map(|control| control.seconds).sum::<f64>();
    html! {
        tr {
            th scope="row" { a href={ "#" (entry.id) } { b { (entry.id) } " " (entry.title) } }
            td data-label="Verdict" { (verdict(entry.verdict)) @if entry.verdict != entry.expected {
                " (expected " (entry.expected.name()) ")"
            } }
            td data-label="Evidence" {
                @match (entry.evidence, entry.scope) {
                    (Some(kind), Some(scope)) => { (kind.name()) ", " (scope.name()) }
                    _ => { "none" }
                }
            }
            td data-label="Controls" { (rejected) " of " (entry.controls.len()) " rejected" }
            td data-label="Worst slack" {
                @match entry.tightest() {
                    Some((value, unit)) => { (slack(value)) " " (unit) }
                    None => { "exact" }
                }
            }
            td data-label="Time" { (time(seconds)) }
        }
    }
}

/// A verdict as a badge; its word says it without the colour.
pub(super) fn verdict(verdict: Verdict) -> Markup {
    html! { span class={ "verdict " (verdict.name()) } { (verdict.name()) } }
}

/// A slack in three digits.
pub fn slack(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        0.01..1e5 => format!("{value:.3}"),
        _ => format!("{value:.2e}"),
    }
}

/// A duration in seconds or milliseconds.
pub(super) fn time(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}
