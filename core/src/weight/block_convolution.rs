//! Orthogonal kernels as products of two-tap factors.

use nalgebra::DMatrix;

use super::orthogonal;
use crate::error::Error;
use crate::gram::add_transpose;
use crate::product::{Factor, gemm, product};
use crate::random::gaussian;
use crate::scalar::Scalar;

/// The taps of a kernel, row by row, each a matrix of outputs x inputs.
type Taps<T> = Vec<DMatrix<T>>;

/// The parameters of an orthogonal kernel of `rows` by `columns` taps.
///
/// The kernel is `k Q * (P + (I - P) shift) * ...`: an orthogonal matrix, then one factor a row beyond the first and one
/// a column beyond the first, each with a projector `P = V Vᵀ` on half of the channels. As `P + (I - P) z` is unitary
/// for `|z| = 1`, so is every symbol of the product, up to rounding, whatever the parameters.
/// Source: Li et al. 2019 (BCOP); Xiao et al. 2018 for the two-tap factors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BlockConvolution<T: Scalar> {
    constant: T,
    size: [usize; 2],
    /// `k Q`, outputs x inputs.
    start: DMatrix<T>,
    /// `V` of each factor, first those that lengthen columns, then those that lengthen rows.
    frames: Vec<DMatrix<T>>,
}

impl<T: Scalar> BlockConvolution<T> {
    pub(crate) fn random(
        outputs: usize,
        inputs: usize,
        size: [usize; 2],
        constant: f64,
        seed: u64,
        stream: u64,
    ) -> Result<Self, Error> {
        if outputs.min(inputs).min(size[0]).min(size[1]) == 0 {
            return Err(Error::Empty { what: "a size of an orthogonal kernel" });
        }
        if !(constant > 0.0 && constant.is_finite()) {
            return Err(Error::Parameter { name: "constant", value: constant, range: "positive and finite" });
        }
        let constant = T::nearest(constant);
        // One generator for all: a later frame continues where the one before it ended.
        let count = size[0] + size[1] - 2;
        let half = (inputs / 2).max(1);
        let draw = gaussian::<T>(inputs, outputs + count * half, 1.0, seed, stream);
        let mut start = draw.columns(0, outputs).transpose();
        orthogonal::retract(&mut start, constant)?;
        let mut frames = Vec::with_capacity(count);
        for index in 0..count {
            let mut frame = draw.columns(outputs + index * half, half).clone_owned();
            orthogonal::retract(&mut frame, T::one())?;
            frames.push(frame);
        }
        Ok(Self { constant, size, start, frames })
    }

    /// The arrays that are trained: `k Q`, then the frames.
    pub(crate) fn arrays(&self) -> impl Iterator<Item = &DMatrix<T>> {
        std::iter::once(&self.start).chain(&self.frames)
    }

