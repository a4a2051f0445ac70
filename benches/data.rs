//! Inputs of the benchmarks, each a function of its sizes and a seed.

use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Points, Refusal};
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::StandardNormal;

/// The seed of every benchmark.
pub const SEED: u64 = 1;

/// `count` draws of the standard normal law.
#[must_use]
pub fn normal(count: usize, seed: u64) -> Vec<f64> {
    StandardNormal.sample_iter(ChaCha8Rng::seed_from_u64(seed)).take(count).collect()
}

/// `n` points of the standard normal law in `R^dim`, moved by `shift` along every axis.
///
/// # Errors
/// When `dim` is 0.
pub fn cloud(n: usize, dim: usize, shift: f64, seed: u64) -> Result<Points, Refusal> {
    Points::new(dim, normal(n * dim, seed).into_iter().map(|x| x + shift).collect())
}

/// A dense layer with normal weights of variance `1 / (4 inputs)`: of spectral norm about 1 when it is square.
#[must_use]
pub fn dense(outputs: usize, inputs: usize, seed: u64) -> Dense {
    let scale = 0.5 / (inputs as f64).sqrt();
    let weight = normal(outputs * inputs, seed).into_iter().map(|w| w * scale).collect();
    Dense { outputs, inputs, weight, bias: normal(outputs, seed + 1) }
}

/// A network `inputs -> width -> width -> 1` with GroupSort of pairs between its dense layers.
///
/// # Errors
/// When `inputs` or `width` is 0, or `width` is odd.
pub fn network(inputs: usize, width: usize) -> Result<Net, Refusal> {
    let layers = vec![
        Layer::Dense(dense(width, inputs, SEED)),
        Layer::Sort { group: 2 },
        Layer::Dense(dense(width, width, SEED + 2)),
        Layer::Sort { group: 2 },
        Layer::Dense(dense(1, width, SEED + 4)),
    ];
    Net::new(inputs, layers)
}
