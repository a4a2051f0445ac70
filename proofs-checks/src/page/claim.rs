//! The detail of one claim.

use maud::{Markup, PreEscaped, html};

use super::overview::{slack, time, verdict};
use crate::ledger::{CheckEntry, ClaimEntry, ControlEntry, Ledger};
use crate::{About, Picture};

/// The first picture of a claim.
pub(super) fn picture(entry: &ClaimEntry) -> Option<&Picture> {
    pictures(entry).next()
}

fn pictures(entry: &ClaimEntry) -> impl Iterator<Item = &Picture> {
    entry.checks.iter().filter_map(CheckEntry::examined).flat_map(|found| &found.pictures)
}

/// A picture with its caption and text alternative.
pub(super) fn figure(id: &str, picture: &Picture) -> Markup {
    html! {
        figure {
            div role="img" aria-label=(picture.alternative) { (PreEscaped(&picture.svg)) }
            figcaption { (id) ": " (picture.title) }
        }
    }
}

/// Everything known of a claim; closed until opened, or until a link leads to it.
pub(super) fn details(ledger: &Ledger, entry: &ClaimEntry) -> Markup {
    let claim = entry.claim;
    html! {
        details {
            summary { b { (entry.id) } " " (entry.title) " " (verdict(entry.verdict)) }
            // The anchor lies inside, so that following a link to it opens the details.
            div class="detail" id=(entry.id) tabindex="-1" {
                dl {
                    dt { "As transcribed" }
                    dd { (claim.statement) }
                    @if let Some(corrected) = claim.corrected {
                        dt { "Corrected" }
                        dd { (corrected) }
                    }
                    dt { "Hypotheses" }
                    dd { ul { @for hypothesis in claim.hypotheses { li { (hypothesis) } } } }
                    dt { "Source" }
                    dd { (claim.source) }
                    dt { "Expected verdict" }
                    dd { (claim.expected.name()) }
                }
                h3 { "Checks" }
                @for (check, about) in entry.checks.iter().zip(claim.checks) {
                    (check_of(check, about.about))
                }
                h3 { "Controls" }
                @for (control, about) in entry.controls.iter().zip(claim.controls) {
                    (control_of(control, about.breaks))
                }
                @for picture in pictures(entry) { (figure(entry.id, picture)) }
                p { "Again: " code {
                    "lip1 verify " (entry.id) " --budget " (ledger.budget) " --seed " (ledger.seed)
                } }
            }
        }
    }
}

fn check_of(check: &CheckEntry, about: About) -> Markup {
    let role = if check.essential { "essential" } else { "illustrative" };
    html! {
        div class={ "part " (check.outcome) } {
            p {
                b { (words(check.name)) } ": " (check.outcome)
                " (" (role) @if about == About::Corrected { ", of the corrected statement" } ")"
            }
            p class="figures" {
                @if let Some(found) = check.examined() {
                    (found.kind.name()) ", " (found.scope.name()) "; " (found.cases) " cases; "
                    @if let (Some(value), Some(unit)) = (found.worst_slack, &found.slack_unit) {
                        "worst slack " (slack(value)) " " (unit) "; "
                    }
                }
                (time(check.seconds))
            }
            @if let Some(reason) = check.reason() { p class="figures" { (reason) } }
            @if let Some(witness) = &check.witness {
                p class="figures" { "tightest: " code { (witness) } }
            }
        }
    }
}

fn control_of(control: &ControlEntry, breaks: &str) -> Markup {
    let said = if control.rejected { "rejected" } else { "not rejected" };
    html! {
        div class={ "part " (if control.rejected { "holds" } else { "violated" }) } {
            p { b { (words(control.name)) } ": " (said) " (breaks: " (breaks) ")" }
            p class="figures" { (control.reason()) "; " (time(control.seconds)) }
        }
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
