//! L1a: the smallest example of divergence, two points on a line.

mod picture;

use std::fmt;
use std::ops::ControlFlow;

use lip1_core::{
    Adam, BinaryCrossEntropy, Dense, Layer, Network, Optimiser, Parametrisation, Samples, Sgd, Targets,
    Training, Weight, train,
};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::Interval;
use nalgebra::{DMatrix, DVector, RealField};

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L1a",
    section: Section::Losses,
    title: "Two points, and weights that never stop growing",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Example 5.6"),
            "For x = y = 1 and x = y = -1, f = Wx + b and the log loss, b stays 0 and W goes to infinity. Newton: W <- W + 1 + \
             e^-W, a step of more than 1. Gradient descent of step eta: W_t >= ln(1 + eta t/2) from W >= 0.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "Where gradient descent and Adam of the same step size are trained b stays 0, and Adam lies between the two at the \
             steps tested.",
        ),
        Sentence::new(
            "c",
            Whose::Ours,
            "In floating point Newton ends in 0/0, at a step that depends on how the logistic function is written.",
        ),
    ],
    formula: r"W_{t+1} = W_t + 1 + e^{-W_t} \;\text{(Newton)}, \qquad W_{t+1} = W_t + \eta\,\sigma(-W_t) \ge \ln\bigl(1 + \tfrac{\eta (t+1)}{2}\bigr) \;\text{(gradient descent)}",
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
            about: "a",
            run: |ctx| Ok(growth(&[Path::new(Rule::Newton, 0.0, 0.0)], ctx.count(1_000, 5_000, 50_000))),
        },
        Check {
            name: "gradient_descent_grows_at_least_like_a_logarithm",
            essential: true,
            about: "a",
            run: |ctx| Ok(growth(&descents(0.0), ctx.count(1_000, 5_000, 50_000))),
        },
        Check {
            name: "the_bias_stays_0_and_adam_lies_between",
            essential: true,
            about: "b",
            run: |ctx| {
                let steps = ctx.count(200, 1_000, 5_000);
                let mut finding = Course::trained(1.0, steps)?.between();
                finding.merge(Course::trained(0.1, steps)?.between());
                finding.picture(courses()?);
                Ok(finding)
            },
        },
        Check {
            name: "adam_lies_between_in_exact_recursions",
            essential: true,
            about: "b",
            run: |ctx| {
                let steps = ctx.count(200, 1_000, 5_000);
                let mut finding = recursions(1.0, 0.0, steps);
                finding.merge(recursions(0.1, 0.0, steps));
                Ok(finding)
            },
        },
        Check {
            name: "floating_point_breaks_at_the_step_that_its_format_fixes",
            essential: true,
            about: "c",
            run: |_| {
                let mut finding = breakdown(0.0);
                finding.picture(picture::curvatures()?);
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "newton_with_a_ridge_converges",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(growth(&[Path::new(Rule::Newton, 0.0, 0.125)], 100)),
        },
        Control {
            name: "gradient_descent_with_a_ridge_converges",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(growth(&descents(0.125), 1_000)),
        },
        Control {
            name: "adam_with_a_ridge_stays_within_its_step_size",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(recursions(1.0, 0.125, 50)),
        },
        Control {
            name: "with_a_ridge_floating_point_does_not_break",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(breakdown(0.125)),
        },
        Control {
            name: "from_below_0_the_bound_is_not_reached",
            breaks: "the start is at or above 0",
            run: |_| Ok(growth(&[Path::new(Rule::Descent(1.0), -3.0, 0.0)], 3)),
        },
    ],
};

// The recursions in enclosures.

/// How the weight moves.
#[derive(Clone, Copy)]
enum Rule {
    /// The gradient over the curvature.
    Newton,
    /// The gradient times a step size.
    Descent(f64),
}

/// A run from a start, with a ridge `r W^2/2` added to the loss.
#[derive(Clone, Copy)]
struct Path {
    rule: Rule,
    start: f64,
    ridge: f64,
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            Rule::Newton => write!(f, "Newton from {}", self.start)?,
            Rule::Descent(step) => write!(f, "gradient descent of step {step} from {}", self.start)?,
        }
        if self.ridge > 0.0 { write!(f, ", ridge {}", self.ridge) } else { Ok(()) }
    }
}

impl Path {
    fn new(rule: Rule, start: f64, ridge: f64) -> Self {
        Self { rule, start, ridge }
    }

    /// The weights, the start first.
    fn weights(self) -> impl Iterator<Item = Interval> {
        std::iter::successors(Some(Interval::data(self.start)), move |weight| Some(self.next(*weight)))
    }

