//! L4: at high temperature the minimiser errs on no sample.

use lip1_datasets::worlds::Classes;
use lip1_harness::{Check, CheckError, Claim, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use crate::optimum::LeastLoss;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L4",
    section: Section::Losses,
    title: "High temperature forces zero training error",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "If d_opp > 0 and tau > (2/(L d_opp)) (-ln(2^{w_min} - 1)), w_min the smallest weight of a sample, then the minimiser of \
         the log loss over L-Lipschitz functions classifies every sample correctly.",
    )],
    formula: r"\tau > \frac{-2 \ln(2^{w_{\min}} - 1)}{L\, d_{\mathrm{opp}}} \;\Longrightarrow\; y_i f^\ast(x_i) > 0 \text{ for every } i",
    hypotheses: &["tau is above the threshold", "no point has both labels"],
    source: "The function of largest margin (X2) has y f >= L d_opp/2, so the least loss is at most softplus(-tau L d_opp/2), which is \
             below w_min ln 2 iff e^{-tau L d_opp/2} < 2^{w_min} - 1. A function that errs on sample i loses at least w_i ln 2. On \
             one pair of equal weights that is the least loss itself, so no smaller temperature will do for this argument.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "above_the_threshold_random_samples_are_classified_without_error",
            essential: true,
            about: "a",
            run: |ctx| {
                let separated =
                    pairs(8).prop_filter_map("a point has both labels", |(positive, negative)| {
                        let classes = Classes { name: "drawn".to_owned(), positive, negative };
                        let apart = classes.distance().lower() > CLOSEST * classes.diameter().upper();
                        (apart && smallest_weight(&classes).lower() > LIGHTEST).then_some(classes)
                    });
                let drawn = (separated, -2_i32..=2);
                let cases = ctx.cases(60, 1_000, 50_000);
                ctx.sampled("samples", UNIT, &drawn, cases, |(classes, exponent)| {
                    above(classes, 2.0_f64.powi(*exponent))
                })
            },
        },
        Check {
            name: "above_the_threshold_real_data_are_classified_without_error",
            essential: true,
            about: "a",
            run: |ctx| {
                let each = ctx.count(30, 100, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [
                    Classes::breast_cancer(each, each)?,
                    Classes::breast_cancer(each / 2, each)?,
                    Classes::digits(3, 8, each)?,
                    Classes::mixture(ctx.seed("mixture"), each)?,
                ] {
                    finding.merge(above(&classes, 1.0)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "on_one_pair_the_least_loss_crosses_that_of_an_error_at_the_threshold",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = above(&pair()?, 1.0)?;
                finding.merge(exceeds(&pair()?, BELOW)?);
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_low_temperature_ignores_the_small_modes_of_the_mixture",
            breaks: "tau is above the threshold",
            run: |ctx| examine(&Classes::mixture(ctx.seed("mixture"), 40)?, 1.0, 1.0),
        },
        Control {
            name: "a_thousandth_below_the_threshold_an_error_costs_less_than_the_least_loss_of_a_pair",
            breaks: "tau is above the threshold",
            run: |_| examine(&pair()?, threshold(&pair()?, 1.0).lower() * BELOW, 1.0),
        },
        Control {
            name: "a_point_with_both_labels_is_misclassified_at_any_temperature",
            breaks: "no point has both labels",
            run: |_| {
                let twins = Classes::on_line("twins", &[(0.0, 1.0), (3.0, 1.0)], &[(0.0, 1.0), (7.0, 1.0)])?;
                examine(&twins, 1e3, 1.0)
            },
        },
    ],
};

/// What the slack is measured in: what the least loss leaves of `w_min ln 2`.
const UNIT: &str = "share of w_min ln 2";

/// Opposite points closer than this, as a share of the diameter, ask for temperatures at which `tau f` loses its digits.
const CLOSEST: f64 = 1e-3;

/// Lighter samples than this are lost in the rounding of a mean of losses.
const LIGHTEST: f64 = 1e-6;

/// How far above the threshold the temperature is, so that its own rounding does not matter.
const ABOVE: f64 = 1.001;

/// As far below it.
const BELOW: f64 = 0.999;

/// Two points of equal weight.
fn pair() -> Result<Classes, CheckError> {
    Ok(Classes::on_line("one pair", &[(3.0, 1.0)], &[(0.0, 1.0)])?)
}

/// `(2/(L d_opp)) (-ln(2^{w_min} - 1))`.
fn threshold(classes: &Classes, constant: f64) -> Interval {
    let two = Interval::integer(2);
    // 2^w - 1 = e^{w ln 2} - 1.
    let room = (smallest_weight(classes) * two.ln()).exp() - Interval::ONE;
    -(two / (Interval::data(constant) * classes.distance())) * room.ln()
}

/// Examines a sample just above its threshold.
fn above(classes: &Classes, constant: f64) -> Result<Finding, CheckError> {
    let threshold = threshold(classes, constant);
    let tau = threshold.upper() * ABOVE;
    let mut finding = Finding::new("temperature");
    finding.required("threshold <= tau", threshold, Interval::data(tau), || classes.name.clone());
    let mut examined = examine(classes, tau, constant)?;
    examined.merge(finding);
    Ok(examined)
}

/// A loss beside `w_min ln 2`, that of a function that errs on the lightest sample at least.
fn beside_an_error(loss: f64, classes: &Classes) -> Interval {
    Interval::data(loss) / (smallest_weight(classes) * Interval::integer(2).ln())
}

/// That no minimiser errs: each sample is on its side in the function found, and the least loss is too small for any error.
fn examine(classes: &Classes, tau: f64, constant: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Classes { name, .. } = classes;
    let least = LeastLoss::solve(classes, tau, constant)?;
    let witness = || format!("{name}, tau = {tau}, L = {constant}");
    let Some(bracket) = finding.accepted(least.bracket(), witness) else { return Ok(finding) };
    let mut sides = Finding::new("units of f");
    for term in least.terms(&bracket) {
        sides.less("0 < y f", Interval::ZERO, term.margin, || {
            let label = if term.positive { "+1" } else { "-1" };
            format!("{}: y f = {} at row {} of label {label}", witness(), term.margin, term.row)
        });
    }
    finding.merge(sides);
    let share = beside_an_error(bracket.upper, classes);
    finding.less("least loss/(w_min ln 2) < 1", share, Interval::ONE, || format!("{}: {share}", witness()));
    Ok(finding)
}

/// That at this share of the threshold the least loss is above that of an error.
fn exceeds(classes: &Classes, share: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let tau = threshold(classes, 1.0).lower() * share;
    let least = LeastLoss::solve(classes, tau, 1.0)?;
    let witness = || format!("{}, tau = {tau}", classes.name);
    if let Some(bracket) = finding.accepted(least.bracket(), witness) {
        let share = beside_an_error(bracket.lower, classes);
        finding.less("1 < least loss/(w_min ln 2)", Interval::ONE, share, witness);
    }
    Ok(finding)
}

/// The smallest weight of a point that has any, as a share of all.
fn smallest_weight(classes: &Classes) -> Interval {
    let (p, q) = classes.weights();
    let carried = || p.iter().chain(&q).filter(|weight| **weight > 0.0).map(|weight| Interval::data(*weight));
    let total = carried().fold(Interval::ZERO, |total, weight| total + weight);
    carried().reduce(Interval::min).map_or(Interval::ENTIRE, |least| least / total)
}
