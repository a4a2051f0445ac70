//! M0: a Lipschitz function on a finite set extends to the whole space (McShane, Whitney).
//!
//! The extensions are written here a second time, on raw data, so that the controls can feed them what the kernel's
//! own type refuses to hold.

use lip1_datasets::data::breast_cancer;
use lip1_datasets::worlds::uniform;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Verdict, Whose,
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
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "Values on a finite set S with |f(s) - f(t)| <= L |s - t| extend to an L-Lipschitz function on R^n: \
         min_s f(s) + L |x - s| is the largest extension, max_s f(s) - L |x - s| the smallest.",
    )],
    formula: r"|f(s) - f(t)| \le L\,|s - t| \text{ on } S \;\Longrightarrow\; \exists\, F : \mathbb{R}^n \to \mathbb{R},\; F|_S = f,\; |F(x) - F(y)| \le L\,|x - y|",
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
            about: "a",
            run: |ctx| {
                over_worlds(ctx, 1, |world, _| {
                    let mut finding = hypothesis(world);
                    finding.merge(agreement(&world.cones()));
                    Ok(finding)
                })
            },
        },
        Check {
            name: "the_smallest_extension_stays_below_the_largest",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = over_worlds(ctx, 1, |world, queries| Ok(order(&world.cones(), queries)))?;
                finding.picture(band(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "both_extensions_are_lipschitz_between_any_two_points",
            essential: true,
            about: "a",
            run: |ctx| over_worlds(ctx, OFF_THE_RAYS, |world, queries| Ok(slopes(&world.cones(), queries))),
        },
        Check {
            name: "every_lipschitz_interpolant_lies_between",
            essential: true,
            about: "a",
            run: |ctx| {
                over_worlds(ctx, 1, |world, queries| {
                    let constant = world.interpolant.slope * (1.0 + ABOVE_THE_SLOPE);
                    Ok(between(&world.points, &world.interpolant, constant, queries))
                })
            },
        },
        Check {
            name: "on_a_line_whole_numbers_extend_exactly_if_they_respect_their_distances",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("value");
                finding.merge(line_values());
                finding.merge(line_interpolants(1));
                Ok(finding)
            },
        },
        Check { name: "the_extensions_agree_on_real_data", essential: true, about: "a", run: real_data },
    ],
    controls: &[
        Control {
            name: "one_violated_pair_fails_agreement",
            breaks: "no pair of values differs by more than L times its distance",
            run: |ctx| Ok(agreement(&one_violated_pair(ctx)?.0)),
        },
        Control {
            name: "one_violated_pair_crosses_the_extensions",
            breaks: "no pair of values differs by more than L times its distance",
            run: |ctx| {
                let (cones, midpoint) = one_violated_pair(ctx)?;
                Ok(order(&cones, &midpoint))
            },
        },
        Control {
            name: "squared_distances_are_not_lipschitz",
            breaks: "the cones are cones of a norm: L |x - s|",
            run: |ctx| {
                let mut random = ctx.generator("squared");
                let mut cones = World::new(&mut random, 2, 8, 1.0)?.cones();
                cones.reach = |x, s| distance::enclose(x, s, Cost::L2).sqr();
                Ok(slopes(&cones, &cloud(&mut random, 2, 16, 4.0)?))
            },
        },
        Control {
            name: "an_interpolant_a_thousandth_steeper_leaves_the_band",
            breaks: "the interpolant is itself L-Lipschitz",
            run: |ctx| {
                let mut random = ctx.generator("steep");
                // On a line every query has a value between it and an apex, and the cones there are exhausted.
                let world = World::new(&mut random, 1, 8, 1.0)?;
                let constant = world.interpolant.slope / (1.0 + ABOVE_THE_SLOPE);
                let queries = cloud(&mut random, 1, 64, 2.0)?;
                Ok(between(&world.points, &world.interpolant, constant, &queries))
            },
        },
        Control {
            name: "an_interpolant_of_twice_the_slope_leaves_the_band",
            breaks: "the interpolant is itself L-Lipschitz",
            run: |_| Ok(line_interpolants(2)),
        },
    ],
};

/// On a line two points on one cone attain the slope exactly, in the plane nearly so: there no enclosure can tell. (Whole
/// numbers can: [`line_values`].)
const OFF_THE_RAYS: usize = 3;

/// How far `L` lies above the least constant of a world's values, relative: more than the rounding of two points at a millionth
/// of the size, which no enclosure can tell apart from equality.
const ABOVE_THE_LEAST: f64 = 1.0 / 1_048_576.0;

/// How far `L` lies above the slope of an interpolant, relative: on a line the two meet along whole rays.
const ABOVE_THE_SLOPE: f64 = 1.0 / 1_024.0;

