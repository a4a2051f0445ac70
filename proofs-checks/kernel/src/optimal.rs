//! What all optimal potentials of a transport problem have in common.
//!
//! An *optimal potential* of laws `P` and `Q` is a 1-Lipschitz function `f` whose `E_P f - E_Q f` is the greatest. There are many, and
//! the rules bound all of them at once, from a plan and one function `g`. With `p_i`, `q_j` the integer masses, `m_ij` what the plan
//! moves, `C = sum m_ij d_ij` its cost and `T = sum p_i g(x_i) - sum q_j g(y_j)`,
//!
//! ```text
//! sum m_ij (d_ij - f(x_i) + f(y_j)) = C - (sum p_i f(x_i) - sum q_j f(y_j)) <= C - T
//! ```
//!
//! for every 1-Lipschitz `f` that is worth as much as `g` or more: for `g` itself, and for every optimal potential. No term of the first
//! sum is negative, so `f` *descends* along a flow, `f(y_j) - f(x_i) <= (C - T) / m_ij - d_ij`; between any other points it rises by
//! the distance at most. All this holds of larger numbers in place of the `d_ij` too, in `C` and in the bound: they are distances rounded up. Bounds add up along a *path* of points. Nothing is assumed optimal: a worse plan or function makes `C - T`
//! larger and the bounds wider, and `(C - T) / sum p_i`, the *excess*, says by how much `g` may miss the greatest value.
//!
//! Points are numbered: those of `p` from 0, those of `q` after them.

use std::collections::BTreeMap;

use crate::points::{finite, length};
use crate::refusal::{each, in_order, require};
use crate::sum::Sum;
use crate::transport::{self, Plan, Problem};
use crate::{Interval, Refusal, Theorem, distance, float};

/// A plan and a function of about the same value: the ground of all bounds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Optimum {
    /// The plan.
    pub plan: Plan,
    /// A number for every point, those of `p` first. Whatever they are, they make a function that is 1-Lipschitz,
    /// `g(z) = min_w values_w + d(z, w)`.
    pub values: Vec<f64>,
}

/// A path along which every optimal potential falls from a point of `p` to a point of `q`, so that it has one of them wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Units of mass, of both ends, that are counted as wrong for it.
    pub mass: u64,
    /// The points, from `p` to `q`.
    pub path: Vec<u32>,
}

/// A path whose bound enters a sum with a weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// The weight, not negative.
    pub weight: f64,
    /// The points.
    pub path: Vec<u32>,
}

/// Bounds on the differences of all optimal potentials.
#[derive(Debug, Clone, PartialEq)]
pub struct Slopes {
    /// The problem.
    pub problem: Problem,
    /// The function that the lower ends are of misses the greatest value by this at most; where it is 0, that function is optimal.
    pub excess: f64,
    /// One a path.
    pub slopes: Vec<Slope>,
}

/// A bound on `f(first) - f(last)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// First point of the path.
    pub first: usize,
    /// Last point of the path.
    pub last: usize,
    /// Some 1-Lipschitz function, the same for all slopes and optimal up to the excess, has this difference or a larger one.
    pub lower: f64,
    /// No optimal potential has a larger difference.
    pub upper: f64,
}

/// The least mass that an optimal potential has wrong, a point of `p` being wrong where `f < 0` and a point of `q` where `f > 0`.
///
/// Shifts of an optimal potential are optimal, so the least is over all of them too; where `f = 0` a point counts as right.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastError {
    /// The problem.
    pub problem: Problem,
    /// The function that the upper end is of misses the greatest value by this at most; where it is 0, that function is optimal.
    pub excess: f64,
    /// Every optimal potential has this much wrong or more, in units of mass.
    pub lower: u128,
    /// Some 1-Lipschitz function, optimal up to the excess, has this much wrong or less, in units of mass.
    pub upper: u128,
    /// Mass of both laws together, in the same units.
    pub of: u128,
}

