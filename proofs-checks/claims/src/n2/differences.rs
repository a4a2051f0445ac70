//! Differences of outputs against differences of inputs, in integers: no rounding, equality inside a cell included.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::distance::Cost;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use super::activation::Activation;

/// Most points of a grid; all pairs are tried.
const POINTS: usize = 128;

/// Examines all pairs of a grid of integers.
pub(super) fn on_a_grid(activation: &Activation, norm: Cost) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("squared distance");
    let width = activation.width as u32;
    let side = (2..=16_usize).rev().find(|side| side.pow(width) <= POINTS).unwrap_or(2);
    let point = |code: usize| (0..width).map(|k| (code / side.pow(k) % side) as f64).collect::<Vec<_>>();
    let points: Vec<Vec<f64>> = (0..side.pow(width)).map(point).collect();
    let images = points.iter().map(|x| activation.value(x)).collect::<Result<Vec<_>, _>>()?;
    for (x, fx) in points.iter().zip(&images) {
        for (y, fy) in points.iter().zip(&images) {
            let slack = square(x, y, norm) - square(fx, fy, norm);
            finding.case(slack, || format!("{} at {x:?} and {y:?}, {}", activation.name, norm.name()));
        }
    }
    Ok(finding)
}

/// Random pairs of integer points in layers of 8 to 64 entries.
pub(super) fn in_wide_layers(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("squared distance");
    for width in [8, 12, 60, 64] {
        for (index, activation) in Activation::all(width)?.iter().enumerate() {
            // Few values, so that many entries tie, or many.
            for limit in [3, 1 << 20] {
                let entries = move || vec((-limit..=limit).prop_map(f64::from), width);
                let stream = format!("{width} {index} {limit}");
                let cases = ctx.cases(64, 1_000, 20_000);
                finding.merge(ctx.sampled(
                    &stream,
                    "squared distance",
                    &(entries(), entries()),
                    cases,
                    |(x, y)| {
                        let (fx, fy) = (activation.value(x)?, activation.value(y)?);
                        let slack = |norm| square(x, y, norm) - square(&fx, &fy, norm);
                        Ok(slack(Cost::L2).min(slack(Cost::Linf)))
                    },
                )?);
            }
        }
    }
    Ok(finding)
}

/// The squared distance of two integer points, exact below `2^53`; NaN stays NaN.
fn square(x: &[f64], y: &[f64], norm: Cost) -> f64 {
    let differences = x.iter().zip(y).map(|(x, y)| (x - y).abs());
    match norm {
        Cost::L1 => differences.sum::<f64>().powi(2),
        Cost::L2 => differences.map(|d| d * d).sum(),
        Cost::Linf => differences
            .fold(0.0, |largest: f64, d| if d > largest || d.is_nan() { d } else { largest })
            .powi(2),
    }
}
