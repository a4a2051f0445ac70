//! Wasserstein-1 distances, from both sides.

use crate::boxes::{self, Boxes};
use crate::distance::{self, Cost};
use crate::float::{larger, smaller};
use crate::pairs::Tiles;
use crate::points::{finite, length};
use crate::refusal::{each, in_order};
use crate::sum::Sum;
use crate::{Interval, Points, Refusal, Theorem};

/// Two finite measures with integer masses of equal totals, and the distance that mass travels by.
///
/// The problem asks for `W1(p, q)`, `p` putting `p_mass[i] / total` on point `i` and likewise `q`.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Points of the first measure.
    pub p: Points,
    /// Points of the second measure, of the same dimension.
    pub q: Points,
    /// Masses of the first measure.
    pub p_mass: Vec<u64>,
    /// Masses of the second measure.
    pub q_mass: Vec<u64>,
    /// The distance.
    pub cost: Cost,
    /// Weights of which the masses are a rounded version, each side to be divided by its own sum. When present, the
    /// question is about the measures with these weights: the lower end uses them as they are, the upper end is charged
    /// for the difference.
    pub weights: Option<Weights>,
}

/// Non-negative weights of both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Weights of the first measure.
    pub p: Vec<f64>,
    /// Weights of the second measure.
    pub q: Vec<f64>,
}

/// A coupling of the integer masses: `(i, j, mass)` moves `mass` from point `i` of `p` to point `j` of `q`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The moves; pairs may repeat.
    pub flows: Vec<(u32, u32, u64)>,
}

/// A pair of functions on the points with `u[i] - v[j] <= d(p_i, q_j)` for all `i`, `j`.
///
/// Both are the restriction of a 1-Lipschitz function when they are of one, so this is the Kantorovich-Rubinstein dual.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Potentials {
    /// Values on the points of `p`.
    pub u: Vec<f64>,
    /// Values on the points of `q`.
    pub v: Vec<f64>,
}

/// The value that a bracket is about, with the parameters of its problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// The distance of [`check`].
    Wasserstein,
    /// The value of [`crate::regularised::hkr`].
    Hkr {
        /// The margin `m`.
        margin: f64,
        /// The weight of the hinge.
        lambda: f64,
    },
    /// The value of [`crate::regularised::bce`].
    Bce {
        /// The temperature.
        temperature: f64,
        /// The Lipschitz constant.
        constant: f64,
    },
}

/// Two numbers with the value of a transport problem between them: `lower <= value <= upper`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bracket {
    /// Which value of the problem.
    pub of: Quantity,
    /// At most the value.
    pub lower: f64,
    /// At least the value.
    pub upper: f64,
}

impl Theorem<Bracket> {
    /// Both ends, as enclosed.
    ///
    /// # Errors
    /// When they are not in order.
    pub(crate) fn between(of: Quantity, lower: Interval, upper: Interval) -> Result<Self, Refusal> {
        let (lower, upper) = (lower.lower(), upper.upper());
        in_order("bracket", lower, upper).map(|()| Self::new(Bracket { of, lower, upper }))
    }

    /// Where the value lies.
    pub fn enclosure(&self) -> Interval {
        Interval::ends(self.lower, self.upper)
    }

    /// The lower end, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.lower)
    }

    /// The upper end, exactly.
    pub fn upper_bound(&self) -> Interval {
        Interval::exact(self.upper)
    }
}

