//! T4: the hinge-regularised problem is a transport problem with optional mass.

mod instances;
mod programs;

use std::cmp::Ordering;

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::Plan;
use lip1_kernel::{Interval, judge};
use lip1_ot::regularised::{Dual, Hkr};
use proptest::strategy::Strategy;

use crate::optimum::{LargestHkr, Term, masses_against_margins};
use crate::picture::Drawn;
use crate::rounding;
use instances::{Instance, drawn, known, real};
use programs::by_programs;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "T4",
    section: Section::Transport,
    title: "The hinge-regularised problem is transport with optional mass",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The largest MCR(f) - lambda E(m - y f)_+ over 1-Lipschitz f is the least W1(s, t) - m (|s| + |t| - |p| - |q|) over \
         masses p <= s <= (1+lambda) p and q <= t <= (1+lambda) q with |s| = |t|; both are plus infinity when there are \
         no such masses. At an optimum s_i = p_i where y f > m and s_i = (1+lambda) p_i where y f < m. The same with each \
         law of mass 1 in place of sample weights.",
    )],
    formula: r"\max_{\mathrm{Lip}(f) \le 1} \mathbb{E}[y f] - \lambda\, \mathbb{E}(m - y f)_+ \;=\; \min_{p \le s \le (1+\lambda) p,\; q \le t \le (1+\lambda) q,\; |s| = |t|} W_1(s, t) - m\,(|s| + |t| - |p| - |q|)",
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
            about: "a",
            run: |ctx| ctx.sampled("samples", "value", &drawn(8), ctx.cases(100, 2_000, 100_000), either),
        },
        Check {
            name: "both_programs_meet_where_the_value_is_known",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("value");
                for (instance, value) in known()? {
                    finding.merge(examine(&instance.classes.name, &instance.solve()?, Some(value))?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "both_programs_meet_on_real_data",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("value");
                let (mut beyond, mut short) = (0, 0);
                for instance in real(ctx)? {
                    let largest = instance.solve()?;
                    finding.merge(examine(&instance.classes.name, &largest, None)?);
                    let terms = largest.terms(&largest.bracket()?);
                    let on = |wanted: Ordering| {
                        terms.iter().filter(|term| side(&largest.problem, term) == wanted).count()
                    };
                    (beyond, short) = (beyond + on(Ordering::Greater), short + on(Ordering::Less));
                }
                let least = Interval::integer(beyond.min(short) as u128);
                finding.required(
                    "some samples are beyond the margin, some short of it",
                    Interval::ONE,
                    least,
                    || format!("{beyond} beyond, {short} short"),
                );
                finding.picture(masses()?);
                Ok(finding)
            },
        },
        Check {
            name: "masses_exist_when_one_class_is_as_much_heavier_as_lambda_allows",
            essential: true,
            about: "a",
            run: |_| {
                let two = Classes::in_plane("two points against one", &[3.0, 4.0, -3.0, 4.0], &[0.0, 0.0])?;
                let four = Classes::breast_cancer(20, 80)?;
                let mut finding = Finding::new("value");
                for (classes, lambda) in [(two, 1.0), (four, 3.0)] {
                    let instance = Instance { classes, total: Total::Together, margin: 1.0, lambda };
                    finding.merge(examine(&instance.classes.name, &instance.at_equality()?, None)?);
                }
                Ok(finding)
            },
        },
        Check {
            // General solvers of linear programs hand over floating-point optima, hence sampled: the checks before this one are its
            // certified counterparts.
            name: "general_linear_programs_find_the_same_values",
            essential: false,
            about: "a",
            run: |ctx| {
                let bounded = drawn(5).prop_filter("masses exist", |instance| instance.ray().upper() < 0.0);
                ctx.sampled("programs", "value", &bounded, ctx.cases(12, 200, 5_000), by_programs)
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
                examine("limit lambda", &spoiled, None)
            },
        },
        Control {
            name: "a_mass_below_its_weight_is_refused",
            breaks: "s and t are at least the weights",
            run: |_| examine("one unit less", &one_unit_short(spoilable()?)?, None),
        },
        Control {
            name: "one_slope_above_1_is_refused",
            breaks: "f is 1-Lipschitz",
            run: |_| {
                let mut largest = spoilable()?;
                let values = &mut largest.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= STEEPER);
                examine("steeper", &largest, None)
            },
        },
        Control {
            name: "half_of_f_leaves_a_gap",
            breaks: "f and the plan are both optimal",
            run: |_| {
                let mut largest = spoilable()?;
                let values = &mut largest.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= 0.5);
                examine("f/2", &largest, None)
            },
        },
        Control {
            name: "one_class_heavier_by_more_than_lambda_allows_is_unbounded",
            breaks: "the masses allow |s| = |t|",
            run: |_| {
                let classes = Classes::breast_cancer(30, 10)?;
                bounded(&Instance { classes, total: Total::Together, margin: 1.0, lambda: 1.5 })
            },
        },
    ],
};

/// A slope that no rounding explains and no plot shows.
const STEEPER: f64 = 1.0 + 1e-9;

