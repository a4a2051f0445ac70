crate::claim_tests!(v7:
    checks [
        a_separated_set_is_fat_shattered_with_levels_zero,
        no_levels_fat_shatter_a_set_with_a_closer_pair,
        rademacher_complexities_are_those_of_closed_forms,
        rademacher_complexities_lie_between_packing_and_covering_bounds,
        random_signs_enclose_the_mean_over_all_signs,
    ],
    controls [
        a_pair_one_ulp_closer_is_not_fat_shattered,
        a_pair_at_exactly_twice_the_scale_is_fat_shattered,
        functions_of_a_larger_bound_exceed_the_covering_bound,
        functions_of_a_larger_bound_have_other_closed_forms,
        packings_of_half_the_distance_prove_too_much,
    ]
);
