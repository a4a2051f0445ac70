crate::claim_tests!(x4:
    checks [
        the_largest_score_is_that_of_the_region,
        no_pair_has_a_slope_above_1_into_l1,
        the_margin_is_a_radius_and_no_smaller_than_the_truth,
        half_the_margin_of_signed_scores_is_sound,
        digits_are_told_apart_by_the_cells_of_ten_of_them,
    ],
    controls [
        signed_scores_with_the_same_constant_are_attacked,
        signed_scores_are_steeper_into_l1,
        overlapping_discs_add_up_to_slope_2,
    ]
);
