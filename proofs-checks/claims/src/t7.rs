//! T7: the Lipschitz constant is a unit of length.

use lip1_datasets::worlds::Classes;
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Evidence, Finding, Outcome, Rejection, Scope, Section,
    Verdict,
};
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::{self, Bracket, Plan, Potentials};
use lip1_kernel::{Interval, Points, Theorem};
use lip1_ot::testing::pairs;
use lip1_ot::{Certified, Measure, Problem, Settings, certify, solve};
use proptest::strategy::Strategy;

use crate::optimum::{LargestHkr, LeastLoss};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T7",
    section: Section::Transport,
    title: "Another Lipschitz constant is another unit of length",
    statement: "The largest E_P f - E_Q f over L-Lipschitz f is L W1(P, Q), attained by L times the potentials of constant 1: the \
                same classifiers. The least log loss depends on tau L only. The hinge-regularised value scales if the margin \
                does: HKR(L, m) = L HKR(1, m/L).",
    formula: r"\max_{\mathrm{Lip}(f) \le L} \mathbb{E}_P f - \mathbb{E}_Q f = L\, W_1(P, Q), \qquad \mathrm{BCE}(\tau, L) = \mathrm{BCE}(\tau L, 1), \qquad \mathrm{HKR}(L, m) = L\,\mathrm{HKR}(1, m/L)",
    corrected: None,
    hypotheses: &["potentials are multiplied by L", "tau L is kept", "the margin is multiplied by L too"],
    source: "f is L-Lipschitz iff f/L is 1-Lipschitz, iff f(./L) is 1-Lipschitz on the points times L. Substitute f = L g in each \
             objective. Signs of f and g agree.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_wasserstein_dual_scales_with_the_same_classifier",
            essential: true,
            about: About::Transcribed,
            run: |ctx| over(ctx, |instance| transport_scales(instance, instance.factor())),
        },
        Check {
            name: "the_log_loss_depends_on_the_product_of_temperature_and_constant",
            essential: true,
            about: About::Transcribed,
            run: |ctx| over(ctx, |instance| log_loss_scales(instance, 1.0 / instance.factor())),
        },
        Check {
            name: "the_hinge_regularised_value_scales_with_its_margin",
            essential: true,
            about: About::Transcribed,
            run: |ctx| over(ctx, |instance| hinge_scales(instance, instance.factor())),
        },
    ],
    controls: &[
        Control {
            name: "potentials_that_are_kept_leave_a_gap",
            breaks: "potentials are multiplied by L",
            run: |_| Ok(Rejection::of(&transport_scales(&cells(2)?, 1.0)?)),
        },
        Control {
            name: "a_temperature_that_is_kept_changes_the_loss",
            breaks: "tau L is kept",
            run: |_| Ok(Rejection::of(&log_loss_scales(&cells(2)?, 1.0)?)),
        },
        Control {
            name: "a_margin_that_is_kept_changes_the_value",
            breaks: "the margin is multiplied by L too",
            run: |_| Ok(Rejection::of(&hinge_scales(&cells(-3)?, 1.0)?)),
        },
    ],
};

/// A sample and a Lipschitz constant, a power of two so that points times it are exact.
#[derive(Clone, Debug)]
struct Instance {
    classes: Classes,
    exponent: i32,
}

impl Instance {
    fn factor(&self) -> f64 {
        2.0_f64.powi(self.exponent)
    }

    /// The sample with its points times the constant.
    fn scaled(&self) -> Result<Classes, CheckError> {
        let side = |measure: &Measure| -> Result<Measure, CheckError> {
            let points = measure.points();
            let points =
                Points::new(points.dim(), points.coords().iter().map(|x| x * self.factor()).collect())?;
            Ok(match measure.weights() {
                None => Measure::uniform(points)?,
                Some(weights) => Measure::weighted(points, weights.to_vec())?,
            })
        };
        let Classes { name, positive, negative } = &self.classes;
        Ok(Classes { name: name.clone(), positive: side(positive)?, negative: side(negative)? })
    }
}

/// Temperature, margin and weight of the hinge at constant 1.
const TAU: f64 = 0.5;
const MARGIN: f64 = 1.0;
const LAMBDA: f64 = 3.0;

fn cells(exponent: i32) -> Result<Instance, CheckError> {
    Ok(Instance { classes: Classes::cells(25, 25)?, exponent })
}

