//! L7: which objectives have a maximum.

mod status;

use lip1_datasets::worlds::Classes;
use lip1_harness::{
    About, Check, CheckError, Claim, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use status::{Counts, bounded, distance, predicted, runs_away, slope};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L7",
    section: Section::Losses,
    title: "Which objectives have a maximum",
    statement: "Over 1-Lipschitz functions KR(f) = E_P f - E_Q f always attains its maximum, MCR(f) = E[y f] iff the classes have equal \
                masses, and MCR(f) - lambda E(m - y f)_+ iff lambda times the mass of the lighter class is at least the \
                difference of the masses, equality included. Without the constraint each is unbounded on separable data.",
    formula: r"\sup_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f] - \lambda\,\mathbb{E}(m - y f)_+ < \infty \iff \lambda\, \min(p, q) \ge |p - q|",
    corrected: None,
    hypotheses: &[
        "each law has mass 1, or the classes have equal masses",
        "lambda reaches the difference of the masses",
        "no point has both labels",
    ],
    source: "A bounded linear program attains its maximum; a coupling of masses within the limits of T4 bounds it. Along constants \
             of the heavier class's sign the objective has slope |p - q| - lambda min(p, q) in the end, a ray if positive. \
             Without the constraint multiples of a function that separates are a ray: E[y t f] = t E[y f].",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_wasserstein_dual_is_always_attained",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let drawn = pairs(10).prop_map(|(positive, negative)| Classes {
                    name: "drawn".to_owned(),
                    positive,
                    negative,
                });
                let found =
                    ctx.sampled("laws", "value", &drawn, ctx.cases(60, 1_000, 50_000), |classes| {
                        slack(&distance(classes)?)
                    })?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "signed_margins_have_a_maximum_iff_masses_are_equal",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(60, 1_000, 50_000);
                let found = ctx.sampled("counts", "value", &Counts::drawn(6), cases, |counts| {
                    slack(&predicted(&Counts { lambda: (0, 1), ..counts.clone() })?)
                })?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_regularised_objective_has_a_maximum_iff_lambda_is_large_enough",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                let mut found = ctx.sampled("counts", "value", &Counts::drawn(8), cases, |counts| {
                    slack(&predicted(counts)?)
                })?;
                // Equality, at every small ratio of the classes.
                for light in 1..=4 {
                    for ratio in 1..=4_u32 {
                        found.merge(predicted(&Counts::threshold(light, ratio))?);
                    }
                }
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "without_the_constraint_multiples_of_a_separating_network_are_a_ray",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = runs_away(&Classes::cells(40, 40)?)?;
                finding.merge(runs_away(&Classes::cells(20, 40)?)?);
                finding.merge(runs_away(&Classes::digits(3, 8, 30)?)?);
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "signed_margins_of_unequal_classes_run_along_a_ray",
            breaks: "each law has mass 1, or the classes have equal masses",
            run: |_| Ok(Rejection::of(&bounded(&Counts { lambda: (0, 1), ..Counts::threshold(3, 2) })?)),
        },
        Control {
            name: "one_percent_less_lambda_opens_a_ray",
            breaks: "lambda reaches the difference of the masses",
            run: |_| {
                let threshold = Counts::threshold(3, 2);
                let lambda = (threshold.lambda.0 * 99, threshold.lambda.1 * 100);
                Ok(Rejection::of(&bounded(&Counts { lambda, ..threshold })?))
            },
        },
        Control {
            name: "a_point_with_both_labels_is_on_no_ray",
            breaks: "no point has both labels",
            run: |_| {
                let cells = Classes::cells(10, 10)?;
                let twins = Classes { negative: cells.positive.clone(), ..cells };
                Ok(Rejection::of(&runs_away(&twins)?))
            },
        },
    ],
};

fn slack(finding: &Finding) -> Result<f64, CheckError> {
    let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
    Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
}

/// Whether constants are a ray, exactly.
fn ray(counts: &Counts) -> bool {
    slope(counts).lower() > Interval::ZERO.upper()
}