/// Cones of slope `constant` over points with values.
struct Cones {
    points: Points,
    values: Vec<Interval>,
    constant: f64,
    reach: fn(&[f64], &[f64]) -> Interval,
}

impl Cones {
    fn new(points: Points, values: Vec<Interval>, constant: f64) -> Self {
        Self { points, values, constant, reach: |x, s| distance::enclose(x, s, Cost::L2) }
    }

    /// `(max_s f(s) - L |x - s|, min_s f(s) + L |x - s|)`.
    fn extremes(&self, x: &[f64]) -> (Interval, Interval) {
        let cones = self.points.rows().zip(&self.values).map(|(s, f)| {
            let reach = Interval::data(self.constant) * (self.reach)(x, s);
            (*f - reach, *f + reach)
        });
        cones.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1))).unwrap_or((Interval::ENTIRE, Interval::ENTIRE))
    }

    /// Where something happens, for a reader.
    fn place(&self, what: &str, index: usize) -> String {
        format!(
            "{what} {index}, {} values in {} dimensions, L = {}",
            self.points.len(),
            self.points.dim(),
            self.constant
        )
    }
}

/// `h(x) = min_k c_k + slope |x - z_k|`.
struct Interpolant {
    slope: f64,
    apexes: Points,
    heights: Vec<f64>,
}

impl Interpolant {
    fn at(&self, x: &[f64]) -> Interval {
        let cones = self.apexes.rows().zip(&self.heights).map(|(z, height)| {
            Interval::data(*height) + Interval::data(self.slope) * distance::enclose(x, z, Cost::L2)
        });
        cones.reduce(Interval::min).unwrap_or(Interval::ENTIRE)
    }
}

/// Values close to those of an interpolant at points, and a constant that they respect, but hardly.
struct World {
    points: Points,
    values: Vec<f64>,
    constant: f64,
    interpolant: Interpolant,
}

impl World {
    fn new(random: &mut ChaCha8Rng, dim: usize, count: usize, size: f64) -> Result<Self, CheckError> {
        let points = cloud(random, dim, count, size)?;
        Self::on(random, points, size)
    }

    fn on(random: &mut ChaCha8Rng, points: Points, size: f64) -> Result<Self, CheckError> {
        let slope = random.random_range(0.1..10.0);
        let apexes = cloud(random, points.dim(), 5, size)?;
        let heights = (0..5).map(|_| random.random_range(0.0..size * slope)).collect();
        let interpolant = Interpolant { slope, apexes, heights };
        let values: Vec<f64> = points.rows().map(|x| middle(interpolant.at(x))).collect();
        let mut steepest = 0.0_f64;
        for (x, f) in points.rows().zip(&values) {
            for (y, g) in points.rows().zip(&values).filter(|(y, _)| *y != x) {
                steepest = steepest.max((f - g).abs() / distance::enclose(x, y, Cost::L2).lower());
            }
        }
        Ok(Self { points, values, constant: steepest * (1.0 + ABOVE_THE_LEAST), interpolant })
    }

    /// The cones over its values, which are data of the instance from here on.
    fn cones(&self) -> Cones {
        let values = self.values.iter().map(|f| Interval::data(*f)).collect();
        Cones::new(self.points.clone(), values, self.constant)
    }
}

/// The hypothesis, and that a constant smaller by twice the reserve would break it: the world is not flat.
fn hypothesis(world: &World) -> Finding {
    let mut finding = Finding::new("value");
    let place = || format!("{} values in {} dimensions", world.points.len(), world.points.dim());
    let judged = |constant| lipschitz::values(&world.points, &world.values, constant);
    finding.judged("every pair respects its distance", judged(world.constant), place);
    let smaller = world.constant * (1.0 - 2.0 * ABOVE_THE_LEAST);
    finding.disproved("every pair respects less than its distance", judged(smaller), place);
    finding
}

fn agreement(cones: &Cones) -> Finding {
    let mut finding = Finding::new("value");
    for (index, (point, value)) in cones.points.rows().zip(&cones.values).enumerate() {
        let (smallest, largest) = cones.extremes(point);
        // The point's own cone gives the other two inequalities, with equality.
        finding.at_most("f(s) <= largest extension at s", *value, largest, || cones.place("value", index));
        finding.at_most("smallest extension at s <= f(s)", smallest, *value, || cones.place("value", index));
    }
    finding
}

fn order(cones: &Cones, queries: &Points) -> Finding {
    let mut finding = Finding::new("value");
    for (index, x) in queries.rows().enumerate() {
        let (smallest, largest) = cones.extremes(x);
        finding.at_most("smallest <= largest extension", smallest, largest, || cones.place("query", index));
    }
    finding
}

