//! From nearly feasible to exactly feasible.

use lip1_kernel::transport::{self, Potentials};

use lip1_kernel::distance::below;

use crate::line::couple;
use crate::tolerance;

/// Potentials that the kernel accepts: `u_i = min_j (v_j + d_ij)`, every step rounded down.
///
/// The given `v` is first centred, which makes the last places count; it is otherwise kept, so any `v` whatever gives
/// feasible potentials, and a good one gives good ones. `O(n m)`.
pub(crate) fn potentials(statement: &transport::Problem, mut v: Vec<f64>) -> Potentials {
    let (low, high) =
        v.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v)));
    let middle = low / 2.0 + high / 2.0;
    v.iter_mut().for_each(|v| *v -= middle);
    let shrink = tolerance::shrink(statement.p.dim());
    let u = statement
        .p
        .rows()
        .map(|x| {
            statement
                .q
                .rows()
                .zip(&v)
                .map(|(y, &v)| sum_below(v, below(x, y, statement.cost) * shrink))
                .fold(f64::INFINITY, f64::min)
        })
        .collect();
    Potentials { u, v }
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
