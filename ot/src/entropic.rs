//! Entropic transport: the plan that minimises `<pi, d> + eps KL(pi | p x q)`, rounded to exact marginals.

use lip1_kernel::Theorem;
use lip1_kernel::transport::{self, Bracket, Plan, Potentials};

use crate::distance::distance;
use crate::{Error, Problem, Status, masses, repair, tolerance};

/// Sinkhorn's iteration in the log domain (Cuturi 2013), from a large `eps` down to the one asked for.
///
/// ```
/// use lip1_ot::{Cost, Entropic, Measure, Points, Problem};
///
/// let p = Measure::uniform(Points::new(1, vec![0.0, 2.0])?)?;
/// let q = Measure::uniform(Points::new(1, vec![1.0, 3.0])?)?;
/// let entropic = Entropic::new(Problem::new(&p, &q, Cost::L2)?, 0.1)?;
/// let solution = entropic.solve()?;
/// let bracket = entropic.certify(&solution)?;
/// // W = 1, and the plan costs at most eps ln 2 more.
/// assert!(bracket.lower <= 1.0 && 1.0 <= bracket.upper && bracket.upper <= 1.0 + 0.1);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Entropic {
    /// The transport problem.
    pub problem: Problem,
    /// The weight of the entropy, in the units of the distance.
    pub eps: f64,
    /// Most times that both sides are scaled at each value of `eps` on the way; 10,000 unless changed.
    pub max_iterations: u64,
}

/// What Sinkhorn's iteration leaves.
#[derive(Debug, Clone)]
pub struct EntropicSolution {
    /// The problem in the units of the plan.
    pub problem: Problem,
    /// The entropic plan with its marginals made exact.
    pub plan: Plan,
    /// `u` and `v` for which the plan before rounding is `p_i q_j exp((u_i - v_j - d_ij) / eps)`.
    pub scaling: Potentials,
    /// The c-transform of `scaling.v`: feasible for the problem without entropy.
    pub potentials: Potentials,
    /// [`Status::Tolerance`] when the marginals were met before rounding, else [`Status::IterationLimit`].
    pub status: Status,
    /// Times that both sides were scaled.
    pub iterations: u64,
}

impl Entropic {
    /// States the problem.
    ///
    /// # Errors
    /// When `eps` is not positive and finite.
    pub fn new(problem: Problem, eps: f64) -> Result<Self, Error> {
        if eps > 0.0 && eps.is_finite() {
            Ok(Self { problem, eps, max_iterations: 10_000 })
        } else {
            Err(Error::Parameter { name: "eps", value: eps, range: "finite and > 0" })
        }
    }

    /// Scales until the marginals are met, then rounds. `O(n m)` memory, and time for every iteration.
    ///
    /// The plan is rounded as Altschuler, Weed and Rigollet (2017, algorithm 2) do: rows and columns that are too heavy are
    /// scaled down, and what is missing is added, here along a coupling of the remainders.
    ///
    /// # Errors
    /// When the masses do not fit finer units.
    pub fn solve(&self) -> Result<EntropicSolution, Error> {
        let scale = (masses::LARGEST_TOTAL / self.problem.total()).max(1);
        let problem = self.problem.refined(scale).ok_or(Error::Overflow)?;
        let statement = problem.statement();
        let (p, q) = (shares(&statement.p_mass), shares(&statement.q_mass));
        let costs: Vec<f64> = statement
            .p
            .rows()
            .flat_map(|x| statement.q.rows().map(|y| distance(statement.cost, x, y)))
            .collect();
        let (mut u, mut v) = (vec![0.0; p.len()], vec![0.0; q.len()]);
        let mut iterations = 0;
        // A warm start at twice the eps is worth many iterations at this one.
        let mut eps = problem.diameter().max(self.eps.abs()).copysign(self.eps);
        let met = loop {
            eps = if (eps / 2.0).abs() > self.eps.abs() { eps / 2.0 } else { self.eps };
            let met = (0..self.max_iterations).any(|_| {
                scale_rows(&costs, &q, &v, &mut u, eps);
                scale_columns(&costs, &p, &u, &mut v, eps);
                iterations += 1;
                // The columns are met now; the rows tell how far the iteration still is.
                row_excess(&costs, (&p, &q), (&u, &v), eps) <= tolerance::MARGINALS
            });
            if eps.to_bits() == self.eps.to_bits() {
                break met;
            }
        };
        let m = q.len();
        let plan: Vec<f64> = (0..costs.len())
            .map(|k| p[k / m] * q[k % m] * ((u[k / m] - v[k % m] - costs[k]) / self.eps).exp())
            .collect();
        let flows = repair::shrink_and_complete(plan, &statement.p_mass, &statement.q_mass);
        let potentials = repair::potentials(statement, v.clone(), &flows);
        let status = if met { Status::Tolerance } else { Status::IterationLimit };
        let scaling = Potentials { u, v };
        Ok(EntropicSolution { plan: Plan { flows }, scaling, potentials, status, iterations, problem })
    }

    /// Has the kernel bracket the distance without entropy: above by the cost of the entropic plan, below by the c-transform.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn certify(&self, solution: &EntropicSolution) -> Result<Theorem<Bracket>, Error> {
        let EntropicSolution { problem, plan, potentials, .. } = solution;
        Ok(transport::check(problem.statement(), plan, potentials)?)
    }
}

fn shares(masses: &[u64]) -> Vec<f64> {
    let total = masses.iter().sum::<u64>() as f64;
    masses.iter().map(|&mass| mass as f64 / total).collect()
}

