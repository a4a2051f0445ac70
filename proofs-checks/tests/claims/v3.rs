crate::claim_tests!(v3:
    checks [
        on_a_line_both_ends_are_the_floor,
        packings_of_cubes_and_balls_stay_below_the_upper_bounds,
        optimisation_finds_as_many_points_as_fit_a_square_and_no_more,
        packings_of_finite_sets_meet_their_covers,
        packings_of_real_data_meet_their_covers,
    ],
    controls [
        a_packing_point_moved_towards_another_is_refused,
        a_packing_point_moved_out_of_the_square_is_refused,
        a_segment_one_unit_shorter_holds_one_point_less,
        a_point_too_many_in_a_finite_packing_is_refused,
        a_clique_with_a_pair_at_twice_the_margin_is_refused,
        a_cover_without_one_of_its_cliques_is_refused,
        proofs_for_some_rows_only_prove_nothing_for_the_set,
    ]
);
