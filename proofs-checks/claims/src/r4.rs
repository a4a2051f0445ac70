//! R4: certified radii with several classes.

mod examples;
mod heads;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use examples::{Example, Rule};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "R4",
    section: Section::Robustness,
    title: "Radii with several classes",
    sentences: &[Sentence::new(
        "a",
        Whose::Author("Prop 4 of chapter 2"),
        "With margin M = f_a - max over b of f_b: the decision cannot change within M/2 when each score is 1-Lipschitz on \
         its own, nor within M/sqrt 2 when the map is. The radius per pair of head rows, min over b of (f_a - f_b)/|w_a - \
         w_b| behind a 1-Lipschitz body, is never smaller than either. All are tight.",
    )],
    formula: r"r = \frac{M}{2} \;(\text{each } f_k \text{ 1-Lipschitz}), \qquad r = \frac{M}{\sqrt 2} \;(f \text{ 1-Lipschitz}), \qquad r = \min_b \frac{f_a - f_b}{\|w_a - w_b\|} \ge \max\Bigl(\frac{M}{2}, \frac{M}{\sqrt2}\Bigr) \text{ where they apply}",
    hypotheses: &[
        "M/sqrt 2: the map is 1-Lipschitz, not only each score",
        "M/2: each score is 1-Lipschitz",
        "the divisor is at least sqrt 2 for a map",
    ],
    source: "f_a - f_b has slope at most 2 when both have 1, and at most |e_a - e_b| = sqrt 2 times that of the map. |w_a - w_b| <= \
             |w_a| + |w_b| and |w_a - w_b| = |W'(e_a - e_b)| <= sqrt 2 |W|. Attained by (x, -x) and by (x1, x2).",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "x_and_minus_x_attains_half_the_margin",
            essential: true,
            about: "a",
            run: |_| examples::attained(Example::Opposite, Rule::EachScore),
        },
        Check {
            name: "two_coordinates_attain_the_margin_over_the_root_of_2",
            essential: true,
            about: "a",
            run: |_| examples::attained(Example::Coordinates, Rule::Map),
        },
        Check {
            name: "pairs_of_head_rows_are_never_looser_and_attained_by_linear_maps",
            essential: true,
            about: "a",
            run: heads::random,
        },
        Check {
            name: "on_digits_the_other_rules_certify_no_more",
            essential: true,
            about: "a",
            run: |ctx| heads::Digits::of(ctx)?.compared(),
        },
        Check {
            name: "on_digits_no_attack_succeeds_inside_the_radius_per_pair",
            essential: true,
            about: "a",
            // In floating point: that a search finds nothing is no theorem. The radii themselves are compared above.
            run: |ctx| heads::Digits::of(ctx)?.attacked(ctx, 1.0),
        },
    ],
    controls: &[
        Control {
            name: "margin_over_root_2_is_attacked_for_x_and_minus_x",
            breaks: "M/sqrt 2: the map is 1-Lipschitz, not only each score",
            run: |_| examples::attained(Example::Opposite, Rule::Map),
        },
        Control {
            name: "half_the_margin_is_attacked_for_scores_of_slope_2",
            breaks: "M/2: each score is 1-Lipschitz",
            run: |_| examples::attained(Example::Steep, Rule::EachScore),
        },
        Control {
            name: "the_margin_itself_is_attacked_for_two_coordinates",
            breaks: "the divisor is at least sqrt 2 for a map",
            run: |_| examples::attained(Example::Coordinates, Rule::Margin),
        },
        Control {
            name: "eight_times_the_radius_is_attacked_on_digits",
            breaks: "the divisor is at least sqrt 2 for a map",
            run: |ctx| heads::Digits::of(ctx)?.attacked(ctx, 8.0),
        },
    ],
};
