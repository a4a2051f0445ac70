//! Convolutions of groups of channels, each on its own.

use lip1_kernel::conv::Conv;

use super::convolution::describe;
use super::prelude::*;
use super::rule::update_each;
use super::{Convolution, Windows};
use crate::weight::{Parametrisation, Weight};

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

    /// The groups of a convolution that the kernel describes, its sizes checked, without constraint.
    pub(super) fn from_plain(conv: &Conv) -> Result<Self, Error> {
        let ([channels, height, width], outputs) = (conv.input, conv.outputs / conv.groups);
        let weights = conv.weight.chunks_exact(conv.weight.len() / conv.groups);
        let part = |(weight, bias): (&[f64], &[f64])| {
            let input = [channels / conv.groups, height, width];
            let (weight, bias) = (weight.to_vec(), bias.to_vec());
            Convolution::from_plain(&Conv { input, outputs, groups: 1, weight, bias, ..*conv })
        };
        let parts = weights.zip(conv.bias.chunks_exact(outputs)).map(part).collect::<Result<_, _>>()?;
        Ok(Self { parts })
    }

    /// As the kernel describes it: the numbers of all groups, one after the other.
    fn plain(&self) -> Option<Conv> {
        let mut parts = self.parts.iter().map(Convolution::plain);
        let mut whole = parts.next()?;
        whole.groups = self.parts.len();
        whole.input[0] *= whole.groups;
        whole.outputs *= whole.groups;
        for part in parts {
            whole.weight.extend(part.weight);
            whole.bias.extend(part.bias);
        }
        Some(whole)
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
        at: &Backward<'_, T>,
        mut grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let parameters = grad_parameters.len() / self.parts.len();
        let mut rest = grad_parameters;
        for (index, part) in self.parts.iter().enumerate() {
            let (own, after) = rest.split_at_mut(parameters);
            let [x, y, g] = [at.input, at.output, at.grad_output].map(|matrix| self.rows(matrix, index));
            let mut back = grad_input.is_some().then(|| DMatrix::zeros(x.nrows(), x.ncols()));
            part.vjp(&Backward { input: &x, output: &y, grad_output: &g }, back.as_mut(), own);
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
        update_each(self.parts.iter_mut().map(|part| part as &mut dyn Rule<T>), change)
    }

    fn weights(&self) -> Vec<&Weight<T>> {
        self.parts.iter().map(Convolution::weight).collect()
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        self.plain().map(net::Layer::Conv).into_iter().collect()
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        let conv = self.plain().ok_or_else(|| Writer::refusal("a convolution without groups"))?;
        describe(&conv, writer)
    }

    #[cfg(test)]
    fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)> {
        let (input, kernel) = ([2, 4, 3], [2, 1]);
        let windows = Windows { input, kernel, stride: 1, padding: 1, circular: false };
        let of = |(rule, constant)| {
            let layer = GroupedConvolution::random(windows, 4, 2, rule, constant, seed, 5).unwrap();
            (layer.into(), Shape::Image(input))
        };
        super::derivatives::parametrisations(kernel).map(of).to_vec()
    }
}
