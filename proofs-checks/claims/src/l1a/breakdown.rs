//! Where Newton's method ends in floating point, counted and predicted.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Finding, Picture};
use lip1_kernel::Interval;
use nalgebra::RealField;

use crate::picture::Drawn;

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
pub(super) fn as_predicted(ridge: f64) -> Finding {
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
pub(super) fn picture() -> Result<Picture, CheckError> {
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
