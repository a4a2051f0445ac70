//! L5: with the constraint no sample's gradient vanishes.

use lip1_core::{MaxMinNetwork, Parametrisation};
use lip1_datasets::data::breast_cancer;
use lip1_datasets::worlds::Classes;
use lip1_harness::{Check, CheckError, Claim, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::net::Net;
use lip1_kernel::{Interval, Points, forward, network};
use nalgebra::DMatrix;

use crate::optimum::LeastLoss;
use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L5",
    section: Section::Losses,
    title: "Gradients of the log loss do not vanish, sample by sample",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "If f is 1-Lipschitz with a zero in a set of diameter D that contains the samples, the derivative of each sample's log \
         loss in f has size at least tau sigma(-tau D).",
    )],
    formula: r"\mathrm{Lip}(f) \le 1,\; f(x_0) = 0 \;\Longrightarrow\; \left|\frac{\partial \ell_\tau}{\partial f}(x)\right| = \tau\, \sigma(-\tau y f(x)) \ge \tau\, \sigma(-\tau D)",
    hypotheses: &["f is 1-Lipschitz", "f has a zero within D of every sample"],
    source: "|f(x)| = |f(x) - f(x_0)| <= |x - x_0| <= D, and sigma is increasing. A minimiser on balanced classes takes both signs, \
             else one class would move more than half of its mass and the other less; so it has a zero on a segment between samples, \
             within their diameter of each. Best possible: balanced opposite points at 0, a share e of the positive ones at distance D \
             instead: as e goes to 0 the derivative there tends to the bound. Compared are the negative logarithms, \
             softplus(tau y f) <= softplus(tau D), which do not underflow.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "exact_minimisers_on_balanced_samples_leave_a_gradient",
            essential: true,
            about: "a",
            run: |ctx| {
                let each = ctx.count(30, 100, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [
                    Classes::breast_cancer(each, each)?,
                    Classes::digits(3, 8, each)?,
                    Classes::mixture(ctx.seed("mixture"), each)?,
                    Classes::on_line("integers", &[(0.0, 1.0), (2.0, 1.0)], &[(1.0, 1.0), (5.0, 1.0)])?,
                ] {
                    for tau in [0.125, 1.0, 4.0] {
                        finding.merge(minimiser(&classes, tau)?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "one_far_point_comes_as_near_to_the_bound_as_its_weight_allows",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for light in [1e-2, 1e-4, 1e-6] {
                    finding.merge(far_point(light)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "functions_of_largest_margin_leave_a_gradient",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = largest_margin(&Classes::breast_cancer(40, 40)?, 1.0)?;
                finding.merge(largest_margin(&Classes::digits(4, 9, 30)?, 1.0)?);
                Ok(finding)
            },
        },
        Check {
            name: "trained_networks_that_take_both_signs_leave_a_gradient",
            essential: true,
            about: "a",
            run: |ctx| {
                let epochs = ctx.count(3, 20, 60);
                trained(&Trained::on_breast_cancer(Parametrisation::Orthogonal, epochs, ctx.seed("network"))?)
            },
        },
    ],
    controls: &[
        Control {
            name: "ten_times_the_function_of_largest_margin_saturates",
            breaks: "f is 1-Lipschitz",
            run: |_| largest_margin(&Classes::breast_cancer(20, 20)?, 10.0),
        },
        Control {
            name: "a_minimiser_without_a_zero_falls_below_the_bound",
            breaks: "f has a zero within D of every sample",
            run: |_| minimiser(&Classes::on_line("99 to 1", &[(0.0, 0.99)], &[(0.1, 0.01)])?, 1.0),
        },
    ],
};

/// The derivative is divided by tau; compared is minus its logarithm.
const UNIT: &str = "nats";

/// A 1-Lipschitz function on a sample, by its values at positive and at negative points.
struct Values {
    name: String,
    positive: Vec<Interval>,
    negative: Vec<Interval>,
}

/// Requires that `f` takes both signs, hence has a zero in every convex set that contains the samples, and compares
/// `sigma(-tau y f)` with `sigma(-tau D)` at every one.
fn examine(values: &Values, tau: f64, diameter: Interval) -> Finding {
    let mut finding = Finding::new(UNIT);
    let Values { name, positive, negative } = values;
    let all = || positive.iter().chain(negative).copied();
    let mut signs = Finding::new("units of f");
    for (words, extreme) in [
        ("f <= 0 somewhere", all().reduce(Interval::min)),
        ("f >= 0 somewhere", all().map(|f| -f).reduce(Interval::min)),
    ] {
        signs.required(words, extreme.unwrap_or(Interval::ENTIRE), Interval::ZERO, || name.clone());
    }
    finding.merge(signs);
    let temperature = Interval::data(tau);
    let most = (temperature * diameter).softplus();
    let margins = positive.iter().copied().chain(negative.iter().map(|f| -*f));
    for (row, margin) in margins.enumerate() {
        finding.at_most(
            "-ln sigma(-tau y f) <= -ln sigma(-tau D)",
            (temperature * margin).softplus(),
            most,
            || format!("{name}: y f = {margin} at sample {row}, D = {diameter}, tau = {tau}"),
        );
    }
    finding
}

/// The values of the minimiser; `None` if the kernel refuses it.
fn least_loss(finding: &mut Finding, classes: &Classes, tau: f64) -> Result<Option<Values>, CheckError> {
    let least = LeastLoss::solve(classes, tau, 1.0)?;
    let accepted = finding.accepted(least.bracket(), || format!("{}, tau = {tau}", classes.name));
    Ok(accepted.map(|bracket| {
        let (positive, negative): (Vec<_>, Vec<_>) =
            least.terms(&bracket).into_iter().partition(|term| term.positive);
        Values {
            name: classes.name.clone(),
            positive: positive.iter().map(|term| term.margin).collect(),
            negative: negative.iter().map(|term| -term.margin).collect(),
        }
    }))
}

fn minimiser(classes: &Classes, tau: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    if let Some(values) = least_loss(&mut finding, classes, tau)? {
        finding.merge(examine(&values, tau, classes.diameter()));
    }
    Ok(finding)
}

/// Opposite points at 0 and a positive one of weight `light` at distance 2, of a whole of 1, at temperature 1.
///
/// The derivative at the far point must come within a factor `1 + 2 light` of the bound, or the instance shows nothing about it.
fn far_point(light: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (tau, far) = (1.0, 2.0);
    let classes = Classes::on_line("one far point", &[(0.0, 0.5 - light), (far, light)], &[(0.0, 0.5)])?;
    if let Some(values) = least_loss(&mut finding, &classes, tau)? {
        finding.merge(examine(&values, tau, classes.diameter()));
        let margin = values.positive.last().copied().unwrap_or(Interval::ENTIRE);
        let factor = (Interval::integer(2) * Interval::data(light)).ln_1p();
        let (bound, found) = (
            (Interval::data(tau) * Interval::data(far)).softplus(),
            (Interval::data(tau) * margin).softplus(),
        );
        finding.required("the bound is nearly reached", bound, found + factor, || {
            format!("{}, of weight {light}: y f = {margin} there", values.name)
        });
    }
    Ok(finding)
}

/// The network of X2, times a factor, at temperature 1.
fn largest_margin(classes: &Classes, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let columns = p.coords().iter().chain(q.coords()).copied();
    let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let points = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let failed = || CheckError::during("max-min network");
    let net = MaxMinNetwork::new(&points, &signs).map_err(failed())?.explicit().map_err(failed())?;
    let times = Interval::data(factor);
    let constant = times * network::lipschitz(&net, &[None])?.linf_upper_bound();
    let mut slope = Finding::new("slope");
    slope.required("Lipschitz constant <= 1", constant, Interval::ONE, || classes.name.clone());
    finding.merge(slope);
    let side = |points: &Points| -> Result<Vec<Interval>, CheckError> {
        points.rows().map(|x| Ok(times * output(&net, x)?)).collect()
    };
    let values = Values { name: classes.name.clone(), positive: side(p)?, negative: side(q)? };
    finding.merge(examine(&values, 1.0, classes.diameter()));
    Ok(finding)
}

/// Share of its sample that a network must have learnt for its values to mean anything.
const LEARNT: (u128, u128) = (9, 10);

/// A trained network, whose constant is divided out, on the points it was trained on, at temperature 1.
///
/// Every point is taken with the label that makes its derivative smaller.
fn trained(trained: &Trained) -> Result<Finding, CheckError> {
    let certified = lip1_core::certify(&trained.net).map_err(CheckError::during("constant"))?;
    let constant = certified.upper_bound();
    let mut values =
        Values { name: "trained network".to_owned(), positive: Vec::new(), negative: Vec::new() };
    let (malignant, mut right) = (breast_cancer()?.malignant.len(), 0_u128);
    for (row, x) in trained.points.rows().enumerate() {
        let value = output(&trained.net, x)? / constant;
        right += u128::from(if row < malignant { value.lower() > 0.0 } else { value.upper() < 0.0 });
        let side = if value.lower() > 0.0 { &mut values.positive } else { &mut values.negative };
        side.push(value);
    }
    let mut learnt = Finding::new("points");
    let wanted = Interval::ratio(LEARNT.0, LEARNT.1) * Interval::integer(trained.points.len() as u128);
    learnt.required("the network has learnt", wanted, Interval::integer(right), || {
        format!("{right} points are right")
    });
    let mut finding = examine(&values, 1.0, box_diagonal(&trained.points));
    finding.merge(learnt);
    Ok(finding)
}

/// The only output of a network.
fn output(net: &Net, x: &[f64]) -> Result<Interval, CheckError> {
    Ok(forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
}

/// The diagonal of the box about some points, at least their diameter; the box is convex, so it contains the zero.
fn box_diagonal(points: &Points) -> Interval {
    let side = |column: usize| {
        let entries = || points.rows().filter_map(|row| row.get(column)).copied();
        Interval::data(entries().fold(f64::NEG_INFINITY, f64::max))
            - Interval::data(entries().fold(f64::INFINITY, f64::min))
    };
    (0..points.dim()).map(|column| side(column).sqr()).fold(Interval::ZERO, |sum, square| sum + square).sqrt()
}
