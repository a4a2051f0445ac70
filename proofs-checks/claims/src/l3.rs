//! L3: the two ends of the temperature scale.

use lip1_datasets::data::breast_cancer;
use lip1_faults::{Fault, unless};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Evidence, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::{
    Interval, Points,
    distance::{self, Cost},
    regularised,
};
use lip1_ot::{Measure, Problem, Settings, certify, regularised::LogLoss, solve};
use rand::RngExt;

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L3",
    section: Section::Losses,
    title: "Temperature limits of the log loss",
    statement: "Low temperature: 0 <= softplus(-z) - (ln 2 - z/2) <= z^2/8, so the loss tends to a mean of margins. \
                High temperature: 0 < softplus(-tau y f)/tau - (-y f)_+ <= ln 2/tau, so it tends to the hinge at 0. \
                On balanced data: 0 <= min E[(l_tau - ln 2)/tau] + W1(P,Q)/4 <= tau diam^2/32 over 1-Lipschitz f.",
    formula: r"0 \le \mathrm{softplus}(-z) - \bigl(\ln 2 - \tfrac z2\bigr) \le \tfrac{z^2}{8}, \qquad 0 < \tfrac1\tau \ell_\tau(f, y) - (-y f)_+ \le \tfrac{\ln 2}{\tau}",
    corrected: None,
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
            about: About::Transcribed,
            run: |_| Ok(curvature(QUARTER)?.certified(Scope::Universal)),
        },
        Check {
            name: "the_linear_approximation_errs_by_at_most_z_squared_over_8",
            essential: true,
            about: About::Transcribed,
            run: low_temperature,
        },
        Check {
            name: "the_loss_over_tau_exceeds_the_hinge_by_at_most_ln_2_over_tau",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(high_temperature(ctx, true, (1, 1))?.certified(Scope::Instances)),
        },
        Check {
            name: "on_balanced_real_data_the_least_loss_is_a_transport_distance",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let each = ctx.count(40, 150, 212);
                Ok(low_temperature_on_cells(each, each)?.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "an_eighth_is_exceeded_by_the_curvature",
            breaks: "the constant 1/8, half the largest curvature",
            run: |_| Ok(Rejection::of(&curvature((1, 8))?)),
        },
        Control {
            name: "z_squared_over_16_is_too_small",
            breaks: "the constant 1/8, half the largest curvature",
            run: |ctx| Ok(Rejection::of(&remainder_at_most(&signed(ctx, 1e-3, 3.0), (1, 16))?)),
        },
        Control {
            name: "the_loss_itself_does_not_tend_to_the_hinge",
            breaks: "the loss is divided by tau",
            run: |ctx| Ok(Rejection::of(&high_temperature(ctx, false, (1, 1))?)),
        },
        Control {
            name: "half_of_ln_2_is_too_small",
            breaks: "the constant ln 2, the loss at 0",
            run: |ctx| Ok(Rejection::of(&high_temperature(ctx, true, (1, 2))?)),
        },
        Control {
            name: "three_benign_cells_for_a_malignant_one_drive_the_loss_below",
            breaks: "both classes have the same mass",
            run: |_| Ok(Rejection::of(&low_temperature_on_cells(20, 60)?)),
        },
    ],
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

/// Bounds g'' = 1/4 - (1/2 - s)^2 for every value s of the logistic function.
fn curvature(largest: Ratio) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("curvature");
    for piece in 0..PIECES {
        let end = |k: u32| Interval::point(f64::from(k) / f64::from(PIECES));
        let s = end(piece).hull(end(piece + 1));
        let curvature = ratio(QUARTER) - (ratio((1, 2)) - s).sqr();
        finding.at_most("0 <= curvature", Interval::ZERO, curvature, || format!("sigma in {s}"));
        finding.at_most("curvature <= bound", curvature, ratio(largest), || format!("sigma in {s}"));
    }
    Ok(finding)
}

/// Compares softplus(-z) - (ln 2 - z/2) with 0 and with `constant` z^2.
fn remainder_at_most(zs: &[f64], constant: Ratio) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    for z in zs {
        let remainder = remainder(*z);
        let bound = ratio(constant) * Interval::point(*z).sqr();
        finding.at_most("0 <= remainder", Interval::ZERO, remainder, || format!("z = {z:?}"));
        finding.at_most("remainder <= constant z^2", remainder, bound, || format!("z = {z:?}"));
    }
    Ok(finding)
}

