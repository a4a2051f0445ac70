//! A convolution written out as a matrix, from its definition.

use lip1_harness::CheckError;
use lip1_kernel::conv::Conv;
use lip1_kernel::net::Dense;
use nalgebra::DMatrix;

/// Output (o, y, x) is the sum over channels c and taps (a, b) of `K[o, c, a, b]` times input (c, y s + a - p, x s + b - p), a
/// place outside counting as 0 or, with circular padding, as the place that it repeats. One group.
pub(super) fn written_out(conv: &Conv) -> Result<Dense, CheckError> {
    let [outputs, rows, columns] = conv.output()?;
    let ([channels, height, width], [taps_down, taps_right]) = (conv.input, conv.kernel);
    let inputs = channels * height * width;
    let mut weight = vec![0.0; outputs * rows * columns * inputs];
    let fold = |window: usize, tap: usize, size: usize| {
        let place = (window * conv.stride + tap) as i64 - conv.padding as i64;
        let inside = if conv.circular { place.rem_euclid(size as i64) } else { place };
        usize::try_from(inside).ok().filter(|place| *place < size)
    };
    for output in 0..outputs * rows * columns {
        let (o, y, x) = (output / (rows * columns), output / columns % rows, output % columns);
        for tap in 0..channels * taps_down * taps_right {
            let (c, a, b) = (tap / (taps_down * taps_right), tap / taps_right % taps_down, tap % taps_right);
            if let (Some(row), Some(column)) = (fold(y, a, height), fold(x, b, width)) {
                let input = (c * height + row) * width + column;
                weight[output * inputs + input] += conv.weight[o * channels * taps_down * taps_right + tap];
            }
        }
    }
    Ok(Dense { outputs: outputs * rows * columns, inputs, weight, bias: Vec::new() })
}

/// A right singular vector of the largest singular value, nearly: any vector gives a lower end. `None` for a matrix of zeros.
pub(super) fn leading_vector(matrix: &Dense) -> Option<Vec<f64>> {
    let svd = DMatrix::from_row_slice(matrix.outputs, matrix.inputs, &matrix.weight).svd(false, true);
    let index = svd.singular_values.imax();
    let rows = svd.v_t?;
    (svd.singular_values[index] > 0.0).then(|| rows.row(index).iter().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::written_out;
    use crate::n6::instances::of_length_2;

    #[test]
    fn a_kernel_of_three_taps_on_two_places() {
        let mut conv = of_length_2([1.0, 2.0, 4.0]);
        assert_eq!(written_out(&conv).unwrap().weight, [2.0, 4.0, 1.0, 2.0]);
        conv.circular = true;
        // The place to the left is the place to the right.
        assert_eq!(written_out(&conv).unwrap().weight, [2.0, 5.0, 5.0, 2.0]);
    }
}
