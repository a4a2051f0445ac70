//! Segments, squares, cubes and balls.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Finding, Picture};
use lip1_kernel::capacity::{self, Density, Scale};
use lip1_kernel::packing::{self, Domain, IntegerPoints, PackingBound};
use lip1_kernel::{Interval, Points, Theorem, construction, distance};
use lip1_vc::{Capacity, Query, Search};
use rand::RngExt;

use crate::picture::Drawn;

/// A fraction.
type Ratio = (u128, u128);

/// Points that are written out on a line; more of them are a grid, which the kernel has a formula for.
const LISTED: u128 = 200;

/// Segments of many lengths, multiples of 2m and their neighbours among them.
pub(super) fn lines(ctx: &Context) -> Result<Finding, CheckError> {
    let mut random = ctx.generator("lines");
    let mut finding = Finding::new("points");
    let mut ratios: Vec<Ratio> = (1..=20).flat_map(|k| [(2_000 * k - 1, 1_000), (2 * k, 1)]).collect();
    let drawn = 0..ctx.count(200, 5_000, 200_000);
    ratios.extend(drawn.map(|_| (random.random_range(1..1 << 30), random.random_range(1..1 << 20))));
    for ratio in ratios {
        finding.merge(line(ratio, ratio)?);
    }
    Ok(finding)
}

/// Examines `packing number = floor(s/2m) + 1`, `s/m` the ratio stated, on a segment of that ratio: the equidistant points below, the
/// length of disjoint balls above.
pub(super) fn line(stated: Ratio, ratio: Ratio) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let count = stated.0 / (2 * stated.1) + 1;
    let scale = Scale::new(Domain::Box, 1, ratio.0, ratio.1)?;
    let witness = || format!("{count} points, side/margin {}/{}", ratio.0, ratio.1);
    let floor = Interval::integer(count);
    if count <= LISTED {
        // In units in which the margin is the denominator.
        let unit = |x: u128| i64::try_from(x).map_err(CheckError::during("a length in units"));
        let separation = unit(2 * ratio.1)?;
        let coords = (0..count).map(|k| unit(k).map(|k| k * separation)).collect::<Result<_, _>>()?;
        let points = IntegerPoints { dim: 1, coords };
        if let Some(bound) =
            finding.accepted(packing::inside(&points, Domain::Box, unit(ratio.0)?, separation), witness)
        {
            finding.at_most("floor + 1 <= points listed", floor, points_of(&bound), witness);
        }
    } else {
        let per_axis = u64::try_from(count).map_err(CheckError::during("a count"))?;
        let grid = capacity::grid_lower(scale, per_axis)?.enclosure();
        finding.at_most("floor + 1 <= packing number", floor, grid, witness);
    }
    // The packing number is whole: below floor + 2 means at most floor + 1.
    let volume = capacity::volume_upper(scale).enclosure();
    finding.less("bound by volume < floor + 2", volume, floor + Interval::ONE, witness);
    Ok(finding)
}

/// The number of points of a packing that the kernel accepted.
fn points_of(bound: &Theorem<PackingBound>) -> Interval {
    bound.lower_bound()
}

/// A packing with the number of points that it is said to have.
pub(super) struct Packed {
    points: IntegerPoints,
    size: i64,
    separation: i64,
    count: usize,
}

impl Packed {
    /// Nine points of the square of side 4m, the square grid.
    pub(super) fn nine_points() -> Result<Self, CheckError> {
        let coords = (0..9).flat_map(|k| [10 * (k / 3), 10 * (k % 3)]).collect();
        Ok(Self { points: IntegerPoints { dim: 2, coords }, size: 20, separation: 10, count: 9 })
    }

    /// The middle point one unit to the left.
    pub(super) fn moved_inwards(mut self) -> Self {
        self.points.coords[8] -= 1;
        self
    }

    /// The last point one unit outside.
    pub(super) fn moved_outwards(mut self) -> Self {
        self.points.coords[17] += 1;
        self
    }

