use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::Plan;

use crate::ball::{self, Ball};
use crate::case::{Answer, Case, examine};
use crate::number::{Exact, Quotient};
use crate::random::Stream;
use crate::transport::Pair;

/// A sample with a plan whose sums lie in their ranges, mostly at an end, or are a little outside.
#[derive(Debug)]
struct Instance {
    pair: Pair,
    plan: Plan,
    weights: [Vec<f64>; 2],
    total: Total,
    unit: u64,
}

/// A point: its weight, the sum of its class or of all, what the plan moves there, and the value of `y f`.
struct Point {
    weight: Exact,
    total: Exact,
    moved: Exact,
    value: Exact,
}

impl Instance {
    /// `most` is how often the sum of the plan may be the mass of its point, 1 at least or at most.
    fn drawn(stream: &mut Stream, most: u64) -> Self {
        let pair = Pair::drawn(stream);
        let (mut plan, p_sums, q_sums) = pair.plan(stream);
        // Whole weights that make each share exact once the unit is their total.
        let mut weigh = |sums: &[u64]| -> Vec<f64> {
            let weight = |sum: &u64| match stream.below(3) {
                0 => *sum,
                1 => sum.div_ceil(most),
                _ => sum.div_ceil(most) + stream.below(sum - sum.div_ceil(most) + 1),
            };
            sums.iter().map(weight).map(|weight| weight as f64).collect()
        };
        let mut weights = [weigh(&p_sums), weigh(&q_sums)];
        let total = stream.pick(&[Total::Together, Total::EachClass]);
        let sum = |weights: &[f64]| weights.iter().map(|w| *w as u64).sum::<u64>();
        let mut unit = sum(&weights[0]) + if total == Total::Together { sum(&weights[1]) } else { 0 };
        match stream.below(8) {
            0 => {
                let flow = stream.below(plan.flows.len() as u64) as usize;
                plan.flows[flow].2 += 1;
            }
            1 => unit = (unit + 1).saturating_sub(2 * stream.below(2)),
            2 => {
                let (side, k) = (stream.below(2) as usize, stream.bits() as usize);
                let k = k % weights[side].len();
                weights[side][k] = stream.nudged(weights[side][k]).abs();
            }
            _ => {}
        }
        if stream.once_in(2) {
            // A scale that is no power of two, so that totals are rounded.
            let scale = stream.pick(&[0.1, 3.0, 1e-30]);
            weights.iter_mut().flatten().for_each(|w| *w *= scale);
        }
        Self { pair, plan, weights, total, unit }
    }

    fn sample(&self) -> Sample {
        let (p, q) = self.pair.points();
        let [p_weight, q_weight] = self.weights.clone();
        Sample { p, q, p_weight, q_weight, cost: self.pair.cost, total: self.total }
    }

    /// Whether every class has weight, and there is a unit.
    fn has_mass(&self) -> bool {
        self.unit > 0 && self.weights.iter().all(|side| side.iter().any(|w| *w > 0.0))
    }

    fn points(&self) -> Vec<Point> {
        let sum = |weights: &[f64]| weights.iter().map(|w| Exact::of(*w)).sum::<Exact>();
        let mut totals = self.weights.each_ref().map(|weights| sum(weights));
        if self.total == Total::Together {
            let both = totals[0].clone() + totals[1].clone();
            totals = [both.clone(), both];
        }
        let moved = |side: usize, k: usize| {
            let flows = self.plan.flows.iter().filter(|flow| [flow.0, flow.1][side] as usize == k);
            flows.map(|flow| Exact::integer(flow.2)).sum()
        };
        let mut points = Vec::new();
        for (side, values) in [&self.pair.potentials.u, &self.pair.potentials.v].into_iter().enumerate() {
            for (k, value) in values.iter().enumerate() {
                points.push(Point {
                    weight: Exact::of(self.weights[side][k]),
                    total: totals[side].clone(),
                    moved: moved(side, k),
                    value: if side == 0 { Exact::of(*value) } else { -Exact::of(*value) },
                });
            }
        }
        points
    }

    /// A number at most what the plan costs, in masses.
    fn travelled(&self) -> Quotient {
        Quotient::of(self.pair.plan_cost(&self.plan), Exact::integer(self.unit))
    }
}

