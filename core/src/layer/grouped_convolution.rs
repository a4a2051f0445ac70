//! Convolutions of groups of channels, each on its own.

use nalgebra::DMatrix;

use super::{Convolution, Parameter, Rule, Windows};
use crate::error::Error;
use crate::scalar::Scalar;
use crate::weight::Parametrisation;

/// Input and output channels in equally many groups, one after the other; each group is a [`Convolution`] under the
/// constraint. The norm is the largest among the groups.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupedConvolution<T: Scalar> {
    parts: Vec<Convolution<T>>,
}

impl<T: Scalar> GroupedConvolution<T> {
    /// Random kernels without bias yet; `windows` are those of the whole layer.
    ///
    /// # Errors
    /// When the number of groups does not divide both numbers of channels, or as [`Convolution::random`].
    pub fn random(
        windows: Windows,
        outputs: usize,
        groups: usize,
        parametrisation: Parametrisation,
        constant: f64,
        seed: u64,
        stream: u64,
    ) -> Result<Self, Error> {
        let [channels, height, width] = windows.input;
        for count in [channels, outputs] {
            if groups == 0 || count % groups != 0 {
                return Err(Error::Shape { what: "groups of channels", expected: count, found: groups });
            }
        }
        let part = Windows { input: [channels / groups, height, width], ..windows };
        let parts = (0..groups)
            .map(|group| {
                // High bits: streams of other layers are small numbers.
                let stream = stream + ((group as u64) << 16);
                Convolution::random(part, outputs / groups, parametrisation, constant, seed, stream)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { parts })
    }

    /// One convolution a group.
    pub fn parts(&self) -> &[Convolution<T>] {
        &self.parts
    }

    /// Runs over the parts with the rows that each has of matrices with rows for all of them.
    fn rows(&self, matrix: &DMatrix<T>, part: usize) -> DMatrix<T> {
        let height = matrix.nrows() / self.parts.len();
        matrix.rows(part * height, height).clone_owned()
    }
}

/// Writes the rows of a part.
fn place<T: Scalar>(matrix: &mut DMatrix<T>, part: usize, rows: &DMatrix<T>) {
    matrix.rows_mut(part * rows.nrows(), rows.nrows()).copy_from(rows);
}

impl<T: Scalar> Rule<T> for GroupedConvolution<T> {
    fn kind(&self) -> &'static str {
        "conv2d"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        let count = self.parts.len();
        let part = self.parts.first()?.outputs(features / count)?;
        features.is_multiple_of(count).then_some(part * count)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        for (index, part) in self.parts.iter().enumerate() {
            let mut own = self.rows(output, index);
            part.forward(&self.rows(input, index), &mut own);
            place(output, index, &own);
        }
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let mut grad_input = grad_input;
        let parameters = grad_parameters.len() / self.parts.len();
        let mut rest = grad_parameters;
        for (index, part) in self.parts.iter().enumerate() {
            let (own, after) = rest.split_at_mut(parameters);
            let (x, y, slope) =
                (self.rows(input, index), self.rows(output, index), self.rows(grad_output, index));
            let mut back = grad_input.is_some().then(|| DMatrix::zeros(x.nrows(), x.ncols()));
            part.vjp(&x, &y, &slope, back.as_mut(), own);
            if let (Some(whole), Some(back)) = (grad_input.as_deref_mut(), back) {
                place(whole, index, &back);
            }
            rest = after;
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.parts.iter().flat_map(Rule::parameters).collect()
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        let mut first = 0;
        for part in &mut self.parts {
            let own = part.parameters().len();
            part.update(&mut |slot, entries| change(first + slot, entries))?;
            first += own;
        }
        Ok(())
    }
}
