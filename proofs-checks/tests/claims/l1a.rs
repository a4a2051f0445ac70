crate::claim_tests!(l1a:
    checks [
        newton_grows_by_more_than_1_a_step,
        gradient_descent_grows_at_least_like_a_logarithm,
        the_bias_stays_0_and_adam_lies_between,
        floating_point_breaks_at_the_step_that_its_format_fixes,
    ],
    controls [
        newton_with_a_ridge_converges,
        gradient_descent_with_a_ridge_converges,
        adam_with_a_ridge_stays_within_its_step_size,
        with_a_ridge_floating_point_does_not_break,
        from_below_0_the_bound_is_not_reached,
    ]
);
