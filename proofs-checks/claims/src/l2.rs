//! L2: under a Lipschitz constraint the log loss has a minimiser, and it uses the whole slope.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict,
    Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::Bracket;
use lip1_kernel::{Interval, Theorem, regularised};
use lip1_ot::regularised::LogLossMethod;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use crate::optimum::{LeastLoss, Term, logistic};
use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L2",
    section: Section::Losses,
    title: "With the constraint the log loss is well posed",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 4"),
            "If no point has both labels and both classes are present, the mean log loss over L-Lipschitz functions \
             attains its minimum; the minimiser's values on the sample are unique and its Lipschitz constant is exactly L.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "Every sample lies on a tight pair, f(x_i) - f(z_j) = L |x_i - z_j| for some z_j of the other class.",
        ),
    ],
    formula: r"f^\ast \in \arg\min_{\mathrm{Lip}(f) \le L} \mathbb{E}\, \mathrm{softplus}(-\tau y f) \;\Longrightarrow\; \forall i\; \exists j : \; f^\ast(x_i) - f^\ast(z_j) = L\,|x_i - z_j|",
    hypotheses: &[
        "both classes are present",
        "some opposite points are distinct",
        "f is L-Lipschitz",
        "f is a minimiser",
    ],
    source: "The loss is continuous, convex in the sample values, and tends to infinity when they do within the bounds \
             f_i - f_j <= L d_ij, as both classes are present: a minimum exists. It is strictly convex, so the values are \
             unique. The derivative in y_i f_i is -w_i tau sigma(-tau y_i f_i), never 0, so a sample without a tight pair to \
             the other class could still move; pairs in one class can be dropped, since raising all of them keeps them.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_sample_lies_on_a_tight_pair_of_random_samples",
            essential: true,
            about: "b",
            run: |ctx| {
                let cases = ctx.cases(60, 1_000, 50_000);
                ctx.sampled("samples", UNIT, &separated(10), cases, |(classes, tau, constant)| {
                    minimiser(&named(classes, *tau, *constant), &LeastLoss::solve(classes, *tau, *constant)?)
                })
            },
        },
        Check {
            name: "every_sample_lies_on_a_tight_pair_of_real_data",
            essential: true,
            about: "b",
            run: |ctx| {
                let mut finding = over_real(&real(ctx, ctx.count(30, 120, 212), 1)?, UNIT, minimiser)?;
                finding.picture(picture(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "no_other_values_on_the_sample_are_as_good",
            essential: true,
            about: "a",
            run: |ctx| {
                let samples = real(ctx, TELLING, ctx.count(4, 40, 400))?;
                over_real(&samples, PROBABILITY, |name, least| {
                    let mut other = least.clone();
                    other.problem.method = LogLossMethod::Conic;
                    other.dual = other.problem.solve()?;
                    Ok(unique(name, [least, &other]))
                })
            },
        },
        Check {
            name: "no_smaller_constant_does_as_well",
            essential: true,
            about: "a",
            run: |ctx| {
                let samples = real(ctx, ctx.count(30, 120, 212), 1)?;
                over_real(&samples, "nats", |name, least| Ok(whole_slope(name, least)))
            },
        },
    ],
    controls: &[
        Control {
            name: "one_class_alone_has_no_tight_pair",
            breaks: "both classes are present",
            run: |_| {
                let classes = Classes::breast_cancer(20, 20)?;
                let mut least = LeastLoss::solve(&classes, 1.0, 1.0)?;
                // The negative points stay, without mass: neither partners nor a reason not to be larger.
                least.problem.sample.q_weight.fill(0.0);
                let mut finding = tight("one class", &least, Interval::ZERO);
                finding.merge(attained("one class", &one_class(20), Interval::ONE));
                Ok(finding)
            },
        },
        Control {
            name: "one_class_alone_moves_no_equal_masses",
            breaks: "both classes are present",
            run: |_| Ok(balance("one class", &one_class(20), Interval::ONE, Interval::ZERO)),
        },
        Control {
            name: "only_points_with_both_labels_need_no_slope",
            breaks: "some opposite points are distinct",
            run: |_| {
                let points = Classes::breast_cancer(20, 20)?.positive;
                let twins = Classes { name: "twins".to_owned(), positive: points.clone(), negative: points };
                minimiser("twins", &LeastLoss::solve(&twins, 1.0, 1.0)?)
            },
        },
        Control {
            name: "points_with_both_labels_do_as_well_with_half_the_constant",
            breaks: "some opposite points are distinct",
            run: |_| {
                let points = Classes::breast_cancer(20, 20)?.positive;
                let twins = Classes { name: "twins".to_owned(), positive: points.clone(), negative: points };
                Ok(whole_slope("twins", &LeastLoss::solve(&twins, 1.0, 1.0)?))
            },
        },
        Control {
            name: "one_pair_of_slope_1_01_is_refused",
            breaks: "f is L-Lipschitz",
            run: |_| minimiser("1.01 f", &scaled(1.01)?),
        },
        Control {
            name: "a_function_of_slope_0_99_is_not_a_minimiser",
            breaks: "f is a minimiser",
            run: |_| minimiser("0.99 f", &scaled(0.99)?),
        },
        Control {
            name: "a_function_of_slope_0_99_has_other_values",
            breaks: "f is a minimiser",
            run: |_| {
                let (least, flatter) = (scaled(1.0)?, scaled(0.99)?);
                let (best, worse) = (least.bracket()?, flatter.bracket()?);
                let terms = [least.terms(&best), flatter.terms(&worse)];
                // By how much it misses the minimum is kept from the examination.
                Ok(same_values("0.99 f", &terms, least.temperature(), [gap(&best), gap(&best)]))
            },
        },
    ],
};

/// A minimiser's values times a factor.
fn scaled(factor: f64) -> Result<LeastLoss, CheckError> {
    let mut least = LeastLoss::solve(&Classes::breast_cancer(20, 20)?, 1.0, 1.0)?;
    let values = &mut least.dual.potentials;
    values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= factor);
    Ok(least)
}

