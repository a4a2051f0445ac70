//! The hinge-regularised Kantorovich-Rubinstein problem, as a transport problem with optional mass.

use lip1_kernel::Theorem;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::{Bracket, Plan, Potentials};

use super::Dual;
use super::sample::{not_negative, sample, totals, uniform};
use crate::distance::distance;
use crate::simplex::Dense;
use crate::{Error, Measure, repair};

/// `max over 1-Lipschitz f of E_P f - E_Q f - lambda (E_P (m - f)_+ + E_Q (m + f)_+)`.
///
/// By duality it equals the least of `W1(s, t) - m (|s| + |t| - |p| - |q|)` over masses `p <= s <= (1 + lambda) p`, `q <= t
/// <= (1 + lambda) q` of equal totals (Serrurier et al. 2021).
///
/// ```
/// use lip1_ot::regularised::{Hkr, Total};
/// use lip1_ot::{Cost, Measure, Points};
///
/// let p = Measure::uniform(Points::new(1, vec![1.0])?)?;
/// let q = Measure::uniform(Points::new(1, vec![0.0])?)?;
/// let problem = Hkr::new(&p, &q, Cost::L2, Total::EachClass, 1.0, 2.0)?;
/// let bracket = problem.certify(&problem.solve()?)?;
/// // f = x - 1/2: KR is 1, both hinges are 1/2.
/// assert!(bracket.lower <= -1.0 && -1.0 <= bracket.upper);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Hkr {
    /// The two classes.
    pub sample: Sample,
    /// The hinge's margin `m >= 0`, in the units of the points.
    pub margin: f64,
    /// The hinge's weight `lambda >= 0`.
    pub lambda: f64,
}

/// Largest unit for equal masses: a mass times the number of points stays exact in the kernel.
const EXACT_UNIT: u64 = 1 << 52;

/// Relative reserve, in `f64` roundings, with which unequal weights are rounded into their range.
const RESERVE: f64 = 16.0 * f64::EPSILON;

/// Mass that must move and mass that may, point by point, in units.
struct MassRange {
    due: Vec<u64>,
    optional: Vec<u64>,
}

impl Hkr {
    /// States the problem; with [`Total::EachClass`] both classes have mass 1, with [`Total::Together`] their sum has.
    ///
    /// # Errors
    /// When the dimensions differ or a parameter is negative or not finite.
    pub fn new(
        p: &Measure,
        q: &Measure,
        cost: Cost,
        total: Total,
        margin: f64,
        lambda: f64,
    ) -> Result<Self, Error> {
        not_negative("margin", margin)?;
        not_negative("lambda", lambda)?;
        Ok(Self { sample: sample(p, q, cost, total)?, margin, lambda })
    }

    /// Solves by the network simplex on a matrix of `(2 n + 1) (2 m + 1)` costs.
    ///
    /// # Errors
    /// [`Error::Unbounded`] when the classes' masses differ by more than `lambda` times the lighter.
    pub fn solve(&self) -> Result<Dual, Error> {
        let Sample { p, q, p_weight, q_weight, cost, .. } = &self.sample;
        let (p_total, q_total) = totals(&self.sample);
        let unit = self.unit();
        let from = self.range(p_weight, p_total, unit);
        let to = self.range(q_weight, q_total, unit);
        let sum = |masses: &[u64]| masses.iter().sum::<u64>();
        let (due_p, due_q) = (sum(&from.due), sum(&to.due));
        if due_p.max(due_q) > (due_p + sum(&from.optional)).min(due_q + sum(&to.optional)) {
            let (a, b) = (due_p as f64 / unit as f64, due_q as f64 / unit as f64);
            return Err(Error::Unbounded { light: a.min(b), difference: (a - b).abs() });
        }
        // A node for the due and one for the optional mass of every point; mass that stays unused goes to or comes
        // from one idle node on either side.
        let sources = nodes(&from, sum(&to.optional));
        let sinks = nodes(&to, due_p + sum(&from.optional) - due_q);
        let costs = self.costs(&sources, &sinks, |i, j| distance(*cost, p.row(i), q.row(j)));
        let masses = |nodes: &[Node]| nodes.iter().map(|node| node.mass).collect::<Vec<_>>();
        let (supply, demand) = (masses(&sources), masses(&sinks));
        let answer = Dense { costs: &costs, supply: &supply, demand: &demand }.solve(u64::MAX);
        let flows = answer
            .flows
            .iter()
            .filter_map(|&(i, j, mass)| {
                let (i, j) = (sources[i as usize].point?, sinks[j as usize].point?);
                Some((i as u32, j as u32, mass))
            })
            .collect();
        let mut v = vec![f64::INFINITY; q.len()];
        for (node, &value) in sinks.iter().zip(&answer.v) {
            if let Some(j) = node.point {
                v[j] = v[j].min(value);
            }
        }
        let known: Vec<usize> = (0..q.len()).filter(|&j| v[j].is_finite()).collect();
        let values: Vec<f64> = known.iter().map(|&j| v[j]).collect();
        let potentials = self.recentre(repair::extend(q, *cost, &known, &values));
        Ok(Dual {
            unit,
            plan: Plan { flows: repair::merge(flows) },
            potentials,
            status: answer.status,
            iterations: answer.iterations,
        })
    }

