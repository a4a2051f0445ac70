//! M0: a Lipschitz function on a finite set extends to the whole space (McShane, Whitney).
//!
//! The extensions are written here a second time, on raw data, so that the controls can feed them what the kernel's
//! own type refuses to hold.

use lip1_datasets::data::breast_cancer;
use lip1_datasets::worlds::uniform;
use lip1_faults::{Fault, unless};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Evidence, Finding, Picture, Rejection, Scope, Section,
    Verdict,
};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points, lipschitz};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "M0",
    section: Section::Reduction,
    title: "Finitely many values decide every Lipschitz function",
    statement: "Values on a finite set S with |f(s) - f(t)| <= L |s - t| extend to an L-Lipschitz function on R^n: \
                min_s f(s) + L |x - s| is the largest extension, max_s f(s) - L |x - s| the smallest.",
    formula: r"|f(s) - f(t)| \le L\,|s - t| \text{ on } S \;\Longrightarrow\; \exists\, F : \mathbb{R}^n \to \mathbb{R},\; F|_S = f,\; |F(x) - F(y)| \le L\,|x - y|",
    corrected: None,
    hypotheses: &[
        "no pair of values differs by more than L times its distance",
        "the cones are cones of a norm: L |x - s|",
        "the interpolant is itself L-Lipschitz",
    ],
    source: "McShane 1934, Whitney 1934. Each cone is L-Lipschitz, hence so are their minimum and maximum; a pair \
             that respects its distance keeps every other cone above f(s) at s; an L-Lipschitz interpolant lies \
             below each cone of the minimum and above each of the maximum.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "both_extensions_agree_with_the_values_on_the_set",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let examine = |world: &World, _: &Points| {
                    let mut finding = respected(&world.cones);
                    finding.merge(agreement(&world.cones)?);
                    Ok(finding)
                };
                Ok(over_worlds(ctx, 1, examine)?.certified(Scope::Instances))
            },
        },
        Check {
            name: "the_smallest_extension_stays_below_the_largest",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = over_worlds(ctx, 1, |world, queries| order(&world.cones, queries))?;
                finding.picture(band(ctx)?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "both_extensions_are_lipschitz_between_any_two_points",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                Ok(over_worlds(ctx, OFF_THE_RAYS, |world, queries| slopes(&world.cones, queries))?
                    .certified(Scope::Instances))
            },
        },
        Check {
            name: "every_lipschitz_interpolant_lies_between",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                Ok(over_worlds(ctx, 1, |world, queries| between(world, world.slope, queries))?
                    .certified(Scope::Instances))
            },
        },
        Check {
            name: "the_extensions_agree_on_real_data",
            essential: true,
            about: About::Transcribed,
            run: real_data,
        },
    ],
    controls: &[
        Control {
            name: "one_violated_pair_fails_agreement",
            breaks: "no pair of values differs by more than L times its distance",
            run: |ctx| Ok(Rejection::of(&agreement(&one_violated_pair(ctx)?.0)?)),
        },
        Control {
            name: "one_violated_pair_crosses_the_extensions",
            breaks: "no pair of values differs by more than L times its distance",
            run: |ctx| {
                let (cones, midpoint) = one_violated_pair(ctx)?;
                Ok(Rejection::of(&order(&cones, &midpoint)?))
            },
        },
        Control {
            name: "squared_distances_are_not_lipschitz",
            breaks: "the cones are cones of a norm: L |x - s|",
            run: |ctx| {
                let mut random = ctx.generator("squared");
                let mut world = World::new(&mut random, 2, 8, 1.0)?;
                world.cones.reach = |x, s| distance::enclose(x, s, Cost::L2).sqr();
                let queries = cloud(&mut random, 2, 16, 4.0)?;
                Ok(Rejection::of(&slopes(&world.cones, &queries)?))
            },
        },
        Control {
            name: "an_interpolant_of_twice_the_slope_leaves_the_band",
            breaks: "the interpolant is itself L-Lipschitz",
            run: |ctx| {
                let mut random = ctx.generator("steep");
                let world = World::new(&mut random, 2, 8, 1.0)?;
                let queries = cloud(&mut random, 2, 64, 2.0)?;
                Ok(Rejection::of(&between(&world, 2.0 * world.cones.constant, &queries)?))
            },
        },
    ],
};

