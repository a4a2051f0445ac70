//! `index.html`: the ledger for a reader. One file, no network, no script.

mod claim;
mod overview;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::Section;
use crate::ledger::{ClaimEntry, Ledger};

pub use overview::slack;

const STYLE: &str = include_str!("style.css");

/// The page of a ledger.
pub fn of(ledger: &Ledger) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "lip1: the ledger" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "The Many Faces of 1-Lipschitz Neural Networks, checked" }
                    (overview::summary(ledger))
                }
                main {
                    h2 id="claims" { "Claims" }
                    (overview::table(ledger))
                    @for section in sections(ledger) {
                        (section_of(ledger, section))
                    }
                }
                footer { (provenance(ledger)) }
            }
        }
    };
    page.into_string()
}

/// The sections that have a claim, in the order of the paper.
fn sections(ledger: &Ledger) -> Vec<Section> {
    let mut sections: Vec<Section> = ledger.claims.iter().map(|entry| entry.claim.section).collect();
    sections.sort_unstable();
    sections.dedup();
    sections
}

fn section_of(ledger: &Ledger, section: Section) -> Markup {
    let entries: Vec<&ClaimEntry> =
        ledger.claims.iter().filter(|entry| entry.claim.section == section).collect();
    html! {
        section {
            h2 { (section) }
            @if let Some((entry, picture)) = entries.iter().find_map(|entry| Some((entry, claim::picture(entry)?))) {
                (claim::figure(entry.id, picture))
            }
            @for entry in &entries {
                (claim::details(ledger, entry))
            }
        }
    }
}

fn provenance(ledger: &Ledger) -> Markup {
    html! {
        dl {
            dt { "Program (SHA-256)" }
            dd { code { (ledger.program) } }
            dt { "Seed and budget" }
            dd { (ledger.seed) ", " (ledger.budget)
                @if let Some(cases) = ledger.proptest_cases { ", PROPTEST_CASES=" (cases) }
            }
            dt { "Machine" }
            dd { (ledger.machine.os) ", " (ledger.machine.arch) ", " (ledger.machine.cores) " hardware threads" }
        }
        p {
            "Statements are transcribed from the abstract and from published summaries, slides and code of later "
            "versions of the paper, not from its full text: a refutation is one of the transcription."
        }
    }
}
