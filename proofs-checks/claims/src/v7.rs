//! V7: capacity at a scale: fat-shattering and Rademacher complexity.

use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Test, Verdict, Whose,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points, lipschitz, shatter};
use lip1_vc::{
    Label, Limits, covering_bound, farthest_point_net, labellings, largest_margin, packing_number,
    rademacher_exact, rademacher_sampled, supremum,
};
use rand::RngExt;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V7",
    section: Section::Capacity,
    title: "Capacity at a scale: fat-shattering and Rademacher complexity",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The fat-shattering dimension of the 1-Lipschitz functions at scale g is the 2g-packing number. The empirical \
         Rademacher complexity R of those with |f| <= B on N points satisfies max_m min(m, B) pack(2m)/N <= R <= min over \
         nets of k centres, radius r and l levels of r + B/l + B sqrt(2 k ln(l) / N). (Beyond the paper.)",
    )],
    formula: r"\mathrm{fat}_g(\mathrm{Lip}_1) = \mathrm{pack}(2g), \qquad \max_m \frac{\min(m, B)\,\mathrm{pack}(2m)}{N} \le R \le \min_{k,\,l}\; r_k + \frac{B}{l} + B\sqrt{\frac{2 k \ln l}{N}}",
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
             and all 2^N are solved: the values of a function, which the kernel finds 1-Lipschitz, bound it from below, pairs \
             of points from above.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "a_separated_set_is_fat_shattered_with_levels_zero",
            essential: true,
            about: "a",
            run: |ctx| all(separated(ctx).iter().map(shattered)),
        },
        Check {
            name: "no_levels_fat_shatter_a_set_with_a_closer_pair",
            essential: true,
            about: "a",
            run: |ctx| all(too_close(ctx).iter().map(no_levels_help)),
        },
        Check {
            name: "rademacher_complexities_are_those_of_closed_forms",
            essential: true,
            about: "a",
            run: |_| closed_forms(1.0),
        },
        Check {
            name: "rademacher_complexities_lie_between_packing_and_covering_bounds",
            essential: true,
            about: "a",
            run: random,
        },
        Check {
            // In floating point: what the library returns are plain numbers.
            name: "the_brackets_and_bounds_that_are_reported_hold_the_complexity",
            essential: false,
            about: "a",
            run: reported,
        },
        Check {
            name: "random_signs_enclose_the_mean_over_all_signs",
            essential: false,
            about: "a",
            run: |ctx| by_random_signs(ctx, 1.0),
        },
    ],
    controls: &[
        Control {
            name: "a_pair_one_ulp_closer_is_not_fat_shattered",
            breaks: "for a set to be fat-shattered: no pair is closer than 2g",
            run: |_| shattered(&one_ulp_closer()),
        },
        Control {
            name: "a_pair_at_exactly_twice_the_scale_is_fat_shattered",
            breaks: "for no levels to help: some pair is closer than 2g",
            run: |_| no_levels_help(&at_the_scale()),
        },
        Control {
            name: "functions_of_a_larger_bound_exceed_the_covering_bound",
            breaks: "the functions are bounded by B",
            run: |_| grid(1_000.0, 2.0),
        },
        Control {
            name: "functions_of_a_larger_bound_have_other_closed_forms",
            breaks: "the functions are bounded by B",
            run: |_| closed_forms(2.0),
        },
        Control {
            name: "functions_of_a_larger_bound_leave_the_bracket_of_random_signs",
            breaks: "the functions are bounded by B",
            run: |ctx| by_random_signs(ctx, 4.0),
        },
        Control {
            name: "packings_of_half_the_distance_prove_too_much",
            breaks: "packings keep the distance 2m",
            run: |_| grid(1.0, 1.0),
        },
    ],
};

/// Merges the findings of several instances.
fn all(findings: impl Iterator<Item = Result<Finding, CheckError>>) -> Result<Finding, CheckError> {
    let mut whole = Finding::new("value");
    for finding in findings {
        whole.merge(finding?);
    }
    Ok(whole)
}

fn listed<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

// Fat-shattering on a line: with levels 0 when the points are far apart, with no levels when they are not.

/// Points of a line and a scale g.
struct Apart {
    positions: Vec<f64>,
    scale: f64,
}

/// The same in whole numbers.
struct Close {
    positions: Vec<i64>,
    scale: i64,
}

/// Sets with gaps of 2g and more, some of them exactly that.
fn separated(ctx: &Context) -> Vec<Apart> {
    let mut random = ctx.generator("separated");
    let sets = (1..=ctx.count(8, 11, 13)).map(|count| {
        let mut at = 0.0;
        let positions = (0..count).map(|_| {
            let here = at;
            at += f64::from(2 + random.random_range(0..=1) * random.random_range(0..=3));
            here
        });
        Apart { positions: positions.collect(), scale: 1.0 }
    });
    sets.collect()
}