/// The least value of a linear function, `sum c_k f(z_k)`, over the optimal potentials that are 0 at the first point of `q`.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastValue {
    /// The problem.
    pub problem: Problem,
    /// The coefficients `c`, those of the points of `p` first.
    pub coefficients: Vec<f64>,
    /// The function that the upper end is of misses the greatest value by this at most; where it is 0, that function is optimal.
    pub excess: f64,
    /// No optimal potential has less.
    pub lower: f64,
    /// Some 1-Lipschitz function that is 0 at the first point of `q`, optimal up to the excess, has this much or less.
    pub upper: f64,
}

impl Theorem<Slopes> {
    /// Where the greatest `f(first) - f(last)` of path `k` lies, for functions that are optimal up to the excess.
    pub fn enclosure(&self, k: usize) -> Option<Interval> {
        self.slopes.get(k).map(|slope| Interval::ends(slope.lower, slope.upper))
    }

    /// What no `f(first) - f(last)` of path `k` exceeds, exactly.
    pub fn upper_bound(&self, k: usize) -> Option<Interval> {
        self.slopes.get(k).map(|slope| Interval::exact(slope.upper))
    }

    /// The excess, exactly.
    pub fn excess(&self) -> Interval {
        Interval::exact(self.excess)
    }
}

impl Theorem<LeastError> {
    /// Where the least error lies, in units of mass, for functions that are optimal up to the excess.
    pub fn enclosure(&self) -> Interval {
        self.lower_bound().hull(Interval::integer(self.upper))
    }

    /// What every optimal potential has wrong, in units of mass; exactly up to 53 bits.
    pub fn lower_bound(&self) -> Interval {
        Interval::integer(self.lower)
    }

    /// The excess, exactly.
    pub fn excess(&self) -> Interval {
        Interval::exact(self.excess)
    }
}

impl Theorem<LeastValue> {
    /// Where the least value lies, for functions that are optimal up to the excess.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.lower, self.upper)
    }

    /// What no optimal potential has less than, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.lower)
    }

    /// The excess, exactly.
    pub fn excess(&self) -> Interval {
        Interval::exact(self.excess)
    }
}

/// Bounds `f(first) - f(last)` for the ends of each path and every optimal potential `f` of the problem's masses.
///
/// Cost: `(n + m)^2 dim` for the function, the rest is linear in flows and paths.
///
/// # Errors
/// When [`transport::check`] would refuse the problem or the plan; when the problem has weights, of which the masses are only a rounded
/// version; when values don't fit the points, are not finite or
/// so large that the excess is not; when a path has no two points or leaves them.
///
/// ```
/// use lip1_kernel::{Points, optimal::{self, Optimum}, transport::{Plan, Problem}};
/// // Mass 2 at 0 and 1 at 2, against 1 at 1 and 2 at 3: mass is on its way to the right everywhere, so f(x) = c - x.
/// let problem = Problem {
///     p: Points::new(1, vec![0.0, 2.0])?,
///     q: Points::new(1, vec![1.0, 3.0])?,
///     p_mass: vec![2, 1],
///     q_mass: vec![1, 2],
///     cost: Default::default(),
///     weights: None,
/// };
/// let plan = Plan { flows: vec![(0, 0, 1), (0, 1, 1), (1, 1, 1)] };
/// let optimum = Optimum { plan, values: vec![0.0, -2.0, -1.0, -3.0] };
/// // From 2 on to 3, back to 0 with the flow, and on to 1: f(2) - f(1) <= 1 - 3 + 1.
/// let slopes = optimal::slopes(&problem, &optimum, &[vec![1, 3, 0, 2]])?;
/// assert_eq!((slopes.slopes[0].lower, slopes.slopes[0].upper, slopes.excess), (-1.0, -1.0, 0.0));
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn slopes(problem: &Problem, optimum: &Optimum, paths: &[Vec<u32>]) -> Result<Theorem<Slopes>, Refusal> {
    let constraints = Constraints::new(problem, optimum)?;
    let mut slopes = Vec::with_capacity(paths.len());
    for (index, path) in paths.iter().enumerate() {
        let (first, last, bound) = constraints.along(index, path)?;
        let lower = (constraints.known[first] - constraints.known[last]).lower();
        let upper = bound.upper();
        in_order("slope", lower, upper)?;
        slopes.push(Slope { first, last, lower, upper });
    }
    Ok(Theorem::new(Slopes { problem: problem.clone(), excess: constraints.excess()?, slopes }))
}

