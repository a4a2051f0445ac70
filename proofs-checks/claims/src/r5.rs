//! R5: the weight of the hinge trades the mean margin against the errors.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Tolerance, Verdict,
    Whose,
};
use lip1_kernel::Interval;
use lip1_kernel::regularised::Total;
use lip1_ot::testing::pairs;
use proptest::strategy::Strategy;

use crate::optimum::LargestHkr;
use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "R5",
    section: Section::Robustness,
    title: "The regularised loss moves along a Pareto front",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "Let f1 and f2 maximise MCR(f) - lambda E(m - y f)_+ over 1-Lipschitz functions for lambda1 < lambda2. Then \
         MCR(f1) >= MCR(f2) and E(m - y f1)_+ >= E(m - y f2)_+: more weight on the hinge buys fewer violations with mean \
         margin, and no function is better in one without being worse in the other.",
    )],
    formula: r"\lambda_1 < \lambda_2 \;\Longrightarrow\; \mathrm{MCR}(f_1) \ge \mathrm{MCR}(f_2), \quad \mathbb{E}(m - y f_1)_+ \ge \mathbb{E}(m - y f_2)_+",
    hypotheses: &["lambda1 < lambda2", "both functions are maximisers"],
    source: "Add the two optimality inequalities MCR(f1) - lambda1 h1 >= MCR(f2) - lambda1 h2 and MCR(f2) - lambda2 h2 >= MCR(f1) - \
             lambda2 h1: (lambda2 - lambda1)(h1 - h2) >= 0. The first then gives MCR(f1) - MCR(f2) >= lambda1 (h1 - h2) >= 0.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "mean_margin_and_hinge_fall_together_along_the_path",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                let each = ctx.count(20, 80, 170);
                for (classes, margin) in [
                    (Classes::breast_cancer(each, each)?, 2.5),
                    (Classes::digits(3, 8, each)?, 20.0),
                    (Classes::mixture(ctx.seed("mixture"), each)?, 1.0),
                ] {
                    finding.merge(path(&classes, margin)?);
                }
                finding.picture(picture(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "mean_margin_and_hinge_fall_together_on_random_samples",
            essential: true,
            about: "a",
            run: |ctx| {
                let drawn = (pairs(8), 0.0..2.0_f64).prop_map(|((positive, negative), margin)| {
                    (Classes { name: "drawn".to_owned(), positive, negative }, margin)
                });
                let cases = ctx.cases(20, 400, 20_000);
                ctx.sampled("samples", UNIT, &drawn, cases, |(classes, margin)| path(classes, *margin))
            },
        },
    ],
    controls: &[
        Control {
            name: "swapped_parameters_on_a_strict_step_are_out_of_order",
            breaks: "lambda1 < lambda2",
            run: |_| {
                let (small, large) = strict()?;
                step("swapped", &large, &small)
            },
        },
        Control {
            name: "a_function_that_is_no_maximiser_is_noticed",
            breaks: "both functions are maximisers",
            run: |_| {
                let (small, mut large) = strict()?;
                let values = &mut large.dual.potentials;
                values.u.iter_mut().chain(&mut values.v).for_each(|value| *value *= 0.5);
                step("half of f2", &small, &large)
            },
        },
    ],
};

/// What differences of both terms are measured in.
const UNIT: &str = "value";

/// Weights of the hinge along the path.
const PATH: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 8.0, 32.0];

/// Share of the numbers involved by which the ends of a bracket may differ.
const WIDTH: f64 = 1e-9;

fn path(classes: &Classes, margin: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let solved = PATH.map(|lambda| LargestHkr::solve(classes, Total::EachClass, margin, lambda));
    let solved: Vec<LargestHkr> = solved.into_iter().collect::<Result<_, _>>()?;
    for (k, one) in solved.iter().enumerate() {
        for other in solved.iter().skip(k + 1) {
            finding.merge(step(&classes.name, one, other)?);
        }
    }
    Ok(finding)
}

