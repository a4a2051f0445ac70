//! Convolution in two dimensions.

use nalgebra::{DMatrix, DVector};

use super::{Parameter, Rule};
use crate::error::Error;
use crate::optimiser::Scaling;
use crate::product::{Factor, gemm, product};
use crate::scalar::Scalar;
use crate::weight::{Parametrisation, Weight};

/// Where the windows of a convolution lie; features are in the order channels, height, width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Channels, height and width of the input.
    pub input: [usize; 3],
    /// Height and width of a window.
    pub kernel: [usize; 2],
    /// Step between windows, both ways, at least 1.
    pub stride: usize,
    /// Rows and columns added on every side.
    pub padding: usize,
    /// Whether the padding repeats the input periodically; it is 0 else.
    pub circular: bool,
}

impl Windows {
    /// Windows of odd sides that keep height and width, at stride 1.
    pub fn same(input: [usize; 3], side: usize, circular: bool) -> Self {
        Self { input, kernel: [side, side], stride: 1, padding: side / 2, circular }
    }

    /// Windows that tile the image, each of `side` by `side`.
    pub fn tiles(input: [usize; 3], side: usize) -> Self {
        Self { input, kernel: [side, side], stride: side, padding: 0, circular: false }
    }

    /// Rows and columns of windows.
    ///
    /// # Errors
    /// When a size is 0, or a window does not fit.
    pub fn places(&self) -> Result<[usize; 2], Error> {
        let [channels, height, width] = self.input;
        let [rows, columns] = self.kernel;
        if [channels, height, width, rows, columns, self.stride].contains(&0) {
            return Err(Error::Empty { what: "a size of a convolution" });
        }
        let side = |size: usize, kernel: usize| {
            let padded = size + 2 * self.padding;
            padded.checked_sub(kernel).map(|room| room / self.stride + 1).ok_or(Error::Shape {
                what: "side of a window",
                expected: padded,
                found: kernel,
            })
        };
        Ok([side(height, rows)?, side(width, columns)?])
    }

    /// For each window, for each tap, the place of the channel it reads, if any.
    fn table(&self) -> Result<Vec<Option<usize>>, Error> {
        let [rows, columns] = self.places()?;
        let [_, height, width] = self.input;
        let place = |window: usize, tap: usize, size: usize| {
            let padded = window * self.stride + tap;
            if self.circular {
                Some((padded + self.padding.next_multiple_of(size) - self.padding) % size)
            } else {
                padded.checked_sub(self.padding).filter(|place| *place < size)
            }
        };
        let mut table = Vec::with_capacity(rows * columns * self.kernel[0] * self.kernel[1]);
        for y in 0..rows {
            for x in 0..columns {
                for tap_y in 0..self.kernel[0] {
                    for tap_x in 0..self.kernel[1] {
                        let (row, column) = (place(y, tap_y, height), place(x, tap_x, width));
                        table.push(row.zip(column).map(|(row, column)| row * width + column));
                    }
                }
            }
        }
        Ok(table)
    }

    /// The constant that the reshaped kernel must keep for the convolution to keep `constant`.
    fn share(
        &self,
        table: &[Option<usize>],
        parametrisation: Parametrisation,
        constant: f64,
    ) -> Result<f64, Error> {
        match parametrisation {
            // Bounds the convolution itself, each window taken once.
            Parametrisation::AlmostOrthogonal { kernel } if kernel == self.kernel => {
                let ([rows, columns], [_, height, width]) = (self.places()?, self.input);
                let repeat = (rows - 1) * self.stride >= height || (columns - 1) * self.stride >= width;
                if self.circular && repeat {
                    return Err(Error::Parameter {
                        name: "padding",
                        value: self.padding as f64,
                        range: "so small that periodic windows do not repeat, for an AOL kernel",
                    });
                }
                Ok(constant)
            }
            Parametrisation::AlmostOrthogonal { kernel } => {
                let [expected, found] = [self.kernel, kernel].map(|[rows, columns]| rows * columns);
                Err(Error::Shape { what: "window of an AOL kernel", expected, found })
            }
            _ => Ok(constant / (self.multiplicity(table) as f64).sqrt()),
        }
    }

