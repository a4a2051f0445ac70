crate::claim_tests!(t5:
    checks [
        both_problems_meet_on_random_and_degenerate_samples,
        both_problems_meet_where_the_minimum_is_known,
        both_problems_meet_on_real_data,
        no_admissible_s_exceeds_any_loss,
    ],
    controls [
        s_away_from_the_logistic_function_leaves_a_gap,
        unequal_masses_exceed_the_least_loss,
        half_of_the_transport_cost_exceeds_the_least_loss,
        one_steeper_pair_is_refused,
    ]
);
