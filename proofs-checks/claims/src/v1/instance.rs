//! Point sets with integer distances, so that ties and single units are decided exactly.

use lip1_harness::{CheckError, Context};
use lip1_kernel::lipschitz::LipschitzValues;
use lip1_kernel::{Judgement, Points, Theorem};
use lip1_vc::{Label, Labelling, realise, witness};
use rand::RngExt;
use rand::seq::SliceRandom;

use super::signs;

/// Largest sets: all `2^12` labellings are tried.
const LARGEST: usize = 12;

/// With coordinates below `2^53` units, a unit is one unit in the last place of the largest of them.
pub(super) const MARGIN: i64 = 1 << 48;
pub(super) const UNIT: f64 = 1.0 / (1_u64 << 49) as f64;

/// Half of the distance of two apexes, and numbers `a` with `a^2 + 60^2` a square: points `(a, 0)` are at integer
/// distance from both apexes and from each other, at least 11.
const APEX: i64 = 60;
const LEGS: [i64; 9] = [11, 45, 63, 80, 91, 144, 175, 221, 297];

/// Two more such numbers, whose points are closer to each other than all others.
const CLOSEST: (i64, i64) = (25, 32);

/// Points whose distances are integer multiples of a unit, and a margin in the same unit.
pub(super) struct Instance {
    pub(super) name: String,
    pub(super) points: Points,
    /// All pairs, row-major, in units.
    distances: Vec<i64>,
    /// In units.
    margin: i64,
    /// A power of two, so that `margin * unit` and all coordinates are exact.
    unit: f64,
}

/// How a labelling fares, in units.
pub(super) enum Fate {
    /// There are values; the most by which one of them misses a constraint.
    Realised { lack: i128 },
    /// Constraints along a cycle ask for so much of distances that add up to so little.
    Impossible { asked: i128, allowed: i128 },
}

impl Instance {
    pub(super) fn new(
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
                    return Err(CheckError::Instance("a distance that is no integer".to_owned()));
                }
                i64::try_from(root * i128::from(factor)).map_err(CheckError::during("integer distances"))
            })
            .collect::<Result<_, _>>()?;
        let place = |[x, y]: &[i64; 2]| if dim == 1 { x.to_string() } else { format!("({x}, {y})") };
        let places: Vec<String> = points.iter().map(place).collect();
        let name = format!("{} times {factor}, margin {margin}", places.join(" "));
        let coords = points.iter().flat_map(|x| x.iter().take(dim)).map(|x| (x * factor) as f64 * unit);
        Ok(Self { name, points: Points::new(dim, coords.collect())?, distances, margin, unit })
    }

    /// The margin as the kernel takes it.
    pub(super) fn real_margin(&self) -> f64 {
        self.margin as f64 * self.unit
    }

    /// A labelling of the set, for a reader.
    pub(super) fn told(&self, labels: &[Label]) -> String {
        format!("{} on {}", signs(labels), self.name)
    }

    /// What the kernel makes of the values `margin y`.
    pub(super) fn extend(&self, labels: &[Label]) -> Result<Judgement<Theorem<LipschitzValues>>, CheckError> {
        Ok(witness(&self.points, labels, self.real_margin())?)
    }

    /// What the difference constraints come to, recomputed from the values or the cycle that the search hands over.
    pub(super) fn decide(&self, labels: &[Label]) -> Result<Fate, CheckError> {
        Ok(match realise(&self.distances, labels, self.margin)? {
            Labelling::Realised(values) => Fate::Realised { lack: self.lack(labels, &values)? },
            Labelling::Impossible(cycle) => {
                let (asked, allowed) = self.around(labels, &cycle)?;
                Fate::Impossible { asked, allowed }
            }
        })
    }

    /// The largest excess of a rise over its distance and of the margin over `y f`.
    fn lack(&self, labels: &[Label], values: &[i128]) -> Result<i128, CheckError> {
        if values.len() != labels.len() {
            return Err(CheckError::Instance("one value a label".to_owned()));
        }
        let rises = values.iter().flat_map(|f| values.iter().map(move |g| f - g));
        let excess = rises.zip(&self.distances).map(|(rise, distance)| rise - i128::from(*distance));
        let signed = values.iter().zip(labels).map(|(f, y)| if *y == Label::Plus { *f } else { -f });
        let short = signed.map(|value| i128::from(self.margin) - value);
        excess.chain(short).max().ok_or_else(|| CheckError::Instance("an empty set".to_owned()))
    }

    /// What a cycle asks for and the sum of its distances: `f_b - f_a <= d_ab` from point to point; a margin from the origin
    /// to a negative point and from a positive one to the origin.
    fn around(&self, labels: &[Label], cycle: &[Option<usize>]) -> Result<(i128, i128), CheckError> {
        let (mut asked, mut allowed) = (0, 0);
        for (from, to) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
            let margin = |point: usize, label: Label| {
                (labels.get(point) == Some(&label)).then_some((i128::from(self.margin), 0))
            };
            let step = match (*from, *to) {
                (Some(a), Some(b)) => {
                    self.distances.get(b * labels.len() + a).map(|distance| (0, i128::from(*distance)))
                }
                (None, Some(point)) => margin(point, Label::Minus),
                (Some(point), None) => margin(point, Label::Plus),
                (None, None) => None,
            };
            let Some(step) = step else {
                return Err(CheckError::Instance("a cycle with a step that is no constraint".to_owned()));
            };
            (asked, allowed) = (asked + step.0, allowed + step.1);
        }
        Ok((asked, allowed))
    }

    /// Into how many sets the points fall if pairs closer than `2m` stay together.
    pub(super) fn clusters(&self) -> usize {
        let count = self.points.len();
        let mut of: Vec<usize> = (0..count).collect();
        for (pair, distance) in self.distances.iter().enumerate() {
            if *distance < 2 * self.margin {
                let (kept, merged) = (of[pair / count], of[pair % count]);
                of.iter_mut().filter(|name| **name == merged).for_each(|name| *name = kept);
            }
        }
        of.sort_unstable();
        of.dedup();
        of.len()
    }
}

impl Instance {
    /// `count` points of a line, one pair at `2m - short` units and the others at `2m` or a little more.
    pub(super) fn line(ctx: &Context, count: usize, short: i64) -> Result<Self, CheckError> {
        let mut random = ctx.generator("line");
        let mut gaps: Vec<i64> =
            (1..count).map(|_| 2 * MARGIN + random.random_range(0..=MARGIN >> 4)).collect();
        // The last gap lies where a unit is one unit in the last place.
        if let Some(last) = gaps.last_mut() {
            *last = 2 * MARGIN - short;
        }
        let mut positions = vec![0_i64];
        for gap in gaps {
            positions.push(positions.last().copied().unwrap_or(0) + gap);
        }
        positions.shuffle(&mut random);
        Self::new(1, positions.iter().map(|x| [*x, 0]).collect(), 1, MARGIN, UNIT)
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
        Self::new(2, points, factor, twice / 2, 1.0 / (1_u64 << 40) as f64)
    }

    /// The same points with another margin.
    fn with_margin(mut self, margin: i64) -> Self {
        self.name = format!("{}, replaced by {margin}", self.name);
        self.margin = margin;
        self
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
        for short in [1, 2, MARGIN >> 3] {
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
