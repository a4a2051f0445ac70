//! Scores of regions: the argmax, slopes into l1, radii.

use lip1_datasets::data::digits;
use lip1_harness::{CheckError, Context, Finding, Tolerance};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};
use nalgebra::DVector;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::worlds::{Scores, World};

/// How close to a radius from either side the region is looked at, as a share of it: far above the rounding of a point.
const NEAR: f64 = 0.25e-6;

/// Smaller radii are lost in the rounding of a point.
const ROOM: f64 = 1e-7;

/// Share of a random direction in steps across a frontier: straight across the slope is 1, which no enclosure tells from more.
const TILT: f64 = 1.0 / 64.0;

/// One examination at a point.
pub(super) type Examine = fn(&mut Finding, &World, Scores, &[f64], &mut ChaCha8Rng);

/// Examines random points of every world.
pub(super) fn over(
    ctx: &Context,
    worlds: &[World],
    scores: Scores,
    examine: Examine,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for (index, world) in worlds.iter().enumerate() {
        let mut random = ctx.generator(&format!("world {index}"));
        for _ in 0..ctx.count(150, 3_000, 60_000) {
            let x: Vec<f64> = (0..world.dim()).map(|_| random.random_range(-1.5..1.5)).collect();
            examine(&mut finding, world, scores, &x, &mut random);
        }
    }
    Ok(finding)
}

/// Cells of the first digit of each kind, at other digits.
pub(super) fn on_digits(ctx: &Context, examine: Examine) -> Result<Finding, CheckError> {
    let digits = digits()?;
    let first = |label: u8| digits.labels.iter().position(|other| *other == label);
    let sites = (0..10).filter_map(first).flat_map(|row| digits.points.row(row).to_vec());
    let world = World::Cells(Points::new(digits.points.dim(), sites.collect())?);
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator("digits");
    for x in digits.points.rows().skip(10).take(ctx.count(150, 1_000, 1_787)) {
        examine(&mut finding, &world, Scores::Clipped, x, &mut random);
    }
    Ok(finding)
}

/// The region's score must be positive and no other larger.
pub(super) fn argmax(finding: &mut Finding, world: &World, scores: Scores, x: &[f64], _: &mut ChaCha8Rng) {
    let Some(region) = world.region(x) else { return };
    let scores = world.scores(x, scores);
    let witness = || format!("x = {}, region {region}", shown(x));
    finding.less("0 < own score", Interval::ZERO, scores[region], witness);
    for (_, other) in scores.iter().enumerate().filter(|(other, _)| *other != region) {
        finding.at_most("other score <= own score", *other, scores[region], witness);
    }
}

/// The slope to a random point and to one across the closest frontier.
pub(super) fn slopes(
    finding: &mut Finding,
    world: &World,
    scores: Scores,
    x: &[f64],
    random: &mut ChaCha8Rng,
) {
    let mut partners = vec![DVector::from_fn(x.len(), |_, _| random.random_range(-1.5..1.5))];
    let x = DVector::from_column_slice(x);
    if let Some(region) = world.region(x.as_slice()) {
        let out = DVector::from_vec(world.way_out(x.as_slice(), region));
        let room = world.scores(x.as_slice(), Scores::Clipped)[region].upper();
        if let Some(out) = out.try_normalize(0.0) {
            let drawn = x.map(|_| random.random_range(-1.0..1.0));
            let across = &drawn - &out * out.dot(&drawn);
            // On a line there is no other direction.
            let tilt =
                across.try_normalize(f64::EPSILON).map_or_else(|| x.map(|_| 0.0), |across| across * TILT);
            let far = room * random.random_range(0.5..3.0);
            partners.push(&x + (out + tilt) * far);
        }
    }
    let here = world.scores(x.as_slice(), scores);
    for y in partners {
        let there = world.scores(y.as_slice(), scores);
        let moved = here.iter().zip(&there).fold(Interval::ZERO, |sum, (a, b)| sum + (*a - *b).abs());
        let run = distance::enclose(x.as_slice(), y.as_slice(), Cost::L2);
        if run.lower() > 0.0 && !(x.len() == 1 && (moved / run).contains(1.0)) {
            finding.at_most("sum |f_k(x) - f_k(y)| / |x - y| <= 1", moved / run, Interval::ONE, || {
                format!("x = {}, y = {}", shown(x.as_slice()), shown(y.as_slice()))
            });
        }
    }
}

/// Rooms below this are left to [`slopes`]: a step in them is lost in rounding.
const STEP: f64 = 1.0 / 1024.0;

