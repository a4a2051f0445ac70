//! The transport problem as the solvers see it.

use lip1_kernel::distance::Cost;

use crate::distance::distance;

/// Positive integer supplies at the rows of `x`, demands at the rows of `y`, equal totals.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) cost: Cost,
    pub(crate) dim: usize,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) supply: Vec<u64>,
    pub(crate) demand: Vec<u64>,
}

impl Instance {
    pub(crate) fn sources(&self) -> usize {
        self.supply.len()
    }

    pub(crate) fn sinks(&self) -> usize {
        self.demand.len()
    }

    pub(crate) fn source(&self, i: usize) -> &[f64] {
        &self.x[i * self.dim..(i + 1) * self.dim]
    }

    pub(crate) fn sink(&self, j: usize) -> &[f64] {
        &self.y[j * self.dim..(j + 1) * self.dim]
    }

    pub(crate) fn distance(&self, i: usize, j: usize) -> f64 {
        distance(self.cost, self.source(i), self.sink(j))
    }

    /// The diameter of the bounding box, an upper bound on every distance up to rounding.
    pub(crate) fn diameter(&self) -> f64 {
        let mut low = vec![f64::INFINITY; self.dim];
        let mut high = vec![f64::NEG_INFINITY; self.dim];
        for row in self.x.chunks_exact(self.dim).chain(self.y.chunks_exact(self.dim)) {
            for (k, &c) in row.iter().enumerate() {
                low[k] = low[k].min(c);
                high[k] = high[k].max(c);
            }
        }
        distance(self.cost, &low, &high)
    }
}

/// What a solver hands back: an exact plan and potentials that are optimal up to rounding.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// `(i, j, mass)` with positive masses whose sums are the supplies and demands.
    pub(crate) flows: Vec<(u32, u32, u64)>,
    /// One potential for each sink; those of the sources are their c-transform.
    pub(crate) v: Vec<f64>,
    pub(crate) status: crate::Status,
    pub(crate) iterations: u64,
}