/// Examines random samples and real ones.
fn over(
    ctx: &Context,
    examine: impl Fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Evidence, CheckError> {
    let drawn = (pairs(8), -4_i32..=4).prop_map(|((positive, negative), exponent)| Instance {
        classes: Classes { name: "drawn".to_owned(), positive, negative },
        exponent,
    });
    let mut finding = ctx.sampled("samples", UNIT, &drawn, ctx.cases(30, 600, 30_000), |instance| {
        let found = examine(instance)?;
        let slack = found.worst_slack().map_or(0.0, |slack| slack.value);
        Ok(if found.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
    })?;
    let each = ctx.count(25, 100, 170);
    for exponent in [-3, 2] {
        finding.merge(examine(&Instance { classes: Classes::cells(each, each)?, exponent })?);
        finding.merge(examine(&Instance { classes: Classes::digits(3, 8, each)?, exponent })?);
    }
    Ok(finding.certified(Scope::Instances))
}

/// What widths and distances of brackets are measured in.
const UNIT: &str = "value";

/// Share of the numbers involved by which the ends of a bracket may differ.
const WIDTH: f64 = 1e-9;

/// That two brackets of two separate solutions are closed and, one times the factor, share a number.
fn agree(name: &str, one: &Theorem<Bracket>, other: &Theorem<Bracket>, factor: f64, scale: f64) -> Finding {
    let mut finding = Finding::new(UNIT);
    let (factor, point) = (Interval::point(factor), Interval::point);
    let witness = || format!("{name}: {factor} times {:?} against {:?}", **one, **other);
    let (low, high) = (factor * point(one.lower), factor * point(one.upper));
    for width in [high - low, point(other.upper) - point(other.lower)] {
        finding.case((point(WIDTH * scale) - width).lower(), witness);
    }
    // Brackets that share no number prove that the values differ.
    finding.at_most("L value(1) <= value(L)", low, point(other.upper), witness);
    finding.at_most("value(L) <= L value(1)", point(other.lower), high, witness);
    finding
}

/// The distance, and the potentials and plan of constant 1, on the points times L.
fn transport_scales(instance: &Instance, multiplier: f64) -> Result<Finding, CheckError> {
    let solved = |classes: &Classes| -> Result<Certified, CheckError> {
        let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
        Ok(certify(&problem, solve(&problem, &Settings::default())?)?)
    };
    let scaled = instance.scaled()?;
    let (one, other) = (solved(&instance.classes)?, solved(&scaled)?);
    let (name, factor) = (&instance.classes.name, instance.factor());
    let scale = scale(&scaled, 0.0).max(factor * scale(&instance.classes, 0.0));
    let mut finding = agree(name, &one.bracket, &other.bracket, factor, scale);
    // The same plan, and the potentials multiplied: of the same signs at every point, hence the same classifier.
    let times = |values: &[f64]| values.iter().map(|f| f * multiplier).collect();
    let potentials = &one.solution.potentials;
    let potentials = Potentials { u: times(&potentials.u), v: times(&potentials.v) };
    let plan: &Plan = &one.solution.plan;
    let mut problem = other.problem.statement().clone();
    (problem.p_mass, problem.q_mass) =
        (one.problem.statement().p_mass.clone(), one.problem.statement().q_mass.clone());
    match transport::check(&problem, plan, &potentials) {
        Ok(bracket) => finding.merge(agree(name, &one.bracket, &bracket, factor, scale)),
        Err(refusal) => finding.refused(format!("{name}, times {multiplier}: {refusal}")),
    }
    Ok(finding)
}

/// The least log loss at constant L, at the temperature times `cooler`, against that at constant 1.
fn log_loss_scales(instance: &Instance, cooler: f64) -> Result<Finding, CheckError> {
    let classes = &instance.classes;
    let one = LeastLoss::solve(classes, TAU, 1.0)?;
    let other = LeastLoss::solve(&instance.scaled()?, TAU * cooler, 1.0)?;
    let constant = LeastLoss::solve(classes, TAU * cooler, instance.factor())?;
    let bracket = one.bracket()?;
    let mut finding = agree(&classes.name, &bracket, &other.bracket()?, 1.0, 1.0);
    finding.merge(agree(&classes.name, &bracket, &constant.bracket()?, 1.0, 1.0));
    Ok(finding)
}

/// The hinge-regularised value on the points times L with its margin times `wider`, against L times that at constant 1.
fn hinge_scales(instance: &Instance, wider: f64) -> Result<Finding, CheckError> {
    let classes = &instance.classes;
    let (scaled, factor) = (instance.scaled()?, instance.factor());
    let one = LargestHkr::solve(classes, Total::EachClass, MARGIN, LAMBDA)?;
    let other = LargestHkr::solve(&scaled, Total::EachClass, MARGIN * wider, LAMBDA)?;
    let scale = scale(&scaled, MARGIN * wider).max(factor * scale(classes, MARGIN));
    Ok(agree(&classes.name, &one.bracket()?, &other.bracket()?, factor, (1.0 + LAMBDA) * scale))
}

/// The largest number that a value is a mean of.
fn scale(classes: &Classes, margin: f64) -> f64 {
    let coords = classes.positive.points().coords().iter().chain(classes.negative.points().coords());
    let largest = coords.map(|x| x.abs()).fold(0.0, f64::max);
    margin + 2.0 * largest * (classes.positive.points().dim() as f64).sqrt()
}
