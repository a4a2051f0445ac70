//! Convolution in two dimensions.

use std::sync::OnceLock;

use lip1_kernel::conv::Conv;
use serde::{Deserialize, Serialize};

use super::prelude::*;
use super::{ConvolutionSpec, GroupedConvolution};
use crate::product::{Factor, gemm, product};
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
            let padded = self.padding.saturating_mul(2).saturating_add(size);
            padded.checked_sub(kernel).map(|room| room / self.stride + 1).ok_or(Error::Shape {
                what: "side of a window",
                expected: padded,
                found: kernel,
            })
        };
        Ok([side(height, rows)?, side(width, columns)?])
    }

    /// Where a tap of a window lies along a side of the image, if it does.
    fn place(&self, window: usize, tap: usize, size: usize) -> Option<usize> {
        let padded = window * self.stride + tap;
        if self.circular {
            // Remainders first: the difference stays above 0.
            Some((padded % size + size - self.padding % size) % size)
        } else {
            padded.checked_sub(self.padding).filter(|place| *place < size)
        }
    }

    /// For each window, for each tap, the place of the channel it reads, if any.
    fn table(&self, [rows, columns]: [usize; 2]) -> Vec<Option<usize>> {
        let ([_, height, width], [tall, wide]) = (self.input, self.kernel);
        let mut table = Vec::with_capacity(rows * columns * tall * wide);
        for y in 0..rows {
            for x in 0..columns {
                for tap_y in 0..tall {
                    for tap_x in 0..wide {
                        let (row, column) = (self.place(y, tap_y, height), self.place(x, tap_x, width));
                        table.push(row.zip(column).map(|(row, column)| row * width + column));
                    }
                }
            }
        }
        table
    }

    /// The constant that the reshaped kernel must keep for the convolution to keep `constant`.
    fn share(&self, parametrisation: Parametrisation, constant: f64) -> Result<f64, Error> {
        let [rows, columns] = self.places()?;
        match parametrisation {
            Parametrisation::Unconstrained => Ok(constant),
            // Bounds the convolution itself, each window taken once.
            Parametrisation::AlmostOrthogonal { kernel } if kernel == self.kernel => {
                let [_, height, width] = self.input;
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
            _ => Ok(constant / (self.multiplicity([rows, columns]) as f64).sqrt()),
        }
    }

    /// The largest number of taps that read one place of the image: the product of those along its two sides.
    fn multiplicity(&self, places: [usize; 2]) -> usize {
        let along = |windows: usize, taps: usize, size: usize| {
            let mut counts = vec![0; size];
            let all = (0..windows).flat_map(|window| (0..taps).map(move |tap| (window, tap)));
            all.filter_map(|(window, tap)| self.place(window, tap, size))
                .for_each(|place| counts[place] += 1);
            counts.into_iter().max().unwrap_or(0)
        };
        let [_, height, width] = self.input;
        let down = along(places[0], self.kernel[0], height);
        (down * along(places[1], self.kernel[1], width)).max(1)
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
    /// Rows and columns of windows.
    places: [usize; 2],
    taps: Taps,
}

/// What each tap of each window reads, found when it is first needed: a model that is only certified never does. It says
/// nothing that the windows do not, so any two are equal.
#[derive(Debug, Clone, Default)]
struct Taps(OnceLock<Vec<Option<usize>>>);

impl PartialEq for Taps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
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
        let places = windows.places()?;
        let share = windows.share(parametrisation, constant)?;
        let inputs = windows.input[0] * windows.kernel[0] * windows.kernel[1];
        let weight = Weight::random(outputs, inputs, parametrisation, share, seed, stream)?;
        let bias = DVector::zeros(outputs);
        Ok(Self { weight, bias, windows, places, taps: Taps::default() })
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
        let places = windows.places()?;
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
        let share = windows.share(parametrisation, constant)?;
        let weight = Weight::new(kernel, parametrisation, share)?;
        Ok(Self { weight, bias, windows, places, taps: Taps::default() })
    }

    /// The convolution without groups that the kernel describes, without constraint.
    pub(super) fn from_plain(conv: &Conv) -> Result<Self, Error> {
        let Conv { input, outputs, kernel, stride, padding, circular, .. } = *conv;
        let windows = Windows { input, kernel, stride, padding, circular };
        let inputs = input[0] * kernel[0] * kernel[1];
        let weight = DMatrix::from_row_iterator(outputs, inputs, conv.weight.iter().map(|w| T::nearest(*w)));
        let bias = DVector::from_iterator(outputs, conv.bias.iter().map(|b| T::nearest(*b)));
        Self::new(windows, weight, bias, Parametrisation::Unconstrained, 1.0)
    }

    /// As the kernel describes it.
    pub(super) fn plain(&self) -> Conv {
        let Windows { input, kernel, stride, padding, circular } = self.windows;
        Conv {
            input,
            outputs: self.bias.len(),
            kernel,
            stride,
            padding,
            circular,
            groups: 1,
            weight: self.weight.matrix().transpose().iter().map(|w| w.to_f64()).collect(),
            bias: self.bias.iter().map(|b| b.to_f64()).collect(),
        }
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
        self.places[0] * self.places[1]
    }

    /// For each window, for each tap, the place of the channel it reads, if any.
    fn table(&self) -> &[Option<usize>] {
        self.taps.0.get_or_init(|| self.windows.table(self.places))
    }

    /// What each window sees: channels·taps x windows·samples.
    fn patches(&self, input: &DMatrix<T>) -> DMatrix<T> {
        let [channels, height, width] = self.windows.input;
        let (taps, image) = (self.taps(), height * width);
        let mut patches = DMatrix::zeros(channels * taps, self.count() * input.ncols());
        let (source, target) = (input.as_slice(), patches.as_mut_slice());
        let samples = source.chunks_exact(channels * image);
        for (sample, patch) in samples.zip(target.chunks_exact_mut(channels * taps * self.count())) {
            for (place, column) in
                self.table().chunks_exact(taps).zip(patch.chunks_exact_mut(channels * taps))
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
            for (place, column) in self.table().chunks_exact(taps).zip(patch.chunks_exact(channels * taps)) {
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

/// What stands around an image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaddingMode {
    #[default]
    Zeros,
    Circular,
}

pub(super) fn one() -> usize {
    1
}

/// The tensors are `weight` (outputs x channels/groups x height x width) and, if the file has it, `bias`.
impl Spec for ConvolutionSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        let own = Shape::Image(self.input);
        let fits = match input {
            Shape::Image(_) => input == own,
            Shape::Flat(features) => own.features() == features,
        };
        if !fits {
            return builder.refuse(format!("expects {own}, gets {input}"));
        }
        let Self { input, stride, padding, padding_mode, groups } = *self;
        let weight = builder.tensor("weight")?;
        let [outputs, channels, height, width] = weight.shape[..] else {
            let what = "not outputs x channels x height x width";
            return builder.refuse(format!("a weight of shape {}, {what}", weight.shape_in_words()));
        };
        if channels.checked_mul(groups) != Some(input[0]) {
            return builder.refuse(format!(
                "a weight of shape {} in {groups} groups for {own}",
                weight.shape_in_words()
            ));
        }
        let bias = builder.bias::<f64>(outputs)?.as_slice().to_vec();
        let (kernel, circular) = ([height, width], padding_mode == PaddingMode::Circular);
        let weight = weight.values;
        let conv = Conv { input, outputs, kernel, stride, padding, circular, groups, weight, bias };
        let output = conv.output().or_else(|refusal| builder.refuse(refusal))?;
        let layer = if groups == 1 {
            Convolution::from_plain(&conv)?.into()
        } else {
            GroupedConvolution::from_plain(&conv)?.into()
        };
        Ok((Some(layer), Shape::Image(output)))
    }

    fn input(&self, _: &TensorShapes<'_>) -> Option<Shape> {
        Some(Shape::Image(self.input))
    }
}

