//! L3: the two ends of the temperature scale.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Lemma, Section, Sentence, Verdict, Whose,
};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_ot::{Problem, Settings, certify, solve};
use rand::RngExt;

use crate::optimum::LeastLoss;
use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L3",
    section: Section::Losses,
    title: "Temperature limits of the log loss",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Transcribed,
            "Low temperature: 0 <= softplus(-z) - (ln 2 - z/2) <= z^2/8, so the loss tends to a mean of margins.",
        ),
        Sentence::new(
            "b",
            Whose::Transcribed,
            "High temperature: 0 < softplus(-tau y f)/tau - (-y f)_+ <= ln 2/tau, so it tends to the hinge at 0.",
        ),
        Sentence::new(
            "c",
            Whose::Ours,
            "On balanced data: 0 <= min E[(l_tau - ln 2)/tau] + W1(P,Q)/4 <= tau diam^2/32 over 1-Lipschitz f.",
        ),
    ],
    formula: r"0 \le \mathrm{softplus}(-z) - \bigl(\ln 2 - \tfrac z2\bigr) \le \tfrac{z^2}{8}, \qquad 0 < \tfrac1\tau \ell_\tau(f, y) - (-y f)_+ \le \tfrac{\ln 2}{\tau}",
    hypotheses: &[
        "the constant 1/8, half the largest curvature",
        "the loss is divided by tau",
        "the constant ln 2, the loss at 0",
        "both classes have the same mass",
    ],
    source: "Taylor with remainder: for g(z) = softplus(-z) - (ln 2 - z/2), g(0) = g'(0) = 0 and \
             0 < g'' = 1/4 - (1/2 - sigma)^2 <= 1/4. The second part is ln(1 + e^u) - u_+ = ln(1 + e^-|u|). On data, \
             s = 1/2 in the dual of the log loss below and a centred potential of W1 above.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "curvature_lies_between_0_and_a_quarter",
            essential: true,
            about: "a",
            run: |_| Ok(curvature(QUARTER)),
        },
        Check {
            name: "the_linear_approximation_errs_by_at_most_z_squared_over_8",
            essential: true,
            about: "a",
            run: low_temperature,
        },
        Check {
            name: "the_loss_over_tau_exceeds_the_hinge_by_at_most_ln_2_over_tau",
            essential: true,
            about: "b",
            run: |ctx| Ok(high_temperature(ctx, true, (1, 1))),
        },
        Check {
            name: "on_balanced_real_data_the_least_loss_is_a_transport_distance",
            essential: true,
            about: "c",
            run: |ctx| {
                let each = ctx.count(40, 150, 212);
                low_temperature_on_breast_cancer(each, each)
            },
        },
    ],
    controls: &[
        Control {
            name: "an_eighth_is_exceeded_by_the_curvature",
            breaks: "the constant 1/8, half the largest curvature",
            run: |_| Ok(curvature((1, 8))),
        },
        Control {
            name: "z_squared_over_16_is_too_small",
            breaks: "the constant 1/8, half the largest curvature",
            run: |ctx| Ok(remainder_at_most(&signed(ctx, 1e-3, 3.0), (1, 16))),
        },
        Control {
            name: "the_loss_itself_does_not_tend_to_the_hinge",
            breaks: "the loss is divided by tau",
            run: |ctx| Ok(high_temperature(ctx, false, (1, 1))),
        },
        Control {
            name: "half_of_ln_2_is_too_small",
            breaks: "the constant ln 2, the loss at 0",
            run: |ctx| Ok(high_temperature(ctx, true, (1, 2))),
        },
        Control {
            name: "three_benign_cells_for_a_malignant_one_drive_the_loss_below",
            breaks: "both classes have the same mass",
            run: |_| low_temperature_on_breast_cancer(20, 60),
        },
    ],
};

