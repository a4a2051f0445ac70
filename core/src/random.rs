//! The one source of randomness: ChaCha8, keyed by a seed and a stream number.

use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::scalar::Scalar;

/// A generator that depends on `seed` and `stream` only; distinct streams are independent.
pub(crate) fn generator(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(stream);
    generator
}

/// Independent `N(0, deviation²)` entries, drawn column by column.
pub(crate) fn gaussian<T: Scalar>(
    rows: usize,
    columns: usize,
    deviation: f64,
    seed: u64,
    stream: u64,
) -> DMatrix<T> {
    let mut generator = generator(seed, stream);
    DMatrix::from_fn(rows, columns, |_, _| {
        let value: f64 = generator.sample(StandardNormal);
        T::nearest(deviation * value)
    })
}

/// A uniformly random order of `0..length` (Fisher-Yates).
pub(crate) fn permutation(length: usize, generator: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    for last in (1..length).rev() {
        order.swap(last, generator.random_range(0..=last));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{gaussian, generator, permutation};

    #[test]
    fn seed_and_stream_fix_every_draw() {
        let draw = |seed, stream| gaussian::<f64>(4, 5, 1.0, seed, stream);
        assert_eq!(draw(1, 0), draw(1, 0));
        assert_ne!(draw(1, 0), draw(1, 1));
        assert_ne!(draw(1, 0), draw(2, 0));
    }

    #[test]
    fn a_permutation_visits_everything_once() {
        let mut order = permutation(100, &mut generator(3, 0));
        assert!(!order.is_sorted());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }
}
