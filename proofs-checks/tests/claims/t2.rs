crate::claim_tests!(t2:
    checks [
        half_of_the_distance_is_attained_and_not_exceeded_on_random_samples,
        half_of_the_distance_is_attained_and_not_exceeded_on_real_data,
    ],
    controls [
        with_unequal_masses_a_constant_exceeds_every_bound,
        a_function_of_slope_2_exceeds_half_of_the_distance,
        a_function_of_slope_a_half_falls_short,
    ]
);
