//! Transport problems with their plans and potentials.

use std::f64::consts::TAU;

use lip1_datasets::data::{breast_cancer, digits};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Picture};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{Plan, Potentials, Problem};
use lip1_kernel::{Interval, Points};
use lip1_ot::{Measure, Settings, solve};
use rand::RngExt;

use crate::picture::Drawn;

/// A transport problem, what a solver makes of it, and the distance where it is known.
pub(super) struct Instance {
    pub(super) name: String,
    pub(super) problem: Problem,
    pub(super) plan: Plan,
    pub(super) potentials: Potentials,
    pub(super) known: Option<Interval>,
}

/// The instance of two measures, solved but not verified.
pub(super) fn solved(
    name: &str,
    p: &Measure,
    q: &Measure,
    known: Option<Interval>,
) -> Result<Instance, CheckError> {
    let problem = lip1_ot::Problem::new(p, q, Cost::L2).map_err(CheckError::during("problem"))?;
    let solution = solve(&problem, &Settings::default()).map_err(CheckError::during("transport"))?;
    Ok(Instance {
        name: name.to_owned(),
        problem: problem.statement().clone(),
        plan: solution.plan,
        potentials: solution.potentials,
        known,
    })
}

impl Instance {
    /// Takes the largest values on `p` that those on `q` allow. The solver shortens distances by some roundings more than
    /// it must, which saves the kernel a second look at tight pairs; it shows when a distance is tiny next to the laws' width.
    pub(super) fn raised(mut self) -> Self {
        let Self { problem: Problem { p, q, cost, .. }, potentials: Potentials { u, v }, .. } = &mut self;
        for (x, u) in p.rows().zip(u) {
            let cones = q.rows().zip(&*v).map(|(z, v)| Interval::point(*v) + distance::enclose(x, z, *cost));
            *u = cones.map(Interval::lower).fold(f64::INFINITY, f64::min);
        }
        self
    }
}

/// Malignant cells against benign ones.
pub(super) fn cells() -> Result<Instance, CheckError> {
    let data = breast_cancer()?;
    uniform("malignant against benign cells", data.malignant.clone(), data.benign.clone(), None)
}

/// The cells, and pairs of digits: the two that are most alike first, all 45 with a larger budget.
pub(super) fn real(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut instances = vec![cells()?];
    let mut pairs = vec![(3, 8), (4, 9), (0, 1)];
    if ctx.count(0, 1, 1) > 0 {
        pairs = (0..10).flat_map(|a| (a + 1..10).map(move |b| (a, b))).collect();
    }
    for (a, b) in pairs {
        let data = digits()?;
        instances.push(uniform(&format!("digit {a} against {b}"), data.class(a)?, data.class(b)?, None)?);
    }
    Ok(instances)
}

/// Families with known distances, degenerate ones among them.
pub(super) fn structured() -> Result<[Instance; 8], CheckError> {
    let plane = |coords: &[f64]| Points::new(2, coords.to_vec());
    let five = Some(Interval::integer(5));
    let scattered = [0.0, 0.0, 7.0, -3.0, 2.0, 11.0, 7.0, -3.0, -8.0, 1.0, 4.0, 4.0];
    let moved: Vec<f64> = scattered.iter().zip([3.0, 4.0].iter().cycle()).map(|(x, by)| x + by).collect();
    let circle = [3.0, 4.0, -3.0, 4.0, 3.0, -4.0, -3.0, -4.0, 4.0, 3.0, 5.0, 0.0, 0.0, -5.0];
    // Multiples of (1, 2, 2), a vector of length 3.
    let comb = |from: i32| {
        let teeth = (from..from + 20).flat_map(|k| [1.0, 2.0, 2.0].map(|c| c * f64::from(k)));
        Points::new(3, teeth.collect())
    };
    Ok([
        uniform("one point against one", plane(&[0.0, 0.0])?, plane(&[3.0, 4.0])?, five)?,
        uniform("a law against itself", plane(&scattered)?, plane(&scattered)?, Some(Interval::ZERO))?,
        uniform("a law against its translate", plane(&scattered)?, plane(&moved)?, five)?,
        uniform("a circle against its centre", plane(&circle)?, plane(&[0.0, 0.0])?, five)?,
        uniform("a comb moved by 7 teeth", comb(0)?, comb(7)?, Some(Interval::integer(21)))?,
        uniform(
            "five copies of one point",
            plane(&[0.0; 10])?,
            plane(&[3.0, 4.0, 3.0, 4.0, -5.0, 12.0, -5.0, 12.0, -5.0, 12.0])?,
            Some(Interval::ratio(49, 5)),
        )?,
        weighted("unequal masses on two points", &[1.0, 3.0], &[1.0, 1.0], Interval::ratio(5, 2))?,
        weighted("a point without mass", &[0.0, 2.0], &[1.0, 0.0], Interval::integer(10))?,
    ])
}

fn uniform(name: &str, p: Points, q: Points, known: Option<Interval>) -> Result<Instance, CheckError> {
    let measure = |points| Measure::uniform(points).map_err(CheckError::during("law"));
    solved(name, &measure(p)?, &measure(q)?, known)
}

/// Two laws on the points 0 and 10 of the line.
fn weighted(name: &str, p: &[f64], q: &[f64], known: Interval) -> Result<Instance, CheckError> {
    let measure = |weights: &[f64]| {
        let points = Points::new(1, vec![0.0, 10.0])?;
        Measure::weighted(points, weights.to_vec()).map_err(CheckError::during("law"))
    };
    solved(name, &measure(p)?, &measure(q)?, Some(known))
}

/// An optimal plan between a ring and a disc.
pub(super) fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let mut random = ctx.generator("ring");
    let mut cloud = |inner: f64, outer: f64| {
        let around = |_| {
            let (radius, angle) = (random.random_range(inner..outer), random.random_range(0.0..TAU));
            [radius * angle.cos(), radius * angle.sin()]
        };
        Points::new(2, (0..60).flat_map(around).collect())
    };
    let instance = uniform("ring", cloud(2.0, 3.0)?, cloud(0.0, 1.5)?, None)?;
    let dots = |points: &Points| points.rows().map(|row| (row[0], row[1])).collect();
    let Problem { p, q, .. } = &instance.problem;
    let ends = |&(i, j, _): &(u32, u32, u64)| [p.row(i as usize), q.row(j as usize)].map(|x| (x[0], x[1]));
    let series = |name: &str, mark, points| Series { name: name.to_owned(), mark, points };
    Chart {
        title: "An optimal plan: mass moves along straight lines that never cross".to_owned(),
        alternative:
            "Sixty points on a ring, sixty in the disc inside it, each joined to one of the other kind; \
                      along every segment the optimal 1-Lipschitz function has slope 1."
                .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            series("where mass moves", Mark::Segments, instance.plan.flows.iter().flat_map(ends).collect()),
            series("P", Mark::Dots, dots(p)),
            series("Q", Mark::Dots, dots(q)),
        ],
    }
    .drawn_to_scale()
}
