crate::claim_tests!(g2:
    checks [
        the_exact_mean_has_its_known_values_and_limit,
        samples_of_the_unit_interval_have_the_exact_mean,
        two_samples_approach_at_the_rate_of_the_dimension,
    ],
    controls [
        samples_of_a_cauchy_law_do_not_approach,
        the_cube_does_not_have_the_rate_of_the_line,
        half_of_the_integral_is_not_the_mean,
    ]
);
