crate::claim_tests!(n1:
    checks [
        certified_norms_of_trained_layers_are_attained,
        certified_norms_of_matrices_of_known_norm_are_tight,
        no_difference_quotient_of_a_trained_network_exceeds_the_product,
        layers_trained_under_a_constraint_have_norm_one,
        a_normalised_layer_has_a_certified_norm_of_at_most_one,
    ],
    controls [
        a_normalised_layer_times_one_and_a_millionth_is_no_longer_at_most_one,
        layers_trained_without_a_constraint_do_not_have_norm_one,
        an_activation_of_slope_2_exceeds_the_product,
        a_layer_left_out_of_the_product_is_noticed,
    ]
);
