crate::claim_tests!(l5:
    checks [
        exact_minimisers_on_balanced_samples_leave_a_gradient,
        functions_of_largest_margin_leave_a_gradient,
        trained_networks_that_take_both_signs_leave_a_gradient,
    ],
    controls [
        ten_times_the_function_of_largest_margin_saturates,
        a_minimiser_without_a_zero_falls_below_the_bound,
    ]
);
