//! L2: under a Lipschitz constraint the log loss has a minimiser, and it uses the whole slope.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Outcome, Picture, Rejection, Scope, Section,
    Verdict,
};
use lip1_kernel::{
    Interval, Points,
    distance::{self, Cost},
};
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use crate::{
    optimum::{LeastLoss, entropy, logistic},
    picture::Drawn,
};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L2",
    section: Section::Losses,
    title: "With the constraint the log loss is well posed",
    statement: "If no point has both labels and both classes are present, the mean log loss over L-Lipschitz functions \
                attains its minimum; the minimiser's values on the sample are unique and its Lipschitz constant is exactly \
                L. More: every sample lies on a tight pair, f(x_i) - f(z_j) = L |x_i - z_j| for some z_j of the other class.",
    formula: r"f^\ast \in \arg\min_{\mathrm{Lip}(f) \le L} \mathbb{E}\, \mathrm{softplus}(-\tau y f) \;\Longrightarrow\; \forall i\; \exists j : \; f^\ast(x_i) - f^\ast(z_j) = L\,|x_i - z_j|",
    corrected: None,
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
            about: About::Transcribed,
            run: |ctx| {
                let cases = ctx.cases(60, 1_000, 50_000);
                let found =
                    ctx.sampled("samples", UNIT, &separated(10), cases, |(classes, tau, constant)| {
                        let least = LeastLoss::solve(classes, *tau, *constant)?;
                        let finding = minimiser(&classes.name, &least)?;
                        let slack = finding.worst_slack().map_or(0.0, |slack| slack.value);
                        Ok(if finding.outcome() == Outcome::Holds { slack } else { f64::NEG_INFINITY })
                    })?;
                Ok(found.certified(Scope::Instances))
            },
        },
        Check {
            name: "every_sample_lies_on_a_tight_pair_of_real_data",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = over_real(ctx, minimiser)?;
                finding.picture(picture(ctx)?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "no_other_values_on_the_sample_are_as_good",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over_real(ctx, unique)?.certified(Scope::Instances)),
        },
    ],
    controls: &[
        Control {
            name: "one_class_alone_has_no_tight_pair",
            breaks: "both classes are present",
            run: |_| {
                let classes = Classes::cells(20, 20)?;
                let values =
                    Values { positive: vec![1e3; 20], negative: Vec::new(), constant: 1.0, tau: 1.0 };
                let nobody = Points::new(classes.positive.points().dim(), Vec::new())?;
                Ok(Rejection::of(&tight("one class", classes.positive.points(), &nobody, &values)?))
            },
        },
        Control {
            name: "one_class_alone_moves_no_equal_masses",
            breaks: "both classes are present",
            run: |_| Ok(Rejection::of(&balance("one class", &[(1.0, 1.0, 5.0)], 1.0))),
        },
        Control {
            name: "only_points_with_both_labels_need_no_slope",
            breaks: "some opposite points are distinct",
            run: |_| {
                let points = Classes::cells(20, 20)?.positive;
                let twins = Classes { name: "twins".to_owned(), positive: points.clone(), negative: points };
                Ok(Rejection::of(&minimiser("twins", &LeastLoss::solve(&twins, 1.0, 1.0)?)?))
            },
        },
        Control {
            name: "one_pair_of_slope_1_01_is_refused",
            breaks: "f is L-Lipschitz",
            run: |_| scaled("1.01 f", 1.01),
        },
        Control {
            name: "a_function_of_slope_0_99_is_not_a_minimiser",
            breaks: "f is a minimiser",
            run: |_| scaled("0.99 f", 0.99),
        },
    ],
};

/// A minimiser's values times a factor, examined as if they were one's.
fn scaled(name: &str, factor: f64) -> Result<Rejection, CheckError> {
    let mut least = LeastLoss::solve(&Classes::cells(20, 20)?, 1.0, 1.0)?;
    let values = &mut least.dual.potentials;
    values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= factor);
    Ok(Rejection::of(&minimiser(name, &least)?))
}

/// What the slack of a tight pair is measured in.
const UNIT: &str = "share of L d";

/// Opposite points closer than this, as a share of the diameter, are lost in the rounding of values.
const CLOSEST: f64 = 1e-6;

