//! V6: how many samples suffice for margin classifiers.

mod cells;
mod law;

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use lip1_vc::{sample_size, union_bound};

use cells::Cells;
use law::{Law, Task};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V6",
    section: Section::Capacity,
    title: "Samples that suffice to learn with a margin",
    statement: "X is covered by M sets of diameter below m, the law is realisable with margin m, and n >= (M ln 2 + ln(1/delta)) \
                / epsilon. Then with probability at least 1 - delta every 1-Lipschitz f with y f >= m on the sample has \
                P(y f < m) <= epsilon: undecided counts as error.",
    formula: r"n \ge \frac{M \ln 2 + \ln(1/\delta)}{\varepsilon} \;\Longrightarrow\; \mathbb{P}\bigl(\forall f:\; P(y f \le 0) \le \varepsilon\bigr) \ge 1 - \delta",
    corrected: Some(
        "The same with P(y f <= 0) <= epsilon: undecided does not count as error where f has the right sign.",
    ),
    hypotheses: &[
        "n is at least (M ln 2 + ln(1/delta)) / epsilon",
        "an error is a wrong sign or none, not a missing margin",
        "the sets have diameter below m",
        "the law is realisable: opposite labels are 2m apart",
    ],
    source: "If a set of diameter below m was met at s, then y f(x) >= m - |x - s| > 0 on it for the label y of s, so f errs at \
             most on sets that were not met. A union of sets of mass above epsilon is missed with probability below \
             (1 - epsilon)^n, and there are at most 2^M unions: 2^M (1 - epsilon)^n <= delta. As transcribed: \
             f = m - dist(x, S) has y f = m on the sample S of a law with one label and y f < m everywhere else; if no atom is \
             heavy, P(y f < m) is near 1 for every sample.",
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check {
            name: "every_consistent_function_keeps_the_margin_off_the_sample",
            essential: true,
            about: About::Transcribed,
            run: |_| Ok(cells::cone_of_the_sample(cells::Error::NoMargin)?.certified(Scope::Universal)),
        },
        Check {
            name: "the_same_function_errs_nowhere_when_only_signs_count",
            essential: true,
            about: About::Corrected,
            run: |_| Ok(cells::cone_of_the_sample(cells::Error::NoSign)?.certified(Scope::Instances)),
        },
        Check {
            name: "every_consistent_function_has_the_right_sign_on_sets_that_were_met",
            essential: true,
            about: About::Corrected,
            run: |ctx| {
                let mut finding = Finding::new("value");
                for _ in 0..ctx.count(30, 600, 20_000) {
                    finding.merge(Cells::sampled(ctx, finding.cases())?.examine(0.0)?);
                }
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "the_union_bound_is_at_most_delta",
            essential: true,
            about: About::Corrected,
            run: |ctx| Ok(union_bounds(ctx)?.certified(Scope::Instances)),
        },
        Check {
            name: "the_exact_probability_of_failure_is_at_most_delta",
            essential: true,
            about: About::Corrected,
            run: |_| {
                let mut finding = Finding::new("probability");
                for task in law::TASKS {
                    for law in Law::family(task)? {
                        finding.merge(law.fails(law.samples(task)?, task)?);
                    }
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_worst_consistent_function_rarely_errs_in_simulation",
            essential: false,
            about: About::Corrected,
            run: |ctx| {
                let law = Law::hard(law::TASK)?;
                Ok(law.simulated(ctx, law.samples(law::TASK)?, law::TASK)?.statistical())
            },
        },
    ],
    controls: &[
        Control {
            name: "a_quarter_of_the_sample_is_not_enough",
            breaks: "n is at least (M ln 2 + ln(1/delta)) / epsilon",
            run: |_| {
                let law = Law::hard(law::TASK)?;
                Ok(Rejection::of(&law.fails(law.samples(law::TASK)? / 4, law::TASK)?))
            },
        },
        Control {
            name: "a_quarter_of_the_sample_is_not_enough_in_simulation",
            breaks: "n is at least (M ln 2 + ln(1/delta)) / epsilon",
            run: |ctx| {
                let law = Law::hard(law::TASK)?;
                Ok(Rejection::of(&law.simulated(ctx, law.samples(law::TASK)? / 4, law::TASK)?))
            },
        },
        Control {
            name: "the_margin_itself_is_missed_on_sets_that_were_met",
            breaks: "an error is a wrong sign or none, not a missing margin",
            run: |ctx| Ok(Rejection::of(&Cells::sampled(ctx, 0)?.examine(cells::MARGIN)?)),
        },
        Control {
            name: "a_set_of_diameter_m_can_be_undecided",
            breaks: "the sets have diameter below m",
            run: |_| Ok(Rejection::of(&Cells::pair_at_the_margin()?.examine(0.0)?)),
        },
        Control {
            name: "a_set_with_both_labels_is_wrong_somewhere",
            breaks: "the law is realisable: opposite labels are 2m apart",
            run: |_| Ok(Rejection::of(&Cells::with_both_labels()?.examine(0.0)?)),
        },
    ],
};

/// `2^M (1 - epsilon)^n <= delta` at the n of the claim, for numbers of sets, errors and confidences of many sizes.
fn union_bounds(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("probability");
    for cells in (1..=ctx.count(60, 600, 6_000) as u64).step_by(3) {
        for (epsilon, delta) in [(0.5, 0.25), (0.125, 0.0625), (1e-2, 1e-3), (1e-4, 1e-9)] {
            let samples = sample_size(cells, epsilon, delta)?;
            let bound = union_bound(cells, epsilon, samples)?;
            finding.at_most("2^M (1 - epsilon)^n <= delta", bound, Interval::point(delta), || {
                format!("M = {cells}, epsilon = {epsilon}, delta = {delta}, n = {samples}")
            });
        }
    }
    Ok(finding)
}

impl Task {
    fn delta(self) -> f64 {
        1.0 / f64::from(self.one_in_delta)
    }

    fn epsilon(self) -> f64 {
        1.0 / f64::from(self.one_in_epsilon)
    }
}
