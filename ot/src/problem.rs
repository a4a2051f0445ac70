//! The Wasserstein problem between two measures, with its masses as integers.

use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{self, Weights};

use crate::distance::distance;
use crate::masses::{self, balance};
use crate::{Error, Measure};

/// `W(P, Q) = min over couplings of the integral of d`, `d` the l1, l2 or l-infinity distance.
///
/// The masses are integers over a common total. They are the measures' own masses whenever those fit 62 bits (always
/// so for uniform measures); otherwise they are rounded to multiples of about `2^-62` and the true weights are kept
/// beside them, so that the kernel charges the difference to the bracket.
#[derive(Debug, Clone)]
pub struct Problem {
    statement: transport::Problem,
}

impl Problem {
    /// States the problem for two measures on the same space.
    ///
    /// # Errors
    /// When the dimensions differ or distances overflow.
    pub fn new(p: &Measure, q: &Measure, cost: Cost) -> Result<Self, Error> {
        let (dim_p, dim_q) = (p.points().dim(), q.points().dim());
        if dim_p != dim_q {
            return Err(Error::Dimensions { p: dim_p, q: dim_q });
        }
        let masses = balance(p, q);
        let weights = (!masses.exact).then(|| Weights { p: given_weights(p), q: given_weights(q) });
        let problem = Self {
            statement: transport::Problem {
                p: p.points().clone(),
                q: q.points().clone(),
                p_mass: masses.p,
                q_mass: masses.q,
                cost,
                weights,
            },
        };
        if problem.diameter().is_finite() { Ok(problem) } else { Err(Error::Overflow) }
    }

    /// Points, integer masses and cost, as the kernel takes them; with the true weights, when the masses are not
    /// exactly in their proportion.
    #[must_use]
    pub fn statement(&self) -> &transport::Problem {
        &self.statement
    }

    /// The same problem in units `scale` times smaller, if the total still fits.
    pub(crate) fn refined(&self, scale: u64) -> Option<Self> {
        let times = |masses: &[u64]| masses.iter().map(|m| m.checked_mul(scale)).collect::<Option<Vec<_>>>();
        let (p_mass, q_mass) = (times(&self.statement.p_mass)?, times(&self.statement.q_mass)?);
        self.total().checked_mul(scale).filter(|total| *total <= masses::LARGEST_TOTAL)?;
        let statement = transport::Problem { p_mass, q_mass, ..self.statement.clone() };
        Some(Self { statement })
    }

    /// Whether the matrix of distances takes at most 1 GiB.
    pub(crate) fn fits_in_memory(&self) -> bool {
        self.statement.p.len().saturating_mul(self.statement.q.len()) <= 1 << 27
    }

    /// The common total of the masses.
    pub(crate) fn total(&self) -> u64 {
        self.statement.p_mass.iter().sum()
    }

    /// An upper bound, up to rounding, on the distance between any two points of the problem.
    pub(crate) fn diameter(&self) -> f64 {
        let dim = self.statement.p.dim();
        let (mut low, mut high) = (vec![f64::INFINITY; dim], vec![f64::NEG_INFINITY; dim]);
        for row in self.statement.p.rows().chain(self.statement.q.rows()) {
            for (k, &c) in row.iter().enumerate() {
                low[k] = low[k].min(c);
                high[k] = high[k].max(c);
            }
        }
        distance(self.statement.cost, &low, &high)
    }
}

/// The weights, or 1 a point. Only their proportions count: tiny ones are scaled up, exactly, so that shares of them do not underflow.
fn given_weights(measure: &Measure) -> Vec<f64> {
    let weights = measure.weights().map_or_else(|| vec![1.0; measure.len()], <[f64]>::to_vec);
    let small = weights.iter().all(|weight| *weight < TINY_WEIGHT);
    weights.into_iter().map(|weight| if small { weight / TINY_WEIGHT } else { weight }).collect()
}

/// `2^-512`.
const TINY_WEIGHT: f64 = f64::from_bits((1023 - 512) << 52);
