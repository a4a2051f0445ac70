//! The head of the page: what came out, and the table of claims.

use lip1_harness::ledger::{ClaimEntry, Ledger};
use lip1_harness::{Kind, Scope, Verdict};
use maud::{Markup, html};

use super::filter;

/// One paragraph on the whole.
pub(super) fn summary(ledger: &Ledger) -> Markup {
    let all = ledger.claims.len();
    let as_expected = ledger.claims.iter().filter(|entry| entry.passes()).count();
    let controls = ledger.claims.iter().flat_map(|entry| &entry.controls);
    let rejected = controls.clone().filter(|control| control.rejected).count();
    let kinds: Vec<String> =
        ledger.by_evidence().iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
    html! {
        p class="summary" {
            strong { (as_expected) " of " (all) " verdicts" } " as expected (" (kinds.join(", ")) "); "
            strong { (rejected) " of " (controls.count()) " controls" } " rejected. "
            "A verdict is computed from checks and controls alone. A control is the same examination run on an "
            "instance that breaks a hypothesis: it must be rejected."
        }
    }
}

/// What the words of the table mean.
pub(super) fn legend() -> Markup {
    let verdicts = [
        Verdict::Holds,
        Verdict::HoldsCorrected,
        Verdict::Supported,
        Verdict::Refuted,
        Verdict::Inconclusive,
    ];
    html! {
        details {
            summary { "What the words mean" }
            dl class="detail" {
                @for word in verdicts { dt { (verdict(word)) } dd { (word.meaning()) } }
                @for kind in Kind::ALL { dt { (kind.name()) } dd { (kind.meaning()) } }
                @for scope in [Scope::Universal, Scope::Instances] { dt { (scope.name()) } dd { (scope.meaning()) } }
                dt { "slack" }
                dd { "the smallest margin by which a check held; negative if it failed" }
            }
        }
    }
}

/// Seed, budget, machine and time: what it takes to see it again.
pub(super) fn provenance(ledger: &Ledger) -> Markup {
    let seconds: f64 = ledger.claims.iter().map(ClaimEntry::seconds).sum();
    html! {
        p class="figures" {
            "Seed " (ledger.seed) ", budget " (ledger.budget)
            @if let Some(cases) = ledger.proptest_cases { ", PROPTEST_CASES=" (cases) }
            "; " (ledger.machine.os) ", " (ledger.machine.arch) ", " (ledger.machine.cores) " hardware threads; "
            (time(seconds)) " of computing."
        }
    }
}

/// Every claim with its verdict and what it rests on; the title leads to the detail.
pub(super) fn table(ledger: &Ledger) -> Markup {
    // The roles survive the narrow layout, in which the style makes blocks of rows and cells.
    html! {
        table class="stacked" role="table" {
            caption { "Verdict, evidence, cases, smallest margin, controls and time of every claim" }
            thead role="rowgroup" {
                tr role="row" {
                    @for name in ["Claim", "Verdict", "Evidence", "Cases", "Worst slack", "Controls", "Time"] {
                        th scope="col" role="columnheader" { (name) }
                    }
                }
            }
            tbody role="rowgroup" {
                @for entry in &ledger.claims { (row(entry)) }
            }
        }
    }
}

fn row(entry: &ClaimEntry) -> Markup {
    let rejected = entry.controls.iter().filter(|control| control.rejected).count();
    html! {
        tr role="row" data-claim=(entry.id) {
            th scope="row" role="rowheader" { a href={ "#" (entry.id) } { b { (entry.id) } " " (entry.title) } }
            (cell("Verdict", html! {
                (verdict(entry.verdict))
                @if entry.verdict != entry.expected { " (expected " (entry.expected.name()) ")" }
            }))
            (cell("Evidence", html! {
                (filter::evidence(entry)) @if let Some(scope) = entry.scope { ", " (scope.name()) }
            }))
            (cell("Cases", html! { (grouped(entry.cases())) }))
            (cell("Worst slack", html! {
                @match &entry.tightest {
                    Some(tightest) => { (slack(tightest.slack)) " " (tightest.unit) }
                    None => { "exact" }
                }
            }))
            (cell("Controls", html! { (rejected) " of " (entry.controls.len()) " rejected" }))
            (cell("Time", html! { span class="whole" { (time(entry.seconds())) } }))
        }
    }
}

/// A cell that names its column where the columns are stacked.
pub(super) fn cell(label: &str, content: Markup) -> Markup {
    html! { td role="cell" data-label=(label) { (content) } }
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

/// A count with its thousands apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration in seconds or milliseconds.
pub(super) fn time(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let all = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "999", "1,000", "1,234,567"]);
    }
}
