crate::claim_tests!(r6:
    checks [
        certificates_from_values_computed_in_single_precision_are_wrong_somewhere,
        radii_that_pay_for_rounding_are_never_exceeded,
    ],
    controls [
        the_rounding_term_removed_from_computed_values,
        the_real_function_s_radius_claimed_for_the_program,
    ]
);
