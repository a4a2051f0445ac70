//! The log loss over Lipschitz functions, on the constraints that matter.

use lip1_kernel::Points;
use lip1_kernel::Theorem;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::{Bracket, Plan, Potentials};

use super::Dual;
use super::active_set::{ActiveSet, Pair};
use super::cone;
use super::constant::sigmoid;
use super::sample::{positive, sample, totals};
use crate::distance::distance;
use crate::instance::Instance;
use crate::{Error, Measure, Status, repair, simplex, tolerance};

/// `min over L-Lipschitz f of E softplus(-tau y f)`, `E` the mean over the whole sample.
///
/// By duality it equals the largest `sum w H(s) - tau L W1(w s on +, w s on -)` over `s` in `[0, 1]` with equal class
/// masses, `H` the binary entropy in nats. Only the opposite pairs that are tight at the optimum matter: they are found
/// by solving with the nearest pairs and adding those that the solution violates.
///
/// ```
/// use lip1_ot::{Cost, Measure, Points, regularised::LogLoss};
///
/// let p = Measure::uniform(Points::new(1, vec![1.0])?)?;
/// let q = Measure::uniform(Points::new(1, vec![-1.0])?)?;
/// let problem = LogLoss::new(&p, &q, Cost::L2, 3.0, 1.0)?;
/// let bracket = problem.certify(&problem.solve()?)?;
/// let optimum = (-3.0f64).exp().ln_1p();
/// assert!((bracket.lower - optimum).abs() < 1e-9 && (bracket.upper - optimum).abs() < 1e-9);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LogLoss {
    /// The two classes; weights are divided by the sum of all.
    pub sample: Sample,
    /// The temperature `tau > 0`.
    pub temperature: f64,
    /// The Lipschitz constant `L > 0`.
    pub constant: f64,
    /// The method; [`LogLossMethod::ActiveSet`] unless changed.
    pub method: LogLossMethod,
    /// Most times that pairs are added; 50 unless changed.
    pub max_rounds: u64,
}

/// How the log loss is minimised under the pairs that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogLossMethod {
    /// The active-set method, from half the distance to the other class.
    #[default]
    ActiveSet,
    /// A program over exponential cones, finished by the active-set method.
    Conic,
}

/// Nearest opposite points whose constraints are there from the start.
const NEAREST: usize = 6;

/// Violated pairs added for a point in one round.
const ADDED: usize = 4;

/// Masses of the plan are multiples of one part in this many.
const UNIT: u64 = 1 << 60;

/// Relative reserve that keeps the plan's sums below the weights in the kernel's arithmetic.
const RESERVE: f64 = 16.0 * f64::EPSILON;

/// The support of both classes: the points that carry mass.
struct Support {
    p: Vec<usize>,
    q: Vec<usize>,
    p_mass: Vec<f64>,
    q_mass: Vec<f64>,
}

impl LogLoss {
    /// States the problem.
    ///
    /// # Errors
    /// When the dimensions differ or a parameter is not finite and positive.
    pub fn new(p: &Measure, q: &Measure, cost: Cost, temperature: f64, constant: f64) -> Result<Self, Error> {
        positive("temperature", temperature)?;
        positive("constant", constant)?;
        let sample = sample(p, q, cost, Total::Together)?;
        Ok(Self { sample, temperature, constant, method: LogLossMethod::default(), max_rounds: 50 })
    }

    /// Solves with a growing set of pairs, until the solution violates none of the others.
    ///
    /// `O(n m)` time a round for finding violated pairs, memory linear in the points but for the final plan's `n m`
    /// distances. A limit reached is a [`Status`] and a wider bracket.
    ///
    /// # Errors
    /// When the conic solver fails.
    pub fn solve(&self) -> Result<Dual, Error> {
        let support = self.support();
        let slope = self.temperature * self.constant;
        let mut pairs = self.nearest_pairs(&support);
        let mut values = self.half_distances(&support);
        let mut rounds = 0;
        loop {
            rounds += 1;
            if self.method == LogLossMethod::Conic {
                let v = cone::solve(&support.p_mass, &support.q_mass, &pairs, slope)?;
                values = self.c_transform(&support, &v);
            }
            let start = values.0.iter().chain(&values.1).copied().collect();
            let mut active = ActiveSet::new(&support.p_mass, &support.q_mass, &pairs, start, slope);
            let finished = active.minimise();
            let (u, v) = active.values();
            let before = pairs.len();
            self.add_violated_pairs(&support, &u, &v, &mut pairs);
            values = self.c_transform(&support, &v);
            let status = match (pairs.len() == before, finished) {
                (true, true) => Status::Optimal,
                (true, false) => Status::IterationLimit,
                (false, _) if rounds < self.max_rounds => continue,
                (false, _) => Status::IterationLimit,
            };
            let potentials = self.potentials(&support, &v);
            let plan = self.plan(&support, &u, &v);
            return Ok(Dual { unit: UNIT, plan, potentials, status, iterations: rounds });
        }
    }