/// Brackets the Wasserstein distance of a problem.
///
/// Above: the plan's marginals equal the masses exactly (`u128` sums), so its cost is an upper bound; each distance is
/// rounded up. Below: every pair of potentials respects the distance (all pairs, exactly), so
/// `sum p_i u_i - sum q_j v_j` is a lower bound, as is 0. Both totals are compensated sums. With weights, the masses
/// rounded away on a side may have to travel as far as the side's points are apart, at most.
///
/// Cost: `n m dim` for the pairs, the rest is linear in points and flows; [`check_in_boxes`] settles many pairs at a time.
///
/// # Errors
/// When lengths, indices or dimensions don't fit, a number is not finite or beyond `1e150`, the totals differ, a marginal
/// is off by any amount, or a pair of potentials differs by more than its distance, by however little.
///
/// ```
/// use lip1_kernel::{Points, transport::{self, Plan, Potentials, Problem}};
/// let problem = Problem {
///     p: Points::new(2, vec![0.0, 0.0])?,
///     q: Points::new(2, vec![3.0, 4.0])?,
///     p_mass: vec![1],
///     q_mass: vec![1],
///     cost: Default::default(),
///     weights: None,
/// };
/// let plan = Plan { flows: vec![(0, 0, 1)] };
/// let bracket = transport::check(&problem, &plan, &Potentials { u: vec![5.0], v: vec![0.0] })?;
/// assert_eq!((bracket.lower, bracket.upper), (5.0, 5.0));
/// assert!(transport::check(&problem, &plan, &Potentials { u: vec![5.0_f64.next_up()], v: vec![0.0] }).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn check(problem: &Problem, plan: &Plan, potentials: &Potentials) -> Result<Theorem<Bracket>, Refusal> {
    check_in_boxes(problem, plan, potentials, None)
}

/// [`check`] for many points in at most three dimensions: `boxes`, if there are any, say how to group them, so that pairs far from each
/// other are settled together. What is proved is the same.
///
/// Cost: `64 dim` a point, and what pairs near each other and along the lines of transport cost; at most a sixth more than [`check`], however
/// bad the grouping.
///
/// # Errors
/// As [`check`], and when the boxes do not fit the points. The pair that is named need not be the first one.
///
/// ```
/// use lip1_kernel::boxes::{Boxes, Grouping};
/// use lip1_kernel::{Points, transport::{self, Plan, Potentials, Problem}};
/// let problem = Problem {
///     p: Points::new(1, vec![8.0, 9.0])?,
///     q: Points::new(1, vec![1.0, 0.0])?,
///     p_mass: vec![1, 1],
///     q_mass: vec![1, 1],
///     cost: Default::default(),
///     weights: None,
/// };
/// let plan = Plan { flows: vec![(0, 0, 1), (1, 1, 1)] };
/// let leaf = |order: [u32; 2]| Grouping { order: order.to_vec(), slopes: vec![1.0] };
/// let boxes = Boxes { p: leaf([0, 1]), q: leaf([1, 0]) };
/// let at = |u: Vec<f64>| transport::check_in_boxes(&problem, &plan, &Potentials { u, v: vec![1.0, 0.0] }, Some(&boxes));
/// assert_eq!(at(vec![8.0, 9.0])?.lower, 8.0);
/// assert!(at(vec![8.0, 9.0_f64.next_up()]).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn check_in_boxes(
    problem: &Problem,
    plan: &Plan,
    potentials: &Potentials,
    boxes: Option<&Boxes>,
) -> Result<Theorem<Bracket>, Refusal> {
    let total = check_problem(problem)?;
    check_marginals(problem, plan)?;
    check_potentials(&problem.p, &problem.q, problem.cost, potentials, boxes)?;

    let mut upper = plan_cost(plan, &problem.p, &problem.q, problem.cost) / Interval::integer(total);
    let lower = match &problem.weights {
        None => {
            let p = problem.p_mass.iter().zip(&potentials.u).map(|(&mass, &u)| (mass, u));
            let q = problem.q_mass.iter().zip(&potentials.v).map(|(&mass, &v)| (mass, -v));
            weighted(p.chain(q)) / Interval::integer(total)
        }
        Some(weights) => {
            upper = upper
                + quantisation_charge(&problem.p, &problem.p_mass, &weights.p, total, problem.cost)
                + quantisation_charge(&problem.q, &problem.q_mass, &weights.q, total, problem.cost);
            mean(&weights.p, &potentials.u) - mean(&weights.q, &potentials.v)
        }
    };
    Theorem::between(Quantity::Wasserstein, lower.max(Interval::ZERO), upper)
}

/// Largest absolute coordinate or potential for which the bounds on products hold.
const LARGEST: f64 = 1e150;

