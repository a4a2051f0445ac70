crate::claim_tests!(r5:
    checks [
        mean_margin_and_hinge_fall_together_along_the_path,
        mean_margin_and_hinge_fall_together_on_random_samples,
    ],
    controls [
        swapped_parameters_on_a_strict_step_are_out_of_order,
        a_function_that_is_no_maximiser_is_noticed,
    ]
);
