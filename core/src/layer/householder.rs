//! The Householder activation.

use std::f64::consts::FRAC_PI_2;

use super::HouseholderSpec;
use super::prelude::*;

/// Reflects each pair of features to one side of a line: with `v = (sin(t/2), -cos(t/2))`, the pair `z` of entry `k`
/// of the first half and entry `k` of the second becomes `z - 2 max(<v, z>, 0) v`.
///
/// An isometry on either side of the line, so 1-Lipschitz with slope 1 almost everywhere, without any factor. The
/// angles `t`, one a pair, are trained. Source: Singla, Singla, Feizi 2021.
#[derive(Debug, Clone, PartialEq)]
pub struct Householder<T: Scalar> {
    angles: DVector<T>,
}

impl<T: Scalar> Householder<T> {
    /// The activation with given angles (half as many as features), in radians.
    ///
    /// # Errors
    /// When there is none, or one is not finite.
    pub fn new(angles: DVector<T>) -> Result<Self, Error> {
        if angles.is_empty() {
            return Err(Error::Empty { what: "the angles of a Householder layer" });
        }
        if angles.iter().all(|angle| angle.is_finite()) {
            Ok(Self { angles })
        } else {
            Err(Error::NotFinite { what: "an angle of a Householder layer" })
        }
    }

    /// The angles, in radians.
    pub fn angles(&self) -> &DVector<T> {
        &self.angles
    }

    /// The normal `v` of each line.
    fn normals(&self) -> Vec<(T, T)> {
        let half = T::nearest(0.5);
        self.angles.iter().map(|angle| ((*angle * half).sin(), -(*angle * half).cos())).collect()
    }
}

/// The tensor `theta` has an angle a pair of channels, for all places of an image; in a plan they begin as right angles.
impl Spec for HouseholderSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        let (channels, places) = input.channels();
        if !channels.is_multiple_of(2) {
            return builder.refuse(format!("{channels} channels have no halves"));
        }
        let pairs = channels / 2;
        let angles = builder.parameter("theta", &[pairs], |_| vec![T::nearest(FRAC_PI_2); pairs])?;
        let angles = angles.into_iter().flat_map(|angle| std::iter::repeat_n(angle, places));
        let layer = Householder::new(DVector::from_iterator(pairs * places, angles))?;
        Ok((Some(layer.into()), input))
    }

    /// Angles alone tell the number of features, when nothing says that they are those of an image.
    fn likely_input(&self, tensors: &TensorShapes<'_>) -> Option<Shape> {
        match tensors("theta")?[..] {
            [angles] => Some(Shape::Flat(angles.checked_mul(2)?)),
            _ => None,
        }
    }
}

impl<T: Scalar> Rule<T> for Householder<T> {
    fn outputs(&self, features: usize) -> Option<usize> {
        (features == 2 * self.angles.len()).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let half = self.angles.len();
        let normals = self.normals();
        let two = T::one() + T::one();
        for (x, mut y) in input.column_iter().zip(output.column_iter_mut()) {
            for (k, &(a, b)) in normals.iter().enumerate() {
                let (p, q) = (x[k], x[half + k]);
                let beyond = two * (a * p + b * q).max(T::zero());
                y[k] = p - beyond * a;
                y[half + k] = q - beyond * b;
            }
        }
    }

    fn vjp(
        &self,
        at: &Backward<'_, T>,
        mut grad_input: Option<&mut DMatrix<T>>,
        grad_parameters: &mut [DMatrix<T>],
    ) {
        let half = self.angles.len();
        let normals = self.normals();
        let two = T::one() + T::one();
        let mut turns = DVector::zeros(half);
        for (sample, (x, g)) in at.input.column_iter().zip(at.grad_output.column_iter()).enumerate() {
            for (k, &(a, b)) in normals.iter().enumerate() {
                let (p, q) = (x[k], x[half + k]);
                let (gp, gq) = (g[k], g[half + k]);
                let inside = a * p + b * q;
                let beyond = inside > T::zero();
                // The derivative of v is half of (-b, a).
                if beyond {
                    turns[k] -= (a * q - b * p) * (gp * a + gq * b) + inside * (a * gq - b * gp);
                }
                if let Some(grad_input) = grad_input.as_deref_mut() {
                    let along = if beyond { two * (gp * a + gq * b) } else { T::zero() };
                    grad_input[(k, sample)] = gp - along * a;
                    grad_input[(half + k, sample)] = gq - along * b;
                }
            }
        }
        if let [angles] = grad_parameters {
            angles.copy_from(&turns);
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::vector(self.angles.len())]
    }

    fn update(&mut self, change: &mut dyn FnMut(usize, &mut [T])) -> Result<(), Error> {
        change(0, self.angles.as_mut_slice());
        Ok(())
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        vec![net::Layer::Householder { angles: self.angles.iter().map(|angle| angle.to_f64()).collect() }]
    }

    /// Each pair of features has its own angle here, so an image is taken for features.
    fn describe(&self, writer: &mut Writer) -> Described {
        writer.flatten();
        let angles: Vec<f64> = self.angles.iter().map(|angle| angle.to_f64()).collect();
        writer.tensor("theta", &[angles.len()], &angles);
        Ok((HouseholderSpec {}.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        let layer = || Householder { angles: DVector::from_vec(vec![0.3, -2.0, 1.5]) };
        vec![(layer().into(), Shape::Flat(6)), (layer().into(), Shape::Image([2, 3, 1]))]
    }
}
