//! What bounds the least classification error and the least value of a linear function over the face, and how it is checked.

use lip1_kernel::Interval;
use lip1_kernel::transport::Plan;

use super::slopes::Slopes;
use crate::{Error, Problem};

/// Two points that cannot both be right, one at least of `mass` being wrong for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Units of mass that count as wrong.
    pub mass: u64,
    /// A way from a point of `p` to a point of `q` along which every optimal potential falls: points of `p` are numbered from
    /// 0, those of `q` after them.
    pub path: Vec<u32>,
}

/// What bounds the least classification error over the optimal potentials from both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorCertificate {
    /// A plan.
    pub plan: Plan,
    /// A value for every point, those of `p` first, which make a 1-Lipschitz function, `min_w values_w + d(z, w)`.
    pub values: Vec<f64>,
    /// Conflicts, which share no mass.
    pub conflicts: Vec<Conflict>,
}

/// The least classification error over the 1-Lipschitz functions `f` with `E_P f - E_Q f >= value`, shifts among them: the mass
/// where `f < 0` at points of `p` and where `f > 0` at points of `q`. Only a check makes one.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LeastError {
    /// Some 1-Lipschitz function is worth this much or more, for the integer masses: at most their distance, next to it when the
    /// certificate is a good one. The lower end is therefore true of all potentials that are optimal for these masses.
    pub value: f64,
    /// Units of mass that every such function has wrong.
    pub lower: u64,
    /// Units of mass that some such function has wrong.
    pub upper: u64,
    /// Units of mass of both laws together.
    pub of: u64,
}

impl ErrorCertificate {
    /// Verifies the certificate; kernel enclosures and integers alone.
    ///
    /// If `f` falls from `x` in `p` to `y` in `q`, `f(x) >= 0` and `f(y) <= 0` cannot both be: the mass of a conflict is wrong at
    /// one of its ends. Conflicts take no more mass from a point than it has, so their masses add up.
    ///
    /// # Errors
    /// When the kernel refuses the plan, or a conflict proves nothing or counts mass twice.
    pub fn check(&self, problem: &Problem) -> Result<LeastError, Error> {
        let slopes = Slopes::new(problem.statement(), &self.plan, &self.values)?;
        let (n, masses) = (slopes.sources(), slopes.masses());
        let mut left = masses.clone();
        let mut lower = 0;
        for (index, Conflict { mass, path }) in self.conflicts.iter().enumerate() {
            let refused = |why| Error::Refused { what: "conflict", index, why };
            let ends = match path[..] {
                [x, .., y] if (x as usize) < n && n <= y as usize => [x as usize, y as usize],
                _ => return Err(refused("its path does not lead from p to q")),
            };
            if !slopes.falls(path) {
                return Err(refused("its path was not shown to fall"));
            }
            for end in ends {
                let rest = left[end].checked_sub(*mass);
                left[end] = rest.ok_or_else(|| refused("it takes mass that its ends do not have"))?;
            }
            lower += mass;
        }
        let is_right = |k: usize| {
            let value = slopes.known()[k];
            if k < n { value.lower() >= 0.0 } else { value.upper() <= 0.0 }
        };
        let upper = (0..masses.len()).filter(|&k| !is_right(k)).map(|k| masses[k]).sum();
        Ok(LeastError { value: slopes.value(), lower, upper, of: masses.iter().sum() })
    }
}

/// A sum of constraints along a path, times a weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Its weight, not negative.
    pub weight: f64,
    /// The points on it: those of `p` are numbered from 0, those of `q` after them.
    pub path: Vec<u32>,
}

/// What bounds the least value of a linear function over the optimal potentials from both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearCertificate {
    /// A plan.
    pub plan: Plan,
    /// A value for every point, those of `p` first, which make a 1-Lipschitz function, `min_w values_w + d(z, w)`.
    pub values: Vec<f64>,
    /// Chains whose weights add up to the function, with the sign changed.
    pub chains: Vec<Chain>,
}

/// The least value of a linear function over the 1-Lipschitz functions `f` with `E_P f - E_Q f >= value` and `f(y_0) = 0`. Only a check
/// makes one.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LeastValue {
    /// Some 1-Lipschitz function is worth this much or more, for the integer masses: at most their distance, next to it when the
    /// certificate is a good one. The lower end is therefore true of all potentials that are optimal for these masses.
    pub value: f64,
    /// At most the least value.
    pub lower: f64,
    /// At least the least value.
    pub upper: f64,
}

impl LinearCertificate {
    /// Verifies the certificate for `sum a_i f(x_i) + sum b_j f(y_j)`; kernel enclosures alone.
    ///
    /// With `c` the coefficients of all points and `r` what the chains leave of them, `r_z = c_z + sum of weights from z - sum of weights
    /// to z`, the function is `-sum w (f(first) - f(last)) + sum r_z f(z)`. The bound on each path and `|f(z)| <= d(z, y_0)` bound it
    /// from below, be the weights exact or not.
    ///
    /// # Errors
    /// When the kernel refuses the plan, lengths do not fit, a weight is negative or not finite, or a path leaves the points.
    pub fn check(&self, problem: &Problem, a: &[f64], b: &[f64]) -> Result<LeastValue, Error> {
        let slopes = Slopes::new(problem.statement(), &self.plan, &self.values)?;
        let base = slopes.sources();
        let coefficients = slopes.coefficients(a, b)?;
        let mut rest: Vec<Interval> = coefficients.iter().map(|&c| Interval::data(c)).collect();
        let mut lower = Interval::ZERO;
        for (index, Chain { weight, path }) in self.chains.iter().enumerate() {
            let refused = |why| Error::Refused { what: "chain", index, why };
            if !(*weight >= 0.0 && weight.is_finite()) {
                return Err(refused("its weight is negative or not finite"));
            }
            let bound = slopes.along(path).ok_or_else(|| refused("its path leaves the points"))?;
            let weight = Interval::data(*weight);
            if let [first, .., last] = path[..] {
                rest[first as usize] = rest[first as usize] + weight;
                rest[last as usize] = rest[last as usize] - weight;
            }
            lower = lower - weight * Interval::data(bound.upper());
        }
        let mut upper = Interval::ZERO;
        for (k, (&c, rest)) in coefficients.iter().zip(rest).enumerate() {
            if k != base {
                lower = lower - rest.abs() * slopes.distance(k, base);
                upper = upper + Interval::data(c) * (slopes.known()[k] - slopes.known()[base]);
            }
        }
        Ok(LeastValue { value: slopes.value(), lower: lower.lower(), upper: upper.upper() })
    }
}