    /// Changes the parameters and brings them back onto their manifolds.
    pub(crate) fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        change(0, self.start.as_mut_slice());
        orthogonal::retract(&mut self.start, self.constant)?;
        for (index, frame) in self.frames.iter_mut().enumerate() {
            change(index + 1, frame.as_mut_slice());
            orthogonal::retract(frame, T::one())?;
        }
        Ok(())
    }

    /// The kernel (outputs x inputs·taps, channels first).
    pub(crate) fn kernel(&self) -> DMatrix<T> {
        let chain = self.chain();
        let (outputs, inputs) = self.start.shape();
        let taps = self.size[0] * self.size[1];
        let mut kernel = DMatrix::zeros(outputs, inputs * taps);
        for (tap, matrix) in chain.last().into_iter().flatten().enumerate() {
            for (channel, column) in matrix.column_iter().enumerate() {
                kernel.set_column(channel * taps + tap, &column);
            }
        }
        kernel
    }

    /// Gradients of the arrays, projected, from the one of the kernel.
    pub(crate) fn pull_back(&self, kernel_gradient: &DMatrix<T>, gradients: &mut [DMatrix<T>]) {
        let taps = self.size[0] * self.size[1];
        let (outputs, inputs) = self.start.shape();
        let mut slopes: Taps<T> = (0..taps)
            .map(|tap| DMatrix::from_fn(outputs, inputs, |o, c| kernel_gradient[(o, c * taps + tap)]))
            .collect();
        let chain = self.chain();
        let [start_gradient, frame_gradients @ ..] = gradients else { return };
        let steps = self.frames.iter().zip(frame_gradients).zip(&chain).enumerate().rev();
        for (index, ((frame, gradient), before)) in steps {
            let stride = self.stride(index);
            let mut towards_projector = DMatrix::zeros(inputs, inputs);
            let mut earlier: Taps<T> = vec![DMatrix::zeros(outputs, inputs); before.len()];
            for (tap, slope) in slopes.iter().enumerate() {
                // after[t] = before[t - 1] + (before[t] - before[t - 1]) P
                let projected = through(slope, frame);
                let mut difference = DMatrix::zeros(outputs, inputs);
                if let Some(place) = stride.same(tap) {
                    difference += &before[place];
                    earlier[place] += &projected;
                }
                if let Some(place) = stride.previous(tap) {
                    difference -= &before[place];
                    earlier[place] += slope - projected;
                }
                gemm(
                    &mut towards_projector,
                    T::one(),
                    Factor::Transposed(&difference),
                    Factor::Plain(slope),
                    T::one(),
                );
            }
            add_transpose(&mut towards_projector);
            gemm(gradient, T::one(), Factor::Plain(&towards_projector), Factor::Plain(frame), T::zero());
            orthogonal::project(frame, T::one(), gradient);
            slopes = earlier;
        }
        if let Some(slope) = slopes.first() {
            start_gradient.copy_from(slope);
            orthogonal::project(&self.start, self.constant, start_gradient);
        }
    }

    /// The kernel before each factor, and after the last.
    fn chain(&self) -> Vec<Taps<T>> {
        let mut chain = vec![vec![self.start.clone()]];
        for (index, frame) in self.frames.iter().enumerate() {
            let stride = self.stride(index);
            let Some(before) = chain.last() else { break };
            let after = (0..stride.taps())
                .map(|tap| match (stride.same(tap), stride.previous(tap)) {
                    (Some(same), Some(previous)) => {
                        &before[previous] + through(&(&before[same] - &before[previous]), frame)
                    }
                    (Some(same), None) => through(&before[same], frame),
                    (None, Some(previous)) => &before[previous] - through(&before[previous], frame),
                    (None, None) => DMatrix::zeros(self.start.nrows(), self.start.ncols()),
                })
                .collect();
            chain.push(after);
        }
        chain
    }

    /// How factor `index` lengthens the kernel.
    fn stride(&self, index: usize) -> Lengthening {
        let down = self.size[0] - 1;
        if index < down {
            Lengthening { rows: index + 2, columns: 1, down: true }
        } else {
            Lengthening { rows: self.size[0], columns: index - down + 2, down: false }
        }
    }
}

/// `M V Vᵀ`.
fn through<T: Scalar>(matrix: &DMatrix<T>, frame: &DMatrix<T>) -> DMatrix<T> {
    let inner = product(Factor::Plain(matrix), Factor::Plain(frame));
    product(Factor::Plain(&inner), Factor::Transposed(frame))
}

/// A kernel of `rows` by `columns` taps after a factor, longer by one row or by one column than before.
#[derive(Clone, Copy)]
struct Lengthening {
    rows: usize,
    columns: usize,
    down: bool,
}

impl Lengthening {
    fn taps(self) -> usize {
        self.rows * self.columns
    }

    /// The tap of the shorter kernel at the place of `tap`, if it is there.
    fn same(self, tap: usize) -> Option<usize> {
        let (row, column) = (tap / self.columns, tap % self.columns);
        if self.down {
            (row + 1 < self.rows).then_some(tap)
        } else {
            (column + 1 < self.columns).then_some(row * (self.columns - 1) + column)
        }
    }

    /// The tap of the shorter kernel one row up, or one column to the left.
    fn previous(self, tap: usize) -> Option<usize> {
        let (row, column) = (tap / self.columns, tap % self.columns);
        if self.down {
            (row > 0).then(|| tap - self.columns)
        } else {
            (column > 0).then(|| row * (self.columns - 1) + column - 1)
        }
    }
}
