//! Hints for convolutions.

use std::f64::consts::TAU;

use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;

use super::spectral_certificate;

/// Most multiplications for Gershgorin's rule and for the hints of a symbol, a second or two each.
const MOST_WORK: usize = 2_000_000_000;

/// Most entries of the explicit matrices of all groups: as many as the kernel takes.
const MOST_ENTRIES: usize = 1 << 21;

/// A bound that is not less than another by this, relative, is not worth a larger certificate: dense bounds are no closer.
const CLOSE: f64 = 1e-10;

/// Steps of the power iteration for weights of channels; any outcome is sound.
const WEIGHT_STEPS: usize = 60;

/// The hint that gives the least bound among those tried, if the kernel accepts one.
///
/// Tried, in the order of their size: the reshaped kernel with its largest multiplicity; Gershgorin's rule with the best weights
/// of channels; the symbol; the explicit matrix of the layer, which no bound is below. Of bounds within 1e-10 of each other the
/// first is taken. The explicit matrix has at most `2^21` entries (11 to 11 channels at 11 x 11), and is left out where the symbol
/// is the norm itself; the two in the middle are left out where they would take more than `2e9` multiplications.
pub fn convolution_certificate(conv: &Conv) -> Option<ConvCertificate> {
    conv.output().ok()?;
    let mut best: Option<(f64, ConvCertificate)> = None;
    for rule in [multiplicity, gershgorin, symbol, explicit] {
        let bounded = rule(conv).and_then(|hint| Some((conv::norm(conv, &hint).ok()?.upper, hint)));
        if let Some((bound, hint)) = bounded
            && best.as_ref().is_none_or(|(least, _)| bound < least * (1.0 - CLOSE))
        {
            best = Some((bound, hint));
        }
    }
    best.map(|(_, hint)| hint)
}

/// `None` when a product of sizes exceeds a limit.
fn affordable(limit: usize, sizes: &[usize]) -> Option<()> {
    let product = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size))?;
    (product <= limit).then_some(())
}

/// The kernel of each group as a matrix: its outputs x its channels·taps.
fn groups(conv: &Conv) -> impl Iterator<Item = Dense> {
    let (outputs, inputs) = (conv.outputs / conv.groups, conv.weight.len() / conv.outputs);
    let parts = conv.weight.chunks_exact(outputs * inputs);
    parts.map(move |part| Dense { outputs, inputs, weight: part.to_vec(), bias: Vec::new() })
}

fn multiplicity(conv: &Conv) -> Option<ConvCertificate> {
    let hints = groups(conv).map(|kernel| spectral_certificate(&kernel));
    Some(ConvCertificate::Multiplicity(hints.collect()))
}

