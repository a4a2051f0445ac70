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

/// A hint for one of the bounds on a convolution's norm; one entry a group in each. Any stride and padding.
#[derive(Debug, Clone, PartialEq)]
pub enum ConvCertificate {
    /// `|K|_2 sqrt(multiplicity)`: the norm of the reshaped kernel, times the root of the largest number of windows that a place of
    /// the input lies in.
    Multiplicity(Vec<SpectralCertificate>),
    /// `|T|^2 <= max_i (1 / q_i) sum_j |T^T T|_ij q_j` with one positive `q` an input channel (Gershgorin; the bound behind
    /// AOL layers).
    Gershgorin(Vec<Vec<f64>>),
    /// The largest norm of the symbol `sum_j K_j e^(i w j)` over the frequencies of a periodic grid, each a real matrix of twice the
    /// size, `[[Re, -Im], [Im, Re]]`, of the convolution of stride 1 whose channels are those of the layer dealt out by the stride
    /// (pixel unshuffle). Circular padding: the input's own grid, divided by a stride that divides it; by no other. Zero padding:
    /// along each axis `n + (kernel - 1) / stride` places, with `n` the rows or columns of dealt entries that the input meets, its
    /// `height` or `width` at stride 1. Frequencies `(a, b)` in row-major order; of each pair of opposite ones only the first.
    Symbol(Vec<Vec<SpectralCertificate>>),
    /// The norm of the matrix of the whole layer, row `(o, y, x)` and column `(c, y, x)` in row-major order: the norm itself.
    Explicit(Vec<SpectralCertificate>),
}

/// Most entries of the explicit matrices of all groups: 50 MB of enclosures, and seconds for the dense bounds, which take at most
/// `2^21 k` multiplications where the certificate holds `k (k + 1) / 2` numbers.
const MOST_ENTRIES: usize = 1 << 21;

