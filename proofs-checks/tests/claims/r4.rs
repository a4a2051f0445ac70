crate::claim_tests!(r4:
    checks [
        x_and_minus_x_attains_half_the_margin,
        two_coordinates_attain_the_margin_over_the_root_of_2,
        pairs_of_head_rows_are_never_looser_and_attained_by_linear_maps,
        on_digits_no_attack_succeeds_inside_the_radius_per_pair,
    ],
    controls [
        margin_over_root_2_is_attacked_for_x_and_minus_x,
        half_the_margin_is_attacked_for_scores_of_slope_2,
        the_margin_itself_is_attacked_for_two_coordinates,
        eight_times_the_radius_is_attacked_on_digits,
    ]
);
