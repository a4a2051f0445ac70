//! Table 1 on the page: every cell with the claims that it was computed from.

use lip1_harness::Verdict;
use lip1_harness::ledger::Ledger;
use maud::{Markup, html};

use super::overview::cell;

/// A row: one question, answered for both kinds of network.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is compared.
    pub question: &'static str,
    /// Networks without a constraint.
    pub all_net: Cell,
    /// 1-Lipschitz networks.
    pub lip_net: Cell,
}

/// An entry with what the verdicts of its claims make of it.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The entry.
    pub says: &'static str,
    /// Ids of the claims that it rests on.
    pub rests_on: &'static [&'static str],
    /// What their verdicts amount to; one that is refuted or inconclusive does not bear the entry out.
    pub verdict: Verdict,
    /// The same in a few words.
    pub standing: &'static str,
    /// Ids of the claims that make it so, unless all are alike.
    pub because_of: Vec<&'static str>,
}

/// The table; an id leads to its claim if the ledger has it.
pub(super) fn of(rows: &[Row], ledger: &Ledger) -> Markup {
    html! {
        section aria-labelledby="table-1" {
            h2 id="table-1" { "Table 1: unconstrained against 1-Lipschitz" }
            table class="stacked" role="table" {
                caption {
                    "The paper's comparison. What a cell says stands only as far as the verdicts of the claims named "
                    "under it bear it out."
                }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Question", "AllNet (unconstrained)", "LipNet1 (1-Lipschitz)"] {
                            th scope="col" role="columnheader" { (name) }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for row in rows {
                        tr role="row" {
                            th scope="row" role="rowheader" { b { (row.question) } }
                            (cell("AllNet", entry(ledger, &row.all_net)))
                            (cell("LipNet1", entry(ledger, &row.lip_net)))
                        }
                    }
                }
            }
        }
    }
}

fn entry(ledger: &Ledger, of: &Cell) -> Markup {
    let borne_out = !matches!(of.verdict, Verdict::Refuted | Verdict::Inconclusive);
    html! {
        // An entry that its claims do not bear out is not stated.
        @if borne_out { (of.says) }
        @else { s { (of.says) } }
        " " span class={ "verdict " (of.verdict.name()) } { (of.standing) }
        @if !of.because_of.is_empty() { " (" (of.because_of.join(", ")) ")" }
        span class="figures" { " from "
            @for (index, id) in of.rests_on.iter().enumerate() {
                @if index > 0 { ", " }
                @if ledger.claims.iter().any(|entry| entry.id == *id) { a href={ "#" (id) } { (id) } }
                @else { (id) }
            }
        }
    }
}
