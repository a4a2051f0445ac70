//! The closed form on the line, where all three costs agree.

use crate::Status;
use crate::instance::{Answer, Instance};

/// Couples the sorted points in order; `f' = -sign(F_P - F_Q)` gives the potential.
///
/// `W = integral |F_P - F_Q|` (Vallender 1974). `O((n + m) log(n + m))`.
pub(crate) fn solve(instance: &Instance) -> Answer {
    let order = |coords: &[f64]| {
        let mut order: Vec<usize> = (0..coords.len()).collect();
        order.sort_by(|&a, &b| coords[a].total_cmp(&coords[b]));
        order
    };
    let (xs, ys) = (order(&instance.x), order(&instance.y));
    Answer {
        flows: couple(&xs, &ys, &instance.supply, &instance.demand),
        v: potentials(instance, &xs, &ys),
        status: Status::Optimal,
        iterations: 0,
    }
}

/// The north-west corner rule along two orders.
pub(crate) fn couple(xs: &[usize], ys: &[usize], supply: &[u64], demand: &[u64]) -> Vec<(u32, u32, u64)> {
    let mut flows = Vec::with_capacity(xs.len() + ys.len());
    let mut sinks = ys.iter().map(|&j| (j, demand[j]));
    let mut sink = sinks.next();
    for &i in xs {
        let mut left = supply[i];
        while let (Some((j, wanted)), true) = (sink, left > 0) {
            let mass = left.min(wanted);
            if mass > 0 {
                flows.push((i as u32, j as u32, mass));
            }
            left -= mass;
            sink = if wanted > mass { Some((j, wanted - mass)) } else { sinks.next() };
        }
    }
    flows
}

/// Integrates the slope from left to right; the lost low parts are carried along.
fn potentials(instance: &Instance, xs: &[usize], ys: &[usize]) -> Vec<f64> {
    let mut v = vec![0.0; ys.len()];
    let (mut a, mut b) = (xs.iter().peekable(), ys.iter().peekable());
    let (mut excess, mut height, mut low) = (0i128, 0.0f64, 0.0f64);
    let mut before = f64::NAN;
    loop {
        let from_x = match (a.peek(), b.peek()) {
            (Some(&&i), Some(&&j)) => instance.x[i] <= instance.y[j],
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => break,
        };
        let here = if from_x { a.peek().map(|&&i| instance.x[i]) } else { b.peek().map(|&&j| instance.y[j]) };
        let Some(here) = here else { break };
        if !before.is_nan() && excess != 0 {
            let sign = if excess > 0 { -1.0 } else { 1.0 };
            // here - before = step + lost exactly, and the same for the sum.
            let (step, lost) = two_sum(here, -before);
            let (sum, dropped) = two_sum(height, sign * step);
            low += dropped + sign * lost;
            height = sum;
        }
        before = here;
        if from_x {
            if let Some(&i) = a.next() {
                excess += i128::from(instance.supply[i]);
            }
        } else if let Some(&j) = b.next() {
            v[j] = height + low;
            excess -= i128::from(instance.demand[j]);
        }
    }
    v
}

/// `a + b = sum + error` exactly (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let t = sum - a;
    (sum, (a - (sum - t)) + (b - t))
}
