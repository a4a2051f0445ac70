crate::claim_tests!(t3:
    checks [
        the_optimal_potential_is_unique_up_to_a_constant,
        no_shift_under_any_tie_convention_errs_less,
        conflicts_of_two_points_certify_the_least_error_of_all_optimal_potentials,
        an_integer_program_over_all_optimal_potentials_agrees,
    ],
    controls [
        the_function_of_largest_margin_errs_nowhere,
        without_delta_the_optimal_potential_is_not_unique,
        without_delta_some_optimal_potential_errs_nowhere,
        without_delta_no_conflict_is_left,
        half_of_eps_is_too_small,
    ]
);
