//! Boxes and balls: with packings for the lower bounds, down to the limit of the hypothesis for the upper ones.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::Interval;
use lip1_kernel::capacity::{self, Scale};
use lip1_kernel::packing::Domain;
use lip1_vc::{Capacity, Query, Search};
use rand::RngExt;

use super::instance::{Instance, Ratio, UNIT};

/// Merges the findings of several instances.
pub(super) fn over(
    instances: &[Instance],
    examine: impl Fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    for instance in instances {
        finding.merge(examine(instance)?);
    }
    Ok(finding)
}

/// Segments of many lengths, multiples of 2m and their neighbours among them.
pub(super) fn lines(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("lines");
    let mut ratios: Vec<Ratio> = (1..=20).flat_map(|k| [(2000 * k - 1, 1000), (2 * k, 1)]).collect();
    let drawn = 0..ctx.count(200, 5_000, 200_000);
    ratios.extend(drawn.map(|_| (random.random_range(1..1 << 30), random.random_range(1..1 << 20))));
    let domains = ratios.iter().flat_map(|ratio| [(Domain::Box, ratio), (Domain::Ball, ratio)]);
    domains.map(|(domain, ratio)| Instance::new(domain, 1, *ratio, None)).collect()
}

/// Dimensions in which the square grid alone has as many points as the corrected lower bound says, at any size.
const GRID_IN_BOX: u32 = 12;
const GRID_IN_BALL: u32 = 4;

/// Boxes and balls with packings: square grids where these suffice, elsewhere what the search finds.
pub(super) fn packed(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut instances = Vec::new();
    for ratio in [(1, 2), (1, 1), (3, 2), (2, 1), (7, 2), (10, 1), (35, 1), (1000, 7), (100_000, 1)] {
        for dim in 1..=GRID_IN_BOX {
            instances.push(Instance::new(Domain::Box, dim, ratio, None)?);
        }
        for dim in 1..=GRID_IN_BALL {
            instances.push(Instance::new(Domain::Ball, dim, ratio, None)?);
        }
    }
    // Fewer points than the kernel checks at once, in higher dimensions too.
    for (domain, dims, ratios) in [
        (Domain::Box, 2..=3_u32, [(5, 2), (19, 4), (39, 4)]),
        (Domain::Ball, 2..=3, [(9, 4), (5, 1), (9, 1)]),
        (Domain::Ball, 5..=8, [(3, 2), (2, 1), (3, 1)]),
    ] {
        for dim in dims {
            for ratio in ratios {
                instances.push(searched(ctx, domain, dim, ratio)?);
            }
        }
    }
    Ok(instances)
}

/// A box or a ball with the best packing that the search finds.
fn searched(ctx: &Context, domain: Domain, dim: u32, ratio: Ratio) -> Result<Instance, CheckError> {
    let [lower, _] = bracket(ctx, domain, dim, ratio)?.bracket().bounds;
    Instance::new(domain, dim, ratio, (lower.formula.cited().is_none()).then_some(lower))
}

fn bracket(ctx: &Context, domain: Domain, dim: u32, ratio: Ratio) -> Result<Capacity, CheckError> {
    let search = Search { starts: ctx.count(0, 8, 24), seed: ctx.seed("search"), ..Search::default() };
    lip1_vc::Ratio::new(ratio.0, ratio.1)
        .and_then(|ratio| Query::new(domain, dim as usize, ratio))
        .and_then(|query| lip1_vc::capacity(query, search))
        .map_err(CheckError::during("packing"))
}

/// The brackets that `lip1 vc` prints must be brackets and meet the corrected ones.
pub(super) fn brackets(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let sizes = [(5, 4), (2, 1), (27, 10), (4, 1), (51, 10), (10, 1), (35, 1)];
    for dim in [1, 2, 3, 8, 24, 4, 5, 12, 16].into_iter().take(ctx.count(5, 9, 9)) {
        for (domain, ratio) in sizes.iter().flat_map(|r| [(Domain::Box, *r), (Domain::Ball, *r)]) {
            let found = bracket(ctx, domain, dim, ratio)?;
            // Whole numbers that the bounds imply.
            let [lower, upper] = found.bracket().ends();
            let witness = || {
                let (by, above) = (found.lower_by(), found.upper_by());
                format!(
                    "{} in dimension {dim}, size/margin {}/{}: {lower} by {by}, {upper} by {above}",
                    domain.name(),
                    ratio.0,
                    ratio.1,
                )
            };
            finding.at_most("lower end <= upper end", lower, upper, witness);
            let corrected = found.corrected_lower.clone()?.enclosure();
            finding.at_most("corrected lower bound <= upper end", corrected, upper, witness);
            if let Ok(corrected) = &found.corrected_upper {
                finding.at_most("lower end <= corrected upper bound", lower, corrected.enclosure(), witness);
            }
        }
    }
    Ok(finding)
}

/// Boxes and balls that contain a ball of radius `halves m / 2`, the smallest of them included, up to dimension 24.
pub(super) fn containing_a_ball(ctx: &Context, halves: u128) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("sizes");
    let mut instances = Vec::new();
    for dim in 1..=24 {
        let smallest = [(Domain::Box, (halves, 1)), (Domain::Ball, (halves, 2))];
        for (domain, (num, den)) in smallest {
            let larger =
                (0..ctx.count(5, 50, 500)).map(|_| (num * random.random_range(1000..100_000), 1000 * den));
            for ratio in [(num, den), (num * 1001, den * 1000)].into_iter().chain(larger) {
                let scale = Scale::new(domain, dim, ratio.0, ratio.1)?;
                // The kernel's own guard of the hypothesis must agree.
                if halves == 1 {
                    capacity::paper_upper(scale)?
                } else {
                    capacity::doubled_upper(scale)?
                };
                instances.push(Instance::new(domain, dim, ratio, None)?);
            }
        }
    }
    Ok(instances)
}

/// Sets that are no convex body with a ball of radius m/2 in it, for which the printed upper bound was not meant, but says
/// that it holds: of volume 0, of two tiny pieces, tiny themselves, with points apart.
pub(super) fn of_little_volume() -> Result<Vec<Instance>, CheckError> {
    let far_apart = || vec![[0.0, 0.0], [100.0, 0.0]];
    Ok(vec![
        Instance::scattered("two points".to_owned(), Interval::ZERO, far_apart())?,
        Instance::scattered("two discs of radius m/8".to_owned(), Interval::ratio(2, 64), far_apart())?,
        tiny_ball()?,
        Instance::disc_with_isolated_points(9)?,
    ])
}

/// A ball of radius m/4.
pub(super) fn tiny_ball() -> Result<Instance, CheckError> {
    Instance::new(Domain::Ball, 2, (1, 4), None)
}

/// A cube of that side.
pub(super) fn cube(dim: u32, ratio: Ratio) -> Result<Instance, CheckError> {
    Instance::new(Domain::Box, dim, ratio, None)
}
