//! The detail of one claim.

use lip1_figures::on_any_ground;
use lip1_harness::ledger::{CheckEntry, ClaimEntry, ControlEntry, Ledger};
use lip1_harness::power::Power;
use lip1_harness::{About, Picture};
use maud::{Markup, PreEscaped, html};

use super::overview::{slack, time, verdict};
use super::{filter, mathml};

/// Everything known of a claim; closed until opened, or until a link leads to it.
pub(super) fn details(ledger: &Ledger, power: Option<&Power>, entry: &ClaimEntry) -> Markup {
    let claim = entry.claim;
    html! {
        details data-claim=(entry.id) data-verdict=(filter::verdict(entry)) data-evidence=(filter::evidence(entry))
            data-section=(claim.section) {
            summary { b { (entry.id) } " " (entry.title) " " (verdict(entry.verdict)) }
            // The anchor lies inside, so that following a link to it opens the details.
            div class="detail" id=(entry.id) tabindex="-1" {
                (formula(claim.formula))
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
                    dt { "Verdict" }
                    dd { (concluded(entry)) }
                    @if let Some(tightest) = &entry.tightest {
                        dt { "Tightest instance" }
                        dd { (slack(tightest.slack)) " " (tightest.unit) ", in the check “" (words(tightest.check)) "”"
                            @if let Some(witness) = &tightest.witness { ": " code { (witness) } }
                        }
                    }
                }
                h3 { "Checks" }
                @for (check, about) in entry.checks.iter().zip(claim.checks) { (check_of(check, about.about)) }
                h3 { "Controls" }
                p class="figures" {
                    "The same examination, each time with one hypothesis broken; it must say no."
                }
                @for (control, about) in entry.controls.iter().zip(claim.controls) {
                    (control_of(control, about.breaks))
                }
                (noticed(power, entry.id))
                @for picture in entry.pictures() { (figure(entry.id, picture)) }
                p { "Reproduce it: " code { (ledger.command(entry.id)) } }
            }
        }
    }
}

/// The faults on purpose that the claim noticed when they were tried.
fn noticed(power: Option<&Power>, id: &str) -> Markup {
    let faults: Vec<_> = power.map(|power| power.noticed_by(id).collect()).unwrap_or_default();
    html! {
        @if !faults.is_empty() {
            h3 { "Faults that it notices" }
            ul {
                @for (fault, run) in faults {
                    li { (fault.what) " " (run.verdict)
                        @if let Some(by) = &run.by { ", by: " (words(by)) }
                    }
                }
            }
        }
    }
}

/// A formula that could not be converted is shown as it was written.
fn formula(latex: &str) -> Markup {
    html! {
        @match mathml(latex) {
            Ok(math) => { div class="formula" tabindex="0" role="group" aria-label="Formula" { (PreEscaped(math)) } }
            Err(_) => { p class="formula" { code { (latex) } } }
        }
    }
}

fn concluded(entry: &ClaimEntry) -> Markup {
    html! {
        (entry.verdict.name())
        @if entry.verdict == entry.expected { ", as expected" } @else { "; expected: " (entry.expected.name()) }
        @if let (Some(kind), Some(scope)) = (entry.evidence, entry.scope) {
            "; the weakest essential check is " (kind.name()) ", the narrowest of scope " (scope.name())
        }
    }
}

/// A picture with its caption; it holds its text alternative itself.
fn figure(id: &str, picture: &Picture) -> Markup {
    html! {
        figure {
            (PreEscaped(on_any_ground(&picture.svg)))
            figcaption { (id) ": " (picture.title) }
        }
    }
}

fn check_of(check: &CheckEntry, about: About) -> Markup {
    let role = if check.essential { "essential" } else { "illustrative" };
    html! {
        div class={ "part " (check.outcome) } {
            p {
                b { (sentence(check.name)) } " " (check.outcome)
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
            p { b { (sentence(control.name)) } " " (said) " (breaks: " (breaks) ")" }
            p class="figures" { (control.reason()) "; " (time(control.seconds)) }
        }
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A name as a sentence.
fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    words(&format!("{first}{}.", letters.as_str()))
}