    /// The weight after the next step.
    fn next(&self, weight: Interval) -> Interval {
        let ridge = Interval::data(self.ridge);
        let small = (-weight).exp();
        let whole = Interval::ONE + small;
        // sigma(-W) = e^-W/(1 + e^-W), and the curvature is that over 1 + e^-W; both over e^-W, so that nothing underflows.
        match self.rule {
            Rule::Newton if self.ridge == 0.0 => weight + whole,
            Rule::Newton => {
                let slope = small / whole;
                weight + (slope - ridge * weight) / (slope / whole + ridge)
            }
            Rule::Descent(step) => weight + Interval::data(step) * (small / whole - ridge * weight),
        }
    }

    /// What the claim promises after `t` steps from `W >= 0`.
    fn promised(&self, t: usize) -> Interval {
        let t = Interval::integer(t as u128);
        match self.rule {
            Rule::Newton => t,
            Rule::Descent(step) => (Interval::data(step) * t / Interval::integer(2)).ln_1p(),
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

/// Every step against what is promised.
fn growth(paths: &[Path], steps: usize) -> Finding {
    let mut finding = Finding::new("weight");
    for path in paths {
        for (t, weight) in path.weights().enumerate().skip(1).take(steps) {
            finding.at_most("promised <= W", path.promised(t), weight, || {
                format!("{path}, step {t}, W in {weight}")
            });
        }
    }
    finding
}

/// The weights of Adam from 0, the start first, with a ridge `r W^2/2` added to the loss.
fn adam(step: f64, ridge: f64) -> impl Iterator<Item = Interval> {
    let Adam { beta1, beta2, epsilon } = Adam::default();
    let [beta1, beta2, epsilon, step, ridge] = [beta1, beta2, epsilon, step, ridge].map(Interval::data);
    let next = move |(weight, mean, square): (Interval, Interval, Interval), time: u32| {
        // Minus the gradient; sigma(-W) with W in one place, so that its enclosure is as narrow as that of W.
        let slope = Interval::ONE / (Interval::ONE + weight.exp()) - ridge * weight;
        let mean = beta1 * mean + (Interval::ONE - beta1) * slope;
        let square = beta2 * square + (Interval::ONE - beta2) * slope.sqr();
        let unbiased = |moment: Interval, beta: Interval| moment / (Interval::ONE - beta.powi(time));
        let size = unbiased(square, beta2).sqrt() + epsilon;
        (weight + step * unbiased(mean, beta1) / size, mean, square)
    };
    let states = (1..).scan((Interval::ZERO, Interval::ZERO, Interval::ZERO), move |state, time| {
        *state = next(*state, time);
        Some(state.0)
    });
    std::iter::once(Interval::ZERO).chain(states)
}

/// Whether Adam with a ridge lies strictly between gradient descent and Newton without, after every step from 0.
fn recursions(step: f64, ridge: f64, steps: usize) -> Finding {
    let mut finding = Finding::new("weight");
    let descent = Path::new(Rule::Descent(step), 0.0, 0.0).weights();
    let newton = Path::new(Rule::Newton, 0.0, 0.0).weights();
    let courses = descent.zip(adam(step, ridge)).zip(newton);
    for (t, ((low, weight), high)) in courses.enumerate().skip(1).take(steps) {
        let witness = || format!("step size {step}, step {t}: {low}, {weight}, {high}");
        finding.less("gradient descent < Adam", low, weight, witness);
        finding.less("Adam < Newton", weight, high, witness);
    }
    finding
}

// The example trained with lip1-core.

/// Weights after each step, from 0, as lip1-core trains them.
struct Course {
    step: f64,
    descent: Vec<f64>,
    adam: Vec<f64>,
    /// Largest bias seen.
    bias: f64,
}

impl Course {
    /// Gradient descent and Adam of a step size.
    fn trained(step: f64, steps: usize) -> Result<Self, CheckError> {
        let (descent, first) = course(Optimiser::Sgd(Sgd { momentum: 0.0 }), step, steps)?;
        let (adam, second) = course(Optimiser::Adam(Adam::default()), step, steps)?;
        Ok(Self { step, descent, adam, bias: first.max(second) })
    }

    /// Whether no bias moved, the weights are those of the exact recursions, and Adam's lie between gradient descent's and Newton's.
    fn between(&self) -> Finding {
        let mut finding = Finding::new("weight");
        let Self { step, descent, adam: by_adam, bias } = self;
        finding.equal("bits of the largest bias", &bias.to_bits(), &0.0_f64.to_bits(), || {
            format!("step size {step}: the bias moved to {bias}")
        });
        let newton = Path::new(Rule::Newton, 0.0, 0.0).weights();
        let exact = Path::new(Rule::Descent(*step), 0.0, 0.0).weights().zip(adam(*step, 0.0)).zip(newton);
        for (t, ((low, weight), exact)) in descent.iter().zip(by_adam).zip(exact.skip(1)).enumerate() {
            let witness = || format!("step size {step}, step {}: {low}, {weight}", t + 1);
            // Weights of networks: these very numbers are what is said to lie in order.
            let (low, weight) = (Interval::data(*low), Interval::data(*weight));
            let ((exact_low, exact_weight), high) = exact;
            finding.less("gradient descent < Adam", low, weight, witness);
            finding.less("Adam < Newton", weight, high, witness);
            finding.equal_within("gradient descent", low, exact_low, rounded(t + 1, exact_low), witness);
            finding.equal_within("Adam", weight, exact_weight, rounded(t + 1, exact_weight), witness);
        }
        finding
    }
}

/// Roundings a step of a recursion in floating point, beyond those that its enclosure went through as well.
const STEP_ROUNDINGS: f64 = 8.0;

/// How far `t` steps in floating point may have come from an exact weight.
fn rounded(t: usize, exact: Interval) -> Tolerance {
    let rounding = STEP_ROUNDINGS * (exact.width() + t as f64 * f64::EPSILON * exact.upper());
    Tolerance::new(Interval::constant(rounding), exact, "roundings of the steps")
}

/// Weights after each step and the largest bias.
fn course(optimiser: Optimiser, rate: f64, steps: usize) -> Result<(Vec<f64>, f64), CheckError> {
    let failed = || CheckError::during("training");
    let weight = Weight::new(DMatrix::zeros(1, 1), Parametrisation::Unconstrained, 1.0).map_err(failed())?;
    let layer = Dense::new(weight, DVector::zeros(1)).map_err(failed())?;
    let network = Network::<f64>::new(1, vec![Layer::Dense(layer)]).map_err(failed())?;
    let inputs = DMatrix::from_row_slice(1, 2, &[1.0, -1.0]);
    let samples = Samples::new(inputs, Targets::Signs(vec![1, -1])).map_err(failed())?;
    let config = Training { epochs: steps, batch: 2, learning_rate: rate, optimiser, ..Training::default() };
    let (mut weights, mut bias) = (Vec::new(), 0.0_f64);
    let mut observe = |network: &Network<f64>| {
        if let [Layer::Dense(dense)] = network.layers() {
            weights.push(dense.weight().matrix()[0]);
            bias = bias.max(dense.bias()[0].abs());
        }
    };
    train(network, &samples, &BinaryCrossEntropy { tau: 1.0 }, &config, &mut |progress| {
        observe(progress.network);
        ControlFlow::Continue(())
    })
    .map_err(failed())?;
    Ok((weights, bias))
}

/// The three courses and the bound.
fn courses() -> Result<Picture, CheckError> {
    let course = Course::trained(1.0, 30)?;
    let newton = std::iter::successors(Some(0.0_f64), |w| Some(w + 1.0 + (-w).exp()));
    let newton: Vec<f64> = newton.skip(1).take(30).collect();
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
            line("Newton", &newton),
            line("Adam, step size 1", &course.adam),
            line("gradient descent, step size 1", &course.descent),
            line("ln(1 + t/2)", &bound),
        ],
    }
    .drawn()
}

// Where Newton's method ends in floating point, counted and predicted.

/// How gradient and curvature are written.
#[derive(Clone, Copy)]
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
    fn name(self) -> &'static str {
        match self {
            Form::Exponential => "s = e^-W, g = s/(1 + s)",
            Form::Complement => "1 - sigma(W)",
            Form::Reciprocal => "1/(1 + e^W)",
            Form::Determinant => "two equations, determinants",
        }
    }

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

