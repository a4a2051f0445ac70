crate::claim_tests!(l3:
    checks [
        curvature_lies_between_0_and_a_quarter,
        the_linear_approximation_errs_by_at_most_z_squared_over_8,
        the_loss_over_tau_exceeds_the_hinge_by_at_most_ln_2_over_tau,
    ],
    controls [
        an_eighth_is_exceeded_by_the_curvature,
        z_squared_over_16_is_too_small,
        the_loss_itself_does_not_tend_to_the_hinge,
        half_of_ln_2_is_too_small,
    ]
);
