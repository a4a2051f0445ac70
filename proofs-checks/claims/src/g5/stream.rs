//! Least losses on samples of a finite population, against the bound at every n.

use lip1_datasets::worlds::Classes;
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_ot::{Measure, Problem, Settings, certify, solve};
use rand::RngExt;

use crate::optimum::{LargestHkr, LeastLoss};

/// What is compared.
const UNIT: &str = "loss";

/// Temperature of the log loss, margin and weight of the hinge.
const TAU: f64 = 1.0;
const MARGIN: f64 = 4.0;
const LAMBDA: f64 = 4.0;

/// The losses.
#[derive(Clone, Copy)]
enum Loss {
    Log,
    Hkr,
}

/// Parts of the two terms of the bound.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) moved: (u128, u128),
    pub(super) reweighted: (u128, u128),
}

impl Parts {
    pub(super) const WHOLE: Self = Self { moved: (1, 1), reweighted: (1, 1) };
}

impl Loss {
    fn name(self) -> &'static str {
        match self {
            Self::Log => "log loss",
            Self::Hkr => "hinge-regularised loss",
        }
    }

    /// Lambda.
    fn constant(self) -> Interval {
        match self {
            Self::Log => Interval::constant(TAU),
            Self::Hkr => Interval::ONE + Interval::constant(LAMBDA),
        }
    }

    /// Encloses the least mean.
    fn least(self, classes: &Classes) -> Result<Interval, CheckError> {
        Ok(match self {
            Self::Log => LeastLoss::solve(classes, TAU, 1.0)?.bracket()?.enclosure(),
            Self::Hkr => -LargestHkr::solve(classes, Total::Together, MARGIN, LAMBDA)?.bracket()?.enclosure(),
        })
    }

    /// A ball that has the minimisers for these classes; `diameter` is that of all points.
    fn radius(self, classes: &Classes, diameter: Interval) -> Interval {
        let (p, q) = classes.masses();
        let middle = match self {
            Self::Log => (p / q).ln().abs() / Interval::constant(TAU),
            Self::Hkr => Interval::constant(MARGIN),
        };
        middle + diameter
    }

    /// `max l - min l` over that ball.
    fn range(self, radius: Interval) -> Interval {
        match self {
            // softplus(u) - softplus(-u) = u.
            Self::Log => Interval::constant(TAU) * radius,
            Self::Hkr => radius + radius + Interval::constant(LAMBDA) * (Interval::constant(MARGIN) + radius),
        }
    }
}

/// Compares the difference of the least losses with parts of the bound.
fn compare(
    sample: &Classes,
    population: &Classes,
    parts: Parts,
    losses: &[Loss],
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let ((p, q), (seen, _)) = (population.masses(), sample.masses());
    let part = |(numerator, denominator): (u128, u128)| Interval::ratio(numerator, denominator);
    let distance = p * transport(&sample.positive, &population.positive)?
        + q * transport(&sample.negative, &population.negative)?;
    let diameter = sample.diameter().max(population.diameter());
    for loss in losses {
        let radius = loss.radius(sample, diameter).max(loss.radius(population, diameter));
        let moved = part(parts.moved) * loss.constant() * distance;
        let reweighted = part(parts.reweighted) * (seen - p).abs() * loss.range(radius);
        let (one, other) = (loss.least(sample)?, loss.least(population)?);
        finding.at_most("difference of minima <= bound", (one - other).abs(), moved + reweighted, || {
            let name = loss.name();
            format!(
                "{name}, {}: {one}, {}: {other}; bound {moved} + {reweighted}",
                sample.name, population.name
            )
        });
    }
    Ok(finding)
}

fn transport(one: &Measure, other: &Measure) -> Result<Interval, CheckError> {
    let problem = Problem::new(one, other, Cost::L2)?;
    Ok(certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure())
}

/// A little more than nothing, so that enclosures tell the difference from the bound.
const LITTLE: f64 = 1.0 / (1 << 20) as f64;

