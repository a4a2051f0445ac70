//! The form that narrows down the claims; it stays hidden where no script runs.

use lip1_harness::Section;
use lip1_harness::ledger::{ClaimEntry, Ledger};
use maud::{Markup, PreEscaped, html};

const SCRIPT: &str = include_str!("filter.js");

/// The form, in front of the table of claims.
pub(super) fn form(ledger: &Ledger) -> Markup {
    let sections: Vec<String> = super::sections(ledger).iter().map(Section::to_string).collect();
    html! {
        form id="filter" role="search" aria-label="Filter the claims" hidden {
            label { "Search " input type="search" name="search" autocomplete="off"; }
            (choice("Verdict", "verdict", &values(ledger, verdict)))
            (choice("Evidence", "evidence", &values(ledger, evidence)))
            (choice("Section", "section", &sections))
            span class="buttons" {
                button type="reset" { "Clear" }
                button type="button" id="open-all" { "Open all" }
                button type="button" id="close-all" { "Close all" }
            }
            p id="shown" role="status" {}
        }
    }
}

/// The script, at the end of the page.
pub(super) fn script() -> Markup {
    html! { script { (PreEscaped(SCRIPT)) } }
}

/// What the form's choices are compared with.
pub(super) fn verdict(entry: &ClaimEntry) -> &'static str {
    entry.verdict.name()
}

/// What the form's choices are compared with.
pub(super) fn evidence(entry: &ClaimEntry) -> &'static str {
    entry.evidence.map_or("none", |kind| kind.name())
}

fn values(ledger: &Ledger, of: fn(&ClaimEntry) -> &'static str) -> Vec<String> {
    let mut values: Vec<String> = ledger.claims.iter().map(|entry| of(entry).to_owned()).collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn choice(label: &str, name: &str, values: &[String]) -> Markup {
    html! {
        label { (label) " "
            select name=(name) {
                option value="" { "all" }
                @for value in values { option value=(value) { (value) } }
            }
        }
    }
}
