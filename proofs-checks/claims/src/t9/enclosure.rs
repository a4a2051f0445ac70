//! What the kernel's intervals say of an entropic plan.

use std::collections::BTreeMap;

use lip1_kernel::Interval;
use lip1_kernel::distance;
use lip1_kernel::transport::{Plan, Potentials, Problem};

/// `<pi, d>` of a plan with exact marginals.
pub(super) fn cost(problem: &Problem, plan: &Plan) -> Interval {
    let total = Interval::integer(total(&problem.p_mass));
    let paid = plan.flows.iter().fold(Interval::ZERO, |sum, &(i, j, mass)| {
        sum + Interval::integer(mass.into()) * apart(problem, i as usize, j as usize)
    });
    paid / total
}

/// The entropic plan's cost, from a coupling that is near it.
///
/// For any `u`, `v`, with `g_ij = p_i q_j exp((u_i - v_j - d_ij) / eps)`, the couplings' `KL(. | g)` differ from `KL(. | p x q) + <., d> / eps`
/// by a constant: the entropic plan `pi_eps` minimises both, and `KL(pi | pi_eps) <= KL(pi | g)` for every coupling `pi` (Csiszár 1975).
/// By Pinsker's inequality the two differ by a mass of at most `sqrt(KL / 2)`, which travels no farther than the diameter.
pub(super) fn entropic_cost(problem: &Problem, plan: &Plan, scaling: &Potentials, eps: f64) -> Interval {
    let cost = cost(problem, plan);
    let half = divergence(problem, plan, scaling, eps).max(Interval::ZERO) / Interval::integer(2);
    let off = half.sqrt() * diameter(problem);
    (cost - off).hull(cost + off)
}

/// `KL(pi | g) = sum pi ln(pi / g) - 1 + sum g`.
fn divergence(problem: &Problem, plan: &Plan, scaling: &Potentials, eps: f64) -> Interval {
    let (p, q) = (shares(&problem.p_mass), shares(&problem.q_mass));
    let eps = Interval::point(eps);
    let exponent = |i: usize, j: usize| {
        (Interval::point(scaling.u[i]) - Interval::point(scaling.v[j]) - apart(problem, i, j)) / eps
    };
    let mut sum = -Interval::ONE;
    for (i, p) in p.iter().enumerate() {
        for (j, q) in q.iter().enumerate() {
            sum = sum + *p * *q * exponent(i, j).exp();
        }
    }
    let mut moved: BTreeMap<(u32, u32), u128> = BTreeMap::new();
    plan.flows.iter().for_each(|&(i, j, mass)| *moved.entry((i, j)).or_default() += u128::from(mass));
    let total = total(&problem.p_mass);
    for ((i, j), mass) in moved.into_iter().filter(|(_, mass)| *mass > 0) {
        let (i, j) = (i as usize, j as usize);
        let share = Interval::ratio(mass, total);
        sum = sum + share * ((share / (p[i] * q[j])).ln() - exponent(i, j));
    }
    sum
}

/// `-sum w ln w` of masses divided by `unit`.
pub(super) fn entropy(masses: &[u64], unit: u128) -> Interval {
    masses.iter().filter(|mass| **mass > 0).fold(Interval::ZERO, |sum, &mass| {
        let share = Interval::ratio(mass.into(), unit);
        sum - share * share.ln()
    })
}

/// The sum of masses.
pub(super) fn total(masses: &[u64]) -> u128 {
    masses.iter().map(|&mass| u128::from(mass)).sum()
}

/// The longest distance between the two laws.
pub(super) fn diameter(problem: &Problem) -> Interval {
    let pairs = (0..problem.p.len()).flat_map(|i| (0..problem.q.len()).map(move |j| (i, j)));
    pairs.map(|(i, j)| apart(problem, i, j)).fold(Interval::ZERO, Interval::max)
}

fn shares(masses: &[u64]) -> Vec<Interval> {
    let total = total(masses);
    masses.iter().map(|&mass| Interval::ratio(mass.into(), total)).collect()
}

fn apart(problem: &Problem, i: usize, j: usize) -> Interval {
    distance::enclose(problem.p.row(i), problem.q.row(j), problem.cost)
}