/// For HKR two points of opposite classes go from a distance of 7 to a little more than twice the margin: the loss falls by `1 + lambda` for
/// every unit that they move. For the log loss one point of 1024 leaves those of the other class, for one of which it was taken: the
/// slope of its loss is nearly 1.
pub(super) fn moved(parts: Parts) -> Result<Finding, CheckError> {
    let pair = |name, half: f64| Classes::on_line(name, &[(half, 1.0)], &[(-half, 1.0)]);
    let mut finding = compare(
        &pair("a wider pair", MARGIN + LITTLE)?,
        &pair("a pair", MARGIN - 0.5)?,
        parts,
        &[Loss::Hkr],
    )?;
    let one = |name, place: f64| Classes::on_line(name, &[(place, 1.0)], &[(0.0, 1_023.0)]);
    finding.merge(compare(&one("one apart", 0.25)?, &one("one among many", 0.0)?, parts, &[Loss::Log])?);
    Ok(finding)
}

/// A point with either label, nearly at the same place, some of which change it: an eighth of all for HKR, one of 1024 for the log loss, whose
/// least mean is the entropy of the masses.
pub(super) fn reweighted(parts: Parts) -> Result<Finding, CheckError> {
    let point = |name, p: f64, q: f64| Classes::on_line(name, &[(0.0, p)], &[(LITTLE, q)]);
    let mut finding =
        compare(&point("five to three", 5.0, 3.0)?, &point("four to four", 4.0, 4.0)?, parts, &[Loss::Hkr])?;
    // The minimiser is m at 0 and m + D at D = 10, where most of the positive class lies: the range goes beyond that of the margin.
    let far = |name, q: f64| Classes::on_line(name, &[(0.0, 512.0), (10.0, 4_096.0)], &[(0.0, q)]);
    finding.merge(compare(
        &far("1025 against 4608", 1_025.0)?,
        &far("1024 against 4608", 1_024.0)?,
        parts,
        &[Loss::Hkr],
    )?);
    let (sample, population) = (point("769 to 255", 769.0, 255.0)?, point("three to one", 768.0, 256.0)?);
    finding.merge(compare(&sample, &population, parts, &[Loss::Log])?);
    Ok(finding)
}

/// Atoms of a class of the population, in tenths of a unit, and how many of eight points are positive.
const ATOMS: [[i32; 6]; 2] = [[-4, 0, 3, 9, 15, 26], [-31, -18, -9, -2, 1, 12]];
const POSITIVE_OF_EIGHT: u32 = 5;

/// One stream of independent samples of a population of twelve atoms, each number of samples the first of the next: the bound at each.
pub(super) fn along(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let mut random = ctx.generator("stream");
    let weights = [f64::from(POSITIVE_OF_EIGHT), f64::from(8 - POSITIVE_OF_EIGHT)];
    let classes = |name: &str, counts: [[f64; 6]; 2]| {
        let side = |class: usize| -> Vec<(f64, f64)> {
            let atoms = ATOMS[class].iter().zip(counts[class]);
            atoms
                .filter(|(_, count)| *count > 0.0)
                .map(|(place, count)| (f64::from(*place) / 10.0, count))
                .collect()
        };
        Classes::on_line(name, &side(0), &side(1))
    };
    let population = classes("the population", weights.map(|weight| [weight; 6]))?;
    let (mut counts, mut drawn) = ([[0.0; 6]; 2], 0);
    for doubling in 7..=ctx.count(12, 15, 18) {
        while drawn < 1 << doubling {
            let class = usize::from(random.random_range(0..8) >= POSITIVE_OF_EIGHT);
            counts[class][random.random_range(0..6)] += 1.0;
            drawn += 1;
        }
        let sample = classes(&format!("{drawn} samples"), counts)?;
        finding.merge(compare(&sample, &population, Parts::WHOLE, &[Loss::Log, Loss::Hkr])?);
    }
    Ok(finding)
}
