//! Exact optima over all Lipschitz functions: solved here, vouched for by the kernel alone.
//!
//! By the reduction M0 a loss that sees values on a sample only is optimised over all Lipschitz functions by a finite convex
//! problem. What the solvers of `lip1_ot` find is kept together with the problem, so that a claim can spoil either.

use lip1_datasets::worlds::Classes;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::Bracket;
use lip1_kernel::{Interval, Refusal, Theorem};
use lip1_ot::regularised::{Dual, Hkr, LogLoss};

/// A point of a sample that carries mass, with what an optimum does there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    /// Whether its label is +1.
    pub(crate) positive: bool,
    /// Its row in its class.
    pub(crate) row: usize,
    /// Its mass.
    pub(crate) mass: Interval,
    /// `y f` there.
    pub(crate) margin: Interval,
    /// What the plan moves from or to the point, as a share of its mass.
    pub(crate) moved: Interval,
}

/// `y f` at every point against what the plan moves there, for pictures.
pub(crate) fn masses_against_margins(terms: &[Term]) -> Vec<(f64, f64)> {
    let middle = |value: Interval| (value.lower() + value.upper()) / 2.0;
    terms.iter().map(|term| (middle(term.margin), middle(term.moved))).collect()
}

/// The least log loss over functions with Lipschitz constant `problem.constant`.
#[derive(Clone, Debug)]
pub(crate) struct LeastLoss {
    pub(crate) problem: LogLoss,
    pub(crate) dual: Dual,
}

impl LeastLoss {
    pub(crate) fn solve(classes: &Classes, temperature: f64, constant: f64) -> Result<Self, lip1_ot::Error> {
        let problem = LogLoss::new(&classes.positive, &classes.negative, Cost::L2, temperature, constant)?;
        let dual = problem.solve()?;
        Ok(Self { problem, dual })
    }

    /// What the kernel makes of it.
    pub(crate) fn bracket(&self) -> Result<Theorem<Bracket>, Refusal> {
        let LogLoss { sample, temperature, constant, .. } = &self.problem;
        let Dual { unit, plan, potentials, .. } = &self.dual;
        regularised::bce(sample, *temperature, *constant, *unit, plan, potentials)
    }

    /// `tau`, exactly.
    pub(crate) fn temperature(&self) -> Interval {
        Interval::data(self.problem.temperature)
    }

    /// Every point that carries mass. The kernel accepted the potentials and the plan: they are a function of that
    /// Lipschitz constant and a coupling, whatever solver found them.
    pub(crate) fn terms(&self, _accepted: &Theorem<Bracket>) -> Vec<Term> {
        terms(&self.problem.sample, &self.dual, self.problem.constant)
    }
}

/// The hinge-regularised Kantorovich-Rubinstein value over 1-Lipschitz functions.
#[derive(Clone, Debug)]
pub(crate) struct LargestHkr {
    pub(crate) problem: Hkr,
    pub(crate) dual: Dual,
}

impl LargestHkr {
    pub(crate) fn solve(
        classes: &Classes,
        total: Total,
        margin: f64,
        lambda: f64,
    ) -> Result<Self, lip1_ot::Error> {
        let Classes { positive, negative, .. } = classes;
        let problem = Hkr::new(positive, negative, Cost::L2, total, margin, lambda)?;
        let dual = problem.solve()?;
        Ok(Self { problem, dual })
    }

    /// What the kernel makes of it.
    pub(crate) fn bracket(&self) -> Result<Theorem<Bracket>, Refusal> {
        let Hkr { sample, margin, lambda } = &self.problem;
        let Dual { unit, plan, potentials, .. } = &self.dual;
        regularised::hkr(sample, *margin, *lambda, *unit, plan, potentials)
    }

    /// Every point that carries mass, once the kernel accepted the potentials and the plan.
    pub(crate) fn terms(&self, _accepted: &Theorem<Bracket>) -> Vec<Term> {
        terms(&self.problem.sample, &self.dual, 1.0)
    }

    /// Encloses the terms `(E_P f - E_Q f, E_P (m - f)_+ + E_Q (m + f)_+)` of the function found.
    pub(crate) fn parts(&self, accepted: &Theorem<Bracket>) -> (Interval, Interval) {
        let margin = Interval::data(self.problem.margin);
        self.terms(accepted).iter().fold((Interval::ZERO, Interval::ZERO), |(gain, hinge), term| {
            let missing = (margin - term.margin).max(Interval::ZERO);
            (gain + term.mass * term.margin, hinge + term.mass * missing)
        })
    }
}

