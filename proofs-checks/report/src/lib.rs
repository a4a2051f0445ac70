//! `index.html`: the ledger for a reader. One file, no network; a script filters, and nothing depends on it.
//!
//! | to do this | use that |
//! |---|---|
//! | make the page | [`of`], of what is [`Shown`] |
//! | show Table 1, defects, notebooks | [`Row`] and [`Cell`], [`Defect`], [`Notebook`]: plain data, made by whoever knows the claims |
//! | show which claims notice which faults | [`lip1_harness::power::Power`] |
//! | turn a formula into MathML | [`mathml`] |
//! | write a slack as the page does | [`slack`] |

mod claim;
mod defects;
mod filter;
mod formula;
mod notebooks;
mod overview;
mod paper;
mod power;
mod table_one;

use lip1_harness::Section;
use lip1_harness::ledger::{ClaimEntry, Ledger};
use lip1_harness::power::Power;
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use defects::Defect;
pub use formula::mathml;
pub use notebooks::Notebook;
pub use overview::slack;
pub use table_one::{Cell, Row};

const STYLE: &str = include_str!("style.css");

/// What a page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The claims with their verdicts.
    pub ledger: &'a Ledger,
    /// The rows of the paper's Table 1.
    pub table_one: &'a [Row],
    /// Figures of the published code that its defects explain.
    pub defects: &'a [Defect],
    /// Which claims notice which faults.
    pub power: Option<&'a Power>,
    /// Notebooks that lie beside the page.
    pub notebooks: &'a [Notebook],
}

/// The page.
pub fn of(shown: &Shown<'_>) -> String {
    let Shown { ledger, power, .. } = *shown;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Without it a browser asks for /favicon.ico, which is not there.
                link rel="icon" href="data:,";
                title { "lip1: the ledger" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#claims" { "To the claims" }
                header {
                    h1 { "The Many Faces of 1-Lipschitz Neural Networks, checked" }
                    (paper::of(&ledger.paper, shown.defects.len()))
                    (overview::summary(ledger))
                    (overview::legend())
                    (overview::provenance(ledger))
                    nav aria-label="Parts of the page" {
                        a href="#paper" { "What the paper gets wrong" }
                        a href="#claims" { "Claims" }
                        a href="#table-1" { "Table 1" }
                        @for section in sections(ledger) { a href={ "#" (anchor(section)) } { (section) } }
                        a href="#defects" { "Defects of the published code" }
                        @if power.is_some() { a href="#faults" { "Faults" } }
                    }
                    (notebooks::links(shown.notebooks))
                }
                main {
                    h2 id="claims" { "Claims" }
                    (filter::form(ledger))
                    (overview::table(ledger))
                    (table_one::of(shown.table_one, ledger))
                    @for section in sections(ledger) { (section_of(ledger, power, section)) }
                    (defects::of(shown.defects))
                    @if let Some(power) = power { (power::of(power)) }
                }
                footer {
                    p {
                        "A sentence says whose it is: the author's (with its number in a restatement of the paper that was "
                        "read), transcribed from abstracts, summaries, slides and code, or ours. The text of the paper itself "
                        "has not been seen: a refutation is one of the sentence as quoted here."
                    }
                    p { "Program (SHA-256): " code { (ledger.program) } }
                }
                (filter::script())
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

fn anchor(section: Section) -> String {
    format!("section-{section:?}").to_lowercase()
}

fn section_of(ledger: &Ledger, power: Option<&Power>, section: Section) -> Markup {
    let entries: Vec<&ClaimEntry> =
        ledger.claims.iter().filter(|entry| entry.claim.section == section).collect();
    html! {
        section class="claims" aria-labelledby=(anchor(section)) {
            h2 id=(anchor(section)) { (section) }
            @for entry in &entries { (claim::details(ledger, power, entry)) }
        }
    }
}
