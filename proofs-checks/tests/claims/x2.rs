crate::claim_tests!(x2:
    checks [
        explicit_networks_reach_half_the_distance_on_real_data,
        all_cells_are_told_apart_with_half_the_distance,
        one_digit_is_told_from_the_rest_with_half_the_distance,
        the_margin_is_exactly_half_the_distance_where_distances_are_rational,
        random_and_degenerate_instances_are_separated,
        compact_supports_are_separated_at_every_point,
        spectral_norms_of_at_most_1_leave_zero_error,
        half_the_distance_is_a_margin_on_real_data,
    ],
    controls [
        a_point_with_both_labels_is_misclassified,
        a_point_with_both_labels_leaves_no_margin,
        a_margin_larger_by_1e_9_is_refuted_by_one_pair,
        twice_the_function_is_not_1_lipschitz,
        a_point_every_2_units_does_not_separate_nested_squares,
    ]
);