/// Samples in which no point has both labels; temperatures and constants around one over the diameter.
fn separated(most: usize) -> impl Strategy<Value = (Classes, f64, f64)> {
    let drawn = (pairs(most), -4_i32..=3, -2_i32..=2).prop_map(|((positive, negative), tau, constant)| {
        let classes = Classes { name: "drawn".to_owned(), positive, negative };
        (classes, 2.0_f64.powi(tau), 2.0_f64.powi(constant))
    });
    drawn.prop_filter("a point has both labels", |(classes, ..)| {
        classes.distance().lower() > CLOSEST * classes.diameter().upper()
    })
}

fn over_real(
    ctx: &Context,
    examine: impl Fn(&str, &LeastLoss) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let each = ctx.count(30, 120, 212);
    let mut finding: Option<Finding> = None;
    for (classes, tau, constant) in [
        (Classes::cells(each, each)?, 0.0625, 1.0),
        (Classes::cells(each, each)?, 1.0, 1.0),
        (Classes::cells(each, 2 * each)?, 0.5, 4.0),
        (Classes::digits(3, 8, each)?, 0.125, 1.0),
        (Classes::mixture(ctx.seed("mixture"), each)?, 8.0, 1.0),
    ] {
        let least = LeastLoss::solve(&classes, tau, constant)?;
        let found = examine(&format!("{}, tau = {tau}, L = {constant}", classes.name), &least)?;
        match &mut finding {
            None => finding = Some(found),
            Some(finding) => finding.merge(found),
        }
    }
    finding.ok_or_else(|| CheckError::Instance("no sample".to_owned()))
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

// What a minimiser of the log loss has to pass.

/// Values of a function on a sample, with the Lipschitz constant that it should use up.
struct Values {
    positive: Vec<f64>,
    negative: Vec<f64>,
    constant: f64,
    tau: f64,
}

/// Width that a bracket of the least loss may have, in nats, as the claim has it.
const WIDTH: f64 = 1e-9;

/// Solver: share of `L d` by which a pair that counts as tight may fall short; potentials are repaired by some roundings of the
/// diameter, which is at most a million times the closest pair.
const TIGHT: f64 = 1e-8;

/// That the kernel closes the bracket, and that every sample lies on a tight pair.
fn minimiser(name: &str, least: &LeastLoss) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let bracket = match least.bracket() {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{name}: {refusal}"));
            return Ok(finding);
        }
    };
    let width = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    finding.exact(width.upper() <= WIDTH, || format!("{name}: least loss in {:?}", *bracket));
    let problem = &least.problem;
    let scaled = |values: &[f64]| values.iter().map(|v| problem.constant * v).collect();
    let values = Values {
        positive: scaled(&least.dual.potentials.u),
        negative: scaled(&least.dual.potentials.v),
        constant: problem.constant,
        tau: problem.temperature,
    };
    // Points without mass are not of the sample.
    let carried = |points: &Points,
                   weights: &[f64],
                   values: &[f64]|
     -> Result<(Points, Vec<f64>), CheckError> {
        let kept = || (0..points.len()).filter(|row| weights.get(*row).is_some_and(|w| *w > 0.0));
        let coords = kept().flat_map(|row| points.row(row)).copied().collect();
        Ok((Points::new(points.dim(), coords)?, kept().filter_map(|row| values.get(row)).copied().collect()))
    };
    let (p, positive) = carried(&problem.sample.p, &problem.sample.p_weight, &values.positive)?;
    let (q, negative) = carried(&problem.sample.q, &problem.sample.q_weight, &values.negative)?;
    finding.merge(tight(name, &p, &q, &Values { positive, negative, ..values })?);
    let terms: Vec<(f64, f64, f64)> = least
        .terms()
        .iter()
        .map(|term| (if term.positive { 1.0 } else { -1.0 }, middle(term.mass), middle(term.margin)))
        .collect();
    finding.merge(balance(name, &terms, values.tau));
    Ok(finding)
}