/// The same matrix on each of some groups of features: a convolution of an image of one place, with a channel a feature.
/// `block` is outputs x inputs of a group, row after row.
pub(super) fn on_groups(features: usize, outputs: usize, groups: usize, block: &[f64]) -> net::Layer {
    net::Layer::Conv(Conv {
        input: [features, 1, 1],
        outputs,
        kernel: [1, 1],
        stride: 1,
        padding: 0,
        circular: false,
        groups,
        weight: block.repeat(groups),
        bias: Vec::new(),
    })
}

/// The description of a convolution, whose numbers go to the writer.
pub(super) fn describe(conv: &Conv, writer: &mut Writer) -> Described {
    if writer.shape() != Shape::Image(conv.input) {
        writer.flatten();
    }
    let Conv { input, outputs, kernel, stride, padding, circular, groups, ref weight, ref bias } = *conv;
    writer.tensor("weight", &[outputs, input[0] / groups, kernel[0], kernel[1]], weight);
    writer.tensor("bias", &[outputs], bias);
    let padding_mode = if circular { PaddingMode::Circular } else { PaddingMode::Zeros };
    let spec = ConvolutionSpec { input, stride, padding, padding_mode, groups };
    Ok((spec.into(), Shape::Image(conv.output()?)))
}

impl<T: Scalar> Rule<T> for Convolution<T> {
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
        at: &Backward<'_, T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let count = self.count();
        // Windows·samples x outputs, as the scores on the way there.
        let mut slopes = DMatrix::zeros(count * at.input.ncols(), self.bias.len());
        for (channel, mut column) in slopes.column_iter_mut().enumerate() {
            for (sample, slope) in at.grad_output.column_iter().enumerate() {
                column.rows_mut(sample * count, count).copy_from(&slope.rows(channel * count, count));
            }
        }
        if let [weight, bias] = grad_parameters {
            let patches = self.patches(at.input);
            gemm(weight, T::one(), Factor::Transposed(&slopes), Factor::Transposed(&patches), T::zero());
            for (entry, column) in bias.iter_mut().zip(slopes.column_iter()) {
                *entry = column.sum();
            }
            self.weight.pull_back(weight);
        }
        if let Some(grad_input) = grad_input {
            let patches = product(Factor::Transposed(self.weight.matrix()), Factor::Transposed(&slopes));
            self.gather(&patches, grad_input);
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::weight(&self.weight), Parameter::vector(self.bias.len())]
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        self.weight.update(&mut |entries| change(0, entries))?;
        change(1, self.bias.as_mut_slice());
        Ok(())
    }

    fn weights(&self) -> Vec<&Weight<T>> {
        vec![&self.weight]
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        vec![net::Layer::Conv(self.plain())]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        describe(&self.plain(), writer)
    }

    #[cfg(test)]
    fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)> {
        let (input, kernel) = ([2, 4, 3], [2, 1]);
        let of = |(rule, constant), stride| {
            let windows = Windows { input, kernel, stride, padding: 1, circular: false };
            let layer = Convolution::random(windows, 3, rule, constant, seed, 4).unwrap();
            (layer.into(), Shape::Image(input))
        };
        super::derivatives::parametrisations(kernel)
            .into_iter()
            .flat_map(|rule| [of(rule, 1), of(rule, 2)])
            .collect()
    }
}
