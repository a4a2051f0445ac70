//! T2: maximising the mean signed margin is the Wasserstein dual.

use lip1_datasets::worlds::Classes;
use lip1_harness::{
    About, Check, CheckError, Claim, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::{Interval, lipschitz};
use lip1_ot::testing::pairs;
use lip1_ot::{Certified, Problem, Settings, certify, solve};
use proptest::strategy::Strategy;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T2",
    section: Section::Transport,
    title: "The mean signed margin is the objective of a Wasserstein GAN's discriminator",
    statement: "With balanced classes the largest mean signed margin MCR(f) = E[y f(x)] over 1-Lipschitz f is half of W1(P, Q), and \
                the maximisers are those of the Wasserstein dual E_P f - E_Q f, the discriminators of a Wasserstein GAN.",
    formula: r"\mathbb{P}(y = 1) = \tfrac12 \;\Longrightarrow\; \max_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f(x)] = \tfrac12 W_1(P, Q)",
    corrected: None,
    hypotheses: &["both classes have the same mass", "f is 1-Lipschitz", "f maximises the Wasserstein dual"],
    source: "E[y f] = (E_P f - E_Q f)/2 for balanced classes; the rest is T1. With masses p > q the constant c has margin \
             (p - q) c, a ray along which E[y f] is unbounded.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "half_of_the_distance_is_attained_and_not_exceeded_on_random_samples",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let classes = pairs(10).prop_map(|(positive, negative)| Classes {
                    name: "drawn".to_owned(),
                    positive,
                    negative,
                });
                let found =
                    ctx.sampled("samples", "value", &classes, ctx.cases(100, 2_000, 100_000), |classes| {
                        let finding = examine(&potential(classes)?, Total::EachClass)?;
                        let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
                        Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
                    })?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "half_of_the_distance_is_attained_and_not_exceeded_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let each = ctx.count(60, 180, 212);
                let mut finding = Finding::new("value");
                for classes in [
                    Classes::cells(each, each)?,
                    Classes::digits(3, 8, each.min(174))?,
                    Classes::digits(0, 1, each.min(178))?,
                ] {
                    finding.merge(examine(&potential(&classes)?, Total::Together)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "with_unequal_masses_a_constant_exceeds_every_bound",
            breaks: "both classes have the same mass",
            run: |_| Ok(Rejection::of(&examine(&potential(&Classes::cells(60, 40)?)?, Total::Together)?)),
        },
        Control {
            name: "a_function_of_slope_2_exceeds_half_of_the_distance",
            breaks: "f is 1-Lipschitz",
            run: |_| Ok(Rejection::of(&examine(&times(2.0)?, Total::Together)?)),
        },
        Control {
            name: "a_function_of_slope_a_half_falls_short",
            breaks: "f maximises the Wasserstein dual",
            run: |_| Ok(Rejection::of(&examine(&times(0.5)?, Total::Together)?)),
        },
    ],
};

/// A sample with the distance between its laws and values of a function.
struct Instance {
    classes: Classes,
    distance: (f64, f64),
    positive: Vec<f64>,
    negative: Vec<f64>,
}

/// Solver: share of the numbers involved by which both ends of the distance may differ.
const WIDTH: f64 = 1e-12;

/// Constants that are added to the function; they change nothing where the classes are balanced.
const SHIFTS: [f64; 5] = [0.0, 1.0, -1.0, 64.0, -64.0];

fn potential(classes: &Classes) -> Result<Instance, CheckError> {
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let Certified { bracket, solution, .. } = certify(&problem, solve(&problem, &Settings::default())?)?;
    Ok(Instance {
        classes: classes.clone(),
        distance: (bracket.lower, bracket.upper),
        positive: solution.potentials.u,
        negative: solution.potentials.v,
    })
}

/// The optimal function on cells, multiplied.
fn times(factor: f64) -> Result<Instance, CheckError> {
    let mut instance = potential(&Classes::cells(40, 40)?)?;
    instance.positive.iter_mut().chain(&mut instance.negative).for_each(|value| *value *= factor);
    Ok(instance)
}

/// Compares `E[y (f + c)]` with half of the distance, from both sides; classes count half each or by their weights.
fn examine(instance: &Instance, total: Total) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let Instance { classes, distance: (lower, upper), positive, negative } = instance;
    let half = |end: f64| Interval::point(end) / Interval::integer(2);
    let (p, q) = classes.weights();
    let shares = match total {
        Total::EachClass => (Interval::ratio(1, 2), Interval::ratio(1, 2)),
        Total::Together => classes.masses(),
    };
    let mean = |weights: &[f64], values: &[f64], shift: f64| {
        let mut sums = (Interval::ZERO, Interval::ZERO);
        for (weight, value) in weights.iter().zip(values) {
            let weight = Interval::point(*weight);
            sums = (sums.0 + weight * (Interval::point(*value) + Interval::point(shift)), sums.1 + weight);
        }
        sums.0 / sums.1
    };
    let largest = positive.iter().chain(negative).map(|f| f.abs()).fold(*upper, f64::max);
    for shift in SHIFTS {
        let margin = shares.0 * mean(&p, positive, shift) - shares.1 * mean(&q, negative, shift);
        let allowed = Interval::point(WIDTH * (largest + shift.abs()));
        let witness =
            || format!("{}: E[y (f + {shift})] = {margin}, W1 in [{lower:?}, {upper:?}]", classes.name);
        finding.case((half(*upper) + allowed - margin).lower(), witness);
        finding.case((margin - half(*lower) + allowed).lower(), witness);
    }
    // The slope, on the smallest set that shows it: the pair of each point with its steepest opposite.
    finding.exact(respected(instance)?, || format!("{}: a slope above 1", classes.name));
    Ok(finding)
}

/// Whether no pair of opposite points is steeper than 1, by the kernel.
fn respected(instance: &Instance) -> Result<bool, CheckError> {
    let Instance { classes, positive, negative, .. } = instance;
    let (p, q) = (classes.positive.points(), classes.negative.points());
    for (x, u) in p.rows().zip(positive) {
        for (z, v) in q.rows().zip(negative) {
            let pair = lip1_kernel::Points::new(p.dim(), [x, z].concat())?;
            // A fall is harmless: raising u or lowering v only helps the objective.
            if u > v && !lipschitz::values(&pair, &[*u, *v], 1.0).is_verified() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
