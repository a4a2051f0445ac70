//! T6: at small temperature the log loss is transport.

use lip1_datasets::worlds::{Classes, gaussian};
use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{self, Potentials};
use lip1_ot::{Certified, Measure, Problem, Settings, certify, solve};

use crate::optimum::LeastLoss;
use crate::rounding;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T6",
    section: Section::Transport,
    title: "At small temperature the log loss is transport",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "With balanced classes the minimisers f_tau of the log loss over 1-Lipschitz functions tend, as tau -> 0, to the optimal \
         Kantorovich-Rubinstein potential of least E f^2.",
    )],
    formula: r"f_\tau \xrightarrow{\;\tau \to 0\;} \arg\min \Bigl\{ \mathbb{E} f^2 : f \in \arg\max_{\mathrm{Lip}(f) \le 1} \mathbb{E}_P f - \mathbb{E}_Q f \Bigr\}",
    hypotheses: &["the classes are balanced", "f_tau is the minimiser"],
    source: "softplus(-z) = ln 2 - z/2 + z^2/8 - r with 0 <= r <= z^4/192. Compared with any optimal potential g the minimiser has E f^2 <= \
             E g^2 + tau^2 E f^4/24 and W1/2 - E[y f] <= tau (E g^2 - E f^2)/4 + tau^3 E f^4/96. Values on a sample stay bounded, a limit point \
             is therefore optimal and of least norm, and only one such function exists, E f^2 being strictly convex. Where a potential g also \
             minimises the part without r, which it does iff it is optimal between the laws whose weights are those of the classes times \
             1 - tau y g/2, strong convexity gives E (f_tau - g)^2 <= tau^2 E f_tau^4/24.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "minimisers_reach_the_known_potential_of_least_norm",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for known in known()? {
                    finding.merge(approaches(&known)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "minimisers_are_nearly_optimal_and_of_no_larger_norm_than_any_potential",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                for classes in samples(ctx)? {
                    let size = classes.diameter().upper();
                    for exponent in [2, 5, 8] {
                        let tau = 2.0_f64.powi(-exponent) / size;
                        finding.merge(bounded(&classes, &LeastLoss::solve(&classes, tau, 1.0)?)?);
                    }
                }
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "minimisers_on_unbalanced_classes_diverge",
            breaks: "the classes are balanced",
            run: |_| {
                let classes = Classes::breast_cancer(30, 10)?;
                let tau = 2.0_f64.powi(-8) / classes.diameter().upper();
                bounded(&classes, &LeastLoss::solve(&classes, tau, 1.0)?)
            },
        },
        Control {
            name: "a_potential_off_the_one_of_least_norm_is_not_approached",
            breaks: "f_tau is the minimiser",
            run: |_| {
                let Known { classes, positive, negative, .. } = pushed()?;
                let up = |values: Vec<f64>| values.iter().map(|value| value + 0.5).collect();
                let off = Known { positive: up(positive), negative: up(negative), classes, rate: None };
                approaches(&off)
            },
        },
        Control {
            name: "a_rate_four_times_smaller_is_exceeded",
            breaks: "f_tau is the minimiser",
            run: |_| approaches(&Known { rate: Some(Interval::ratio(1, 32)), ..pushed()? }),
        },
        Control {
            name: "an_optimal_potential_of_larger_norm_is_no_minimiser",
            breaks: "f_tau is the minimiser",
            run: |_| {
                let classes = Classes::breast_cancer(20, 20)?;
                let tau = 2.0_f64.powi(-5) / classes.diameter().upper();
                let mut least = LeastLoss::solve(&classes, tau, 1.0)?;
                let values = &mut least.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value += 1.0);
                bounded(&classes, &least)
            },
        },
    ],
};

const UNIT: &str = "share of the diameter";

/// A sample on a line of as many points a class, with the optimal potential of least norm, in halves.
struct Known {
    classes: Classes,
    positive: Vec<f64>,
    negative: Vec<f64>,
    /// The largest `|f_tau - g|` over `tau^2`, as `tau -> 0`, where that is known and not 0.
    rate: Option<Interval>,
}

/// A sample given as pairs (place, value).
fn line(name: &str, p: &[(f64, f64)], q: &[(f64, f64)]) -> Result<Known, CheckError> {
    let places = |atoms: &[(f64, f64)]| atoms.iter().map(|(place, _)| (*place, 1.0)).collect::<Vec<_>>();
    let classes = Classes::on_line(name, &places(p), &places(q))?;
    let values = |atoms: &[(f64, f64)]| atoms.iter().map(|(_, value)| *value).collect();
    Ok(Known { classes, positive: values(p), negative: values(q), rate: None })
}

