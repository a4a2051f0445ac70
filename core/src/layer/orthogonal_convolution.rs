//! Convolutions whose every symbol is orthogonal.

use super::prelude::*;
use super::{Convolution, Windows};
use crate::optimiser::Scaling;
use crate::weight::{BlockConvolution, Parametrisation, Weight};

/// A convolution at stride 1 that is `k` times an orthogonal map when padding is circular and channels are kept: `k`
/// times an isometry when there are more outputs than channels, its adjoint when there are fewer.
///
/// With zero padding its norm is still at most `k`, as a part of the circular one on a larger image. At a stride,
/// rearrange by [`super::Rearrange::pixel_unshuffle`] first. What is evaluated, written and certified is one explicit
/// kernel, renewed inside every update. Source: block convolutions with projectors (BCOP, Li et al. 2019).
#[derive(Debug, Clone, PartialEq)]
pub struct OrthogonalConvolution<T: Scalar> {
    factors: BlockConvolution<T>,
    explicit: Convolution<T>,
}

impl<T: Scalar> OrthogonalConvolution<T> {
    /// A random one, without bias yet.
    ///
    /// # Errors
    /// When the stride is not 1, sizes do not fit, or the constant is not positive.
    pub fn random(
        windows: Windows,
        outputs: usize,
        constant: f64,
        seed: u64,
        stream: u64,
    ) -> Result<Self, Error> {
        if windows.stride != 1 {
            let value = windows.stride as f64;
            return Err(Error::Parameter { name: "stride of an orthogonal convolution", value, range: "1" });
        }
        windows.places()?;
        let factors =
            BlockConvolution::random(outputs, windows.input[0], windows.kernel, constant, seed, stream)?;
        let bias = DVector::zeros(outputs);
        let explicit =
            Convolution::new(windows, factors.kernel(), bias, Parametrisation::Unconstrained, constant)?;
        Ok(Self { factors, explicit })
    }

    /// The same map as a plain convolution: the one that is evaluated.
    pub fn explicit(&self) -> &Convolution<T> {
        &self.explicit
    }
}

impl<T: Scalar> Rule<T> for OrthogonalConvolution<T> {
    fn outputs(&self, features: usize) -> Option<usize> {
        self.explicit.outputs(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        self.explicit.forward(input, output);
    }

    fn vjp(
        &self,
        at: &Backward<'_, T>,
        grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let Some((bias, arrays)) = grad_parameters.split_last_mut() else {
            return self.explicit.vjp(at, grad_input, &mut []);
        };
        let (rows, columns) = self.explicit.weight().matrix().shape();
        let mut explicit = [DMatrix::zeros(rows, columns), std::mem::replace(bias, DMatrix::zeros(0, 0))];
        self.explicit.vjp(at, grad_input, &mut explicit);
        let [kernel, summed] = explicit;
        *bias = summed;
        self.factors.pull_back(&kernel, arrays);
    }

    fn parameters(&self) -> Vec<Parameter> {
        let arrays = self.factors.arrays().map(|array| Parameter {
            rows: array.nrows(),
            columns: array.ncols(),
            scaling: Scaling::Whole,
        });
        arrays.chain([Parameter::vector(self.explicit.bias().len())]).collect()
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        self.factors.update(change)?;
        let (kernel, last) = (self.factors.kernel(), self.factors.arrays().count());
        self.explicit.update(&mut |slot, entries| match slot {
            0 => entries.copy_from_slice(kernel.as_slice()),
            _ => change(last, entries),
        })
    }

    fn weights(&self) -> Vec<&Weight<T>> {
        self.explicit.weights()
    }

    fn to_kernel(&self, features: usize) -> Vec<net::Layer> {
        self.explicit.to_kernel(features)
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        self.explicit.describe(writer)
    }

    #[cfg(test)]
    fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)> {
        let input = [2, 4, 3];
        let windows = Windows { input, kernel: [3, 2], stride: 1, padding: 1, circular: true };
        let of = |outputs, constant, stream| {
            let layer = OrthogonalConvolution::random(windows, outputs, constant, seed, stream).unwrap();
            (layer.into(), Shape::Image(input))
        };
        vec![of(4, 1.3, 2), of(1, 0.6, 3)]
    }
}
