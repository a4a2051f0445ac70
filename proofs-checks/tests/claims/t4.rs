crate::claim_tests!(t4:
    checks [
        both_programs_meet_on_random_and_degenerate_samples,
        both_programs_meet_where_the_value_is_known,
        both_programs_meet_on_real_data,
        general_linear_programs_find_the_same_values,
    ],
    controls [
        an_upper_limit_of_lambda_leaves_a_gap,
        a_mass_below_its_weight_is_refused,
        one_slope_above_1_is_refused,
        half_of_f_leaves_a_gap,
        one_class_heavier_by_more_than_lambda_allows_is_unbounded,
    ]
);
