//! T6: at small temperature the log loss is transport.

use lip1_datasets::worlds::{Classes, gaussian};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_ot::{Certified, Problem, Settings, certify, solve};

use crate::optimum::LeastLoss;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T6",
    section: Section::Transport,
    title: "At small temperature the log loss is transport",
    statement: "With balanced classes the minimisers f_tau of the log loss over 1-Lipschitz functions tend, as tau -> 0, to the optimal \
                Kantorovich-Rubinstein potential of least E f^2.",
    formula: r"f_\tau \xrightarrow{\;\tau \to 0\;} \arg\min \Bigl\{ \mathbb{E} f^2 : f \in \arg\max_{\mathrm{Lip}(f) \le 1} \mathbb{E}_P f - \mathbb{E}_Q f \Bigr\}",
    corrected: None,
    hypotheses: &["the classes are balanced", "f_tau is the minimiser"],
    source: "softplus(-z) = ln 2 - z/2 + z^2/8 - r with 0 <= r <= z^4/192. Compared with any optimal potential g the minimiser has E f^2 <= \
             E g^2 + tau^2 E f^4/24 and W1/2 - E[y f] <= tau (E g^2 - E f^2)/4 + tau^3 E f^4/96. Values on a sample stay bounded, a limit point \
             is therefore optimal and of least norm, and only one such function exists, E f^2 being strictly convex.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "minimisers_reach_the_known_potential_of_least_norm",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = Finding::new(UNIT);
                for Known { classes, positive, negative } in known()? {
                    finding.merge(approaches(&classes, &positive, &negative)?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "minimisers_are_nearly_optimal_and_of_no_larger_norm_than_any_potential",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                for classes in samples(ctx)? {
                    let size = classes.diameter().upper();
                    for exponent in [2, 5, 8] {
                        let tau = 2.0_f64.powi(-exponent) / size;
                        finding.merge(bounded(&classes, &LeastLoss::solve(&classes, tau, 1.0)?)?);
                    }
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "minimisers_on_unbalanced_classes_diverge",
            breaks: "the classes are balanced",
            run: |_| {
                let classes = Classes::cells(30, 10)?;
                let tau = 2.0_f64.powi(-8) / classes.diameter().upper();
                Ok(Rejection::of(&bounded(&classes, &LeastLoss::solve(&classes, tau, 1.0)?)?))
            },
        },
        Control {
            name: "an_optimal_potential_of_larger_norm_is_no_minimiser",
            breaks: "f_tau is the minimiser",
            run: |_| {
                let classes = Classes::cells(20, 20)?;
                let tau = 2.0_f64.powi(-5) / classes.diameter().upper();
                let mut least = LeastLoss::solve(&classes, tau, 1.0)?;
                let values = &mut least.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value += 1.0);
                Ok(Rejection::of(&bounded(&classes, &least)?))
            },
        },
    ],
};

const UNIT: &str = "share of the diameter";

/// Width that the brackets of minimisers may have, in nats.
const WIDTH: f64 = 1e-12;

/// Solver: distance, as a share of the diameter, below which a limit counts as reached.
const REACHED: f64 = 1e-5;

/// A sample on a line with the optimal potential of least norm.
struct Known {
    classes: Classes,
    positive: Vec<f64>,
    negative: Vec<f64>,
}

fn known() -> Result<Vec<Known>, CheckError> {
    let line = |name: &str, p: &[(f64, f64)], q: &[(f64, f64)]| {
        let places = |atoms: &[(f64, f64)]| atoms.iter().map(|(place, _)| (*place, 1.0)).collect::<Vec<_>>();
        let classes = Classes::on_line(name, &places(p), &places(q))?;
        let values = |atoms: &[(f64, f64)]| atoms.iter().map(|(_, value)| *value).collect();
        Ok::<_, CheckError>(Known { classes, positive: values(p), negative: values(q) })
    };
    // Pairs (place, value).
    Ok(vec![
        line("a pair", &[(0.0, 1.5)], &[(3.0, -1.5)])?,
        line("two pairs that do not touch", &[(0.0, 0.5), (2.0, 0.5)], &[(1.0, -0.5), (3.0, -0.5)])?,
        // f falls by 3 and by 1 along the pairs; between them it may rise by 1 only: (a, a - 3, a - 2, a - 3), of least norm at a = 2.
        line("two pairs that push each other", &[(0.0, 2.0), (4.0, 0.0)], &[(3.0, -1.0), (5.0, -1.0)])?,
        line(
            "three on one side",
            &[(0.0, 3.5), (1.0, 2.5), (2.0, 1.5)],
            &[(5.0, -1.5), (6.0, -2.5), (7.0, -3.5)],
        )?,
    ])
}

