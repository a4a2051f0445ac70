//! Mass that two measures share stays where it is.

use std::cmp::Ordering;

use crate::instance::Instance;
use crate::problem::Problem;

/// A problem without its shared mass, and the way back.
///
/// The triangle inequality makes it optimal to leave `min(p({z}), q({z}))` in place at every point `z`. Equal measures
/// so have the value zero exactly, and no solver sees a zero distance.
#[derive(Debug)]
pub(crate) struct Cancelled {
    /// What is left to transport; `None` when nothing is.
    pub(crate) instance: Option<Instance>,
    /// Original index of every source of the instance.
    pub(crate) sources: Vec<u32>,
    /// Original index of every sink of the instance.
    pub(crate) sinks: Vec<u32>,
    /// Mass that stays, as flows between original indices.
    pub(crate) kept: Vec<(u32, u32, u64)>,
}

/// Cancels the shared mass by sorting both supports, in `O((n + m) log(n + m))`.
pub(crate) fn cancel(problem: &Problem) -> Cancelled {
    let statement = problem.statement();
    let (mut supply, mut demand) = (statement.p_mass.clone(), statement.q_mass.clone());
    let by_place = |points: &lip1_kernel::Points| {
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|&a, &b| compare(points.row(a), points.row(b)));
        order
    };
    let (p_order, q_order) = (by_place(&statement.p), by_place(&statement.q));
    let mut kept = Vec::new();
    let (mut a, mut b) = (0, 0);
    while let (Some(&i), Some(&j)) = (p_order.get(a), q_order.get(b)) {
        match compare(statement.p.row(i), statement.q.row(j)) {
            Ordering::Less => a += 1,
            Ordering::Greater => b += 1,
            Ordering::Equal => {
                let mass = supply[i].min(demand[j]);
                supply[i] -= mass;
                demand[j] -= mass;
                if mass > 0 {
                    kept.push((i as u32, j as u32, mass));
                }
                // One of the two is used up; a tie moves on in p, and q follows at the next round.
                if supply[i] == 0 {
                    a += 1;
                } else {
                    b += 1;
                }
            }
        }
    }
    let left = |masses: &[u64]| -> Vec<u32> {
        masses.iter().enumerate().filter(|&(_, &m)| m > 0).map(|(i, _)| i as u32).collect()
    };
    let (sources, sinks) = (left(&supply), left(&demand));
    let gather = |points: &lip1_kernel::Points, index: &[u32]| -> Vec<f64> {
        index.iter().flat_map(|&i| points.row(i as usize)).copied().collect()
    };
    let pick = |masses: &[u64], index: &[u32]| index.iter().map(|&i| masses[i as usize]).collect();
    let instance = (!sources.is_empty()).then(|| Instance {
        cost: statement.cost,
        dim: statement.p.dim(),
        x: gather(&statement.p, &sources),
        y: gather(&statement.q, &sinks),
        supply: pick(&supply, &sources),
        demand: pick(&demand, &sinks),
    });
    Cancelled { instance, sources, sinks, kept }
}

/// Lexicographic order of finite coordinates, in which -0 equals 0.
fn compare(x: &[f64], y: &[f64]) -> Ordering {
    x.partial_cmp(y).unwrap_or(Ordering::Equal)
}
