//! L1a: the smallest example of divergence, two points on a line.

use std::ops::ControlFlow;

use lip1_core::{
    Adam, BinaryCrossEntropy, Dense, Layer, Network, Optimiser, Parametrisation, Samples, Sgd, Targets,
    Training, Weight, train,
};
use lip1_faults::{Fault, unless};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Control, Finding, Picture, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use nalgebra::{DMatrix, DVector, RealField};

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L1a",
    section: Section::Losses,
    title: "Two points, and weights that never stop growing",
    statement: "For x = y = 1 and x = y = -1, f = Wx + b and the log loss, b stays 0 and W goes to infinity. Newton: W <- W + 1 + \
                e^-W, a step of more than 1. Gradient descent of step eta: W_t >= ln(1 + eta t/2) from W >= 0. Adam of the same \
                step size lies between the two at the steps tested. In floating point Newton ends in 0/0, at a step that \
                depends on how the logistic function is written.",
    formula: r"W_{t+1} = W_t + 1 + e^{-W_t} \;\text{(Newton)}, \qquad W_{t+1} = W_t + \eta\,\sigma(-W_t) \ge \ln\bigl(1 + \tfrac{\eta (t+1)}{2}\bigr) \;\text{(gradient descent)}",
    corrected: None,
    hypotheses: &["nothing else pulls the weight back", "the start is at or above 0"],
    source: "The gradient is -sigma(-W) in W and 0 in b, the Hessian sigma(W) sigma(-W) times the identity. sigma(-W) >= e^-W/2 \
             for W >= 0 and e^x >= 1 + x give e^W <- at least e^W + eta/2. Newton's quotient is 0/0 once a factor underflows, \
             1 + e^-W is rounded to 1, or e^W overflows: at a W that the format fixes, reached at a step that exact recursions \
             fix.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "newton_grows_by_more_than_1_a_step",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let steps = ctx.count(1_000, 5_000, 50_000);
                Ok(examine(&[Path::new(Rule::Newton, 0.0, 0.0)], steps).certified(Scope::Universal))
            },
        },
        Check {
            name: "gradient_descent_grows_at_least_like_a_logarithm",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let steps = ctx.count(1_000, 5_000, 50_000);
                Ok(examine(&descents(0.0), steps).certified(Scope::Universal))
            },
        },
        Check {
            name: "the_bias_stays_0_and_adam_lies_between",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let steps = ctx.count(200, 1_000, 5_000);
                let mut finding = between(&Course::trained(1.0, steps)?);
                finding.merge(between(&Course::trained(0.1, steps)?));
                finding.picture(picture()?);
                Ok(finding.sampled())
            },
        },
        Check {
            name: "floating_point_breaks_at_the_step_that_its_format_fixes",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = as_predicted(0.0);
                finding.picture(picture()?);
                Ok(finding.exhaustive(Scope::Universal))
            },
        },
    ],
    controls: &[
        Control {
            name: "newton_with_a_ridge_converges",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&examine(&[Path::new(Rule::Newton, 0.0, 0.125)], 100))),
        },
        Control {
            name: "gradient_descent_with_a_ridge_converges",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&examine(&descents(0.125), 1_000))),
        },
        Control {
            name: "adam_with_a_ridge_stays_within_its_step_size",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&between(&Course::trained(1.0, 400)?.with_ridge(0.125)))),
        },
        Control {
            name: "with_a_ridge_floating_point_does_not_break",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&as_predicted(0.125))),
        },
        Control {
            name: "from_below_0_the_bound_is_not_reached",
            breaks: "the start is at or above 0",
            run: |_| Ok(Rejection::of(&examine(&[Path::new(Rule::Descent(1.0), -3.0, 0.0)], 3))),
        },
    ],
};

// The recursions in enclosures.

/// How the weight moves.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// The gradient over the curvature.
    Newton,
    /// The gradient times a step size.
    Descent(f64),
}

/// A run from a start, with a ridge `r W^2/2` added to the loss.
#[derive(Clone, Copy, Debug)]
struct Path {
    rule: Rule,
    start: f64,
    ridge: f64,
}

impl Path {
    fn new(rule: Rule, start: f64, ridge: f64) -> Self {
        Self { rule, start, ridge }
    }

