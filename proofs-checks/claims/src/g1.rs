//! G1: the gap between two samples' losses is at most their distance.

use lip1_core::{Parametrisation, Targets};
use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, Points, forward, judge};
use lip1_ot::{Measure, Problem, Settings, certify, solve};

use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G1",
    section: Section::Generalisation,
    title: "The generalisation gap is at most a transport distance",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "For a 1-Lipschitz f and a loss that is Lambda-Lipschitz in f (log loss: tau; hinge-regularised: 1 + lambda) the \
         mean losses of one class on two samples differ by at most Lambda W1 between them.",
    )],
    formula: r"\bigl| \mathbb{E}_{P_n} \ell(f, y) - \mathbb{E}_{P_m} \ell(f, y) \bigr| \le \Lambda\, W_1(P_n, P_m)",
    hypotheses: &["f is 1-Lipschitz", "Lambda is a Lipschitz constant of the loss"],
    source: "x -> l(f(x), y) is Lambda-Lipschitz for a fixed y; T1 bounds the difference of its means. Nearly an equality for \
             f(x) = x and one point a sample, where the loss has its steepest slope between the two.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "trained_networks_keep_their_loss_on_the_cells_they_have_not_seen",
            essential: true,
            about: "a",
            run: |ctx| {
                let split = Split::breast_cancer()?;
                let trained = split.train(ctx, Parametrisation::Orthogonal, ctx.count(8, 30, 100))?;
                learnt(&split, &trained.net)
            },
        },
        Check {
            name: "trained_networks_keep_their_loss_on_the_digits_they_have_not_seen",
            essential: true,
            about: "a",
            run: |ctx| {
                let split = Split::digits(3, 8)?;
                let trained = split.train(ctx, Parametrisation::Orthogonal, ctx.count(10, 20, 60))?;
                learnt(&split, &trained.net)
            },
        },
        Check {
            name: "unconstrained_networks_do_once_divided_by_their_constant",
            essential: true,
            about: "a",
            run: |ctx| {
                let split = Split::breast_cancer()?;
                let trained = split.train(ctx, Parametrisation::Unconstrained, ctx.count(8, 30, 100))?;
                learnt(&split, &trained.net)
            },
        },
        Check {
            name: "the_identity_comes_close_to_the_bound",
            essential: true,
            about: "a",
            run: |_| steepest(Interval::ONE),
        },
    ],
    controls: &[
        Control {
            name: "logits_that_grow_without_bound_open_any_gap",
            breaks: "f is 1-Lipschitz",
            run: |ctx| {
                let split = Split::breast_cancer()?;
                let trained = split.train(ctx, Parametrisation::Unconstrained, ctx.count(30, 60, 100))?;
                examine(&split, &trained.net, Interval::constant(GROWTH), Interval::ONE, &LOSSES)
            },
        },
        Control {
            name: "a_constant_that_is_a_millionth_smaller_is_too_small",
            breaks: "Lambda is a Lipschitz constant of the loss",
            run: |_| steepest(Interval::ratio((1 << 20) - 1, 1 << 20)),
        },
    ],
};

const UNIT: &str = "loss";

/// What logits are multiplied by in the control.
const GROWTH: f64 = 1e4;

/// A loss as a function of `y f`.
#[derive(Clone, Copy)]
enum Loss {
    /// At a temperature.
    Log { tau: f64 },
    /// With margin and weight.
    Hkr { margin: f64, lambda: f64 },
}

const LOSSES: [Loss; 3] =
    [Loss::Log { tau: 1.0 }, Loss::Log { tau: 16.0 }, Loss::Hkr { margin: 1.0, lambda: 10.0 }];

impl Loss {
    fn name(self) -> String {
        match self {
            Loss::Log { tau } => format!("log loss at tau = {tau}"),
            Loss::Hkr { margin, lambda } => format!("HKR at margin {margin}, lambda {lambda}"),
        }
    }

    /// Lambda.
    fn constant(self) -> Interval {
        match self {
            Loss::Log { tau } => Interval::constant(tau),
            Loss::Hkr { lambda, .. } => Interval::ONE + Interval::constant(lambda),
        }
    }

    fn at(self, yf: Interval) -> Interval {
        match self {
            Loss::Log { tau } => (-(Interval::constant(tau) * yf)).softplus(),
            Loss::Hkr { margin, lambda } => {
                let missing = (Interval::constant(margin) - yf).max(Interval::ZERO);
                Interval::constant(lambda) * missing - yf
            }
        }
    }

    fn mean(self, margins: &[Interval]) -> Interval {
        let sum = margins.iter().fold(Interval::ZERO, |sum, yf| sum + self.at(*yf));
        sum / Interval::integer(margins.len() as u128)
    }