/// Half of the way to the closest point of another region: the map must move by all of it in the Euclidean norm, and no score but the
/// region's own.
pub(super) fn jacobian(finding: &mut Finding, world: &World, kind: Scores, x: &[f64], _: &mut ChaCha8Rng) {
    let Some(region) = world.region(x) else { return };
    let room = world.scores(x, Scores::Clipped)[region].lower();
    let Some(out) = DVector::from_vec(world.way_out(x, region)).try_normalize(0.0) else { return };
    if room < STEP {
        return;
    }
    let y = DVector::from_column_slice(x) + out * (room / 2.0);
    let (here, there) = (world.scores(x, kind), world.scores(y.as_slice(), kind));
    let run = distance::enclose(x, y.as_slice(), Cost::L2);
    let changes = || here.iter().zip(&there).map(|(a, b)| *a - *b);
    let moved = changes().fold(Interval::ZERO, |sum, change| sum + change.sqr()).sqrt();
    let widths = changes().fold(0.0, |sum, change| sum + change.width());
    let rounding = x.iter().chain(y.as_slice()).fold(1.0, |sum, coordinate| sum + coordinate.abs());
    let off = Interval::constant(2.0 * widths + 4.0 * f64::EPSILON * rounding) / run;
    let tolerance = Tolerance::new(off, Interval::ONE, "widths of the scores and roundings of the step");
    let witness = || format!("x = {}, y = {}, region {region}", shown(x), shown(y.as_slice()));
    finding.equal_within("|f(x) - f(y)| / |x - y| = 1", moved / run, Interval::ONE, tolerance, witness);
    for score in [&here, &there] {
        for (_, other) in score.iter().enumerate().filter(|(other, _)| *other != region) {
            finding.at_most("other rows of the Jacobian are 0", *other, Interval::ZERO, witness);
        }
    }
}

/// The whole margin as a radius: no other region inside, one just beyond.
pub(super) fn whole_margin(
    finding: &mut Finding,
    world: &World,
    scores: Scores,
    x: &[f64],
    random: &mut ChaCha8Rng,
) {
    radius(finding, world, scores, 1.0, x, random);
}

/// Half of it.
pub(super) fn half_margin(
    finding: &mut Finding,
    world: &World,
    scores: Scores,
    x: &[f64],
    random: &mut ChaCha8Rng,
) {
    radius(finding, world, scores, 0.5, x, random);
}

fn radius(
    finding: &mut Finding,
    world: &World,
    kind: Scores,
    share: f64,
    x: &[f64],
    random: &mut ChaCha8Rng,
) {
    let Some(region) = world.region(x) else { return };
    let scores = world.scores(x, kind);
    let others = scores.iter().enumerate().filter(|(other, _)| *other != region);
    let Some(second) = others.map(|(_, score)| *score).reduce(Interval::max) else { return };
    let radius = (scores[region] - second) * Interval::constant(share);
    if radius.lower() < ROOM {
        return;
    }
    let x = DVector::from_column_slice(x);
    let Some(out) = DVector::from_vec(world.way_out(x.as_slice(), region)).try_normalize(0.0) else { return };
    let drawn = DVector::from_fn(x.len(), |_, _| random.random_range(-1.0..1.0));
    let witness = |y: &DVector<f64>| {
        format!(
            "x = {} of region {region}, y = {}, radius {radius}",
            shown(x.as_slice()),
            shown(y.as_slice())
        )
    };
    for direction in std::iter::once(out.clone()).chain(drawn.try_normalize(0.0)) {
        let y = &x + direction * (radius.lower() * (1.0 - NEAR));
        let run = distance::enclose(x.as_slice(), y.as_slice(), Cost::L2);
        finding.required("the attack is inside", run, radius, || witness(&y));
        match world.region(y.as_slice()) {
            Some(found) => finding.equal("the region inside the radius", &found, &region, || witness(&y)),
            None => finding.undecided(format!("a frontier inside a radius: {}", witness(&y))),
        }
    }
    // Tightness is claimed of the clipped scores; half the margin of signed ones may be smaller than the distance.
    if kind == Scores::Clipped {
        let y = &x + &out * (radius.upper() * (1.0 + NEAR));
        match world.region(y.as_slice()) {
            Some(found) => {
                finding.different("the region just beyond the radius", &found, &region, || witness(&y));
                let run = distance::enclose(x.as_slice(), y.as_slice(), Cost::L2);
                let beyond = radius * Interval::constant(2.0 * NEAR);
                let beyond = Tolerance::new(beyond, radius, "the region changes that far beyond the radius");
                finding.at_most_within("the way to another region <= radius", run, radius, beyond, || {
                    witness(&y)
                });
            }
            None => finding.undecided(format!("a frontier beyond a radius: {}", witness(&y))),
        }
    }
}

/// A point as a reader sees it.
fn shown(x: &[f64]) -> String {
    if x.len() > SHOWN {
        return format!("({} coordinates)", x.len());
    }
    let numbers: Vec<String> = x.iter().map(f64::to_string).collect();
    format!("({})", numbers.join(", "))
}

/// Most coordinates that a reader takes in at a glance.
const SHOWN: usize = 8;
