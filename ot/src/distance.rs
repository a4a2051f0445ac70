//! Distances in plain floating point, for searching; the kernel computes its own.

use lip1_kernel::distance::Cost;

/// `d(x, y)` in the norm of `cost`, rounded to nearest at every step.
pub(crate) fn distance(cost: Cost, x: &[f64], y: &[f64]) -> f64 {
    let steps = x.iter().zip(y).map(|(a, b)| (a - b).abs());
    match cost {
        Cost::L1 => steps.sum(),
        Cost::Linf => steps.fold(0.0, f64::max),
        _ => match (x, y) {
            ([a], [b]) => (a - b).abs(),
            ([a, b], [c, d]) => {
                let square = (a - c) * (a - c) + (b - d) * (b - d);
                square.sqrt()
            }
            _ => steps.map(|step| step * step).sum::<f64>().sqrt(),
        },
    }
}
