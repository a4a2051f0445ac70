crate::claim_tests!(x5:
    checks [
        ten_random_classes_of_real_points_are_memorised,
        two_random_classes_of_real_points_are_memorised,
        every_point_of_its_own_label_is_memorised,
    ],
    controls [
        a_point_with_two_of_ten_labels_is_not_memorised,
        a_point_with_both_labels_is_not_memorised,
        regions_of_more_than_half_the_distance_overlap,
    ]
);