/// Bounds the mass that optimal potentials have wrong, and compares with what `g` has.
///
/// Where `f` falls from `x` in `p` to `y` in `q`, `f(x) >= 0` and `f(y) <= 0` cannot both be, so the mass of a conflict is wrong at one
/// of its ends. Conflicts take no more from a point than its mass, so what is wrong for them adds up. Whole units are compared exactly.
///
/// Cost: as [`slopes`].
///
/// # Errors
/// As [`slopes`]; when a path doesn't lead from `p` to `q` or was not shown to fall, or conflicts take more mass from a point than it has.
///
/// ```
/// # use lip1_kernel::{Points, optimal::{self, Conflict, Optimum}, transport::{Plan, Problem}};
/// # let problem = Problem {
/// #     p: Points::new(1, vec![0.0, 2.0])?,
/// #     q: Points::new(1, vec![1.0, 3.0])?,
/// #     p_mass: vec![2, 1],
/// #     q_mass: vec![1, 2],
/// #     cost: Default::default(),
/// #     weights: None,
/// # };
/// # let plan = Plan { flows: vec![(0, 0, 1), (0, 1, 1), (1, 1, 1)] };
/// // The laws of `slopes`: f(2) < f(1), so 2, of p, or 1, of q, is wrong. The function 3/2 - x has the first right at 0 alone.
/// let optimum = Optimum { plan, values: vec![1.0, -1.0, 0.0, -2.0] };
/// let conflict = |mass| [Conflict { mass, path: vec![1, 3, 0, 2] }];
/// let error = optimal::least_error(&problem, &optimum, &conflict(1))?;
/// assert_eq!((error.lower, error.upper, error.of), (1, 1, 6));
/// assert!(optimal::least_error(&problem, &optimum, &conflict(2)).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn least_error(
    problem: &Problem,
    optimum: &Optimum,
    conflicts: &[Conflict],
) -> Result<Theorem<LeastError>, Refusal> {
    let constraints = Constraints::new(problem, optimum)?;
    let n = problem.p.len();
    let masses = [&problem.p_mass[..], &problem.q_mass].concat();
    let mut left = masses.clone();
    let mut lower = 0;
    for (index, Conflict { mass, path }) in conflicts.iter().enumerate() {
        let refused = |why| Refusal::Path { index, why };
        let (first, last, bound) = constraints.along(index, path)?;
        if first >= n || last < n {
            return Err(refused("it does not lead from p to q"));
        }
        // Not by its negation, which a NaN would pass.
        if bound.upper() < 0.0 {
            lower += u128::from(*mass);
        } else {
            return Err(refused("it was not shown to fall"));
        }
        for end in [first, last] {
            left[end] = left[end]
                .checked_sub(*mass)
                .ok_or(refused("its conflict takes mass that its ends do not have"))?;
        }
    }
    let is_right = |k: usize, g: &Interval| if k < n { g.lower() >= 0.0 } else { g.upper() <= 0.0 };
    let mass = |k: usize| u128::from(masses[k]);
    let wrong = constraints.known.iter().enumerate().filter(|(k, g)| !is_right(*k, g));
    let (upper, of) = (wrong.map(|(k, _)| mass(k)).sum(), (0..masses.len()).map(mass).sum());
    if lower > upper {
        let (lower, upper) = (lower as f64, upper as f64);
        return Err(Refusal::Contradiction { what: "least error", lower, upper });
    }
    Ok(Theorem::new(LeastError { problem: problem.clone(), excess: constraints.excess()?, lower, upper, of }))
}