    /// Two values of `y f` between which the loss falls nearly as steeply as anywhere, but for less than a millionth: so that
    /// enclosures still tell the gap from the bound.
    fn steep(self) -> (f64, f64) {
        match self {
            // sigma(16) is 1 - 1.1e-7.
            Loss::Log { tau } => (-17.0 / tau, -16.0 / tau),
            Loss::Hkr { margin, .. } => (margin - 2.0, margin + 1.0 / f64::from(1 << 20)),
        }
    }
}

/// Two classes, each with the points that are trained on and those that are not.
struct Split {
    name: String,
    positive: (Points, Points),
    negative: (Points, Points),
}

impl Split {
    fn breast_cancer() -> Result<Self, CheckError> {
        let data = breast_cancer()?;
        Ok(Self {
            name: "breast cancer".to_owned(),
            positive: halves(&data.malignant)?,
            negative: halves(&data.benign)?,
        })
    }

    /// One point a sample: `y f` is the first number at the one that is seen, and the second at the other, if f is x.
    fn pair((seen, unseen): (f64, f64)) -> Result<Self, CheckError> {
        let class = |sign: f64| -> Result<(Points, Points), CheckError> {
            Ok((Points::new(1, vec![sign * seen])?, Points::new(1, vec![sign * unseen])?))
        };
        Ok(Self { name: "two points".to_owned(), positive: class(1.0)?, negative: class(-1.0)? })
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

/// `y f` at some points, for the network times a factor.
fn margins(net: &Net, factor: Interval, points: &Points, sign: f64) -> Result<Vec<Interval>, CheckError> {
    let value = |x: &[f64]| -> Result<Interval, CheckError> {
        let value = forward::enclose(net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE);
        Ok(Interval::constant(sign) * factor * value)
    };
    points.rows().map(value).collect()
}

/// Compares the gap of each class's mean loss with a share of `Lambda W1`, for the network times a factor.
fn examine(
    split: &Split,
    net: &Net,
    factor: Interval,
    share: Interval,
    losses: &[Loss],
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    for (label, sign, (seen, unseen)) in [("+1", 1.0, &split.positive), ("-1", -1.0, &split.negative)] {
        let measures = (Measure::uniform(seen.clone())?, Measure::uniform(unseen.clone())?);
        let problem = Problem::new(&measures.0, &measures.1, Cost::L2)?;
        let distance = certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure();
        let (seen, unseen) = (margins(net, factor, seen, sign)?, margins(net, factor, unseen, sign)?);
        for loss in losses {
            let gap = (loss.mean(&seen) - loss.mean(&unseen)).abs();
            let bound = share * loss.constant() * distance;
            finding.at_most("gap <= Lambda W1", gap, bound, || {
                format!("{}, label {label}, {}: gap {gap}, bound {bound}", split.name, loss.name())
            });
        }
    }
    Ok(finding)
}

/// The share of the training points that a network must have on their side to count as trained.
const LEARNT: (u128, u128) = (9, 10);

/// Examines a network divided by its constant, which must have learnt something.
fn learnt(split: &Split, net: &Net) -> Result<Finding, CheckError> {
    let constant = lip1_core::certify(net)?.l2();
    let factor = Interval::ONE / Interval::data(constant);
    let mut finding = examine(split, net, factor, Interval::ONE, &LOSSES)?;
    let mut seen = margins(net, factor, &split.positive.0, 1.0)?;
    seen.extend(margins(net, factor, &split.negative.0, -1.0)?);
    let right = seen.iter().filter(|yf| judge::less(Interval::ZERO, **yf).is_verified()).count();
    let (least, share) =
        (Interval::ratio(LEARNT.0, LEARNT.1), Interval::ratio(right as u128, seen.len() as u128));
    let mut training = Finding::new("share of the training points");
    training.required("a network that has learnt", least, share, || {
        format!("{}: {right} of {} training points on their side", split.name, seen.len())
    });
    finding.merge(training);
    Ok(finding)
}

/// Examines f(x) = x on the pair of points where each loss is steepest, with a share of its constant.
fn steepest(share: Interval) -> Result<Finding, CheckError> {
    let identity = Dense { outputs: 1, inputs: 1, weight: vec![1.0], bias: Vec::new() };
    let net = Net::new(1, vec![Layer::Dense(identity)])?;
    let mut finding = Finding::new(UNIT);
    for loss in LOSSES {
        finding.merge(examine(&Split::pair(loss.steep())?, &net, Interval::ONE, share, &[loss])?);
    }
    Ok(finding)
}
