use lip1_kernel::Points;
use lip1_kernel::boxes::{Boxes, Grouping};
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{self, Plan, Potentials, Problem, Weights};

use crate::case::{Answer, Case, examine};
use crate::draw::{COSTS, at_most_distance, gauge, rounded};
use crate::number::{Exact, Quotient};
use crate::random::Stream;

/// Two sets of points, the exact distances between them, and potentials that may be too steep by a little.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) p: Vec<Vec<f64>>,
    pub(crate) q: Vec<Vec<f64>>,
    pub(crate) cost: Cost,
    pub(crate) potentials: Potentials,
    pub(crate) near: bool,
}

impl Pair {
    pub(crate) fn drawn(stream: &mut Stream) -> Self {
        let (mut n, mut m) = (1 + stream.below(4) as usize, 1 + stream.below(4) as usize);
        let (mut dim, cost) = (stream.dimension(), stream.pick(&COSTS));
        if stream.once_in(1000) {
            // More than the pass over pairs takes at a time.
            (n, m, dim) = (2, 500 + stream.below(200) as usize, 1 + stream.below(3) as usize);
        }
        let mut p = stream.points(n + m, dim);
        // Beyond 1e150 the rules refuse.
        if !stream.once_in(60) {
            p.iter_mut().flatten().for_each(|c| *c = c.clamp(-1e146, 1e146));
        }
        let q = p.split_off(n);
        let near = !stream.once_in(4);
        let mut v = vec![0.0; m];
        if stream.once_in(2) {
            // 1-Lipschitz values, of a distance to a point.
            let from = stream.pick(&p);
            v = q.iter().map(|y| rounded(&gauge(&from, y, cost), cost)).collect();
            v.iter_mut().filter(|v| v.abs() > 1e150).for_each(|v| *v = 0.0);
        }
        let mut potential = |x: &Vec<f64>| {
            let most =
                q.iter().zip(&v).map(|(y, v)| Exact::of(rounded(&gauge(x, y, cost), cost)) + Exact::of(*v));
            let most = most.reduce(Exact::smaller).unwrap().to_f64();
            let value = match (near, stream.once_in(2)) {
                (true, true) => stream.nudged(most),
                (true, false) => most.next_down(),
                (false, _) => most * (1.0 + 0.1 * stream.signed()),
            };
            value.clamp(-f64::MAX, f64::MAX)
        };
        let u: Vec<f64> = p.iter().map(&mut potential).collect();
        Self { p, q, cost, potentials: Potentials { u, v }, near }
    }

    pub(crate) fn points(&self) -> (Points, Points) {
        let dim = self.p[0].len();
        (Points::new(dim, self.p.concat()).unwrap(), Points::new(dim, self.q.concat()).unwrap())
    }

    /// Whether no number is beyond what the rules take, and no pair too steep.
    pub(crate) fn feasible(&self) -> bool {
        let Potentials { u, v } = &self.potentials;
        let numbers = self.p.iter().chain(&self.q).flatten().chain(u).chain(v);
        numbers.map(|x| x.abs()).all(|x| x <= 1e150)
            && self.p.iter().zip(u).all(|(x, u)| {
                self.q.iter().zip(v).all(|(y, v)| {
                    at_most_distance(&(Exact::of(*u) - Exact::of(*v)), &gauge(x, y, self.cost), self.cost)
                })
            })
    }

    /// A number at most the cost of a plan, exact for `l1` and `l-infinity`, to 200 bits for `l2`.
    pub(crate) fn plan_cost(&self, plan: &Plan) -> Exact {
        let distance = |i: u32, j: u32| {
            let gauge = gauge(&self.p[i as usize], &self.q[j as usize], self.cost);
            if self.cost == Cost::L2 { gauge.roots(200).0 } else { gauge }
        };
        plan.flows.iter().map(|&(i, j, mass)| Exact::integer(mass) * distance(i, j)).sum()
    }

    /// Up to 6 flows between random points, and the masses that they take and bring.
    pub(crate) fn plan(&self, stream: &mut Stream) -> (Plan, Vec<u64>, Vec<u64>) {
        let (mut p_mass, mut q_mass) = (vec![0; self.p.len()], vec![0; self.q.len()]);
        let most = stream.pick(&[3, 3, 1 << 20, 1 << 60]);
        let flows = (0..1 + stream.below(6)).map(|_| {
            let (i, j) = (stream.below(p_mass.len() as u64), stream.below(q_mass.len() as u64));
            let mass = stream.below(most);
            p_mass[i as usize] += mass;
            q_mass[j as usize] += mass;
            (i as u32, j as u32, mass)
        });
        (Plan { flows: flows.collect() }, p_mass, q_mass)
    }
}

/// The distance on a line between measures with these weights: the area between their distribution functions.
fn on_a_line(p: &[Vec<f64>], q: &[Vec<f64>], p_weight: &[Exact], q_weight: &[Exact]) -> Quotient {
    let total = |weights: &[Exact]| weights.iter().cloned().sum::<Exact>();
    let (p_total, q_total) = (total(p_weight), total(q_weight));
    let rise = |weights: &[Exact], other: &Exact, sign: Exact| {
        weights.iter().map(|w| w.clone() * other.clone() * sign.clone()).collect::<Vec<_>>()
    };
    let rises =
        rise(p_weight, &q_total, Exact::ONE).into_iter().chain(rise(q_weight, &p_total, Exact::integer(-1)));
    let mut jumps: Vec<(f64, Exact)> = p.iter().chain(q).map(|x| x[0]).zip(rises).collect();
    jumps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut height, mut area) = (Exact::ZERO, Exact::ZERO);
    for k in 0..jumps.len() - 1 {
        height = height + jumps[k].1.clone();
        area = area + height.clone().abs() * (Exact::of(jumps[k + 1].0) - Exact::of(jumps[k].0));
    }
    Quotient::of(area, p_total * q_total)
}

