use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;

use crate::case::{Answer, Case, examine};
use crate::matrix::{hint, norm_is_at_most};
use crate::random::Stream;

fn drawn(stream: &mut Stream) -> Conv {
    let groups = 1 + stream.below(2) as usize;
    let mut side = |most: u64| 1 + stream.below(most) as usize;
    let (outputs, channels, input) = (groups * side(2), groups * side(2), [side(3), side(4)]);
    let (kernel, stride, padding) = ([side(3), side(3)], side(3), side(4) - 1);
    let circular = stream.once_in(2);
    let count = outputs * channels / groups * kernel[0] * kernel[1];
    let weight = if stream.once_in(3) { vec![1.0; count] } else { stream.points(1, count).concat() };
    let input = [channels, input[0], input[1]];
    Conv { input, outputs, kernel, stride, padding, circular, groups, weight, bias: Vec::new() }
}

/// The matrix of a convolution, by its definition.
pub(crate) fn matrix(conv: &Conv, [outputs, rows, columns]: [usize; 3]) -> Vec<Vec<f64>> {
    let [channels, height, width] = conv.input;
    let (in_group, out_group) = (channels / conv.groups, outputs / conv.groups);
    let mut matrix = vec![vec![0.0; channels * height * width]; outputs * rows * columns];
    for output in 0..outputs {
        for place in 0..rows * columns {
            for (index, weight) in conv.weight[..]
                .chunks(in_group * conv.kernel[0] * conv.kernel[1])
                .nth(output)
                .unwrap()
                .iter()
                .enumerate()
            {
                let (c, tap) =
                    (index / (conv.kernel[0] * conv.kernel[1]), index % (conv.kernel[0] * conv.kernel[1]));
                let at = |window: usize, tap: usize, size: usize| {
                    let place = (window * conv.stride + tap) as i64 - conv.padding as i64;
                    let inside = (0..size as i64).contains(&place);
                    (inside || conv.circular).then(|| place.rem_euclid(size as i64) as usize)
                };
                let y = at(place / columns, tap / conv.kernel[1], height);
                let x = at(place % columns, tap % conv.kernel[1], width);
                if let (Some(y), Some(x)) = (y, x) {
                    let channel = output / out_group * in_group + c;
                    matrix[output * rows * columns + place][(channel * height + y) * width + x] += weight;
                }
            }
        }
    }
    matrix
}

/// Whether sums of weights that meet at one entry are exact, as the matrix needs.
fn is_exact(conv: &Conv) -> bool {
    conv.weight.iter().all(|w| w.fract() == 0.0 && w.abs() < 1e6)
        || !conv.circular
        || (conv.kernel[0] <= conv.input[1] && conv.kernel[1] <= conv.input[2])
}

/// The matrix `[[Re, -Im], [Im, Re]]` of the symbol at a frequency, in plain arithmetic.
fn symbol(kernel: &Dense, taps: [usize; 2], turns: [f64; 2]) -> Dense {
    let count = taps[0] * taps[1];
    let channels = kernel.inputs / count;
    let (outputs, inputs) = (2 * kernel.outputs, 2 * channels);
    let mut weight = vec![0.0; outputs * inputs];
    for (index, w) in kernel.weight.iter().enumerate() {
        let (o, c, tap) = (index / kernel.inputs, index % kernel.inputs / count, index % count);
        let angle =
            std::f64::consts::TAU * ((tap / taps[1]) as f64 * turns[0] + (tap % taps[1]) as f64 * turns[1]);
        weight[o * inputs + c] += w * angle.cos();
        weight[(kernel.outputs + o) * inputs + channels + c] += w * angle.cos();
        weight[o * inputs + channels + c] -= w * angle.sin();
        weight[(kernel.outputs + o) * inputs + c] += w * angle.sin();
    }
    Dense { outputs, inputs, weight, bias: Vec::new() }
}

fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let conv = drawn(stream);
    let Ok(shape) = conv.output() else {
        return ((conv, None), Case { near: true, truth: false, answer: Answer::Open });
    };
    let kernels: Vec<Dense> = (0..conv.groups)
        .map(|group| {
            let (outputs, inputs) = (conv.outputs / conv.groups, conv.weight.len() / conv.outputs);
            let weight = conv.weight[group * outputs * inputs..][..outputs * inputs].to_vec();
            Dense { outputs, inputs, weight, bias: Vec::new() }
        })
        .collect();
    let certificate = match stream.below(3) {
        0 => ConvCertificate::Multiplicity(kernels.iter().map(|kernel| hint(stream, kernel)).collect()),
        1 => {
            let channels = conv.input[0] / conv.groups;
            let q = |stream: &mut Stream| (0..channels).map(|_| 1.0 + 0.5 * stream.signed()).collect();
            ConvCertificate::Gershgorin((0..conv.groups).map(|_| q(stream)).collect())
        }
        _ => {
            let [_, height, width] = conv.input;
            let wider = usize::from(!conv.circular);
            let grid = [height + wider * (conv.kernel[0] - 1), width + wider * (conv.kernel[1] - 1)];
            let hints = |stream: &mut Stream, kernel: &Dense| {
                let frequencies = (0..grid[0] * grid[1]).filter(|k| {
                    let (a, b) = (k / grid[1], k % grid[1]);
                    ((grid[0] - a) % grid[0], (grid[1] - b) % grid[1]) >= (a, b)
                });
                let turns =
                    |k: usize| [(k / grid[1]) as f64 / grid[0] as f64, (k % grid[1]) as f64 / grid[1] as f64];
                frequencies.map(|k| hint(stream, &symbol(kernel, conv.kernel, turns(k)))).collect()
            };
            ConvCertificate::Symbol(kernels.iter().map(|kernel| hints(stream, kernel)).collect())
        }
    };
    let found = conv::norm(&conv, &certificate).map(|bound| bound.upper);
    let truth = match &found {
        // The layer is the direct sum of its groups.
        Ok(upper) if is_exact(&conv) => kernels.iter().all(|kernel| {
            let input = [conv.input[0] / conv.groups, conv.input[1], conv.input[2]];
            let outputs = kernel.outputs;
            let group = Conv { input, outputs, groups: 1, weight: kernel.weight.clone(), ..conv.clone() };
            norm_is_at_most(&matrix(&group, [outputs, shape[1], shape[2]]), *upper)
        }),
        Ok(_) => true,
        // Refused although the hint is one for the layer: a symbol at another stride, windows that repeat.
        Err(_) => false,
    };
    ((conv, found.clone().ok()), Case { near: true, truth, answer: Answer::accepted(found.is_ok()) })
}

#[test]
fn convolutions() {
    examine("convolutions", one);
}
