//! X1: every classifier with closed classes is the sign of a 1-Lipschitz function, a signed distance.

mod classes;
mod examine;
pub(crate) mod instances;
mod picture;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use instances::Field;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "X1",
    section: Section::Expressiveness,
    title: "Arbitrary frontiers",
    sentences: &[Sentence::new(
        "a",
        Whose::Author("Prop 2"),
        "A classifier on X in R^n whose two pre-images A+ and A- are nonempty and closed in R^n equals sign f on X for a \
         1-Lipschitz f on R^n: the signed distance function of {d(., A+) < d(., A-)}, with |grad f| = 1 almost everywhere. \
         (Shapes of the whole space: the sign is right off the frontier, which has measure 0. That both are nonempty is \
         ours to add.)",
    )],
    formula: r"f(x) = \pm\, d(x, \partial R),\quad R = \{d(\cdot, A_+) < d(\cdot, A_-)\}: \qquad \mathrm{sign}\, f = y \text{ on } X, \quad |f(x) - f(y)| \le |x - y|, \quad |\nabla f| = 1 \text{ a.e.}",
    hypotheses: &[
        "both classes are closed",
        "f is the distance itself, not a multiple or another function of it",
        "the distance has a sign",
    ],
    source: "A distance to a set is 1-Lipschitz (triangle inequality), and a segment from inside to outside meets the \
             frontier, so the signed distance is. A+ is closed, hence inside R, and A- outside its closure. Off the \
             closure of the medial axis the closest point y of the frontier is unique and f runs along [y, x] with slope \
             1. Signs of determinants: Shewchuk 1997 (crate robust).",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_sign_is_right_inside_and_outside",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = instances::over_shapes(ctx, Field::of, examine::signs)?;
                finding.picture(picture::snowflake()?);
                Ok(finding)
            },
        },
        Check {
            name: "no_pair_across_the_frontier_or_the_medial_axis_has_a_slope_above_1",
            essential: true,
            about: "a",
            run: |ctx| instances::over_shapes(ctx, Field::of, examine::slopes),
        },
        Check {
            name: "the_gradient_has_length_1_off_the_medial_axis",
            essential: true,
            about: "a",
            // In floating point: the room around a point, which bounds second derivatives. To certify it, the closest points of
            // the frontier and of the medial axis would have to be enclosed, at every point for every piece.
            run: |ctx| instances::over_shapes(ctx, Field::of, examine::eikonal),
        },
        Check {
            name: "closed_classes_on_a_line_are_told_apart_at_every_end",
            essential: true,
            about: "a",
            run: |ctx| Ok(classes::over_lines(ctx, true)),
        },
    ],
    controls: &[
        Control {
            name: "classes_that_are_not_closed_touch",
            breaks: "both classes are closed",
            run: |ctx| Ok(classes::over_lines(ctx, false)),
        },
        Control {
            name: "twice_the_distance_has_slope_2",
            breaks: "f is the distance itself, not a multiple or another function of it",
            run: |ctx| instances::over_shapes(ctx, Field::doubled, examine::slopes),
        },
        Control {
            name: "twice_the_distance_has_a_gradient_of_length_2",
            breaks: "f is the distance itself, not a multiple or another function of it",
            run: |ctx| instances::over_shapes(ctx, Field::doubled, examine::eikonal),
        },
        Control {
            name: "the_square_of_the_distance_is_too_steep_far_away",
            breaks: "f is the distance itself, not a multiple or another function of it",
            run: |ctx| instances::over_shapes(ctx, Field::squared, examine::slopes),
        },
        Control {
            name: "without_a_sign_nothing_is_outside",
            breaks: "the distance has a sign",
            run: |ctx| instances::over_shapes(ctx, Field::unsigned, examine::signs),
        },
    ],
};
