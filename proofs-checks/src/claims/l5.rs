//! L5: with the constraint no sample's gradient vanishes.

use lip1_core::{MaxMinNetwork, Parametrisation};
use lip1_kernel::{Interval, Points, forward};
use nalgebra::DMatrix;

use crate::optimum::{LeastLoss, logistic};
use crate::trained::Trained;
use crate::worlds::Classes;
use crate::{About, Check, CheckError, Claim, Control, Finding, Rejection, Scope, Section, Verdict};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L5",
    section: Section::Losses,
    title: "Gradients of the log loss do not vanish, sample by sample",
    statement: "If f is 1-Lipschitz with a zero in a set of diameter D that contains the samples, the derivative of each sample's log \
                loss in f has size at least tau sigma(-tau D).",
    formula: r"\mathrm{Lip}(f) \le 1,\; f(x_0) = 0 \;\Longrightarrow\; \left|\frac{\partial \ell_\tau}{\partial f}(x)\right| = \tau\, \sigma(-\tau y f(x)) \ge \tau\, \sigma(-\tau D)",
    corrected: None,
    hypotheses: &["f is 1-Lipschitz", "f has a zero within D of every sample"],
    source: "|f(x)| = |f(x) - f(x_0)| <= |x - x_0| <= D, and sigma is increasing. A minimiser on balanced classes takes both signs, \
             else one class would move more than half of its mass and the other less; so it has a zero on a segment between samples, \
             within their diameter of each.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "exact_minimisers_on_balanced_samples_leave_a_gradient",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let each = ctx.count(30, 100, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [
                    Classes::cells(each, each)?,
                    Classes::digits(3, 8, each)?,
                    Classes::mixture(ctx.seed("mixture"), each)?,
                    Classes::on_line("integers", &[(0.0, 1.0), (2.0, 1.0)], &[(1.0, 1.0), (5.0, 1.0)])?,
                ] {
                    for tau in [0.125, 1.0, 4.0] {
                        finding.merge(minimiser(&classes, tau)?);
                    }
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "functions_of_largest_margin_leave_a_gradient",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = largest_margin(&Classes::cells(40, 40)?, 1.0)?;
                finding.merge(largest_margin(&Classes::digits(4, 9, 30)?, 1.0)?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "trained_networks_that_take_both_signs_leave_a_gradient",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let trained = Trained::on_cells(
                    Parametrisation::Orthogonal,
                    ctx.count(3, 20, 60),
                    ctx.seed("network"),
                )?;
                Ok(network(&trained)?.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "ten_times_the_function_of_largest_margin_saturates",
            breaks: "f is 1-Lipschitz",
            run: |_| Ok(Rejection::of(&largest_margin(&Classes::cells(20, 20)?, 10.0)?)),
        },
        Control {
            name: "a_minimiser_without_a_zero_falls_below_the_bound",
            breaks: "f has a zero within D of every sample",
            run: |_| {
                let classes = Classes::on_line("99 to 1", &[(0.0, 0.99)], &[(0.1, 0.01)])?;
                Ok(Rejection::of(&minimiser(&classes, 1.0)?))
            },
        },
    ],
};

/// The derivative is divided by tau.
const UNIT: &str = "probability";

/// Compares `sigma(-tau y f)` with `sigma(-tau D)` at every sample.
fn examine(name: &str, margins: &[Interval], tau: f64, diameter: Interval) -> Finding {
    let mut finding = Finding::new(UNIT);
    let tau = Interval::point(tau);
    let bound = logistic(-(tau * diameter));
    for (row, margin) in margins.iter().enumerate() {
        let slope = logistic(-(tau * *margin));
        finding.at_most("sigma(-tau D) <= sigma(-tau y f)", bound, slope, || {
            format!("{name}: y f = {margin} at sample {row}, D = {diameter}, tau = {tau}")
        });
    }
    finding
}

fn minimiser(classes: &Classes, tau: f64) -> Result<Finding, CheckError> {
    let least = LeastLoss::solve(classes, tau, 1.0)?;
    let margins: Vec<Interval> = least.terms().iter().map(|term| term.margin).collect();
    Ok(examine(&classes.name, &margins, tau, classes.diameter()))
}

/// The network of X2, times a factor, at temperature 1.
fn largest_margin(classes: &Classes, factor: f64) -> Result<Finding, CheckError> {
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let columns = p.coords().iter().chain(q.coords()).copied();
    let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let points = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let failed = || CheckError::during("max-min network");
    let net = MaxMinNetwork::new(&points, &signs).map_err(failed())?.explicit().map_err(failed())?;
    let mut margins = Vec::new();
    for (points, sign) in [(p, factor), (q, -factor)] {
        for x in points.rows() {
            let value = forward::enclose(&net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE);
            margins.push(Interval::point(sign) * value);
        }
    }
    Ok(examine(&classes.name, &margins, 1.0, classes.diameter()))
}

/// A trained network, whose constant is divided out, on the points it was trained on; it has a zero between two values of opposite signs.
fn network(trained: &Trained) -> Result<Finding, CheckError> {
    let constant = lip1_core::certify(&trained.net).map_err(CheckError::during("constant"))?.l2();
    let mut values = Vec::new();
    for x in trained.points.rows() {
        let value = forward::enclose(&trained.net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE);
        values.push(value / Interval::point(constant));
    }
    let mut finding = Finding::new(UNIT);
    let both = values.iter().any(|f| f.lower() > 0.0) && values.iter().any(|f| f.upper() < 0.0);
    finding.exact(both, || "the network takes one sign only".to_owned());
    // The sign that makes a sample's derivative smaller.
    let margins: Vec<Interval> = values.iter().map(|f| f.abs()).collect();
    finding.merge(examine("trained network", &margins, 1.0, box_diagonal(&trained.points)));
    Ok(finding)
}

/// The diagonal of the box about some points, at least their diameter; the box is convex, so it contains the zero.
fn box_diagonal(points: &Points) -> Interval {
    let side = |column: usize| {
        let entries = || points.rows().filter_map(|row| row.get(column)).copied();
        Interval::point(entries().fold(f64::NEG_INFINITY, f64::max))
            - Interval::point(entries().fold(f64::INFINITY, f64::min))
    };
    (0..points.dim()).map(|column| side(column).sqr()).fold(Interval::ZERO, |sum, square| sum + square).sqrt()
}