/// That every point has a distinct point of the other class to which the function falls, or rises, with slope `L`.
fn tight(name: &str, p: &Points, q: &Points, values: &Values) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let constant = Interval::point(values.constant);
    // The share of L d that is missing, for all pairs; duplicates have no slope.
    let missing = |i: usize, j: usize| {
        let most = constant * distance::enclose(p.row(i), q.row(j), Cost::L2);
        let rise = Interval::point(values.positive[i]) - Interval::point(values.negative[j]);
        if most.lower() > 0.0 { ((most - rise) / most).upper() } else { f64::INFINITY }
    };
    let pairs: Vec<Vec<f64>> = (0..p.len()).map(|i| (0..q.len()).map(|j| missing(i, j)).collect()).collect();
    let rows = pairs.iter().map(|row| row.iter().copied().fold(f64::INFINITY, f64::min));
    let column = |j: usize| pairs.iter().filter_map(|row| row.get(j)).copied().fold(f64::INFINITY, f64::min);
    let columns = (0..q.len()).map(column);
    for (label, row, least) in rows
        .enumerate()
        .map(|(row, least)| ("+1", row, least))
        .chain(columns.enumerate().map(|(row, least)| ("-1", row, least)))
    {
        finding.case(TIGHT - least, || {
            format!("{name}, tau = {}: row {row} of label {label} falls short by {least} of L d", values.tau)
        });
    }
    Ok(finding)
}

/// Solver: share of the whole mass by which what the classes move may differ, for margins rounded once.
const BALANCED: f64 = 1e-9;

/// That both classes move the same mass `w sigma(-tau y f)`: else adding a constant would help. Terms are `(y, w, y f)`.
fn balance(name: &str, terms: &[(f64, f64, f64)], tau: f64) -> Finding {
    let mut finding = Finding::new("share of the mass");
    let (mut all, mut difference) = (Interval::ZERO, Interval::ZERO);
    for &(sign, mass, margin) in terms {
        let moved = Interval::point(mass) * logistic(-(Interval::point(tau) * Interval::point(margin)));
        all = all + moved;
        difference = difference + Interval::point(sign) * moved;
    }
    let off = difference.abs();
    finding.at_most("classes move equal masses", off, Interval::point(BALANCED), || {
        format!("{name}: {off} of {all}")
    });
    finding
}

/// Change of `sigma(-tau y f)` within which all minimisers agree, as the claim has it for unique. (Where it is saturated, values that
/// differ by much more cost less than any bracket can tell.)
const RADIUS: f64 = 1e-2;

/// Radius about a value, in units of `tau f`, beyond which none is tried.
const FARTHEST: f64 = 64.0;

/// Factor between the radii that are tried.
const STEP: f64 = 2.0;

/// That every minimiser has these values on the sample, within a small radius that intervals confirm.
///
/// With `s` the dual point, the loss of `g` exceeds the dual value by at least `w (softplus(z) - s z - H(s))` at each sample, `z = -tau y g`:
/// a convex function of `z` that vanishes at `z = ln(s/(1-s))`. Where it is above the bracket's width at a place beside our own value, a
/// minimiser's value is on our side of that place.
fn unique(name: &str, least: &LeastLoss) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("sigma(tau f)");
    let bracket = match least.bracket() {
        Ok(bracket) => bracket,
        Err(refusal) => {
            finding.refused(format!("{name}: {refusal}"));
            return Ok(finding);
        }
    };
    let gap = Interval::point(bracket.upper) - Interval::point(bracket.lower);
    for term in least.terms() {
        let z = -(least.temperature() * term.margin);
        let excess = |z: Interval| z.softplus() - term.moved * z - entropy(term.moved);
        let outside = |z: Interval| (term.mass * excess(z)).lower() > gap.upper();
        // The values with no more excess form an interval; where it has no end on a side that was tried, sigma's own does.
        let end = |sign: f64| {
            let radii = std::iter::successors(Some(f64::EPSILON), |radius| Some(radius * STEP));
            let mut places = radii
                .take_while(|radius| *radius <= FARTHEST)
                .map(|radius| z + Interval::point(sign * radius));
            places.find(|place| outside(*place)).map(logistic)
        };
        let change = end(1.0).unwrap_or(Interval::ONE) - end(-1.0).unwrap_or(Interval::ZERO);
        finding
            .case(RADIUS - change.upper(), || format!("{name}: row {} of label {}", term.row, term.positive));
    }
    Ok(finding)
}

fn middle(interval: Interval) -> f64 {
    interval.lower() / 2.0 + interval.upper() / 2.0
}
