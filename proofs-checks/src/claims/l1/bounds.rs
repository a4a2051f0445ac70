//! What a small log loss forces, compared with certified constants.

use lip1_core::certify;
use lip1_faults::{Fault, unless};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::{Interval, Points, forward, regularised};
use lip1_ot::regularised::LogLoss;
use lip1_ot::{Measure, Problem, Settings, solve};

use super::runs::{Run, TAU};
use crate::picture::{Chart, Mark, Series};
use crate::{CheckError, Finding, Picture};

/// What the loss is multiplied by to bound that of one sample.
#[derive(Clone, Copy)]
pub(super) enum Formula {
    /// The number of samples, as in the claim.
    Sum,
    /// 1.
    Mean,
}

/// Values of s in the bound by transport.
const SHARES: [(u128, u128); 6] = [(1, 100), (1, 20), (1, 10), (1, 5), (3, 10), (2, 5)];

/// What the data alone say: the least distance of the two kinds, and their transport distance.
struct Geometry {
    gap: Interval,
    transport: Interval,
}

impl Geometry {
    fn of(run: &Run) -> Result<Self, CheckError> {
        let pairs = run.first.rows().flat_map(|x| run.second.rows().map(move |y| (x, y)));
        let gap = pairs.map(|(x, y)| distance::enclose(x, y, Cost::L2)).reduce(Interval::min);
        let (p, q) = (Measure::uniform(run.first.clone())?, Measure::uniform(run.second.clone())?);
        let problem = Problem::new(&p, &q, Cost::L2)?;
        let transport =
            lip1_ot::certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure();
        Ok(Self { gap: gap.unwrap_or(Interval::ENTIRE), transport })
    }
}

/// `tau y f` at every sample.
fn margins(run: &Run, net: &Net) -> Result<Vec<Interval>, CheckError> {
    let margin = |points: &Points, sign: i8| {
        let label = Interval::point(f64::from(sign) * TAU);
        points
            .rows()
            .map(|x| Ok(label * forward::enclose(net, x)?.values[0]))
            .collect::<Result<Vec<_>, CheckError>>()
    };
    Ok([margin(&run.first, run.signs.0)?, margin(&run.second, run.signs.1)?].concat())
}

/// The mean loss.
fn loss(margins: &[Interval]) -> Interval {
    let losses = margins.iter().map(|margin| (-*margin).softplus());
    losses.fold(Interval::ZERO, |sum, loss| sum + loss) / Interval::integer(margins.len() as u128)
}

/// `-ln(e^total - 1)`, when `total` is certain to be below ln 2.
fn eta(total: Interval) -> Option<Interval> {
    let excess = total.exp() - Interval::ONE;
    (excess.lower() > 0.0 && excess.upper() < 1.0).then(|| -excess.ln())
}

/// Every bound of the claim at every network of a run.
pub(super) fn examine(run: &Run, formula: Formula) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of each bound");
    let geometry = Geometry::of(run)?;
    let tau = Interval::point(TAU);
    for (step, net) in &run.networks {
        let margins = margins(run, net)?;
        let loss = loss(&margins);
        let certified = certify(net).map_err(CheckError::during("certificate"))?;
        let constant = Interval::point(unless(Fault::CertifiedTooSmall, 1.0, 1e-3) * certified.l2());
        let witness = || format!("step {step}, loss in {loss}, constant at most {constant}");
        for (share, whole) in SHARES {
            let (s, rest) = (Interval::ratio(share, whole), Interval::ratio(whole - share, whole));
            let entropy = -(s * s.ln()) - rest * rest.ln();
            let bound = (entropy - loss) / (tau * s * geometry.transport / Interval::integer(2));
            finding.at_most("(H(s) - eps)/(tau s W1/2) <= Lip", bound, constant, witness);
        }
        let total = match formula {
            Formula::Sum => loss * Interval::integer(margins.len() as u128),
            Formula::Mean => loss,
        };
        let Some(eta) = eta(total) else { continue };
        for margin in &margins {
            finding.at_most("eta <= tau y f", eta, *margin, witness);
            let probability = Interval::ONE / (Interval::ONE + (-*margin).exp());
            finding.at_most("e^(-N eps) <= sigma(tau y f)", (-total).exp(), probability, witness);
        }
        let bound = Interval::integer(2) * eta / (tau * geometry.gap);
        finding.at_most("2 eta/(tau d_opp) <= Lip", bound, constant, witness);
        let affine = net.layers().iter().filter(|layer| matches!(layer, Layer::Dense(_))).count();
        let largest = certified.norms().iter().copied().fold(0.0, f64::max);
        let power = Interval::point(largest).powi(affine as u32);
        finding.at_most("2 eta/(tau d_opp) <= (max |W_k|)^K", bound, power, witness);
    }
    Ok(finding)
}

