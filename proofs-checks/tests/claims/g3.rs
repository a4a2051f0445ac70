crate::claim_tests!(g3:
    checks [
        halves_of_real_samples_have_nearly_the_least_loss_of_the_whole,
        stratified_draws_have_nearly_the_least_loss_of_their_population,
    ],
    controls [
        other_class_masses_change_the_least_loss_at_distance_0,
        a_quarter_of_the_constant_is_too_small,
    ]
);
