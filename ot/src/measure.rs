//! Finitely supported measures.

use lip1_kernel::Points;

use crate::Error;

/// A probability measure on finitely many points: `sum_i w_i delta_{x_i} / sum_i w_i`.
///
/// ```
/// use lip1_ot::{Measure, Points};
///
/// let points = Points::new(1, vec![0.0, 1.0, 2.0])?;
/// let measure = Measure::weighted(points, vec![1.0, 0.0, 3.0])?;
/// assert_eq!(measure.len(), 3);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    points: Points,
    weights: Option<Vec<f64>>,
}

impl Measure {
    /// Equal masses on all points (repeated points count as often as they occur).
    ///
    /// # Errors
    /// When there is no point, or more than `u32::MAX / 2`.
    pub fn uniform(points: Points) -> Result<Self, Error> {
        let limit = u32::MAX as usize / 2;
        if points.is_empty() {
            return Err(Error::Empty);
        }
        if points.len() > limit {
            return Err(Error::TooMany { points: points.len(), limit });
        }
        Ok(Self { points, weights: None })
    }

    /// Mass proportional to `weights[i] >= 0` on point `i`; the total is divided out.
    ///
    /// # Errors
    /// When there is no point, a weight is missing, negative or not finite, or the total is zero or overflows.
    pub fn weighted(points: Points, weights: Vec<f64>) -> Result<Self, Error> {
        let uniform = Self::uniform(points)?;
        if weights.len() != uniform.len() {
            return Err(Error::Lengths { points: uniform.len(), weights: weights.len() });
        }
        if let Some((index, &weight)) = weights.iter().enumerate().find(|(_, w)| !w.is_finite() || **w < 0.0)
        {
            return Err(Error::Weight { index, weight });
        }
        let total: f64 = weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err(Error::Total { total });
        }
        Ok(Self { weights: Some(weights), ..uniform })
    }

    /// The support, zero weights included.
    #[must_use]
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The weights as given, or `None` for equal masses.
    #[must_use]
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Number of points.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a measure is never empty")]
    pub fn len(&self) -> usize {
        self.points.len()
    }
}
