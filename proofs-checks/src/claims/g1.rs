//! G1: the gap between two samples' losses is at most their distance.

use lip1_core::{Parametrisation, Targets};
use lip1_kernel::distance::Cost;
use lip1_kernel::{Interval, Points, forward};
use lip1_ot::{Measure, Problem, Settings, certify, solve};

use crate::data::{breast_cancer, digits};
use crate::trained::Trained;
use crate::{About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G1",
    section: Section::Generalisation,
    title: "The generalisation gap is at most a transport distance",
    statement: "For a 1-Lipschitz f and a loss that is Lambda-Lipschitz in f (log loss: tau; hinge-regularised: 1 + lambda) the mean losses of one \
                class on two samples differ by at most Lambda W1 between them.",
    formula: r"\bigl| \mathbb{E}_{P_n} \ell(f, y) - \mathbb{E}_{P_m} \ell(f, y) \bigr| \le \Lambda\, W_1(P_n, P_m)",
    corrected: None,
    hypotheses: &["f is 1-Lipschitz"],
    source: "x -> l(f(x), y) is Lambda-Lipschitz for a fixed y; T1 bounds the difference of its means.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "trained_networks_keep_their_loss_on_the_cells_they_have_not_seen",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let split = Split::cells()?;
                let trained = split.train(ctx, Parametrisation::Orthogonal, ctx.count(4, 30, 100))?;
                Ok(examine(&split, &trained, &divided(&trained)?)?.certified(Scope::Instances))
            },
        },
        Check {
            name: "trained_networks_keep_their_loss_on_the_digits_they_have_not_seen",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let split = Split::digits(3, 8)?;
                let trained = split.train(ctx, Parametrisation::Orthogonal, ctx.count(2, 20, 60))?;
                Ok(examine(&split, &trained, &divided(&trained)?)?.certified(Scope::Instances))
            },
        },
        Check {
            name: "unconstrained_networks_do_once_divided_by_their_constant",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let split = Split::cells()?;
                let trained = split.train(ctx, Parametrisation::Unconstrained, ctx.count(4, 30, 100))?;
                Ok(examine(&split, &trained, &divided(&trained)?)?.certified(Scope::Instances))
            },
        },
    ],
    controls: &[Control {
        name: "logits_that_grow_without_bound_open_any_gap",
        breaks: "f is 1-Lipschitz",
        run: |ctx| {
            let split = Split::cells()?;
            let trained = split.train(ctx, Parametrisation::Unconstrained, ctx.count(30, 60, 100))?;
            Ok(Rejection::of(&examine(&split, &trained, &Interval::point(GROWTH))?))
        },
    }],
};

const UNIT: &str = "loss";

/// What logits are multiplied by in the control.
const GROWTH: f64 = 1e4;

/// Temperatures of the log loss.
const TEMPERATURES: [f64; 2] = [1.0, 16.0];

/// Margin and weight of the hinge.
const MARGIN: f64 = 1.0;
const LAMBDA: f64 = 10.0;

/// Two classes, each with the points that are trained on and those that are not.
struct Split {
    name: String,
    positive: (Points, Points),
    negative: (Points, Points),
}

impl Split {
    fn cells() -> Result<Self, CheckError> {
        let cells = breast_cancer()?;
        Ok(Self {
            name: "cells".to_owned(),
            positive: halves(&cells.malignant)?,
            negative: halves(&cells.benign)?,
        })
    }

    /// Pixels from 0 to 1.
    fn digits(a: u8, b: u8) -> Result<Self, CheckError> {
        let class = |digit| -> Result<(Points, Points), CheckError> {
            let points = digits()?.class(digit)?;
            halves(&Points::new(points.dim(), points.coords().iter().map(|x| x / 16.0).collect())?)
        };
        Ok(Self { name: format!("digits {a} and {b}"), positive: class(a)?, negative: class(b)? })
    }

    fn train(&self, ctx: &Context, rule: Parametrisation, epochs: usize) -> Result<Trained, CheckError> {
        let (p, q) = (&self.positive.0, &self.negative.0);
        let points = Points::new(p.dim(), [p.coords(), q.coords()].concat())?;
        let signs = [vec![1; p.len()], vec![-1; q.len()]].concat();
        Trained::on(points, Targets::Signs(signs), 1, rule, epochs, ctx.seed("network"))
    }
}

/// Every other point.
fn halves(points: &Points) -> Result<(Points, Points), CheckError> {
    let part = |rest: usize| {
        let rows = points.rows().skip(rest).step_by(2);
        Points::new(points.dim(), rows.flatten().copied().collect())
    };
    Ok((part(0)?, part(1)?))
}

/// The factor that makes a network 1-Lipschitz.
fn divided(trained: &Trained) -> Result<Interval, CheckError> {
    let constant = lip1_core::certify(&trained.net).map_err(CheckError::during("constant"))?.l2();
    Ok(Interval::ONE / Interval::point(constant))
}

/// Compares the gap of each class's mean loss with `Lambda W1`, for the network times a factor.
fn examine(split: &Split, trained: &Trained, factor: &Interval) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    for (label, sign, (seen, unseen)) in [("+1", 1.0, &split.positive), ("-1", -1.0, &split.negative)] {
        let measures = (Measure::uniform(seen.clone())?, Measure::uniform(unseen.clone())?);
        let problem = Problem::new(&measures.0, &measures.1, Cost::L2)?;
        let distance = certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure();
        let margins = |points: &Points| -> Result<Vec<Interval>, CheckError> {
            let value = |x: &[f64]| -> Result<Interval, CheckError> {
                let value =
                    forward::enclose(&trained.net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE);
                Ok(Interval::point(sign) * *factor * value)
            };
            points.rows().map(value).collect()
        };
        let (seen, unseen) = (margins(seen)?, margins(unseen)?);
        let mut judge = |name: String, constant: f64, loss: &dyn Fn(Interval) -> Interval| {
            let mean = |margins: &[Interval]| {
                let sum = margins.iter().fold(Interval::ZERO, |sum, margin| sum + loss(*margin));
                sum / Interval::integer(margins.len() as u128)
            };
            let (gap, bound) = ((mean(&seen) - mean(&unseen)).abs(), Interval::point(constant) * distance);
            finding.at_most("gap <= Lambda W1", gap, bound, || {
                format!("{}, label {label}, {name}: gap {gap}, bound {bound}", split.name)
            });
        };
        for tau in TEMPERATURES {
            judge(format!("log loss at tau = {tau}"), tau, &|margin| {
                (-(Interval::point(tau) * margin)).softplus()
            });
        }
        judge("hinge-regularised".to_owned(), 1.0 + LAMBDA, &|margin| {
            Interval::point(LAMBDA) * (Interval::point(MARGIN) - margin).max(Interval::ZERO) - margin
        });
    }
    Ok(finding)
}
