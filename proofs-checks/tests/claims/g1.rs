crate::claim_tests!(g1:
    checks [
        trained_networks_keep_their_loss_on_the_cells_they_have_not_seen,
        trained_networks_keep_their_loss_on_the_digits_they_have_not_seen,
        unconstrained_networks_do_once_divided_by_their_constant,
    ],
    controls [
        logits_that_grow_without_bound_open_any_gap,
    ]
);
