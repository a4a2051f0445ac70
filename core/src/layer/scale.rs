//! Multiplication by a constant.

use super::ScaleSpec;
use super::prelude::*;

/// `k x`, not trained; Lipschitz constant `|k|`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    factor: f64,
}

impl Scale {
    /// Multiplication by `factor`.
    ///
    /// # Errors
    /// When the factor is not finite.
    pub fn new(factor: f64) -> Result<Self, Error> {
        if factor.is_finite() {
            Ok(Self { factor })
        } else {
            Err(Error::NotFinite { what: "the factor of a scale layer" })
        }
    }

    /// The factor.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The factor as a network of that format multiplies by it.
    fn rounded<T: Scalar>(&self) -> T {
        T::nearest(self.factor)
    }
}

impl Spec for ScaleSpec {
    fn build<T: Scalar>(&self, input: Shape, _: &mut Builder<'_>) -> Built<T> {
        Ok((Some(Scale::new(self.value)?.into()), input))
    }

    fn slope(&self) -> Slope {
        Slope::Fixed(self.value.abs())
    }
}

impl<T: Scalar> Rule<T> for Scale {
    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let factor = self.rounded::<T>();
        output.zip_apply(input, |y, x| *y = factor * x);
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        let factor = self.rounded::<T>();
        grad_input.zip_apply(at.grad_output, |d, g| *d = factor * g);
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        vec![net::Layer::Scale(self.rounded::<T>().to_f64())]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        Ok((ScaleSpec { value: self.rounded::<T>().to_f64() }.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        vec![(Self { factor: -0.4 }.into(), Shape::Flat(6))]
    }
}
