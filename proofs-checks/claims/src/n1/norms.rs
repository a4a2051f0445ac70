//! Spectral norms: certified from above by the kernel's rule, attained from below by singular vectors.

use lip1_core::spectral_certificate;
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, norm};
use nalgebra::DMatrix;
use rand::RngExt;

/// What the certificates promise: the bound is this close to the norm, relative.
const TIGHT: (u128, u128) = (1, 10_000_000_000);

/// Where the certified bound of a normalised layer may lie below 1.
const NORMALISED: f64 = 1e-9;

/// How far the norm of a layer trained under a constraint may exceed 1: roundings of 64 products in each of up to 15
/// Björck steps (2e-13) and what certificates add (2e-12), rounded up.
const ROUNDING: f64 = 1e-11;

/// How far it may fall short: Björck iteration stops when a step moves the matrix by 1e-3, and leaves `3/2` the square.
const UNSETTLED: f64 = 2e-6;

/// The dense layers of a network.
pub(super) fn dense(net: &Net) -> Vec<Dense> {
    let dense = net.layers().iter().filter_map(|layer| match layer {
        Layer::Dense(dense) => Some(dense.clone()),
        _ => None,
    });
    dense.collect()
}

/// The certified bound must be at least `|Wv|/|v|` for the leading singular vector `v`, and above it by no more than
/// the promise.
pub(super) fn tight(layers: &[Dense]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("relative");
    for layer in layers {
        let Some(bound) = bound(&mut finding, layer) else { continue };
        let attained = norm::quotient(layer, &leading_vector(layer))?.enclosure();
        compare(&mut finding, attained, bound, || {
            format!("{} x {}, norm about {attained}", layer.outputs, layer.inputs)
        });
    }
    Ok(finding)
}

fn compare(finding: &mut Finding, truth: Interval, bound: Interval, witness: impl Fn() -> String) {
    let excess = bound / truth;
    let promise = Interval::ONE + Interval::ratio(TIGHT.0, TIGHT.1);
    finding.at_most("1 <= bound / norm", Interval::ONE, excess, &witness);
    finding.at_most("bound / norm <= 1 + 1e-10", excess, promise, &witness);
}

/// The kernel's bound on the norm of a layer; a refusal is counted as a violation.
fn bound(finding: &mut Finding, layer: &Dense) -> Option<Interval> {
    match norm::spectral(layer, &spectral_certificate(layer)) {
        Ok(bound) => Some(bound.upper_bound()),
        Err(refusal) => {
            finding.refused(refusal);
            None
        }
    }
}

/// A right singular vector of the largest singular value, nearly: any vector gives a lower end.
fn leading_vector(layer: &Dense) -> Vec<f64> {
    let matrix = DMatrix::from_row_slice(layer.outputs, layer.inputs, &layer.weight);
    let svd = matrix.svd(false, true);
    let rows = svd.v_t.iter().flat_map(|v| v.row_iter().map(|row| row.iter().copied().collect()));
    let leading = rows.zip(svd.singular_values.iter()).max_by(|(_, a), (_, b)| a.total_cmp(b));
    leading.map_or_else(|| vec![1.0; layer.inputs], |(vector, _): (Vec<f64>, _)| vector)
}

/// Matrices whose norm is known without computing it, as an enclosure.
pub(super) fn known(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("relative");
    let mut random = ctx.generator("known");
    let mut examine = |rows: usize, columns: usize, weight: Vec<f64>, norm: Interval, name: &str| {
        let layer = Dense { outputs: rows, inputs: columns, weight, bias: Vec::new() };
        if let Some(bound) = bound(&mut finding, &layer) {
            compare(&mut finding, norm, bound, || format!("{name}, {rows} x {columns}"));
        }
    };
    for _ in 0..ctx.count(20, 400, 10_000) {
        let (rows, columns) = (random.random_range(1..=40), random.random_range(1..=40));
        let mut entries = |count: usize| -> Vec<f64> {
            (0..count).map(|_| f64::from(2 * random.random_range(-500..500) + 1)).collect()
        };
        // |u v'| = |u| |v|, all singular values but one 0.
        let (u, v) = (entries(rows), entries(columns));
        let length =
            |x: &[f64]| x.iter().fold(Interval::ZERO, |sum, x| sum + Interval::point(*x).sqr()).sqrt();
        let outer = u.iter().flat_map(|u| v.iter().map(move |v| u * v)).collect();
        examine(rows, columns, outer, length(&u) * length(&v), "outer product");
        // A permuted diagonal: the largest entry.
        let diagonal = entries(rows.min(columns));
        let mut matrix = vec![0.0; rows * columns];
        for (k, d) in diagonal.iter().enumerate() {
            matrix[k * columns + (k + 7) % columns] += d;
        }
        let largest = diagonal.iter().fold(0.0_f64, |largest, d| largest.max(d.abs()));
        examine(rows, columns, matrix, Interval::point(largest), "permuted diagonal");
    }
    for exponent in 0..=6 {
        // Hadamard: all singular values are the root of the size. Powers of two to either end of the range.
        let size = 1_usize << exponent;
        for scale in [-900, -30, 0, 900] {
            let unit = 2.0_f64.powi(scale);
            let sign = |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { unit } else { -unit };
            let matrix = (0..size).flat_map(|i| (0..size).map(move |j| sign(i, j))).collect();
            let norm = Interval::integer(size as u128).sqrt() * Interval::point(unit);
            examine(size, size, matrix, norm, "Hadamard");
        }
    }
    Ok(finding)
}

/// The norm of every layer must be at most 1, between its certified ends.
pub(super) fn at_most_one(layers: &[Dense]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("norm");
    for layer in layers {
        let Some(bound) = bound(&mut finding, layer) else { continue };
        let attained = norm::quotient(layer, &leading_vector(layer))?.enclosure();
        finding.at_most("norm <= 1", attained.hull(bound), Interval::ONE, || {
            format!("{} x {}, norm between {attained} and {bound}", layer.outputs, layer.inputs)
        });
    }
    Ok(finding)
}

/// The norm of every layer must be 1 up to the rounding and the stopping rule of its constraint.
pub(super) fn constrained(layers: &[Dense]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("norm");
    for layer in layers {
        let Some(bound) = bound(&mut finding, layer) else { continue };
        let attained = norm::quotient(layer, &leading_vector(layer))?.enclosure();
        let slack = (1.0 + ROUNDING - bound.upper()).min(attained.lower() - (1.0 - UNSETTLED));
        finding.case(slack, || format!("{} x {}, norm about {attained}", layer.outputs, layer.inputs));
    }
    Ok(finding)
}

/// The layer divided by a little more than its certified bound.
///
/// # Errors
/// When the bound of the quotient is not within the tolerance below 1.
pub(super) fn normalised(layer: &Dense) -> Result<Dense, CheckError> {
    let norm = |layer: &Dense| norm::spectral(layer, &spectral_certificate(layer)).map(|bound| bound.upper);
    let quotient = scaled(layer, (1.0 - NORMALISED / 2.0) / norm(layer)?);
    let bound = norm(&quotient)?;
    if (1.0 - NORMALISED..=1.0).contains(&bound) {
        Ok(quotient)
    } else {
        Err(CheckError::Instance(format!("a normalised layer has bound {bound}")))
    }
}

/// The layer with its weight multiplied.
pub(super) fn scaled(layer: &Dense, factor: f64) -> Dense {
    Dense { weight: layer.weight.iter().map(|w| w * factor).collect(), ..layer.clone() }
}
