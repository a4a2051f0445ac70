crate::claim_tests!(x3:
    checks [
        trained_unconstrained_networks_become_1_lipschitz_with_the_same_decisions,
        random_unconstrained_networks_become_1_lipschitz_with_the_same_decisions,
    ],
    controls [
        a_constant_from_samples_misses_a_steep_place_between_them,
        a_constant_from_pairs_of_digits_is_exceeded,
    ]
);
