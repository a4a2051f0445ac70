crate::claim_tests!(l6:
    checks [
        equality_is_decided_where_distances_are_rational,
        half_the_distance_separates_margins_on_real_data,
        random_and_degenerate_samples_are_certified_either_way,
    ],
    controls [
        a_margin_larger_by_1e_9_has_no_function,
        a_pair_at_exactly_two_margins_forbids_nothing,
        a_point_with_both_labels_leaves_no_margin,
        the_function_of_half_the_margin_pays,
    ]
);
