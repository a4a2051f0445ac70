//! Two moons: interleaved half circles.

use lip1_kernel::Points;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::StandardNormal;

use crate::Error;

/// Two interleaved half circles of radius 1 in the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Moons {
    /// About (0, 0), upper half.
    pub upper: Points,
    /// About (1, 1/2), lower half.
    pub lower: Points,
}

/// Draws `count` points of each moon, with normal noise of deviation `noise` in both coordinates.
///
/// # Errors
/// When `noise` is not finite.
pub fn two_moons(seed: u64, count: usize, noise: f64) -> Result<Moons, Error> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut moon = |place: fn(f64) -> [f64; 2]| {
        let coords = (0..count).flat_map(|_| {
            let angle = random.random_range(0.0..std::f64::consts::PI);
            place(angle).map(|x| x + noise * random.sample::<f64, _>(StandardNormal))
        });
        Points::new(2, coords.collect())
    };
    Ok(Moons {
        upper: moon(|angle| [angle.cos(), angle.sin()])?,
        lower: moon(|angle| [1.0 - angle.cos(), 0.5 - angle.sin()])?,
    })
}

#[cfg(test)]
mod tests {
    use super::two_moons;

    #[test]
    fn without_noise_the_moons_are_half_circles_of_radius_1() {
        let moons = two_moons(1, 100, 0.0).unwrap();
        let rounding = 4.0 * f64::EPSILON;
        for (points, centre, side) in [(&moons.upper, [0.0, 0.0], 1.0), (&moons.lower, [1.0, 0.5], -1.0)] {
            for point in points.rows() {
                let (x, y) = (point[0] - centre[0], point[1] - centre[1]);
                assert!((x.hypot(y) - 1.0).abs() < rounding && y * side > -rounding);
            }
        }
    }
}