    pub(super) fn examine(&self) -> Result<Finding, CheckError> {
        Ok(packed(&self.points, Domain::Box, [self.size, self.separation], self.count))
    }
}

fn packed(points: &IntegerPoints, domain: Domain, [size, separation]: [i64; 2], count: usize) -> Finding {
    let mut finding = Finding::new("points");
    let witness = || format!("{count} points in a {} of size {size}, {separation} apart", domain.name());
    if let Some(bound) = finding.accepted(packing::inside(points, domain, size, separation), witness) {
        let said = Interval::integer(count as u128);
        finding.at_most("points that are said <= points of the packing", said, points_of(&bound), witness);
    }
    finding
}

fn bracket(query: Query, search: Search) -> Result<Capacity, CheckError> {
    lip1_vc::capacity(query, search).map_err(CheckError::during("packing"))
}

fn query(domain: Domain, dim: usize, (num, den): Ratio) -> Result<Query, CheckError> {
    lip1_vc::Ratio::new(num, den)
        .and_then(|ratio| Query::new(domain, dim, ratio))
        .map_err(CheckError::during("query"))
}

/// Examines a bracket: the packing is one of this domain and has as many points as the lower end says, which is at most
/// every closed form of the kernel and the upper end that was found. That end is a whole number, counted in integers where it
/// is not one of these closed forms.
fn examine(query: Query, found: &Capacity) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let (domain, dim, ratio) = (query.domain(), query.dim(), query.ratio());
    let witness = || {
        format!(
            "{} in dimension {dim}, size/margin {}/{}: {} by {} <= {} by {}",
            domain.name(),
            ratio.num(),
            ratio.den(),
            found.lower(),
            found.lower_by(),
            found.upper(),
            found.upper_by()
        )
    };
    let Some(points) = found.points() else {
        finding.undecided(format!("{} points by {}, not listed", found.lower(), found.lower_by()));
        return Ok(finding);
    };
    let scale = query.scale()?;
    let count = points.coords.len() / dim;
    let counted = Interval::integer(count as u128);
    if let Some(bound) = finding.accepted(construction::points(scale, points), witness) {
        finding.at_most(
            "points that are listed <= points of the packing",
            counted,
            bound.enclosure(),
            witness,
        );
    }
    let (Some(lower), Some(upper)) = (whole(found.lower()), whole(found.upper())) else {
        finding.undecided(format!("an end that is no number of points: {}", witness()));
        return Ok(finding);
    };
    finding.equal("lower end = points of the packing", &lower, &(count as u128), witness);
    finding.not_above("points of the packing <= upper end", &(count as u128), &upper, witness);
    let closed = [
        Ok(capacity::volume_upper(scale)),
        capacity::corrected_upper(scale),
        capacity::oler_upper(scale),
        capacity::tiling_upper(scale, Density::proved(scale.dim())),
    ];
    // A refusal says that the bound is not about such a domain.
    for bound in closed.into_iter().flatten() {
        finding.at_most("points of the packing <= closed form", counted, bound.enclosure(), witness);
    }
    Ok(finding)
}

/// An end of a bracket as the whole number that it is; nothing where it is none, or beyond what doubles hold exactly.
fn whole(end: f64) -> Option<u128> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    ((0.0..=MOST).contains(&end) && end.fract().abs() <= 0.0).then_some(end as u128)
}

/// Boxes and balls in up to 8 dimensions, with packings that can be listed.
pub(super) fn family(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let search = Search { starts: ctx.count(2, 12, 24), ..Search::default() };
    for dim in 1..=ctx.count(4, 8, 8) {
        for ratio in [(1, 1), (3, 2), (2, 1), (29, 10), (7, 2), (5, 1)] {
            for domain in [Domain::Box, Domain::Ball] {
                let query = query(domain, dim, ratio)?;
                let found = bracket(query, search)?;
                // Beyond some thousand points a packing is a formula, which V2 compares with the bounds.
                if found.points().is_some() {
                    finding.merge(examine(query, &found)?);
                }
            }
        }
    }
    Ok(finding)
}