    /// The weight after the next step.
    fn next(&self, weight: Interval) -> Interval {
        let ridge = Interval::point(self.ridge);
        let small = (-weight).exp();
        let whole = Interval::ONE + small;
        // sigma(-W) = e^-W/(1 + e^-W), and the curvature is that over 1 + e^-W; both over e^-W, so that nothing underflows.
        match self.rule {
            Rule::Newton if self.ridge == 0.0 => weight + unless(Fault::NewtonForgetsOne, whole, small),
            Rule::Newton => {
                let slope = small / whole;
                weight + (slope - ridge * weight) / (slope / whole + ridge)
            }
            Rule::Descent(step) => weight + Interval::point(step) * (small / whole - ridge * weight),
        }
    }

    /// What the claim promises after `t` steps from `W >= 0`.
    fn promised(&self, t: usize) -> Interval {
        let t = Interval::integer(t as u128);
        match self.rule {
            Rule::Newton => t,
            Rule::Descent(step) => (Interval::point(step) * t / Interval::integer(2)).ln_1p(),
        }
    }
}

/// Gradient descent of several step sizes, from several starts.
fn descents(ridge: f64) -> Vec<Path> {
    let steps = [0.0625, 0.5, 1.0, 4.0];
    let paths =
        steps.iter().flat_map(|step| [0.0, 1.0, 5.0].map(|w| Path::new(Rule::Descent(*step), w, ridge)));
    paths.collect()
}

/// Every step against what is promised. Once an enclosure is wider than 1 the rest of a path is undecided.
fn examine(paths: &[Path], steps: usize) -> Finding {
    let mut finding = Finding::new("weight");
    for path in paths {
        let mut weight = Interval::point(path.start);
        for t in 1..=steps {
            weight = path.next(weight);
            finding.at_most("promised <= W", path.promised(t), weight, || {
                format!("{path:?}, step {t}, W in {weight}")
            });
            if weight.width() > 1.0 {
                finding.undecided(format!("{path:?}: too wide after {t} steps"));
                break;
            }
        }
    }
    finding
}

// Where Newton's method ends in floating point, counted and predicted.

/// How gradient and curvature are written.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// `s = e^-W`, `g = s/(1 + s)`, `h = g/(1 + s)`.
    Exponential,
    /// `1 - sigma(W)` and `sigma(W)(1 - sigma(W))`.
    Complement,
    /// `g = 1/(1 + e^W)`, `h = g (1 - g)`.
    Reciprocal,
    /// As the first, the system of two equations for W and b solved by determinants.
    Determinant,
}

const FORMS: [Form; 4] = [Form::Exponential, Form::Complement, Form::Reciprocal, Form::Determinant];

/// What of a format decides where a form breaks.
struct Format {
    name: &'static str,
    /// Numbers below 2 to the minus this, or equal, are rounded to 0.
    vanishing: u128,
    /// `1 + x` is rounded to 1 up to 2 to the minus this.
    absorbed: u128,
    /// Numbers from 2 to this on overflow (the last half unit apart).
    overflow: u128,
}

const SINGLE: Format = Format { name: "f32", vanishing: 150, absorbed: 24, overflow: 128 };
const DOUBLE: Format = Format { name: "f64", vanishing: 1_075, absorbed: 53, overflow: 1_024 };

/// A run ends here whatever happens.
const MOST: usize = 2_000;

impl Form {
    /// Gradient and curvature at a weight, in the arithmetic of `T`, the ridge included.
    fn slope_and_curvature<T: RealField + Copy>(self, weight: T, ridge: T) -> (T, T) {
        let one = T::one();
        let (slope, curvature) = match self {
            Form::Exponential | Form::Determinant => {
                let s = (-weight).exp();
                let slope = s / (one + s);
                (slope, slope / (one + s))
            }
            Form::Complement => {
                let sigma = one / (one + (-weight).exp());
                (one - sigma, sigma * (one - sigma))
            }
            Form::Reciprocal => {
                let slope = one / (one + weight.exp());
                (slope, slope * (one - slope))
            }
        };
        (slope - ridge * weight, curvature + ridge)
    }

    /// The step; by determinants the second equation has gradient 0 and no mixed curvature.
    fn step<T: RealField + Copy>(self, weight: T, ridge: T) -> T {
        let (slope, curvature) = self.slope_and_curvature(weight, ridge);
        match self {
            Form::Determinant => (slope * curvature - T::zero()) / (curvature * curvature - T::zero()),
            _ => slope / curvature,
        }
    }