/// Sets of two to four points with a pair at 2g - 1 or closer.
fn too_close(ctx: &Context) -> Vec<Close> {
    let mut random = ctx.generator("too close");
    let sets = (0..ctx.count(12, 60, 600)).map(|index| {
        let scale = random.random_range(1..=3);
        let mut positions = vec![0, random.random_range(0..2 * scale)];
        positions.extend((0..index % 3).map(|_| random.random_range(-20..=20)));
        Close { positions, scale }
    });
    sets.collect()
}

/// Two points at 2g less one unit in the last place, and others far away.
fn one_ulp_closer() -> Apart {
    Apart { positions: vec![0.0, 2.0_f64.next_down(), 8.0, 16.0], scale: 1.0 }
}

/// Two points at exactly 2g.
fn at_the_scale() -> Close {
    Close { positions: vec![0, 2, 7], scale: 1 }
}

/// Examines whether every labelling is realised around the levels 0: the values `g y_i` extend.
fn shattered(instance: &Apart) -> Result<Finding, CheckError> {
    let points = Points::new(1, instance.positions.clone())?;
    let size = 1_u128 << instance.positions.len();
    let mut finding = Finding::enumerating("value", "2^k labellings of k points", size);
    for labels in labellings(points.len()) {
        finding.element(&labels);
        let values: Vec<f64> = labels.iter().map(|label| instance.scale * label.sign()).collect();
        finding.judged("g y is 1-Lipschitz", lipschitz::values(&points, &values, 1.0), || {
            format!("values {} at {}", listed(&values), listed(&instance.positions))
        });
    }
    Ok(finding)
}

/// Levels are tried among the multiples of g/2 up to this multiple.
const LEVELS: i64 = 4;

/// Examines whether levels fail: for every choice on a grid (the first is 0, for a constant changes nothing) some labelling has
/// no function.
fn no_levels_help(instance: &Close) -> Result<Finding, CheckError> {
    let points = instance.positions.len();
    let ladder = 2 * LEVELS as u128 + 1;
    let size = (1..points).fold(1, |product, _| product * ladder);
    let mut finding = Finding::enumerating("value", format!("{ladder}^(k - 1) levels of k points"), size);
    for halves in choices(points) {
        finding.element(&halves);
        let refused = labellings(points).filter(|labels| !realised(instance, &halves, labels)).count();
        finding.below("0 < labellings without a function", &0, &refused, || {
            let (at, g) = (listed(&instance.positions), instance.scale);
            format!("levels {} times g/2 at {at}, g = {g}", listed(&halves))
        });
    }
    Ok(finding)
}

/// Levels of so many points in multiples of g/2, the first 0.
fn choices(points: usize) -> Vec<Vec<i64>> {
    let longer = |shorter: Vec<i64>| {
        (-LEVELS..=LEVELS).map(move |level| shorter.iter().copied().chain([level]).collect())
    };
    (1..points).fold(vec![vec![0]], |choices, _| choices.into_iter().flat_map(longer).collect())
}

/// Whether a 1-Lipschitz function is at least `r_i + g` where the label is plus and at most `r_i - g` where it is minus: iff
/// every plus can be so far above every minus. Whole numbers, twice as large.
fn realised(instance: &Close, halves: &[i64], labels: &[Label]) -> bool {
    let g = instance.scale;
    let of = |wanted: Label| {
        let places = instance.positions.iter().zip(halves).zip(labels);
        places.filter(move |(_, label)| **label == wanted).map(|(place, _)| place)
    };
    of(Label::Plus)
        .all(|(x, above)| of(Label::Minus).all(|(y, below)| g * (above - below) + 4 * g <= 2 * (x - y).abs()))
}

// Rademacher complexity of bounded 1-Lipschitz functions, over all sign vectors, against closed forms and bounds.

/// Enclosures of two numbers between which a complexity lies.
struct Complexity {
    lower: Interval,
    upper: Interval,
}

