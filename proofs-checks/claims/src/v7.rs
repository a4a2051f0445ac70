//! V7: capacity at a scale: fat-shattering and Rademacher complexity.

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::{Interval, Points, lipschitz};
use lip1_vc::{
    Effort, Label, covering_bound, labellings, largest_margin, packing_number, rademacher_exact, rademacher_sampled,
};
use rand::RngExt;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V7",
    section: Section::Capacity,
    title: "Capacity at a scale: fat-shattering and Rademacher complexity",
    statement: "The fat-shattering dimension of the 1-Lipschitz functions at scale g is the 2g-packing number. The empirical \
                Rademacher complexity R of those with |f| <= B on N points satisfies max_m min(m, B) pack(2m)/N <= R <= min over \
                nets of k centres, radius r and l levels of r + B/l + B sqrt(2 k ln(l) / N). (Beyond the paper.)",
    formula: r"\mathrm{fat}_g(\mathrm{Lip}_1) = \mathrm{pack}(2g), \qquad \max_m \frac{\min(m, B)\,\mathrm{pack}(2m)}{N} \le R \le \min_{k,\,l}\; r_k + \frac{B}{l} + B\sqrt{\frac{2 k \ln l}{N}}",
    corrected: None,
    hypotheses: &[
        "for a set to be fat-shattered: no pair is closer than 2g",
        "for no levels to help: some pair is closer than 2g",
        "the functions are bounded by B",
        "packings keep the distance 2m",
    ],
    source: "A set at pairwise distance 2g is shattered with all levels 0: the values g y_i are 1-Lipschitz. If |x_i - x_j| < 2g, \
             levels r ask for f_i - f_j >= r_i - r_j + 2g and for f_j - f_i >= r_j - r_i + 2g, one of which is at least 2g. \
             Lower bound of R: on a 2m-packing f takes any signs times min(m, B), and what it does elsewhere averages to 0 over \
             the other signs. Upper: Massart's lemma (2000) for the functions rounded at a net. R itself: for one sign \
             vector the supremum is an assignment of positive to negative points, unmatched ones costing B (duality), \
             and all 2^N are solved.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "a_separated_set_is_fat_shattered_with_levels_zero",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(&separated(ctx)?, shattered)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "no_levels_fat_shatter_a_set_with_a_closer_pair",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(&too_close(ctx)?, no_levels_help)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "rademacher_complexities_are_those_of_closed_forms",
            essential: true,
            about: About::Transcribed,
            run: |_| Ok(closed_forms(1.0)?.exhaustive(Scope::Instances)),
        },
        Check {
            name: "rademacher_complexities_lie_between_packing_and_covering_bounds",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(random(ctx)?.exhaustive(Scope::Instances)),
        },
        Check {
            name: "random_signs_enclose_the_mean_over_all_signs",
            essential: false,
            about: About::Transcribed,
            run: |ctx| Ok(by_random_signs(ctx)?.statistical()),
        },
    ],
    controls: &[
        Control {
            name: "a_pair_one_ulp_closer_is_not_fat_shattered",
            breaks: "for a set to be fat-shattered: no pair is closer than 2g",
            run: |_| Ok(Rejection::of(&shattered(&one_ulp_closer()?)?)),
        },
        Control {
            name: "a_pair_at_exactly_twice_the_scale_is_fat_shattered",
            breaks: "for no levels to help: some pair is closer than 2g",
            run: |_| Ok(Rejection::of(&no_levels_help(&at_the_scale()?)?)),
        },
        Control {
            name: "functions_of_a_larger_bound_exceed_the_covering_bound",
            breaks: "the functions are bounded by B",
            run: |_| Ok(Rejection::of(&grid(1_000.0, 2.0)?)),
        },
        Control {
            name: "functions_of_a_larger_bound_have_other_closed_forms",
            breaks: "the functions are bounded by B",
            run: |_| Ok(Rejection::of(&closed_forms(2.0)?)),
        },
        Control {
            name: "packings_of_half_the_distance_prove_too_much",
            breaks: "packings keep the distance 2m",
            run: |_| Ok(Rejection::of(&grid(1.0, 1.0)?)),
        },
    ],
};

