//! T3: the discriminator of a Wasserstein GAN can be a classifier no better than a coin.

mod family;
mod optimal_face;

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Outcome, Picture, Rejection, Scope, Section,
    Verdict,
};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{self, Potentials};
use lip1_ot::{Measure, Problem, Settings, solve};
use proptest::strategy::{Just, Strategy};

use crate::picture::Drawn;
use family::{Atom, Family};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T3",
    section: Section::Transport,
    title: "An optimal discriminator can be a weak classifier",
    statement: "For every eps > 0 there are laws P and Q with separated supports such that the sign of every \
                optimal potential (a maximiser of E_P f - E_Q f over 1-Lipschitz f), shifted at will, errs with \
                probability at least 1/2 - eps.",
    formula: r"\forall \varepsilon > 0 \;\exists\, P, Q : \quad f \in \arg\max_{\mathrm{Lip}(f) \le 1} \mathbb{E}_P f - \mathbb{E}_Q f \;\Longrightarrow\; \min_c \mathrm{err}(\mathrm{sign}(f - c)) \ge \tfrac12 - \varepsilon",
    corrected: None,
    hypotheses: &[
        "f is an optimal potential",
        "0 < delta: P and Q overlap across every gap between atoms",
        "delta + 1/k <= 2 eps",
    ],
    source: "P has mass delta at -1 and (1 - delta)/k at 0, 2, .., 2k - 2; Q has (1 - delta)/k at 1, 3, .., 2k - 1 and \
             delta at 2k + 1. F_P - F_Q starts at delta, rises by (1 - delta)/k at every even atom and falls by as \
             much at the odd one after it, so it is delta or delta + (1 - delta)/k on all of [-1, 2k + 1). KR(f) is \
             the integral of -f' (F_P - F_Q), largest iff f' = -1 almost everywhere there: the optimal potential is \
             c - x. Its sign is a threshold, and a threshold errs with probability 1/2 - (F_P - F_Q)/2 to its left: \
             at least 1/2 - (delta + (1 - delta)/k)/2, whatever k and delta are.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_optimal_potential_is_unique_up_to_a_constant",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over_families(ctx, unique)?.certified(Scope::Universal)),
        },
        Check {
            name: "no_shift_under_any_tie_convention_errs_less",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = over_families(ctx, |family| weak(family, descent, family.eps()))?;
                finding.picture(picture()?);
                Ok(finding.exhaustive(Scope::Universal))
            },
        },
        Check {
            name: "conflicts_of_two_points_certify_the_least_error_of_all_optimal_potentials",
            essential: false,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("units of mass");
                for k in 1..=ctx.count(16, 32, 100) as u64 {
                    for (a, b) in [(1, 2), (1, 5), (3, 4)] {
                        finding.merge(optimal_face::by_conflicts(&Family { a, b, k })?);
                    }
                }
                // The checker of conflicts is ot's, in the kernel's enclosures; the kernel itself has no such rule.
                Ok(finding.sampled())
            },
        },
        Check {
            name: "an_integer_program_over_all_optimal_potentials_agrees",
            essential: false,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("units of mass");
                for k in 1..=ctx.count(4, 6, 8) as u64 {
                    for (a, b) in [(1, 2), (1, 5), (3, 4)] {
                        finding.merge(optimal_face::by_program(&Family { a, b, k })?);
                    }
                }
                Ok(finding.sampled())
            },
        },
    ],
    controls: &[
        Control {
            name: "the_function_of_largest_margin_errs_nowhere",
            breaks: "f is an optimal potential",
            run: |_| {
                let family = Family { a: 1, b: 10, k: 10 };
                let margin = family.max_min()?;
                Ok(Rejection::of(&weak(
                    &family,
                    |x| margin.evaluate(&[x]).unwrap_or(f64::NAN),
                    family.eps(),
                )?))
            },
        },
        Control {
            name: "without_delta_the_optimal_potential_is_not_unique",
            breaks: "0 < delta: P and Q overlap across every gap between atoms",
            run: |_| Ok(Rejection::of(&unique(&Family { a: 0, b: 1, k: 10 })?)),
        },
        Control {
            name: "without_delta_some_optimal_potential_errs_nowhere",
            breaks: "0 < delta: P and Q overlap across every gap between atoms",
            run: |_| Ok(Rejection::of(&optimal_face::by_program(&Family { a: 0, b: 1, k: 4 })?)),
        },
        Control {
            name: "without_delta_no_conflict_is_left",
            breaks: "0 < delta: P and Q overlap across every gap between atoms",
            run: |_| Ok(Rejection::of(&optimal_face::by_conflicts(&Family { a: 0, b: 1, k: 4 })?)),
        },
        Control {
            name: "half_of_eps_is_too_small",
            breaks: "delta + 1/k <= 2 eps",
            run: |_| {
                let family = Family { a: 1, b: 10, k: 10 };
                let (numerator, denominator) = family.eps();
                Ok(Rejection::of(&weak(&family, descent, (numerator, 2 * denominator))?))
            },
        },
    ],
};

/// The optimal potential, up to a constant.
fn descent(x: f64) -> f64 {
    -x
}