/// Positive points of equal mass on which `f` is 5.
fn one_class(count: usize) -> Vec<Term> {
    let mass = Interval::ratio(1, count as u128);
    let margin = Interval::constant(5.0);
    (0..count).map(|row| Term { positive: true, row, mass, margin, moved: Interval::ZERO }).collect()
}

/// What values of functions are measured in.
const UNIT: &str = "units of f";

/// What `sigma(-tau y f)` is measured in.
const PROBABILITY: &str = "probability";

/// Opposite points closer than this, as a share of the diameter, are lost in the rounding of values.
const CLOSEST: f64 = 1e-6;

/// Samples in which no point has both labels; temperatures and constants around one over the diameter.
fn separated(most: usize) -> impl Strategy<Value = (Classes, f64, f64)> {
    let drawn = (pairs(most), -4_i32..=3, -2_i32..=2).prop_map(|((positive, negative), tau, constant)| {
        let classes = Classes { name: "drawn".to_owned(), positive, negative };
        (classes, 2.0_f64.powi(tau), 2.0_f64.powi(constant))
    });
    drawn.prop_filter("a point has both labels, or nearly", |(classes, ..)| {
        classes.distance().lower() > CLOSEST * classes.diameter().upper()
    })
}

fn named(classes: &Classes, tau: f64, constant: f64) -> String {
    let (p, q) = (classes.positive.len(), classes.negative.len());
    format!("{}, {p} and {q} points, tau = {tau}, L = {constant}", classes.name)
}

/// Points a class from which two solvers are compared: the radius in which they must agree grows with the root of the number.
const TELLING: usize = 20;

/// Samples of real data, and of the paper's mixture, with temperatures and constants; so many points a class.
fn real(ctx: &Context, each: usize, mixtures: usize) -> Result<Vec<(Classes, f64, f64)>, CheckError> {
    let mut samples = vec![
        (Classes::breast_cancer(each, each)?, 0.0625, 1.0),
        (Classes::breast_cancer(each, each)?, 1.0, 1.0),
        (Classes::breast_cancer(each, 2 * each)?, 0.5, 4.0),
        (Classes::digits(3, 8, each)?, 0.125, 1.0),
    ];
    for draw in 0..mixtures {
        samples.push((Classes::mixture(ctx.seed(&format!("mixture {draw}")), each)?, 8.0, 1.0));
    }
    Ok(samples)
}