/// Checks everything but plan and potentials; returns the total mass.
pub(crate) fn check_problem(problem: &Problem) -> Result<u128, Refusal> {
    let Problem { p, q, p_mass, q_mass, weights, .. } = problem;
    check_points(p, q)?;
    length("masses of p", p.len(), p_mass.len())?;
    length("masses of q", q.len(), q_mass.len())?;
    let total = |masses: &[u64]| masses.iter().map(|&m| u128::from(m)).sum::<u128>();
    let totals = (total(p_mass), total(q_mass));
    if totals.0 != totals.1 || totals.0 == 0 {
        return Err(Refusal::Totals { p: totals.0, q: totals.1 });
    }
    if let Some(weights) = weights {
        check_weights("weights of p", &weights.p, p.len())?;
        check_weights("weights of q", &weights.q, q.len())?;
    }
    Ok(totals.0)
}

/// Two sets of points in one space, within the range of the error bounds.
pub(crate) fn check_points(p: &Points, q: &Points) -> Result<(), Refusal> {
    length("dimension of q", p.dim(), q.dim())?;
    in_range("points of p", p.coords())?;
    in_range("points of q", q.coords())
}

fn in_range(what: &'static str, values: &[f64]) -> Result<(), Refusal> {
    finite(what, values)?;
    each(what, values, |v| v.abs() <= LARGEST)
}

pub(crate) fn check_weights(what: &'static str, weights: &[f64], expected: usize) -> Result<(), Refusal> {
    length(what, expected, weights.len())?;
    in_range(what, weights)?;
    each(what, weights, |w| *w >= 0.0)?;
    if weights.iter().all(|w| *w == 0.0) { Err(Refusal::Empty { what }) } else { Ok(()) }
}

pub(crate) fn check_marginals(problem: &Problem, plan: &Plan) -> Result<(), Refusal> {
    let (leaving, arriving) = marginals(plan, problem.p.len(), problem.q.len())?;
    for (side, sums, masses) in [("p", leaving, &problem.p_mass), ("q", arriving, &problem.q_mass)] {
        let off = sums.iter().zip(masses).position(|(sum, mass)| *sum != u128::from(*mass));
        if let Some(index) = off {
            return Err(Refusal::Marginal { side, index, expected: masses[index], found: sums[index] });
        }
    }
    Ok(())
}

/// What a plan takes from each of `n` points and brings to each of `m` points.
pub(crate) fn marginals(plan: &Plan, n: usize, m: usize) -> Result<(Vec<u128>, Vec<u128>), Refusal> {
    let (mut leaving, mut arriving) = (vec![0; n], vec![0; m]);
    for &(i, j, mass) in &plan.flows {
        *place("flow from p", &mut leaving, i)? += u128::from(mass);
        *place("flow to q", &mut arriving, j)? += u128::from(mass);
    }
    Ok((leaving, arriving))
}

fn place<'a>(what: &'static str, sums: &'a mut [u128], index: u32) -> Result<&'a mut u128, Refusal> {
    let (index, limit) = (index as usize, sums.len());
    sums.get_mut(index).ok_or(Refusal::Index { what, index, limit })
}

/// An upper end of what a plan costs: `sum mass d`.
pub(crate) fn plan_cost(plan: &Plan, p: &Points, q: &Points, cost: Cost) -> Interval {
    let d = |i: u32, j: u32| distance::enclose(p.row(i as usize), q.row(j as usize), cost).upper();
    let terms = plan.flows.iter().map(|&(i, j, mass)| (mass, d(i, j)));
    Interval::ends(0.0, weighted(terms).upper())
}