    /// Has the kernel verify a dual; the bracket contains the least loss.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn certify(&self, dual: &Dual) -> Result<Theorem<Bracket>, Error> {
        let Dual { unit, plan, potentials, .. } = dual;
        Ok(regularised::bce(&self.sample, self.temperature, self.constant, *unit, plan, potentials)?)
    }

    /// The mean loss at the potentials, in plain floating point.
    #[must_use]
    pub fn loss(&self, potentials: &Potentials) -> f64 {
        let slope = self.temperature * self.constant;
        let (total, _) = totals(&self.sample);
        let side = |weights: &[f64], values: &[f64], sign: f64| -> f64 {
            weights.iter().zip(values).map(|(w, f)| w / total * softplus(-slope * sign * f)).sum()
        };
        side(&self.sample.p_weight, &potentials.u, 1.0) + side(&self.sample.q_weight, &potentials.v, -1.0)
    }

    fn support(&self) -> Support {
        let (total, _) = totals(&self.sample);
        let side = |weights: &[f64]| -> (Vec<usize>, Vec<f64>) {
            weights.iter().enumerate().filter(|(_, w)| **w > 0.0).map(|(k, w)| (k, w / total)).unzip()
        };
        let ((p, p_mass), (q, q_mass)) = (side(&self.sample.p_weight), side(&self.sample.q_weight));
        Support { p, q, p_mass, q_mass }
    }

    fn distance(&self, support: &Support, i: usize, j: usize) -> f64 {
        let Sample { p, q, cost, .. } = &self.sample;
        distance(*cost, p.row(support.p[i]), q.row(support.q[j]))
    }

    /// The dual point of a function: every point moves `w sigma(-tau y f)`, along an optimal plan.
    fn plan(&self, support: &Support, u: &[f64], v: &[f64]) -> Plan {
        let slope = self.temperature * self.constant;
        let moved = |mass: &[f64], values: &[f64], sign: f64| -> Vec<u64> {
            let share = |(w, f): (&f64, &f64)| w * (1.0 - RESERVE) * sigmoid(-slope * sign * f);
            mass.iter().zip(values).map(|pair| (share(pair) * UNIT as f64) as u64).collect()
        };
        let (mut from, mut to) = (moved(&support.p_mass, u, 1.0), moved(&support.q_mass, v, -1.0));
        let total = from.iter().sum::<u64>().min(to.iter().sum());
        trim(&mut from, total);
        trim(&mut to, total);
        if total == 0 {
            return Plan::default();
        }
        let Sample { p, q, cost, .. } = &self.sample;
        let gather = |points: &Points, index: &[usize], masses: &[u64]| -> (Vec<u32>, Vec<f64>, Vec<u64>) {
            let moving = || index.iter().zip(masses).filter(|(_, mass)| **mass > 0);
            (
                moving().map(|(k, _)| *k as u32).collect(),
                moving().flat_map(|(k, _)| points.row(*k)).copied().collect(),
                moving().map(|(_, mass)| *mass).collect(),
            )
        };
        let (sources, x, supply) = gather(p, &support.p, &from);
        let (sinks, y, demand) = gather(q, &support.q, &to);
        let instance = Instance { cost: *cost, dim: p.dim(), x, y, supply, demand };
        let flows = simplex::solve(&instance, u64::MAX).flows;
        let original = |&(i, j, mass): &(u32, u32, u64)| (sources[i as usize], sinks[j as usize], mass);
        Plan { flows: flows.iter().map(original).collect() }
    }

    /// Every point of the support with its nearest opposite ones.
    fn nearest_pairs(&self, support: &Support) -> Vec<Pair> {
        let (n, m) = (support.p.len(), support.q.len());
        let mut pairs = Vec::new();
        let mut keep = |mut row: Vec<Pair>| {
            row.sort_by(|a, b| a.distance.total_cmp(&b.distance));
            row.truncate(NEAREST);
            pairs.append(&mut row);
        };
        for i in 0..n {
            keep((0..m).map(|j| Pair { i, j, distance: self.distance(support, i, j) }).collect());
        }
        for j in 0..m {
            keep((0..n).map(|i| Pair { i, j, distance: self.distance(support, i, j) }).collect());
        }
        distinct(&mut pairs);
        pairs
    }

    /// Half the distance to the other class: feasible values to start from.
    fn half_distances(&self, support: &Support) -> (Vec<f64>, Vec<f64>) {
        let (mut u, mut v) = (vec![f64::INFINITY; support.p.len()], vec![f64::NEG_INFINITY; support.q.len()]);
        for (i, u) in u.iter_mut().enumerate() {
            for (j, v) in v.iter_mut().enumerate() {
                let half = self.distance(support, i, j) / 2.0;
                *u = u.min(half);
                *v = v.max(-half);
            }
        }
        (u, v)
    }

    /// `v` with its c-transform `u`: no pair is violated beyond rounding.
    fn c_transform(&self, support: &Support, v: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut u = vec![f64::INFINITY; support.p.len()];
        for (i, u) in u.iter_mut().enumerate() {
            for (j, v) in v.iter().enumerate() {
                *u = u.min(v + self.distance(support, i, j));
            }
        }
        (u, v.to_vec())
    }

    /// Adds the pairs whose slope is most above 1.
    fn add_violated_pairs(&self, support: &Support, u: &[f64], v: &[f64], pairs: &mut Vec<Pair>) {
        let allowed = tolerance::violation(pairs.iter().map(|pair| pair.distance).fold(0.0, f64::max));
        let mut by_sink: Vec<Vec<(f64, Pair)>> = vec![Vec::new(); v.len()];
        for (i, &u) in u.iter().enumerate() {
            let mut row: Vec<(f64, Pair)> = Vec::new();
            for (j, &v) in v.iter().enumerate() {
                let distance = self.distance(support, i, j);
                let excess = u - v - distance;
                if excess > allowed {
                    row.push((excess, Pair { i, j, distance }));
                    by_sink[j].push((excess, Pair { i, j, distance }));
                }
            }
            append_worst(row, pairs);
        }
        by_sink.into_iter().for_each(|column| append_worst(column, pairs));
        distinct(pairs);
    }

    /// Values on all points from values on the support of the negative class.
    fn potentials(&self, support: &Support, v: &[f64]) -> Potentials {
        let Sample { p, q, cost, .. } = &self.sample;
        let extended = repair::extend(q, *cost, &support.q, v);
        // The interior point keeps a distance from its constraints; going there and back only lowers the loss.
        let v = repair::transform_back(p, q, *cost, &repair::transform(p, q, *cost, &extended));
        Potentials { u: repair::transform(p, q, *cost, &v), v }
    }
}

fn append_worst(mut violated: Vec<(f64, Pair)>, pairs: &mut Vec<Pair>) {
    violated.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs.extend(violated.into_iter().take(ADDED).map(|(_, pair)| pair));
}

fn distinct(pairs: &mut Vec<Pair>) {
    pairs.sort_by_key(|pair| (pair.i, pair.j));
    pairs.dedup_by_key(|pair| (pair.i, pair.j));
}

/// Takes mass away, in proportion and then in order, until `total` is left.
fn trim(masses: &mut [u64], total: u64) {
    let sum: u64 = masses.iter().sum();
    let excess = sum - total;
    let mut left = excess;
    for mass in masses.iter_mut() {
        let share = (u128::from(*mass) * u128::from(excess)).div_ceil(u128::from(sum.max(1))) as u64;
        let taken = share.min(left);
        *mass -= taken;
        left -= taken;
    }
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}