/// Compares both terms of two maximisers, the first for the smaller lambda, up to what their brackets leave open.
///
/// With gaps g1 and g2 of the brackets the proof gives `h1 - h2 >= -(g1 + g2)/|lambda2 - lambda1|` and `MCR1 - MCR2 >= lambda1 (h1 - h2) - g1`.
fn step(name: &str, one: &LargestHkr, other: &LargestHkr) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let (lambda, next) = (Interval::data(one.problem.lambda), Interval::data(other.problem.lambda));
    let (mut gaps, mut parts) = (Vec::new(), Vec::new());
    for largest in [one, other] {
        let Some(bracket) = finding.accepted(largest.bracket(), || name.to_owned()) else {
            return Ok(finding);
        };
        let gap = bracket.upper_bound() - bracket.lower_bound();
        let values = largest.dual.potentials.u.iter().chain(&largest.dual.potentials.v);
        let scale = values.map(|f| f.abs()).fold(1.0 + largest.problem.margin, f64::max);
        let allowed = Interval::observed(WIDTH * scale * (1.0 + largest.problem.lambda));
        // A wide bracket would leave the comparisons below without teeth.
        if gap.upper() > allowed.lower() {
            finding.refused(format!("{name}: the bracket of the largest value is {gap} wide"));
        }
        gaps.push(gap);
        parts.push(largest.parts(&bracket));
    }
    let ([(gain, hinge), (next_gain, next_hinge)], [g1, g2]) = (&parts[..], &gaps[..]) else {
        return Ok(finding);
    };
    let open = (*g1 + *g2) / (next - lambda).abs();
    let width = |a: &Interval, b: &Interval| Interval::data(a.width()) + Interval::data(b.width());
    let size = Interval::data(1.0 + one.problem.margin);
    let because = "the brackets of both values over the step of lambda, and the widths of the terms";
    let hinges = Tolerance::new(open + width(hinge, next_hinge), size.max(hinge.abs()), because);
    let gains = Tolerance::new(lambda * open + *g1 + width(gain, next_gain), size.max(gain.abs()), because);
    let witness = || {
        format!(
            "{name}, lambda {lambda} and {next}: MCR {gain} and {next_gain}, hinge {hinge} and {next_hinge}"
        )
    };
    finding.at_most_within("E(m - y f2)_+ <= E(m - y f1)_+", *next_hinge, *hinge, hinges, witness);
    finding.at_most_within("MCR(f2) <= MCR(f1)", *next_gain, *gain, gains, witness);
    Ok(finding)
}

/// Two maximisers with different terms: the larger weight makes it worth while to follow the small modes.
fn strict() -> Result<(LargestHkr, LargestHkr), CheckError> {
    let classes = Classes::mixture(1, 40)?;
    let solved = |lambda| LargestHkr::solve(&classes, Total::EachClass, 0.5, lambda);
    Ok((solved(0.25)?, solved(32.0)?))
}

fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let classes = Classes::mixture(ctx.seed("picture"), 40)?;
    let mut points = Vec::new();
    for exponent in -8..=24 {
        let lambda = 2.0_f64.powf(f64::from(exponent) / 4.0);
        let largest = LargestHkr::solve(&classes, Total::EachClass, 0.5, lambda)?;
        let (gain, hinge) = largest.parts(&largest.bracket()?);
        points.push((hinge.upper(), gain.lower()));
    }
    let front = Series {
        name: "Pareto front, lambda from 64 (left) to 1/4".to_owned(),
        mark: Mark::Line,
        points: points.clone(),
    };
    let dots = Series { name: "exact maximisers".to_owned(), mark: Mark::Dots, points };
    Chart {
        title: "What the weight of the hinge buys and what it costs".to_owned(),
        alternative: "Mean margin against mean hinge for the exact maximisers at 33 weights of the hinge, on the paper's mixture: an \
                      increasing curve made of steps; each step to a larger weight goes left, to a smaller hinge, and down, to a \
                      smaller mean margin."
            .to_owned(),
        x: "E_P (m - f)_+ + E_Q (m + f)_+".to_owned(),
        y: "E_P f - E_Q f".to_owned(),
        series: vec![front, dots],
    }
    .drawn()
}
