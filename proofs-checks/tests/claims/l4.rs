crate::claim_tests!(l4:
    checks [
        above_the_threshold_random_samples_are_classified_without_error,
        above_the_threshold_real_data_are_classified_without_error,
    ],
    controls [
        a_low_temperature_ignores_the_small_modes_of_the_mixture,
        a_point_with_both_labels_is_misclassified_at_any_temperature,
    ]
);
