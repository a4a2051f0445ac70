//! The affine layer.

use nalgebra::{DMatrix, DVector};

use super::{Rule, Slot};
use crate::error::Error;
use crate::optimiser::Scaling;
use crate::product::{Factor, gemm};
use crate::scalar::Scalar;
use crate::weight::Weight;

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
        output_gradient: &DMatrix<T>,
        input_gradient: Option<&mut DMatrix<T>>,
        parameter_gradients: &mut [DMatrix<T>],
    ) {
        if let [weight, bias] = parameter_gradients {
            gemm(weight, T::one(), Factor::Plain(output_gradient), Factor::Transposed(input), T::zero());
            bias.fill(T::zero());
            for column in output_gradient.column_iter() {
                for (sum, entry) in bias.iter_mut().zip(column.iter()) {
                    *sum += *entry;
                }
            }
        }
        if let Some(slope) = input_gradient {
            gemm(
                slope,
                T::one(),
                Factor::Transposed(self.weight.matrix()),
                Factor::Plain(output_gradient),
                T::zero(),
            );
        }
    }

    fn slots(&self) -> Vec<Slot> {
        let (rows, columns) = self.weight.matrix().shape();
        let weight = Slot { rows, columns, scaling: self.weight.scaling() };
        vec![weight, Slot { rows, columns: 1, scaling: Scaling::Entries }]
    }

    fn pull_back(&self, parameter_gradients: &mut [DMatrix<T>]) {
        if let [weight, _] = parameter_gradients {
            self.weight.pull_back(weight);
        }
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        self.weight.update(&mut |entries| change(0, entries))?;
        change(1, self.bias.as_mut_slice());
        Ok(())
    }
}