/// The complexity of the 1-Lipschitz functions with `|f| <= bound`: for each of the 2^N sign vectors values that the kernel
/// finds 1-Lipschitz, after `refine`, and pairs of points.
fn complexity(
    points: &Points,
    bound: f64,
    refine: fn(f64) -> f64,
) -> Result<(Finding, Complexity), CheckError> {
    let size = 1_u128 << points.len();
    let mut finding = Finding::enumerating("value", "2^N sign vectors of N points", size);
    let (mut lower, mut upper) = (Interval::ZERO, Interval::ZERO);
    for signs in labellings(points.len()) {
        finding.element(&signs);
        let found = supremum(points, &signs, bound)?;
        let values: Vec<f64> = found.values.into_iter().map(refine).collect();
        let witness = || format!("values {} at {}", listed(&values), listed(points.coords()));
        finding.judged("f is 1-Lipschitz", lipschitz::values(points, &values, 1.0), witness);
        let values: Vec<Interval> = values.iter().map(|value| Interval::data(*value)).collect();
        let largest = values.iter().fold(Interval::ZERO, |largest, value| largest.max(value.abs()));
        finding.at_most("|f| <= B", largest, Interval::data(bound), witness);
        lower = lower + attained(&signs, &values);
        upper = upper + by_pairs(points, &signs, &found.pairs, bound);
    }
    let mean = |sum: Interval| sum / (Interval::integer(size) * Interval::integer(points.len() as u128));
    Ok((finding, Complexity { lower: mean(lower), upper: mean(upper) }))
}

/// `sum s_i f_i`.
fn attained(signs: &[Label], values: &[Interval]) -> Interval {
    let terms = signs.iter().zip(values);
    terms.fold(Interval::ZERO, |sum, (sign, f)| if *sign == Label::Plus { sum + *f } else { sum - *f })
}

/// An upper bound on `sum s_i f_i` from any list of pairs: it is the sum of `f_p - f_q <= |x_p - x_q|` over the pairs and of
/// what they leave of the signs times f, which B bounds.
fn by_pairs(points: &Points, signs: &[Label], pairs: &[[usize; 2]], bound: f64) -> Interval {
    let mut left: Vec<i64> = signs.iter().map(|sign| if *sign == Label::Plus { 1 } else { -1 }).collect();
    let mut sum = Interval::ZERO;
    for &[p, q] in pairs {
        left[p] -= 1;
        left[q] += 1;
        sum = sum + distance::enclose(points.row(p), points.row(q), Cost::L2);
    }
    let unmatched: u64 = left.iter().map(|units| units.unsigned_abs()).sum();
    sum + Interval::integer(unmatched.into()) * Interval::data(bound)
}

/// Numbers with so many binary places: of dyadic points the best functions have values among them, which a solver finds but
/// for rounding.
const PLACES: f64 = (1_u64 << 40) as f64;

