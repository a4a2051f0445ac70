//! Inputs of the benchmarks, each a function of its sizes and a seed.

use lip1_core::Targets;
use lip1_kernel::distance::Cost;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::transport::Bracket;
use lip1_kernel::{Points, Refusal};
use lip1_ot::{Error, Measure, Problem};
use nalgebra::DMatrix;
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

/// Two normal clouds of `n` points each in `R^dim`, the second one moved by 1 along every axis.
///
/// # Errors
/// When `n` or `dim` is 0.
pub fn clouds(n: usize, dim: usize) -> Result<Problem, Error> {
    let p = Measure::uniform(cloud(n, dim, 0.0, SEED)?)?;
    let q = Measure::uniform(cloud(n, dim, 1.0, SEED + 1)?)?;
    Problem::new(&p, &q, Cost::L2)
}

/// The least distance of a point of `p` and a point of `q`: a plain pass over all distances, 16 points of `q` at a time.
#[must_use]
pub fn least_distance(p: &Points, q: &Points) -> f64 {
    const WIDTH: usize = 16;
    let mut least = f64::INFINITY;
    for first in (0..q.len()).step_by(WIDTH) {
        let rows: Vec<&[f64]> = (first..q.len()).take(WIDTH).map(|j| q.row(j)).collect();
        let columns: Vec<[f64; WIDTH]> = (0..q.dim())
            .map(|k| std::array::from_fn(|lane| rows.get(lane).map_or(f64::INFINITY, |row| row[k])))
            .collect();
        for x in p.rows() {
            let mut squares = [0.0; WIDTH];
            for (x, column) in x.iter().zip(&columns) {
                squares.iter_mut().zip(column).for_each(|(sum, y)| *sum += (x - y) * (x - y));
            }
            least = squares.into_iter().fold(least, f64::min);
        }
    }
    least.sqrt()
}

/// Whether a bracket around the distance of [`clouds`] is as narrow as rounding allows.
#[must_use]
pub fn narrow(bracket: &Bracket) -> bool {
    /// Coordinates of a few thousand normal draws differ by at most this.
    const SPREAD: f64 = 16.0;
    /// What a bracket promises: this much of its value, and four units in the last place of the spread.
    const RELATIVE: f64 = 1e-12;
    bracket.upper - bracket.lower <= RELATIVE * bracket.upper + 4.0 * f64::EPSILON * SPREAD
}

/// A batch (inputs x samples) of two normal classes, their labels in turns.
#[must_use]
pub fn two_classes(inputs: usize, samples: usize) -> (DMatrix<f32>, Targets) {
    let signs: Vec<i8> = (0..samples).map(|k| if k % 2 == 0 { 1 } else { -1 }).collect();
    let draws = normal(inputs * samples, SEED).into_iter().enumerate();
    let values = draws.map(|(at, x)| (0.25 * f64::from(signs[at / inputs]) + x) as f32);
    (DMatrix::from_iterator(inputs, samples, values), Targets::Signs(signs))
}