/// Steps made by every form in both formats against the step at which the exact weight passes the limit.
fn breakdown(ridge: f64) -> Finding {
    let mut finding = Finding::enumerating("weight", "4 ways to write the quotient in 2 formats", 4 * 2);
    let exact: Vec<Interval> = Path::new(Rule::Newton, 0.0, 0.0).weights().take(MOST).collect();
    for form in FORMS {
        let single = weights(form, ridge as f32).len() - 1;
        let double = weights(form, ridge).len() - 1;
        for (format, made) in [(&SINGLE, single), (&DOUBLE, double)] {
            finding.element((form.name(), format.name));
            let limit = form.limit(format);
            let mut passing = exact.iter().zip(exact.iter().skip(1)).zip(1_usize..);
            let Some(((before, beyond), step)) = passing.find(|((_, w), _)| w.lower() > limit.upper()) else {
                finding.undecided(format!("{} in {}: the limit is not passed", form.name(), format.name));
                continue;
            };
            let witness =
                || format!("{} in {}: breaks after step {made}, predicted {step}", form.name(), format.name);
            finding.less("a step earlier the weight is short of the limit", *before, limit, witness);
            finding.less("the weight is beyond the limit", limit, *beyond, witness);
            finding.equal("steps made", &made, &step, witness);
        }
    }
    finding
}
