//! Convolutions: random ones, the usual filters, pieces of digits.

use lip1_datasets::data::digits;
use lip1_harness::{CheckError, Context};
use lip1_kernel::conv::Conv;
use rand::RngExt;

/// A convolution that keeps height and width.
fn same(input: [usize; 3], outputs: usize, side: usize, circular: bool, weight: Vec<f64>) -> Conv {
    let kernel = [side, side];
    Conv {
        input,
        outputs,
        kernel,
        stride: 1,
        padding: side / 2,
        circular,
        groups: 1,
        weight,
        bias: Vec::new(),
    }
}

/// Random kernels of 1, 3 or 5 taps a side on images of 2 to 6, at most three channels either way.
pub(super) fn random(ctx: &Context, circular: bool) -> Vec<Conv> {
    let mut random = ctx.generator("kernels");
    let draw = |_| {
        let input = [random.random_range(1..=3), random.random_range(2..=6), random.random_range(2..=6)];
        let (outputs, side) = (random.random_range(1..=3), [1, 3, 5][random.random_range(0..3_usize)]);
        let taps = outputs * input[0] * side * side;
        let weight = (0..taps).map(|_| random.random_range(-1.0..1.0)).collect();
        same(input, outputs, side, circular, weight)
    };
    (0..ctx.count(12, 150, 3_000)).map(draw).collect()
}

/// Averages, differences, edges and pieces of handwritten digits.
pub(super) fn structured(circular: bool) -> Result<Vec<Conv>, CheckError> {
    let filters = [
        [1.0; 9],
        [0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        [-1.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0],
        [0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
    ];
    let mut convs: Vec<Conv> =
        filters.iter().map(|filter| same([1, 7, 5], 1, 3, circular, filter.to_vec())).collect();
    let digits = digits()?;
    for index in [0, 1, 2, 3] {
        // Rows 2 to 4 and columns 2 to 4 of an image of 8 by 8.
        let image = digits.points.row(index);
        let piece = (2..5).flat_map(|y| (2..5).map(move |x| image.get(8 * y + x).copied().unwrap_or(0.0)));
        convs.push(same([1, 6, 6], 1, 3, circular, piece.collect()));
    }
    Ok(convs)
}

/// Three taps in a row on an image of one row and two columns, padded with zeros.
pub(super) fn of_length_2(taps: [f64; 3]) -> Conv {
    let mut weight = vec![0.0; 9];
    weight[3..6].copy_from_slice(&taps);
    same([1, 1, 2], 1, 3, false, weight)
}

/// An average over 3 by 3 places, at every second place both ways.
pub(super) fn box_of_stride_2() -> Conv {
    Conv { stride: 2, ..same([1, 6, 6], 1, 3, true, vec![1.0; 9]) }
}