    /// The weight beyond which a factor of the quotient is rounded to 0.
    fn limit(self, format: &Format) -> Interval {
        let bits = match self {
            Form::Exponential => Interval::integer(format.vanishing),
            Form::Complement => Interval::integer(format.absorbed),
            Form::Reciprocal => Interval::integer(format.overflow),
            Form::Determinant => Interval::ratio(format.vanishing, 2),
        };
        bits * Interval::integer(2).ln()
    }
}

/// Weights as long as they are finite, from 0.
fn weights<T: RealField + Copy>(form: Form, ridge: T) -> Vec<T> {
    let mut weights = vec![T::zero()];
    while let Some(&last) = weights.last().filter(|_| weights.len() <= MOST) {
        let next = last + form.step(last, ridge);
        if !next.is_finite() {
            break;
        }
        weights.push(next);
    }
    weights
}

/// The first step after which the exact weight lies beyond the limit, with how clearly; a weight too close to it predicts nothing.
fn predicted(form: Form, format: &Format) -> Option<(usize, f64)> {
    let (limit, mut weight) = (form.limit(format), Interval::ZERO);
    for step in 0..MOST {
        let (short, beyond) = ((limit - weight).lower(), (weight - limit).lower());
        if beyond > 0.0 {
            // One step back it must have lain short of it.
            return Some((step, beyond));
        }
        if short <= 0.0 {
            return None;
        }
        weight = weight + Interval::ONE + (-weight).exp();
    }
    None
}

/// Steps made by every form in both formats against the prediction.
fn as_predicted(ridge: f64) -> Finding {
    let mut finding = Finding::new("weight");
    for form in FORMS {
        let single = weights(form, ridge as f32).len() - 1;
        let double = weights(form, ridge).len() - 1;
        for (format, made) in [(&SINGLE, single), (&DOUBLE, double)] {
            let Some((steps, clearance)) = predicted(form, format) else {
                finding.undecided(format!("{form:?} in {}: too close to call", format.name));
                continue;
            };
            let witness =
                || format!("{form:?} in {}: breaks after step {made}, predicted {steps}", format.name);
            finding.exact(made == steps, witness);
            finding.case(clearance, witness);
        }
    }
    finding
}

/// The computed curvature in double precision until it breaks.
fn picture() -> Result<Picture, CheckError> {
    let series = FORMS.iter().map(|form| {
        let (single, double) = (weights(*form, 0.0_f32), weights(*form, 0.0_f64));
        let points = double
            .iter()
            .enumerate()
            .step_by(8)
            .map(|(step, weight)| (step as f64, form.slope_and_curvature(*weight, 0.0).1.log10()));
        let name = match form {
            Form::Exponential => "s = e^-W, g = s/(1 + s)",
            Form::Complement => "1 - sigma(W)",
            Form::Reciprocal => "1/(1 + e^W)",
            Form::Determinant => "two equations, determinants",
        };
        Series {
            name: format!("{name}: {} steps in f32, {} in f64", single.len() - 1, double.len() - 1),
            mark: Mark::Dots,
            points: points.collect(),
        }
    });
    Chart {
        title: "Newton's method on two points, until it divides 0 by 0".to_owned(),
        alternative: "The curvature falls by a constant factor a step, along one line for all ways to write it; each way ends at a \
                      step of its own, the complement of the logistic function first, the exponential last."
            .to_owned(),
        x: "step".to_owned(),
        y: "log10 of the curvature, f64".to_owned(),
        series: series.collect(),
    }
    .drawn()
}

// The example trained with lip1-core: gradient descent, Adam, and Newton beside them.

/// Weights after each step, from 0.
struct Course {
    step: f64,
    descent: Vec<f64>,
    adam: Vec<f64>,
    newton: Vec<f64>,
    /// Largest bias seen.
    bias: f64,
}

