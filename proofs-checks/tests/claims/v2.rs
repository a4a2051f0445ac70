crate::claim_tests!(v2:
    checks [
        the_transcribed_lower_bound_holds_in_large_cubes,
        the_transcribed_lower_bound_holds_on_a_line,
        the_transcribed_upper_bound_holds,
        the_corrected_lower_bound_holds,
        the_corrected_upper_bound_holds,
        the_transcribed_lower_bound_fails_from_the_stated_ratios_on,
        brackets_of_the_search_meet_the_corrected_bounds,
    ],
    controls [
        a_ball_of_radius_a_quarter_margin_fails_the_transcribed_upper_bound,
        a_ball_of_radius_a_quarter_margin_fails_the_corrected_upper_bound,
        a_disc_with_far_isolated_points_fails_the_transcribed_upper_bound,
        a_disc_with_far_isolated_points_fails_the_corrected_upper_bound,
        balls_of_half_the_radius_cover_no_large_square,
        a_cube_is_no_line,
        with_density_one_nothing_is_refuted,
    ]
);
