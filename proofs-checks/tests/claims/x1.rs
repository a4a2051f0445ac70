crate::claim_tests!(x1:
    checks [
        the_sign_is_right_inside_and_outside,
        no_pair_across_the_frontier_or_the_medial_axis_has_a_slope_above_1,
        the_gradient_has_length_1_off_the_medial_axis,
        closed_classes_on_a_line_are_told_apart_at_every_end,
    ],
    controls [
        classes_that_are_not_closed_touch,
        twice_the_distance_has_slope_2,
        twice_the_distance_has_a_gradient_of_length_2,
        the_square_of_the_distance_is_too_steep_far_away,
        without_a_sign_nothing_is_outside,
    ]
);
