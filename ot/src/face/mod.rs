//! The optimal face: what all optimal potentials have in common, and the best of them, with certificates for both ends.
//!
//! An optimal potential is a 1-Lipschitz function `f` of the greatest value `E_P f - E_Q f`. By complementary slackness it
//! has slope 1 along every flow of an optimal plan, so the face is given by difference constraints,
//!
//! ```text
//! f(x) - f(y) <= d(x, y) for all points,    f(y_j) - f(x_i) <= -d(x_i, y_j) along the plan,
//! ```
//!
//! and the tightest bound on a difference is the length of a shortest path. Two questions follow from it.
//!
//! *The least classification error.* Let points of `P` be right where `f >= 0`, of `Q` where `f <= 0`. A set of points can be right
//! together iff no negative cycle runs through the constraints and an origin of value 0; a simple one passes the origin once, so it
//! starts at a point of `P`, ends at one of `Q` and falls between: a *conflict* of two points, whatever the others do. The mixed-integer
//! program for the least error is thus a vertex cover of least mass in a bipartite graph, and by duality a greatest flow along
//! conflicts: nothing is branched on, and the flow, each conflict with its falling path, is a certificate.
//!
//! *A linear function* of `f` is by duality a transport problem whose distances are the lengths of shortest paths.
//!
//! What is found is a certificate, and [`lip1_kernel::optimal`] decides what it proves.

mod certificates;
mod constraints;
mod cover;
mod tightest;

pub use certificates::{ErrorCertificate, LinearCertificate};

use std::collections::HashSet;

use lip1_kernel::optimal::{Chain, Conflict};
use lip1_kernel::transport::{Plan, Potentials};

use crate::simplex::Dense;
use crate::{Certified, Error, Problem};
use constraints::Constraints;
use tightest::Tightest;

/// All optimal potentials of a problem: the 1-Lipschitz functions that have slope 1 along an optimal plan.
///
/// The laws are those of the integer masses. Every search takes `O((n + m)^3)` time beside a network simplex: for hundreds of points.
#[derive(Debug, Clone, Copy)]
pub struct OptimalFace<'a> {
    /// The problem, in the units of the plan.
    pub problem: &'a Problem,
    /// An optimal plan.
    pub plan: &'a Plan,
    /// Optimal potentials.
    pub potentials: &'a Potentials,
}

impl<'a> OptimalFace<'a> {
    /// The face of a solved problem.
    #[must_use]
    pub fn of(certified: &'a Certified) -> Self {
        let solution = &certified.solution;
        Self { problem: &certified.problem, plan: &solution.plan, potentials: &solution.potentials }
    }

    /// A member of the face that errs least, and why no other errs less.
    ///
    /// # Errors
    /// When plan or potentials are not of the problem.
    pub fn least_error(&self) -> Result<ErrorCertificate, Error> {
        let constraints = self.constraints()?;
        let tightest = Tightest::new(&constraints);
        let (n, masses) = (constraints.sources(), constraints.masses());
        let pairs = (0..n).flat_map(|i| (n..masses.len()).map(move |j| (i, j)));
        let candidates: Vec<(usize, usize)> = pairs.filter(|&(x, y)| tightest.rise(x, y) < 0.0).collect();
        let paths: Vec<Vec<u32>> = candidates.iter().map(|&(x, y)| tightest.path(x, y)).collect();
        let fall = constraints.fall(&constraints.optimum(None), &paths)?;
        let falling: HashSet<(usize, usize)> =
            candidates.into_iter().zip(fall).filter(|(_, falls)| *falls).map(|(pair, _)| pair).collect();

        let cover = cover::least(&masses[..n], &masses[n..], |i, j| falling.contains(&(i, n + j)));
        let right = |side: &[bool], from: usize| -> Vec<usize> {
            (from..).zip(side).filter(|(_, wrong)| !**wrong).map(|(k, _)| k).collect()
        };
        let values = tightest.between(&right(&cover.wrong_p, 0), &right(&cover.wrong_q, n));
        // The function found may be worth less than the one known, by rounding, and the bounds with it.
        let optimum = constraints.optimum(Some(values));
        let paths: Vec<Vec<u32>> = cover.flow.iter().map(|&(i, j, _)| tightest.path(i, n + j)).collect();
        let fall = constraints.fall(&optimum, &paths)?;
        let conflicts = cover.flow.iter().zip(paths).map(|(&(.., mass), path)| Conflict { mass, path });
        let conflicts =
            conflicts.zip(fall).filter(|(_, falls)| *falls).map(|(conflict, _)| conflict).collect();
        Ok(ErrorCertificate { optimum, conflicts })
    }

