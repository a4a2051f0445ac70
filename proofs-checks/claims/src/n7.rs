//! N7: pooling, rearranging, residual and centring layers are 1-Lipschitz.

mod linear;
mod maps;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N7",
    section: Section::Networks,
    title: "Pooling, down-sampling, residual and centring layers",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "Pooling (over disjoint windows, or divided by the root of the largest number of windows that an entry lies in), \
         invertible down-sampling, residual layers a x + (1 - a) g(x) and centring layers (in evaluation mode, per sample) are \
         1-Lipschitz.",
    )],
    formula: r"\sum_w \Bigl(\tfrac1{\sqrt n} \sum_{i \in w} (x_i - y_i)\Bigr)^2 \le |x - y|^2, \qquad \bigl|\,\|x_w\| - \|y_w\|\,\bigr| \le \|x_w - y_w\|, \qquad \bigl\|I - \tfrac1n \mathbf{1}\mathbf{1}^{\mathsf T}\bigr\|_2 = 1",
    hypotheses: &[
        "windows are disjoint, or the sum is divided by the root of the multiplicity",
        "down-sampling takes no entry twice",
        "a residual layer is a convex combination",
        "centring does not rescale",
    ],
    source: "Cauchy-Schwarz in each window, the triangle inequality of a norm (Euclidean or largest entry) in each window; a \
             permutation is an isometry; a x + (1 - a) g is a convex combination of 1-Lipschitz maps; I - 11'/n is a \
             projection. Linear layers: ||M||^2 = d^2 where (MM')^2 = d^2 MM', ||M||^2 <= (largest row sum)(largest column \
             sum) by Schur's test, both in integers.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "averages_over_windows_have_norm_at_most_1",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = linear::disjoint_averages(ctx)?;
                finding.merge(linear::overlapping_averages(ctx, true));
                Ok(finding)
            },
        },
        Check {
            name: "down_sampling_and_shifts_are_permutations",
            essential: true,
            about: "a",
            run: linear::rearrangements,
        },
        Check {
            name: "centring_is_a_projection",
            essential: true,
            about: "a",
            run: |ctx| Ok(linear::centring(ctx)),
        },
        Check {
            name: "pooling_by_norms_does_not_stretch_any_pair",
            essential: true,
            about: "a",
            run: maps::norms_of_windows,
        },
        Check {
            name: "pooling_by_maxima_does_not_stretch_any_pair_of_a_grid",
            essential: true,
            about: "a",
            run: |_| Ok(maps::maxima(&[vec![0, 1], vec![2, 3]])),
        },
        Check {
            name: "residual_layers_have_a_certified_constant_of_1",
            essential: true,
            about: "a",
            run: maps::residuals,
        },
        Check {
            name: "centring_does_not_stretch_any_pair",
            essential: true,
            about: "a",
            run: |ctx| maps::centred(ctx, false),
        },
    ],
    controls: &[
        Control {
            name: "overlapping_averages_without_the_divisor_have_a_larger_norm",
            breaks: "windows are disjoint, or the sum is divided by the root of the multiplicity",
            run: |ctx| Ok(linear::overlapping_averages(ctx, false)),
        },
        Control {
            name: "overlapping_maxima_stretch_a_pair_by_the_root_of_2",
            breaks: "windows are disjoint, or the sum is divided by the root of the multiplicity",
            run: |_| Ok(maps::maxima(&[vec![0, 1], vec![1, 2], vec![2, 3]])),
        },
        Control {
            name: "an_entry_taken_twice_has_norm_root_2",
            breaks: "down-sampling takes no entry twice",
            run: |_| Ok(linear::taken_twice()),
        },
        Control {
            name: "a_plain_residual_x_plus_g_has_slope_2",
            breaks: "a residual layer is a convex combination",
            run: maps::plain_residual,
        },
        Control {
            name: "centring_and_dividing_by_the_deviation_stretches",
            breaks: "centring does not rescale",
            run: |ctx| maps::centred(ctx, true),
        },
    ],
};
