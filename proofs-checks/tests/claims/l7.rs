crate::claim_tests!(l7:
    checks [
        the_wasserstein_dual_is_always_attained,
        signed_margins_have_a_maximum_iff_masses_are_equal,
        the_regularised_objective_has_a_maximum_iff_lambda_is_large_enough,
        without_the_constraint_multiples_of_a_separating_network_are_a_ray,
    ],
    controls [
        signed_margins_of_unequal_classes_run_along_a_ray,
        one_percent_less_lambda_opens_a_ray,
        a_point_with_both_labels_is_on_no_ray,
    ]
);
