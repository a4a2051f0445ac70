//! The detail of one claim.

use lip1_figures::on_any_ground;
use lip1_harness::Picture;
use lip1_harness::ledger::{CheckEntry, ClaimEntry, ControlEntry, Ledger, SentenceEntry};
use lip1_harness::power::Power;
use lip1_harness::record::Examined;
use lip1_harness::{Claim, Scope, Whose};
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
                    @for said in &entry.sentences {
                        dt id=(anchor(entry.id, said.label)) tabindex="-1" { (whose(claim, said)) " " (verdict(said.verdict)) }
                        dd { (said.text)
                            @if let Some(witness) = &said.witness { " Counterexample: " code { (witness) } }
                        }
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
                @for check in &entry.checks { (check_of(check, entry.sentences.len() > 1)) }
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

/// Where a sentence stands, for links to it.
pub(super) fn anchor(claim: &str, label: &str) -> String {
    format!("{claim}-{label}")
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

/// Whose sentence it is, and what it stands for.
fn whose(claim: &Claim, said: &SentenceEntry) -> String {
    let corrects = claim.sentences.iter().find(|sentence| sentence.label == said.label);
    let author = match said.number {
        Some(number) => format!("As the author states it ({number})"),
        None if said.whose == Whose::Transcribed.name() => "As transcribed".to_owned(),
        None => match corrects.and_then(|sentence| sentence.corrects) {
            Some(label) => format!("Corrected, in place of {label}"),
            None => "Ours".to_owned(),
        },
    };
    if claim.sentences.len() > 1 { format!("{}: {author}", said.label) } else { author }
}

fn concluded(entry: &ClaimEntry) -> Markup {
    html! {
        (entry.verdict.name())
        @if entry.verdict == entry.expected { ", as expected" } @else { "; expected: " (entry.expected.name()) }
        @if let (Some(kind), Some(scope)) = (entry.evidence, entry.scope) {
            ". Its weakest essential check is " (kind.name()) ": " (kind.meaning()) ". It reaches "
            @match scope {
                Scope::Universal => { "every instance: " } Scope::Instances => {}
            }
            (scope.meaning()) "."
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

fn check_of(check: &CheckEntry, several: bool) -> Markup {
    let role = if check.essential { "essential" } else { "illustrative" };
    html! {
        div class={ "part " (check.outcome) } {
            p {
                b { (sentence(check.name)) } " " (check.outcome)
                " (" (role) @if several { ", of sentence " (check.about) } ")"
            }
            p class="figures" {
                @if let Some(found) = check.examined() {
                    (strength(found)) "; "
                    @if let (Some(value), Some(unit)) = (found.worst_slack, &found.slack_unit) {
                        "worst slack " (slack(value)) " " (unit) "; "
                    }
                }
                (time(check.seconds))
            }
            @if let Some(found) = check.examined() { (lemmas(found)) }
            @if let Some(reason) = check.reason() { p class="figures" { (reason) } }
            @if let Some(witness) = &check.witness {
                p class="figures" { "tightest: " code { (witness) } }
            }
        }
    }
}

/// Kind, scope, who decided the cases, and what they were allowed to be off by.
fn strength(found: &Examined) -> String {
    let decided = found.decided;
    let by = [
        (decided.kernel, "by the kernel"),
        (decided.exact, "in exact arithmetic"),
        (decided.float, "in floating point"),
        (decided.statistical, "by a test"),
    ];
    let by: Vec<String> =
        by.iter().filter(|(cases, _)| *cases > 0).map(|(cases, who)| format!("{cases} {who}")).collect();
    let mut text = format!("{}, {}; {} cases", found.kind.name(), found.scope.name(), found.cases);
    if !by.is_empty() {
        text += &format!(" ({})", by.join(", "));
    }
    if let Some(tolerated) = &found.tolerance {
        let within = tolerated.value.map_or("an unbounded share".to_owned(), |share| format!("{share:.1e}"));
        text += &format!("; within {within}: {}", tolerated.reason);
    }
    if let Some(test) = found.test {
        text += &format!("; level {:.0e}, power at least {}", test.level, test.power);
    }
    text
}

/// The lemmas that carry the check from its cases to every instance.
fn lemmas(found: &Examined) -> Markup {
    html! {
        @for reduction in &found.because {
            p class="figures" {
                "Every instance, by lemma " b { (reduction.lemma) } ": " (reduction.statement) " Proof: " (reduction.proof)
                " Checked: " (reduction.facts) "."
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

pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A name as a sentence.
fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    words(&format!("{first}{}.", letters.as_str()))
}
