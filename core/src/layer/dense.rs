//! The affine layer.

use nalgebra::{DMatrix, DVector};

use super::{Rule, Slot};
use crate::error::Error;
use crate::optimiser::Scaling;
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
        for mut column in output.column_iter_mut() {
            column.copy_from(&self.bias);
        }
        let weight = Factor::Plain(self.weight.matrix());
        gemm(output, T::one(), weight, Factor::Plain(input), T::one());
    }

    fn backward(
        &self,
        input: &DMatrix<T>,
        output: &DMatrix<T>,
        output_gradient: &DMatrix<T>,
        input_gradient: Option<&mut DMatrix<T>>,
        parameter_gradients: &mut [DMatrix<T>],
    ) {
        let effective = Factor::Transposed(self.weight.matrix());
        let pull = |slope: &mut DMatrix<T>| {
            gemm(slope, T::one(), effective, Factor::Plain(output_gradient), T::zero());
        };
        let mut input_gradient = input_gradient;
        if let Some(slope) = input_gradient.as_deref_mut() {
            pull(slope);
        }
        if let [weight, bias] = parameter_gradients {
            sum_of_columns(output_gradient, bias.as_mut_slice());
            if self.weight.prefers_factors(input.ncols(), input_gradient.is_some()) {
                let mut images = output.clone();
                for column in images.as_mut_slice().chunks_exact_mut(self.bias.len()) {
                    for (entry, bias) in column.iter_mut().zip(self.bias.as_slice()) {
                        *entry -= *bias;
                    }
                }
                let pulled = input_gradient.map_or_else(
                    || product(effective, Factor::Plain(output_gradient)),
                    |slope| slope.clone(),
                );
                let pass = Pass { inputs: input, images: &images, slopes: output_gradient, pulled: &pulled };
                self.weight.tangent_gradient(&pass, weight);
            } else {
                gemm(weight, T::one(), Factor::Plain(output_gradient), Factor::Transposed(input), T::zero());
                self.weight.pull_back(weight);
            }
        }
    }

    fn slots(&self) -> Vec<Slot> {
        let (rows, columns) = self.weight.matrix().shape();
        let weight = Slot { rows, columns, scaling: self.weight.scaling() };
        vec![weight, Slot { rows, columns: 1, scaling: Scaling::Entries }]
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        self.weight.update(&mut |entries| change(0, entries))?;
        change(1, self.bias.as_mut_slice());
        Ok(())
    }
}
