//! Regularised Kantorovich-Rubinstein duals: transport with masses that are free in a range.
//!
//! Both problems optimise over all 1-Lipschitz `f`, given by its values `u` on the positive and `v` on the negative points. Their
//! objectives get better when `u` grows and `v` shrinks, so values that respect `u_i - v_j <= d_ij` for the pairs of opposite
//! class suffice: `min_j v_j + d(., q_j)` is 1-Lipschitz and at least as good. The other end is a plan whose row and column
//! sums *define* the masses, in units of `1 / unit`, so they are feasible exactly.

use std::cmp::Ordering;

use crate::accumulator::Accumulator;
use crate::distance::Cost;
use crate::points::finite;
use crate::refusal::each;
use crate::sum::Sum;
use crate::transport::{self, Bracket, Plan, Potentials, Quantity};
use crate::{Interval, Points, Refusal, Theorem};

/// A weighted sample of two classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Points of the positive class.
    pub p: Points,
    /// Points of the negative class.
    pub q: Points,
    /// Weights of the positive points, not negative.
    pub p_weight: Vec<f64>,
    /// Weights of the negative points, not negative.
    pub q_weight: Vec<f64>,
    /// The distance.
    pub cost: Cost,
    /// What the weights are divided by.
    pub total: Total,
}

/// How the weights of a [`Sample`] become masses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Each class is divided by its own sum: two laws of mass 1.
    EachClass,
    /// Both are divided by the sum of all: one law of mass 1.
    Together,
}

impl Total {
    /// The name in files.
    pub fn name(self) -> &'static str {
        if self == Self::EachClass { "each" } else { "together" }
    }

    /// The total with that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::EachClass, Self::Together].into_iter().find(|total| total.name() == name)
    }
}

/// One point of a sample with what the certificate says about it.
struct Point {
    /// Its mass `w / S`.
    mass: Interval,
    /// The plan's sum at the point, `s / unit`.
    share: Interval,
    /// The sum in relation to the mass, `s S / (w unit)`.
    portion: Interval,
    /// How the sum compares with the mass, and with `1 + lambda` times the mass: exactly.
    orders: [Ordering; 2],
    /// `y f` at the point.
    value: Interval,
}

/// What the weights of a class are divided by.
#[derive(Clone, Default)]
struct Whole {
    enclosed: Sum,
    exact: Accumulator,
}

impl Whole {
    fn add(&mut self, weights: &[f64]) {
        for &weight in weights {
            self.enclosed.add(weight);
            self.exact.add(1, &[weight]);
        }
    }

    /// How `moved / unit` compares with `growth` more than the share of a weight: `moved S` with `(1 + growth) weight unit`, exactly.
    fn compare(&self, moved: u128, unit: u64, weight: f64, growth: f64) -> Ordering {
        let whole = Interval::exact(weight) * Interval::integer(unit.into());
        let most = (Interval::ONE + Interval::exact(growth)) * whole;
        let moving = Interval::integer(moved) * self.enclosed.enclosure();
        if moving.upper() < most.lower() {
            return Ordering::Less;
        }
        if moving.lower() > most.upper() {
            return Ordering::Greater;
        }
        let mut excess = Accumulator::default();
        excess.add_multiple(moved, &self.exact);
        for part in [unit >> 32 << 32, unit & 0xffff_ffff] {
            excess.add(-1, &[weight, part as f64]);
            excess.add(-1, &[weight, part as f64, growth]);
        }
        excess.sign()
    }
}

/// Checks everything that both problems share and lists the points, the positive ones first.
fn points(
    sample: &Sample,
    lambda: f64,
    unit: u64,
    plan: &Plan,
    potentials: &Potentials,
) -> Result<Vec<Point>, Refusal> {
    let Sample { p, q, p_weight, q_weight, cost, total } = sample;
    transport::check_points(p, q)?;
    transport::check_weights("weights of p", p_weight, p.len())?;
    transport::check_weights("weights of q", q_weight, q.len())?;
    transport::check_potentials(p, q, *cost, potentials, None)?;
    if unit == 0 {
        return Err(Refusal::Empty { what: "unit of mass" });
    }
    let (leaving, arriving) = transport::marginals(plan, p.len(), q.len())?;
    let (mut p_whole, mut q_whole) = (Whole::default(), Whole::default());
    p_whole.add(p_weight);
    if *total == Total::Together {
        p_whole.add(q_weight);
        q_whole = p_whole.clone();
    } else {
        q_whole.add(q_weight);
    }
    let point = |weight: f64, whole: &Whole, moved: u128, value: Interval| {
        let (total, units) = (whole.enclosed.enclosure(), Interval::integer(unit.into()));
        Point {
            mass: Interval::exact(weight) / total,
            share: Interval::integer(moved) / units,
            portion: Interval::integer(moved) * total / (Interval::exact(weight) * units),
            orders: [0.0, lambda].map(|growth| whole.compare(moved, unit, weight, growth)),
            value,
        }
    };
    let positive = p_weight.iter().zip(leaving).zip(&potentials.u);
    let negative = q_weight.iter().zip(arriving).zip(&potentials.v);
    Ok(positive
        .map(|((&w, s), &u)| point(w, &p_whole, s, Interval::exact(u)))
        .chain(negative.map(|((&w, t), &v)| point(w, &q_whole, t, -Interval::exact(v))))
        .collect())
}

