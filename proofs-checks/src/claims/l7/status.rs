//! Whether a linear program is bounded, with a certificate for either answer.

use lip1_core::MaxMinNetwork;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::Potentials;
use lip1_kernel::{Interval, Points, forward};
use lip1_ot::regularised::{Dual, HingeKr};
use lip1_ot::{Certified, Measure, Problem, Settings, certify, solve};
use nalgebra::DMatrix;
use proptest::prelude::{Just, Strategy, prop, prop_oneof};

use super::ray;
use crate::optimum::LargestHkr;
use crate::worlds::Classes;
use crate::{CheckError, Finding, Outcome};

/// Two classes of points of equal weight, `lambda` a fraction of whole numbers.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) positive: Vec<[i32; 2]>,
    pub(super) negative: Vec<[i32; 2]>,
    pub(super) lambda: (u32, u32),
}

/// Margin of the hinge.
const MARGIN: f64 = 1.5;

/// Share of the numbers involved by which the ends of a bracket may differ.
const WIDTH: f64 = 1e-9;

impl Counts {
    /// Up to `most` points a class on a grid of the plane; `lambda` with power-of-two denominators, so that `f64` holds it.
    pub(super) fn drawn(most: usize) -> impl Strategy<Value = Self> {
        let class = move || prop::collection::vec([-9_i32..=9, -9_i32..=9], 1..=most);
        let lambda = (0_u32..=16, prop_oneof![Just(1_u32), Just(4_u32)]);
        (class(), class(), lambda).prop_map(|(positive, negative, lambda)| Self {
            positive,
            negative,
            lambda,
        })
    }

    /// `light` points against `1 + ratio` times as many, and `lambda = ratio`: equality.
    pub(super) fn threshold(light: u32, ratio: u32) -> Self {
        let row = |count: u32, height: i32| (0..count as i32).map(|k| [k * k, height]).collect();
        Self { positive: row(light * (1 + ratio), 4), negative: row(light, 0), lambda: (ratio, 1) }
    }

    fn classes(&self) -> Result<Classes, CheckError> {
        let points =
            |class: &[[i32; 2]]| Points::new(2, class.iter().flatten().map(|x| f64::from(*x)).collect());
        let name = format!("{} against {} points", self.positive.len(), self.negative.len());
        Classes::uniform(name, points(&self.positive)?, points(&self.negative)?)
    }

    fn lambda(&self) -> f64 {
        f64::from(self.lambda.0) / f64::from(self.lambda.1)
    }

    /// Heavier and lighter count.
    fn sizes(&self) -> (u64, u64) {
        let (p, q) = (self.positive.len() as u64, self.negative.len() as u64);
        (p.max(q), p.min(q))
    }
}

/// The slope of the objective, times the number of points, along large constants of the heavier class's sign.
pub(super) fn slope(counts: &Counts) -> Interval {
    let (heavy, light) = counts.sizes();
    let (numerator, denominator) = counts.lambda;
    Interval::integer((heavy - light).into())
        - Interval::integer(light.into()) * Interval::ratio(numerator.into(), denominator.into())
}

/// That a certificate says what `lambda min(p, q) >= |p - q|`, in whole numbers, predicts.
pub(super) fn predicted(counts: &Counts) -> Result<Finding, CheckError> {
    let (heavy, light) = counts.sizes();
    let (numerator, denominator) = counts.lambda;
    let wanted = u64::from(numerator) * light >= (heavy - light) * u64::from(denominator);
    if wanted {
        return bounded(counts);
    }
    let mut finding = Finding::new("value");
    finding.exact(ray(counts), || format!("{counts:?}: slope {}", slope(counts)));
    Ok(finding)
}

/// That the objective has a maximum: no ray along constants, and a bracket from the kernel.
pub(super) fn bounded(counts: &Counts) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    finding.at_most("slope along constants <= 0", slope(counts), Interval::ZERO, || format!("{counts:?}"));
    if finding.outcome() != Outcome::Holds {
        return Ok(finding);
    }
    let classes = counts.classes()?;
    let (heavy, light) = counts.sizes();
    let lambda = counts.lambda();
    let equal = u64::from(counts.lambda.0) * light == (heavy - light) * u64::from(counts.lambda.1);
    let largest = if equal {
        at_equality(counts, &classes)?
    } else {
        LargestHkr::solve(&classes, Total::Together, MARGIN, lambda)?
    };
    match largest.bracket() {
        Ok(bracket) => {
            let values = largest.dual.potentials.u.iter().chain(&largest.dual.potentials.v);
            let scale = values.map(|f| f.abs()).fold(32.0, f64::max) * (1.0 + lambda);
            finding.case(WIDTH * scale - (bracket.upper - bracket.lower), || {
                format!("{counts:?}: {:?}", *bracket)
            });
        }
        Err(refusal) => finding.refused(format!("{counts:?}: {refusal}")),
    }
    Ok(finding)
}

