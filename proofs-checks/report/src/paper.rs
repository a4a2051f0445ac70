//! The first words of the page: what became of the paper's sentences, and what is true instead of the false ones.

use lip1_harness::Verdict;
use lip1_harness::paper::{Falsehood, Paper};
use maud::{Markup, html};

use super::claim::{anchor, words};
use super::overview::verdict;

/// The counts, and the list of what is false; `defects` counts the figures explained further down.
pub(super) fn of(paper: &Paper, defects: usize) -> Markup {
    html! {
        section aria-labelledby="paper" {
            h2 id="paper" { "What the paper gets wrong" }
            p class="summary" {
                strong { (paper.summary()) }
                @if !paper.refuted.is_empty() { " What is false, and what is true instead:" }
            }
            @if !paper.refuted.is_empty() {
                ul class="falsehoods" { @for found in &paper.refuted { li { (falsehood(found)) } } }
            }
            @if defects > 0 {
                p {
                    "Besides, " a href="#defects" {
                        (defects) @if defects == 1 { " figure" } @else { " figures" } " of the published code"
                    }
                    " come out otherwise once its defects are removed; no theorem depends on them."
                }
            }
        }
    }
}

fn falsehood(found: &Falsehood) -> Markup {
    html! {
        p {
            a href={ "#" (anchor(&found.claim, &found.label)) } { b { (found.claim) " (" (found.label) ")" } }
            " " (verdict(Verdict::Refuted)) " " (found.text) " (" (found.attribution()) ")"
        }
        @if let Some(witness) = &found.witness { p class="figures" { "False, for example: " code { (witness) } } }
        p {
            @match &found.correction {
                Some(instead) => {
                    b { (instead.standing()) }
                    " (" a href={ "#" (anchor(&found.claim, &instead.label)) } { (instead.label) } "): " (instead.text)
                }
                None => { "Nothing is put in its place." }
            }
        }
        p class="figures" {
            "Decided by: " (quoted(&found.refuted_by)) ", refuted"
            @if let Some(instead) = &found.correction { "; " (quoted(&instead.checks)) ", " (instead.verdict.name()) }
            "."
        }
    }
}

/// Names of checks as a reader sees them.
fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("“{}”", words(name))).collect();
    names.join(", ")
}