    /// Has the kernel verify a dual; the bracket contains the value.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn certify(&self, dual: &Dual) -> Result<Theorem<Bracket>, Error> {
        let Dual { unit, plan, potentials, .. } = dual;
        Ok(regularised::hkr(&self.sample, self.margin, self.lambda, *unit, plan, potentials)?)
    }

    /// The terms `(E_P f - E_Q f, E_P (m - f)_+ + E_Q (m + f)_+)` at the potentials, in plain floating point.
    #[must_use]
    pub fn terms(&self, potentials: &Potentials) -> (f64, f64) {
        let (p_total, q_total) = totals(&self.sample);
        let side = |weights: &[f64], values: &[f64], sign: f64, total: f64| {
            weights.iter().zip(values).fold((0.0, 0.0), |(kr, hinge), (w, f)| {
                let (mass, yf) = (w / total, sign * f);
                (kr + mass * yf, hinge + mass * (self.margin - yf).max(0.0))
            })
        };
        let p = side(&self.sample.p_weight, &potentials.u, 1.0, p_total);
        let q = side(&self.sample.q_weight, &potentials.v, -1.0, q_total);
        (p.0 + q.0, p.1 + q.1)
    }

    /// A unit in which equal masses are whole numbers, small enough for the kernel's products to be exact; without equal
    /// masses, as fine as 64 bits allow.
    fn unit(&self) -> u64 {
        let Sample { p_weight, q_weight, total, .. } = &self.sample;
        let finest = ((1u64 << 60) as f64 / (1.0 + self.lambda)).max(1.0) as u64;
        if !self.has_equal_weights() {
            return finest;
        }
        let (n, m) = (p_weight.len() as u64, q_weight.len() as u64);
        let parts = match total {
            Total::EachClass => n / gcd(n, m) * m,
            Total::Together => n + m,
        };
        (finest.min(EXACT_UNIT) / parts).max(1) * parts
    }

    /// Whether all weights of both classes are the same number: then masses are one part in a whole number.
    fn has_equal_weights(&self) -> bool {
        let Sample { p_weight, q_weight, total, .. } = &self.sample;
        let each = uniform(p_weight) && uniform(q_weight);
        each && (*total == Total::EachClass || p_weight.first() == q_weight.first())
    }

    fn range(&self, weights: &[f64], total: f64, unit: u64) -> MassRange {
        if self.has_equal_weights() {
            let parts = match self.sample.total {
                Total::EachClass => weights.len(),
                Total::Together => self.sample.p.len() + self.sample.q.len(),
            };
            let due = unit / parts as u64;
            // The kernel rounds the whole `(1 + lambda) due`: the reserve is a part of that, however small lambda is.
            let lambda = self.lambda;
            let optional = ((lambda - RESERVE * (1.0 + lambda)) * due as f64).floor().max(0.0) as u64;
            return MassRange { due: vec![due; weights.len()], optional: vec![optional; weights.len()] };
        }
        let share = |w: f64| w / total * unit as f64;
        let due: Vec<u64> = weights.iter().map(|&w| (share(w) * (1.0 + RESERVE)).ceil() as u64).collect();
        let most = weights.iter().map(|&w| ((1.0 + self.lambda) * share(w) * (1.0 - RESERVE)).floor() as u64);
        let optional = most.zip(&due).map(|(most, due)| most.saturating_sub(*due)).collect();
        MassRange { due, optional }
    }

    /// Costs between nodes: distances; what an optional source forgoes by staying idle is `2 m`.
    fn costs(&self, sources: &[Node], sinks: &[Node], distance: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let mut costs = Vec::with_capacity(sources.len() * sinks.len());
        let reward = 2.0 * self.margin;
        for source in sources {
            for sink in sinks {
                costs.push(match (source.point, sink.point) {
                    (Some(i), Some(j)) => distance(i, j),
                    (Some(_), None) if source.due => f64::INFINITY,
                    (Some(_), None) => reward,
                    (None, Some(_)) if sink.due => f64::INFINITY,
                    (None, _) => 0.0,
                });
            }
        }
        costs
    }

    /// Makes the potentials feasible and moves them to the constant at which the objective is largest.
    fn recentre(&self, v: Vec<f64>) -> Potentials {
        let Sample { p, q, p_weight, q_weight, cost, .. } = &self.sample;
        let (p_total, q_total) = totals(&self.sample);
        let u = repair::transform(p, q, *cost, &v);
        // y (f + c) passes the margin at these c; the objective is concave and piecewise linear between them.
        let p_kinks = u.iter().zip(p_weight).map(|(u, w)| (self.margin - u, w / p_total));
        let q_kinks = v.iter().zip(q_weight).map(|(v, w)| (-self.margin - v, w / q_total));
        let mut kinks: Vec<(f64, f64)> = p_kinks.chain(q_kinks).filter(|kink| kink.1 > 0.0).collect();
        kinks.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Far to the left all positive points pay the hinge, and no negative one.
        let p_mass = p_weight.iter().sum::<f64>() / p_total;
        let q_mass = q_weight.iter().sum::<f64>() / q_total;
        let mut slope = p_mass - q_mass + self.lambda * p_mass;
        let mut shift = kinks.first().map_or(0.0, |kink| kink.0);
        for &(at, mass) in &kinks {
            shift = at;
            slope -= self.lambda * mass;
            if slope <= 0.0 {
                break;
            }
        }
        let v: Vec<f64> = v.iter().map(|v| v + shift).collect();
        Potentials { u: repair::transform(p, q, *cost, &v), v }
    }
}

/// A source or a sink: the due or the optional mass of a point, or the idle mass.
struct Node {
    point: Option<usize>,
    due: bool,
    mass: u64,
}

fn nodes(range: &MassRange, idle: u64) -> Vec<Node> {
    let part = |masses: &[u64], due: bool| -> Vec<Node> {
        let positive = masses.iter().enumerate().filter(|(_, m)| **m > 0);
        positive.map(|(point, &mass)| Node { point: Some(point), due, mass }).collect()
    };
    let mut nodes = part(&range.due, true);
    nodes.extend(part(&range.optional, false));
    if idle > 0 {
        nodes.push(Node { point: None, due: false, mass: idle });
    }
    nodes
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