fn slopes(cones: &Cones, queries: &Points) -> Finding {
    let mut finding = Finding::new("value");
    for (index, (x, y)) in queries.rows().zip(queries.rows().skip(1)).enumerate() {
        let limit = Interval::data(cones.constant) * distance::enclose(x, y, Cost::L2);
        let (at_x, at_y) = (cones.extremes(x), cones.extremes(y));
        for rise in [(at_x.0 - at_y.0).abs(), (at_x.1 - at_y.1).abs()] {
            finding.at_most("|U(x) - U(y)| <= L |x - y|", rise, limit, || {
                cones.place("query and the next,", index)
            });
        }
    }
    finding
}

/// The band of the values that an interpolant really has at the points, as enclosures, and the interpolant.
fn between(points: &Points, interpolant: &Interpolant, constant: f64, queries: &Points) -> Finding {
    let mut finding = Finding::new("value");
    let values = points.rows().map(|s| interpolant.at(s)).collect();
    let cones = Cones::new(points.clone(), values, constant);
    for (index, x) in queries.rows().enumerate() {
        let (smallest, largest) = cones.extremes(x);
        let height = interpolant.at(x);
        finding
            .at_most("smallest extension <= interpolant", smallest, height, || cones.place("query", index));
        finding.at_most("interpolant <= largest extension", height, largest, || cones.place("query", index));
    }
    finding
}

/// Powers of ten that worlds are as large as.
const SIZES: std::ops::RangeInclusive<i32> = -3..=3;

/// Most dimensions of a world.
const MOST_DIMENSIONS: usize = 6;

/// Examines random worlds of every size in every number of dimensions from `smallest_dim` on, each with its queries.
fn over_worlds(
    ctx: &Context,
    smallest_dim: usize,
    examine: impl Fn(&World, &Points) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let mut random = ctx.generator("worlds");
    let each = ctx.count(1, 10, 500);
    let mut worlds = 0_u128;
    for dim in smallest_dim..=MOST_DIMENSIONS {
        for size in SIZES.map(|exponent| 10.0_f64.powi(exponent)) {
            for _ in 0..each {
                let world = World::new(&mut random, dim, 24, size)?;
                let queries = cloud(&mut random, dim, 24, 2.0 * size)?;
                finding.merge(examine(&world, &queries)?);
                worlds += 1;
            }
        }
    }
    let asked = SIZES.count() * (MOST_DIMENSIONS + 1 - smallest_dim) * each;
    // A finding of its own, since its slack is not one of values.
    let mut count = Finding::new("worlds");
    let (asked, met) = (Interval::integer(asked as u128), Interval::integer(worlds));
    count.required("as many worlds as asked for", asked, met, || format!("{worlds} worlds"));
    finding.merge(count);
    Ok(finding)
}

/// Points of a line that hold values, and its last point: from 0 on, at whole numbers.
const SITES: [i64; 4] = [0, 2, 3, 6];
const LAST: i64 = 6;

/// Whole values from minus this to this.
const HIGHEST: i64 = 3;

/// The extremes of L = 1 on the line, from values at [`SITES`].
fn line_extremes(values: &[i64], x: i64) -> (i64, i64) {
    let cones = SITES.iter().zip(values).map(|(s, f)| (f - (x - s).abs(), f + (x - s).abs()));
    cones.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1))).unwrap_or((i64::MIN, i64::MAX))
}

/// Every choice of whole values at the sites: where they respect their distances everything holds, with equality somewhere;
/// where they do not, agreement and order fail.
fn line_values() -> Finding {
    let choices = 2 * HIGHEST as usize + 1;
    let size = (choices as u128).pow(SITES.len() as u32);
    let formula = format!("{choices}^{} choices of values at points of a line", SITES.len());
    let mut finding = Finding::enumerating("value", formula, size);
    for code in 0..choices.pow(SITES.len() as u32) {
        let digit = |k: usize| (code / choices.pow(k as u32) % choices) as i64 - HIGHEST;
        let values: Vec<i64> = (0..SITES.len()).map(digit).collect();
        finding.element(&values);
        let place = || {
            let values: Vec<String> = values.iter().map(i64::to_string).collect();
            format!("values {} at 0, 2, 3, 6", values.join(", "))
        };
        let respected = SITES
            .iter()
            .zip(&values)
            .all(|(s, f)| SITES.iter().zip(&values).all(|(t, g)| (f - g).abs() <= (s - t).abs()));
        let on_sites: Vec<(i64, i64)> = SITES.iter().map(|s| line_extremes(&values, *s)).collect();
        let agreeing: Vec<(i64, i64)> = values.iter().map(|f| (*f, *f)).collect();
        let on_line: Vec<(i64, i64)> = (-1..=LAST + 1).map(|x| line_extremes(&values, x)).collect();
        let narrowest = on_line.iter().map(|(smallest, largest)| largest - smallest).min();
        if respected {
            finding.equal("both extensions agree with the values", &on_sites, &agreeing, place);
            finding.not_above("0 <= largest - smallest extension", &Some(0), &narrowest, place);
            for (here, next) in on_line.iter().zip(on_line.iter().skip(1)) {
                let rises = [(here.0 - next.0).abs(), (here.1 - next.1).abs()];
                finding.not_above("|U(x + 1) - U(x)| <= 1", &rises.into_iter().max(), &Some(1), place);
            }
        } else {
            finding.different("a violated pair is noticed on the set", &on_sites, &agreeing, place);
            finding.below("a violated pair crosses the extensions", &narrowest, &Some(0), place);
        }
    }
    finding
}

