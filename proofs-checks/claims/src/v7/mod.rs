//! V7: capacity at a scale: fat-shattering and Rademacher complexity.

mod fat;
mod rademacher;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V7",
    section: Section::Capacity,
    title: "Capacity at a scale: fat-shattering and Rademacher complexity",
    statement: "The fat-shattering dimension of the 1-Lipschitz functions at scale g is the 2g-packing number. The empirical \
                Rademacher complexity R of those with |f| <= B on N points satisfies max_m min(m, B) pack(2m)/N <= R <= min over \
                nets of k centres, radius r and l levels of r + B/l + B sqrt(2 k ln(l) / N). (Beyond the paper.)",
    formula: r"\mathrm{fat}_g(\mathrm{Lip}_1) = \mathrm{pack}(2g), \qquad \max_m \frac{\min(m, B)\,\mathrm{pack}(2m)}{N} \le R \le \min_{k,\,l}\; r_k + \frac{B}{l} + B\sqrt{\frac{2 k \ln l}{N}}",
    corrected: None,
    hypotheses: &[
        "for a set to be fat-shattered: no pair is closer than 2g",
        "for no levels to help: some pair is closer than 2g",
        "the functions are bounded by B",
        "packings keep the distance 2m",
    ],
    source: "A set at pairwise distance 2g is shattered with all levels 0: the values g y_i are 1-Lipschitz. If |x_i - x_j| < 2g, \
             levels r ask for f_i - f_j >= r_i - r_j + 2g and for f_j - f_i >= r_j - r_i + 2g, one of which is at least 2g. \
             Lower bound of R: on a 2m-packing f takes any signs times min(m, B), and what it does elsewhere averages to 0 over \
             the other signs. Upper: Massart's lemma (2000) for the functions rounded at a net. R itself: for one sign \
             vector the supremum is an assignment of positive to negative points, unmatched ones costing B (duality), \
             and all 2^N are solved.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "a_separated_set_is_fat_shattered_with_levels_zero",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(fat::over(&fat::separated(ctx)?, fat::shattered)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "no_levels_fat_shatter_a_set_with_a_closer_pair",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(fat::over(&fat::too_close(ctx)?, fat::no_levels_help)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "rademacher_complexities_are_those_of_closed_forms",
            essential: true,
            about: About::Transcribed,
            run: |_| Ok(rademacher::closed_forms(1.0)?.exhaustive(Scope::Instances)),
        },
        Check {
            name: "rademacher_complexities_lie_between_packing_and_covering_bounds",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(rademacher::random(ctx)?.exhaustive(Scope::Instances)),
        },
        Check {
            name: "random_signs_enclose_the_mean_over_all_signs",
            essential: false,
            about: About::Transcribed,
            run: |ctx| Ok(rademacher::by_random_signs(ctx)?.statistical()),
        },
    ],
    controls: &[
        Control {
            name: "a_pair_one_ulp_closer_is_not_fat_shattered",
            breaks: "for a set to be fat-shattered: no pair is closer than 2g",
            run: |_| Ok(Rejection::of(&fat::shattered(&fat::one_ulp_closer()?)?)),
        },
        Control {
            name: "a_pair_at_exactly_twice_the_scale_is_fat_shattered",
            breaks: "for no levels to help: some pair is closer than 2g",
            run: |_| Ok(Rejection::of(&fat::no_levels_help(&fat::at_the_scale()?)?)),
        },
        Control {
            name: "functions_of_a_larger_bound_exceed_the_covering_bound",
            breaks: "the functions are bounded by B",
            run: |_| Ok(Rejection::of(&rademacher::grid(1_000.0, 2.0)?)),
        },
        Control {
            name: "functions_of_a_larger_bound_have_other_closed_forms",
            breaks: "the functions are bounded by B",
            run: |_| Ok(Rejection::of(&rademacher::closed_forms(2.0)?)),
        },
        Control {
            name: "packings_of_half_the_distance_prove_too_much",
            breaks: "packings keep the distance 2m",
            run: |_| Ok(Rejection::of(&rademacher::grid(1.0, 1.0)?)),
        },
    ],
};
