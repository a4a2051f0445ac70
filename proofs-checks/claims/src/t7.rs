//! T7: the Lipschitz constant is a unit of length.

use lip1_datasets::worlds::Classes;
use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::{self, Bracket, Potentials};
use lip1_kernel::{Interval, Points, Theorem};
use lip1_ot::{Certified, Measure, Problem, Settings, certify, solve};
use proptest::strategy::Strategy;

use crate::optimum::{LargestHkr, LeastLoss};
use crate::{drawn, rounding};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T7",
    section: Section::Transport,
    title: "Another Lipschitz constant is another unit of length",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The largest E_P f - E_Q f over L-Lipschitz f is L W1(P, Q), attained by L times the potentials of constant 1: the \
         same classifiers. The least log loss depends on tau L only. The hinge-regularised value scales if the margin \
         does: HKR(L, m) = L HKR(1, m/L).",
    )],
    formula: r"\max_{\mathrm{Lip}(f) \le L} \mathbb{E}_P f - \mathbb{E}_Q f = L\, W_1(P, Q), \qquad \mathrm{BCE}(\tau, L) = \mathrm{BCE}(\tau L, 1), \qquad \mathrm{HKR}(L, m) = L\,\mathrm{HKR}(1, m/L)",
    hypotheses: &["potentials are multiplied by L", "tau L is kept", "the margin is multiplied by L too"],
    source: "f is L-Lipschitz iff f/L is 1-Lipschitz, iff f(./L) is 1-Lipschitz on the points times L. Substitute f = L g in each \
             objective. Signs of f and g agree.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_wasserstein_dual_scales_with_the_same_classifier",
            essential: true,
            about: "a",
            run: |ctx| over(ctx, |instance| transport_scales(instance, instance.factor())),
        },
        Check {
            name: "the_log_loss_depends_on_the_product_of_temperature_and_constant",
            essential: true,
            about: "a",
            run: |ctx| over(ctx, |instance| bce_scales(instance, 1.0 / instance.factor())),
        },
        Check {
            name: "the_hinge_regularised_value_scales_with_its_margin",
            essential: true,
            about: "a",
            run: |ctx| over(ctx, |instance| hinge_scales(instance, instance.factor())),
        },
    ],
    controls: &[
        Control {
            name: "potentials_that_are_kept_leave_a_gap",
            breaks: "potentials are multiplied by L",
            run: |_| transport_scales(&breast_cancer(2)?, 1.0),
        },
        Control {
            name: "a_temperature_that_is_kept_changes_the_loss",
            breaks: "tau L is kept",
            run: |_| bce_scales(&breast_cancer(2)?, 1.0),
        },
        Control {
            name: "a_margin_that_is_kept_changes_the_value",
            breaks: "the margin is multiplied by L too",
            run: |_| hinge_scales(&breast_cancer(-3)?, 1.0),
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

fn breast_cancer(exponent: i32) -> Result<Instance, CheckError> {
    Ok(Instance { classes: Classes::breast_cancer(25, 25)?, exponent })
}

/// Examines random samples and real ones.
fn over(
    ctx: &Context,
    examine: impl Fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let drawn =
        (drawn::classes(8), -4_i32..=4).prop_map(|(classes, exponent)| Instance { classes, exponent });
    let cases = ctx.cases(30, 600, 30_000);
    let mut finding = ctx.sampled("samples", UNIT, &drawn, cases, &examine)?;
    let each = ctx.count(25, 100, 170);
    for exponent in [-3, 2] {
        for classes in [Classes::breast_cancer(each, each)?, Classes::digits(3, 8, each)?] {
            let instance = Instance { classes, exponent };
            // At L = 1 nothing would be compared with anything else.
            let factor = Interval::data(instance.factor());
            let other = factor + Interval::ONE / factor;
            finding.required("L is not 1: 5/2 <= L + 1/L", Interval::ratio(5, 2), other, || {
                format!("{}, L = {}", instance.classes.name, instance.factor())
            });
            finding.merge(examine(&instance)?);
        }
    }
    Ok(finding)
}

/// What widths and distances of brackets are measured in.
const UNIT: &str = "value";

/// One of two values that should agree: its bracket, what that is multiplied by, and what roundings may make of it.
struct Value<'a> {
    bracket: &'a Theorem<Bracket>,
    factor: f64,
    rounding: Interval,
}

impl Value<'_> {
    /// Both ends, multiplied, and how far they are apart.
    fn ends(&self) -> (Interval, Interval) {
        let factor = Interval::data(self.factor);
        let (lower, upper) = (self.bracket.lower_bound(), self.bracket.upper_bound());
        (factor * self.bracket.enclosure(), factor * (upper - lower))
    }
}

