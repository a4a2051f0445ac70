//! Hints for convolutions.

use std::f64::consts::TAU;

use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;

use super::spectral_certificate;

/// Most multiplications that the hints of a symbol may take.
const SYMBOL_WORK: usize = 2_000_000_000;

/// Steps of the power iteration for weights of channels; any outcome is sound.
const WEIGHT_STEPS: usize = 60;

/// The hint that gives the least bound among those tried, if the kernel accepts one.
///
/// Tried: the reshaped kernel with its largest multiplicity; Gershgorin's rule with the best weights of channels; and, at
/// stride 1 and moderate size, the symbol.
pub fn convolution_certificate(conv: &Conv) -> Option<ConvCertificate> {
    conv.output().ok()?;
    let mut tried = vec![multiplicity(conv), gershgorin(conv)];
    tried.extend(symbol(conv));
    let bounded = tried.into_iter().filter_map(|hint| Some((conv::norm(conv, &hint).ok()?.upper, hint)));
    bounded.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, hint)| hint)
}

/// The kernel of each group as a matrix: its outputs x its channels·taps.
fn groups(conv: &Conv) -> impl Iterator<Item = Dense> {
    let (outputs, inputs) = (conv.outputs / conv.groups, conv.weight.len() / conv.outputs);
    let parts = conv.weight.chunks_exact(outputs * inputs);
    parts.map(move |part| Dense { outputs, inputs, weight: part.to_vec(), bias: Vec::new() })
}

fn multiplicity(conv: &Conv) -> ConvCertificate {
    ConvCertificate::Multiplicity(groups(conv).map(|kernel| spectral_certificate(&kernel)).collect())
}

/// With `B_ij` the sum over offsets of the correlations `|A_ij|` of two channels, the bound is `max_i (B q)_i / q_i`, least
/// for the Perron vector of `B`.
fn gershgorin(conv: &Conv) -> ConvCertificate {
    let weights = groups(conv).map(|kernel| {
        let sums = correlation_sums(&kernel, conv.kernel);
        let channels = sums.len();
        let mut q = vec![1.0; channels];
        for _ in 0..WEIGHT_STEPS {
            let next: Vec<f64> =
                sums.iter().map(|row| row.iter().zip(&q).map(|(b, q)| b * q).sum()).collect();
            let largest = next.iter().copied().fold(0.0, f64::max);
            if largest <= 0.0 || !largest.is_finite() {
                break;
            }
            // Averaged, so that an even and an odd part do not alternate; kept off 0.
            q = q.iter().zip(next).map(|(q, n)| (0.5 * q + 0.5 * n / largest).max(1e-9)).collect();
        }
        q
    });
    ConvCertificate::Gershgorin(weights.collect())
}

fn correlation_sums(kernel: &Dense, [rows, columns]: [usize; 2]) -> Vec<Vec<f64>> {
    let taps = rows * columns;
    let channels = kernel.inputs / taps;
    let wide = 2 * columns - 1;
    let mut sums = vec![vec![0.0; channels]; channels];
    for (i, row) in sums.iter_mut().enumerate() {
        for (j, sum) in row.iter_mut().enumerate() {
            let mut offsets = vec![0.0; (2 * rows - 1) * wide];
            for output in kernel.weight.chunks_exact(kernel.inputs) {
                for (a, x) in output[i * taps..(i + 1) * taps].iter().enumerate() {
                    for (b, y) in output[j * taps..(j + 1) * taps].iter().enumerate() {
                        let down = b / columns + rows - 1 - a / columns;
                        let right = b % columns + columns - 1 - a % columns;
                        offsets[down * wide + right] += x * y;
                    }
                }
            }
            *sum = offsets.iter().map(|a: &f64| a.abs()).sum();
        }
    }
    sums
}

/// One dense hint a frequency, for the matrix that the kernel will build there.
fn symbol(conv: &Conv) -> Option<ConvCertificate> {
    let [rows, columns] = conv.kernel;
    let [_, height, width] = conv.input;
    let [height, width] =
        if conv.circular { [height, width] } else { [height + rows - 1, width + columns - 1] };
    let (outputs, channels) = (conv.outputs / conv.groups, conv.input[0] / conv.groups);
    let block = 4 * outputs * channels * outputs.min(channels) * conv.groups;
    if conv.stride != 1 || block.checked_mul(height * width)? > SYMBOL_WORK {
        return None;
    }
    let hints = groups(conv).map(|kernel| {
        let mut hints = Vec::new();
        for a in 0..height {
            for b in 0..width {
                if ((height - a) % height, (width - b) % width) >= (a, b) {
                    let turn = |tap: usize| {
                        let down = ((tap / columns * a) % height) as f64 / height as f64;
                        let right = ((tap % columns * b) % width) as f64 / width as f64;
                        (TAU * (down + right)).sin_cos()
                    };
                    let waves: Vec<(f64, f64)> = (0..rows * columns).map(turn).collect();
                    hints.push(spectral_certificate(&symbol_at(&kernel, &waves)));
                }
            }
        }
        hints
    });
    Some(ConvCertificate::Symbol(hints.collect()))
}

/// `[[Re, -Im], [Im, Re]]` of the symbol at the frequency with those sines and cosines at its taps.
fn symbol_at(kernel: &Dense, waves: &[(f64, f64)]) -> Dense {
    let channels = kernel.inputs / waves.len();
    let (outputs, inputs) = (2 * kernel.outputs, 2 * channels);
    let mut weight = vec![0.0; outputs * inputs];
    for (o, row) in kernel.weight.chunks_exact(kernel.inputs).enumerate() {
        for (c, taps) in row.chunks_exact(waves.len()).enumerate() {
            let im: f64 = taps.iter().zip(waves).map(|(k, wave)| k * wave.0).sum();
            let re: f64 = taps.iter().zip(waves).map(|(k, wave)| k * wave.1).sum();
            weight[o * inputs + c] = re;
            weight[o * inputs + channels + c] = -im;
            weight[(kernel.outputs + o) * inputs + c] = im;
            weight[(kernel.outputs + o) * inputs + channels + c] = re;
        }
    }
    Dense { outputs, inputs, weight, bias: Vec::new() }
}
