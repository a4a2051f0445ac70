//! The hinge loss over Lipschitz functions: zero, or one pair that forbids it.

use lip1_kernel::distance;
use lip1_kernel::regularised::{Sample, Total};
use lip1_kernel::transport::Potentials;

use super::sample::{positive, sample};
use crate::{Error, Measure};

/// Whether some 1-Lipschitz `f` has `y f >= m` at every point: the hinge loss `E (m - y f)_+` is then zero.
///
/// ```
/// use lip1_ot::regularised::{Hinge, Separation};
/// use lip1_ot::{Cost, Measure, Points};
///
/// let p = Measure::uniform(Points::new(2, vec![0.0, 0.0])?)?;
/// let q = Measure::uniform(Points::new(2, vec![3.0, 4.0])?)?;
/// assert!(matches!(Hinge::new(&p, &q, Cost::L2, 2.5)?.solve(), Separation::Apart(_)));
/// assert!(matches!(Hinge::new(&p, &q, Cost::L2, 2.75)?.solve(), Separation::Close { i: 0, j: 0 }));
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Hinge {
    /// The two classes.
    pub sample: Sample,
    /// The margin `m > 0`.
    pub margin: f64,
}

/// A certificate either way.
#[derive(Debug, Clone, PartialEq)]
pub enum Separation {
    /// Values of a 1-Lipschitz function of hinge loss zero: `m` on the positive points, `-m` on the negative ones.
    Apart(Potentials),
    /// Positive point `i` and negative point `j`, the closest pair, are nearer than `2 m`: Farkas' multipliers 1 on `u_i >= m`,
    /// `-v_j >= m` and `v_j - u_i >= -d_ij` add up to `0 >= 2 m - d_ij > 0`.
    Close {
        /// Row of the positive point.
        i: usize,
        /// Row of the negative point.
        j: usize,
    },
}

impl Hinge {
    /// States the problem.
    ///
    /// # Errors
    /// When the dimensions differ or the margin is not positive and finite.
    pub fn new(p: &Measure, q: &Measure, cost: distance::Cost, margin: f64) -> Result<Self, Error> {
        positive("margin", margin)?;
        Ok(Self { sample: sample(p, q, cost, Total::Together)?, margin })
    }

    /// Finds the closest pair among the points with mass, `O(n m)`, and compares its distance with `2 m`, in plain floating point.
    ///
    /// Within rounding of equality the answer may be the wrong one of the two: the kernel decides whether it is a certificate.
    #[must_use]
    pub fn solve(&self) -> Separation {
        let Sample { p, q, p_weight, q_weight, cost, .. } = &self.sample;
        let mut closest = (f64::INFINITY, 0, 0);
        for (i, x) in p.rows().enumerate().filter(|(i, _)| p_weight[*i] > 0.0) {
            for (j, y) in q.rows().enumerate().filter(|(j, _)| q_weight[*j] > 0.0) {
                let d = crate::distance::distance(*cost, x, y);
                if d < closest.0 {
                    closest = (d, i, j);
                }
            }
        }
        let (d, i, j) = closest;
        if d >= 2.0 * self.margin {
            let values = |n: usize, value: f64| vec![value; n];
            Separation::Apart(Potentials {
                u: values(p.len(), self.margin),
                v: values(q.len(), -self.margin),
            })
        } else {
            Separation::Close { i, j }
        }
    }
}