/// Examines the complexity of functions with `|f| <= factor` against closed forms for `|f| <= 1`. The numbers are dyadic, so
/// that both ends are the closed form itself.
fn closed_forms(factor: f64) -> Result<Finding, CheckError> {
    // Far apart: every function value is free. Two points at distance d: opposite signs reach d/2 on average.
    let far: Vec<f64> = (0..8).map(|k| 4.0 * f64::from(k)).collect();
    let mut cases = vec![(far, Interval::ONE)];
    for distance in [0.25, 1.0, 1.5, 2.0, 3.0_f64] {
        let reach = Interval::constant(distance).min(Interval::integer(2));
        cases.push((vec![0.0, distance], (Interval::integer(2) + reach) / Interval::integer(4)));
    }
    // All at one place: the mean of |sum of 8 signs| is 8 C(7,3) / 2^7.
    cases.push((vec![0.5; 8], Interval::ratio(35, 128)));
    let mut finding = Finding::new("value");
    for (positions, expected) in cases {
        let witness = || format!("closed form {expected} at {}", listed(&positions));
        let points = Points::new(1, positions.clone())?;
        let (signs, found) = complexity(&points, factor, |value| (value * PLACES).round() / PLACES)?;
        finding.merge(signs);
        finding.at_most("closed form <= R", expected, found.lower, witness);
        finding.at_most("R <= closed form", found.upper, expected, witness);
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

/// A margin m is taken shorter by this share than the distance that it is made for, so that packings of points exactly that
/// far apart count, and that R = B, as where all points are 2B apart, is seen to be above: R is enclosed to less than that there.
const SHORT: f64 = 1e-12;

/// Examines the packing bound (packings at `factor` margins) and the covering bound for `|f| <= said` against the complexity of
/// functions with `|f| <= bound`.
fn between(points: &Points, said: f64, bound: f64, factor: f64) -> Result<Finding, CheckError> {
    let (signs, found) = complexity(points, bound, |value| value)?;
    let mut finding = Finding::new("value");
    finding.merge(signs);
    let witness = || format!("|f| <= {bound} at {}", listed(points.coords()));
    let limits = Limits { moves: 500, nodes: 5_000, ..Limits::default() };
    let smallest = largest_margin(points).map_or(0.0, |margin| margin.lower());
    for margin in [smallest, 0.05, 0.1, 0.25, 0.5, 0.99, 2.0].into_iter().filter(|margin| *margin > 0.0) {
        let level = (1.0 - SHORT) * margin.min(said);
        let apart = factor * level / 2.0;
        let rows = packing_number(points, apart, limits)?.shattered;
        let rows = rows.iter().flat_map(|i| points.row(*i)).copied().collect();
        let packing = shatter::shattered(&Points::new(points.dim(), rows)?, apart);
        if let Some(packing) = finding.judged("the points of the packing are apart", packing, witness) {
            let share = Interval::ratio(packing.points.len() as u128, points.len() as u128);
            let below = Interval::data(level) * share;
            finding
                .at_most("packing bound <= R", below, found.lower, || format!("m = {level}, {}", witness()));
        }
    }
    finding.at_most("R <= covering bound", found.upper, covering(points, said), witness);
    Ok(finding)
}

/// Levels that a function's values are rounded to, at most.
const MOST_LEVELS: u128 = 64;

/// The covering bound for `|f| <= bound`, enclosed: the least over the nets of farthest-point traversal and over the levels.
fn covering(points: &Points, bound: f64) -> Interval {
    let bound = Interval::data(bound);
    let size = Interval::integer(points.len() as u128);
    let mut best = bound;
    let mut far: Vec<Option<Interval>> = vec![None; points.len()];
    for (centres, &centre) in (1_u128..).zip(&farthest_point_net(points, points.len()).centres) {
        for (row, far) in points.rows().zip(&mut far) {
            let here = distance::enclose(row, points.row(centre), Cost::L2);
            *far = Some(far.map_or(here, |far| far.min(here)));
        }
        let radius = far.iter().flatten().fold(Interval::ZERO, |radius, far| radius.max(*far));
        for levels in (1..=MOST_LEVELS).map(Interval::integer) {
            let entropy = Interval::integer(2 * centres) * levels.ln() / size;
            best = best.min(radius + bound / levels + bound * entropy.sqrt());
        }
    }
    best
}

// What the library reports, in plain numbers.

/// Examines whether the brackets and covering bounds that the library returns hold the complexities enclosed here, the brackets
/// as narrow as the enclosures but for rounding.
fn reported(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut random = ctx.generator("points");
    for count in 2..=ctx.count(6, 8, 10) {
        let coords = (0..2 * count).map(|_| random.random_range(0.0..2.0)).collect();
        let points = Points::new(2, coords)?;
        let (signs, found) = complexity(&points, 1.0, |value| value)?;
        finding.merge(signs);
        let bracket = rademacher_exact(&points, 1.0)?;
        let (lower, upper) = (Interval::observed(bracket.lower), Interval::observed(bracket.upper));
        let witness = || format!("[{}, {}] at {}", bracket.lower, bracket.upper, listed(points.coords()));
        finding.at_most("lower end <= R", lower, found.upper, witness);
        finding.at_most("R <= upper end", found.lower, upper, witness);
        // Each of the 2^N suprema and their sum is rounded outward at both ends.
        let rounding = Interval::integer(1 << (count + 2)) * Interval::constant(f64::EPSILON);
        finding.required(
            "the bracket is narrow",
            upper - lower,
            found.upper - found.lower + rounding,
            witness,
        );
        finding.required_equal("sign vectors", &bracket.signs, &(1 << count), witness);
        let covered = Interval::observed(covering_bound(&points, 1.0)?);
        finding.at_most("R <= covering bound", found.upper, covered, witness);
    }
    Ok(finding)
}

/// Probability with which one comparison may fail although all is well: Hoeffding's inequality. A complexity off by twice the
/// width of the bracket is outside of it with the same confidence.
const SIGNS: Test = Test { level: 1e-9, power: 1.0 - 1e-9 };

/// Brackets from random signs for `|f| <= 1` must contain the mean over all signs for `|f| <= factor`.
fn by_random_signs(ctx: &Context, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut random = ctx.generator("points");
    for index in 0..ctx.count(2, 10, 50) {
        let points = Points::new(2, (0..16).map(|_| random.random_range(0.0..2.0)).collect())?;
        let (signs, exact) = complexity(&points, factor, |value| value)?;
        finding.merge(signs);
        let draws = ctx.cases(400, 4_000, 100_000).into();
        let found =
            rademacher_sampled(&points, 1.0, draws, SIGNS.level, ctx.seed(&format!("signs {index}")))?;
        let slack = (found.upper - exact.upper.upper()).min(exact.lower.lower() - found.lower);
        finding.tested(SIGNS, slack, || {
            format!("[{}, {}] around [{}, {}]", found.lower, found.upper, exact.lower, exact.upper)
        });
    }
    Ok(finding)
}
