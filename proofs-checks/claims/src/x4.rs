//! X4: one distance function a class, and its largest value is a radius.

mod examine;
mod picture;
mod worlds;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use worlds::{Scores, World};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "X4",
    section: Section::Expressiveness,
    title: "Signed distances for several classes",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 3"),
            "Let f_k(x) be the distance of x to the complement of region k, the regions disjoint. Then the argmax is the \
             classifier off the frontiers, and the Jacobian of the map has norm 1 almost everywhere.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "The map is 1-Lipschitz into l1, and the whole margin (the largest score minus the second) is a tight certificate.",
        ),
    ],
    formula: r"f_k(x) = d(x, R_k^{\mathsf c}): \qquad \sum_k |f_k(x) - f_k(y)| \le |x - y|, \qquad r(x) = \max_k f_k(x) - \operatorname{second}_k f_k(x)",
    hypotheses: &["regions are disjoint", "scores are clipped at 0: distances, not signed distances"],
    source: "At most one score is not 0, so off the ties one row of the Jacobian at most is not 0; ties are null. Towards the closest \
             point of the complement the own score falls by all of the way, so that row has norm 1; the norm is at most 1 into l1. Within a region the sum is a difference of one distance; between two regions the \
             segment leaves the first and enters the second, so both distances together are at most its length. The margin \
             is the distance to the complement of the region. Cells of Voronoi: the least of (|x - z_j|^2 - |x - z_k|^2)/(2 \
             |z_j - z_k|). Membership is decided by squares of distances.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_largest_score_is_that_of_the_region",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = examine::over(ctx, &World::sound(ctx)?, Scores::Clipped, examine::argmax)?;
                finding.picture(picture::cells(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "no_pair_has_a_slope_above_1_into_l1",
            essential: true,
            about: "b",
            run: |ctx| examine::over(ctx, &World::sound(ctx)?, Scores::Clipped, examine::slopes),
        },
        Check {
            name: "the_margin_is_a_radius_and_no_smaller_than_the_truth",
            essential: true,
            about: "b",
            run: |ctx| examine::over(ctx, &World::sound(ctx)?, Scores::Clipped, examine::whole_margin),
        },
        Check {
            name: "half_the_margin_of_signed_scores_is_sound",
            essential: false,
            about: "b",
            run: |ctx| examine::over(ctx, &World::sound(ctx)?, Scores::Signed, examine::half_margin),
        },
        Check {
            name: "digits_are_told_apart_by_the_cells_of_ten_of_them",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = examine::on_digits(ctx, examine::argmax)?;
                finding.merge(examine::on_digits(ctx, examine::jacobian)?);
                Ok(finding)
            },
        },
        Check {
            name: "slopes_and_margins_hold_between_digits",
            essential: true,
            about: "b",
            run: |ctx| {
                let mut finding = examine::on_digits(ctx, examine::slopes)?;
                finding.merge(examine::on_digits(ctx, examine::whole_margin)?);
                Ok(finding)
            },
        },
        Check {
            name: "off_the_ties_one_row_of_the_jacobian_is_not_0_and_has_norm_1",
            essential: true,
            about: "a",
            run: |ctx| examine::over(ctx, &World::sound(ctx)?, Scores::Clipped, examine::jacobian),
        },
    ],
    controls: &[
        Control {
            name: "signed_scores_with_the_same_constant_are_attacked",
            breaks: "scores are clipped at 0: distances, not signed distances",
            run: |ctx| {
                let world = World::sound(ctx)?;
                examine::over(ctx, &world, Scores::Signed, examine::whole_margin)
            },
        },
        Control {
            name: "signed_scores_are_steeper_into_l1",
            breaks: "scores are clipped at 0: distances, not signed distances",
            run: |ctx| {
                let world = World::sound(ctx)?;
                examine::over(ctx, &world, Scores::Signed, examine::slopes)
            },
        },
        Control {
            name: "with_both_rows_signed_the_jacobian_has_norm_root_2",
            breaks: "scores are clipped at 0: distances, not signed distances",
            run: |ctx| examine::over(ctx, &[World::two_sites()?], Scores::Signed, examine::jacobian),
        },
        Control {
            name: "overlapping_discs_add_up_to_slope_2",
            breaks: "regions are disjoint",
            run: |ctx| {
                let world = [World::overlapping()?];
                examine::over(ctx, &world, Scores::Clipped, examine::slopes)
            },
        },
    ],
};