impl Course {
    /// Gradient descent and Adam of a step size, as lip1-core trains; Newton by its recursion.
    fn trained(step: f64, steps: usize) -> Result<Self, CheckError> {
        let (descent, first) = course(Optimiser::Sgd(Sgd { momentum: 0.0 }), step, steps)?;
        let (adam, second) = course(Optimiser::Adam(Adam::default()), step, steps)?;
        let newton = std::iter::successors(Some(0.0_f64), |w| Some(w + 1.0 + (-w).exp()));
        let newton = newton.skip(1).take(steps).collect();
        Ok(Self { step, descent, adam, newton, bias: first.max(second) })
    }

    /// The same with Adam on the loss plus `r W^2/2`.
    fn with_ridge(mut self, ridge: f64) -> Self {
        let Adam { beta1, beta2, epsilon } = Adam::default();
        let (mut weight, mut first, mut second) = (0.0_f64, 0.0, 0.0);
        for (time, place) in (1..).zip(&mut self.adam) {
            let slope = ridge * weight - 1.0 / (1.0 + weight.exp());
            first = beta1 * first + (1.0 - beta1) * slope;
            second = beta2 * second + (1.0 - beta2) * slope * slope;
            let (mean, square) = (first / (1.0 - beta1.powi(time)), second / (1.0 - beta2.powi(time)));
            weight -= self.step * mean / (square.sqrt() + epsilon);
            *place = weight;
        }
        self
    }
}

/// Weights after each step and the largest bias.
fn course(optimiser: Optimiser, rate: f64, steps: usize) -> Result<(Vec<f64>, f64), CheckError> {
    let failed = || CheckError::during("training");
    let weight = Weight::new(DMatrix::zeros(1, 1), Parametrisation::Unconstrained, 1.0).map_err(failed())?;
    let layer = Dense::new(weight, DVector::zeros(1)).map_err(failed())?;
    let network = Network::<f64>::new(1, vec![Layer::Dense(layer)]).map_err(failed())?;
    let inputs = DMatrix::from_row_slice(1, 2, &[1.0, -1.0]);
    let samples = Samples::new(inputs, Targets::Signs(vec![1, -1])).map_err(failed())?;
    let plan = Training { epochs: steps, batch: 2, rate, optimiser, ..Training::default() };
    let (mut weights, mut bias) = (Vec::new(), 0.0_f64);
    let mut observe = |network: &Network<f64>| {
        if let [Layer::Dense(dense)] = network.layers() {
            weights.push(dense.weight().matrix()[0]);
            bias = bias.max(dense.bias()[0].abs());
        }
    };
    train(network, &samples, &BinaryCrossEntropy { tau: 1.0 }, &plan, &mut |progress| {
        observe(progress.network);
        ControlFlow::Continue(())
    })
    .map_err(failed())?;
    Ok((weights, bias))
}

/// Whether Adam lies between gradient descent and Newton at every step, and no bias moved.
fn between(course: &Course) -> Finding {
    let mut finding = Finding::new("weight");
    let Course { step, descent, adam, newton, bias } = course;
    finding.exact(*bias <= 0.0, || format!("the bias moved to {bias:?}"));
    for (t, ((low, w), high)) in descent.iter().zip(adam).zip(newton).enumerate() {
        finding.case((w - low).min(high - w), || {
            format!("step size {step}, step {}: {low:?}, {w:?}, {high:?}", t + 1)
        });
    }
    finding
}

/// The three courses and the bound.
fn picture() -> Result<Picture, CheckError> {
    let course = Course::trained(1.0, 30)?;
    let line = |name: &str, weights: &[f64]| Series {
        name: name.to_owned(),
        mark: Mark::Line,
        points: std::iter::once(0.0)
            .chain(weights.iter().copied())
            .enumerate()
            .map(|(t, w)| (t as f64, w))
            .collect(),
    };
    let bound: Vec<f64> = (1..=30).map(|t| (f64::from(t) / 2.0).ln_1p()).collect();
    Chart {
        title: "The weight of two separable points never stops growing".to_owned(),
        alternative: "The weight over 30 steps of size 1: Newton's rises by more than 1 a step, Adam's lies below it, gradient \
                      descent's rises like a logarithm and stays above the bound ln(1 + t/2)."
            .to_owned(),
        x: "step".to_owned(),
        y: "weight".to_owned(),
        series: vec![
            line("Newton", &course.newton),
            line("Adam, step size 1", &course.adam),
            line("gradient descent, step size 1", &course.descent),
            line("ln(1 + t/2)", &bound),
        ],
    }
    .drawn()
}
