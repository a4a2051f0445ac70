use lip1_kernel::Refusal;
use lip1_kernel::net::Dense;
use lip1_kernel::norm::{self, SpectralCertificate};

use crate::random::Stream;

fn dense(outputs: usize, inputs: usize, weight: Vec<f64>) -> Dense {
    Dense { outputs, inputs, weight, bias: vec![] }
}

fn scaled(weight: &[f64]) -> Vec<f64> {
    let factor = 2.0_f64.powi(-norm::scale_exponent(weight));
    weight.iter().map(|w| w * factor).collect()
}

/// The Gram matrix of the smaller side of the scaled weight, `k x k`.
fn gram(layer: &Dense) -> (usize, Vec<f64>) {
    let w = scaled(&layer.weight);
    let (m, n) = (layer.outputs, layer.inputs);
    let (k, long) = (m.min(n), m.max(n));
    let entry = |i: usize, t: usize| if m < n { w[i * n + t] } else { w[t * n + i] };
    let dot = |i: usize, j: usize| (0..long).map(|t| entry(i, t) * entry(j, t)).sum::<f64>();
    (k, (0..k * k).map(|e| dot(e / k, e % k)).collect())
}

/// A plain Cholesky factor of `mu I - G`, packed; a negative pivot becomes 0.
fn factor(k: usize, gram: &[f64], mu: f64) -> Vec<f64> {
    let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
    let mut l = vec![0.0_f64; k * (k + 1) / 2];
    for i in 0..k {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|t| l[at(i, t)] * l[at(j, t)]).sum();
            let rest = if i == j { mu } else { 0.0 } - gram[i * k + j] - dot;
            l[at(i, j)] = if i == j {
                rest.max(0.0).sqrt()
            } else if l[at(j, j)] > 0.0 {
                rest / l[at(j, j)]
            } else {
                0.0
            };
        }
    }
    l
}

/// The largest eigenvalue of a Gram matrix, by power iteration.
fn largest_eigenvalue(k: usize, gram: &[f64]) -> f64 {
    let mut x: Vec<f64> = (0..k).map(|i| 1.0 + 0.01 * i as f64).collect();
    let mut size = 0.0;
    for _ in 0..2000 {
        let y: Vec<f64> = (0..k).map(|i| (0..k).map(|j| gram[i * k + j] * x[j]).sum()).collect();
        size = y.iter().map(|v| v * v).sum::<f64>().sqrt();
        if size == 0.0 {
            return 0.0;
        }
        x = y.iter().map(|v| v / size).collect();
    }
    size
}

fn certificate(layer: &Dense) -> SpectralCertificate {
    let (k, gram) = gram(layer);
    let mu = largest_eigenvalue(k, &gram) * (1.0 + 1e-13);
    SpectralCertificate { mu, factor: factor(k, &gram, mu) }
}

/// Found by review: products of the factor overflow to `inf - inf`, and `f64::max` passes over the NaN, so that a matrix of norm
/// 1/2 was bounded by 1e-7.
#[test]
fn a_factor_whose_products_overflow_to_nan_hides_nothing() {
    let k = 8;
    let weight = (0..k * k).map(|e| if e / k == e % k && e / k >= 4 { 0.5 } else { 0.0 }).collect();
    let huge = 1.5e308;
    let mut factor = Vec::new();
    for row in 0..k {
        let entries: [f64; 4] = match row {
            4 => [huge, huge, 0.0, 0.0],
            5 => [huge, -huge, 0.0, 0.0],
            6 => [0.0, 0.0, huge, huge],
            7 => [0.0, 0.0, huge, -huge],
            _ => [0.0; 4],
        };
        factor.extend((0..=row).map(|t| entries.get(t).copied().unwrap_or(0.0)));
    }
    let hint = SpectralCertificate { mu: 0.0, factor };
    let bound = norm::spectral(&dense(k, k, weight), &hint);
    assert_eq!(bound, Err(Refusal::Overflow { what: "spectral norm" }));
}
