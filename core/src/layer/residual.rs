//! A 1-Lipschitz residual connection.

use super::prelude::*;
use super::rule::update_each;
use super::{ResidualSpec, input_shape};
use crate::network::Network;

/// `a x + (1 - a) body(x)`: a convex combination, so as Lipschitz as its body if that is at least 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual<T: Scalar> {
    body: Network<T>,
    weight: f64,
}

impl<T: Scalar> Residual<T> {
    /// A connection around `body` on `features` features, with share `weight` in [0, 1] of the input.
    ///
    /// # Errors
    /// When the body does not lead from `features` to `features`, or the weight is out of range.
    pub fn new(features: usize, body: Vec<Layer<T>>, weight: f64) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&weight) {
            return Err(Error::Parameter { name: "weight of a residual", value: weight, range: "in [0, 1]" });
        }
        Self::around(Network::new(features, body)?, weight)
    }

    /// The same with any share.
    fn around(body: Network<T>, weight: f64) -> Result<Self, Error> {
        let (expected, found) = (body.inputs(), body.outputs());
        if expected != found {
            return Err(Error::Shape { what: "outputs of a residual", expected, found });
        }
        Ok(Self { body, weight })
    }

    /// The layers it goes around.
    pub fn body(&self) -> &[Layer<T>] {
        self.body.layers()
    }

    /// Share of the input.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The input and the output of each layer of the body.
    fn activations(&self, input: &DMatrix<T>) -> Vec<DMatrix<T>> {
        let mut activations = vec![input.clone()];
        for (layer, &features) in self.body().iter().zip(self.body.widths().iter().skip(1)) {
            let mut output = DMatrix::zeros(features, input.ncols());
            if let Some(last) = activations.last() {
                layer.rule().forward(last, &mut output);
            }
            activations.push(output);
        }
        activations
    }

    /// The weight as the network multiplies by it, and what is left of 1.
    fn shares(&self) -> (T, T) {
        let weight = T::nearest(self.weight);
        (weight, T::one() - weight)
    }
}

/// Any share will do here. The tensors of layer `j` of the body are called `body.{j}.*`.
impl Spec for ResidualSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        let (body, end) = builder.body(&self.body, input)?;
        if end.features() != input.features() {
            return builder.refuse(format!("{input} into the body, {end} out of it"));
        }
        let layer = Residual::around(Network::new(input.features(), body)?, self.weight)?;
        Ok((Some(layer.into()), input))
    }

    fn input(&self, tensors: &TensorShapes<'_>) -> Option<Shape> {
        input_shape(&self.body, &|index, name| tensors(&format!("body.{index}.{name}")))
    }

    /// Layers inside have the constant 1 rather than a share.
    fn slope(&self) -> Slope {
        let slopes = self.body.iter().map(|layer| layer.spec().slope());
        let around = slopes.map(|slope| match slope {
            Slope::Shared => Some(1.0),
            Slope::Fixed(slope) => Some(slope),
            Slope::Free => None,
        });
        match around.product::<Option<f64>>() {
            Some(around) => Slope::Fixed(self.weight.abs() + (1.0 - self.weight).abs() * around),
            None => Slope::Free,
        }
    }
}

impl<T: Scalar> Rule<T> for Residual<T> {
    fn outputs(&self, features: usize) -> Option<usize> {
        (self.body.inputs() == features).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let (straight, around) = self.shares();
        let activations = self.activations(input);
        if let Some(last) = activations.last() {
            output.zip_zip_apply(input, last, |y, x, z| *y = straight * x + around * z);
        }
    }

    fn vjp(
        &self,
        at: &Backward<'_, T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let (straight, around) = self.shares();
        let activations = self.activations(at.input);
        let mut gradient = at.grad_output * around;
        let mut rest = grad_parameters;
        for (layer, ends) in self.body().iter().zip(activations.windows(2)).rev() {
            let [input, output] = ends else { continue };
            let rule = layer.rule();
            let (before, own) = rest.split_at_mut(rest.len().saturating_sub(rule.parameters().len()));
            let mut next = DMatrix::zeros(input.nrows(), input.ncols());
            rule.vjp(&Backward { input, output, grad_output: &gradient }, Some(&mut next), own);
            gradient = next;
            rest = before;
        }
        if let Some(grad_input) = grad_input {
            grad_input.zip_zip_apply(&gradient, at.grad_output, |d, s, g| *d = s + straight * g);
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.body().iter().flat_map(|layer| layer.rule().parameters()).collect()
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        update_each(self.body.layers_mut().iter_mut().map(Layer::rule_mut), change)
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        let weight = self.shares().0.to_f64();
        vec![net::Layer::Residual { body: self.body.primitives(), weight }]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        let body = writer.body(self.body())?;
        Ok((ResidualSpec { body, weight: self.shares().0.to_f64() }.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)> {
        use super::{Abs, Convolution, Dense, Householder, Windows};
        use crate::weight::{Parametrisation, Weight};
        use nalgebra::DVector;
        let dense = |outputs, inputs, stream| {
            let rule = Parametrisation::Orthogonal;
            let weight = Weight::random(outputs, inputs, rule, 1.0, seed, stream).unwrap();
            Layer::Dense(Dense::without_bias(weight))
        };
        let angles = Householder::new(DVector::from_vec(vec![0.7, 2.2])).unwrap().into();
        let body = vec![dense(4, 6, 6), angles, dense(6, 4, 7)];
        let image = [2, 1, 3];
        let convolution =
            Convolution::random(Windows::same(image, 3, true), 2, Parametrisation::Orthogonal, 1.0, seed, 8);
        let on_image = vec![convolution.unwrap().into(), Abs.into(), dense(6, 6, 9)];
        vec![
            (Residual::new(6, body, 0.3).unwrap().into(), Shape::Flat(6)),
            (Residual::new(6, on_image, 0.6).unwrap().into(), Shape::Image(image)),
        ]
    }
}