/// Has the kernel bracket the value, and judges how well both programs meet and which masses are at their limits.
fn examine(name: &str, largest: &LargestHkr, known: Option<Interval>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let Hkr { margin, lambda, .. } = largest.problem;
    let rounding = rounding::of_hkr(&largest.problem);
    let witness = || format!("{name}, m = {margin}, lambda = {lambda}");
    let Some(bracket) = finding.accepted(largest.bracket(), witness) else { return Ok(finding) };
    let (lower, upper) = (bracket.lower_bound(), bracket.upper_bound());
    // A gap would be the solver's failure, not a counterexample to the claim.
    finding.required("value of the plan - value of f <= rounding", upper - lower, rounding, || {
        format!("{}: in {}", witness(), bracket.enclosure())
    });
    if let Some(known) = known {
        let reason = "roundings of the potentials, one a point";
        let tolerance = rounding::tolerance(rounding, rounding::size_of_hkr(&largest.problem), reason);
        finding.equal_within("the value as known", bracket.enclosure(), known, tolerance, || {
            format!("{}: {known} expected, found {}", witness(), bracket.enclosure())
        });
    }
    // Complementary slackness: where `y f` is on one side of the margin the mass is at one of its limits.
    let most = Interval::ONE + Interval::data(lambda);
    let terms = largest.terms(&bracket);
    let lost = rounding::narrowed(&largest.problem, largest.dual.unit);
    let tolerance = Tolerance::new(lost, Interval::ONE, "masses by which the ranges are narrowed, added up");
    for term in terms {
        let limit = match side(&largest.problem, &term) {
            Ordering::Greater => Interval::ONE,
            Ordering::Less => most,
            // Where the sample is at the margin no mass has to be at a limit.
            Ordering::Equal => continue,
        };
        finding.equal_within(
            "mass at its limit",
            term.mass * term.moved,
            term.mass * limit,
            tolerance,
            || {
                let Term { row, positive, margin, moved, .. } = term;
                let label = if positive { "+1" } else { "-1" };
                format!("{}: row {row} of label {label}: y f = {margin}, moved {moved} of {limit}", witness())
            },
        );
    }
    Ok(finding)
}

/// On which side of the margin a sample is; at it, where rounding leaves that open.
fn side(problem: &Hkr, term: &Term) -> Ordering {
    let above = term.margin - Interval::data(problem.margin);
    let near = rounding::of_hkr(problem).upper();
    if above.lower() > near {
        Ordering::Greater
    } else if above.upper() < -near {
        Ordering::Less
    } else {
        Ordering::Equal
    }
}

/// Where masses exist both programs meet; where they don't, a ray shows that the value is plus infinity.
fn either(instance: &Instance) -> Result<Finding, CheckError> {
    let name = &instance.classes.name;
    let largest = match instance.solve() {
        Ok(largest) => largest,
        Err(lip1_ot::Error::Unbounded { .. }) => {
            let slope = instance.ray();
            if !judge::less(Interval::ZERO, slope).is_refuted() {
                let mut finding = Finding::new("value");
                finding.less("0 < slope along constants", Interval::ZERO, slope, || name.clone());
                return Ok(finding);
            }
            // Masses exist, but their ranges are points, which are empty once a solver has rounded them.
            instance.at_equality()?
        }
        Err(error) => return Err(error.into()),
    };
    examine(name, &largest, None)
}

/// That the value is finite: no ray, and a bracket.
fn bounded(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let name = &instance.classes.name;
    finding.at_most("slope along constants <= 0", instance.ray(), Interval::ZERO, || name.clone());
    match instance.solve() {
        Ok(largest) => finding.merge(examine(name, &largest, None)?),
        Err(unbounded) => finding.refused(format!("{name}: {unbounded}")),
    }
    Ok(finding)
}

/// The instance with one unit of mass less at a point that has exactly its weight: nowhere else is a limit passed.
fn one_unit_short(mut largest: LargestHkr) -> Result<LargestHkr, CheckError> {
    let Dual { unit, plan, .. } = &mut largest.dual;
    // Every point of either class weighs one part in as many as there are.
    let (n, m) = (largest.problem.sample.p.len() as u64, largest.problem.sample.q.len() as u64);
    let leaving = |plan: &Plan, i: u32| -> u64 { plan.flows.iter().filter(|f| f.0 == i).map(|f| f.2).sum() };
    let arriving = |plan: &Plan, j: u32| -> u64 { plan.flows.iter().filter(|f| f.1 == j).map(|f| f.2).sum() };
    let lightest =
        |&(i, j, _): &(u32, u32, u64)| leaving(plan, i) * n == *unit && arriving(plan, j) * m > *unit;
    let at = plan.flows.iter().position(lightest);
    let at = at.ok_or_else(|| CheckError::Instance("no point with exactly its weight".to_owned()))?;
    plan.flows[at].2 -= 1;
    Ok(largest)
}

/// An instance whose optimum has samples on either side of the margin.
fn spoilable() -> Result<LargestHkr, CheckError> {
    Ok(LargestHkr::solve(&Classes::breast_cancer(30, 30)?, Total::EachClass, 2.0, 2.0)?)
}

/// The margin at which the hinge begins, in standard deviations of a feature.
const MARGIN: f64 = 3.0;

/// What is moved of each sample, in multiples of its mass, against the margin that the optimum has there.
fn masses() -> Result<Picture, CheckError> {
    let classes = Classes::breast_cancer(100, 100)?;
    let mut series = Vec::new();
    for lambda in [0.5, 2.0, 8.0] {
        let largest = LargestHkr::solve(&classes, Total::EachClass, MARGIN, lambda)?;
        let points = masses_against_margins(&largest.terms(&largest.bracket()?));
        series.push(Series { name: format!("lambda = {lambda}"), mark: Mark::Dots, points });
    }
    Chart {
        title: "The hinge as transport: how much of each sample's mass is moved (m = 3)".to_owned(),
        alternative: "Real aspirates, each at the margin y f that the optimum of the hinge-regularised problem has there, against what \
                      the optimal plan moves, in multiples of its mass. To the right of m = 3 it is 1, to the left 1 + lambda, \
                      and at m anything between: the hinge lets samples on the wrong side of the margin weigh more."
            .to_owned(),
        x: "y f (standard deviations)".to_owned(),
        y: "mass moved / mass".to_owned(),
        series,
    }
    .drawn()
}
