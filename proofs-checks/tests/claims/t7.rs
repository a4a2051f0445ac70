crate::claim_tests!(t7:
    checks [
        the_wasserstein_dual_scales_with_the_same_classifier,
        the_log_loss_depends_on_the_product_of_temperature_and_constant,
        the_hinge_regularised_value_scales_with_its_margin,
    ],
    controls [
        potentials_that_are_kept_leave_a_gap,
        a_temperature_that_is_kept_changes_the_loss,
        a_margin_that_is_kept_changes_the_value,
    ]
);
