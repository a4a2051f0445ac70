crate::claim_tests!(n6:
    checks [
        circular_convolutions_have_the_largest_norm_of_their_symbols,
        zero_padding_stays_below_the_symbol_on_the_larger_grid,
        structured_kernels_and_pieces_of_digits_agree_with_their_matrices,
        the_reshaped_kernel_times_the_root_of_its_multiplicity_is_an_upper_bound,
    ],
    controls [
        the_reshaped_kernel_without_its_factor_is_exceeded,
        zero_padding_exceeds_the_circular_norm_on_its_own_grid,
        the_mean_alone_is_not_the_norm,
        with_stride_2_the_norm_is_less,
    ]
);
