//! Point sets with integer distances, so that ties and single units are decided exactly.

use lip1_harness::{CheckError, Context};
use lip1_kernel::Points;
use rand::RngExt;
use rand::seq::SliceRandom;

/// Largest sets: all `2^12` labellings are tried.
pub(super) const LARGEST: usize = 12;

/// Points whose distances are integer multiples of a unit, and a margin in the same unit.
pub(super) struct Instance {
    pub(super) points: Points,
    /// All pairs, row-major, in units.
    pub(super) distances: Vec<i64>,
    /// In units.
    pub(super) margin: i64,
    /// A power of two, so that `margin * unit` and all coordinates are exact.
    pub(super) unit: f64,
}

/// With coordinates below `2^53` units, a unit is one unit in the last place of the largest of them.
const LINE_MARGIN: i64 = 1 << 48;

/// Half of the distance of two apexes, and numbers `a` with `a^2 + 60^2` a square: points `(a, 0)` are at integer
/// distance from both apexes and from each other, at least 11.
const APEX: i64 = 60;
const LEGS: [i64; 9] = [11, 45, 63, 80, 91, 144, 175, 221, 297];

/// Two more such numbers, whose points are closer to each other than all others.
const CLOSEST: (i64, i64) = (25, 32);

impl Instance {
    /// `count` points of a line, one pair at `2m - short` units and the others at `2m` or a little more.
    pub(super) fn line(ctx: &Context, count: usize, short: i64) -> Result<Self, CheckError> {
        let mut random = ctx.generator("line");
        let mut gaps: Vec<i64> =
            (1..count).map(|_| 2 * LINE_MARGIN + random.random_range(0..=LINE_MARGIN >> 4)).collect();
        // The last gap lies where a unit is one unit in the last place.
        if let Some(last) = gaps.last_mut() {
            *last = 2 * LINE_MARGIN - short;
        }
        let mut positions = vec![0_i64];
        for gap in gaps {
            positions.push(positions.last().copied().unwrap_or(0) + gap);
        }
        positions.shuffle(&mut random);
        let unit = 2.0_f64.powi(-49);
        Self::new(1, positions.iter().map(|x| [*x, 0]).collect(), 1, LINE_MARGIN, unit)
    }

    /// `count >= 4` points in the plane, the closest pair at `2m - short` units, `short` at most 1.
    pub(super) fn plane(ctx: &Context, count: usize, short: i64) -> Result<Self, CheckError> {
        let mut random = ctx.generator("plane");
        let mut legs: Vec<[i64; 2]> = LEGS.iter().flat_map(|a| [[*a, 0], [-*a, 0]]).collect();
        legs.shuffle(&mut random);
        let mut points = vec![[0, APEX], [0, -APEX], [CLOSEST.0, 0], [CLOSEST.1, 0]];
        points.extend(legs.into_iter().take(count.saturating_sub(4)));
        // A large factor makes one unit a tiny part of the distance. The closest distance is odd: the parity of the
        // factor makes 2m an even number.
        let factor = (1 << 40) + short;
        let twice = factor * (CLOSEST.1 - CLOSEST.0) + short;
        Self::new(2, points, factor, twice / 2, 2.0_f64.powi(-40))
    }

    fn new(
        dim: usize,
        points: Vec<[i64; 2]>,
        factor: i64,
        margin: i64,
        unit: f64,
    ) -> Result<Self, CheckError> {
        let pairs = points.iter().flat_map(|x| points.iter().map(move |y| (x, y)));
        let distances = pairs
            .map(|(x, y)| {
                let square = (0..2).map(|k| i128::from(x[k] - y[k]).pow(2)).sum::<i128>();
                let root = square.isqrt();
                if root * root != square {
                    return Err(CheckError::Instance(format!("{x:?} and {y:?} are at no integer distance")));
                }
                i64::try_from(root * i128::from(factor)).map_err(CheckError::during("integer distances"))
            })
            .collect::<Result<_, _>>()?;
        let coords = points.iter().flat_map(|x| x.iter().take(dim)).map(|x| (x * factor) as f64 * unit);
        Ok(Self { points: Points::new(dim, coords.collect())?, distances, margin, unit })
    }

    /// The same points with another margin.
    fn with_margin(mut self, margin: i64) -> Self {
        self.margin = margin;
        self
    }

    /// The margin as the kernel takes it.
    pub(super) fn real_margin(&self) -> f64 {
        self.margin as f64 * self.unit
    }
}

/// Sets of 1 to 12 points at distance at least `2m`, ties included.
pub(super) fn separated(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut instances = Vec::new();
    for count in 1..=LARGEST {
        instances.push(Instance::line(ctx, count, 0)?);
        let line = Instance::line(ctx, count, 0)?;
        let smaller = line.margin - 1;
        instances.push(line.with_margin(smaller));
        if count >= 4 {
            instances.push(Instance::plane(ctx, count, 0)?);
        }
    }
    Ok(instances)
}

/// Sets of 2 to 12 points with a pair closer than `2m`: by one unit, by some, by all that there is.
pub(super) fn too_close(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut instances = Vec::new();
    for count in 2..=LARGEST {
        for short in [1, 2, LINE_MARGIN >> 3] {
            instances.push(Instance::line(ctx, count, short)?);
        }
        let far = Instance::line(ctx, count, 0)?;
        let larger = 2 * far.distances.iter().copied().max().unwrap_or(1);
        instances.push(far.with_margin(larger));
        if count >= 4 {
            instances.push(Instance::plane(ctx, count, 1)?);
        }
    }
    Ok(instances)
}
