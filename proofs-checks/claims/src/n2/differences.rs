//! Differences of outputs against differences of inputs, in integers: no rounding, equality inside a cell included.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::distance::Cost;
use proptest::collection::vec;

use super::activation::{Activation, shown};

/// Most points of a grid; all pairs are tried.
const POINTS: usize = 128;

/// The norms of the statement.
pub(super) const NORMS: [Cost; 2] = [Cost::L2, Cost::Linf];

/// Numbers `0, 1, ..` that an entry of a point of the grid takes.
fn side(width: usize) -> usize {
    (2..=16_usize).rev().find(|side| side.pow(width as u32) <= POINTS).unwrap_or(2)
}

/// How many pairs of different points the grid of a width has: `N (N - 1)/2` for `N = side^width`.
pub(super) fn pairs(width: usize) -> u128 {
    let points = (side(width) as u128).pow(width as u32);
    points * (points - 1) / 2
}

/// Examines all pairs of a grid of integers, for each activation and each norm; there are `size` of them.
pub(super) fn on_grids(
    activations: &[Activation],
    norms: &[Cost],
    size: u128,
) -> Result<Finding, CheckError> {
    let formula = "pairs of points of the grid of each width, for each activation and norm";
    let mut finding = Finding::enumerating("squared distance", formula, size);
    for activation in activations {
        let (side, width) = (side(activation.width), activation.width as u32);
        let point = |code: usize| (0..width).map(|k| (code / side.pow(k) % side) as i64).collect::<Vec<_>>();
        let points: Vec<Vec<i64>> = (0..side.pow(width)).map(point).collect();
        let images = points.iter().map(|x| activation.value(x)).collect::<Result<Vec<_>, _>>()?;
        for norm in norms {
            for (i, (x, fx)) in points.iter().zip(&images).enumerate() {
                for (j, (y, fy)) in points.iter().zip(&images).enumerate().take(i) {
                    finding.element((&activation.name, norm.name(), i, j));
                    short(&mut finding, activation, *norm, [x, y], [fx, fy]);
                }
            }
        }
    }
    Ok(finding)
}

/// `|f(x) - f(y)|^2 <= |x - y|^2`.
fn short(
    finding: &mut Finding,
    activation: &Activation,
    norm: Cost,
    [x, y]: [&[i64]; 2],
    [fx, fy]: [&[i64]; 2],
) {
    finding.not_above("|f(x) - f(y)| <= |x - y|", &square(fx, fy, norm), &square(x, y, norm), || {
        format!("{} at {} and {}, {}", activation.name, shown(x), shown(y), norm.name())
    });
}

/// Random pairs of integer points in layers of 8 to 64 entries.
pub(super) fn in_wide_layers(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("squared distance");
    for width in [8, 12, 60, 64] {
        for (index, activation) in Activation::all(width)?.iter().enumerate() {
            // Few values, so that many entries tie, or many.
            for limit in [3_i64, 1 << 20] {
                let entries = || vec(-limit..=limit, width);
                let stream = format!("{width} {index} {limit}");
                let cases = ctx.cases(64, 1_000, 20_000);
                let pairs = (entries(), entries());
                finding.merge(ctx.sampled(&stream, "squared distance", &pairs, cases, |(x, y)| {
                    let (fx, fy) = (activation.value(x)?, activation.value(y)?);
                    let mut finding = Finding::new("squared distance");
                    for norm in NORMS {
                        short(&mut finding, activation, norm, [x, y], [&fx, &fy]);
                    }
                    Ok(finding)
                })?);
            }
        }
    }
    Ok(finding)
}

/// The squared distance of two integer points.
fn square(x: &[i64], y: &[i64], norm: Cost) -> i64 {
    let differences = x.iter().zip(y).map(|(x, y)| (x - y).abs());
    match norm {
        Cost::L1 => differences.sum::<i64>().pow(2),
        Cost::L2 => differences.map(|d| d * d).sum(),
        Cost::Linf => differences.max().unwrap_or(0).pow(2),
    }
}
