crate::claim_tests!(n3:
    checks [
        the_identities_of_the_scalar_map_hold_at_more_points_than_their_degree,
        singular_values_follow_the_cubic_at_every_step,
        the_iteration_ends_at_the_polar_factor,
    ],
    controls [
        a_singular_value_of_0_stays_0,
        a_singular_value_from_1_75_to_2_14_ends_at_minus_1,
        a_singular_value_above_the_root_of_5_diverges,
    ]
);
