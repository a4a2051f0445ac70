crate::claim_tests!(l1:
    checks [
        few_cells_are_fitted_and_every_bound_holds_on_the_way,
        the_bound_by_transport_holds_from_the_first_step_on_more_cells,
        unconstrained_training_falls_below_the_optimum_of_slope_1,
    ],
    controls [
        without_the_factor_n_some_sample_is_below_eta,
        one_class_is_fitted_by_a_constant,
        steep_activations_do_the_work_of_the_weights,
        constrained_training_never_falls_below_the_optimum,
    ]
);
