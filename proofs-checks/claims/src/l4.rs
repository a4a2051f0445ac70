//! L4: at high temperature the minimiser errs on no sample.

use lip1_datasets::worlds::Classes;
use lip1_harness::{
    About, Check, CheckError, Claim, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use crate::optimum::LeastLoss;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L4",
    section: Section::Losses,
    title: "High temperature forces zero training error",
    statement: "If d_opp > 0 and tau > (2/(L d_opp)) (-ln(2^{w_min} - 1)), w_min the smallest weight of a sample, then the minimiser of \
                the log loss over L-Lipschitz functions classifies every sample correctly.",
    formula: r"\tau > \frac{-2 \ln(2^{w_{\min}} - 1)}{L\, d_{\mathrm{opp}}} \;\Longrightarrow\; y_i f^\ast(x_i) > 0 \text{ for every } i",
    corrected: None,
    hypotheses: &["tau is above the threshold", "no point has both labels"],
    source: "The function of largest margin (X2) has y f >= L d_opp/2, so the least loss is at most softplus(-tau L d_opp/2), which is \
             below w_min ln 2 iff e^{-tau L d_opp/2} < 2^{w_min} - 1. A function that errs on sample i loses at least w_i ln 2.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "above_the_threshold_random_samples_are_classified_without_error",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let separated =
                    pairs(8).prop_filter_map("a point has both labels", |(positive, negative)| {
                        let classes = Classes { name: "drawn".to_owned(), positive, negative };
                        let apart = classes.distance().lower() > CLOSEST * classes.diameter().upper();
                        (apart && smallest_weight(&classes).lower() > LIGHTEST).then_some(classes)
                    });
                let drawn = (separated, -2_i32..=2);
                let found = ctx.sampled(
                    "samples",
                    UNIT,
                    &drawn,
                    ctx.cases(60, 1_000, 50_000),
                    |(classes, exponent)| {
                        let found = above(classes, 2.0_f64.powi(*exponent))?;
                        let slack = found.worst_slack().map_or(0.0, |slack| slack.value);
                        Ok(if found.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
                    },
                )?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "above_the_threshold_real_data_are_classified_without_error",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let each = ctx.count(30, 100, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [
                    Classes::cells(each, each)?,
                    Classes::cells(each / 2, each)?,
                    Classes::digits(3, 8, each)?,
                    Classes::mixture(ctx.seed("mixture"), each)?,
                ] {
                    finding.merge(above(&classes, 1.0)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "a_low_temperature_ignores_the_small_modes_of_the_mixture",
            breaks: "tau is above the threshold",
            run: |ctx| {
                let classes = Classes::mixture(ctx.seed("mixture"), 40)?;
                Ok(Rejection::of(&examine(&classes, 1.0, 1.0)?))
            },
        },
        Control {
            name: "a_point_with_both_labels_is_misclassified_at_any_temperature",
            breaks: "no point has both labels",
            run: |_| {
                let classes =
                    Classes::on_line("twins", &[(0.0, 1.0), (3.0, 1.0)], &[(0.0, 1.0), (7.0, 1.0)])?;
                Ok(Rejection::of(&examine(&classes, 1e3, 1.0)?))
            },
        },
    ],
};

/// What the slack is measured in: `w_min ln 2` minus the least loss, as a share of the former.
const UNIT: &str = "share of w_min ln 2";

/// Opposite points closer than this, as a share of the diameter, ask for temperatures at which `tau f` loses its digits.
const CLOSEST: f64 = 1e-3;

/// Lighter samples than this are lost in the rounding of a mean of losses.
const LIGHTEST: f64 = 1e-6;

/// How far above the threshold the temperature is, so that its own rounding does not matter.
const ABOVE: f64 = 1.001;

/// Examines a sample just above its threshold.
fn above(classes: &Classes, constant: f64) -> Result<Finding, CheckError> {
    let two = Interval::integer(2);
    // 2^w - 1 = e^{w ln 2} - 1.
    let room = (smallest_weight(classes) * two.ln()).exp() - Interval::ONE;
    let threshold = -(two / (Interval::point(constant) * classes.distance())) * room.ln();
    examine(classes, threshold.upper() * ABOVE, constant)
}

/// That no minimiser errs: each sample is on its side in the function found, and the least loss is too small for any error.
fn examine(classes: &Classes, tau: f64, constant: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let least = LeastLoss::solve(classes, tau, constant)?;
    for term in least.terms() {
        finding.exact(term.margin.lower() > 0.0, || {
            format!(
                "{}, tau = {tau:?}: y f = {} at row {} of label {}",
                classes.name, term.margin, term.row, term.positive
            )
        });
    }
    let bracket = least.bracket()?;
    let error = smallest_weight(classes) * Interval::integer(2).ln();
    let slack = (error - Interval::point(bracket.upper)) / error;
    finding
        .case(slack.lower(), || format!("{}, tau = {tau:?}: {:?} against {error}", classes.name, *bracket));
    Ok(finding)
}

/// The smallest weight of a point that has any, as a share of all.
fn smallest_weight(classes: &Classes) -> Interval {
    let (p, q) = classes.weights();
    let carried =
        || p.iter().chain(&q).filter(|weight| **weight > 0.0).map(|weight| Interval::point(*weight));
    let total = carried().fold(Interval::ZERO, |total, weight| total + weight);
    carried().reduce(Interval::min).map_or(Interval::ENTIRE, |least| least / total)
}