/// Margins and weights of the hinge; with lambda 0 the plan's sums are the masses.
fn hkr(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (margin, lambda) = (stream.pick(&[0.0, 1.0, 0.1]), stream.pick(&[0.0, 1.0, 3.0, 0.1]));
    let most = 1 + lambda as u64;
    let lambda = if stream.once_in(4) { stream.nudged(lambda).abs() } else { lambda };
    let instance = Instance::drawn(stream, most);
    let found = regularised::hkr(
        &instance.sample(),
        margin,
        lambda,
        instance.unit,
        &instance.plan,
        &instance.pair.potentials,
    );
    let mut truth = instance.has_mass() && instance.pair.feasible();
    if truth {
        let (m, lambda, unit) = (Exact::of(margin), Exact::of(lambda), Exact::integer(instance.unit));
        let (mut objective, mut gained) = (Quotient::whole(Exact::ZERO), Quotient::whole(Exact::ZERO));
        for Point { weight, total, moved, value } in instance.points() {
            let (moved_there, due) = (moved.clone() * total.clone(), weight.clone() * unit.clone());
            truth &= due <= moved_there && moved_there <= (Exact::ONE + lambda.clone()) * due;
            let hinge = (m.clone() - value.clone()).larger(Exact::ZERO);
            objective =
                objective + Quotient::of(weight.clone() * (value - lambda.clone() * hinge), total.clone());
            gained = gained + Quotient::of(moved, unit.clone()) - Quotient::of(weight, total);
        }
        if let Ok(bracket) = &found {
            let dual = instance.travelled() - Quotient::whole(m) * gained;
            truth &= objective.against(&Exact::of(bracket.lower)).is_ge();
            truth &= !bracket.upper.is_finite() || dual.against(&Exact::of(bracket.upper)).is_le();
        }
    }
    let case = Case { near: instance.pair.near, truth, answer: Answer::accepted(found.is_ok()) };
    ((instance, margin, lambda), case)
}

#[test]
fn hinge_regularised() {
    examine("hkr", hkr);
}

/// `ln(1 + e^x)`.
fn softplus(x: &Exact) -> Ball {
    let large = Exact::integer(700);
    let positive = x.clone().larger(Exact::ZERO);
    if x.clone().abs() > large {
        // e^-700 and less besides, below 2^-1000.
        return Ball { low: positive.clone(), high: positive + Exact::new(1, -1000) };
    }
    let sum = ball::exp(x).plus(Ball::point(Exact::ONE));
    let close = |x: &Exact| x.to_f64().ln();
    Ball { low: ball::ln(&sum.low, close(&sum.low)).low, high: ball::ln(&sum.high, close(&sum.high)).high }
}

/// Binary entropy of `part / whole`, times `whole`.
fn entropy(part: &Exact, whole: &Exact) -> Ball {
    // Scaled by a power of two, so that numbers are of common size.
    let rest = whole.clone() - part.clone();
    if part.sign().is_eq() || rest.sign().is_eq() {
        return Ball::point(Exact::ZERO);
    }
    let ln = |x: &Exact| ball::ln(x, x.to_f64().ln());
    let term = |x: &Exact| Ball::point(x.clone()).times(ln(whole).minus(ln(x)));
    term(part).plus(term(&rest))
}

fn bce(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let parameters = [stream.pick(&[1.0, 0.0, 10.0, 0.1]), stream.pick(&[1.0, 1.0, 0.5])];
    let instance = Instance::drawn(stream, 1);
    let found = regularised::bce(
        &instance.sample(),
        parameters[0],
        parameters[1],
        instance.unit,
        &instance.plan,
        &instance.pair.potentials,
    );
    let mut truth = instance.has_mass() && instance.pair.feasible();
    if truth {
        let unit = Exact::integer(instance.unit);
        let slope = Exact::of(parameters[0]) * Exact::of(parameters[1]);
        let points = instance.points();
        truth &= points
            .iter()
            .all(|point| point.moved.clone() * point.total.clone() <= point.weight.clone() * unit.clone());
        if let (true, Ok(bracket)) = (truth, &found) {
            let zero = || Ball::point(Exact::ZERO);
            let (mut loss, mut dual) = (zero(), zero());
            for Point { weight, total, moved, value } in &points {
                let mass = Ball::point(weight.clone()).over(total);
                loss = loss.plus(mass.times(softplus(&-(slope.clone() * value.clone()))));
                // The mass w / S times the entropy of s S / (w unit), of which both are multiplied by w unit.
                let due = weight.clone() * unit.clone();
                if due.sign().is_gt() {
                    let share = entropy(&(moved.clone() * total.clone()), &due);
                    dual = dual.plus(share.over(&(unit.clone() * total.clone())));
                }
            }
            let cost = Ball::point(slope * instance.pair.plan_cost(&instance.plan)).over(&unit);
            let dual = dual.minus(cost);
            truth &= bracket.upper == f64::INFINITY || loss.low <= Exact::of(bracket.upper);
            truth &= bracket.lower <= 0.0 || dual.high >= Exact::of(bracket.lower);
        }
    }
    let case = Case { near: instance.pair.near, truth, answer: Answer::accepted(found.is_ok()) };
    ((instance, parameters), case)
}

#[test]
fn log_loss() {
    examine("bce", bce);
}
