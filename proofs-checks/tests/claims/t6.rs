crate::claim_tests!(t6:
    checks [
        minimisers_reach_the_known_potential_of_least_norm,
        minimisers_are_nearly_optimal_and_of_no_larger_norm_than_any_potential,
    ],
    controls [
        minimisers_on_unbalanced_classes_diverge,
        an_optimal_potential_of_larger_norm_is_no_minimiser,
    ]
);
