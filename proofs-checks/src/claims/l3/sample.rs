//! L3 on data: at low temperature the least log loss is a transport distance.

use lip1_kernel::distance::{self, Cost};
use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::{Plan, Potentials};
use lip1_kernel::{Interval, Points};
use lip1_ot::{Measure, Problem, Settings, certify, solve};

use super::ln_2;
use crate::{CheckError, Finding};

/// Units of mass that a sample point has; the dual point is a whole number of them at each.
const UNITS: u64 = 1 << 20;

/// Compares `(min E softplus(-tau y f) - ln 2)/tau + W1(P, Q)/4` with 0 and with `tau diam^2/32`, the minimum over
/// 1-Lipschitz f, every point of both classes of the same mass.
///
/// The minimum is bracketed by the kernel's log-loss rule. The potentials of W1, shifted until the dual masses of
/// both classes are equal, are one end; the masses they induce, at the temperature and at half of it, the other.
pub(super) fn linear_limit(p: &Points, q: &Points, tau: f64) -> Result<Finding, CheckError> {
    let uniform = Problem::new(&Measure::uniform(p.clone())?, &Measure::uniform(q.clone())?, Cost::L2)?;
    let transport = certify(&uniform, solve(&uniform, &Settings::default())?)?;
    let potentials = &transport.solution.potentials;
    let mut excess: Option<Interval> = None;
    for temperature in [tau, tau / 2.0] {
        let function = balanced(potentials, temperature);
        let minimum = minimum(p, q, &function, temperature, tau)?;
        let found =
            (minimum - ln_2()) / Interval::point(tau) + transport.bracket.enclosure() / Interval::integer(4);
        if excess.is_none_or(|known| found.lower() > known.lower()) {
            excess = Some(found);
        }
    }
    let excess = excess.unwrap_or(Interval::ENTIRE);
    let most = Interval::point(tau) * diameter(p, q).sqr() / Interval::integer(32);
    let witness = || format!("tau = {tau:?}, {} and {} points", p.len(), q.len());
    let mut finding = Finding::new("units of f");
    finding.at_most("0 <= (min - ln 2)/tau + W1/4", Interval::ZERO, excess, witness);
    finding.at_most("(min - ln 2)/tau + W1/4 <= tau diam^2/32", excess, most, witness);
    Ok(finding)
}

/// Encloses the least log loss at temperature `tau` with the function as one certificate and, as the other, a plan
/// for the masses that it induces at `temperature`.
fn minimum(
    p: &Points,
    q: &Points,
    function: &Potentials,
    temperature: f64,
    tau: f64,
) -> Result<Interval, CheckError> {
    let units = |margin: f64| (UNITS as f64 * logistic(-temperature * margin)).round();
    let mut from: Vec<f64> = function.u.iter().map(|u| units(*u)).collect();
    let mut to: Vec<f64> = function.v.iter().map(|v| units(-v)).collect();
    level(&mut from, &mut to);
    let problem = Problem::new(
        &Measure::weighted(p.clone(), from.clone())?,
        &Measure::weighted(q.clone(), to)?,
        Cost::L2,
    )?;
    let plan = solve(&problem, &Settings::default())?.plan;
    let sample = Sample {
        p: p.clone(),
        q: q.clone(),
        p_weight: vec![1.0; p.len()],
        q_weight: vec![1.0; q.len()],
        cost: Cost::L2,
        total: Total::Together,
    };
    // The problem may count in finer units than the masses given.
    let flowing: u128 = plan.flows.iter().map(|(.., mass)| u128::from(*mass)).sum();
    let finer = (flowing as f64 / from.iter().sum::<f64>()).round().max(1.0) as u64;
    let unit = finer * UNITS * (p.len() + q.len()) as u64;
    let bracket = regularised::log_loss(&sample, tau, 1.0, unit, &Plan { flows: plan.flows }, function)?;
    Ok(bracket.enclosure())
}

/// The potentials plus the constant that makes the dual masses of both classes equal at a temperature.
fn balanced(potentials: &Potentials, temperature: f64) -> Potentials {
    let surplus = |shift: f64| {
        let positive: f64 = potentials.u.iter().map(|u| logistic(-temperature * (u + shift))).sum();
        let negative: f64 = potentials.v.iter().map(|v| logistic(temperature * (v + shift))).sum();
        positive - negative
    };
    let values = || potentials.u.iter().chain(&potentials.v);
    let reach = values().fold(0.0_f64, |reach, value| reach.max(value.abs())) + 64.0 / temperature;
    let (mut low, mut high) = (-reach, reach);
    // Each step halves the range; 64 leave nothing to halve.
    for _ in 0..64 {
        let middle = (low + high) / 2.0;
        if surplus(middle) > 0.0 { low = middle } else { high = middle }
    }
    // Adding the shift rounds each value by half an ulp of at most 2 reach: lowered by that much, the positive
    // values still respect every distance.
    let lowered = low - 4.0 * f64::EPSILON * reach;
    Potentials {
        u: potentials.u.iter().map(|u| u + lowered).collect(),
        v: potentials.v.iter().map(|v| v + low).collect(),
    }
}

/// Takes single units from the side that has more until both have the same.
fn level(from: &mut [f64], to: &mut [f64]) {
    let surplus = from.iter().sum::<f64>() - to.iter().sum::<f64>();
    let more = if surplus > 0.0 { from } else { to };
    let count = more.len().max(1) as f64;
    let (each, mut rest) = ((surplus.abs() / count).floor(), surplus.abs() % count);
    for units in more {
        *units -= each + if rest > 0.0 { 1.0 } else { 0.0 };
        rest -= 1.0;
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn diameter(p: &Points, q: &Points) -> Interval {
    let all: Vec<&[f64]> = p.rows().chain(q.rows()).collect();
    let pairs = all.iter().enumerate().flat_map(|(i, x)| all.iter().skip(i + 1).map(move |y| (x, y)));
    pairs.map(|(x, y)| distance::enclose(x, y, Cost::L2)).fold(Interval::ZERO, Interval::max)
}
