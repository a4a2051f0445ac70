//! From nearly feasible to exactly feasible.

use lip1_kernel::Points;
use lip1_kernel::distance::{Cost, below, enclose};
use lip1_kernel::transport::{self, Potentials};

use crate::boxes;
use crate::distance::distance;
use crate::line::couple;
use crate::settle::settle;
use crate::sparse::{KdTree, Valued};
use crate::tolerance;

/// Potentials that the kernel accepts: `u_i = min_j (v_j + d_ij)`, every step rounded down.
///
/// The given `v` is first recentred where there is mass, which makes the last places count; it is otherwise kept, so any
/// `v` whatever gives feasible potentials, and a good one gives good ones. Distances are shortened so far that the kernel's fast test
/// passes, unless that loses too much beside the plan of `flows`; then only as far as it must be, and if that does not suffice the
/// values are settled along the flows. Where the kernel compares boxes, all potentials keep clear of the distances by a few roundings, if
/// that loses no more either. `O(n m)`.
pub(crate) fn potentials(
    statement: &transport::Problem,
    mut v: Vec<f64>,
    flows: &[(u32, u32, u64)],
) -> Potentials {
    let transport::Problem { p, q, cost, .. } = statement;
    recentre(&mut v, &statement.q_mass);
    let mut u = transform(p, q, *cost, &v);
    let total = statement.p_mass.iter().map(|&mass| mass as f64).sum::<f64>();
    let (mut paid, mut longest) = (0.0, 0.0f64);
    for &(i, j, mass) in flows {
        let (x, y) = (p.row(i as usize), q.row(j as usize));
        paid += mass as f64 / total * distance(*cost, x, y);
        longest = x.iter().zip(y).map(|(a, b)| (a - b).abs()).fold(longest, f64::max);
    }
    let lost = |u: &[f64], v: &[f64]| -> f64 {
        let slack = |&(i, j, mass): &(u32, u32, u64)| {
            let (i, j) = (i as usize, j as usize);
            mass as f64 / total * (distance(*cost, p.row(i), q.row(j)) - (u[i] - v[j]))
        };
        flows.iter().map(slack).sum()
    };
    let most = tolerance::loss(paid, longest);
    if boxes::pay(statement) {
        let clearance = tolerance::clearance(largest(&u).max(largest(&v)));
        if lost(&u, &v) + clearance <= most {
            u.iter_mut().for_each(|u| *u -= clearance);
        }
    }
    if lost(&u, &v) > most {
        let close =
            |v: &[f64]| transform_by(p, q, *cost, v, |x, y, v| sum_below(v, enclose(x, y, *cost).lower()));
        u = close(&v);
        if lost(&u, &v) > most && p.len() * q.len() <= MOST_PAIRS {
            let settled = settle(statement, &v, flows);
            let rise = close(&settled);
            if lost(&rise, &settled) < lost(&u, &v) {
                (u, v) = (rise, settled);
            }
        }
    }
    Potentials { u, v }
}

/// Shifts the values so that those at points with mass lie around 0.
fn recentre(v: &mut [f64], masses: &[u64]) {
    let with_mass = v.iter().zip(masses).filter(|(_, mass)| **mass > 0).map(|(v, _)| *v);
    let (low, high) =
        with_mass.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let middle = low / 2.0 + high / 2.0;
    v.iter_mut().for_each(|v| *v -= middle);
}

/// Pairs up to which values are settled, which takes some rounds over all of them.
const MOST_PAIRS: usize = 1 << 24;

/// Largest dimension in which a k-d tree rules out enough to pay.
const TREE_DIMENSION: usize = 3;

/// Pairs from which on a k-d tree pays.
const TREE_PAIRS: usize = 1 << 16;

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// The c-transform `u_i = min_j (v_j + d_ij)`, every step rounded down.
pub(crate) fn transform(p: &Points, q: &Points, cost: Cost, v: &[f64]) -> Vec<f64> {
    let shrink = tolerance::shrink(p.dim());
    transform_by(p, q, cost, v, |x, y, v| sum_below(v, below(x, y, cost) * shrink))
}

/// The least `cone(x, y_j, v_j)` for every `x` of `p`, a cone being `v_j + d(x, y_j)` up to rounding.
fn transform_by(
    p: &Points,
    q: &Points,
    cost: Cost,
    v: &[f64],
    cone: impl Fn(&[f64], &[f64], f64) -> f64,
) -> Vec<f64> {
    let scale = largest(v) + p.dim() as f64 * (largest(p.coords()) + largest(q.coords()));
    // Only cones that may be the least by rounding are looked at closely.
    let margin = tolerance::violation(scale);
    if p.dim() <= TREE_DIMENSION && p.len() * q.len() > TREE_PAIRS {
        let tree = KdTree::new(cost, q.dim(), q.coords());
        let valued = Valued::new(&tree, v);
        return p.rows().map(|x| valued.least(x, margin, |v, y| cone(x, y, v))).collect();
    }
    let mut sums = vec![0.0; q.len()];
    let at = |x: &[f64]| {
        sums.iter_mut().zip(q.rows().zip(v)).for_each(|(sum, (y, v))| *sum = v + distance(cost, x, y));
        let bound = sums.iter().copied().fold(f64::INFINITY, f64::min) + margin;
        let close = sums.iter().zip(q.rows().zip(v)).filter(|(sum, _)| **sum <= bound);
        close.map(|(_, (y, &v))| cone(x, y, v)).fold(f64::INFINITY, f64::min)
    };
    p.rows().map(at).collect()
}

