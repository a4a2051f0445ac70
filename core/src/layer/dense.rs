//! The affine layer.

use nalgebra::{DMatrix, DVector};

use super::{Parameter, Rule};
use crate::error::Error;
use crate::optimiser::Scaling;
use crate::parallel::{both, fill};
use crate::product::{Factor, gemm, product, sum_of_columns};
use crate::scalar::Scalar;
use crate::weight::{Pass, Weight};

/// `y = W x + b`, its weight under a constraint; Lipschitz constant `‖W‖₂` in the Euclidean norm.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense<T: Scalar> {
    weight: Weight<T>,
    bias: DVector<T>,
}

impl<T: Scalar> Dense<T> {
    /// A layer from a weight (outputs x inputs) and a bias (outputs).
    ///
    /// # Errors
    /// When the lengths disagree or the bias is not finite.
    pub fn new(weight: Weight<T>, bias: DVector<T>) -> Result<Self, Error> {
        if bias.len() != weight.matrix().nrows() {
            return Err(Error::Shape {
                what: "bias of a dense layer",
                expected: weight.matrix().nrows(),
                found: bias.len(),
            });
        }
        if !bias.iter().all(|entry| entry.is_finite()) {
            return Err(Error::NotFinite { what: "a bias" });
        }
        Ok(Self { weight, bias })
    }

    /// A layer with zero bias.
    pub fn without_bias(weight: Weight<T>) -> Self {
        let bias = DVector::zeros(weight.matrix().nrows());
        Self { weight, bias }
    }

    /// The weight (outputs x inputs).
    pub fn weight(&self) -> &Weight<T> {
        &self.weight
    }

    /// The bias (outputs).
    pub fn bias(&self) -> &DVector<T> {
        &self.bias
    }

    /// `W x` of each sample, from `W x + b`.
    fn images(&self, output: &DMatrix<T>) -> DMatrix<T> {
        let mut images = output.clone();
        for column in images.as_mut_slice().chunks_exact_mut(self.bias.len()) {
            for (entry, bias) in column.iter_mut().zip(self.bias.as_slice()) {
                *entry -= *bias;
            }
        }
        images
    }
}

impl<T: Scalar> Rule<T> for Dense<T> {
    fn kind(&self) -> &'static str {
        "dense"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        let (outputs, inputs) = self.weight.matrix().shape();
        (inputs == features).then_some(outputs)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let bias = self.bias.as_slice();
        fill(bias.len(), output.as_mut_slice(), &|_, columns| {
            columns.chunks_exact_mut(bias.len()).for_each(|column| column.copy_from_slice(bias));
        });
        let weight = Factor::Plain(self.weight.matrix());
        gemm(output, T::one(), weight, Factor::Plain(input), T::one());
    }

    fn vjp(
        &self,
        input: &DMatrix<T>,
        output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let effective = Factor::Transposed(self.weight.matrix());
        let slopes = Factor::Plain(grad_output);
        let pull = |slope: &mut DMatrix<T>| gemm(slope, T::one(), effective, slopes, T::zero());
        let work = self.weight.matrix().len() * input.ncols();
        let [weight, bias] = grad_parameters else {
            return grad_input.map_or((), pull);
        };
        if self.weight.prefers_factors(input.ncols(), grad_input.is_some()) {
            let made;
            let pulled = if let Some(slope) = grad_input {
                pull(slope);
                slope
            } else {
                made = product(effective, slopes);
                &made
            };
            let tangent = || {
                let images = self.images(output);
                let pass = Pass { inputs: input, images: &images, slopes: grad_output, pulled };
                self.weight.tangent_gradient(&pass, weight);
            };
            both(work, tangent, || sum_of_columns(grad_output, bias.as_mut_slice()));
        } else {
            let gradients = || {
                sum_of_columns(grad_output, bias.as_mut_slice());
                gemm(weight, T::one(), slopes, Factor::Transposed(input), T::zero());
                self.weight.pull_back(weight);
            };
            both(work, || grad_input.map_or((), pull), gradients);
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
