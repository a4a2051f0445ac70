crate::claim_tests!(v6:
    checks [
        every_consistent_function_keeps_the_margin_off_the_sample,
        the_same_function_errs_nowhere_when_only_signs_count,
        every_consistent_function_has_the_right_sign_on_sets_that_were_met,
        the_union_bound_is_at_most_delta,
        the_exact_probability_of_failure_is_at_most_delta,
        the_worst_consistent_function_rarely_errs_in_simulation,
    ],
    controls [
        a_quarter_of_the_sample_is_not_enough,
        a_quarter_of_the_sample_is_not_enough_in_simulation,
        the_margin_itself_is_missed_on_sets_that_were_met,
        a_set_of_diameter_m_can_be_undecided,
        a_set_with_both_labels_is_wrong_somewhere,
    ]
);