    /// A member of the face with the least `sum a_i f(x_i) + sum b_j f(y_j)` among those with `f(y_0) = 0`, and why no other has
    /// less. Where the coefficients sum to 0, as do those of a difference, the value of `f(y_0)` does not matter.
    ///
    /// # Errors
    /// When the lengths do not fit, a coefficient is not finite, or plan or potentials are not of the problem.
    pub fn least(&self, a: &[f64], b: &[f64]) -> Result<LinearCertificate, Error> {
        let statement = self.problem.statement();
        for (points, given) in [(&statement.p, a), (&statement.q, b)] {
            if points.len() != given.len() {
                return Err(Error::Lengths { points: points.len(), weights: given.len() });
            }
        }
        let (units, scale) = in_units(&[a, b].concat(), statement.p.len())?;
        let constraints = self.constraints()?;
        let tightest = Tightest::new(&constraints);
        let of_sign = |sign: i64| -> (Vec<usize>, Vec<u64>) {
            let some = units.iter().enumerate().filter(|(_, unit)| **unit * sign > 0);
            some.map(|(k, unit)| (k, unit.unsigned_abs())).unzip()
        };
        let ((high, supply), (low, demand)) = (of_sign(1), of_sign(-1));
        if high.is_empty() {
            return Ok(LinearCertificate { optimum: constraints.optimum(None), chains: vec![] });
        }
        let costs: Vec<f64> = high
            .iter()
            .flat_map(|&x| low.iter().map(|&y| tightest.reduced(x, y)).collect::<Vec<_>>())
            .collect();
        let answer = Dense { costs: &costs, supply: &supply, demand: &demand }.solve(u64::MAX);
        let chain = |&(i, j, mass): &(u32, u32, u64)| Chain {
            weight: mass as f64 / scale,
            path: tightest.path(high[i as usize], low[j as usize]),
        };
        let chains = answer.flows.iter().map(chain).collect();
        let optimum = constraints.optimum(Some(tightest.above(&low, &answer.v)));
        Ok(LinearCertificate { optimum, chains })
    }

    fn constraints(&self) -> Result<Constraints, Error> {
        Constraints::new(self.problem, self.plan, self.potentials)
    }
}

/// Bits of the coefficients that are kept below the leading bit of their sum.
const KEPT_BITS: i32 = 52;

/// The coefficients with their signs changed, in units of `1 / scale`, a power of two; the entry at `base` makes their sum 0.
fn in_units(coefficients: &[f64], base: usize) -> Result<(Vec<i64>, f64), Error> {
    let size: f64 = coefficients.iter().map(|c| c.abs()).sum();
    if !size.is_finite() {
        return Err(Error::Parameter { name: "the sum of coefficients", value: size, range: "finite" });
    }
    let leading = if size > 0.0 { size.log2().ceil() as i32 } else { 0 };
    let scale = 2.0_f64.powi((KEPT_BITS - leading).min(f64::MAX_EXP - 1));
    let mut units: Vec<i64> = coefficients.iter().map(|c| -(c * scale).round() as i64).collect();
    units[base] -= units.iter().sum::<i64>();
    Ok((units, scale))
}