/// That `-x` is optimal and, up to a constant, alone: the kernel accepts it with a plan of the same cost, and
/// `F_P - F_Q` is positive between any two neighbouring atoms.
fn unique(family: &Family) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let (p, q) = (family.positive(), family.negative());
    for gap in family.gaps() {
        finding.exact(gap.excess > 0 && gap.excess >= family.smallest_excess(), || {
            format!("{family:?}: F_P - F_Q = {} units from {} to {}", gap.excess, gap.from, gap.to)
        });
    }
    let law = |atoms: &[Atom]| {
        let weights = atoms.iter().map(|atom| atom.mass as f64).collect();
        Measure::weighted(Family::points(atoms)?, weights).map_err(CheckError::during("law"))
    };
    let problem = Problem::new(&law(&p)?, &law(&q)?, Cost::L2).map_err(CheckError::during("problem"))?;
    let plan = solve(&problem, &Settings::default()).map_err(CheckError::during("plan"))?.plan;
    let values = |atoms: &[Atom]| atoms.iter().map(|atom| descent(atom.place)).collect();
    let potentials = Potentials { u: values(&p), v: values(&q) };
    match transport::check(problem.statement(), &plan, &potentials) {
        Ok(bracket) => {
            // Integer sums are exact; the quotient by the total is rounded at both ends.
            let allowed = 2.0 * f64::EPSILON * bracket.upper;
            finding.case(allowed - (bracket.upper - bracket.lower), || format!("{family:?}: {:?}", *bracket));
            let (numerator, denominator) = family.distance();
            let known = Interval::ratio(numerator, denominator);
            let meet = bracket.lower <= known.upper() && known.lower() <= bracket.upper;
            finding.exact(meet, || format!("{family:?}: W1 = {known}, found {:?}", *bracket));
        }
        Err(refusal) => finding.refused(format!("{family:?}: {refusal}")),
    }
    Ok(finding)
}

/// The least error of `f - c` over all `c`: at least `1/2 - eps`, and exactly `1/2 - (delta + (1 - delta)/k)/2`.
///
/// The decisions change at the values of `f` only: one shift at each and one between any two is all of them. Where `f = c`
/// a convention may decide what it likes; counting every such atom as right, then as wrong, has all of them between.
fn weak(family: &Family, f: impl Fn(f64) -> f64, eps: (u64, u64)) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units of mass");
    let scored = |atoms: Vec<Atom>, sign: f64| -> Vec<(f64, f64, u64)> {
        atoms.iter().map(|atom| (f(atom.place), sign, atom.mass)).collect()
    };
    let atoms = [scored(family.positive(), 1.0), scored(family.negative(), -1.0)].concat();
    let mut values: Vec<f64> = atoms.iter().map(|(value, ..)| *value).collect();
    values.sort_by(f64::total_cmp);
    let between = values.windows(2).map(|pair| pair.iter().sum::<f64>() / 2.0);
    let shifts: Vec<f64> = values.iter().copied().chain(between).collect();
    let total = family.total();
    for ties_are_right in [true, false] {
        let errs = |(value, sign, _): &&(f64, f64, u64), c: f64| {
            let score = sign * (value - c);
            score < 0.0 || (score <= 0.0 && !ties_are_right) || score.is_nan()
        };
        let errors = |c: &f64| -> u64 { atoms.iter().filter(|a| errs(a, *c)).map(|(_, _, mass)| mass).sum() };
        let least = shifts.iter().map(errors).min().unwrap_or(0);
        let witness = || {
            format!("{family:?}, ties right: {ties_are_right}, {least} of {} units wrong at best", 2 * total)
        };
        // least / (2 total) >= 1/2 - eps, without fractions.
        let (numerator, denominator) = eps;
        finding.exact(least * denominator + 2 * total * numerator >= total * denominator, witness);
        finding.exact(least == family.least_errors(), witness);
    }
    Ok(finding)
}

/// Examines structured and random members of the family, with `eps` from 1/2 down to a thousandth.
fn over_families(
    ctx: &Context,
    examine: impl Fn(&Family) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for n in [2, 3, 4, 10, 100, ctx.count(300, 1_000, 3_000) as u64] {
        finding.merge(examine(&Family { a: 1, b: n, k: n })?);
    }
    let drawn = (2_u64..60, 1_u64..80).prop_flat_map(|(b, k)| (1..b, Just(b), Just(k)));
    finding.merge(ctx.sampled(
        "families",
        "distance",
        &drawn,
        ctx.cases(40, 500, 10_000),
        |&(a, b, k)| {
            let found = examine(&Family { a, b, k })?;
            let slack = found.worst_slack().map_or(0.0, |slack| slack.value);
            Ok(if found.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
        },
    )?);
    Ok(finding)
}

fn picture() -> Result<Picture, CheckError> {
    let family = Family { a: 1, b: 5, k: 5 };
    let margin = family.max_min()?;
    // The shift that errs least: above the first even atom.
    let optimal = |x: f64| 0.5 + descent(x);
    let grid: Vec<f64> = (-30..=240).map(|n| f64::from(n) / 20.0).collect();
    let line = |name: &str, points| Series { name: name.to_owned(), mark: Mark::Line, points };
    let dots = |name: &str, atoms: Vec<Atom>| Series {
        name: name.to_owned(),
        mark: Mark::Dots,
        points: atoms.iter().map(|atom| (atom.place, 0.0)).collect(),
    };
    Chart {
        title: "The best shift of the optimal potential, and a function that errs nowhere".to_owned(),
        alternative: "Atoms of P and of Q alternate on a line, P first and Q last. The optimal potential falls with \
                      slope 1 and changes sign once; the function of largest margin zigzags between them, positive at \
                      every atom of P and negative at every atom of Q."
            .to_owned(),
        x: "x".to_owned(),
        y: "value".to_owned(),
        series: vec![
            line("optimal potential", grid.iter().map(|x| (*x, optimal(*x))).collect()),
            line(
                "function of largest margin (X2)",
                grid.iter().map(|x| (*x, margin.evaluate(&[*x]).unwrap_or(f64::NAN))).collect(),
            ),
            dots("P", family.positive()),
            dots("Q", family.negative()),
        ],
    }
    .drawn()
}