/// `u_i = -eps ln sum_j q_j exp((-v_j - d_ij) / eps)`: all rows sum to their masses.
fn scale_rows(costs: &[f64], q: &[f64], v: &[f64], u: &mut [f64], eps: f64) {
    for (u, row) in u.iter_mut().zip(costs.chunks_exact(q.len())) {
        *u = -eps * log_sum(|| row.iter().zip(v).zip(q).map(|((d, v), q)| (*q, (-v - d) / eps)));
    }
}

/// `v_j = eps ln sum_i p_i exp((u_i - d_ij) / eps)`: all columns sum to their masses.
fn scale_columns(costs: &[f64], p: &[f64], u: &[f64], v: &mut [f64], eps: f64) {
    let m = v.len();
    for (j, v) in v.iter_mut().enumerate() {
        let column = || costs[j..].iter().step_by(m);
        *v = eps * log_sum(|| column().zip(u).zip(p).map(|((d, u), p)| (*p, (u - d) / eps)));
    }
}

/// `ln sum w e^x` over the terms with `w > 0`, without overflow.
fn log_sum<I: Iterator<Item = (f64, f64)>>(terms: impl Fn() -> I) -> f64 {
    let positive = || terms().filter(|(w, _)| *w > 0.0);
    let largest = positive().map(|(_, x)| x).fold(f64::NEG_INFINITY, f64::max);
    largest + positive().map(|(w, x)| w * (x - largest).exp()).sum::<f64>().ln()
}

/// How much mass the rows are off in all.
fn row_excess(costs: &[f64], (p, q): (&[f64], &[f64]), (u, v): (&[f64], &[f64]), eps: f64) -> f64 {
    let rows = costs.chunks_exact(q.len()).zip(u).zip(p);
    rows.map(|((row, u), p)| {
        let sum: f64 = row.iter().zip(v).zip(q).map(|((d, v), q)| q * ((u - v - d) / eps).exp()).sum();
        p * (sum - 1.0).abs()
    })
    .sum()
}

#[cfg(test)]
mod tests {
    use lip1_kernel::distance::Cost;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{costs, pairs};
    use crate::{Settings, certify, solve};

    /// The share of the diameter from which on `eps` needs less than 10,000 iterations, whatever the points are: each shrinks the error
    /// in Hilbert's metric by `tanh(D / (2 eps))^2` (Birkhoff, Hopf), 0.9949 here, and 13 to 1e-13 takes 6,400 of them.
    const ALWAYS_MET: f64 = 0.15;

    /// Marginals summed in another order than the solver's, with exponentials of its potentials, are off by as much again.
    const SUMMED_ANEW: f64 = 2.0;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, max_global_rejects: 1 << 20, ..ProptestConfig::with_cases(100) })]

        #[test]
        fn the_rounded_plan_is_exact_and_within_the_entropy_bound((p, q) in pairs(8), cost in costs(), part in 0.05..1.0f64) {
            let problem = Problem::new(&p, &q, cost).unwrap();
            prop_assume!(problem.diameter() > 0.0 && problem.statement().weights.is_none());
            let eps = part * problem.diameter();
            let entropic = Entropic::new(problem.clone(), eps).unwrap();
            let solution = entropic.solve().unwrap();
            let met = solution.status == Status::Tolerance;
            prop_assert!(met || part < ALWAYS_MET);
            let transport::Problem { p, q, p_mass, q_mass, .. } = solution.problem.statement();
            let costs: Vec<f64> = p.rows().flat_map(|x| q.rows().map(move |y| distance(cost, x, y))).collect();
            let (u, v) = (&solution.scaling.u, &solution.scaling.v);
            let (p, q) = (shares(p_mass), shares(q_mass));
            let flow = |i: usize, j: usize| p[i] * q[j] * ((u[i] - v[j] - costs[i * q.len() + j]) / eps).exp();
            let rows: f64 = (0..p.len()).map(|i| ((0..q.len()).map(|j| flow(i, j)).sum::<f64>() - p[i]).abs()).sum();
            let columns: f64 = (0..q.len()).map(|j| ((0..p.len()).map(|i| flow(i, j)).sum::<f64>() - q[j]).abs()).sum();
            prop_assert!(!met || rows.max(columns) <= SUMMED_ANEW * tolerance::MARGINALS, "{} {}", rows, columns);
            let bracket = entropic.certify(&solution).unwrap();
            let exact = certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap().bracket;
            prop_assert!(bracket.lower <= exact.upper && exact.lower <= bracket.upper);
            let entropy = |masses: &[u64]| -> f64 {
                shares(masses).iter().filter(|w| **w > 0.0).map(|w| -w * w.ln()).sum()
            };
            let statement = problem.statement();
            let bound = eps * entropy(&statement.p_mass).min(entropy(&statement.q_mass));
            prop_assert!(!met || bracket.upper - exact.lower <= bound + tolerance::MARGINALS * 16.0 * problem.diameter());
        }
    }

    #[test]
    fn an_iteration_limit_is_a_status_and_the_plan_is_exact_all_the_same() {
        let line = |coords: Vec<f64>| crate::Measure::uniform(lip1_kernel::Points::new(1, coords).unwrap());
        let (p, q) = (line(vec![0.0, 1.0, 5.0]).unwrap(), line(vec![0.5, 4.0]).unwrap());
        let problem = Problem::new(&p, &q, Cost::L2).unwrap();
        let entropic = Entropic { max_iterations: 1, ..Entropic::new(problem, 0.01).unwrap() };
        let solution = entropic.solve().unwrap();
        assert_eq!(solution.status, Status::IterationLimit);
        assert!(entropic.certify(&solution).is_ok());
    }
}