/// Bounds `sum a_i f(x_i) + sum b_j f(y_j)` for all optimal potentials with `f(y_0) = 0`, and compares with the value of `g - g(y_0)`.
///
/// With `c` the coefficients of all points and `r` what the chains leave of them, `r_z = c_z + sum of weights from z - sum of weights to z`,
/// the function is `sum r_z f(z) - sum w (f(first) - f(last))`. The bound on each path and `|f(z)| <= d(z, y_0)` bound it from below,
/// be the weights exact or not. Where coefficients sum to 0, as those of a difference do, `f(y_0) = 0` is no restriction.
///
/// Cost: as [`slopes`].
///
/// # Errors
/// As [`slopes`]; when coefficients don't fit the points, one of them or a weight is not finite, or a weight is negative.
///
/// ```
/// # use lip1_kernel::{Points, optimal::{self, Chain, Optimum}, transport::{Plan, Problem}};
/// # let problem = Problem {
/// #     p: Points::new(1, vec![0.0, 2.0])?,
/// #     q: Points::new(1, vec![1.0, 3.0])?,
/// #     p_mass: vec![2, 1],
/// #     q_mass: vec![1, 2],
/// #     cost: Default::default(),
/// #     weights: None,
/// # };
/// # let plan = Plan { flows: vec![(0, 0, 1), (0, 1, 1), (1, 1, 1)] };
/// // The laws of `slopes`: f(2) - f(1) is -1, though never less by the distance alone. A weight off by one unit in the last place
/// // leaves a rest, which the distance bounds.
/// let optimum = Optimum { plan, values: vec![0.0, -2.0, -1.0, -3.0] };
/// let chain = |weight| [Chain { weight, path: vec![2, 1] }];
/// let least = |weight| optimal::least_value(&problem, &optimum, &[0.0, 1.0], &[-1.0, 0.0], &chain(weight));
/// assert_eq!((least(1.0)?.lower, least(1.0)?.upper), (-1.0, -1.0));
/// assert!(least(1.0_f64.next_up())?.lower < -1.0);
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn least_value(
    problem: &Problem,
    optimum: &Optimum,
    a: &[f64],
    b: &[f64],
    chains: &[Chain],
) -> Result<Theorem<LeastValue>, Refusal> {
    let constraints = Constraints::new(problem, optimum)?;
    length("coefficients of p", problem.p.len(), a.len())?;
    length("coefficients of q", problem.q.len(), b.len())?;
    let coefficients = [a, b].concat();
    finite("coefficients", &coefficients)?;
    each("weights of chains", chains, |chain| chain.weight >= 0.0 && chain.weight.is_finite())?;
    let mut rest: Vec<Interval> = coefficients.iter().map(|&c| Interval::exact(c)).collect();
    let (mut lower, mut upper) = (Interval::ZERO, Interval::ZERO);
    for (index, Chain { weight, path }) in chains.iter().enumerate() {
        let (first, last, bound) = constraints.along(index, path)?;
        let weight = Interval::exact(*weight);
        rest[first] = rest[first] + weight;
        rest[last] = rest[last] - weight;
        lower = lower - weight * bound;
    }
    // At the base itself both terms are 0.
    let base = problem.p.len();
    for (k, (&c, rest)) in coefficients.iter().zip(rest).enumerate().filter(|(k, _)| *k != base) {
        lower = lower - rest.abs() * constraints.distance(k, base);
        upper = upper + Interval::exact(c) * (constraints.known[k] - constraints.known[base]);
    }
    let (lower, upper) = (lower.lower(), upper.upper());
    in_order("least value", lower, upper)?;
    let problem = problem.clone();
    Ok(Theorem::new(LeastValue { problem, coefficients, excess: constraints.excess()?, lower, upper }))
}

/// Bounds on the differences of every 1-Lipschitz function that is worth as much as the known one or more.
struct Constraints<'a> {
    problem: &'a Problem,
    /// Sum of the masses of either law.
    total: u128,
    points: Vec<&'a [f64]>,
    /// `g` at every point.
    known: Vec<Interval>,
    /// An upper end of `C - T`.
    gap: Interval,
    /// What the plan moves from a point to a point.
    moved: BTreeMap<(usize, usize), u128>,
}