fn over_real(
    samples: &[(Classes, f64, f64)],
    unit: &'static str,
    examine: impl Fn(&str, &LeastLoss) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(unit);
    for (classes, tau, constant) in samples {
        let least = LeastLoss::solve(classes, *tau, *constant)?;
        finding.merge(examine(&named(classes, *tau, *constant), &least)?);
    }
    Ok(finding)
}

/// Width of a bracket: what is known of how much more than the least the function found loses.
fn gap(bracket: &Theorem<Bracket>) -> Interval {
    bracket.upper_bound() - bracket.lower_bound()
}

/// That the kernel closes the bracket, that the minimum is attained, and that every sample lies on a tight pair.
fn minimiser(name: &str, least: &LeastLoss) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Some(bracket) = finding.accepted(least.bracket(), || name.to_owned()) else { return Ok(finding) };
    let (terms, tau, rounding) = (least.terms(&bracket), least.temperature(), rounding(least));
    finding.merge(narrow(name, terms.len(), tau * rounding, gap(&bracket)));
    finding.merge(tight(name, least, rounding));
    finding.merge(attained(name, &terms, tau));
    finding.merge(balance(name, &terms, tau, rounding));
    Ok(finding)
}

/// Roundings of a value beyond those of a distance, one for each dimension: sums, and the repair that makes the kernel accept it.
const VALUE_ROUNDINGS: usize = 64;

/// How well a value of `f` is known: roundings of numbers as large as the largest value and the longest `L d` together.
fn rounding(least: &LeastLoss) -> Interval {
    let (sample, values) = (&least.problem.sample, &least.dual.potentials);
    let sizes = values.u.iter().chain(&values.v).map(|f| Interval::data(*f).abs());
    let ways = sample.p.rows().flat_map(|x| sample.q.rows().map(move |z| distance::enclose(x, z, Cost::L2)));
    let size = sizes.fold(Interval::ZERO, Interval::max) + ways.fold(Interval::ZERO, Interval::max);
    let roundings = Interval::integer((sample.p.dim() + VALUE_ROUNDINGS) as u128);
    roundings * Interval::constant(f64::EPSILON) * Interval::data(least.problem.constant) * size
}

/// Roundings of each term of the loss and of its dual, none above 1 nat, in the solver and in the kernel.
const TERM_ROUNDINGS: u128 = 16;

/// That the bracket is as narrow as sums of so many terms are exact, of values known to `exponent` in units of `tau f`.
fn narrow(name: &str, terms: usize, exponent: Interval, gap: Interval) -> Finding {
    let mut finding = Finding::new("nats");
    let sums = Interval::integer(TERM_ROUNDINGS * terms as u128) * Interval::constant(f64::EPSILON);
    let allowed = sums + exponent;
    finding.required("the bracket is as narrow as roundings allow", gap, allowed, || {
        format!("{name}: least loss known within {gap}, roundings {allowed}")
    });
    finding
}

/// That every point with mass has a distinct one of the other class, with mass, to which `f` falls, or rises, with slope `L`.
fn tight(name: &str, least: &LeastLoss, rounding: Interval) -> Finding {
    let mut finding = Finding::new(UNIT);
    let (sample, values) = (&least.problem.sample, &least.dual.potentials);
    let constant = Interval::data(least.problem.constant);
    let carriers = |weights: &[f64]| (0..weights.len()).filter(|k| weights[*k] > 0.0).collect::<Vec<_>>();
    let (p, q) = (carriers(&sample.p_weight), carriers(&sample.q_weight));
    // L d and f(x) - f(z) of a pair; the kernel accepted the values, which are those of f / L.
    let pair = |i: usize, j: usize| {
        let most = constant * distance::enclose(sample.p.row(i), sample.q.row(j), Cost::L2);
        (most, constant * (Interval::data(values.u[i]) - Interval::data(values.v[j])))
    };
    let pairs: Vec<Vec<(Interval, Interval)>> =
        p.iter().map(|i| q.iter().map(|j| pair(*i, *j)).collect()).collect();
    let column = |k: usize| pairs.iter().filter_map(|row| row.get(k)).copied().collect();
    let positive = p.iter().zip(&pairs).map(|(i, row)| ("+1", *i, row.clone()));
    let negative = q.iter().enumerate().map(|(k, j)| ("-1", *j, column(k)));
    let short = |(most, rise): &(Interval, Interval)| ((*most - *rise) / *most).upper();
    for (label, row, partners) in positive.chain(negative) {
        // Duplicates have no slope.
        let distinct = partners.into_iter().filter(|(most, _)| most.lower() > 0.0);
        let Some((most, rise)) = distinct.min_by(|a, b| short(a).total_cmp(&short(b))) else {
            finding.refused(format!("{name}: nothing is paired with row {row} of label {label}"));
            continue;
        };
        let tolerance = Tolerance::new(rounding, most, "roundings of a distance and two values");
        finding.equal_within("L d = f(x) - f(z)", most, rise, tolerance, || {
            format!("{name}: row {row} of label {label}, L d in {most}, f(x) - f(z) in {rise}")
        });
    }
    finding
}