/// On a line two points on one cone attain the slope exactly, in the plane nearly so: there no enclosure can tell.
const OFF_THE_RAYS: usize = 3;

/// Cones of slope `constant` over points with values.
struct Cones {
    points: Points,
    values: Vec<f64>,
    constant: f64,
    reach: fn(&[f64], &[f64]) -> Interval,
}

impl Cones {
    fn new(points: Points, values: Vec<f64>, constant: f64) -> Self {
        Self { points, values, constant, reach: |x, s| distance::enclose(x, s, Cost::L2) }
    }

    /// `(max_s f(s) - L |x - s|, min_s f(s) + L |x - s|)`.
    fn extremes(&self, x: &[f64]) -> (Interval, Interval) {
        let cones = self.points.rows().zip(&self.values).map(|(s, f)| {
            let reach = Interval::point(self.constant) * (self.reach)(x, s);
            unless(
                Fault::ConesExchanged,
                (Interval::point(*f) - reach, Interval::point(*f) + reach),
                (Interval::point(*f) - reach, Interval::point(*f) - reach),
            )
        });
        cones.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1))).unwrap_or((Interval::ENTIRE, Interval::ENTIRE))
    }
}

/// Values taken from a known function `h(x) = min_k c_k + slope |x - z_k|`, its slope a little below `L` so that
/// rounded values still respect every distance.
struct World {
    cones: Cones,
    slope: f64,
    apexes: Points,
    heights: Vec<f64>,
}

impl World {
    fn new(random: &mut ChaCha8Rng, dim: usize, count: usize, size: f64) -> Result<Self, CheckError> {
        let points = cloud(random, dim, count, size)?;
        Self::on(random, points, size)
    }

    fn on(random: &mut ChaCha8Rng, points: Points, size: f64) -> Result<Self, CheckError> {
        let constant = random.random_range(0.1..10.0);
        let slope = 0.999 * constant;
        let apexes = cloud(random, points.dim(), 5, size)?;
        let heights = (0..5).map(|_| random.random_range(0.0..size * constant)).collect();
        let mut world = Self { cones: Cones::new(points, Vec::new(), constant), slope, apexes, heights };
        world.cones.values = world.cones.points.rows().map(|x| middle(world.height(slope, x))).collect();
        Ok(world)
    }

    /// `h` with another slope.
    fn height(&self, slope: f64, x: &[f64]) -> Interval {
        let cones = self.apexes.rows().zip(&self.heights).map(|(z, height)| {
            Interval::point(*height) + Interval::point(slope) * distance::enclose(x, z, Cost::L2)
        });
        cones.reduce(Interval::min).unwrap_or(Interval::ENTIRE)
    }
}

/// The hypothesis, judged by the kernel.
fn respected(cones: &Cones) -> Finding {
    let mut finding = Finding::new("value");
    let judgement = lipschitz::values(&cones.points, &cones.values, cones.constant);
    finding.judged(judgement, || "all pairs".to_owned());
    finding
}

fn agreement(cones: &Cones) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for (point, value) in cones.points.rows().zip(&cones.values) {
        let (smallest, largest) = cones.extremes(point);
        let value = Interval::point(*value);
        // The point's own cone gives the other two inequalities, with equality.
        finding.at_most("f(s) <= largest extension at s", value, largest, || format!("{point:?}"));
        finding.at_most("smallest extension at s <= f(s)", smallest, value, || format!("{point:?}"));
    }
    Ok(finding)
}

fn order(cones: &Cones, queries: &Points) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for x in queries.rows() {
        let (smallest, largest) = cones.extremes(x);
        finding.at_most("smallest <= largest extension", smallest, largest, || format!("{x:?}"));
    }
    Ok(finding)
}

