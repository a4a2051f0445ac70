crate::claim_tests!(n4:
    checks [
        every_pattern_of_small_networks_has_a_gradient_of_length_1,
        rows_of_trained_layers_are_orthonormal,
        gradients_of_a_trained_network_have_length_1_at_every_digit,
    ],
    controls [
        widening_to_x_and_minus_x_loses_the_root_of_2,
        dead_relus_lose_gradient,
        a_trained_network_that_widens_has_shorter_gradients,
        rows_trained_without_a_constraint_are_not_orthonormal,
    ]
);