/// With `B_ij` the sum over offsets of the correlations `|A_ij|` of two channels, the bound is `max_i (B q)_i / q_i`, least
/// for the Perron vector of `B`.
fn gershgorin(conv: &Conv) -> Option<ConvCertificate> {
    affordable(MOST_WORK, &[conv.weight.len(), conv.weight.len() / conv.outputs])?;
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
    Some(ConvCertificate::Gershgorin(weights.collect()))
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

/// One dense hint a frequency, for the matrix that the kernel will build there: that of the convolution of stride 1 whose
/// channels are those of the layer dealt out by the stride, on a grid on which it is periodic.
fn symbol(conv: &Conv) -> Option<ConvCertificate> {
    let ([rows, columns], [channels, height, width]) = (conv.kernel, conv.input);
    let along = |size: usize, taps: usize| match (conv.circular, size.is_multiple_of(conv.stride)) {
        (true, true) => (conv.stride, size / conv.stride),
        (true, false) => (1, size),
        (false, _) => {
            let met = (conv.padding + size - 1) / conv.stride - conv.padding / conv.stride + 1;
            (conv.stride, met + (taps - 1) / conv.stride)
        }
    };
    let ((down, height), (right, width)) = (along(height, rows), along(width, columns));
    let (outputs, inputs) = (conv.outputs / conv.groups, channels / conv.groups);
    let dealt = inputs * down.min(rows) * right.min(columns);
    affordable(MOST_WORK, &[4 * outputs.min(dealt), conv.outputs, dealt, height, width])?;
    let hints = groups(conv).map(|kernel| {
        let mut hints = Vec::new();
        for a in 0..height {
            for b in 0..width {
                if ((height - a) % height, (width - b) % width) >= (a, b) {
                    let tap = |tap: usize| {
                        let (y, x) = (tap / columns, tap % columns);
                        let turn = (y / down * a % height) as f64 / height as f64
                            + (x / right * b % width) as f64 / width as f64;
                        let residue = y % down * right.min(columns) + x % right;
                        (residue, (TAU * turn).sin_cos())
                    };
                    let taps: Vec<(usize, (f64, f64))> = (0..rows * columns).map(tap).collect();
                    hints.push(spectral_certificate(&symbol_at(&kernel, &taps, dealt)));
                }
            }
        }
        hints
    });
    Some(ConvCertificate::Symbol(hints.collect()))
}

/// `[[Re, -Im], [Im, Re]]` of the symbol at a frequency, of which each tap has its place among the channels that its own is dealt
/// out to, and sine and cosine.
fn symbol_at(kernel: &Dense, taps: &[(usize, (f64, f64))], dealt: usize) -> Dense {
    let residues = dealt / (kernel.inputs / taps.len());
    let (outputs, inputs) = (2 * kernel.outputs, 2 * dealt);
    let mut weight = vec![0.0; outputs * inputs];
    for (o, row) in kernel.weight.chunks_exact(kernel.inputs).enumerate() {
        for (c, row) in row.chunks_exact(taps.len()).enumerate() {
            for (k, (residue, (sin, cos))) in row.iter().zip(taps) {
                let at = o * inputs + c * residues + residue;
                let below = at + kernel.outputs * inputs;
                weight[at] += k * cos;
                weight[at + dealt] -= k * sin;
                weight[below] += k * sin;
                weight[below + dealt] += k * cos;
            }
        }
    }
    Dense { outputs, inputs, weight, bias: Vec::new() }
}

/// One dense hint a group, for the matrix of the group.
fn explicit(conv: &Conv) -> Option<ConvCertificate> {
    let ([_, rows, columns], [channels, height, width]) = (conv.output().ok()?, conv.input);
    let (taps, channels) = (conv.kernel[0] * conv.kernel[1], channels / conv.groups);
    let (places, inputs) = (rows * columns, channels * height * width);
    let outputs = conv.outputs / conv.groups * places;
    affordable(MOST_ENTRIES, &[conv.outputs, places, channels, (height * width).max(taps)])?;
    // Periodic windows at every place that the stride leaves: the symbol's grid holds nothing else.
    let all = |windows: usize, size: usize| conv.circular && windows * conv.stride == size;
    if all(rows, height) && all(columns, width) {
        return None;
    }
    let place = |window: usize, tap: usize, size: usize| {
        let place = (window * conv.stride + tap) as i128 - conv.padding as i128;
        let inside = if conv.circular { place.rem_euclid(size as i128) } else { place };
        usize::try_from(inside).ok().filter(|place| *place < size)
    };
    let hints = groups(conv).map(|kernel| {
        let mut weight = vec![0.0; outputs * inputs];
        for (output, row) in weight.chunks_exact_mut(inputs).enumerate() {
            let (o, y, x) = (output / places, output % places / columns, output % columns);
            for (k, w) in kernel.weight[o * kernel.inputs..][..kernel.inputs].iter().enumerate() {
                let (c, tap) = (k / taps, k % taps);
                let down = place(y, tap / conv.kernel[1], height);
                if let (Some(down), Some(right)) = (down, place(x, tap % conv.kernel[1], width)) {
                    row[(c * height + down) * width + right] += w;
                }
            }
        }
        spectral_certificate(&Dense { outputs, inputs, weight, bias: Vec::new() })
    });
    Some(ConvCertificate::Explicit(hints.collect()))
}