fn terms(sample: &Sample, dual: &Dual, constant: f64) -> Vec<Term> {
    let Sample { p_weight, q_weight, total, .. } = sample;
    let sum = |weights: &[f64]| {
        weights.iter().map(|w| Interval::data(*w)).fold(Interval::ZERO, |total, weight| total + weight)
    };
    let (mut p_total, mut q_total) = (sum(p_weight), sum(q_weight));
    if *total == Total::Together {
        p_total = p_total + q_total;
        q_total = p_total;
    }
    let (mut leaving, mut arriving) = (vec![0_u128; p_weight.len()], vec![0_u128; q_weight.len()]);
    for &(i, j, mass) in &dual.plan.flows {
        for (sums, index) in [(&mut leaving, i), (&mut arriving, j)] {
            if let Some(sum) = sums.get_mut(index as usize) {
                *sum += u128::from(mass);
            }
        }
    }
    let unit = Interval::integer(dual.unit.into());
    let side = |positive: bool, weights: &[f64], values: &[f64], moved: Vec<u128>, total: Interval| {
        let sign = Interval::data(if positive { constant } else { -constant });
        let points = weights.iter().zip(values).zip(moved).enumerate();
        let carriers = points.filter(|(_, ((weight, _), _))| **weight > 0.0);
        let term = |(row, ((weight, value), moved)): (usize, ((&f64, &f64), u128))| {
            let mass = Interval::data(*weight) / total;
            let moved = Interval::integer(moved) * total / (unit * Interval::data(*weight));
            Term { positive, row, mass, margin: sign * Interval::data(*value), moved }
        };
        carriers.map(term).collect::<Vec<_>>()
    };
    let mut terms = side(true, p_weight, &dual.potentials.u, leaving, p_total);
    terms.extend(side(false, q_weight, &dual.potentials.v, arriving, q_total));
    terms
}

/// `1 / (1 + e^-x)`.
pub(crate) fn logistic(x: Interval) -> Interval {
    (Interval::ONE / (Interval::ONE + (-x).exp())).max(Interval::ZERO).min(Interval::ONE)
}

/// Binary entropy `-s ln s - (1 - s) ln(1 - s)` of a number in `[0, 1]`, in nats, both ends.
///
/// It is concave with its maximum `ln 2` at 1/2, so on an interval the least value is at an end, and the largest too unless 1/2 is
/// inside.
pub(crate) fn entropy(s: Interval) -> Interval {
    // An end of an observed enclosure is observed.
    let end = if s.is_observed() { Interval::observed } else { Interval::data };
    let at = |s: f64| {
        if s <= 0.0 || s >= 1.0 {
            return end(0.0);
        }
        let s = end(s);
        -(s * s.ln() + (Interval::ONE - s) * (-s).ln_1p())
    };
    let (low, high) = (at(s.lower().clamp(0.0, 1.0)), at(s.upper().clamp(0.0, 1.0)));
    let ends = low.hull(high);
    if s.contains(0.5) { ends.hull(Interval::integer(2).ln()) } else { ends }
}

#[cfg(test)]
mod tests {
    use lip1_datasets::worlds::Classes;
    use lip1_kernel::Interval;

    use super::{LeastLoss, entropy, logistic};

    #[test]
    fn entropy_and_logistic_contain_known_values() {
        let near = |found: Interval, wanted: f64| {
            let rounding = 4.0 * f64::EPSILON;
            assert!((found.lower() - wanted).abs() < rounding && (found.upper() - wanted).abs() < rounding);
        };
        near(entropy(Interval::ratio(1, 2)), std::f64::consts::LN_2);
        near(entropy(Interval::ZERO), 0.0);
        near(entropy(Interval::ratio(1, 4)), 0.562_335_144_618_808_3);
        near(logistic(Interval::ZERO), 0.5);
        near(logistic(Interval::integer(2)), 0.880_797_077_977_882_4);
        assert!(
            logistic(Interval::data(-1e4)).lower() >= 0.0 && logistic(Interval::data(1e4)).upper() <= 1.0
        );
        let wide = entropy(Interval::ratio(1, 4).hull(Interval::ratio(7, 8)));
        assert!(wide.upper() >= std::f64::consts::LN_2 && wide.lower() <= 0.376_8);
    }

    /// Solver: accuracy of values of size 1.
    const SOLVED: f64 = 1e-12;

    #[test]
    fn a_pair_of_points_moves_the_probability_of_error() {
        let classes = Classes::on_line("pair", &[(1.0, 1.0)], &[(0.0, 1.0)]).unwrap();
        let least = LeastLoss::solve(&classes, 2.0, 3.0).unwrap();
        let terms = least.terms(&least.bracket().unwrap());
        assert_eq!(terms.len(), 2);
        for term in terms {
            // f is 3 (x - 1/2), so tau y f = 3 at both points.
            let wrong = 1.0 / (1.0 + 3.0_f64.exp());
            let near = |found: f64, wanted: f64| (found - wanted).abs() < SOLVED;
            assert!(near(term.margin.upper(), 1.5) && near(term.moved.upper(), wrong));
            assert_eq!(term.mass, Interval::ratio(1, 2));
        }
    }
}
