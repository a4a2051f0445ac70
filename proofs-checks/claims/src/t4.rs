//! T4: the hinge-regularised problem is a transport problem with optional mass.

mod instances;
mod picture;
mod programs;

use lip1_datasets::worlds::Classes;
use lip1_harness::{
    About, Check, CheckError, Claim, Control, Finding, Outcome, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::Interval;
use lip1_kernel::regularised::Total;

use crate::optimum::LargestHkr;
use instances::{Drawn, drawn};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T4",
    section: Section::Transport,
    title: "The hinge-regularised problem is transport with optional mass",
    statement: "The largest MCR(f) - lambda E(m - y f)_+ over 1-Lipschitz f is the least W1(s, t) - m (|s| + |t| - |p| - |q|) over \
                masses p <= s <= (1+lambda) p and q <= t <= (1+lambda) q with |s| = |t|; both are plus infinity when there are \
                no such masses. At an optimum s_i = p_i where y f > m and s_i = (1+lambda) p_i where y f < m. The same with each \
                law of mass 1 in place of sample weights.",
    formula: r"\max_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f] - \lambda\, \mathbb{E}(m - y f)_+ \;=\; \min_{p \le s \le (1+\lambda) p,\; q \le t \le (1+\lambda) q,\; |s| = |t|} W_1(s, t) - m\,(|s| + |t| - |p| - |q|)",
    corrected: None,
    hypotheses: &[
        "f is 1-Lipschitz",
        "s and t may reach (1+lambda) times the weights",
        "s and t are at least the weights",
        "f and the plan are both optimal",
        "the masses allow |s| = |t|",
    ],
    source: "Linear programming duality (Serrurier et al. 2021, theorem 2, for laws of mass 1): the hinge term is the largest of \
             lambda h (m - y f) over 0 <= h <= 1, so every sample weighs w (1 + lambda h) in the transport problem and earns \
             -m lambda h w; the sample values of f range over a polyhedron.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "both_programs_meet_on_random_and_degenerate_samples",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(100, 2_000, 100_000);
                let found = ctx.sampled("samples", "value", &drawn(8), cases, |drawn| {
                    let finding = either(drawn)?;
                    let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
                    Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
                })?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "both_programs_meet_where_the_value_is_known",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = Finding::new("value");
                for (classes, total, margin, lambda, value) in instances::known()? {
                    let largest = LargestHkr::solve(&classes, total, margin, lambda)?;
                    finding.merge(examine(&classes.name, &largest, Some(value))?);
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "both_programs_meet_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("value");
                for (classes, total, margin, lambda) in instances::real(ctx)? {
                    let largest = LargestHkr::solve(&classes, total, margin, lambda)?;
                    finding.merge(examine(&classes.name, &largest, None)?);
                }
                finding.picture(picture::masses()?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "general_linear_programs_find_the_same_values",
            essential: false,
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(12, 200, 5_000);
                let found = ctx.sampled("programs", "value", &drawn(5), cases, programs::slack)?;
                Ok(found.sampled())
            },
        },
    ],
    controls: &[
        Control {
            name: "an_upper_limit_of_lambda_leaves_a_gap",
            breaks: "s and t may reach (1+lambda) times the weights",
            run: |_| {
                let largest = spoilable()?;
                // The optimal plan for masses up to lambda times the weights.
                let mut tighter = largest.problem.clone();
                tighter.lambda -= 1.0;
                let plan = tighter.solve()?;
                let mut spoiled = largest;
                (spoiled.dual.unit, spoiled.dual.plan) = (plan.unit, plan.plan);
                Ok(Rejection::of(&examine("limit lambda", &spoiled, None)?))
            },
        },
        Control {
            name: "a_mass_below_its_weight_is_refused",
            breaks: "s and t are at least the weights",
            run: |_| {
                let mut largest = spoilable()?;
                largest.dual.plan.flows.truncate(1);
                Ok(Rejection::of(&examine("one flow alone", &largest, None)?))
            },
        },
        Control {
            name: "one_slope_above_1_is_refused",
            breaks: "f is 1-Lipschitz",
            run: |_| {
                let mut largest = spoilable()?;
                let factor = 1.0 + 1e-9;
                let values = &mut largest.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= factor);
                Ok(Rejection::of(&examine("steeper", &largest, None)?))
            },
        },
        Control {
            name: "half_of_f_leaves_a_gap",
            breaks: "f and the plan are both optimal",
            run: |_| {
                let mut largest = spoilable()?;
                let values = &mut largest.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= 0.5);
                Ok(Rejection::of(&examine("f/2", &largest, None)?))
            },
        },
        Control {
            name: "one_class_heavier_by_more_than_lambda_allows_is_unbounded",
            breaks: "the masses allow |s| = |t|",
            run: |_| {
                let classes = Classes::cells(30, 10)?;
                Ok(Rejection::of(&bounded(&classes, Total::Together, 1.0, 1.5)?))
            },
        },
    ],
};

/// Share of the value's scale by which its two ends may differ, as the claim has it.
const WIDTH: f64 = 1e-9;