/// The last network of a run must have come to N eps < ln 2: else half of the bounds were not examined.
pub(super) fn overfitted(run: &Run) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    if let Some((step, net)) = run.networks.last() {
        let margins = margins(run, net)?;
        let total = loss(&margins) * Interval::integer(margins.len() as u128);
        let most = Interval::integer(2).ln();
        finding.at_most("N eps <= ln 2 at the end", total, most, || format!("step {step}"));
    }
    Ok(finding)
}

/// Whether the last network's loss is below the least loss of 1-Lipschitz functions.
pub(super) fn ends_below_the_optimum(run: &Run) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("nats");
    let (p, q) = (Measure::uniform(run.first.clone())?, Measure::uniform(run.second.clone())?);
    let problem = LogLoss::new(&p, &q, Cost::L2, TAU, 1.0)?;
    let dual = problem.solve()?;
    let bracket = regularised::log_loss(&problem.sample, TAU, 1.0, dual.unit, &dual.plan, &dual.potentials)?;
    let optimum = bracket.enclosure();
    if let Some((step, net)) = run.networks.last() {
        let loss = loss(&margins(run, net)?);
        finding.at_most("last loss <= optimum of slope 1", loss, optimum, || {
            format!("step {step}, loss in {loss}, optimum in {optimum}")
        });
    }
    Ok(finding)
}

/// Bounds and certified constant over the steps.
pub(super) fn picture(run: &Run) -> Result<Picture, CheckError> {
    let geometry = Geometry::of(run)?;
    let (mut upper, mut pairs, mut transport) = (Vec::new(), Vec::new(), Vec::new());
    for (step, net) in &run.networks {
        let (at, margins) = (*step as f64, margins(run, net)?);
        let loss = loss(&margins);
        let certified = certify(net).map_err(CheckError::during("certificate"))?;
        upper.push((at, certified.l2().log10()));
        if let Some(eta) = eta(loss * Interval::integer(margins.len() as u128)) {
            let bound = Interval::integer(2) * eta / (Interval::point(TAU) * geometry.gap);
            pairs.push((at, bound.lower().log10()));
        }
        let shares = SHARES.map(|(share, whole)| share as f64 / whole as f64);
        let bounds = shares.map(|s| {
            let entropy = -s * s.ln() - (1.0 - s) * (1.0 - s).ln();
            (entropy - loss.upper()) / (0.5 * TAU * s * geometry.transport.upper())
        });
        transport.push((at, bounds.into_iter().fold(0.0, f64::max).log10()));
    }
    let line = |name: &str, points| Series { name: name.to_owned(), mark: Mark::Line, points };
    Chart {
        title: "Fitting a few cells: the Lipschitz constant must grow".to_owned(),
        alternative: "Over the steps of an unconstrained run on twenty cells: the certified upper end of the network's Lipschitz \
                      constant rises, above two lower bounds computed from the loss alone, one by transport from the first step \
                      on and one by the closest pair once the loss is small."
            .to_owned(),
        x: "step".to_owned(),
        y: "log10 of the constant".to_owned(),
        series: vec![
            line("certified upper end", upper),
            line("lower bound by the closest pair", pairs),
            line("lower bound by transport", transport),
        ],
    }
    .draw()
}
