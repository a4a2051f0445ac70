crate::claim_tests!(l2:
    checks [
        every_sample_lies_on_a_tight_pair_of_random_samples,
        every_sample_lies_on_a_tight_pair_of_real_data,
        no_other_values_on_the_sample_are_as_good,
    ],
    controls [
        one_class_alone_has_no_tight_pair,
        one_class_alone_moves_no_equal_masses,
        only_points_with_both_labels_need_no_slope,
        one_pair_of_slope_1_01_is_refused,
        a_function_of_slope_0_99_is_not_a_minimiser,
    ]
);
