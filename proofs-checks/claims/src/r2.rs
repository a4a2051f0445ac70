//! R2: for a signed distance the certificate is tight.

mod examine;
mod picture;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use examine::Certificate;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "R2",
    section: Section::Robustness,
    title: "Signed distances certify everything there is",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "For the signed distance function f of a region the radius |f(x)| is tight: a point of the other decision lies at \
         no larger distance (up to any excess). Off the closure of the medial axis the step -f(x) grad f(x) lands on f = \
         0.",
    )],
    formula: r"\inf \{ |\delta| : \mathrm{sign}\, f(x + \delta) \ne \mathrm{sign}\, f(x) \} = |f(x)|, \qquad f\bigl(x - f(x) \nabla f(x)\bigr) = 0",
    hypotheses: &[
        "f is the signed distance itself",
        "x is off the closure of the medial axis (for the step)",
    ],
    source: "|f(x)| is the distance to the frontier, and points of either side come arbitrarily close to every point of it. Off the \
             closure of the medial axis the closest point y is unique and grad f(x) = (x - y)/f(x). Sides are decided by exact \
             predicates, distances enclosed; gradients come from differences, not from closest points.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "a_changed_decision_lies_at_the_radius_and_none_inside",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = examine::tight(ctx, Certificate::Distance)?;
                finding.picture(picture::steps(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "a_step_down_the_gradient_lands_on_the_frontier",
            essential: true,
            about: "a",
            // In floating point: the room around a point, which bounds second derivatives of the distance.
            run: |ctx| examine::steps(ctx, Certificate::Distance),
        },
    ],
    controls: &[
        Control {
            name: "half_the_distance_is_not_tight",
            breaks: "f is the signed distance itself",
            run: |ctx| examine::tight(ctx, Certificate::Half),
        },
        Control {
            name: "with_half_the_distance_the_step_falls_short",
            breaks: "f is the signed distance itself",
            run: |ctx| examine::steps(ctx, Certificate::Half),
        },
        Control {
            name: "twice_the_distance_is_attacked_inside",
            breaks: "f is the signed distance itself",
            run: |ctx| examine::tight(ctx, Certificate::Twice),
        },
        Control {
            name: "on_the_medial_axis_the_step_goes_nowhere",
            breaks: "x is off the closure of the medial axis (for the step)",
            run: |_| examine::on_the_medial_axis(),
        },
    ],
};
