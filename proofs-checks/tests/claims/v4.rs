crate::claim_tests!(v4:
    checks [
        every_labelling_of_half_the_width_plus_two_points_has_a_network,
        no_network_has_more_kinks_than_pairs,
        no_network_changes_its_sign_more_often_than_it_has_pieces,
    ],
    controls [
        the_alternating_labelling_of_one_point_more_is_not_realised,
        a_layer_with_one_pair_more_is_no_layer_of_this_width,
        a_layer_with_one_pair_more_changes_its_sign_once_more,
        a_layer_with_one_pair_more_has_one_kink_more,
        sorting_four_neurons_has_more_kinks_than_two_pairs,
        a_value_of_zero_has_no_label_of_its_own,
    ]
);
