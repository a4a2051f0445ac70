crate::claim_tests!(r3:
    checks [
        no_value_above_the_distance_respects_the_foot_point,
        functions_with_the_same_decisions_certify_no_more,
    ],
    controls [
        twice_the_signed_distance_is_larger_and_too_steep,
        a_frontier_moved_by_1_decides_otherwise,
        the_opposite_point_of_the_sphere_allows_larger_values,
    ]
);
