//! Numbers claimed for the norm of a convolution.

use std::f64::consts::TAU;

use lip1_core::spectral_certificate;
use lip1_harness::CheckError;
use lip1_kernel::conv::{self, Conv, ConvCertificate};
use lip1_kernel::net::Dense;
use lip1_kernel::norm;

/// The kernel's bound by symbols: on the own grid for circular padding, on the larger one for zeros.
pub(super) fn largest(conv: &Conv) -> Result<f64, CheckError> {
    let ([_, height, width], [rows, columns]) = (conv.input, conv.kernel);
    let grid = if conv.circular { [height, width] } else { [height + rows - 1, width + columns - 1] };
    let mut hints = Vec::new();
    for a in 0..grid[0] {
        for b in 0..grid[1] {
            // Of two opposite frequencies, whose symbols are conjugate, the kernel asks for the first.
            if ((grid[0] - a) % grid[0], (grid[1] - b) % grid[1]) >= (a, b) {
                let frequency = [a as f64 / grid[0] as f64, b as f64 / grid[1] as f64];
                hints.push(spectral_certificate(&symbol(conv, frequency)));
            }
        }
    }
    Ok(conv::norm(conv, &ConvCertificate::Symbol(vec![hints]))?.upper)
}

/// The symbol `sum_k K_k e^(2 pi i <frequency, k>)` as a real matrix `[[Re, -Im], [Im, Re]]`, rounded.
fn symbol(conv: &Conv, frequency: [f64; 2]) -> Dense {
    let ([rows, columns], [channels, ..]) = (conv.kernel, conv.input);
    let (outputs, inputs) = (2 * conv.outputs, 2 * channels);
    let mut weight = vec![0.0; outputs * inputs];
    for (index, tap) in conv.weight.iter().enumerate() {
        let (o, c) = (index / (rows * columns * channels), index / (rows * columns) % channels);
        let (a, b) = (index / columns % rows, index % columns);
        let angle = TAU * (frequency[0] * a as f64 + frequency[1] * b as f64);
        let (re, im) = (tap * angle.cos(), tap * angle.sin());
        for (down, right, part) in
            [(0, 0, re), (0, channels, -im), (conv.outputs, 0, im), (conv.outputs, channels, re)]
        {
            weight[(o + down) * inputs + c + right] += part;
        }
    }
    Dense { outputs, inputs, weight, bias: Vec::new() }
}

/// The norm of the symbol at frequency 0, the kernel summed over its taps.
pub(super) fn of_mean(conv: &Conv) -> Result<f64, CheckError> {
    let mean = symbol(conv, [0.0, 0.0]);
    Ok(norm::spectral(&mean, &spectral_certificate(&mean))?.upper)
}

/// As if the padding were circular.
pub(super) fn as_if_circular(conv: &Conv) -> Result<f64, CheckError> {
    largest(&Conv { circular: true, ..conv.clone() })
}

/// As if the stride were 1.
pub(super) fn as_if_dense(conv: &Conv) -> Result<f64, CheckError> {
    largest(&Conv { stride: 1, ..conv.clone() })
}

/// The kernel as a matrix, output channels times channels and taps.
fn kernel(conv: &Conv) -> Dense {
    let inputs = conv.weight.len() / conv.outputs;
    Dense { outputs: conv.outputs, inputs, weight: conv.weight.clone(), bias: Vec::new() }
}

/// The norm of the reshaped kernel.
pub(super) fn reshaped(conv: &Conv) -> Result<f64, CheckError> {
    let kernel = kernel(conv);
    Ok(norm::spectral(&kernel, &spectral_certificate(&kernel))?.upper)
}

/// The norm of the reshaped kernel times the root of the largest number of windows that a place lies in.
pub(super) fn multiplicity(conv: &Conv) -> Result<f64, CheckError> {
    let hint = ConvCertificate::Multiplicity(vec![spectral_certificate(&kernel(conv))]);
    Ok(conv::norm(conv, &hint)?.upper)
}