/// Sentence a for every z.
static TANGENT: Lemma = Lemma {
    name: "the log loss and its tangent",
    statement: "If g(0) = g'(0) = 0 and 0 <= g'' <= 1/4 everywhere, g(z) = softplus(-z) - (ln 2 - z/2), then 0 <= g(z) <= z^2/8 for \
                every real z.",
    proof: "Taylor's formula with the remainder as an integral: g(z) = g(0) + g'(0) z + int_0^z (z - t) g''(t) dt, and the integral \
            lies between 0 and (1/4) z^2/2, whatever the sign of z. Here g(0) = ln(1 + e^0) - ln 2 is 0 if 1 + e^0 = 2; \
            g'(0) = 1/2 - 1/(1 + e^0); and g''(z) = s (1 - s) = 1/4 - (1/2 - s)^2 for s = 1/(1 + e^z), which lies in [0, 1].",
    facts: "1 + e^0 = 2; 1/(1 + e^0) = 1/2; 0 <= 1/4 - (1/2 - s)^2 <= 1/4 on each of 256 intervals that cover [0, 1]",
};

/// A fraction, exact.
type Ratio = (u128, u128);

const QUARTER: Ratio = (1, 4);

/// Pieces of [0, 1] on which the curvature is bounded; a power of two, so that their ends are exact.
const PIECES: u32 = 256;

fn ratio((numerator, denominator): Ratio) -> Interval {
    Interval::ratio(numerator, denominator)
}

fn ln_2() -> Interval {
    Interval::integer(2).ln()
}

/// The facts of [`TANGENT`], with a bound on g'' = 1/4 - (1/2 - s)^2 for every value s of the logistic function.
fn curvature(largest: Ratio) -> Finding {
    let mut finding = Finding::reducing("curvature", &TANGENT, 2 + u128::from(PIECES));
    let (two, whole) = (Interval::integer(2), Interval::ONE + Interval::ZERO.exp());
    finding.element("value at 0");
    finding.at_most("1 + e^0 <= 2", whole, two, || whole.to_string());
    finding.at_most("2 <= 1 + e^0", two, whole, || whole.to_string());
    finding.element("slope at 0");
    let (half, slope) = (ratio((1, 2)), Interval::ONE / whole);
    finding.at_most("1/(1 + e^0) <= 1/2", slope, half, || slope.to_string());
    finding.at_most("1/2 <= 1/(1 + e^0)", half, slope, || slope.to_string());
    for piece in 0..PIECES {
        finding.element(piece);
        let end = |k: u32| Interval::ratio(k.into(), PIECES.into());
        let s = end(piece).hull(end(piece + 1));
        let curvature = ratio(QUARTER) - (half - s).sqr();
        finding.at_most("0 <= curvature", Interval::ZERO, curvature, || format!("sigma in {s}"));
        finding.at_most("curvature <= bound", curvature, ratio(largest), || format!("sigma in {s}"));
    }
    finding
}

/// Compares softplus(-z) - (ln 2 - z/2) with 0 and with `constant` z^2.
fn remainder_at_most(zs: &[f64], constant: Ratio) -> Finding {
    let mut finding = Finding::new("nats");
    for z in zs {
        let remainder = remainder(*z);
        let bound = ratio(constant) * Interval::data(*z).sqr();
        finding.at_most("0 <= remainder", Interval::ZERO, remainder, || format!("z = {z}"));
        finding.at_most("remainder <= constant z^2", remainder, bound, || format!("z = {z}"));
    }
    finding
}

fn remainder(z: f64) -> Interval {
    let z = Interval::data(z);
    (-z).softplus() - (ln_2() - z / Interval::integer(2))
}

