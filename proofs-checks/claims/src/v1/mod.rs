//! V1: margin classifiers shatter the sets whose points are far apart, and no others.

mod finite;
mod instance;
mod labelled;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

use instance::Instance;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V1",
    section: Section::Capacity,
    title: "Shattered means pairwise far apart",
    statement: "C^m(X): classifiers that are +1 where f >= m, -1 where f <= -m and undecided between, f 1-Lipschitz. \
                A finite set is shattered by C^m(X) iff its points are pairwise at distance at least 2m; so the VC \
                dimension of C^m(X) is the 2m-packing number of X.",
    formula: r"S \text{ is shattered by } C^m(X) \iff |s - t| \ge 2m \text{ for all } s \ne t \in S",
    corrected: None,
    hypotheses: &[
        "for the labellings to exist: no pair is closer than 2m",
        "for a labelling to fail: some pair is closer than 2m",
        "the distance is twice the margin",
    ],
    source: "If all pairs are at distance 2m or more, f_i = m y_i is 1-Lipschitz on the set for every labelling y and \
             extends to R^n (M0). If a pair is closer, a labelling that tells its points apart needs \
             f_i - f_j >= 2m > |x_i - x_j|. The largest shattered set is therefore a largest packing.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_labelling_of_a_separated_set_is_realised",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                Ok(labelled::over(&instance::separated(ctx)?, labelled::all_realised)?
                    .exhaustive(Scope::Universal))
            },
        },
        Check {
            name: "a_closer_pair_makes_labellings_impossible",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                Ok(labelled::over(&instance::too_close(ctx)?, labelled::some_impossible)?
                    .exhaustive(Scope::Universal))
            },
        },
        Check {
            name: "the_largest_shattered_subset_is_a_largest_packing",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(finite::subsets(ctx, 0)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "linear_programs_of_all_labellings_agree_with_the_distances",
            essential: false,
            about: About::Transcribed,
            run: |ctx| Ok(finite::programs(ctx, 2.0)?.exhaustive(Scope::Instances)),
        },
    ],
    controls: &[
        Control {
            name: "a_pair_one_ulp_too_close_on_a_line_is_not_shattered",
            breaks: "for the labellings to exist: no pair is closer than 2m",
            run: |ctx| Ok(Rejection::of(&labelled::all_realised(&Instance::line(ctx, 12, 1)?)?)),
        },
        Control {
            name: "a_pair_one_unit_too_close_in_the_plane_is_not_shattered",
            breaks: "for the labellings to exist: no pair is closer than 2m",
            run: |ctx| Ok(Rejection::of(&labelled::all_realised(&Instance::plane(ctx, 12, 1)?)?)),
        },
        Control {
            name: "a_pair_at_exactly_twice_the_margin_forbids_no_labelling",
            breaks: "for a labelling to fail: some pair is closer than 2m",
            run: |ctx| Ok(Rejection::of(&labelled::some_impossible(&Instance::line(ctx, 12, 0)?)?)),
        },
        Control {
            name: "packings_of_one_unit_less_can_be_larger",
            breaks: "the distance is twice the margin",
            run: |ctx| Ok(Rejection::of(&finite::subsets(ctx, 1)?)),
        },
        Control {
            name: "distances_of_one_margin_do_not_suffice",
            breaks: "the distance is twice the margin",
            run: |ctx| Ok(Rejection::of(&finite::programs(ctx, 1.0)?)),
        },
    ],
};