    /// The largest number of taps that read one place of the image.
    fn multiplicity(&self, table: &[Option<usize>]) -> usize {
        let mut counts = vec![0; self.input[1] * self.input[2]];
        for place in table.iter().flatten() {
            counts[*place] += 1;
        }
        counts.into_iter().max().unwrap_or(0).max(1)
    }
}

/// A convolution (cross-correlation, as in deep learning), its reshaped kernel under a constraint.
///
/// The kernel as a matrix (outputs x channels·taps) has norm `k/√M`, with `M` the largest number of windows that one
/// place of the image lies in; `M` copies of a place are then worth at most `k`. Where windows do not overlap, `M` is
/// 1 and an orthogonal kernel makes an orthogonal convolution. [`Parametrisation::AlmostOrthogonal`] bounds the
/// convolution itself instead, without `M`.
/// Cost: products of `windows·samples` by `channels·taps` by `outputs`.
#[derive(Debug, Clone, PartialEq)]
pub struct Convolution<T: Scalar> {
    weight: Weight<T>,
    bias: DVector<T>,
    windows: Windows,
    table: Vec<Option<usize>>,
}

impl<T: Scalar> Convolution<T> {
    /// A convolution with a random kernel and no bias yet, `constant`-Lipschitz unless unconstrained.
    ///
    /// # Errors
    /// When sizes do not fit, or as [`Weight::random`].
    pub fn random(
        windows: Windows,
        outputs: usize,
        parametrisation: Parametrisation,
        constant: f64,
        seed: u64,
        stream: u64,
    ) -> Result<Self, Error> {
        let table = windows.table()?;
        let share = windows.share(&table, parametrisation, constant)?;
        let inputs = windows.input[0] * windows.kernel[0] * windows.kernel[1];
        let weight = Weight::random(outputs, inputs, parametrisation, share, seed, stream)?;
        let bias = DVector::zeros(outputs);
        Ok(Self { weight, bias, windows, table })
    }

    /// A convolution from its kernel (outputs x channels·taps, in row-major order of channels, rows, columns), brought
    /// onto its constraint, and its bias (outputs).
    ///
    /// # Errors
    /// When sizes do not fit, or as [`Weight::new`].
    pub fn new(
        windows: Windows,
        kernel: DMatrix<T>,
        bias: DVector<T>,
        parametrisation: Parametrisation,
        constant: f64,
    ) -> Result<Self, Error> {
        let table = windows.table()?;
        let inputs = windows.input[0] * windows.kernel[0] * windows.kernel[1];
        if kernel.ncols() != inputs {
            return Err(Error::Shape {
                what: "columns of a kernel",
                expected: inputs,
                found: kernel.ncols(),
            });
        }
        if bias.len() != kernel.nrows() {
            return Err(Error::Shape {
                what: "bias of a kernel",
                expected: kernel.nrows(),
                found: bias.len(),
            });
        }
        let share = windows.share(&table, parametrisation, constant)?;
        let weight = Weight::new(kernel, parametrisation, share)?;
        Ok(Self { weight, bias, windows, table })
    }

    /// The kernel (outputs x channels·taps).
    pub fn weight(&self) -> &Weight<T> {
        &self.weight
    }

    /// The bias (outputs).
    pub fn bias(&self) -> &DVector<T> {
        &self.bias
    }

    /// Where the windows lie.
    pub fn windows(&self) -> Windows {
        self.windows
    }

    /// Taps of a window in one channel.
    fn taps(&self) -> usize {
        self.windows.kernel[0] * self.windows.kernel[1]
    }

    /// Number of windows.
    fn count(&self) -> usize {
        self.table.len() / self.taps()
    }

