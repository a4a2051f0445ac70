//! Faults and claims on the page: which claim notices which.

use lip1_harness::power::{Power, Run};
use maud::{Markup, html};

/// The table of faults against claims, and every fault in words.
pub(super) fn of(power: &Power) -> Markup {
    let noticed = power.faults.iter().flat_map(|fault| fault.noticing()).count();
    html! {
        section aria-labelledby="faults" {
            h2 id="faults" { "Faults on purpose" }
            p {
                "Each of " (power.faults.len()) " faults was built into a layer, a loss, a solver or the data, and every "
                "claim that comes to its place was run: " (noticed) " times a claim noticed, its verdict no longer the "
                "expected one. Program " (power.program) ", seed " (power.seed) ", budget " (power.budget) ": "
                code { (power.command) } "."
            }
            div class="scroll" tabindex="0" role="region" aria-label="Faults against claims" {
                table class="matrix" {
                    caption { "● noticed, ○ the claim comes to the fault and passes all the same" }
                    thead {
                        tr {
                            th scope="col" { "Fault" }
                            @for claim in &power.claims { th scope="col" { (claim) } }
                        }
                    }
                    tbody {
                        @for fault in &power.faults {
                            tr {
                                th scope="row" { (fault.name) }
                                @for claim in &power.claims { td { (mark(fault.run_of(claim))) } }
                            }
                        }
                    }
                }
            }
            details {
                summary { "Every fault in words" }
                dl class="detail" {
                    @for fault in &power.faults {
                        dt { (fault.name) ", " code { (fault.place) } }
                        dd { (fault.what) " Noticed by "
                            @for (index, run) in fault.noticing().enumerate() {
                                @if index > 0 { ", " }
                                (run.claim)
                            }
                            "." }
                    }
                }
            }
        }
    }
}

fn mark(run: Option<&Run>) -> Markup {
    html! {
        @match run {
            Some(run) if !run.passes => {
                span aria-hidden="true" { "●" } span class="unseen" { "noticed: " (run.verdict) }
            }
            Some(_) => { span aria-hidden="true" { "○" } span class="unseen" { "not noticed" } }
            None => {}
        }
    }
}