/// Bounds the spectral norm of a convolution, without its bias.
///
/// Cost, besides the dense bounds, with `W` weights in windows of `n` (channels of a group times taps): for multiplicities the pairs
/// of a window and a tap along both axes; for Gershgorin `W n` compensated products; for symbols `2 W` products and `4 W` sums of
/// intervals at each frequency, of which there are at most half as many as numbers in the certificate; for explicit matrices
/// an addition of intervals an entry, or a place of the output and a weight where windows are larger than the image.
///
/// # Errors
/// When the shape does not fit, the hint has another number of entries than needed, a `q` is not positive, an explicit matrix
/// would be too large, or a dense bound is refused or overflows.
///
/// ```
/// use lip1_kernel::{conv::{self, Conv, ConvCertificate}, norm::SpectralCertificate};
/// // Three ones on a row of two: the matrix [[1, 1], [1, 1]] between rows of zeros, where the grid's bound is 3.
/// let weight = vec![1.0; 3];
/// let conv = Conv { input: [1, 1, 2], outputs: 1, kernel: [1, 3], stride: 1, padding: 1, circular: false, groups: 1, weight, bias: vec![] };
/// let root = 0.5_f64.sqrt();
/// let hint = SpectralCertificate { mu: 1.0, factor: vec![root, -root, 0.0] };
/// let bound = conv::norm(&conv, &ConvCertificate::Explicit(vec![hint]))?;
/// assert!((2.0..2.0 + 1e-13).contains(&bound.upper));
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn norm<'a>(conv: &'a Conv, hint: &ConvCertificate) -> Result<Theorem<NormBound<'a>>, Refusal> {
    conv.output()?;
    let entries = match hint {
        ConvCertificate::Multiplicity(hints) | ConvCertificate::Explicit(hints) => hints.len(),
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
            ConvCertificate::Explicit(hints) => explicit(conv, &kernel, &hints[group])?,
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

/// A periodic convolution of stride 1 that the layer is a compression of: its inputs are some of that convolution's inputs, the
/// others 0, and its outputs some of that one's outputs, each once; so its norm is at most that one's.
///
/// Tap `k` of window `y` reads place `stride y + k - padding`. With `k = stride j + r` that is place `y + j` of the entries at
/// `r - padding`, `stride + r - padding`, ...: channel `(c, r)` of an image whose channels are those of the layer, each dealt out
/// along both axes (pixel unshuffle, a permutation), under tap `j` of a convolution of stride 1.
///
/// - Circular padding, the stride dividing the image: places repeat after `size / stride`, and so do the dealt ones. Where the stride
///   does not divide it, the layer keeps every `stride`-th output of the same convolution of stride 1, with nothing dealt out.
/// - Zero padding: the places `0 <= i < size` of the image are `n` dealt ones at most, from `padding / stride` to
///   `(padding + size - 1) / stride`, rounded down. A grid of `n + taps - 1` dealt places keeps them apart from what a window that reads
///   any of them reads besides, and such windows, of which there are `n + taps - 1`, apart from each other.
struct Grid {
    /// Step between the places that become one channel, along either axis.
    steps: [usize; 2],
    /// Places along either axis.
    sides: [usize; 2],
}

impl Grid {
    /// Refuses periodic convolutions that use a window twice, which no bound on the whole periodic grid covers.
    fn of(conv: &Conv) -> Result<Self, Refusal> {
        let ([_, rows, columns], [_, height, width]) = (conv.output()?, conv.input);
        let differ = (rows - 1) * conv.stride < height && (columns - 1) * conv.stride < width;
        require(!conv.circular || differ, "the padding makes periodic windows repeat")?;
        let along = |size: usize, taps: usize| {
            let step = conv.stride;
            if !conv.circular {
                let (first, last) = (conv.padding / step, (conv.padding + size - 1) / step);
                (step, last - first + 1 + (taps - 1) / step)
            } else if size.is_multiple_of(step) {
                (step, size / step)
            } else {
                (1, size)
            }
        };
        let (down, right) = (along(height, conv.kernel[0]), along(width, conv.kernel[1]));
        Ok(Self { steps: [down.0, right.0], sides: [down.1, right.1] })
    }

    /// How many channels one becomes, along either axis; residues without a tap have no weights, and are left out.
    fn residues(&self, conv: &Conv) -> [usize; 2] {
        [0, 1].map(|axis| self.steps[axis].min(conv.kernel[axis]))
    }
}

/// The Gershgorin bound of one group, on the convolution of the whole plane (or the whole periodic grid), of which the
/// layer's is a compression.
///
/// There, row `(c, place)` of `T^T T` has entry `sum_(o, k) K[o, c, k] K[o, c', k + d]` at offset `d`, over the taps `k` in a residue
/// class of the step that the place determines; a periodic grid adds entries of different offsets.
fn gershgorin(conv: &Conv, kernel: &Dense, q: &[f64]) -> Result<f64, Refusal> {
    let taps = conv.kernel[0] * conv.kernel[1];
    let channels = kernel.inputs / taps;
    length("weights of channels", channels, q.len())?;
    each("weights of channels", q, |q| q.is_finite() && *q > 0.0)?;
    let grid = Grid::of(conv)?;
    let ([rows, columns], phases) = (conv.kernel, grid.residues(conv));
    let mut largest = 0.0_f64;
    for channel in 0..channels {
        for phase in 0..phases[0] * phases[1] {
            let (phase_y, phase_x) = (phase / phases[1], phase % phases[1]);
            // Sums by the other channel and the offset, which runs over (2 rows - 1) x (2 columns - 1) values.
            let mut sums = vec![Sum::default(); channels * 4 * taps];
            for y in (phase_y..rows).step_by(grid.steps[0]) {
                for x in (phase_x..columns).step_by(grid.steps[1]) {
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

/// The largest norm of the symbol of one group, `sum_j K_j e^(i w j)` over the taps of the convolution of stride 1 on its grid.
fn symbol(conv: &Conv, kernel: &Dense, hints: &[SpectralCertificate]) -> Result<f64, Refusal> {
    let grid = Grid::of(conv)?;
    let ([height, width], [rows, columns]) = (grid.sides, conv.kernel);
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
                    let down = turn(tap / columns / grid.steps[0], a, height);
                    let right = turn(tap % columns / grid.steps[1], b, width);
                    sin_cos((down + right) * Interval::pi() * Interval::exact(2.0))
                })
                .collect();
            largest = larger(largest, block_norm(conv, kernel, &grid, &waves, hint)?);
        }
    }
    require(hints.next().is_none(), "more hints than frequencies").map(|()| largest)
}

/// The norm of the symbol at one frequency, of which `waves` are the sine and cosine at every tap.
fn block_norm(
    conv: &Conv,
    kernel: &Dense,
    grid: &Grid,
    waves: &[(Interval, Interval)],
    hint: &SpectralCertificate,
) -> Result<f64, Refusal> {
    let (taps, residues) = (waves.len(), grid.residues(conv));
    let channels = kernel.inputs / taps * residues[0] * residues[1];
    let mut entries = vec![Interval::ZERO; 2 * kernel.outputs * 2 * channels];
    for (o, (row, _)) in kernel.rows().enumerate() {
        for (index, weight) in row.iter().enumerate() {
            let (c, tap) = (index / taps, index % taps);
            let residue = [tap / conv.kernel[1] % grid.steps[0], tap % conv.kernel[1] % grid.steps[1]];
            let channel = (c * residues[0] + residue[0]) * residues[1] + residue[1];
            let (im, re) = (waves[tap].0 * Interval::exact(*weight), waves[tap].1 * Interval::exact(*weight));
            let below = o + kernel.outputs;
            for (row, column, part) in [
                (o, channel, re),
                (o, channels + channel, -im),
                (below, channel, im),
                (below, channels + channel, re),
            ] {
                let entry = &mut entries[row * 2 * channels + column];
                *entry = *entry + part;
            }
        }
    }
    enclosed_norm(2 * channels, &entries, hint)
}

/// The norm of the matrix of one group. Taps of a periodic window that fall on one place add up.
fn explicit(conv: &Conv, kernel: &Dense, hint: &SpectralCertificate) -> Result<f64, Refusal> {
    let ([_, rows, columns], [channels, height, width]) = (conv.output()?, conv.input);
    let (channels, places, image) = (channels / conv.groups, rows * columns, height * width);
    let taps = conv.kernel[0] * conv.kernel[1];
    // Of all groups; windows larger than the image take more additions than there are entries.
    let sizes = [places, channels, image.max(taps)];
    let work = sizes.iter().try_fold(conv.outputs, |product, size| product.checked_mul(*size));
    let fits = work.is_some_and(|work| work <= MOST_ENTRIES);
    require(fits, "an explicit matrix has at most 2^21 entries in all groups")?;
    let inputs = channels * image;
    let mut entries = vec![Interval::ZERO; kernel.outputs * places * inputs];
    for place in 0..places {
        let window: Vec<Option<usize>> = conv.window([place / columns, place % columns]).collect();
        for (o, (row, _)) in kernel.rows().enumerate() {
            let output = &mut entries[(o * places + place) * inputs..][..inputs];
            for (index, weight) in row.iter().enumerate() {
                if let Some(at) = window[index % taps] {
                    let entry = &mut output[index / taps * image + at];
                    *entry = *entry + Interval::exact(*weight);
                }
            }
        }
    }
    enclosed_norm(inputs, &entries, hint)
}

/// The norm of a matrix of which the entries are enclosed: that of their middles, rounded to `f64`, plus the Frobenius norm of what the
/// entries may differ from them by.
fn enclosed_norm(columns: usize, entries: &[Interval], hint: &SpectralCertificate) -> Result<f64, Refusal> {
    let weight: Vec<f64> = entries.iter().map(|x| 0.5 * x.lower() + 0.5 * x.upper()).collect();
    let off = |(x, middle): (&Interval, &f64)| (*x - Interval::exact(*middle)).abs().upper();
    let rest: Vec<f64> = entries.iter().zip(&weight).map(off).collect();
    finite("matrix of a convolution", &weight)?;
    finite("matrix of a convolution", &rest)?;
    let matrix = Dense { outputs: entries.len() / columns, inputs: columns, weight, bias: Vec::new() };
    Ok(add(norm::spectral(&matrix, hint)?.upper, norm::euclidean(&rest)).1)
}