    /// What each window sees: channels·taps x windows·samples.
    fn patches(&self, input: &DMatrix<T>) -> DMatrix<T> {
        let [channels, height, width] = self.windows.input;
        let (taps, image) = (self.taps(), height * width);
        let mut patches = DMatrix::zeros(channels * taps, self.count() * input.ncols());
        let (source, target) = (input.as_slice(), patches.as_mut_slice());
        let samples = source.chunks_exact(channels * image);
        for (sample, patch) in samples.zip(target.chunks_exact_mut(channels * taps * self.count())) {
            for (place, column) in self.table.chunks_exact(taps).zip(patch.chunks_exact_mut(channels * taps))
            {
                for (part, plane) in column.chunks_exact_mut(taps).zip(sample.chunks_exact(image)) {
                    for (entry, place) in part.iter_mut().zip(place) {
                        *entry = place.map_or(T::zero(), |place| plane[place]);
                    }
                }
            }
        }
        patches
    }

    /// The transpose of [`Convolution::patches`].
    fn gather(&self, patches: &DMatrix<T>, grad_image: &mut DMatrix<T>) {
        let [channels, height, width] = self.windows.input;
        let (taps, image) = (self.taps(), height * width);
        grad_image.fill(T::zero());
        let samples = grad_image.as_mut_slice().chunks_exact_mut(channels * image);
        for (sample, patch) in samples.zip(patches.as_slice().chunks_exact(channels * taps * self.count())) {
            for (place, column) in self.table.chunks_exact(taps).zip(patch.chunks_exact(channels * taps)) {
                for (part, plane) in column.chunks_exact(taps).zip(sample.chunks_exact_mut(image)) {
                    for (entry, place) in part.iter().zip(place) {
                        if let Some(place) = place {
                            plane[*place] += *entry;
                        }
                    }
                }
            }
        }
    }
}

impl<T: Scalar> Rule<T> for Convolution<T> {
    fn kind(&self) -> &'static str {
        "conv2d"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        let expected: usize = self.windows.input.iter().product();
        (features == expected).then(|| self.count() * self.bias.len())
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        // Windows·samples x outputs: a column is an output channel over all windows, as it lies in the result.
        let scores =
            product(Factor::Transposed(&self.patches(input)), Factor::Transposed(self.weight.matrix()));
        let count = self.count();
        for (channel, (column, bias)) in scores.column_iter().zip(self.bias.iter()).enumerate() {
            for (mut result, part) in output.column_iter_mut().zip(column.as_slice().chunks_exact(count)) {
                let mut plane = result.rows_mut(channel * count, count);
                for (entry, score) in plane.iter_mut().zip(part) {
                    *entry = *score + *bias;
                }
            }
        }
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let count = self.count();
        let mut slopes = DMatrix::zeros(count * input.ncols(), self.bias.len());
        for (channel, mut column) in slopes.column_iter_mut().enumerate() {
            for (sample, slope) in grad_output.column_iter().enumerate() {
                column.rows_mut(sample * count, count).copy_from(&slope.rows(channel * count, count));
            }
        }
        if let [weight, bias] = grad_parameters {
            let patches = self.patches(input);
            gemm(weight, T::one(), Factor::Transposed(&slopes), Factor::Transposed(&patches), T::zero());
            for (entry, column) in bias.iter_mut().zip(slopes.column_iter()) {
                *entry = column.sum();
            }
            self.weight.pull_back(weight);
        }
        if let Some(slope) = grad_input {
            let patches = product(Factor::Transposed(self.weight.matrix()), Factor::Transposed(&slopes));
            self.gather(&patches, slope);
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        let (rows, columns) = self.weight.matrix().shape();
        let weight = Parameter { rows, columns, scaling: self.weight.scaling() };
        vec![weight, Parameter { rows, columns: 1, scaling: Scaling::Entries }]
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        self.weight.update(&mut |entries| change(0, entries))?;
        change(1, self.bias.as_mut_slice());
        Ok(())
    }
}