/// Points of a line and a scale g.
struct Instance {
    positions: Vec<f64>,
    scale: f64,
}

/// Merges the findings of several instances.
fn over(
    instances: &[Instance],
    examine: fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for instance in instances {
        finding.merge(examine(instance)?);
    }
    Ok(finding)
}

/// Sets with gaps of 2g and more, some of them exactly that.
fn separated(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("separated");
    let sets = (1..=ctx.count(8, 11, 13)).map(|count| {
        let mut at = 0.0;
        let positions = (0..count).map(|_| {
            let here = at;
            at += f64::from(2 + random.random_range(0..=1) * random.random_range(0..=3));
            here
        });
        Instance { positions: positions.collect(), scale: 1.0 }
    });
    Ok(sets.collect())
}

/// Sets of two to four integer points with a pair at 2g - 1 or closer.
fn too_close(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("too close");
    let sets = (0..ctx.count(12, 60, 600)).map(|index| {
        let scale = f64::from(random.random_range(1..=3));
        let mut positions = vec![0.0, f64::from(random.random_range(0..2 * scale as i32))];
        positions.extend((0..index % 3).map(|_| f64::from(random.random_range(-20..=20))));
        Instance { positions, scale }
    });
    Ok(sets.collect())
}

/// Two points at 2g less one unit in the last place, and others far away.
fn one_ulp_closer() -> Result<Instance, CheckError> {
    Ok(Instance { positions: vec![0.0, 2.0_f64.next_down(), 8.0, 16.0], scale: 1.0 })
}

/// Two points at exactly 2g.
fn at_the_scale() -> Result<Instance, CheckError> {
    Ok(Instance { positions: vec![0.0, 2.0, 7.0], scale: 1.0 })
}

/// Examines whether every labelling is realised around the levels 0: the values `g y_i` extend.
fn shattered(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let points = Points::new(1, instance.positions.clone())?;
    for labels in labellings(points.len()) {
        let values: Vec<f64> = labels.iter().map(|label| instance.scale * label.sign()).collect();
        finding.judged(lipschitz::values(&points, &values, 1.0), || format!("{values:?} on {points:?}"));
    }
    Ok(finding)
}

/// Levels are tried among the multiples of g/2 up to this multiple.
const LEVELS: i32 = 4;

/// Examines whether levels fail: for every choice on a grid (the first is 0, for a constant changes nothing) some labelling has
/// no function.
fn no_levels_help(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let count = instance.positions.len();
    let choices = (2 * LEVELS + 1).pow(count as u32 - 1);
    for choice in 0..choices {
        let digit = |i: usize| {
            if i == 0 { 0 } else { choice / (2 * LEVELS + 1).pow(i as u32 - 1) % (2 * LEVELS + 1) - LEVELS }
        };
        let levels: Vec<f64> = (0..count).map(|i| 0.5 * instance.scale * f64::from(digit(i))).collect();
        let all = labellings(count).all(|labels| realised(instance, &levels, &labels));
        finding.exact(!all, || {
            format!("levels {levels:?} shatter {:?} at {}", instance.positions, instance.scale)
        });
    }
    Ok(finding)
}

/// Whether a 1-Lipschitz function is at least `r_i + g` where the label is plus and at most `r_i - g` where it is minus: iff
/// every plus can be so far above every minus. Small integers and halves: exact.
fn realised(instance: &Instance, levels: &[f64], labels: &[Label]) -> bool {
    let places = instance.positions.iter().zip(levels).zip(labels);
    places.clone().filter(|(_, label)| **label == Label::Plus).all(|((x, above), _)| {
        places
            .clone()
            .filter(|(_, label)| **label == Label::Minus)
            .all(|((y, below), _)| above - below + 2.0 * instance.scale <= (x - y).abs())
    })
}

/// A bracket over all sign vectors is at most this wide relative to B, unless points are much closer than B: values are shrunk by
/// 1e-13, sums of 12 terms rounded.
const WIDTH: f64 = 1e-12;