/// Largest smallest distances of points in the unit square, cut off after ten digits: proved for 2 to 9 points, the best known
/// for 10.
const SQUARE: [(u32, u128); 9] = [
    (2, 14_142_135_623),
    (3, 10_352_761_804),
    (4, 10_000_000_000),
    (5, 7_071_067_811),
    (6, 6_009_252_125),
    (7, 5_358_983_848),
    (8, 5_176_380_902),
    (9, 5_000_000_000),
    (10, 4_212_795_439),
];
/// Their unit.
const DIGITS: u128 = 10_000_000_000;
/// Numbers of points whose optimum is proved.
const PROVED: u32 = 9;

/// Examines the brackets of the default search just below and, where the optimum is proved, just above half of each distance.
pub(super) fn few_points_in_a_square() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for (count, distance) in SQUARE {
        let wanted = Interval::integer(count.into());
        let witness = || format!("{count} points at distance {distance} of {DIGITS}");
        // side/margin = 2/distance.
        let below = query(Domain::Box, 2, (2 * DIGITS, distance))?;
        let found = bracket(below, Search::default())?;
        finding.merge(examine(below, &found)?);
        let [lower, _] = found.bracket().ends();
        finding.at_most("points that fit <= points of the packing", wanted, lower, witness);
        if count <= PROVED {
            let above = query(Domain::Box, 2, (2 * DIGITS, distance + 1))?;
            let found = bracket(above, Search::default())?;
            finding.merge(examine(above, &found)?);
            if let Some(upper) = whole(found.upper()) {
                finding.below("upper end < points that do not fit", &upper, &count.into(), witness);
            }
        }
    }
    Ok(finding)
}

/// The packing of ten points, in the unit of the square's side, for the picture, and its smallest distance.
fn ten_points() -> Result<(Vec<(f64, f64)>, f64), CheckError> {
    let query = query(Domain::Box, 2, (2 * DIGITS, SQUARE[8].1))?;
    let found = bracket(query, Search::default())?;
    let listed = found.points().ok_or_else(|| CheckError::Instance("ten points".to_owned()))?;
    // The packing fills the square that it is in.
    let size = listed.coords.iter().copied().max().unwrap_or(1) as f64;
    let coords: Vec<f64> = listed.coords.iter().map(|x| *x as f64 / size).collect();
    let points = Points::new(2, coords)?;
    let pairs = (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let smallest = pairs
        .map(|(i, j)| distance::enclose(points.row(i), points.row(j), distance::Cost::L2).lower())
        .fold(f64::INFINITY, f64::min);
    Ok((points.rows().map(|row| (row[0], row[1])).collect(), smallest))
}

/// Pairs within this factor of the smallest distance are joined.
const TOUCHING: f64 = 1.0 + 1e-6;

/// Ten points, and the pairs at the smallest distance.
pub(super) fn picture() -> Result<Picture, CheckError> {
    let (points, smallest) = ten_points()?;
    let mut touching = Vec::new();
    for (i, a) in points.iter().enumerate() {
        for b in &points[..i] {
            if (a.0 - b.0).hypot(a.1 - b.1) <= smallest * TOUCHING {
                touching.extend([*a, *b]);
            }
        }
    }
    Chart {
        title: "Ten points of the unit square, as far apart as is known to be possible".to_owned(),
        alternative: format!(
            "The packing that the optimiser finds, {} points of the unit square at pairwise distance at least {smallest:.7}, without \
             symmetry; {} pairs are at that distance. The kernel accepts it in integers.",
            points.len(),
            touching.len() / 2
        ),
        x: "x".to_owned(),
        y: "y".to_owned(),
        series: vec![
            Series { name: "pairs at the smallest distance".to_owned(), mark: Mark::Segments, points: touching },
            Series { name: "points".to_owned(), mark: Mark::Dots, points },
        ],
    }
    .drawn_to_scale()
}