/// The other c-transform `v_j = max_i (u_i - d_ij)`, in plain floating point: the least values that `u` allows.
pub(crate) fn transform_back(p: &Points, q: &Points, cost: Cost, u: &[f64]) -> Vec<f64> {
    let at = |y: &[f64]| {
        let cones = p.rows().zip(u).map(|(x, u)| u - distance(cost, x, y));
        cones.fold(f64::NEG_INFINITY, f64::max)
    };
    q.rows().map(at).collect()
}

/// The largest 1-Lipschitz function with at most the given values at the points `known`, on all points; zero when none
/// is known.
pub(crate) fn extend(points: &Points, cost: Cost, known: &[usize], values: &[f64]) -> Vec<f64> {
    if known.len() == points.len() {
        return values.to_vec();
    }
    let at = |x: &[f64]| {
        let cones = known.iter().zip(values).map(|(&k, value)| value + distance(cost, x, points.row(k)));
        let least = cones.fold(f64::INFINITY, f64::min);
        if least.is_finite() { least } else { 0.0 }
    };
    points.rows().map(at).collect()
}

/// The largest `f64` that is at most `a + b`.
fn sum_below(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let t = sum - a;
    let error = (a - (sum - t)) + (b - t);
    if error < 0.0 { sum.next_down() } else { sum }
}

/// Adds flows, in index order, until the sums are the supplies and demands; the given flows must not exceed them.
pub(crate) fn complete(
    mut flows: Vec<(u32, u32, u64)>,
    supply: &[u64],
    demand: &[u64],
) -> Vec<(u32, u32, u64)> {
    let (mut left, mut wanted) = (supply.to_vec(), demand.to_vec());
    for &(i, j, mass) in &flows {
        left[i as usize] -= mass;
        wanted[j as usize] -= mass;
    }
    let indices = |n: usize| (0..n).collect::<Vec<_>>();
    flows.extend(couple(&indices(left.len()), &indices(wanted.len()), &left, &wanted));
    merge(flows)
}

/// Sorts flows and adds up those on the same arc.
pub(crate) fn merge(mut flows: Vec<(u32, u32, u64)>) -> Vec<(u32, u32, u64)> {
    flows.sort_unstable();
    flows.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 += next.2;
        }
        same
    });
    flows
}

/// An exact plan near a plan in shares of the total: each share rounded down to units, the rest placed in order.
pub(crate) fn plan(shares: &[f64], supply: &[u64], demand: &[u64]) -> Vec<(u32, u32, u64)> {
    let total = supply.iter().sum::<u64>() as f64;
    let (mut left, mut wanted) = (supply.to_vec(), demand.to_vec());
    let mut arcs: Vec<usize> =
        (0..shares.len()).filter(|&k| shares[k] > crate::tolerance::LP_NOISE).collect();
    arcs.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    let mut flows = Vec::new();
    // Nearest integers serve vertex plans, whose shares are whole numbers of units up to noise.
    for k in arcs {
        let (i, j) = (k / demand.len(), k % demand.len());
        let mass = ((shares[k] * total).round() as u64).min(left[i]).min(wanted[j]);
        if mass > 0 {
            left[i] -= mass;
            wanted[j] -= mass;
            flows.push((i as u32, j as u32, mass));
        }
    }
    complete(flows, supply, demand)
}

/// An exact plan near one in shares of the total whose marginals are off: rows, then columns that are too heavy are scaled down,
/// and what is missing is added along a coupling of the remainders (after Altschuler, Weed and Rigollet 2017).
pub(crate) fn shrink_and_complete(
    mut shares: Vec<f64>,
    supply: &[u64],
    demand: &[u64],
) -> Vec<(u32, u32, u64)> {
    let total = supply.iter().sum::<u64>() as f64;
    let m = demand.len();
    let factor = |sum: f64, mass: u64| if sum > 0.0 { (mass as f64 / total / sum).min(1.0) } else { 0.0 };
    for (row, &mass) in shares.chunks_exact_mut(m).zip(supply) {
        let factor = factor(row.iter().sum(), mass);
        row.iter_mut().for_each(|share| *share *= factor);
    }
    let mut sums = vec![0.0; m];
    shares.chunks_exact(m).for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, share)| *sum += share));
    let factors: Vec<f64> = sums.iter().zip(demand).map(|(&sum, &mass)| factor(sum, mass)).collect();
    let (mut left, mut wanted) = (supply.to_vec(), demand.to_vec());
    let mut flows = Vec::new();
    for (k, share) in shares.iter().enumerate() {
        let (i, j) = (k / m, k % m);
        // The minimum takes care of what rounding left too heavy.
        let mass = ((share * factors[j] * total) as u64).min(left[i]).min(wanted[j]);
        if mass > 0 {
            left[i] -= mass;
            wanted[j] -= mass;
            flows.push((i as u32, j as u32, mass));
        }
    }
    complete(flows, supply, demand)
}
