crate::claim_tests!(n2:
    checks [
        every_order_cell_is_mapped_by_a_permutation,
        differences_do_not_grow_on_integer_grids,
        differences_do_not_grow_in_wide_layers,
        a_duplicated_entry_keeps_l_infinity,
    ],
    controls [
        a_duplicated_entry_has_no_permutation_as_jacobian,
        a_duplicated_entry_stretches_in_l2,
        a_sum_in_place_of_the_maximum_stretches_in_l_infinity,
    ]
);
