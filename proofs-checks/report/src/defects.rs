//! Figures of the paper's published code that come from its defects, beside the corrected ones.

use maud::{Markup, html};

use super::overview::cell;
/// A figure that a defect explains.
#[derive(Clone, Debug)]
pub struct Defect {
    /// Where it was published.
    pub place: String,
    /// What the figure is.
    pub quantity: String,
    /// What is wrong.
    pub defect: String,
    /// As published; none if the publication does not print it.
    pub published: Option<f64>,
    /// Computed with the defect.
    pub reproduced: f64,
    /// Computed without it.
    pub corrected: f64,
}

/// The table.
pub(super) fn of(defects: &[Defect]) -> Markup {
    html! {
        section aria-labelledby="defects" {
            h2 id="defects" { "Defects of the published code" }
            p {
                "None of them touches a theorem. Each figure was computed twice for this page, with the defect and without; "
                code { "lip1 experiment defects" } " does it again."
            }
            table class="stacked" role="table" {
                caption { "Figures as published, reproduced with the defect, and corrected" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Figure", "Published", "Reproduced", "Corrected", "What is wrong"] {
                            th scope="col" role="columnheader" { (name) }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for figure in defects { (row(figure)) }
                }
            }
        }
    }
}

fn row(figure: &Defect) -> Markup {
    html! {
        tr role="row" {
            th scope="row" role="rowheader" { b { (figure.place) } ": " (figure.quantity) }
            (cell("Published", html! { @match figure.published {
                Some(value) => { (number(value)) }
                None => { "not printed" }
            } }))
            (cell("Reproduced", html! { (number(figure.reproduced)) }))
            (cell("Corrected", html! { (number(figure.corrected)) }))
            (cell("What is wrong", html! { (figure.defect) }))
        }
    }
}

/// Four digits, enough to tell the columns apart.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        0.01..1e4 => format!("{value:.4}"),
        _ => format!("{value:.3e}"),
    }
}
