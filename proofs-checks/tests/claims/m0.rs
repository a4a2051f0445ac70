crate::claim_tests!(m0:
    checks [
        both_extensions_agree_with_the_values_on_the_set,
        the_smallest_extension_stays_below_the_largest,
        both_extensions_are_lipschitz_between_any_two_points,
        every_lipschitz_interpolant_lies_between,
        the_extensions_agree_on_real_data,
    ],
    controls [
        one_violated_pair_fails_agreement,
        one_violated_pair_crosses_the_extensions,
        squared_distances_are_not_lipschitz,
        an_interpolant_of_twice_the_slope_leaves_the_band,
    ]
);