/// f falls by 3 and by 1 along the pairs; between them it may rise by 1 only: (a, a - 3, a - 2, a - 3), of least norm at a = 2. The loss is
/// least where sigma(-tau a) + sigma(-tau (a - 2)) = 2 sigma(tau (a - 3)): a = 2 + tau^2/8, up to terms in tau^4.
fn pushed() -> Result<Known, CheckError> {
    let known =
        line("two pairs that push each other", &[(0.0, 2.0), (4.0, 0.0)], &[(3.0, -1.0), (5.0, -1.0)])?;
    Ok(Known { rate: Some(Interval::ratio(1, 8)), ..known })
}

fn known() -> Result<Vec<Known>, CheckError> {
    Ok(vec![
        line("a pair", &[(0.0, 1.5)], &[(3.0, -1.5)])?,
        line("two pairs that do not touch", &[(0.0, 0.5), (2.0, 0.5)], &[(1.0, -0.5), (3.0, -0.5)])?,
        pushed()?,
        line(
            "three on one side",
            &[(0.0, 3.5), (1.0, 2.5), (2.0, 1.5)],
            &[(5.0, -1.5), (6.0, -2.5), (7.0, -3.5)],
        )?,
    ])
}

/// Temperatures, each a quarter of the one before; at lower ones the brackets no longer tell f from g.
const TEMPERATURES: u32 = 4;

/// The inverse of the first temperature, above the diameter of the known samples.
const FIRST: u32 = 8;

/// That minimisers are no further from g than the source says, at temperatures each a quarter of the one before, and as far as the rate says
/// where it is known.
fn approaches(known: &Known) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Known { classes, positive, negative, rate } = known;
    let (name, square) = (&classes.name, classes.diameter().sqr());
    let mut before: Option<Interval> = None;
    for step in 0..TEMPERATURES {
        let inverse = FIRST * 4_u32.pow(step);
        let tau = 1.0 / f64::from(inverse);
        let least = LeastLoss::solve(classes, tau, 1.0)?;
        let witness = || format!("{name}, tau = {tau}");
        let Some(bracket) = finding.accepted(least.bracket(), witness) else { return Ok(finding) };
        let open = bracket.upper_bound() - bracket.lower_bound();
        let rounding = rounding::of_bce(&least.problem);
        finding.required("loss of f_tau - least loss <= rounding", open, rounding, witness);
        finding.merge(tilted(known, inverse)?);
        let limit = |positive_label: bool, row: usize| {
            let value =
                if positive_label { positive.get(row).copied() } else { negative.get(row).map(|v| -v) };
            value.map_or(Interval::ENTIRE, Interval::data)
        };
        let (mut off, mut fourth, mut largest) = (Interval::ZERO, Interval::ZERO, Interval::ZERO);
        for term in least.terms(&bracket) {
            let apart = term.margin - limit(term.positive, term.row);
            off = off + term.mass * apart.sqr();
            fourth = fourth + term.mass * term.margin.powi(4);
            largest = largest.max(apart.abs());
        }
        let tau_squared = least.temperature().sqr();
        let bound = tau_squared * fourth / Interval::integer(24) + Interval::integer(8) * open / tau_squared;
        finding.at_most("E (f_tau - g)^2 <= tau^2 E f_tau^4/24 + rest", off / square, bound / square, || {
            format!("{}: E (f_tau - g)^2 = {off}", witness())
        });
        if let Some(before) = before {
            let quarter = before / Interval::integer(4);
            finding.required("the bound falls by more than tau", bound / square, quarter / square, witness);
        }
        before = Some(bound);
        if let Some(rate) = rate {
            let (two, expected) = (Interval::integer(2), *rate * tau_squared);
            let witness = || format!("{}: max |f_tau - g| = {largest}, {expected} expected", witness());
            finding.at_most("half of the rate <= |f_tau - g|", expected / two, largest, witness);
            finding.at_most("|f_tau - g| <= twice the rate", largest, expected * two, witness);
        }
    }
    Ok(finding)
}

