//! L1a: the smallest example of divergence, two points on a line.

mod breakdown;
mod growth;
mod optimisers;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

use growth::{Path, Rule};
use optimisers::Course;

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
                Ok(growth::examine(&[Path::new(Rule::Newton, 0.0, 0.0)], steps).certified(Scope::Universal))
            },
        },
        Check {
            name: "gradient_descent_grows_at_least_like_a_logarithm",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let steps = ctx.count(1_000, 5_000, 50_000);
                Ok(growth::examine(&growth::descents(0.0), steps).certified(Scope::Universal))
            },
        },
        Check {
            name: "the_bias_stays_0_and_adam_lies_between",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let steps = ctx.count(200, 1_000, 5_000);
                let mut finding = optimisers::between(&Course::trained(1.0, steps)?);
                finding.merge(optimisers::between(&Course::trained(0.1, steps)?));
                finding.picture(optimisers::picture()?);
                Ok(finding.sampled())
            },
        },
        Check {
            name: "floating_point_breaks_at_the_step_that_its_format_fixes",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = breakdown::as_predicted(0.0);
                finding.picture(breakdown::picture()?);
                Ok(finding.exhaustive(Scope::Universal))
            },
        },
    ],
    controls: &[
        Control {
            name: "newton_with_a_ridge_converges",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&growth::examine(&[Path::new(Rule::Newton, 0.0, 0.125)], 100))),
        },
        Control {
            name: "gradient_descent_with_a_ridge_converges",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&growth::examine(&growth::descents(0.125), 1_000))),
        },
        Control {
            name: "adam_with_a_ridge_stays_within_its_step_size",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&optimisers::between(&Course::trained(1.0, 400)?.with_ridge(0.125)))),
        },
        Control {
            name: "with_a_ridge_floating_point_does_not_break",
            breaks: "nothing else pulls the weight back",
            run: |_| Ok(Rejection::of(&breakdown::as_predicted(0.125))),
        },
        Control {
            name: "from_below_0_the_bound_is_not_reached",
            breaks: "the start is at or above 0",
            run: |_| Ok(Rejection::of(&growth::examine(&[Path::new(Rule::Descent(1.0), -3.0, 0.0)], 3))),
        },
    ],
};
