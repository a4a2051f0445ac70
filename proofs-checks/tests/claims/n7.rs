crate::claim_tests!(n7:
    checks [
        averages_over_windows_have_norm_at_most_1,
        down_sampling_and_shifts_are_permutations,
        centring_is_a_projection,
        pooling_by_norms_does_not_stretch_any_pair,
        pooling_by_maxima_does_not_stretch_any_pair_of_a_grid,
        residual_layers_have_a_certified_constant_of_1,
        centring_does_not_stretch_any_pair,
    ],
    controls [
        overlapping_averages_without_the_divisor_have_a_larger_norm,
        overlapping_maxima_stretch_a_pair_by_the_root_of_2,
        an_entry_taken_twice_has_norm_root_2,
        a_plain_residual_x_plus_g_has_slope_2,
        centring_and_dividing_by_the_deviation_stretches,
    ]
);
