crate::claim_tests!(n5:
    checks [
        one_hidden_layer_keeps_the_second_difference_at_most_1,
        no_pattern_of_slope_1_differs_from_the_product_of_the_weights,
        max_min_equals_the_absolute_value_exactly,
    ],
    controls [
        unconstrained_relus_reach_2,
        weights_of_norm_root_2_allow_both_slopes,
        two_hidden_layers_exceed_the_bound_of_one,
        in_ascending_order_it_is_minus_the_absolute_value,
    ]
);
