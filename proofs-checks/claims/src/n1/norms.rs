//! Spectral norms: certified from above by the kernel's rule, attained from below by singular vectors.

use lip1_core::spectral_certificate;
use lip1_harness::{CheckError, Context, Finding, Tolerance};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, norm};
use nalgebra::DMatrix;
use rand::RngExt;

/// Units of `k eps` by which a certified bound on the norm of a matrix whose smaller side is `k` may exceed it, relative. A
/// certificate shifts the largest eigenvalue by 2e-12, which is 2^13 eps, or by `k eps` if that is more, and by 4 times as
/// much after each Cholesky factorisation that fails; the norm moves by half of that. To it come the kernel's charges for
/// rounding, about `k eps` times the length of a dot product over 4.
const SHIFT: f64 = 8_192.0;

/// Where the certified bound of a normalised layer may lie below 1.
const NORMALISED: f64 = 1e-9;

/// By how much certified bounds on the norm of a layer may exceed it, in units of `scale`.
fn promise(layer: &Dense, scale: Interval) -> Tolerance {
    let k = Interval::integer(layer.outputs.min(layer.inputs) as u128);
    let share = Interval::constant(SHIFT * f64::EPSILON) * k;
    Tolerance::new(share * scale, scale, "what the certificate of a norm is shifted by: 2^13 k eps")
}

/// The dense layers of a network.
pub(super) fn dense(net: &Net) -> Vec<Dense> {
    let dense = net.layers().iter().filter_map(|layer| match layer {
        Layer::Dense(dense) => Some(dense.clone()),
        _ => None,
    });
    dense.collect()
}

/// What is proved about a layer's norm: `|Wv|/|v|` for its leading singular vector, and the bound; a refusal is counted as a
/// violation.
fn ends(finding: &mut Finding, layer: &Dense) -> Result<Option<(Interval, Interval)>, CheckError> {
    let attained = norm::quotient(layer, &leading_vector(layer))?.enclosure();
    Ok(bound(finding, layer).map(|bound| (attained, bound)))
}

/// The kernel's bound on the norm of a layer.
fn bound(finding: &mut Finding, layer: &Dense) -> Option<Interval> {
    match norm::spectral(layer, &spectral_certificate(layer)) {
        Ok(bound) => Some(bound.upper_bound()),
        Err(refusal) => {
            finding.refused(refusal);
            None
        }
    }
}

fn shape(layer: &Dense, norm: Interval) -> String {
    format!("{} x {}, norm about {norm}", layer.outputs, layer.inputs)
}

/// The certified bound must be attained.
pub(super) fn tight(layers: &[Dense]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("norm");
    for layer in layers {
        if let Some((attained, bound)) = ends(&mut finding, layer)? {
            compare(&mut finding, layer, attained, bound, || shape(layer, attained));
        }
    }
    Ok(finding)
}

fn compare(
    finding: &mut Finding,
    layer: &Dense,
    truth: Interval,
    bound: Interval,
    witness: impl Fn() -> String,
) {
    finding.at_most("norm <= certified bound", truth, bound, &witness);
    finding.at_most_within("certified bound <= norm", bound, truth, promise(layer, truth), &witness);
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
    let mut finding = Finding::new("norm");
    let mut random = ctx.generator("known");
    let mut examine = |rows: usize, columns: usize, weight: Vec<f64>, norm: Interval, name: &str| {
        let layer = Dense { outputs: rows, inputs: columns, weight, bias: Vec::new() };
        if let Some(bound) = bound(&mut finding, &layer) {
            compare(&mut finding, &layer, norm, bound, || format!("{name}, {rows} x {columns}"));
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
            |x: &[f64]| x.iter().fold(Interval::ZERO, |sum, x| sum + Interval::data(*x).sqr()).sqrt();
        let outer = u.iter().flat_map(|u| v.iter().map(move |v| u * v)).collect();
        examine(rows, columns, outer, length(&u) * length(&v), "outer product");
        // A permuted diagonal: the largest entry.
        let diagonal = entries(rows.min(columns));
        let mut matrix = vec![0.0; rows * columns];
        for (k, d) in diagonal.iter().enumerate() {
            matrix[k * columns + (k + 7) % columns] += d;
        }
        let largest = diagonal.iter().fold(0.0_f64, |largest, d| largest.max(d.abs()));
        examine(rows, columns, matrix, Interval::data(largest), "permuted diagonal");
    }
    for exponent in 0..=6 {
        // Hadamard: all singular values are the root of the size. Powers of two to either end of the range.
        let size = 1_usize << exponent;
        for scale in [-900, -30, 0, 900] {
            let unit = 2.0_f64.powi(scale);
            let sign = |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { unit } else { -unit };
            let matrix = (0..size).flat_map(|i| (0..size).map(move |j| sign(i, j))).collect();
            let norm = Interval::integer(size as u128).sqrt() * Interval::data(unit);
            examine(size, size, matrix, norm, "Hadamard");
        }
    }
    Ok(finding)
}

/// The norm of every layer must be at most 1, between its certified ends.
pub(super) fn at_most_one(layers: &[Dense]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("norm");
    for layer in layers {
        if let Some((attained, bound)) = ends(&mut finding, layer)? {
            let norm = attained.hull(bound);
            let least = Interval::ONE - Interval::constant(NORMALISED);
            finding.required("the certified bound is close to 1", least, bound, || shape(layer, norm));
            finding.at_most("norm <= 1", norm, Interval::ONE, || shape(layer, norm));
        }
    }
    Ok(finding)
}

/// The norm of every layer must be at most 1, but for the rounding of a constraint, which is less than what certificates
/// are shifted by.
pub(super) fn at_most_one_but_for_rounding(layers: &[Dense]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("norm");
    for layer in layers {
        if let Some((attained, bound)) = ends(&mut finding, layer)? {
            let (norm, tolerance) = (attained.hull(bound), promise(layer, Interval::ONE));
            finding.at_most_within("norm <= 1", norm, Interval::ONE, tolerance, || shape(layer, norm));
        }
    }
    Ok(finding)
}

/// The norm of every layer must be at least 1, but for the same and for what a stopping rule leaves.
pub(super) fn at_least_one(layers: &[Dense], left: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("norm");
    for layer in layers {
        if let Some((attained, bound)) = ends(&mut finding, layer)? {
            let norm = attained.hull(bound);
            let value = promise(layer, Interval::ONE).value() + Interval::constant(left);
            let reason = "what certificates are shifted by and a stopping rule leaves";
            let tolerance = Tolerance::new(value, Interval::ONE, reason);
            finding.at_most_within("1 <= norm", Interval::ONE, norm, tolerance, || shape(layer, norm));
        }
    }
    Ok(finding)
}

/// The layer divided by a little more than its certified bound.
///
/// # Errors
/// When the kernel refuses the bound.
pub(super) fn normalised(layer: &Dense) -> Result<Dense, CheckError> {
    let bound = norm::spectral(layer, &spectral_certificate(layer))?.upper;
    Ok(scaled(layer, (1.0 - NORMALISED / 2.0) / bound))
}

/// The layer with its weight multiplied.
pub(super) fn scaled(layer: &Dense, factor: f64) -> Dense {
    Dense { weight: layer.weight.iter().map(|w| w * factor).collect(), ..layer.clone() }
}
