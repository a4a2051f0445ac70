crate::claim_tests!(v5:
    checks [
        pieces_on_the_line_are_at_most_two_to_the_number_of_pairs,
        pieces_in_the_plane_are_at_most_two_to_the_number_of_pairs,
        on_the_line_the_sign_changes_at_most_once_a_piece,
        counting_half_spaces_stays_below_n_plus_1_times_2_to_the_w,
        counting_parameters_stays_below_a_constant_times_n_plus_1_times_2_to_the_w,
        sets_shattered_in_the_plane_stay_below_the_bounds,
        few_neurons_in_more_dimensions_are_left_open_by_counting_half_spaces,
    ],
    controls [
        sorting_four_neurons_has_seven_pieces,
        units_with_one_kink_each_have_more_pieces_than_pairs,
        a_layer_that_is_not_counted_doubles_the_pieces,
        a_layer_that_is_not_counted_doubles_the_changes_of_sign,
        one_pair_in_space_exceeds_the_bound_with_constant_one,
        the_constant_cannot_be_one_for_all_architectures,
        a_labelling_without_its_network_is_noticed,
    ]
);
