crate::claim_tests!(r2:
    checks [
        a_changed_decision_lies_at_the_radius_and_none_inside,
        a_step_down_the_gradient_lands_on_the_frontier,
    ],
    controls [
        half_the_distance_is_not_tight,
        with_half_the_distance_the_step_falls_short,
        twice_the_distance_is_attacked_inside,
        on_the_medial_axis_the_step_goes_nowhere,
    ]
);