/// Every function on the line's whole numbers that starts at 0 and changes by at most `step` lies between the extremes of its
/// values at the sites.
fn line_interpolants(step: i64) -> Finding {
    let choices = 2 * step as usize + 1;
    let size = (choices as u128).pow(LAST as u32);
    let formula = format!("{choices}^{LAST} functions on a line, of steps up to {step}");
    let mut finding = Finding::enumerating("value", formula, size);
    for code in 0..choices.pow(LAST as u32) {
        let mut function = vec![0_i64];
        for k in 0..LAST as u32 {
            let change = (code / choices.pow(k) % choices) as i64 - step;
            function.push(function.last().map_or(0, |f| f + change));
        }
        finding.element(&function);
        let values = SITES.map(|s| function[s as usize]);
        let place = || {
            let function: Vec<String> = function.iter().map(i64::to_string).collect();
            format!("values {} at 0 to {LAST}", function.join(", "))
        };
        for (x, f) in (0..).zip(&function) {
            let (smallest, largest) = line_extremes(&values, x);
            finding.not_above("smallest extension <= interpolant", &smallest, f, place);
            finding.not_above("interpolant <= largest extension", f, &largest, place);
        }
    }
    finding
}

/// The two extensions of seven values on a line.
fn band(ctx: &Context) -> Result<Picture, CheckError> {
    let world = World::new(&mut ctx.generator("band"), 1, 7, 1.0)?;
    let cones = world.cones();
    let grid: Vec<f64> = (-150..=150).map(|k| f64::from(k) / 100.0).collect();
    let extremes: Vec<_> = grid.iter().map(|x| cones.extremes(&[*x])).collect();
    let line = |name: &str, value: fn(&(Interval, Interval)) -> f64| Series {
        name: name.to_owned(),
        mark: Mark::Line,
        points: grid.iter().copied().zip(extremes.iter().map(value)).collect(),
    };
    let values = world.points.coords().iter().copied().zip(world.values.iter().copied());
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

fn real_data(ctx: &Context) -> Result<Finding, CheckError> {
    let malignant = breast_cancer()?.malignant.clone();
    let world = World::on(&mut ctx.generator("malignant"), malignant, 3.0)?;
    let mut finding = hypothesis(&world);
    finding.merge(agreement(&world.cones()));
    Ok(finding)
}

/// Part of a distance by which a control's pair exceeds it.
const VIOLATION: f64 = 1e-9;

/// A world with one value raised until a pair is violated, and the pair's midpoint.
fn one_violated_pair(ctx: &Context) -> Result<(Cones, Points), CheckError> {
    let mut cones = World::new(&mut ctx.generator("violated"), 2, 12, 1.0)?.cones();
    let [a, b, ..] = cones.points.rows().collect::<Vec<_>>()[..] else {
        return Err(CheckError::Instance("a pair of points".to_owned()));
    };
    let midpoint = a.iter().zip(b).map(|(a, b)| (a + b) / 2.0).collect();
    let rise = (1.0 + VIOLATION) * cones.constant * distance::enclose(a, b, Cost::L2).upper();
    if let [first, second, ..] = &mut cones.values[..] {
        *first = *second + Interval::data(rise);
    }
    Ok((cones, Points::new(2, midpoint)?))
}

fn cloud(random: &mut ChaCha8Rng, dim: usize, count: usize, size: f64) -> Result<Points, CheckError> {
    Ok(uniform(random.random(), count, dim, size)?)
}

fn middle(interval: Interval) -> f64 {
    (interval.lower() + interval.upper()) / 2.0
}
