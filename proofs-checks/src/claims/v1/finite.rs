//! Finite sets whose VC dimension is found by trying all subsets, and sets whose labellings go through a linear program.

use lip1_kernel::capacity::{self, Scale};
use lip1_kernel::packing::{self, Domain};
use lip1_kernel::{Interval, Points, distance};
use lip1_vc::{Label, labellings, margin_of_labelling, shattered_by_differences};
use rand::RngExt;

use crate::{CheckError, Context, Finding};

/// On integer points of a line, the largest subset of which all labellings are realised must be as large as the largest
/// one at distance `2m - short`; on `0, 1, ..., s` both must be `floor(s / 2m) + 1`.
pub(super) fn subsets(ctx: &Context, short: i64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let count = ctx.count(10, 11, 12);
    let mut random = ctx.generator("sets");
    for margin in 1..=ctx.count(4, 8, 16) as i64 {
        let grid: Vec<i64> = (0..count as i64).collect();
        let scattered: Vec<i64> = (0..count).map(|_| random.random_range(0..8 * margin)).collect();
        for (positions, regular) in [(grid, true), (scattered, false)] {
            let shattered = largest(&positions, |subset| all_labellings(subset, margin))?;
            let packed = largest(&positions, |subset| {
                let points = Points::new(1, subset.iter().map(|x| *x as f64).collect())?;
                Ok(packing::separated(&points, (2 * margin - short) as f64).is_verified())
            })?;
            finding.exact(shattered == packed, || {
                format!("{positions:?} at margin {margin}: {shattered} shattered, {packed} packed")
            });
            if regular {
                let scale = Scale::new(Domain::Box, 1, count as u128 - 1, margin.unsigned_abs().into())?;
                let exact = capacity::line_exact(scale)?.enclosure();
                finding.exact(exact == Interval::integer(shattered as u128), || {
                    format!("0..{count} at margin {margin}: {shattered} shattered, {exact} by the formula")
                });
            }
        }
    }
    Ok(finding)
}

/// The size of the largest subset with a property.
fn largest(positions: &[i64], has: impl Fn(&[i64]) -> Result<bool, CheckError>) -> Result<usize, CheckError> {
    let mut best = 0;
    for code in 1_u32..1 << positions.len() {
        let chosen = positions.iter().enumerate().filter(|(i, _)| code >> i & 1 == 1);
        let subset: Vec<i64> = chosen.map(|(_, x)| *x).collect();
        if subset.len() > best && has(&subset)? {
            best = subset.len();
        }
    }
    Ok(best)
}

fn all_labellings(positions: &[i64], margin: i64) -> Result<bool, CheckError> {
    let pairs = positions.iter().flat_map(|x| positions.iter().map(move |y| (x - y).abs()));
    let distances: Vec<i64> = pairs.collect();
    let failing = shattered_by_differences(positions.len(), &distances, margin)
        .map_err(CheckError::during("difference constraints"))?;
    Ok(failing.is_none())
}

/// How far below and above the critical margin the programs are asked.
const STEP: f64 = 1e-4;

/// The solver's own tolerance, for distances of order 1: closer to a tie a linear program in floating point decides
/// nothing, and the exact constraints do.
const SOLVER: f64 = 1e-6;

/// On random points in 1 to 4 dimensions, each labelling is realised at a margin just below and just above the critical
/// one of the whole set iff its opposite labels are `factor` margins apart.
pub(super) fn programs(ctx: &Context, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("margins");
    let mut random = ctx.generator("programs");
    for count in 2..=ctx.count(10, 12, 12) {
        let dim = random.random_range(1..=4);
        let points = Points::new(dim, (0..count * dim).map(|_| random.random_range(-1.0..1.0)).collect())?;
        let Some(critical) = opposite(&points, |_, _| true) else { continue };
        for labels in labellings(count) {
            let reach = margin_of_labelling(&points, &labels, dim as f64)
                .map_err(CheckError::during("linear program"))?;
            let apart = opposite(&points, |i, j| labels.get(i) != labels.get(j));
            for margin in [critical / 2.0 - STEP, critical / 2.0 + STEP] {
                let tie = apart.is_some_and(|apart| (apart - factor * margin).abs() <= SOLVER);
                if margin <= SOLVER || tie {
                    continue;
                }
                let expected = apart.is_none_or(|apart| apart >= factor * margin);
                finding.exact((reach >= margin) == expected, || {
                    let labels: String =
                        labels.iter().map(|y| if *y == Label::Plus { '+' } else { '-' }).collect();
                    format!("{labels} on {points:?} at margin {margin:?}: the program reaches {reach:?}")
                });
            }
        }
    }
    Ok(finding)
}

/// The smallest distance of the pairs chosen.
fn opposite(points: &Points, chosen: impl Fn(usize, usize) -> bool) -> Option<f64> {
    let pairs = (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let distances = pairs
        .filter(|(i, j)| chosen(*i, *j))
        .map(|(i, j)| distance::enclose(points.row(i), points.row(j), distance::Cost::L2).lower());
    distances.reduce(f64::min)
}
