//! L3 on data: at low temperature the least log loss is a transport distance.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points, regularised};
use lip1_ot::regularised::LogLoss;
use lip1_ot::{Measure, Problem, Settings, certify, solve};

use super::ln_2;

/// Compares `(min E softplus(-tau y f) - ln 2)/tau + W1(P, Q)/4` with 0 and with `tau diam^2/32`, the minimum over
/// 1-Lipschitz f, every point of both classes of the same mass.
pub(super) fn linear_limit(p: &Points, q: &Points, tau: f64) -> Result<Finding, CheckError> {
    let (positive, negative) = (Measure::uniform(p.clone())?, Measure::uniform(q.clone())?);
    let transport = Problem::new(&positive, &negative, Cost::L2)?;
    let distance = certify(&transport, solve(&transport, &Settings::default())?)?.bracket.enclosure();
    let excess = (least_loss(&positive, &negative, tau)? - ln_2()) / Interval::point(tau)
        + distance / Interval::integer(4);
    let most = Interval::point(tau) * diameter(p, q).sqr() / Interval::integer(32);
    let witness = || format!("tau = {tau:?}, {} and {} points", p.len(), q.len());
    let mut finding = Finding::new("units of f");
    finding.at_most("0 <= (min - ln 2)/tau + W1/4", Interval::ZERO, excess, witness);
    finding.at_most("(min - ln 2)/tau + W1/4 <= tau diam^2/32", excess, most, witness);
    Ok(finding)
}

/// Encloses the least log loss over 1-Lipschitz functions, every point of the same mass.
fn least_loss(positive: &Measure, negative: &Measure, tau: f64) -> Result<Interval, CheckError> {
    let problem = LogLoss::new(positive, negative, Cost::L2, tau, 1.0)?;
    let dual = problem.solve()?;
    let bracket = regularised::log_loss(&problem.sample, tau, 1.0, dual.unit, &dual.plan, &dual.potentials)?;
    Ok(bracket.enclosure())
}

fn diameter(p: &Points, q: &Points) -> Interval {
    let all: Vec<&[f64]> = p.rows().chain(q.rows()).collect();
    let pairs = all.iter().enumerate().flat_map(|(i, x)| all.iter().skip(i + 1).map(move |y| (x, y)));
    pairs.map(|(x, y)| distance::enclose(x, y, Cost::L2)).fold(Interval::ZERO, Interval::max)
}
