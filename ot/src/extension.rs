//! The McShane-Whitney extensions of values on a finite set.

use lip1_kernel::Points;
use lip1_kernel::distance::Cost;

use crate::Error;
use crate::distance::distance;

/// Extends values `f(s_i)` with constant `L` from a finite set to the whole space, in fast floating point.
///
/// Every `L`-Lipschitz function with these values lies between [`Extension::smallest`] and [`Extension::largest`],
/// provided the values have constant `L` themselves (the kernel's `lipschitz` rule decides that).
///
/// ```
/// use lip1_ot::{Cost, Extension, Points};
///
/// let extension = Extension::new(Points::new(1, vec![0.0, 2.0])?, vec![0.0, 1.0], 1.0, Cost::L2)?;
/// assert_eq!(extension.largest(&[1.0]), 1.0);
/// assert_eq!(extension.smallest(&[1.0]), 0.0);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Extension {
    points: Points,
    values: Vec<f64>,
    constant: f64,
    norm: Cost,
}

impl Extension {
    /// Takes the set, one value per point, the constant `L >= 0` and the norm.
    ///
    /// # Errors
    /// When there is no point, a value is missing, or `constant` is negative or not finite.
    pub fn new(points: Points, values: Vec<f64>, constant: f64, norm: Cost) -> Result<Self, Error> {
        if points.is_empty() {
            return Err(Error::Empty);
        }
        if values.len() != points.len() {
            return Err(Error::Lengths { points: points.len(), weights: values.len() });
        }
        if !(constant >= 0.0 && constant.is_finite()) {
            return Err(Error::Parameter { name: "constant", value: constant, range: "finite and >= 0" });
        }
        Ok(Self { points, values, constant, norm })
    }

    /// `min_i f(s_i) + L |x - s_i|`, up to rounding.
    #[must_use]
    pub fn largest(&self, x: &[f64]) -> f64 {
        self.cones(x).map(|(value, slope)| value + slope).fold(f64::INFINITY, f64::min)
    }

    /// `max_i f(s_i) - L |x - s_i|`, up to rounding.
    #[must_use]
    pub fn smallest(&self, x: &[f64]) -> f64 {
        self.cones(x).map(|(value, slope)| value - slope).fold(f64::NEG_INFINITY, f64::max)
    }

    fn cones<'a>(&'a self, x: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.values
            .iter()
            .zip(self.points.rows())
            .map(|(&value, s)| (value, self.constant * distance(self.norm, x, s)))
    }
}
