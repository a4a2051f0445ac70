crate::claim_tests!(v1:
    checks [
        every_labelling_of_a_separated_set_is_realised,
        a_closer_pair_makes_labellings_impossible,
        the_largest_shattered_subset_is_a_largest_packing,
        linear_programs_of_all_labellings_agree_with_the_distances,
    ],
    controls [
        a_pair_one_ulp_too_close_on_a_line_is_not_shattered,
        a_pair_one_unit_too_close_in_the_plane_is_not_shattered,
        a_pair_at_exactly_twice_the_margin_forbids_no_labelling,
        packings_of_one_unit_less_can_be_larger,
        distances_of_one_margin_do_not_suffice,
    ]
);
