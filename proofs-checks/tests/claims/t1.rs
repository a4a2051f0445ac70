crate::claim_tests!(t1:
    checks [
        coupling_and_potential_meet_on_real_data,
        coupling_and_potential_meet_at_known_distances,
        coupling_and_potential_meet_on_random_and_degenerate_instances,
        no_trained_network_exceeds_the_distance,
    ],
    controls [
        one_slope_of_1_plus_1e_9_is_refused,
        a_marginal_off_by_one_unit_is_refused,
        a_coupling_in_the_order_of_the_rows_leaves_a_gap,
        a_network_of_slope_4_exceeds_the_distance,
    ]
);