/// Has the kernel bracket the value, and judges how well both programs meet and which masses are at their limits.
fn examine(name: &str, largest: &LargestHkr, known: Option<Interval>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let bracket = match largest.bracket() {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{name}: {refusal}"));
            return Ok(finding);
        }
    };
    let (margin, lambda) = (largest.problem.margin, largest.problem.lambda);
    let scale = scale(largest);
    let gap = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    finding.case((Interval::point(WIDTH * scale) - gap).lower(), || {
        format!("{name}, m = {margin:?}, lambda = {lambda:?}: {:?}", *bracket)
    });
    if let Some(known) = known {
        let meet = bracket.lower <= known.upper() && known.lower() <= bracket.upper;
        finding.exact(meet, || format!("{name}: {known} expected, found {:?}", *bracket));
    }
    let at_limits = limits(name, largest, scale);
    // Where every sample is at the margin no mass has to be at a limit.
    if at_limits.cases() > 0 {
        finding.merge(at_limits);
    }
    Ok(finding)
}

/// Rounding: values closer than this to the margin, as a share of the scale, may be on either side of it.
const AT_THE_MARGIN: f64 = 1e-9;

/// Units of mass by which a rounded range may be narrower.
const UNITS: f64 = 4.0;

/// Roundings with which ranges of mass are narrowed, relative to the mass.
const RESERVE: f64 = 32.0 * f64::EPSILON;

/// Complementary slackness: where `y f` is on one side of the margin the mass is at one of its limits.
fn limits(name: &str, largest: &LargestHkr, scale: f64) -> Finding {
    let mut finding = Finding::new("mass");
    let unit = largest.dual.unit as f64;
    let (margin, most) = (largest.problem.margin, 1.0 + largest.problem.lambda);
    let terms = largest.terms();
    // What all ranges lose together may move at any one point.
    let lost = terms.iter().map(|term| RESERVE * most * term.mass.upper() + UNITS / unit).sum();
    let allowed = Interval::point(lost);
    for term in terms {
        let near = Interval::point(AT_THE_MARGIN * scale);
        let (short, over) = (Interval::point(margin) - near, Interval::point(margin) + near);
        let limit = if term.margin.lower() > over.upper() {
            Interval::ONE
        } else if term.margin.upper() < short.lower() {
            Interval::point(most)
        } else {
            continue;
        };
        let off = (term.mass * (term.moved - limit)).abs();
        finding.exact(off.lower() <= allowed.upper(), || {
            format!(
                "{name}: row {} of label {}: y f = {}, moved {}",
                term.row, term.positive, term.margin, term.moved
            )
        });
    }
    finding
}

/// Size of the numbers that the value is a sum of: distances, the margin, values of f, each times 1 + lambda.
fn scale(largest: &LargestHkr) -> f64 {
    let values = largest.dual.potentials.u.iter().chain(&largest.dual.potentials.v).map(|value| value.abs());
    let points =
        largest.problem.sample.p.coords().iter().chain(largest.problem.sample.q.coords()).map(|x| x.abs());
    (1.0 + largest.problem.lambda) * values.chain(points).fold(largest.problem.margin, f64::max)
}

/// Where masses exist both programs meet; where they don't, a ray shows that the value is plus infinity.
fn either(drawn: &Drawn) -> Result<Finding, CheckError> {
    let Drawn { classes, total, margin, lambda } = drawn;
    match LargestHkr::solve(classes, *total, *margin, *lambda) {
        Ok(largest) => examine(&classes.name, &largest, None),
        Err(lip1_ot::Error::Unbounded { .. }) => {
            let mut finding = Finding::new("value");
            let slope = ray(classes, *total, *lambda);
            finding.exact(slope.lower() > 0.0 || slope.contains(0.0), || format!("{drawn:?}: slope {slope}"));
            Ok(finding)
        }
        Err(error) => Err(error.into()),
    }
}

/// The slope of the objective along large constants of the heavier class's sign: `|p| - |q| - lambda |q|`, positive iff
/// `(1 + lambda) |q| < |p|`, when no masses exist.
fn ray(classes: &Classes, total: Total, lambda: f64) -> Interval {
    let (p, q) = match total {
        Total::EachClass => (Interval::ONE, Interval::ONE),
        Total::Together => classes.masses(),
    };
    (p - q).abs() - Interval::point(lambda) * p.min(q)
}

/// That the value is finite: no ray, and a bracket.
fn bounded(classes: &Classes, total: Total, margin: f64, lambda: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let slope = ray(classes, total, lambda);
    finding.at_most("slope along constants <= 0", slope, Interval::ZERO, || classes.name.clone());
    if finding.outcome() == Outcome::Holds {
        finding.merge(examine(&classes.name, &LargestHkr::solve(classes, total, margin, lambda)?, None)?);
    }
    Ok(finding)
}

/// An instance whose optimum has samples on either side of the margin.
fn spoilable() -> Result<LargestHkr, CheckError> {
    Ok(LargestHkr::solve(&Classes::cells(30, 30)?, Total::EachClass, 2.0, 2.0)?)
}