/// `u[i] - v[j] <= d(p_i, q_j)` for all pairs, exactly; with boxes, many pairs at a time.
pub(crate) fn check_potentials(
    p: &Points,
    q: &Points,
    cost: Cost,
    potentials: &Potentials,
    boxes: Option<&Boxes>,
) -> Result<(), Refusal> {
    length("potential u", p.len(), potentials.u.len())?;
    length("potential v", q.len(), potentials.v.len())?;
    in_range("potential u", &potentials.u)?;
    in_range("potential v", &potentials.v)?;
    if let Some(boxes) = boxes {
        return boxes::check_potentials(p, q, cost, potentials, boxes);
    }
    let tiles = Tiles::new(q, &potentials.v, cost);
    for tile in 0..tiles.len() {
        for (i, (x, &u)) in p.rows().zip(&potentials.u).enumerate() {
            if let Some(j) = tiles.first_too_steep(tile, x, u) {
                return Err(Refusal::Slope { i, j });
            }
        }
    }
    Ok(())
}

/// `sum w_i f_i / sum w_i`.
fn mean(weights: &[f64], values: &[f64]) -> Interval {
    let (mut value, mut total) = (Sum::default(), Sum::default());
    for (&w, &f) in weights.iter().zip(values) {
        value.add_product(w, f);
        total.add(w);
    }
    value.enclosure() / total.enclosure()
}

/// What it may cost to move from the weights to the rounded masses: the mass by which the weights exceed them, times the
/// diagonal of the points' bounding box.
///
/// With `S` the sum of the weights, `M` that of the masses and any number `c`, let `r_i = w_i - c m_i`. As `x -> max(x, 0)` is
/// subadditive, the excess `e = sum max(w_i - (S / M) m_i, 0) / S` satisfies `S e <= sum max(r_i, 0) + max(c M - S, 0)`, and
/// `c M - S = -sum r_i`: so `S e` is at most the larger of the sums of the positive and of the negative parts of `r`. Here `-c` is
/// the sum of two numbers, the second of which makes up for the rounding of the first, so that `r_i` is what the weight was rounded
/// by; all sums are compensated.
fn quantisation_charge(
    points: &Points,
    masses: &[u64],
    weights: &[f64],
    total: u128,
    cost: Cost,
) -> Interval {
    let (given, total) = (weights.iter().map(|&w| (1, w)), Interval::integer(total));
    let all = weighted(given.clone());
    let c = -(all / total).lower();
    let more = -(weighted(given.chain(masses.iter().map(|&mass| (mass, c)))) / total).lower();
    let rests = masses.iter().zip(weights).map(|(&mass, &w)| weighted([(1, w), (mass, c), (mass, more)]));
    let parts = rests.fold((Interval::ZERO, Interval::ZERO), |(above, below), rest| {
        (above + rest.max(Interval::ZERO), below + (-rest).max(Interval::ZERO))
    });
    let ends = |start: f64, pick: fn(f64, f64) -> f64| -> Vec<f64> {
        (0..points.dim()).map(|k| points.rows().map(|row| row[k]).fold(start, pick)).collect()
    };
    let diagonal = (ends(f64::INFINITY, smaller), ends(f64::NEG_INFINITY, larger));
    parts.0.max(parts.1) / all * distance::enclose(&diagonal.0, &diagonal.1, cost)
}

/// `sum mass x`.
fn weighted(terms: impl IntoIterator<Item = (u64, f64)>) -> Interval {
    let mut sum = Sum::default();
    terms.into_iter().for_each(|(mass, x)| sum.add_mass(mass, x));
    sum.enclosure()
}

#[cfg(test)]
mod tests {
    use super::{Bracket, Quantity};
    use crate::{Interval, Refusal, Theorem};

    /// Found by review: a certificate said that a norm of 2^20 is at most 0, and at least 2^20.
    #[test]
    fn ends_that_contradict_each_other_are_refused() {
        let between = |lower: Interval, upper: Interval| {
            let bracket = Theorem::<Bracket>::between(Quantity::Wasserstein, lower, upper);
            bracket.map(|bracket| (bracket.lower, bracket.upper))
        };
        let large = Interval::integer(1 << 20);
        let what = "bracket";
        assert_eq!(between(Interval::ZERO, large), Ok((0.0, 1_048_576.0)));
        assert_eq!(between(large, large), Ok((1_048_576.0, 1_048_576.0)));
        let refused = Err(Refusal::Contradiction { what, lower: 1_048_576.0, upper: 0.0 });
        assert_eq!(between(large, Interval::ZERO), refused);
    }
}
