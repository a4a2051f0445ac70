//! A 1-Lipschitz residual connection.

use nalgebra::DMatrix;

use super::{Layer, Parameter, Rule};
use crate::error::Error;
use crate::scalar::Scalar;

/// `a x + (1 - a) body(x)`: a convex combination, so as Lipschitz as its body if that is at least 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual<T: Scalar> {
    body: Vec<Layer<T>>,
    weight: f64,
    /// Features before each layer of the body.
    widths: Vec<usize>,
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
        let mut widths = vec![features];
        let mut width = features;
        for (index, layer) in body.iter().enumerate() {
            let kind = layer.kind();
            width = layer.outputs(width).ok_or(Error::LayerShape { index, kind, features: width })?;
            widths.push(width);
        }
        if width != features {
            return Err(Error::Shape { what: "outputs of a residual", expected: features, found: width });
        }
        Ok(Self { body, weight, widths })
    }

    /// The layers it goes around.
    pub fn body(&self) -> &[Layer<T>] {
        &self.body
    }

    /// Share of the input.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Features before each layer of the body.
    pub(crate) fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// The input and the output of each layer of the body.
    fn activations(&self, input: &DMatrix<T>) -> Vec<DMatrix<T>> {
        let mut activations = vec![input.clone()];
        for (layer, &features) in self.body.iter().zip(self.widths.iter().skip(1)) {
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

impl<T: Scalar> Rule<T> for Residual<T> {
    fn kind(&self) -> &'static str {
        "residual"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        (self.widths.first() == Some(&features)).then_some(features)
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
        input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let (straight, around) = self.shares();
        let activations = self.activations(input);
        let mut slope = grad_output * around;
        let mut rest = grad_parameters;
        for (layer, around) in self.body.iter().zip(activations.windows(2)).rev() {
            let [activation, result] = around else { continue };
            let rule = layer.rule();
            let (before, own) = rest.split_at_mut(rest.len().saturating_sub(rule.parameters().len()));
            let mut next = DMatrix::zeros(activation.nrows(), activation.ncols());
            rule.vjp(activation, result, &slope, Some(&mut next), own);
            slope = next;
            rest = before;
        }
        if let Some(gradient) = grad_input {
            gradient.zip_zip_apply(&slope, grad_output, |d, s, g| *d = s + straight * g);
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.body.iter().flat_map(|layer| layer.rule().parameters()).collect()
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        let mut first = 0;
        for layer in &mut self.body {
            let rule = layer.rule_mut();
            let own = rule.parameters().len();
            rule.update(&mut |slot, entries| change(first + slot, entries))?;
            first += own;
        }
        Ok(())
    }
}
