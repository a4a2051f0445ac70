//! Clouds of independent points.

use lip1_kernel::Points;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::StandardNormal;

use crate::Error;

/// `count` points drawn from the normal law about `centre` with covariance `deviation^2 I`.
///
/// # Errors
/// When `centre` is empty or a coordinate is not finite.
pub fn gaussian(seed: u64, count: usize, centre: &[f64], deviation: f64) -> Result<Points, Error> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let coords = (0..count).flat_map(|_| centre).map(|mean| {
        let unit: f64 = random.sample(StandardNormal);
        mean + deviation * unit
    });
    Ok(Points::new(centre.len(), coords.collect())?)
}

/// `count` points drawn uniformly from the cube `[-half, half)^dim`, `half` positive.
///
/// # Errors
/// When `dim` is 0 or `half` is not positive and finite.
pub fn uniform(seed: u64, count: usize, dim: usize, half: f64) -> Result<Points, Error> {
    if !(half.is_finite() && half > 0.0) {
        return Err(Error::Instance(format!("a cube of half-width {half}")));
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let coords: Vec<f64> = (0..dim * count).map(|_| random.random_range(-half..half)).collect();
    Ok(Points::new(dim, coords)?)
}

#[cfg(test)]
mod tests {
    use super::{gaussian, uniform};

    #[test]
    fn a_cloud_follows_from_its_seed() {
        let cloud = |seed| gaussian(seed, 10, &[1.0, 2.0], 0.5).unwrap();
        assert_eq!(cloud(1), cloud(1));
        assert_ne!(cloud(1), cloud(2));
    }

    #[test]
    fn a_normal_cloud_has_its_mean_and_deviation() {
        let count = 10_000;
        let cloud = gaussian(3, count, &[5.0], 2.0).unwrap();
        let mean = cloud.coords().iter().sum::<f64>() / count as f64;
        let variance = cloud.coords().iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count as f64;
        // Five standard errors of a mean and of a variance of normal draws.
        assert!((mean - 5.0).abs() < 5.0 * 2.0 / (count as f64).sqrt());
        assert!((variance - 4.0).abs() < 5.0 * 4.0 * (2.0 / count as f64).sqrt());
    }

    #[test]
    fn a_uniform_cloud_stays_in_its_cube() {
        assert!(uniform(4, 1_000, 3, 0.5).unwrap().coords().iter().all(|x| (-0.5..0.5).contains(x)));
        assert!(uniform(4, 1, 3, 0.0).is_err() && uniform(4, 1, 3, f64::NAN).is_err());
        assert!(uniform(4, 1, 0, 1.0).is_err());
    }
}
