//! What is handed to the kernel, which checks it.

use lip1_kernel::optimal::{self, Chain, Conflict, LeastError, LeastValue, Optimum};
use lip1_kernel::{Refusal, Theorem};

use super::constraints::of_masses;
use crate::Problem;

/// What bounds the least classification error over the optimal potentials from both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorCertificate {
    /// A plan, and a potential that errs least.
    pub optimum: Optimum,
    /// Conflicts, which share no mass.
    pub conflicts: Vec<Conflict>,
}

impl ErrorCertificate {
    /// What the kernel makes of it, for the laws of the problem's integer masses.
    ///
    /// # Errors
    /// Those of [`optimal::least_error`].
    pub fn check(&self, problem: &Problem) -> Result<Theorem<LeastError>, Refusal> {
        optimal::least_error(&of_masses(problem), &self.optimum, &self.conflicts)
    }
}

/// What bounds the least value of a linear function over the optimal potentials from both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearCertificate {
    /// A plan, and a potential of the least value.
    pub optimum: Optimum,
    /// Chains whose weights add up to the function, with the sign changed.
    pub chains: Vec<Chain>,
}

impl LinearCertificate {
    /// What the kernel makes of it for `sum a_i f(x_i) + sum b_j f(y_j)`, for the laws of the problem's integer masses.
    ///
    /// # Errors
    /// Those of [`optimal::least_value`].
    pub fn check(&self, problem: &Problem, a: &[f64], b: &[f64]) -> Result<Theorem<LeastValue>, Refusal> {
        optimal::least_value(&of_masses(problem), &self.optimum, a, b, &self.chains)
    }
}
