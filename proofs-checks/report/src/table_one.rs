//! Table 1 on the page: every cell with the claims that it was computed from.

use maud::{Markup, html};

use super::overview::cell;
use crate::ledger::Ledger;
use crate::table_one::{Cell, ROWS, Standing};

/// The table.
pub(super) fn of(ledger: &Ledger) -> Markup {
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
                    @for row in ROWS {
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
    let standing = of.standing(ledger);
    let class = match &standing {
        Standing::Holds => "holds",
        Standing::Corrected(_) => "holds-corrected",
        Standing::Supported(_) => "supported",
        Standing::Refuted(_) => "refuted",
        Standing::Open(_) => "inconclusive",
    };
    let which = standing.because_of();
    html! {
        // An entry that its claims do not bear out is not stated.
        @if standing.is_borne_out() { (of.says) }
        @else { s { (of.says) } }
        " " span class={ "verdict " (class) } { (standing.word()) }
        @if !which.is_empty() { " (" (which.join(", ")) ")" }
        span class="figures" { " from "
            @for (index, id) in of.rests_on.iter().enumerate() {
                @if index > 0 { ", " }
                @if ledger.claims.iter().any(|entry| entry.id == *id) { a href={ "#" (id) } { (id) } }
                @else { (id) }
            }
        }
    }
}