/// Brackets `max over 1-Lipschitz f of E_P f - E_Q f - lambda (E_P (m - f)_+ + E_Q (m + f)_+)`, the hinge-regularised
/// Kantorovich-Rubinstein value, with `E` the sum by mass, `m` the margin.
///
/// Cost: that of [`transport::check`], and for [`bce`] some exponentials and logarithms a point.
///
/// Below: its value at the potentials. Above, by duality: `sum flow d - m (|s| + |t| - |p| - |q|)` for a plan with row sums
/// `p <= s <= (1 + lambda) p` and column sums `q <= t <= (1 + lambda) q`.
///
/// # Errors
/// When lengths, indices or dimensions don't fit, a number is not finite, `m` or `lambda` is negative, a sum of the plan lies outside its
/// range, or a pair of potentials does not respect its distance. Sums and pairs are compared exactly.
pub fn hkr(
    sample: &Sample,
    margin: f64,
    lambda: f64,
    unit: u64,
    plan: &Plan,
    potentials: &Potentials,
) -> Result<Theorem<Bracket>, Refusal> {
    parameter("margin", margin)?;
    parameter("lambda", lambda)?;
    let (m, weight) = (Interval::exact(margin), Interval::exact(lambda));
    let (mut lower, mut gained) = (Interval::ZERO, Interval::ZERO);
    for (index, point) in points(sample, lambda, unit, plan, potentials)?.iter().enumerate() {
        if point.orders[0] == Ordering::Less || point.orders[1] == Ordering::Greater {
            return Err(Refusal::Range { what: "row and column sums", index });
        }
        lower = lower + point.mass * (point.value - weight * (m - point.value).max(Interval::ZERO));
        gained = gained + (point.share - point.mass);
    }
    let travelled =
        transport::plan_cost(plan, &sample.p, &sample.q, sample.cost) / Interval::integer(unit.into());
    Theorem::between(Quantity::Hkr { margin, lambda }, lower, travelled - m * gained)
}

/// Brackets `min over L-Lipschitz f of E softplus(-tau y f)`, the log loss at temperature `tau`, with `E` the mean by mass.
///
/// The potentials are those of `f / L`. Above: the loss there. Below, by duality: `sum w H(s) - tau L sum flow d`, where `w s` are
/// the row and column sums of the plan, `0 <= s <= 1`, and `H` is the binary entropy in nats.
///
/// # Errors
/// As [`hkr`], for `tau` and `L`; a sum of the plan must not exceed the mass of its point.
pub fn bce(
    sample: &Sample,
    temperature: f64,
    constant: f64,
    unit: u64,
    plan: &Plan,
    potentials: &Potentials,
) -> Result<Theorem<Bracket>, Refusal> {
    parameter("temperature", temperature)?;
    parameter("constant", constant)?;
    let slope = Interval::exact(temperature) * Interval::exact(constant);
    let (mut upper, mut entropies) = (Interval::ZERO, Interval::ZERO);
    for (index, point) in points(sample, 0.0, unit, plan, potentials)?.iter().enumerate() {
        if point.orders[0] == Ordering::Greater {
            return Err(Refusal::Range { what: "row and column sums", index });
        }
        upper = upper + point.mass * (-(slope * point.value)).softplus();
        if point.share.upper() > 0.0 {
            entropies = entropies + point.mass * entropy(point.portion);
        }
    }
    let travelled =
        transport::plan_cost(plan, &sample.p, &sample.q, sample.cost) / Interval::integer(unit.into());
    let lower = (entropies - slope * travelled).max(Interval::ZERO);
    Theorem::between(Quantity::Bce { temperature, constant }, lower, upper)
}

fn parameter(what: &'static str, value: f64) -> Result<(), Refusal> {
    finite(what, &[value])?;
    each(what, &[value], |value| *value >= 0.0)
}

/// Binary entropy `-s ln s - (1 - s) ln(1 - s)` of a number in `[0, 1]`, from below: it is concave, so its least value on an interval
/// is at an end.
fn entropy(s: Interval) -> Interval {
    let at = |s: f64| {
        if s <= 0.0 || s >= 1.0 {
            return Interval::ZERO;
        }
        let s = Interval::exact(s);
        -(s * s.ln() + (Interval::ONE - s) * (-s).ln_1p())
    };
    let least = at(s.lower()).min(at(s.upper())).max(Interval::ZERO).lower();
    Interval::ends(least, f64::INFINITY)
}
