crate::claim_tests!(t8:
    checks [
        the_two_extensions_meet_exactly_on_rational_rays,
        the_two_extensions_meet_on_rays_of_random_and_real_samples,
    ],
    controls [
        the_extensions_of_an_unused_pair_do_not_meet,
        half_of_an_optimal_potential_is_not_determined,
        beyond_the_positive_point_the_extensions_part,
    ]
);