fn mean(weights: &[Exact], values: &[f64]) -> Quotient {
    let sum = weights.iter().zip(values).map(|(w, v)| w.clone() * Exact::of(*v)).sum();
    Quotient::of(sum, weights.iter().cloned().sum())
}

/// The points in boxes, their order and slopes drawn at random, or the slopes those of the way between the first points.
fn boxes(stream: &mut Stream, pair: &Pair) -> Boxes {
    let way: Vec<f64> =
        pair.p[0].iter().zip(&pair.q[0]).map(|(x, y)| (x / 2.0 - y / 2.0).clamp(-1e146, 1e146)).collect();
    let length = way.iter().fold(0.0, |length, w| match pair.cost {
        Cost::L2 => f64::hypot(length, *w),
        Cost::L1 | Cost::Linf => f64::max(length, w.abs()),
    });
    let mut grouping = |n: usize| {
        let mut order: Vec<u32> = (0..n as u32).collect();
        (1..n).for_each(|k| order.swap(k, stream.below(k as u64 + 1) as usize));
        let boxes = (2 << stream.below(u64::from(n.div_ceil(16).ilog2()) + 1)) - 1;
        let straight = stream.once_in(2) && length > 0.0;
        let mut slope = |w: &f64| if straight { (w / length).clamp(-1.0, 1.0) } else { stream.signed() };
        Grouping {
            order,
            slopes: (0..boxes).flat_map(|_| way.iter().map(&mut slope).collect::<Vec<_>>()).collect(),
        }
    };
    Boxes { p: grouping(pair.p.len()), q: grouping(pair.q.len()) }
}

/// A certificate that is right, or wrong by a unit of mass or in the last place of a potential.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let pair = Pair::drawn(stream);
    let (mut plan, mut p_mass, mut q_mass) = pair.plan(stream);
    let forged = stream.once_in(4);
    if forged {
        // A unit of mass too much or too little, on one side, on both, or on its way.
        let i = stream.below(p_mass.len() as u64) as usize;
        let j = stream.below(q_mass.len() as u64) as usize;
        let flow = stream.below(plan.flows.len() as u64) as usize;
        let kind = stream.below(4);
        if kind.is_multiple_of(3) {
            p_mass[i] += 1;
        }
        if kind < 2 {
            q_mass[j] += 1;
        }
        if kind == 2 {
            let mass = plan.flows[flow].2;
            plan.flows[flow].2 = if mass > 0 && stream.once_in(2) { mass - 1 } else { mass + 1 };
        }
    }
    let exact = |masses: &[u64]| masses.iter().map(|mass| Exact::integer(*mass)).collect::<Vec<_>>();
    let (mut p_weight, mut q_weight) = (exact(&p_mass), exact(&q_mass));
    let mut weights = None;
    if stream.once_in(4) {
        let mut near = |masses: &[u64]| masses.iter().map(|mass| stream.nudged(*mass as f64).abs()).collect();
        let given = Weights { p: near(&p_mass), q: near(&q_mass) };
        p_weight = given.p.iter().map(|w| Exact::of(*w)).collect();
        q_weight = given.q.iter().map(|w| Exact::of(*w)).collect();
        weights = Some(given);
    }
    let (p, q) = pair.points();
    let problem = Problem { p, q, p_mass, q_mass, cost: pair.cost, weights };
    let found = transport::check(&problem, &plan, &pair.potentials);
    if problem.p.dim() <= 3 {
        let boxes = boxes(stream, &pair);
        let boxed = transport::check_in_boxes(&problem, &plan, &pair.potentials, Some(&boxes));
        assert_eq!(boxed.ok(), found.clone().ok(), "{boxes:?}");
    }
    // Whole masses that are forged do not add up; weights that are all 0 are refused.
    let total: u128 = problem.p_mass.iter().map(|mass| u128::from(*mass)).sum();
    let mut truth = !forged && total > 0 && pair.feasible();
    if let Ok(bracket) = &found {
        let (lower, upper) = (Exact::of(bracket.lower), Exact::of(bracket.upper));
        let dual = mean(&p_weight, &pair.potentials.u) - mean(&q_weight, &pair.potentials.v);
        truth &= bracket.lower <= 0.0 || dual.against(&lower).is_ge();
        if problem.weights.is_none() {
            truth &= pair.plan_cost(&plan) <= upper.clone() * Exact::integer(total);
        }
        truth &= dual.against(&upper).is_le();
        if problem.p.dim() == 1 {
            let distance = on_a_line(&pair.p, &pair.q, &p_weight, &q_weight);
            truth &= distance.against(&lower).is_ge() && distance.against(&upper).is_le();
        }
    }
    let case = Case { near: pair.near || forged, truth, answer: Answer::accepted(found.is_ok()) };
    ((pair, problem.p_mass, problem.q_mass, problem.weights, plan), case)
}

#[test]
fn transport() {
    examine("transport", one);
}
