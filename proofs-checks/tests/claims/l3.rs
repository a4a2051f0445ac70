crate::claim_tests!(l3:
    checks [
        curvature_lies_between_0_and_a_quarter,
        the_linear_approximation_errs_by_at_most_z_squared_over_8,
        the_loss_over_tau_exceeds_the_hinge_by_at_most_ln_2_over_tau,
        on_balanced_real_data_the_least_loss_is_a_transport_distance,
    ],
    controls [
        an_eighth_is_exceeded_by_the_curvature,
        z_squared_over_16_is_too_small,
        the_loss_itself_does_not_tend_to_the_hinge,
        half_of_ln_2_is_too_small,
        three_benign_cells_for_a_malignant_one_drive_the_loss_below,
    ]
);
