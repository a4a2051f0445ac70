//! G3: the least loss on a sample is near the least loss on the population.

use lip1_datasets::worlds::{Classes, gaussian};
use lip1_harness::{Check, CheckError, Claim, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::{Interval, Points};
use lip1_ot::{Measure, Problem, Settings, certify, solve};
use rand::RngExt;

use crate::optimum::{LargestHkr, LeastLoss};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G3",
    section: Section::Generalisation,
    title: "The least loss on a sample is near that on the population",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "For a loss that is Lambda-Lipschitz in f (log loss: tau; hinge-regularised: 1 + lambda) the least mean losses over \
         1-Lipschitz functions on a sample and on the population differ by at most Lambda sum_c pi_c W1 between the laws of \
         class c, if both have the same class masses pi_c.",
    )],
    formula: r"\Bigl| \min_f \mathbb{E}_n \ell(f, y) - \min_f \mathbb{E}\, \ell(f, y) \Bigr| \le \Lambda \sum_c \pi_c\, W_1(P_n^c, P^c)",
    hypotheses: &["both have the same class masses", "Lambda is a Lipschitz constant of the loss"],
    source: "For each 1-Lipschitz f the loss of one class is Lambda-Lipschitz in x, so its means differ by at most Lambda W1 (T1); minima of \
             functions that differ by at most that much do too. Nearly an equality for HKR where a pair short of its margin \
             moves apart, and for the log loss where a light class leaves a heavy one.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "halves_of_real_samples_have_nearly_the_least_loss_of_the_whole",
            essential: true,
            about: "a",
            run: |ctx| {
                let each = ctx.count(40, 120, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [Classes::breast_cancer(each, each)?, Classes::digits(3, 8, each)?] {
                    let half = subset(&classes, each / 2)?;
                    finding.merge(compare(&half, &classes, Interval::ONE, &[Loss::Log, Loss::Hkr])?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "stratified_draws_have_nearly_the_least_loss_of_their_population",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                let mut random = ctx.generator("draws");
                for round in 0..ctx.count(6, 60, 2_000) {
                    let cloud = |name: &str, x: f64| {
                        gaussian(ctx.seed(&format!("{name} {round}")), 20, &[x, 0.0], 1.0)
                    };
                    let population = Classes::uniform("clouds", cloud("p", 1.0)?, cloud("q", -1.0)?)?;
                    let mut drawn = |measure: &Measure| -> Result<Points, CheckError> {
                        let points = measure.points();
                        let rows = (0..10).map(|_| random.random_range(0..points.len()));
                        Ok(Points::new(2, rows.flat_map(|row| points.row(row)).copied().collect())?)
                    };
                    let sample = Classes::uniform(
                        "a draw",
                        drawn(&population.positive)?,
                        drawn(&population.negative)?,
                    )?;
                    finding.merge(compare(&sample, &population, Interval::ONE, &[Loss::Log, Loss::Hkr])?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "a_pair_that_moves_apart_comes_close_to_the_bound_for_hkr",
            essential: true,
            about: "a",
            run: |_| moving_apart(Interval::ONE),
        },
        Check {
            name: "a_light_class_that_leaves_a_heavy_one_comes_close_to_the_bound_for_the_log_loss",
            essential: true,
            about: "a",
            run: |_| leaving(Interval::ONE),
        },
    ],
    controls: &[
        Control {
            name: "other_class_masses_change_the_least_loss_at_distance_0",
            breaks: "both have the same class masses",
            run: |_| {
                let population =
                    Classes::on_line("even", &[(0.0, 1.0), (1.0, 1.0)], &[(0.5, 1.0), (2.0, 1.0)])?;
                let sample =
                    Classes::on_line("uneven", &[(0.0, 2.0), (1.0, 2.0)], &[(0.5, 1.0), (2.0, 1.0)])?;
                compare(&sample, &population, Interval::ONE, &[Loss::Log, Loss::Hkr])
            },
        },
        Control {
            name: "a_quarter_of_the_constant_is_too_small",
            breaks: "Lambda is a Lipschitz constant of the loss",
            run: |_| {
                // The hinge of a point that is short of its margin moves by 1 + lambda a unit of length, half of it at either end.
                let population = Classes::on_line("pair", &[(1.0, 1.0)], &[(0.0, 1.0)])?;
                let sample = Classes::on_line("wider pair", &[(2.0, 1.0)], &[(-1.0, 1.0)])?;
                compare(&sample, &population, Interval::ratio(1, 4), &[Loss::Log, Loss::Hkr])
            },
        },
        Control {
            name: "a_constant_that_is_a_few_millionths_smaller_is_too_small_for_hkr",
            breaks: "Lambda is a Lipschitz constant of the loss",
            run: |_| moving_apart(Interval::ratio((1 << 18) - 1, 1 << 18)),
        },
        Control {
            name: "a_constant_that_is_a_twentieth_smaller_is_too_small_for_the_log_loss",
            breaks: "Lambda is a Lipschitz constant of the loss",
            run: |_| leaving(Interval::ratio(19, 20)),
        },
    ],
};

const UNIT: &str = "loss";

/// Temperature of the log loss, margin and weight of the hinge.
const TAU: f64 = 1.0;
const MARGIN: f64 = 4.0;
const LAMBDA: f64 = 2.0;

/// The losses whose least means are compared.
#[derive(Clone, Copy)]
enum Loss {
    /// Logarithmic, at temperature `TAU`.
    Log,
    /// Hinge-regularised, with margin `MARGIN` and weight `LAMBDA`.
    Hkr,
}

impl Loss {
    fn name(self) -> &'static str {
        match self {
            Loss::Log => "log loss",
            Loss::Hkr => "HKR",
        }
    }

    /// Lambda.
    fn constant(self) -> Interval {
        match self {
            Loss::Log => Interval::constant(TAU),
            Loss::Hkr => Interval::ONE + Interval::constant(LAMBDA),
        }
    }

    /// Encloses the least mean, or minus the least: the sign does not matter for a difference.
    fn least(self, classes: &Classes) -> Result<Interval, CheckError> {
        let bracket = match self {
            Loss::Log => LeastLoss::solve(classes, TAU, 1.0)?.bracket()?,
            Loss::Hkr => LargestHkr::solve(classes, Total::Together, MARGIN, LAMBDA)?.bracket()?,
        };
        Ok(bracket.enclosure())
    }
}

/// Compares the difference of the least losses with `share` of its bound.
fn compare(
    sample: &Classes,
    population: &Classes,
    share: Interval,
    losses: &[Loss],
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (p, q) = population.masses();
    let distance = p * transport(&sample.positive, &population.positive)?
        + q * transport(&sample.negative, &population.negative)?;
    for loss in losses {
        let (one, other) = (loss.least(sample)?, loss.least(population)?);
        let bound = share * loss.constant() * distance;
        finding.at_most("difference of minima <= Lambda W1", (one - other).abs(), bound, || {
            let name = loss.name();
            format!("{name}, {} of {}: {one} and {other}, bound {bound}", sample.name, population.name)
        });
    }
    Ok(finding)
}

/// Two points of opposite classes go from a distance of 7 to a little more than twice the margin: up to there the loss falls
/// by `1 + lambda` for every unit that they move, beyond that by 1, so that enclosures tell the difference from the bound.
fn moving_apart(share: Interval) -> Result<Finding, CheckError> {
    let pair = |name, half: f64| Classes::on_line(name, &[(half, 1.0)], &[(-half, 1.0)]);
    let beyond = MARGIN + 1.0 / f64::from(1 << 20);
    compare(&pair("wider pair", beyond)?, &pair("pair", MARGIN - 0.5)?, share, &[Loss::Hkr])
}

/// A class of mass 1/64 lies on top of the other and moves a quarter of a unit away. Its points are taken for the other's
/// with probability 63/64 at first, which is the slope of the log loss there.
fn leaving(share: Interval) -> Result<Finding, CheckError> {
    let classes = |name, place: f64| Classes::on_line(name, &[(place, 1.0)], &[(0.0, 63.0)]);
    compare(&classes("classes apart", 0.25)?, &classes("one on the other", 0.0)?, share, &[Loss::Log])
}

fn transport(one: &Measure, other: &Measure) -> Result<Interval, CheckError> {
    let problem = Problem::new(one, other, Cost::L2)?;
    Ok(certify(&problem, solve(&problem, &Settings::default())?)?.bracket.enclosure())
}

/// The first points of each class.
fn subset(classes: &Classes, count: usize) -> Result<Classes, CheckError> {
    let part = |measure: &Measure| {
        let points = measure.points();
        Points::new(points.dim(), points.rows().take(count).flatten().copied().collect())
    };
    Ok(Classes::uniform(format!("{count} a class"), part(&classes.positive)?, part(&classes.negative)?)?)
}