/// That two brackets of two separate solutions are closed and share a number.
fn agree(name: &str, one: &Value<'_>, other: &Value<'_>, size: Interval) -> Finding {
    let mut finding = Finding::new(UNIT);
    let ((first, first_width), (second, second_width)) = (one.ends(), other.ends());
    let witness = || format!("{name}: {first} against {second}");
    for (value, width) in [(one, first_width), (other, second_width)] {
        let allowed = Interval::data(value.factor) * value.rounding;
        finding.required("upper end - lower end <= rounding", width, allowed, witness);
    }
    let tolerance = rounding::tolerance(first_width + second_width, size, "widths of both brackets");
    finding.equal_within("value at L = value at 1, scaled", second, first, tolerance, witness);
    finding
}

/// The distance, and the potentials and plan of constant 1, on the points times L.
fn transport_scales(instance: &Instance, multiplier: f64) -> Result<Finding, CheckError> {
    let solved = |classes: &Classes| -> Result<Certified, CheckError> {
        let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
        Ok(certify(&problem, solve(&problem, &Settings::default())?)?)
    };
    let (one, other) = (solved(&instance.classes)?, solved(&instance.scaled()?)?);
    let (name, statement) = (&instance.classes.name, other.problem.statement());
    let size = rounding::diagonal(&statement.p, &statement.q, statement.cost);
    let rounding = rounding::of_transport(statement);
    let small = rounding::of_transport(one.problem.statement());
    let at_one = Value { bracket: &one.bracket, factor: instance.factor(), rounding: small };
    let at_constant = |bracket| Value { bracket, factor: 1.0, rounding };
    let mut finding = agree(name, &at_one, &at_constant(&other.bracket), size);
    // The same plan, and the potentials multiplied: of the same signs at every point, hence the same classifier.
    let times = |values: &[f64]| values.iter().map(|f| f * multiplier).collect();
    let Potentials { u, v } = &one.solution.potentials;
    let potentials = Potentials { u: times(u), v: times(v) };
    let masses = one.problem.statement();
    let problem = transport::Problem {
        p_mass: masses.p_mass.clone(),
        q_mass: masses.q_mass.clone(),
        ..statement.clone()
    };
    let ruling = transport::check(&problem, &one.solution.plan, &potentials);
    if let Some(bracket) = finding.accepted(ruling, || format!("{name}, times {multiplier}")) {
        finding.merge(agree(name, &at_one, &at_constant(&bracket), size));
    }
    Ok(finding)
}

/// The least log loss at constant L, at the temperature times `cooler`, against that at constant 1.
fn bce_scales(instance: &Instance, cooler: f64) -> Result<Finding, CheckError> {
    let classes = &instance.classes;
    let one = LeastLoss::solve(classes, TAU, 1.0)?;
    let bracket = one.bracket()?;
    let at_one = Value { bracket: &bracket, factor: 1.0, rounding: rounding::of_bce(&one.problem) };
    let mut finding = Finding::new(UNIT);
    for least in [
        LeastLoss::solve(&instance.scaled()?, TAU * cooler, 1.0)?,
        LeastLoss::solve(classes, TAU * cooler, instance.factor())?,
    ] {
        let rounding = rounding::of_bce(&least.problem);
        let other = Value { bracket: &least.bracket()?, factor: 1.0, rounding };
        finding.merge(agree(&classes.name, &at_one, &other, Interval::ONE));
    }
    Ok(finding)
}

/// The hinge-regularised value on the points times L with its margin times `wider`, against L times that at constant 1.
fn hinge_scales(instance: &Instance, wider: f64) -> Result<Finding, CheckError> {
    let classes = &instance.classes;
    let one = LargestHkr::solve(classes, Total::EachClass, MARGIN, LAMBDA)?;
    let other = LargestHkr::solve(&instance.scaled()?, Total::EachClass, MARGIN * wider, LAMBDA)?;
    let value = |largest: &LargestHkr, bracket, factor| Value {
        bracket,
        factor,
        rounding: rounding::of_hkr(&largest.problem),
    };
    let size = rounding::size_of_hkr(&other.problem);
    let (small, large) = (one.bracket()?, other.bracket()?);
    let at_one = value(&one, &small, instance.factor());
    Ok(agree(&classes.name, &at_one, &value(&other, &large, 1.0), size))
}
