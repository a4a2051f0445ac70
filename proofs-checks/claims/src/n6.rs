//! N6: norms of convolutions by their symbols.

mod instances;
mod matrix;
mod symbol;

use lip1_harness::{
    Check, CheckError, Claim, Control, Finding, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::conv::Conv;
use lip1_kernel::net::Dense;
use lip1_kernel::{Interval, norm};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N6",
    section: Section::Networks,
    title: "Norms of convolutions",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "A convolution of stride 1 with circular padding on h x w has the norm max over that grid's frequencies of the \
         symbol's spectral norm. With zero padding it is a compression of the circular one on any grid of at least (h+k-1) x \
         (w+k-1), so its norm is at most that one's (and can exceed the circular one on h x w).",
    )],
    formula: r"\|T_{\mathrm{circular}}\|_2 = \max_{\omega \in h \times w} \|\hat K(\omega)\|_2, \qquad \|T_{\mathrm{zero}}\|_2 \le \max_{\omega \in (h+k-1) \times (w+k-1)} \|\hat K(\omega)\|_2",
    hypotheses: &[
        "every frequency of the grid is taken",
        "zero padding takes the larger grid",
        "the stride is 1",
        "a reshaped kernel is multiplied by the root of the multiplicity",
    ],
    source: "A circular convolution commutes with shifts, so the Fourier basis makes it block diagonal, one block a frequency \
             (Sedghi, Gupta, Long 2019). Zero padding: inputs outside are 0 and outputs outside are dropped. Upper ends \
             are the kernel's, lower ends quotients of the matrix written out, by other code, at its leading vector.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "circular_convolutions_have_the_largest_norm_of_their_symbols",
            essential: true,
            about: "a",
            run: |ctx| over(instances::random(ctx, true), symbol::largest, Bound::Equal),
        },
        Check {
            name: "zero_padding_stays_below_the_symbol_on_the_larger_grid",
            essential: true,
            about: "a",
            run: |ctx| over(instances::random(ctx, false), symbol::largest, Bound::Above),
        },
        Check {
            name: "structured_kernels_and_pieces_of_digits_agree_with_their_matrices",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = over(instances::structured(true)?, symbol::largest, Bound::Equal)?;
                finding.merge(over(instances::structured(false)?, symbol::largest, Bound::Above)?);
                Ok(finding)
            },
        },
        Check {
            name: "the_reshaped_kernel_times_the_root_of_its_multiplicity_is_an_upper_bound",
            essential: false,
            about: "a",
            run: |ctx| {
                let mut finding = over(instances::random(ctx, true), symbol::multiplicity, Bound::Above)?;
                finding.merge(over(instances::random(ctx, false), symbol::multiplicity, Bound::Above)?);
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "the_reshaped_kernel_without_its_factor_is_exceeded",
            breaks: "a reshaped kernel is multiplied by the root of the multiplicity",
            run: |ctx| over(instances::random(ctx, true), symbol::reshaped, Bound::Above),
        },
        Control {
            name: "zero_padding_exceeds_the_circular_norm_on_its_own_grid",
            breaks: "zero padding takes the larger grid",
            run: |_| {
                let convs = vec![instances::of_length_2([-1.05, 0.017, 1.08])];
                over(convs, symbol::as_if_circular, Bound::Above)
            },
        },
        Control {
            name: "the_mean_alone_is_not_the_norm",
            breaks: "every frequency of the grid is taken",
            run: |ctx| over(instances::random(ctx, true), symbol::of_mean, Bound::Above),
        },
        Control {
            name: "with_stride_2_the_norm_is_less",
            breaks: "the stride is 1",
            run: |_| {
                let convs = vec![instances::box_of_stride_2()];
                over(convs, symbol::as_if_dense, Bound::Equal)
            },
        },
    ],
};

/// How a claimed number relates to the norm.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    /// No smaller.
    Above,
    /// No smaller, and larger by at most what certificates add.
    Equal,
}

/// What a certificate of a frequency's symbol may add to its norm, relative, for each entry of a row of the matrix.
const TIGHT: (u128, u128) = (1, 10_000_000_000);

/// Compares a number claimed for each convolution with the norm of its matrix.
fn over(
    convs: Vec<Conv>,
    claimed: fn(&Conv) -> Result<f64, CheckError>,
    bound: Bound,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("relative");
    for conv in convs {
        let matrix = matrix::written_out(&conv)?;
        let claimed = Interval::data(claimed(&conv)?);
        let Some(vector) = matrix::leading_vector(&matrix) else {
            finding.undecided("a convolution that is 0");
            continue;
        };
        let norm = norm::quotient(&matrix, &vector)?.enclosure();
        let witness = || format!("{}, norm about {norm}, claimed {claimed}", described(&conv, &matrix));
        finding.at_most("1 <= claimed / norm", Interval::ONE, claimed / norm, witness);
        if bound == Bound::Equal {
            let added = Interval::ratio(TIGHT.0 * matrix.inputs as u128, TIGHT.1);
            let added =
                Tolerance::new(added, Interval::ONE, "what certificates of the symbols add to their norms");
            finding.at_most_within("claimed / norm <= 1", claimed / norm, Interval::ONE, added, witness);
        }
    }
    Ok(finding)
}

fn described(conv: &Conv, matrix: &Dense) -> String {
    let padding = if conv.circular { "circular" } else { "zero" };
    format!(
        "{} to {} channels, window {} x {}, {padding} padding, matrix {} x {}",
        conv.input[0], conv.outputs, conv.kernel[0], conv.kernel[1], matrix.outputs, matrix.inputs
    )
}
