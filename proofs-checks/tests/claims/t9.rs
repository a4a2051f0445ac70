crate::claim_tests!(t9:
    checks [
        two_atoms_pay_what_the_closed_form_says,
        the_bound_holds_on_real_data,
        the_bound_holds_on_random_and_degenerate_instances,
    ],
    controls [
        with_minus_eps_the_plan_pays_more,
        counts_have_no_entropy,
        an_unconverged_plan_has_wrong_marginals,
        the_plan_of_a_larger_eps_costs_more,
    ]
);
