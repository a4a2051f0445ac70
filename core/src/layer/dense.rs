//! The affine layer.

use super::DenseSpec;
use super::prelude::*;
use crate::parallel::{both, fill};
use crate::product::{Factor, gemm, product, sum_of_columns};
use crate::weight::{Parametrisation, Pass, Weight};

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

    /// As the kernel describes it.
    fn plain(&self) -> net::Dense {
        let matrix = self.weight.matrix();
        net::Dense {
            outputs: matrix.nrows(),
            inputs: matrix.ncols(),
            weight: matrix.transpose().iter().map(|w| w.to_f64()).collect(),
            bias: self.bias.iter().map(|b| b.to_f64()).collect(),
        }
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

/// The tensors are `weight` (outputs x inputs) and, if the file has it, `bias`.
impl Spec for DenseSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        let Shape::Flat(features) = input else {
            return builder.refuse("an image arrives: flatten it first");
        };
        let weight = builder.tensor("weight")?;
        let [outputs, inputs] = weight.shape[..] else {
            return builder
                .refuse(format!("a weight of shape {}, not outputs x inputs", weight.shape_in_words()));
        };
        if outputs == 0 || inputs != features {
            return builder
                .refuse(format!("a weight of shape {} for {features} features", weight.shape_in_words()));
        }
        let matrix = DMatrix::from_row_iterator(outputs, inputs, weight.values.into_iter().map(T::nearest));
        let weight = Weight::new(matrix, Parametrisation::Unconstrained, 1.0)?;
        let layer = Dense::new(weight, builder.bias(outputs)?)?;
        Ok((Some(layer.into()), Shape::Flat(outputs)))
    }

    fn input(&self, tensors: &TensorShapes<'_>) -> Option<Shape> {
        match tensors("weight")?[..] {
            [_, inputs] => Some(Shape::Flat(inputs)),
            _ => None,
        }
    }
}

impl<T: Scalar> Rule<T> for Dense<T> {
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
        at: &Backward<'_, T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let Backward { input, output, grad_output } = *at;
        let effective = Factor::Transposed(self.weight.matrix());
        let slopes = Factor::Plain(grad_output);
        let pull = |grad_input: &mut DMatrix<T>| gemm(grad_input, T::one(), effective, slopes, T::zero());
        let work = self.weight.matrix().len() * input.ncols();
        let [weight, bias] = grad_parameters else {
            return grad_input.map_or((), pull);
        };
        if self.weight.prefers_factors(input.ncols(), grad_input.is_some()) {
            let made;
            let pulled = if let Some(grad_input) = grad_input {
                pull(grad_input);
                grad_input
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
        vec![net::Layer::Dense(self.plain())]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        writer.flatten();
        let net::Dense { outputs, inputs, weight, bias } = self.plain();
        writer.tensor("weight", &[outputs, inputs], &weight);
        writer.tensor("bias", &[outputs], &bias);
        Ok((DenseSpec {}.into(), Shape::Flat(outputs)))
    }

    #[cfg(test)]
    fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)> {
        let of = |(rule, constant), outputs, inputs| {
            let weight = Weight::random(outputs, inputs, rule, constant, seed, 0).unwrap();
            let bias = crate::random::gaussian::<f64>(outputs, 1, 0.3, seed, 1).column(0).clone_owned();
            (Dense::new(weight, bias).unwrap().into(), Shape::Flat(inputs))
        };
        super::derivatives::parametrisations([1, 1])
            .into_iter()
            .flat_map(|of_rule| [of(of_rule, 5, 3), of(of_rule, 3, 5)])
            .collect()
    }
}
