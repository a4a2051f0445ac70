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
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 6"),
            "The largest E_P f + E_Q (-f) over 1-Lipschitz f, each an expectation over its own class, is W1(P, Q), whatever the \
             masses of the classes.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "Over the joint law: with balanced classes the largest mean signed margin MCR(f) = E[y f(x)] over 1-Lipschitz f is \
             half of W1(P, Q), and the maximisers are those of the Wasserstein dual E_P f - E_Q f, the discriminators of a \
             Wasserstein GAN.",
        ),
    ],
    formula: r"\max_{\mathrm{Lip}(f) \le 1} \mathbb{E}_P f + \mathbb{E}_Q (-f) = W_1(P, Q); \qquad \mathbb{P}(y = 1) = \tfrac12 \;\Longrightarrow\; \max_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f(x)] = \tfrac12 W_1(P, Q)",
    hypotheses: &[
        "joint law: both classes have the same mass",
        "f is 1-Lipschitz",
        "f maximises the Wasserstein dual",
    ],
    source: "The two expectations are of laws of mass 1, so a constant in f cancels and the rest is T1. E[y f] = (E_P f - E_Q f)/2 for \
             balanced classes. With masses p > q the constant c has margin \
             (p - q) c, a ray along which E[y f] is unbounded.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_distance_is_attained_and_not_exceeded_on_random_samples",
            essential: true,
            about: "a",
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                ctx.sampled("samples", "value", &drawn::classes(10), cases, |classes| {
                    examine(&optimal(classes)?, &EACH_CLASS)
                })
            },
        },
        Check {
            name: "the_distance_is_attained_and_not_exceeded_where_the_masses_of_the_classes_differ",
            essential: true,
            about: "a",
            run: |ctx| {
                let each = ctx.count(60, 160, 212);
                let unequal = [
                    Classes::breast_cancer(each, each / 2)?,
                    Classes::on_line("9 to 1", &[(0.0, 0.9)], &[(1.0, 0.1)])?,
                ];
                over(&unequal, &EACH_CLASS)
            },
        },
        Check {
            name: "half_of_the_distance_is_attained_and_not_exceeded_on_real_data",
            essential: true,
            about: "b",
            run: |ctx| {
                let each = ctx.count(60, 180, 212);
                let balanced = [
                    Classes::breast_cancer(each, each)?,
                    Classes::digits(3, 8, each.min(174))?,
                    Classes::digits(0, 1, each.min(178))?,
                ];
                over(&balanced, &JOINT)
            },
        },
        Check {
            name: "half_of_the_distance_is_attained_and_not_exceeded_on_a_line",
            essential: true,
            about: "b",
            run: |_| {
                let balanced = [
                    Classes::on_line("a pair", &[(0.0, 0.5)], &[(1.0, 0.5)])?,
                    Classes::on_line("a quarter and the rest", &[(0.0, 0.25), (8.0, 0.25)], &[(3.0, 0.5)])?,
                ];
                over(&balanced, &JOINT)
            },
        },
    ],
    controls: &[
        Control {
            name: "over_the_joint_law_of_unequal_masses_a_constant_exceeds_every_bound",
            breaks: "joint law: both classes have the same mass",
            run: |_| examine(&optimal(&Classes::breast_cancer(60, 40)?)?, &JOINT),
        },
        Control {
            name: "with_masses_1_percent_apart_the_joint_law_has_a_ray",
            breaks: "joint law: both classes have the same mass",
            run: |_| {
                let classes = Classes::on_line("a pair", &[(0.0, 0.505)], &[(1.0, 0.495)])?;
                examine(&optimal(&classes)?, &JOINT)
            },
        },
        Control {
            name: "a_function_of_slope_1_and_1e_9_is_too_steep",
            breaks: "f is 1-Lipschitz",
            run: |_| examine(&times(1.0 + 1e-9)?, &EACH_CLASS),
        },
        Control {
            name: "a_function_of_slope_1_minus_1e_9_falls_short_of_the_distance",
            breaks: "f maximises the Wasserstein dual",
            run: |_| examine(&times(1.0 - 1e-9)?, &EACH_CLASS),
        },
        Control {
            name: "a_function_of_slope_1_minus_1e_9_falls_short_of_half_of_it",
            breaks: "f maximises the Wasserstein dual",
            run: |_| examine(&times(1.0 - 1e-9)?, &JOINT),
        },
    ],
};

/// An objective: over which law the expectation of `y f` is, and its largest value in parts of W1.
struct Form {
    name: &'static str,
    /// Each class has mass 1, or its own share of a whole of 1.
    total: Total,
    part: (u128, u128),
}

/// `E_P f + E_Q (-f)`.
const EACH_CLASS: Form = Form { name: "E_P f - E_Q f", total: Total::EachClass, part: (1, 1) };

/// The mean signed margin.
const JOINT: Form = Form { name: "E[y f]", total: Total::Together, part: (1, 2) };

/// A sample with the distance between its laws, and values of a function.
struct Instance {
    classes: Classes,
    optimum: Certified,
    function: Potentials,
}

/// Constants that are added to the function, in multiples of its largest value; they change nothing where both classes count alike.
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

fn over(samples: &[Classes], form: &Form) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for classes in samples {
        finding.merge(examine(&optimal(classes)?, form)?);
    }
    Ok(finding)
}

/// Has the kernel see to the slopes of f and compares the objective of `f + c` with its part of the distance, from both sides.
fn examine(instance: &Instance, form: &Form) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let Instance { classes, optimum: Certified { bracket, problem, solution, .. }, function } = instance;
    let name = &classes.name;
    finding.accepted(transport::check(problem.statement(), &solution.plan, function), || name.clone());
    let part = |end: f64| Interval::data(end) * Interval::ratio(form.part.0, form.part.1);
    let (p, q) = classes.weights();
    let shares = match form.total {
        Total::EachClass => (Interval::ONE, Interval::ONE),
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
        let witness =
            || format!("{name}: {} of f + {shift} is {margin}, W1 is in {}", form.name, bracket.enclosure());
        finding.at_most_within(
            "objective <= its part of W1",
            margin,
            part(bracket.upper),
            tolerance,
            witness,
        );
        finding.at_most_within(
            "its part of W1 <= objective",
            part(bracket.lower),
            margin,
            tolerance,
            witness,
        );
    }
    Ok(finding)
}