/// That g minimises `-tau E[y f]/2 + tau^2 E f^2/8` over 1-Lipschitz f, for `tau = 1/inverse`: by its first-order condition it is an optimal
/// potential between the points with weights `1 - tau y g/2`, which are whole numbers once multiplied by `4/tau`, g being in halves.
fn tilted(known: &Known, inverse: u32) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Known { classes, positive, negative, .. } = known;
    let witness = || format!("{}, tau = 1/{inverse}", classes.name);
    let weights = |values: &[f64], sign: f64| {
        values.iter().map(|g| 4.0 * f64::from(inverse) - 2.0 * sign * g).collect::<Vec<_>>()
    };
    let law = |measure: &Measure, weights: Vec<f64>| Measure::weighted(measure.points().clone(), weights);
    let (p, q) = (weights(positive, 1.0), weights(negative, -1.0));
    let whole = |weights: &[f64]| weights.iter().map(|weight| *weight as i64).sum::<i64>();
    finding.required_equal("both classes weigh the same", &whole(&p), &whole(&q), witness);
    let problem = Problem::new(&law(&classes.positive, p)?, &law(&classes.negative, q)?, Cost::L2)?;
    let (statement, plan) = (problem.statement(), solve(&problem, &Settings::default())?.plan);
    let potentials = Potentials { u: positive.clone(), v: negative.clone() };
    if finding.accepted(transport::check(statement, &plan, &potentials), witness).is_none() {
        return Ok(finding);
    }
    // Twice the cost of the plan and twice what g earns, in whole numbers.
    let places = |measure: &Measure| measure.points().coords().iter().map(|x| *x as i128).collect::<Vec<_>>();
    let (from, to) = (places(&classes.positive), places(&classes.negative));
    let cost =
        |&(i, j, mass): &(u32, u32, u64)| 2 * i128::from(mass) * (from[i as usize] - to[j as usize]).abs();
    let earned = |masses: &[u64], values: &[f64]| -> i128 {
        masses.iter().zip(values).map(|(mass, g)| i128::from(*mass) * (2.0 * g) as i128).sum()
    };
    let (cost, earned) = (
        plan.flows.iter().map(cost).sum::<i128>(),
        earned(&statement.p_mass, positive) - earned(&statement.q_mass, negative),
    );
    finding.required_equal("cost of the plan = what g earns", &cost, &earned, witness);
    Ok(finding)
}

fn samples(ctx: &Context) -> Result<Vec<Classes>, CheckError> {
    let each = ctx.count(20, 60, 150);
    let mut samples = vec![
        Classes::breast_cancer(each, each)?,
        Classes::digits(3, 8, each)?,
        Classes::mixture(ctx.seed("mixture"), each)?,
    ];
    for round in 0..ctx.count(6, 60, 1_000) {
        let cloud = |name: &str, x: f64| gaussian(ctx.seed(&format!("{name} {round}")), each, &[x, 0.0], 1.0);
        samples.push(Classes::uniform(format!("clouds {round}"), cloud("p", 0.5)?, cloud("q", -0.5)?)?);
    }
    Ok(samples)
}

/// Compares a minimiser with an optimal potential, both ways of the proof; what brackets leave open is added.
fn bounded(classes: &Classes, least: &LeastLoss) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let named = || format!("{}, tau = {}", classes.name, least.problem.temperature);
    let Some(bracket) = finding.accepted(least.bracket(), named) else { return Ok(finding) };
    let open = bracket.upper_bound() - bracket.lower_bound();
    finding.required("loss of f_tau - least loss <= rounding", open, rounding::of_bce(&least.problem), named);
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let Certified { bracket: transport, solution, .. } =
        certify(&problem, solve(&problem, &Settings::default())?)?;
    // A constant added to an optimal potential leaves it optimal; its mean is the constant of least norm, nearly.
    let all = || solution.potentials.u.iter().chain(&solution.potentials.v);
    let centre = Interval::data(all().sum::<f64>() / all().count() as f64);
    let squares = all().map(|g| (Interval::data(*g) - centre).sqr());
    let norm =
        squares.fold(Interval::ZERO, |sum, square| sum + square) / Interval::integer(all().count() as u128);
    let terms = least.terms(&bracket);
    let mean = |power: u32| {
        terms.iter().fold(Interval::ZERO, |sum, term| sum + term.mass * term.margin.abs().powi(power))
    };
    let signed = terms.iter().fold(Interval::ZERO, |sum, term| sum + term.mass * term.margin);
    let (tau, integer) = (least.temperature(), Interval::integer);
    let (second, fourth) = (mean(2), mean(4));
    let farthest = transport.upper_bound();
    let doubt = (farthest - transport.lower_bound()) / integer(2);
    let diameter = classes.diameter();
    let more = tau.sqr() * fourth / integer(24) + integer(8) * open / tau.sqr() + integer(4) * doubt / tau;
    let witness = || format!("{}: E f^2 = {second}, E g^2 = {norm}, E[y f] = {signed}", named());
    finding.at_most(
        "E f^2 <= E g^2 + rest",
        second / diameter.sqr(),
        (norm + more) / diameter.sqr(),
        witness,
    );
    let missing = farthest / integer(2) - signed;
    let allowed = tau * (norm - second) / integer(4)
        + tau.powi(3) * fourth / integer(96)
        + integer(2) * open / tau
        + doubt;
    finding.at_most(
        "W1/2 - E[y f] <= tau (E g^2 - E f^2)/4 + rest",
        missing / diameter,
        allowed / diameter,
        witness,
    );
    Ok(finding)
}