fn slopes(cones: &Cones, queries: &Points) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for (x, y) in queries.rows().zip(queries.rows().skip(1)) {
        let limit = Interval::point(cones.constant) * distance::enclose(x, y, Cost::L2);
        let (at_x, at_y) = (cones.extremes(x), cones.extremes(y));
        for rise in [(at_x.0 - at_y.0).abs(), (at_x.1 - at_y.1).abs()] {
            finding.at_most("|U(x) - U(y)| <= L |x - y|", rise, limit, || format!("{x:?} and {y:?}"));
        }
    }
    Ok(finding)
}

fn between(world: &World, slope: f64, queries: &Points) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for x in queries.rows() {
        let (smallest, largest) = world.cones.extremes(x);
        let height = world.height(slope, x);
        finding.at_most("smallest extension <= interpolant", smallest, height, || format!("{x:?}"));
        finding.at_most("interpolant <= largest extension", height, largest, || format!("{x:?}"));
    }
    Ok(finding)
}

/// Examines random worlds of several sizes, in `smallest_dim` dimensions to 6, each with its queries.
fn over_worlds(
    ctx: &Context,
    smallest_dim: usize,
    examine: impl Fn(&World, &Points) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut random = ctx.generator("worlds");
    for _ in 0..ctx.count(20, 400, 20_000) {
        let dim = random.random_range(smallest_dim..=6);
        let size = 10.0_f64.powi(random.random_range(-3..=3));
        let world = World::new(&mut random, dim, 24, size)?;
        let queries = cloud(&mut random, dim, 24, 2.0 * size)?;
        finding.merge(examine(&world, &queries)?);
    }
    Ok(finding)
}

/// The two extensions of seven values on a line.
fn band(ctx: &Context) -> Result<Picture, CheckError> {
    let world = World::new(&mut ctx.generator("band"), 1, 7, 1.0)?;
    let grid: Vec<f64> = (-150..=150).map(|k| f64::from(k) / 100.0).collect();
    let extremes: Vec<_> = grid.iter().map(|x| world.cones.extremes(&[*x])).collect();
    let line = |name: &str, value: fn(&(Interval, Interval)) -> f64| Series {
        name: name.to_owned(),
        mark: Mark::Line,
        points: grid.iter().copied().zip(extremes.iter().map(value)).collect(),
    };
    let values = world.cones.points.coords().iter().copied().zip(world.cones.values.iter().copied());
    Chart {
        title: "Every Lipschitz function with these seven values lies between two".to_owned(),
        alternative:
            "Seven values on a line, and two zigzags through all of them that enclose a band: the largest \
                      and the smallest extension, with slopes of the same size everywhere."
                .to_owned(),
        x: "x".to_owned(),
        y: "value".to_owned(),
        series: vec![
            line("largest extension", |(_, largest)| middle(*largest)),
            line("smallest extension", |(smallest, _)| middle(*smallest)),
            Series { name: "values".to_owned(), mark: Mark::Dots, points: values.collect() },
        ],
    }
    .drawn()
}

fn real_data(ctx: &Context) -> Result<Evidence, CheckError> {
    let cells = breast_cancer()?.malignant.clone();
    let world = World::on(&mut ctx.generator("cells"), cells, 3.0)?;
    Ok(agreement(&world.cones)?.certified(Scope::Instances))
}

/// A world with one value raised until a pair is violated by 1 %, and the pair's midpoint.
fn one_violated_pair(ctx: &Context) -> Result<(Cones, Points), CheckError> {
    let mut cones = World::new(&mut ctx.generator("violated"), 2, 12, 1.0)?.cones;
    let [a, b, ..] = cones.points.rows().collect::<Vec<_>>()[..] else {
        return Err(CheckError::Instance("a pair of points".to_owned()));
    };
    let midpoint = a.iter().zip(b).map(|(a, b)| (a + b) / 2.0).collect();
    let rise = 1.01 * cones.constant * distance::enclose(a, b, Cost::L2).upper();
    if let [first, second, ..] = &mut cones.values[..] {
        *first = *second + rise;
    }
    Ok((cones, Points::new(2, midpoint)?))
}

fn cloud(random: &mut ChaCha8Rng, dim: usize, count: usize, size: f64) -> Result<Points, CheckError> {
    Ok(uniform(random.random(), count, dim, size)?)
}

fn middle(interval: Interval) -> f64 {
    (interval.lower() + interval.upper()) / 2.0
}