/// Away from 0, where both sides are equal and no enclosure can tell.
fn low_temperature(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = remainder_at_most(&signed(ctx, 1e-3, 700.0), (1, 8));
    let curve = |name: &str, y: fn(f64) -> f64| Series {
        name: name.to_owned(),
        mark: Mark::Line,
        points: (-60..=60).map(|k| f64::from(k) / 10.0).map(|z| (z, y(z))).collect(),
    };
    let chart = Chart {
        title: "How far the log loss is from its linear part".to_owned(),
        alternative:
            "The distance of softplus(-z) from ln 2 - z/2 against z from -6 to 6: it touches z^2/8 at 0, \
                      lies below it everywhere else, and exceeds z^2/16 until |z| is about 3."
                .to_owned(),
        x: "z".to_owned(),
        y: "nats".to_owned(),
        series: vec![
            curve("softplus(-z) - (ln 2 - z/2)", |z| remainder(z).upper()),
            curve("z^2/8 (the claim)", |z| z * z / 8.0),
            curve("z^2/16 (the control)", |z| z * z / 16.0),
        ],
    };
    finding.picture(chart.drawn()?);
    Ok(finding)
}

/// Compares loss/tau - (-y f)_+ with 0 and with `share` of ln 2/tau; without the division, the loss itself.
fn high_temperature(ctx: &Context, divided: bool, share: Ratio) -> Finding {
    let mut finding = Finding::new("units of f");
    let mut random = ctx.generator("temperatures");
    for margin in signed(ctx, 1e-2, 20.0) {
        // The exponent tau y f; above 20 or so ln(1 + e^u) - u is lost in the width of the enclosures.
        let tau = Interval::data(2.0_f64.powi(random.random_range(1..=20)));
        let u = -Interval::data(margin);
        // Not the kernel's softplus, which is built on the identity in question.
        let loss = u.exp().ln_1p();
        let hinge = u.max(Interval::ZERO) / tau;
        let excess = if divided { loss / tau } else { loss } - hinge;
        let witness = || format!("tau y f = {margin}, tau = {tau}");
        finding.less("0 < loss/tau - hinge", Interval::ZERO, excess, witness);
        finding.at_most("loss/tau - hinge <= ln 2/tau", excess, ratio(share) * ln_2() / tau, witness);
    }
    finding
}

/// Numbers of either sign whose sizes are spread evenly over the orders of magnitude.
fn signed(ctx: &Context, smallest: f64, largest: f64) -> Vec<f64> {
    let mut random = ctx.generator("sizes");
    let draw = |_| {
        let size = random.random_range(smallest.ln()..largest.ln()).exp().clamp(smallest, largest);
        if random.random() { size } else { -size }
    };
    (0..ctx.count(2_000, 50_000, 5_000_000)).map(draw).collect()
}

/// The limit on the first points of each class, at temperatures around 1 over the size of the data and below.
fn low_temperature_on_breast_cancer(malignant: usize, benign: usize) -> Result<Finding, CheckError> {
    let classes = Classes::breast_cancer(malignant, benign)?;
    let mut finding = Finding::new("units of f");
    for exponent in [-8, -5, -2] {
        finding.merge(linear_limit(&classes, 2.0_f64.powi(exponent))?);
    }
    Ok(finding)
}

/// Compares `(min E softplus(-tau y f) - ln 2)/tau + W1(P, Q)/4` with 0 and with `tau diam^2/32`, the minimum over
/// 1-Lipschitz f, every point of both classes of the same mass.
fn linear_limit(classes: &Classes, tau: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of f");
    let transport = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let distance = certify(&transport, solve(&transport, &Settings::default())?)?.bracket.enclosure();
    let least = LeastLoss::solve(classes, tau, 1.0)?.bracket()?.enclosure();
    let temperature = Interval::data(tau);
    let excess = (least - ln_2()) / temperature + distance / Interval::integer(4);
    let most = temperature * classes.diameter().sqr() / Interval::integer(32);
    let witness = || format!("{}, tau = {tau}", classes.name);
    finding.at_most("0 <= (min - ln 2)/tau + W1/4", Interval::ZERO, excess, witness);
    finding.at_most("(min - ln 2)/tau + W1/4 <= tau diam^2/32", excess, most, witness);
    Ok(finding)
}
