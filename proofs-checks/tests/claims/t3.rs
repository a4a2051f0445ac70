crate::claim_tests!(t3:
    checks [
        the_optimal_potential_is_unique_up_to_a_constant,
        no_shift_under_any_tie_convention_errs_less,
        an_integer_program_over_all_optimal_potentials_agrees,
    ],
    controls [
        the_function_of_largest_margin_errs_nowhere,
        without_delta_the_optimal_potential_is_not_unique,
        without_delta_some_optimal_potential_errs_nowhere,
        half_of_eps_is_too_small,
    ]
);
