//! What a minimiser of the log loss has to pass.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};

use super::UNIT;
use crate::optimum::{LeastLoss, entropy, logistic};

/// Values of a function on a sample, with the Lipschitz constant that it should use up.
pub(super) struct Values {
    pub(super) positive: Vec<f64>,
    pub(super) negative: Vec<f64>,
    pub(super) constant: f64,
    pub(super) tau: f64,
}

/// Width that a bracket of the least loss may have, in nats, as the claim has it.
const WIDTH: f64 = 1e-9;

/// Solver: share of `L d` by which a pair that counts as tight may fall short; potentials are repaired by some roundings of the
/// diameter, which is at most a million times the closest pair.
const TIGHT: f64 = 1e-8;

/// That the kernel closes the bracket, and that every sample lies on a tight pair.
pub(super) fn minimiser(name: &str, least: &LeastLoss) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let bracket = match least.bracket() {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{name}: {refusal}"));
            return Ok(finding);
        }
    };
    let width = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    finding.exact(width.upper() <= WIDTH, || format!("{name}: least loss in {:?}", *bracket));
    let problem = &least.problem;
    let scaled = |values: &[f64]| values.iter().map(|v| problem.constant * v).collect();
    let values = Values {
        positive: scaled(&least.dual.potentials.u),
        negative: scaled(&least.dual.potentials.v),
        constant: problem.constant,
        tau: problem.temperature,
    };
    // Points without mass are not of the sample.
    let carried = |points: &Points,
                   weights: &[f64],
                   values: &[f64]|
     -> Result<(Points, Vec<f64>), CheckError> {
        let kept = || (0..points.len()).filter(|row| weights.get(*row).is_some_and(|w| *w > 0.0));
        let coords = kept().flat_map(|row| points.row(row)).copied().collect();
        Ok((Points::new(points.dim(), coords)?, kept().filter_map(|row| values.get(row)).copied().collect()))
    };
    let (p, positive) = carried(&problem.sample.p, &problem.sample.p_weight, &values.positive)?;
    let (q, negative) = carried(&problem.sample.q, &problem.sample.q_weight, &values.negative)?;
    finding.merge(tight(name, &p, &q, &Values { positive, negative, ..values })?);
    let terms: Vec<(f64, f64, f64)> = least
        .terms()
        .iter()
        .map(|term| (if term.positive { 1.0 } else { -1.0 }, middle(term.mass), middle(term.margin)))
        .collect();
    finding.merge(balance(name, &terms, values.tau));
    Ok(finding)
}

/// That every point has a distinct point of the other class to which the function falls, or rises, with slope `L`.
pub(super) fn tight(name: &str, p: &Points, q: &Points, values: &Values) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let constant = Interval::point(values.constant);
    // The share of L d that is missing, for all pairs; duplicates have no slope.
    let missing = |i: usize, j: usize| {
        let most = constant * distance::enclose(p.row(i), q.row(j), Cost::L2);
        let rise = Interval::point(values.positive[i]) - Interval::point(values.negative[j]);
        if most.lower() > 0.0 { ((most - rise) / most).upper() } else { f64::INFINITY }
    };
    let pairs: Vec<Vec<f64>> = (0..p.len()).map(|i| (0..q.len()).map(|j| missing(i, j)).collect()).collect();
    let rows = pairs.iter().map(|row| row.iter().copied().fold(f64::INFINITY, f64::min));
    let column = |j: usize| pairs.iter().filter_map(|row| row.get(j)).copied().fold(f64::INFINITY, f64::min);
    let columns = (0..q.len()).map(column);
    for (label, row, least) in rows
        .enumerate()
        .map(|(row, least)| ("+1", row, least))
        .chain(columns.enumerate().map(|(row, least)| ("-1", row, least)))
    {
        finding.case(TIGHT - least, || {
            format!("{name}, tau = {}: row {row} of label {label} falls short by {least} of L d", values.tau)
        });
    }
    Ok(finding)
}

/// Solver: share of the whole mass by which what the classes move may differ, for margins rounded once.
const BALANCED: f64 = 1e-9;

/// That both classes move the same mass `w sigma(-tau y f)`: else adding a constant would help. Terms are `(y, w, y f)`.
pub(super) fn balance(name: &str, terms: &[(f64, f64, f64)], tau: f64) -> Finding {
    let mut finding = Finding::new("share of the mass");
    let (mut all, mut difference) = (Interval::ZERO, Interval::ZERO);
    for &(sign, mass, margin) in terms {
        let moved = Interval::point(mass) * logistic(-(Interval::point(tau) * Interval::point(margin)));
        all = all + moved;
        difference = difference + Interval::point(sign) * moved;
    }
    let off = difference.abs();
    finding.at_most("classes move equal masses", off, Interval::point(BALANCED), || {
        format!("{name}: {off} of {all}")
    });
    finding
}

/// Change of `sigma(-tau y f)` within which all minimisers agree, as the claim has it for unique. (Where it is saturated, values that
/// differ by much more cost less than any bracket can tell.)
const RADIUS: f64 = 1e-2;

/// Radius about a value, in units of `tau f`, beyond which none is tried.
const FARTHEST: f64 = 64.0;

/// Factor between the radii that are tried.
const STEP: f64 = 2.0;

/// That every minimiser has these values on the sample, within a small radius that intervals confirm.
///
/// With `s` the dual point, the loss of `g` exceeds the dual value by at least `w (softplus(z) - s z - H(s))` at each sample, `z = -tau y g`:
/// a convex function of `z` that vanishes at `z = ln(s/(1-s))`. Where it is above the bracket's width at a place beside our own value, a
/// minimiser's value is on our side of that place.
pub(super) fn unique(name: &str, least: &LeastLoss) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("sigma(tau f)");
    let bracket = match least.bracket() {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{name}: {refusal}"));
            return Ok(finding);
        }
    };
    let gap = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    for term in least.terms() {
        let z = -(least.temperature() * term.margin);
        let excess = |z: Interval| z.softplus() - term.moved * z - entropy(term.moved);
        let outside = |z: Interval| (term.mass * excess(z)).lower() > gap.upper();
        // The values with no more excess form an interval; where it has no end on a side that was tried, sigma's own does.
        let end = |sign: f64| {
            let radii = std::iter::successors(Some(f64::EPSILON), |radius| Some(radius * STEP));
            let mut places = radii
                .take_while(|radius| *radius <= FARTHEST)
                .map(|radius| z + Interval::point(sign * radius));
            places.find(|place| outside(*place)).map(logistic)
        };
        let change = end(1.0).unwrap_or(Interval::ONE) - end(-1.0).unwrap_or(Interval::ZERO);
        finding
            .case(RADIUS - change.upper(), || format!("{name}: row {} of label {}", term.row, term.positive));
    }
    Ok(finding)
}

fn middle(interval: Interval) -> f64 {
    interval.lower() / 2.0 + interval.upper() / 2.0
}