/// That no constant can be added with profit, such as one over tau: of one class alone the more the better.
fn attained(name: &str, terms: &[Term], tau: Interval) -> Finding {
    let mut finding = Finding::new("nats");
    let loss = |shift: Interval| {
        let lost = terms.iter().map(|term| {
            let sign = if term.positive { shift } else { -shift };
            term.mass * (-(tau * term.margin + sign)).softplus()
        });
        lost.fold(Interval::ZERO, |sum, loss| sum + loss)
    };
    let found = loss(Interval::ZERO);
    for (words, shift) in [("f + 1/tau", Interval::ONE), ("f - 1/tau", -Interval::ONE)] {
        let shifted = loss(shift);
        finding.less("the loss of f < that of f and a constant", found, shifted, || {
            format!("{name}: f loses {found}, {words} loses {shifted}")
        });
    }
    finding
}

/// That both classes move the same mass `w sigma(-tau y f)`: else adding a constant would help.
///
/// Values that are known to `rounding` make each of these masses known to `tau rounding` of itself, for sigma' <= sigma.
fn balance(name: &str, terms: &[Term], tau: Interval, rounding: Interval) -> Finding {
    let mut finding = Finding::new("mass");
    let (mut all, mut difference) = (Interval::ZERO, Interval::ZERO);
    for term in terms {
        let moved = term.mass * logistic(-(tau * term.margin));
        all = all + moved;
        difference = if term.positive { difference + moved } else { difference - moved };
    }
    let sums = Interval::integer(TERM_ROUNDINGS) * Interval::constant(f64::EPSILON);
    let tolerance = Tolerance::new(all * (sums + tau * rounding), all, "roundings of the values");
    finding.equal_within("classes move equal masses", difference, Interval::ZERO, tolerance, || {
        format!("{name}: {difference} of {all}")
    });
    finding
}

/// That two solvers, one of them an interior-point method, find the same values.
fn unique(name: &str, [one, other]: [&LeastLoss; 2]) -> Finding {
    let mut finding = Finding::new(PROBABILITY);
    let mut accept = |least: &LeastLoss| {
        finding
            .accepted(least.bracket(), || name.to_owned())
            .map(|bracket| (least.terms(&bracket), gap(&bracket)))
    };
    if let (Some((terms, gap)), Some((others, wider))) = (accept(one), accept(other)) {
        finding.merge(same_values(name, &[terms, others], one.temperature(), [gap, wider]));
    }
    finding
}

/// That two functions, each off the minimum by at most a gap, have the same values on the sample, in units of `sigma(-tau y f)`.
///
/// By the first-order condition a function exceeds the least loss by at least the sum of `w KL(s || s')`, `s` the probability
/// `sigma(-tau y f)` of the minimiser at a sample and `s'` its own; and by Pinsker's inequality (entropy is strongly concave,
/// of modulus 4) that is `2 w (s - s')^2` at least. So every minimiser lies within the root of `gap/(2 w)`, and there is but one. (Where
/// sigma is saturated, values that differ by much more cost less than any bracket can tell.)
fn same_values(name: &str, terms: &[Vec<Term>; 2], tau: Interval, gaps: [Interval; 2]) -> Finding {
    let mut finding = Finding::new(PROBABILITY);
    let [one, other] = terms;
    for (term, second) in one.iter().zip(other) {
        let probability = |term: &Term| logistic(-(tau * term.margin));
        let radius = |gap: Interval| (gap / (Interval::integer(2) * term.mass)).sqrt();
        let reach = gaps.into_iter().map(radius).fold(Interval::ZERO, |sum, radius| sum + radius);
        let reason =
            "strong convexity: twice the weight times the squared distance is at most the bracket's width";
        let tolerance = Tolerance::new(reach, Interval::ONE, reason);
        let (found, again) = (probability(term), probability(second));
        finding.equal_within("the same probability", found, again, tolerance, || {
            let label = if term.positive { "+1" } else { "-1" };
            format!("{name}: row {} of label {label}, {found} and {again}", term.row)
        });
    }
    finding
}