/// That the distance to the limit shrinks at least twofold whenever the temperature does fourfold, until it is reached.
fn approaches(classes: &Classes, positive: &[f64], negative: &[f64]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let diameter = classes.diameter();
    let mut before = Interval::ONE;
    for exponent in 0..8 {
        let tau = 4.0_f64.powi(-exponent) / diameter.upper();
        let least = LeastLoss::solve(classes, tau, 1.0)?;
        let bracket = least.bracket()?;
        finding.exact(bracket.upper - bracket.lower <= WIDTH, || format!("{}: {:?}", classes.name, *bracket));
        let limit = |positive_label: bool, row: usize| {
            let value =
                if positive_label { positive.get(row).copied() } else { negative.get(row).map(|v| -v) };
            value.map_or(Interval::ENTIRE, Interval::point)
        };
        let terms = least.terms();
        let off = terms.iter().map(|term| (term.margin - limit(term.positive, term.row)).abs());
        let off = off.fold(Interval::ZERO, Interval::max) / diameter;
        let allowed = (before / Interval::integer(2)).max(Interval::point(REACHED));
        finding.case((allowed - off).lower(), || {
            format!("{}, tau = {tau:?}: {off} from the limit", classes.name)
        });
        before = off;
    }
    finding.exact(before.upper() <= REACHED, || format!("{}: still {before} from the limit", classes.name));
    Ok(finding)
}

fn samples(ctx: &Context) -> Result<Vec<Classes>, CheckError> {
    let each = ctx.count(20, 60, 150);
    let mut samples = vec![
        Classes::cells(each, each)?,
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
    let bracket = least.bracket()?;
    let open = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    finding.exact(open.upper() <= WIDTH, || format!("{}: {:?}", classes.name, *bracket));
    let problem = Problem::new(&classes.positive, &classes.negative, Cost::L2)?;
    let Certified { bracket: transport, solution, .. } =
        certify(&problem, solve(&problem, &Settings::default())?)?;
    // A constant added to an optimal potential leaves it optimal; its mean is the constant of least norm, nearly.
    let all = || solution.potentials.u.iter().chain(&solution.potentials.v);
    let centre = all().sum::<f64>() / all().count() as f64;
    let squares = all().map(|g| (Interval::point(*g) - Interval::point(centre)).sqr());
    let norm =
        squares.fold(Interval::ZERO, |sum, square| sum + square) / Interval::integer(all().count() as u128);
    let terms = least.terms();
    let mean = |power: u32| {
        terms.iter().fold(Interval::ZERO, |sum, term| sum + term.mass * term.margin.abs().powi(power))
    };
    let signed = terms.iter().fold(Interval::ZERO, |sum, term| sum + term.mass * term.margin);
    let (tau, integer) = (least.temperature(), Interval::integer);
    let (second, fourth) = (mean(2), mean(4));
    let doubt = (Interval::point(transport.upper) - Interval::point(transport.lower)) / integer(2);
    let diameter = classes.diameter();
    let more = tau.sqr() * fourth / integer(24) + integer(8) * open / tau.sqr() + integer(4) * doubt / tau;
    let witness =
        || format!("{}, tau = {tau}: E f^2 = {second}, E g^2 = {norm}, E[y f] = {signed}", classes.name);
    finding.at_most(
        "E f^2 <= E g^2 + rest",
        second / diameter.sqr(),
        (norm + more) / diameter.sqr(),
        witness,
    );
    let missing = Interval::point(transport.lower) / integer(2) - signed;
    let allowed = tau * (norm - second) / integer(4)
        + tau.powi(3) * fourth / integer(96)
        + integer(2) * open / tau
        + doubt;
    finding.case(((allowed - missing) / diameter).upper(), witness);
    Ok(finding)
}