/// Examines the complexity of functions with `|f| <= factor` against closed forms for `|f| <= 1`; the numbers are dyadic.
fn closed_forms(factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    // Far apart: every function value is free. Two points at distance d: opposite signs reach d/2 on average.
    let far: Vec<f64> = (0..8).map(|k| 4.0 * f64::from(k)).collect();
    let mut cases = vec![(far, Interval::ONE)];
    for distance in [0.25, 1.0, 1.5, 2.0, 3.0_f64] {
        let value = 0.5 + 0.25 * distance.min(2.0);
        cases.push((vec![0.0, distance], Interval::point(value)));
    }
    // All at one place: the mean of |sum of 8 signs| is 8 C(7,3) / 2^7.
    cases.push((vec![0.5; 8], Interval::ratio(35, 128)));
    for (positions, expected) in cases {
        let points = Points::new(1, positions.clone())?;
        let found = rademacher_exact(&points, factor)?;
        let witness = || format!("{found:?} instead of {expected} on {positions:?}");
        finding.at_most("lower end <= R", Interval::point(found.lower), expected, witness);
        finding.at_most("R <= upper end", expected, Interval::point(found.upper), witness);
        finding.case(WIDTH * factor - (found.upper - found.lower), witness);
        finding.exact(found.signs == 1 << points.len() && found.failure <= 0.0, witness);
    }
    Ok(finding)
}

/// Random points in the square, in clusters and on lines.
fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = grid(1.0, 2.0)?;
    let mut random = ctx.generator("points");
    for count in 2..=ctx.count(8, 11, 12) {
        for spread in [0.1, 1.0, 4.0] {
            let coords = (0..2 * count).map(|_| spread * random.random_range(0.0..1.0)).collect();
            let bound = random.random_range(0.25..2.0);
            finding.merge(between(&Points::new(2, coords)?, bound, bound, 2.0)?);
        }
    }
    Ok(finding)
}

/// Eight points at distance 1 on a line and functions bounded by `bound`, the bounds being those of `|f| <= 1`.
fn grid(bound: f64, factor: f64) -> Result<Finding, CheckError> {
    between(&Points::new(1, (0..8).map(f64::from).collect())?, 1.0, bound, factor)
}

/// Examines the packing bound (packings at `factor` margins) and the covering bound for `|f| <= said` against the complexity of
/// functions with `|f| <= bound`.
fn between(points: &Points, said: f64, bound: f64, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let exact = rademacher_exact(points, bound)?;
    let complexity = Interval::point(exact.lower).hull(Interval::point(exact.upper));
    let witness = || format!("{complexity} for |f| <= {bound} on {points:?}");
    let effort = Effort { moves: 500, nodes: 5_000, ..Effort::default() };
    let smallest = largest_margin(points).map_or(0.0, |margin| margin.lower());
    for margin in [smallest, 0.05, 0.1, 0.25, 0.5, 0.99, 2.0].into_iter().filter(|margin| *margin > 0.0) {
        // Just below, so that packings of points exactly that far apart count, and that R = B, as where all points are
        // 2B apart, is seen to be above: R is enclosed to less than that there.
        let level = (1.0 - WIDTH) * margin.min(said);
        let packed = packing_number(points, factor * level / 2.0, effort)?.lower();
        let below = Interval::point(level) * Interval::ratio(packed as u128, points.len() as u128);
        finding.at_most("packing bound <= R", below, complexity, || format!("level {level}: {}", witness()));
    }
    let covered = Interval::point(covering_bound(points, said)?);
    finding.at_most("R <= covering bound", complexity, covered, witness);
    Ok(finding)
}

/// Probability with which one comparison may fail although all is well.
const FAILURE: f64 = 1e-9;

/// Brackets from random signs must contain the mean over all signs.
fn by_random_signs(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut random = ctx.generator("points");
    for index in 0..ctx.count(2, 10, 50) {
        let points = Points::new(2, (0..16).map(|_| random.random_range(0.0..2.0)).collect())?;
        let exact = rademacher_exact(&points, 1.0)?;
        let draws = ctx.cases(400, 4_000, 100_000).into();
        let found = rademacher_sampled(&points, 1.0, draws, FAILURE, ctx.seed(&format!("signs {index}")))?;
        let slack = (found.upper - exact.upper).min(exact.lower - found.lower);
        finding.case(slack, || format!("{found:?} around {exact:?}"));
    }
    Ok(finding)
}