fn remainder(z: f64) -> Interval {
    let z = Interval::point(z);
    unless(Fault::SlopeOfTheLossReversed, -z, z).softplus() - (ln_2() - z / Interval::integer(2))
}

/// Away from 0, where both sides are equal and no enclosure can tell.
fn low_temperature(ctx: &Context) -> Result<Evidence, CheckError> {
    let mut finding = remainder_at_most(&signed(ctx, 1e-3, 700.0), (1, 8))?;
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
    Ok(finding.certified(Scope::Instances))
}

/// Compares loss/tau - (-y f)_+ with 0 and with `share` of ln 2/tau; without the division, the loss itself.
fn high_temperature(ctx: &Context, divided: bool, share: Ratio) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of f");
    let mut random = ctx.generator("temperatures");
    for margin in signed(ctx, 1e-2, 20.0) {
        // The exponent tau y f; above 20 or so ln(1 + e^u) - u is lost in the width of the enclosures.
        let tau = Interval::point(2.0_f64.powi(random.random_range(1..=20)));
        let u = -Interval::point(margin);
        // Not the kernel's softplus, which is built on the identity in question.
        let loss = u.exp().ln_1p();
        let hinge = u.max(Interval::ZERO) / tau;
        let excess = if divided { loss / tau } else { loss } - hinge;
        let witness = || format!("tau y f = {margin:?}, tau = {tau}");
        finding.at_most("0 <= loss/tau - hinge", Interval::ZERO, excess, witness);
        finding.at_most("loss/tau - hinge <= ln 2/tau", excess, ratio(share) * ln_2() / tau, witness);
    }
    Ok(finding)
}

/// The limit on the first cells of each class, at temperatures around 1 over the size of the data and below.
fn low_temperature_on_cells(malignant: usize, benign: usize) -> Result<Finding, CheckError> {
    let cells = breast_cancer()?;
    let (p, q) = (first(&cells.malignant, malignant)?, first(&cells.benign, benign)?);
    let mut finding = Finding::new("units of f");
    for exponent in [-8, -5, -2] {
        finding.merge(linear_limit(&p, &q, 2.0_f64.powi(exponent))?);
    }
    Ok(finding)
}

fn first(points: &Points, count: usize) -> Result<Points, CheckError> {
    let coords = points.rows().take(count).flatten().copied().collect();
    Ok(Points::new(points.dim(), coords)?)
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

// L3 on data: at low temperature the least log loss is a transport distance.

/// Compares `(min E softplus(-tau y f) - ln 2)/tau + W1(P, Q)/4` with 0 and with `tau diam^2/32`, the minimum over
/// 1-Lipschitz f, every point of both classes of the same mass.
fn linear_limit(p: &Points, q: &Points, tau: f64) -> Result<Finding, CheckError> {
    let (positive, negative) = (Measure::uniform(p.clone())?, Measure::uniform(q.clone())?);
    let transport = Problem::new(&positive, &negative, Cost::L2)?;
    let distance = certify(&transport, solve(&transport, &Settings::default())?)?.bracket.enclosure();
    let excess = (least_loss(&positive, &negative, tau)? - ln_2()) / Interval::point(tau)
        + distance / Interval::integer(4);
    let most = Interval::point(tau) * diameter(p, q).sqr() / Interval::integer(32);
    let witness = || format!("tau = {tau:?}, {} and {} points", p.len(), q.len());
    let mut finding = Finding::new("units of f");
    finding.at_most("0 <= (min - ln 2)/tau + W1/4", Interval::ZERO, excess, witness);
    finding.at_most("(min - ln 2)/tau + W1/4 <= tau diam^2/32", excess, most, witness);
    Ok(finding)
}

/// Encloses the least log loss over 1-Lipschitz functions, every point of the same mass.
fn least_loss(positive: &Measure, negative: &Measure, tau: f64) -> Result<Interval, CheckError> {
    let problem = LogLoss::new(positive, negative, Cost::L2, tau, 1.0)?;
    let dual = problem.solve()?;
    let bracket = regularised::log_loss(&problem.sample, tau, 1.0, dual.unit, &dual.plan, &dual.potentials)?;
    Ok(bracket.enclosure())
}

fn diameter(p: &Points, q: &Points) -> Interval {
    let all: Vec<&[f64]> = p.rows().chain(q.rows()).collect();
    let pairs = all.iter().enumerate().flat_map(|(i, x)| all.iter().skip(i + 1).map(move |y| (x, y)));
    pairs.map(|(x, y)| distance::enclose(x, y, Cost::L2)).fold(Interval::ZERO, Interval::max)
}