/// At equality the masses are forced: those of the heavier class as they are, of the lighter one `1 + lambda` times as much. An optimal
/// plan between the two laws moves them, and its potentials, raised until the heavier class is beyond the margin and the lighter one
/// short of it, are optimal.
fn at_equality(counts: &Counts, classes: &Classes) -> Result<LargestHkr, CheckError> {
    let problem = HingeKr::new(
        &classes.positive,
        &classes.negative,
        Cost::L2,
        Total::Together,
        MARGIN,
        counts.lambda(),
    )?;
    let transport = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let Certified { problem: stated, solution, .. } =
        certify(&transport, solve(&transport, &Settings::default())?)?;
    let positive_is_heavy = classes.positive.len() >= classes.negative.len();
    let masses = if positive_is_heavy { &stated.statement().p_mass } else { &stated.statement().q_mass };
    // One point of the heavier class has this mass, of as many as there are points in all.
    let unit =
        masses.first().copied().unwrap_or(1) * (classes.positive.len() + classes.negative.len()) as u64;
    let Potentials { u, v } = solution.potentials;
    let shift = if positive_is_heavy {
        u.iter().map(|u| MARGIN - u).chain(v.iter().map(|v| -MARGIN - v)).fold(f64::NEG_INFINITY, f64::max)
    } else {
        v.iter().map(|v| -MARGIN - v).chain(u.iter().map(|u| MARGIN - u)).fold(f64::INFINITY, f64::min)
    };
    // Whole shifts of values that are no larger than the points keep the slopes that the kernel compares, up to a rounding that a
    // slightly flatter function absorbs.
    let flatter = 1.0 - FLATTER;
    let moved = |values: Vec<f64>| values.into_iter().map(|f| f * flatter + shift).collect();
    let potentials = Potentials { u: moved(u), v: moved(v) };
    let dual = Dual {
        unit,
        plan: solution.plan,
        potentials,
        status: solution.status,
        iterations: solution.iterations,
    };
    Ok(LargestHkr { problem, dual })
}

/// Rounding: share of a slope that is given away.
const FLATTER: f64 = 1e-12;

/// That the maximum of `E_P f - E_Q f` is enclosed, whatever the masses.
pub(super) fn distance(classes: &Classes) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let bracket = certify(&problem, solve(&problem, &Settings::default())?)?.bracket;
    let allowed = WIDTH * classes.diameter().upper();
    finding.case(allowed - (bracket.upper - bracket.lower), || format!("{}: {:?}", classes.name, *bracket));
    Ok(finding)
}

/// Multiples that the objectives are compared at.
const MULTIPLES: [f64; 3] = [1.0, 1e3, 1e6];

/// That `t` times a network that separates has every objective at least `t` times a positive number, from some `t` on.
pub(super) fn runs_away(classes: &Classes) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let (p, q) = (classes.positive.points(), classes.negative.points());
    let columns = p.coords().iter().chain(q.coords()).copied();
    let signs: Vec<i8> = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let points = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let net = match MaxMinNetwork::new(&points, &signs).and_then(|network| network.explicit()) {
        Ok(net) => net,
        Err(error) => {
            finding.refused(format!("{}: {error}", classes.name));
            return Ok(finding);
        }
    };
    let value = |x: &[f64]| -> Result<Interval, CheckError> {
        Ok(forward::enclose(&net, x)?.values.first().copied().unwrap_or(Interval::ENTIRE))
    };
    let side = |measure: &Measure, sign: f64| -> Result<Vec<Interval>, CheckError> {
        measure.points().rows().map(|x| Ok(Interval::point(sign) * value(x)?)).collect()
    };
    let margins = [side(&classes.positive, 1.0)?, side(&classes.negative, -1.0)?];
    let all = || margins.iter().flatten();
    let least = all().copied().reduce(Interval::min).unwrap_or(Interval::ZERO);
    finding.exact(least.lower() > 0.0, || format!("{}: y f >= {least} only", classes.name));
    let mean = |margins: &[Interval]| {
        margins.iter().fold(Interval::ZERO, |sum, margin| sum + *margin)
            / Interval::integer(margins.len() as u128)
    };
    let everything: Vec<Interval> = all().copied().collect();
    for t in MULTIPLES.map(Interval::point) {
        let hinge = |margin: &Interval| (Interval::point(MARGIN) - t * *margin).max(Interval::ZERO);
        let short: Vec<Interval> = all().map(hinge).collect();
        let floor = t * least;
        let kr = t * (mean(&margins[0]) + mean(&margins[1]));
        let mcr = t * mean(&everything);
        // Once t y f >= m everywhere the hinge is 0 and the regularised objective is MCR.
        let gone = Interval::point(MARGIN) - floor;
        finding.case((kr - floor).lower(), || format!("{}: KR = {kr} at t = {t}", classes.name));
        finding.case((mcr - floor * Interval::point(1.0 - WIDTH)).lower(), || {
            format!("{}: MCR = {mcr}", classes.name)
        });
        if gone.upper() <= 0.0 {
            finding.exact(mean(&short).upper() <= 0.0, || format!("{}: hinge at t = {t}", classes.name));
        }
    }
    Ok(finding)
}
