//! Entropic plans, sound and broken.

use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::{CheckError, Context};
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{Plan, Potentials, Problem};
use lip1_kernel::{Interval, Points};
use lip1_ot::testing::integer_pairs;
use lip1_ot::{Entropic, Measure, Settings, solve};
use proptest::prelude::{Just, Strategy, prop_oneof};

use super::enclosure::total;

/// A transport problem with an optimal pair and an entropic plan.
pub(super) struct Instance {
    pub(super) name: String,
    pub(super) problem: Problem,
    /// An optimal plan and potentials without entropy.
    pub(super) optimal: (Plan, Potentials),
    /// The entropic plan, rounded to exact marginals, and its scaling.
    pub(super) plan: Plan,
    pub(super) scaling: Potentials,
    pub(super) eps: f64,
    /// What masses are divided by where their entropy is taken.
    pub(super) unit: u128,
    /// The entropic plan's cost, where it is known.
    pub(super) known: Option<Interval>,
}

/// Solves with and without entropy.
pub(super) fn solved(
    name: &str,
    p: &Measure,
    q: &Measure,
    cost: Cost,
    eps: f64,
) -> Result<Instance, CheckError> {
    with_entropic(name, p, q, cost, |problem| {
        Entropic::new(problem, eps.abs()).map(|entropic| Entropic { eps, ..entropic })
    })
}

fn with_entropic(
    name: &str,
    p: &Measure,
    q: &Measure,
    cost: Cost,
    entropic: impl Fn(lip1_ot::Problem) -> Result<Entropic, lip1_ot::Error>,
) -> Result<Instance, CheckError> {
    let problem = lip1_ot::Problem::new(p, q, cost).map_err(CheckError::during("problem"))?;
    let entropic = entropic(problem).map_err(CheckError::during("entropic problem"))?;
    let solution = entropic.solve().map_err(CheckError::during("entropic plan"))?;
    // In the finer units of the entropic plan.
    let exact = solve(&solution.problem, &Settings::default()).map_err(CheckError::during("optimal plan"))?;
    let problem = solution.problem.statement().clone();
    Ok(Instance {
        name: name.to_owned(),
        unit: total(&problem.p_mass),
        problem,
        optimal: (exact.plan, exact.potentials),
        plan: solution.plan,
        scaling: solution.scaling,
        eps: entropic.eps,
        known: None,
    })
}

/// Cells and digits, a few of each class, at several values of `eps`.
pub(super) fn real(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let count = ctx.count(16, 60, 120);
    let some = |points: &Points| -> Result<Measure, CheckError> {
        let coords = points.rows().take(count).flatten().copied().collect();
        Measure::uniform(Points::new(points.dim(), coords)?).map_err(CheckError::during("law"))
    };
    let (cells, digits) = (breast_cancer()?, digits()?);
    let mut instances = Vec::new();
    for (name, p, q, eps) in [
        ("malignant against benign cells", &cells.malignant, &cells.benign, [400.0, 100.0]),
        ("3 against 8", &digits.class(3)?, &digits.class(8)?, [8.0, 2.0]),
    ] {
        for eps in eps {
            instances.push(solved(name, &some(p)?, &some(q)?, Cost::L2, eps)?);
        }
    }
    Ok(instances)
}

/// A law on 0 and 1 against itself: half of `1 / (1 + e^(1/eps))` goes either way.
pub(super) fn two_atoms(eps: f64) -> Result<Instance, CheckError> {
    let law = coin()?;
    let one = Interval::ONE;
    let known = one / (one + (one / Interval::point(eps)).exp());
    Ok(Instance { known: Some(known), ..solved("two atoms", &law, &law, Cost::L2, eps)? })
}

fn coin() -> Result<Measure, CheckError> {
    Measure::uniform(Points::new(1, vec![0.0, 1.0])?).map_err(CheckError::during("law"))
}

/// A law on a few integers against itself moved by 1/2.
pub(super) fn comb() -> Result<(Measure, Measure), CheckError> {
    let law = |by: f64| {
        let points = Points::new(1, (0..5).map(|k| f64::from(3 * k) + by).collect())?;
        Measure::uniform(points).map_err(CheckError::during("law"))
    };
    Ok((law(0.0)?, law(0.5)?))
}

/// The comb with the plan of one iteration, not rounded to its marginals.
pub(super) fn unconverged() -> Result<Instance, CheckError> {
    let (p, q) = comb()?;
    let mut instance = with_entropic("one iteration", &p, &q, Cost::L2, |problem| {
        Entropic::new(problem, 0.2).map(|entropic| Entropic { max_iterations: 1, ..entropic })
    })?;
    let Instance { problem, scaling: Potentials { u, v }, eps, .. } = &instance;
    let share = |mass: u64| mass as f64 / total(&problem.p_mass) as f64;
    let mut flows = Vec::new();
    for (i, x) in problem.p.coords().iter().enumerate() {
        for (j, y) in problem.q.coords().iter().enumerate() {
            let weight = share(problem.q_mass[j]) * ((u[i] - v[j] - (x - y).abs()) / eps).exp();
            flows.push((i as u32, j as u32, (problem.p_mass[i] as f64 * weight) as u64));
        }
    }
    instance.plan = Plan { flows };
    Ok(instance)
}

/// Integer weights on a grid, zeros among them, points repeated and shared; two points with mass on either side at least.
pub(super) fn drawn() -> impl Strategy<Value = (Measure, Measure, Cost, f64)> {
    let cost = prop_oneof![Just(Cost::L2), Just(Cost::L1), Just(Cost::Linf)];
    let carriers =
        |law: &Measure| law.weights().map_or(law.len(), |w| w.iter().filter(|w| **w > 0.0).count());
    let wide = move |(p, q): &(Measure, Measure)| {
        let (mut first, apart) = (p.points().coords().iter(), q.points().coords().iter());
        carriers(p) > 1
            && carriers(q) > 1
            && first.by_ref().chain(apart).any(|x| (x - p.points().coords()[0]).abs() > 0.0)
    };
    let laws = integer_pairs(7).prop_filter("one point with mass, or all in one place", wide);
    (laws, cost, 0.1..3.0_f64).prop_map(|((p, q), cost, eps)| (p, q, cost, eps))
}
