//! Upper bounds on the norm of convolutions in two dimensions.

use crate::float::{add, larger, mul, sqrt};
pub use crate::layer::Conv;
use crate::layer::Dense;
use crate::norm::{self, Linear, NormBound, Norms, SpectralCertificate};
use crate::points::{finite, length};
use crate::refusal::{each, require};
use crate::series::sin_cos;
use crate::sum::Sum;
use crate::{Interval, Refusal, Theorem};

/// A hint for one of the bounds on a convolution's norm; one entry a group in each.
#[derive(Debug, Clone, PartialEq)]
pub enum ConvCertificate {
    /// `|K|_2 sqrt(multiplicity)`: the norm of the reshaped kernel, times the root of the largest number of windows that a place of
    /// the input lies in. Any stride and padding.
    Multiplicity(Vec<SpectralCertificate>),
    /// `|T|^2 <= max_i (1 / q_i) sum_j |T^T T|_ij q_j` with one positive `q` an input channel (Gershgorin; the bound behind
    /// AOL layers). Any stride and padding.
    Gershgorin(Vec<Vec<f64>>),
    /// Stride 1: the largest norm of the symbol `sum_k K_k e^(i w k)` over the frequencies of a periodic grid, each a real matrix of
    /// twice the size, `[[Re, -Im], [Im, Re]]`. Circular padding: the input's own grid. Zero padding is a compression of the
    /// circular convolution on a grid of `height + kernel - 1` by `width + kernel - 1`. Frequencies `(a, b)` in row-major order;
    /// of each pair of opposite ones only the first.
    Symbol(Vec<Vec<SpectralCertificate>>),
}

/// Bounds the spectral norm of a convolution, without its bias.
///
/// # Errors
/// When the shape does not fit, the hint has another number of entries than needed, a `q` is not positive, or a dense bound is
/// refused or overflows.
pub fn norm<'a>(conv: &'a Conv, hint: &ConvCertificate) -> Result<Theorem<NormBound<'a>>, Refusal> {
    conv.output()?;
    let entries = match hint {
        ConvCertificate::Multiplicity(hints) => hints.len(),
        ConvCertificate::Gershgorin(hints) => hints.len(),
        ConvCertificate::Symbol(hints) => hints.len(),
    };
    length("entries of a hint, one a group", conv.groups, entries)?;
    let mut largest = 0.0_f64;
    for group in 0..conv.groups {
        let kernel = conv.group(group);
        let bound = match hint {
            ConvCertificate::Multiplicity(hints) => norm::spectral(&kernel, &hints[group])?.upper,
            ConvCertificate::Gershgorin(hints) => gershgorin(conv, &kernel, &hints[group])?,
            ConvCertificate::Symbol(hints) => symbol(conv, &kernel, &hints[group])?,
        };
        largest = larger(largest, bound);
    }
    if let ConvCertificate::Multiplicity(_) = hint {
        largest = mul(largest, multiplicity(conv)?.sqrt().upper()).1;
    }
    Theorem::at_most(Linear::Conv(conv), Norms::L2ToL2, largest)
}

/// The largest number of windows that a place of the input lies in, counted with repetition.
///
/// A tap reaches a place when it does along both axes, so the count is a product; each factor is at most the number of pairs of a
/// window and a tap, which is below `2^64`.
pub(crate) fn multiplicity(conv: &Conv) -> Result<Interval, Refusal> {
    let [_, rows, columns] = conv.output()?;
    let [_, height, width] = conv.input;
    let along = |windows: usize, taps: usize, size: usize| {
        let mut counts = vec![0_u64; size];
        for window in 0..windows {
            (0..taps).filter_map(|tap| conv.place(window, tap, size)).for_each(|at| counts[at] += 1);
        }
        u128::from(counts.into_iter().max().unwrap_or(0))
    };
    Ok(Interval::integer(along(rows, conv.kernel[0], height) * along(columns, conv.kernel[1], width)))
}

/// Refuses periodic convolutions that use a window twice, which no bound on the whole periodic grid covers.
fn windows_differ(conv: &Conv) -> Result<(), Refusal> {
    let [_, rows, columns] = conv.output()?;
    let [_, height, width] = conv.input;
    let differ = (rows - 1) * conv.stride < height && (columns - 1) * conv.stride < width;
    require(!conv.circular || differ, "the padding makes periodic windows repeat")
}

