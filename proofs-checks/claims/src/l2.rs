//! L2: under a Lipschitz constraint the log loss has a minimiser, and it uses the whole slope.

mod examine;

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Outcome, Picture, Rejection, Scope, Section,
    Verdict,
};
use lip1_kernel::Points;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use crate::optimum::LeastLoss;
use crate::picture::Drawn;
use examine::{Values, minimiser, tight, unique};

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
            run: |_| Ok(Rejection::of(&examine::balance("one class", &[(1.0, 1.0, 5.0)], 1.0))),
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