/// Most of the constant that is tried to be saved.
const HALF: f64 = 0.5;

/// That functions of a constant smaller by a share lose more than the one found; so does any flatter one.
///
/// What the plan moves, times its way, times tau, is the slope of the dual bound in the constant: twice the bracket's width over that
/// must be enough. Every minimiser then has a constant above the smaller one; how near that is to `L` is the tolerance.
fn whole_slope(name: &str, least: &LeastLoss) -> Finding {
    let mut finding = Finding::new("nats");
    let Some(bracket) = finding.accepted(least.bracket(), || name.to_owned()) else { return finding };
    let (sample, dual) = (&least.problem.sample, &least.dual);
    let (tau, constant) = (least.problem.temperature, least.problem.constant);
    let way = |&(i, j, mass): &(u32, u32, u64)| {
        let apart = distance::enclose(sample.p.row(i as usize), sample.q.row(j as usize), Cost::L2);
        mass as f64 / dual.unit as f64 * apart.upper()
    };
    let moved: f64 = dual.plan.flows.iter().map(way).sum();
    let share = (2.0 * (bracket.upper - bracket.lower) / (tau * constant * moved)).min(HALF);
    let smaller = constant * (1.0 - share);
    let flatter = regularised::bce(sample, tau, smaller, dual.unit, &dual.plan, &dual.potentials);
    let Some(flatter) = finding.accepted(flatter, || format!("{name}, constant {smaller}")) else {
        return finding;
    };
    let (found, least) = (bracket.upper_bound(), flatter.lower_bound());
    finding.less("the loss found < that of every flatter function", found, least, || {
        format!("{name}: {found}, with constant {smaller} at least {least}")
    });
    let (constant, smaller) = (Interval::data(constant), Interval::data(smaller));
    let reason = "the bracket's width over tau and what is moved times its way";
    let tolerance = Tolerance::new(constant - smaller, constant, reason);
    finding.at_most_within("L <= the constant of every minimiser", constant, smaller, tolerance, || {
        name.to_owned()
    });
    finding
}

/// The minimiser among other functions of the same slope, on a line.
fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let classes = Classes::mixture(ctx.seed("picture"), 20)?;
    let mut series = Vec::new();
    for constant in [0.25, 1.0, 4.0] {
        let least = LeastLoss::solve(&classes, 4.0, constant)?;
        let negative = classes.negative.points().coords().iter().zip(&least.dual.potentials.v);
        let positive = classes.positive.points().coords().iter().zip(&least.dual.potentials.u);
        let mut points: Vec<(f64, f64)> = positive.chain(negative).map(|(x, f)| (*x, constant * f)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        series.push(Series { name: format!("minimiser for L = {constant}"), mark: Mark::Line, points });
    }
    for (name, points) in [("label +1", classes.positive.points()), ("label -1", classes.negative.points())] {
        let points = points.coords().iter().map(|x| (*x, 0.0)).collect();
        series.push(Series { name: name.to_owned(), mark: Mark::Dots, points });
    }
    Chart {
        title: "The unique values of the minimiser on a sample, for three Lipschitz constants".to_owned(),
        alternative: "Twenty points a class on a line. For each of three constants L the values of the minimiser, joined: \
                      a zigzag that rises and falls with slope L between the classes, the steeper the larger L is."
            .to_owned(),
        x: "x".to_owned(),
        y: "f(x)".to_owned(),
        series,
    }
    .drawn()
}
