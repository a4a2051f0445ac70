//! Samples with margins and weights of the hinge.

use lip1_datasets::worlds::Classes;
use lip1_harness::{CheckError, Context};
use lip1_kernel::Interval;
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::regularised::Total;
use lip1_kernel::transport::{Plan, Potentials};
use lip1_ot::regularised::{Dual, Hkr};
use lip1_ot::{Measure, Problem, Settings, solve};
use proptest::prelude::{Just, Strategy, prop_oneof};

use crate::drawn::classes;
use crate::optimum::LargestHkr;

/// The finest unit in which whole weights are exact in the kernel's products.
const EXACT_UNIT: u64 = 1 << 52;

/// A sample with everything that the problem needs.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) classes: Classes,
    pub(super) total: Total,
    pub(super) margin: f64,
    pub(super) lambda: f64,
}

impl Instance {
    pub(super) fn solve(&self) -> Result<LargestHkr, lip1_ot::Error> {
        LargestHkr::solve(&self.classes, self.total, self.margin, self.lambda)
    }

    /// What the objective rises by along constants of the heavier class's sign, in multiples of what the masses are divided by:
    /// `|p| - |q| - lambda |q|`, positive iff `(1 + lambda) |q| < |p|`, when no masses exist.
    pub(super) fn ray(&self) -> Interval {
        let (p, q) = match self.total {
            Total::EachClass => (Interval::ONE, Interval::ONE),
            Total::Together => {
                let sum = |weights: Vec<f64>| {
                    weights.into_iter().map(Interval::data).fold(Interval::ZERO, |sum, weight| sum + weight)
                };
                let (p, q) = self.classes.weights();
                (sum(p), sum(q))
            }
        };
        (p - q).abs() - Interval::data(self.lambda) * p.min(q)
    }

    /// The optimum where one class weighs exactly `1 + lambda` times as much as the other, lambda being whole and both classes counted
    /// together: every mass is forced, and an optimal potential between these masses is beyond the margin on the heavier class and
    /// short of it on the lighter one, once a large enough constant is added.
    pub(super) fn at_equality(&self) -> Result<LargestHkr, CheckError> {
        let Self { classes, total, margin, lambda } = self;
        let (p, q) = classes.weights();
        let sum = |weights: &[f64]| weights.iter().sum::<f64>();
        let sign = if sum(&p) > sum(&q) { 1.0 } else { -1.0 };
        let forced = |measure: &Measure, weights: &[f64], heavy: bool| {
            let factor = if heavy { 1.0 } else { 1.0 + lambda };
            Measure::weighted(measure.points().clone(), weights.iter().map(|w| factor * w).collect())
        };
        let moved = Problem::new(
            &forced(&classes.positive, &p, sign > 0.0)?,
            &forced(&classes.negative, &q, sign < 0.0)?,
            Cost::L2,
        )?;
        let solution = solve(&moved, &Settings::default())?;
        // A flow of `mass` units is `mass / units` of the heavier class, which is (1 + lambda)/(2 + lambda) of both, lambda being whole;
        // finer units cost nothing.
        let units: u64 = moved.statement().p_mass.iter().sum();
        let (heavier, both) = (1 + *lambda as u64, 2 + *lambda as u64);
        let finer = (EXACT_UNIT / (units * both)).max(1);
        let flows = solution.plan.flows.into_iter().map(|(i, j, mass)| (i, j, mass * heavier * finer));
        // The largest f with these values on the negative points, so that the sums' roundings respect the slopes.
        let Potentials { u, v } = solution.potentials;
        let farthest = u.iter().chain(&v).map(|f| f.abs()).fold(0.0, f64::max);
        let v: Vec<f64> = v.iter().map(|f| f + sign * (margin + farthest)).collect();
        let above = |x: &[f64]| {
            let cones = classes.negative.points().rows().zip(&v);
            let cones = cones.map(|(z, v)| Interval::data(*v) + distance::enclose(x, z, Cost::L2));
            cones.map(Interval::lower).fold(f64::INFINITY, f64::min)
        };
        let u = classes.positive.points().rows().map(above).collect();
        let dual = Dual {
            unit: units * both * finer,
            plan: Plan { flows: flows.collect() },
            potentials: Potentials { u, v },
            status: solution.status,
            iterations: solution.iterations,
        };
        let problem = Hkr::new(&classes.positive, &classes.negative, Cost::L2, *total, *margin, *lambda)?;
        Ok(LargestHkr { problem, dual })
    }
}

/// Random samples with margin 0 among the parameters, and classes as much heavier as lambda allows.
///
/// With lambda 0 the range of masses is a point, which a solver reaches for equal weights only.
pub(super) fn drawn(most: usize) -> impl Strategy<Value = Instance> {
    let total = prop_oneof![Just(Total::EachClass), Just(Total::Together)];
    let margin = prop_oneof![Just(0.0), 0.0..3.0_f64];
    let lambda = prop_oneof![Just(1.0), 0.1..10.0_f64];
    (classes(most), total, margin, lambda).prop_map(|(classes, total, margin, lambda)| Instance {
        classes,
        total,
        margin,
        lambda,
    })
}

/// Instances that a reader can solve, with their values.
pub(super) fn known() -> Result<Vec<(Instance, Interval)>, CheckError> {
    let pair = || Classes::in_plane("3, 4, 5", &[3.0, 4.0], &[0.0, 0.0]);
    let twins = Classes::on_line("one point with both labels", &[(1.0, 1.0)], &[(1.0, 1.0)])?;
    let heavier = Classes::on_line("a point against three quarters", &[(4.0, 1.0)], &[(0.0, 3.0)])?;
    let with = |classes, total, margin, lambda| Instance { classes, total, margin, lambda };
    Ok(vec![
        // f = ±5/2: KR is 5, both hinges are 0 at margin 2 and 1/2 at margin 3.
        (with(pair()?, Total::EachClass, 2.0, 10.0), Interval::integer(5)),
        (with(pair()?, Total::EachClass, 3.0, 4.0), Interval::ONE),
        (with(pair()?, Total::Together, 3.0, 4.0), Interval::ratio(1, 2)),
        // f = 0: two hinges of 1, each of mass 1.
        (with(twins, Total::EachClass, 1.0, 3.0), -Interval::integer(6)),
        // y f = 3 on the heavier class and 1 on the other: MCR is 3 3/4 + 1/4 = 5/2, and no sample is below margin 1.
        (with(heavier, Total::Together, 1.0, 8.0), Interval::ratio(5, 2)),
    ])
}

/// Aspirates and digits.
pub(super) fn real(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let each = ctx.count(30, 100, 200);
    let with = |classes, total, margin, lambda| Instance { classes, total, margin, lambda };
    Ok(vec![
        with(Classes::breast_cancer(each, each)?, Total::EachClass, 1.0, 10.0),
        with(Classes::breast_cancer(each, each)?, Total::EachClass, 0.0, 0.0),
        with(Classes::breast_cancer(each, 2 * each)?, Total::Together, 2.0, 1.5),
        with(Classes::digits(3, 8, each)?, Total::EachClass, 10.0, 2.0),
        with(Classes::digits(4, 9, each)?, Total::Together, 20.0, 0.5),
    ])
}