/// The Gershgorin bound of one group, on the convolution of the whole plane (or the whole periodic grid), of which the
/// layer's is a compression: inputs outside are 0, outputs outside are dropped.
///
/// There, row `(c, place)` of `T^T T` has entry `sum_(o, k) K[o, c, k] K[o, c', k + d]` at offset `d`, over the taps `k` in a residue
/// class of the stride that the place determines; a periodic grid adds entries of different offsets. A stride that does not divide a
/// periodic grid only drops outputs of the convolution of stride 1.
fn gershgorin(conv: &Conv, kernel: &Dense, q: &[f64]) -> Result<f64, Refusal> {
    let taps = conv.kernel[0] * conv.kernel[1];
    let channels = kernel.inputs / taps;
    length("weights of channels", channels, q.len())?;
    each("weights of channels", q, |q| q.is_finite() && *q > 0.0)?;
    windows_differ(conv)?;
    let ([rows, columns], [_, height, width]) = (conv.kernel, conv.input);
    let divides = height.is_multiple_of(conv.stride) && width.is_multiple_of(conv.stride);
    let stride = if conv.circular && !divides { 1 } else { conv.stride };
    let phases = [stride.min(rows), stride.min(columns)];
    let mut largest = 0.0_f64;
    for channel in 0..channels {
        for phase in 0..phases[0] * phases[1] {
            let (phase_y, phase_x) = (phase / phases[1], phase % phases[1]);
            // Sums by the other channel and the offset, which runs over (2 rows - 1) x (2 columns - 1) values.
            let mut sums = vec![Sum::default(); channels * 4 * taps];
            for y in (phase_y..rows).step_by(stride) {
                for x in (phase_x..columns).step_by(stride) {
                    for (row, _) in kernel.rows() {
                        let here = row[channel * taps + y * columns + x];
                        for (index, there) in row.iter().enumerate() {
                            let (other, tap) = (index / taps, index % taps);
                            let offset = [tap / columns + rows - y, tap % columns + columns - x];
                            sums[other * 4 * taps + offset[0] * 2 * columns + offset[1]]
                                .add_product(here, *there);
                        }
                    }
                }
            }
            let mut total = Interval::ZERO;
            for (other, sums) in sums.chunks_exact(4 * taps).enumerate() {
                let block = sums.iter().fold(Interval::ZERO, |total, sum| total + sum.enclosure().abs());
                total = total + block * Interval::exact(q[other]);
            }
            largest = larger(largest, (total / Interval::exact(q[channel])).upper());
        }
    }
    Ok(sqrt(largest).1)
}

/// The largest norm of the symbol of one group.
fn symbol(conv: &Conv, kernel: &Dense, hints: &[SpectralCertificate]) -> Result<f64, Refusal> {
    require(conv.stride == 1, "the symbol is one of convolutions of stride 1")?;
    windows_differ(conv)?;
    let [rows, columns] = conv.kernel;
    let [_, height, width] = conv.input;
    let [height, width] =
        if conv.circular { [height, width] } else { [wider(height, rows)?, wider(width, columns)?] };
    let mut hints = hints.iter();
    let mut largest = 0.0_f64;
    for a in 0..height {
        for b in 0..width {
            let opposite = ((height - a) % height, (width - b) % width);
            if opposite < (a, b) {
                continue;
            }
            let hint = hints.next().ok_or(Refusal::Empty { what: "hints of frequencies" })?;
            let waves: Vec<(Interval, Interval)> = (0..rows * columns)
                .map(|tap| {
                    let turn = |k: usize, frequency: usize, size: usize| {
                        Interval::ratio((k as u128 * frequency as u128) % size as u128, size as u128)
                    };
                    let turns = turn(tap / columns, a, height) + turn(tap % columns, b, width);
                    sin_cos(turns * Interval::pi() * Interval::exact(2.0))
                })
                .collect();
            largest = larger(largest, block_norm(kernel, &waves, hint)?);
        }
    }
    require(hints.next().is_none(), "more hints than frequencies").map(|()| largest)
}

/// Places along an axis of the periodic grid that stands for zero padding.
fn wider(size: usize, taps: usize) -> Result<usize, Refusal> {
    size.checked_add(taps - 1).ok_or(Refusal::Overflow { what: "size of a convolution" })
}

/// The norm of the symbol at one frequency, of which `waves` are the sine and cosine at every tap.
///
/// The matrix is rounded to `f64`, and what was rounded away is charged by its Frobenius norm.
fn block_norm(
    kernel: &Dense,
    waves: &[(Interval, Interval)],
    hint: &SpectralCertificate,
) -> Result<f64, Refusal> {
    let channels = kernel.inputs / waves.len();
    let (rows, columns) = (2 * kernel.outputs, 2 * channels);
    let mut weight = vec![0.0; rows * columns];
    let mut rest = Vec::with_capacity(rows * columns);
    for (o, (row, _)) in kernel.rows().enumerate() {
        for (c, taps) in row.chunks_exact(waves.len()).enumerate() {
            let part = |pick: fn(&(Interval, Interval)) -> Interval| {
                let terms = taps.iter().zip(waves);
                let sum = terms.fold(Interval::ZERO, |sum, (k, wave)| sum + Interval::exact(*k) * pick(wave));
                let middle = 0.5 * sum.lower() + 0.5 * sum.upper();
                (middle, (sum - Interval::exact(middle)).abs().upper())
            };
            let ((im, im_rest), (re, re_rest)) = (part(|wave| wave.0), part(|wave| wave.1));
            weight[o * columns + c] = re;
            weight[o * columns + channels + c] = -im;
            weight[(kernel.outputs + o) * columns + c] = im;
            weight[(kernel.outputs + o) * columns + channels + c] = re;
            rest.extend([re_rest, re_rest, im_rest, im_rest]);
        }
    }
    finite("symbol", &weight)?;
    finite("symbol", &rest)?;
    let block = Dense { outputs: rows, inputs: columns, weight, bias: Vec::new() };
    Ok(add(norm::spectral(&block, hint)?.upper, norm::euclidean(&rest)).1)
}
