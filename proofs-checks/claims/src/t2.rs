//! T2: maximising the mean signed margin is the Wasserstein dual.

use lip1_datasets::worlds::Classes;
use lip1_harness::{Check, CheckError, Claim, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::{self, Potentials};
use lip1_ot::{Certified, Problem, Settings, certify, solve};

use crate::{drawn, rounding};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T2",
    section: Section::Transport,
    title: "The mean signed margin is the objective of a Wasserstein GAN's discriminator",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "With balanced classes the largest mean signed margin MCR(f) = E[y f(x)] over 1-Lipschitz f is half of W1(P, Q), and \
         the maximisers are those of the Wasserstein dual E_P f - E_Q f, the discriminators of a Wasserstein GAN.",
    )],
    formula: r"\mathbb{P}(y = 1) = \tfrac12 \;\Longrightarrow\; \max_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f(x)] = \tfrac12 W_1(P, Q)",
    hypotheses: &["both classes have the same mass", "f is 1-Lipschitz", "f maximises the Wasserstein dual"],
    source: "E[y f] = (E_P f - E_Q f)/2 for balanced classes; the rest is T1. With masses p > q the constant c has margin \
             (p - q) c, a ray along which E[y f] is unbounded.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "half_of_the_distance_is_attained_and_not_exceeded_on_random_samples",
            essential: true,
            about: "a",
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                ctx.sampled("samples", "value", &drawn::classes(10), cases, |classes| {
                    examine(&optimal(classes)?, Total::EachClass)
                })
            },
        },
        Check {
            name: "half_of_the_distance_is_attained_and_not_exceeded_on_real_data",
            essential: true,
            about: "a",
            run: |ctx| {
                let each = ctx.count(60, 180, 212);
                let mut finding = Finding::new("value");
                for classes in [
                    Classes::breast_cancer(each, each)?,
                    Classes::digits(3, 8, each.min(174))?,
                    Classes::digits(0, 1, each.min(178))?,
                ] {
                    finding.merge(examine(&optimal(&classes)?, Total::Together)?);
                }
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "with_unequal_masses_a_constant_exceeds_every_bound",
            breaks: "both classes have the same mass",
            run: |_| examine(&optimal(&Classes::breast_cancer(60, 40)?)?, Total::Together),
        },
        Control {
            name: "a_function_of_slope_2_exceeds_half_of_the_distance",
            breaks: "f is 1-Lipschitz",
            run: |_| examine(&times(2.0)?, Total::Together),
        },
        Control {
            name: "a_function_of_slope_a_half_falls_short",
            breaks: "f maximises the Wasserstein dual",
            run: |_| examine(&times(0.5)?, Total::Together),
        },
    ],
};

/// A sample with the distance between its laws, and values of a function.
struct Instance {
    classes: Classes,
    optimum: Certified,
    function: Potentials,
}

/// Constants that are added to the function, in multiples of its largest value; they change nothing where the classes are balanced.
const SHIFTS: [f64; 5] = [0.0, 1.0, -1.0, 64.0, -64.0];

fn optimal(classes: &Classes) -> Result<Instance, CheckError> {
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let optimum = certify(&problem, solve(&problem, &Settings::default())?)?;
    Ok(Instance { classes: classes.clone(), function: optimum.solution.potentials.clone(), optimum })
}

/// The optimal function on aspirates, multiplied.
fn times(factor: f64) -> Result<Instance, CheckError> {
    let mut instance = optimal(&Classes::breast_cancer(40, 40)?)?;
    let Potentials { u, v } = &mut instance.function;
    u.iter_mut().chain(v).for_each(|value| *value *= factor);
    Ok(instance)
}

/// Has the kernel see to the slopes of f and compares `E[y (f + c)]` with half of the distance, from both sides; classes count half each
/// or by their weights.
fn examine(instance: &Instance, total: Total) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let Instance { classes, optimum: Certified { bracket, problem, solution, .. }, function } = instance;
    let name = &classes.name;
    finding.accepted(transport::check(problem.statement(), &solution.plan, function), || name.clone());
    let half = |end: f64| Interval::data(end) / Interval::integer(2);
    let (p, q) = classes.weights();
    let shares = match total {
        Total::EachClass => (Interval::ratio(1, 2), Interval::ratio(1, 2)),
        Total::Together => classes.masses(),
    };
    let largest = function.u.iter().chain(&function.v).map(|f| f.abs()).fold(bracket.upper, f64::max);
    for shift in SHIFTS.map(|multiple| multiple * largest) {
        let mean = |weights: &[f64], values: &[f64]| {
            let (mut sum, mut all) = (Interval::ZERO, Interval::ZERO);
            for (weight, value) in weights.iter().zip(values) {
                let (weight, value) = (Interval::data(*weight), Interval::data(*value));
                (sum, all) = (sum + weight * (value + Interval::data(shift)), all + weight);
            }
            sum / all
        };
        let margin = shares.0 * mean(&p, &function.u) - shares.1 * mean(&q, &function.v);
        let size = Interval::data(largest) + Interval::data(shift.abs());
        let rounding = rounding::along(classes.positive.points(), classes.negative.points(), size);
        let tolerance = rounding::tolerance(rounding, size, "roundings of two means, one a point");
        let witness = || format!("{name}: E[y (f + {shift})] = {margin}, W1 is in {}", bracket.enclosure());
        finding.at_most_within("E[y (f + c)] <= W1/2", margin, half(bracket.upper), tolerance, witness);
        finding.at_most_within("W1/2 <= E[y (f + c)]", half(bracket.lower), margin, tolerance, witness);
    }
    Ok(finding)
}