impl<'a> Constraints<'a> {
    fn new(problem: &'a Problem, optimum: &Optimum) -> Result<Self, Refusal> {
        let total = transport::check_problem(problem)?;
        transport::check_marginals(problem, &optimum.plan)?;
        require(
            problem.weights.is_none(),
            "the masses must be meant exactly, not as a rounded version of weights",
        )?;
        let points: Vec<&[f64]> = problem.p.rows().chain(problem.q.rows()).collect();
        length("values", points.len(), optimum.values.len())?;
        finite("values", &optimum.values)?;
        let n = problem.p.len();
        let mut moved = BTreeMap::new();
        for &(i, j, mass) in &optimum.plan.flows {
            *moved.entry((i as usize, n + j as usize)).or_insert(0) += u128::from(mass);
        }
        let (known, gap) = (Vec::new(), Interval::ENTIRE);
        let mut constraints = Self { problem, total, points, known, gap, moved };
        constraints.known =
            (0..optimum.values.len()).map(|z| constraints.value_at(z, &optimum.values)).collect();
        // Every term is rounded up, so that the sum, which is compensated, is at least `C - T`.
        let mut gap = Sum::default();
        for &(i, j, mass) in &optimum.plan.flows {
            gap.add_mass(mass, constraints.distance(i as usize, n + j as usize).upper());
        }
        let (gains, losses) = constraints.known.split_at(n);
        problem.p_mass.iter().zip(gains).for_each(|(&mass, g)| gap.add_mass(mass, -g.lower()));
        problem.q_mass.iter().zip(losses).for_each(|(&mass, g)| gap.add_mass(mass, g.upper()));
        let gap = gap.enclosure().upper();
        in_order("cost of the plan less the value of the function", 0.0, gap)?;
        constraints.gap = Interval::ends(0.0, gap);
        Ok(constraints)
    }

    /// `g(z) = min_w values_w + d(z, w)`.
    ///
    /// A cone whose fast lower bound is not below what is known of the minimum can't lower it, and is left out.
    fn value_at(&self, z: usize, values: &[f64]) -> Interval {
        let mut least = Interval::exact(values[z]);
        for (w, &value) in values.iter().enumerate() {
            let quick = distance::below(self.points[z], self.points[w], self.problem.cost);
            if float::add(value, quick).0 < least.upper() {
                least = least.min(Interval::exact(value) + self.distance(z, w));
            }
        }
        least
    }

    fn distance(&self, x: usize, y: usize) -> Interval {
        distance::enclose(self.points[x], self.points[y], self.problem.cost)
    }

    /// An enclosure whose upper end bounds `f(x) - f(y)`: the distance, or the descent along a flow from `y` to `x`.
    fn step(&self, x: usize, y: usize) -> Interval {
        let distance = self.distance(x, y);
        // Rounded up as it was in the gap.
        let length = Interval::exact(distance.upper());
        let descent = |mass: &u128| self.gap / Interval::integer(*mass) - length;
        self.moved.get(&(y, x)).map_or(distance, |mass| distance.min(descent(mass)))
    }

    /// First and last point of a path, and an enclosure whose upper end bounds `f(first) - f(last)`.
    fn along(&self, index: usize, path: &[u32]) -> Result<(usize, usize, Interval), Refusal> {
        let refused = |why| Refusal::Path { index, why };
        if path.iter().any(|&k| k as usize >= self.points.len()) {
            return Err(refused("it leaves the points"));
        }
        let &[first, .., last] = path else { return Err(refused("it has no two points")) };
        let steps = path.windows(2).map(|pair| self.step(pair[0] as usize, pair[1] as usize));
        Ok((first as usize, last as usize, steps.fold(Interval::ZERO, |sum, step| sum + step)))
    }

    /// By how much the known function may miss the greatest value, which is at most the cost of the plan.
    fn excess(&self) -> Result<f64, Refusal> {
        let excess = (self.gap / Interval::integer(self.total)).upper();
        finite("excess", &[excess]).map(|()| excess)
    }
}
