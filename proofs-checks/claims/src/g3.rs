//! G3: the least loss on a sample is near the least loss on the population.

use lip1_datasets::worlds::{Classes, gaussian};
use lip1_harness::{About, Check, CheckError, Claim, Control, Finding, Rejection, Scope, Section, Verdict};
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
    statement: "For a loss that is Lambda-Lipschitz in f (log loss: tau; hinge-regularised: 1 + lambda) the least mean losses over 1-Lipschitz \
                functions on a sample and on the population differ by at most Lambda sum_c pi_c W1 between the laws of class c, if both \
                have the same class masses pi_c.",
    formula: r"\Bigl| \min_f \mathbb{E}_n \ell(f, y) - \min_f \mathbb{E}\, \ell(f, y) \Bigr| \le \Lambda \sum_c \pi_c\, W_1(P_n^c, P^c)",
    corrected: None,
    hypotheses: &["both have the same class masses", "Lambda is a Lipschitz constant of the loss"],
    source: "For each 1-Lipschitz f the loss of one class is Lambda-Lipschitz in x, so its means differ by at most Lambda W1 (T1); minima of \
             functions that differ by at most that much do too.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "halves_of_real_samples_have_nearly_the_least_loss_of_the_whole",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let each = ctx.count(40, 120, 170);
                let mut finding = Finding::new(UNIT);
                for classes in [Classes::cells(each, each)?, Classes::digits(3, 8, each)?] {
                    let half = subset(&classes, each / 2)?;
                    finding.merge(compare(&half, &classes, 1.0)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "stratified_draws_have_nearly_the_least_loss_of_their_population",
            essential: true,
            about: About::Transcribed,
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
                    finding.merge(compare(&sample, &population, 1.0)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
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
                Ok(Rejection::of(&compare(&sample, &population, 1.0)?))
            },
        },
        Control {
            name: "a_quarter_of_the_constant_is_too_small",
            breaks: "Lambda is a Lipschitz constant of the loss",
            run: |_| {
                // The hinge of a point that is short of its margin moves by 1 + lambda a unit of length, half of it at either end.
                let population = Classes::on_line("pair", &[(1.0, 1.0)], &[(0.0, 1.0)])?;
                let sample = Classes::on_line("wider pair", &[(2.0, 1.0)], &[(-1.0, 1.0)])?;
                Ok(Rejection::of(&compare(&sample, &population, 0.25)?))
            },
        },
    ],
};

const UNIT: &str = "loss";

/// Temperature of the log loss, margin and weight of the hinge.
const TAU: f64 = 1.0;
const MARGIN: f64 = 4.0;
const LAMBDA: f64 = 2.0;

/// Compares the difference of the least losses with `share` of its bound, for both losses.
fn compare(sample: &Classes, population: &Classes, share: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (p, q) = population.masses();
    let distance = p * transport(&sample.positive, &population.positive)?
        + q * transport(&sample.negative, &population.negative)?;
    let log_loss = |classes: &Classes| -> Result<Interval, CheckError> {
        Ok(LeastLoss::solve(classes, TAU, 1.0)?.bracket()?.enclosure())
    };
    let hinge = |classes: &Classes| -> Result<Interval, CheckError> {
        Ok(LargestHkr::solve(classes, Total::Together, MARGIN, LAMBDA)?.bracket()?.enclosure())
    };
    for (name, one, other, constant) in [
        ("log loss", log_loss(sample)?, log_loss(population)?, TAU),
        ("hinge-regularised", hinge(sample)?, hinge(population)?, 1.0 + LAMBDA),
    ] {
        let bound = Interval::point(share * constant) * distance;
        finding.at_most("difference of minima <= Lambda W1", (one - other).abs(), bound, || {
            format!("{name}, {} of {}: {one} and {other}, bound {bound}", sample.name, population.name)
        });
    }
    Ok(finding)
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
