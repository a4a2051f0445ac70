//! Rademacher complexity of bounded 1-Lipschitz functions, over all sign vectors, against closed forms and bounds.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::{Interval, Points};
use lip1_vc::{Effort, covering_bound, largest_margin, packing_number, rademacher_exact, rademacher_sampled};
use rand::RngExt;

/// A bracket over all sign vectors is at most this wide relative to B, unless points are much closer than B: values are shrunk by
/// 1e-13, sums of 12 terms rounded.
const WIDTH: f64 = 1e-12;

/// Examines the complexity of functions with `|f| <= factor` against closed forms for `|f| <= 1`; the numbers are dyadic.
pub(super) fn closed_forms(factor: f64) -> Result<Finding, CheckError> {
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
pub(super) fn random(ctx: &Context) -> Result<Finding, CheckError> {
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
pub(super) fn grid(bound: f64, factor: f64) -> Result<Finding, CheckError> {
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
pub(super) fn by_random_signs(ctx: &Context) -> Result<Finding, CheckError> {
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
