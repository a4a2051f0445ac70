crate::claim_tests!(g4:
    checks [
        a_network_of_bumps_fits_the_sample_and_errs_elsewhere,
        with_the_constraint_a_small_train_loss_bounds_the_test_error,
    ],
    controls [
        divided_by_its_constant_the_network_of_bumps_does_not_fit,
        the_network_of_bumps_exceeds_the_bound_of_the_constraint,
    ]
);
