crate::claim_tests!(r1:
    checks [
        attacks_never_succeed_inside_the_radius_on_breast_cancer,
        attacks_never_succeed_inside_the_radius_on_digits,
        exact_search_on_a_line_and_around_points_of_a_plane_finds_nothing_inside,
    ],
    controls [
        a_2_lipschitz_function_certified_with_constant_1_is_attacked,
        a_radius_one_percent_larger_is_attacked,
    ]
);
