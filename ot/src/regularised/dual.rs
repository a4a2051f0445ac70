//! What the regularised solvers hand over.

use lip1_kernel::regularised::Sample;
use lip1_kernel::transport::{Plan, Potentials};

use crate::Status;

/// A plan whose sums define the moved masses, and the values of a function.
#[derive(Debug, Clone)]
pub struct Dual {
    /// The plan's masses are multiples of `1 / unit`.
    pub unit: u64,
    /// Mass moved between the classes.
    pub plan: Plan,
    /// Values of the function on the positive points (`u`) and on the negative points (`v`), `u_i - v_j <= d_ij`; for
    /// [`super::LogLoss`] those of `f / L`.
    pub potentials: Potentials,
    /// How the solver ended.
    pub status: Status,
    /// Pivots of the network simplex, or conic programs solved.
    pub iterations: u64,
}

impl Dual {
    /// The share of the sample's mass on which the function is on the wrong side: `f <= 0` on positive points, `f > 0`
    /// on negative ones.
    #[must_use]
    pub fn error(&self, sample: &Sample) -> f64 {
        let (p_total, q_total) = super::sample::totals(sample);
        let wrong = |weights: &[f64], values: &[f64], wrong: fn(f64) -> bool| -> f64 {
            weights.iter().zip(values).filter(|(_, v)| wrong(**v)).map(|(w, _)| w).sum()
        };
        let p = wrong(&sample.p_weight, &self.potentials.u, |u| u <= 0.0) / p_total;
        let q = wrong(&sample.q_weight, &self.potentials.v, |v| v > 0.0) / q_total;
        (p + q) / (masses(&sample.p_weight, p_total) + masses(&sample.q_weight, q_total))
    }
}

fn masses(weights: &[f64], total: f64) -> f64 {
    weights.iter().sum::<f64>() / total
}
