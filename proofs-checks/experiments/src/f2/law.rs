//! The mixture: its sample.

use lip1_datasets::worlds::gaussian;
use lip1_harness::CheckError;
use lip1_kernel::Points;
use serde::{Deserialize, Serialize};

/// A big and a small mode: centre for the positive class, deviation.
const BIG: (f64, f64) = (-2.0, 0.3);
const SMALL: (f64, f64) = (1.0, 0.1);

/// One point in this many is in the small mode.
const RARITY: usize = 10;

/// A sample of either class, in which the modes have their exact shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Positive points, those of the big mode first.
    pub positive: Vec<f64>,
    /// Negative points, those of the big mode first.
    pub negative: Vec<f64>,
}

impl Sample {
    /// Draws `per_class` points a class.
    ///
    /// # Errors
    /// Never for laws with finite deviations.
    pub fn draw(seed: u64, per_class: usize) -> Result<Self, CheckError> {
        let rare = per_class / RARITY;
        let class = |stream: u64, sign: f64| {
            let big = gaussian(4 * seed + stream, per_class - rare, &[sign * BIG.0], BIG.1)?;
            let small = gaussian(4 * seed + stream + 1, rare, &[sign * SMALL.0], SMALL.1)?;
            Ok::<_, CheckError>([big.coords(), small.coords()].concat())
        };
        Ok(Self { positive: class(0, 1.0)?, negative: class(2, -1.0)? })
    }

    /// The points of a class.
    ///
    /// # Errors
    /// When a point is not finite.
    pub fn points(&self, sign: i8) -> Result<Points, CheckError> {
        Ok(Points::new(1, if sign > 0 { self.positive.clone() } else { self.negative.clone() })?)
    }

    /// All points, the positive ones first.
    ///
    /// # Errors
    /// When a point is not finite.
    pub fn all(&self) -> Result<Points, CheckError> {
        Ok(Points::new(1, [self.positive.as_slice(), &self.negative].concat())?)
    }

    /// Shares of the whole sample, and of its small modes, on which values (the positive points' first) have the wrong
    /// sign; 0 counts as negative.
    pub fn errors(&self, values: &[f64]) -> (f64, f64) {
        let (mut wrong, mut wrong_small, mut small) = (0, 0, 0);
        let classes = [(&self.positive, 0, true), (&self.negative, self.positive.len(), false)];
        for (points, offset, sign) in classes {
            let rare = points.len() / RARITY;
            for (k, value) in values.iter().skip(offset).take(points.len()).enumerate() {
                let error = usize::from((*value > 0.0) != sign);
                let in_small = usize::from(k >= points.len() - rare);
                wrong += error;
                wrong_small += error * in_small;
                small += in_small;
            }
        }
        let all = self.positive.len() + self.negative.len();
        (wrong as f64 / all.max(1) as f64, wrong_small as f64 / small.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn errors_are_counted_in_all_and_in_the_small_modes() {
        let sample = Sample::draw(1, 20).unwrap();
        assert_eq!((sample.positive.len(), sample.negative.len()), (20, 20));
        // f(x) = -x is right on the big modes and wrong on the small ones.
        let values: Vec<f64> = sample.all().unwrap().coords().iter().map(|x| -x).collect();
        assert_eq!(sample.errors(&values), (0.1, 1.0));
        let opposite: Vec<f64> = values.iter().map(|x| -x).collect();
        assert_eq!(sample.errors(&opposite), (0.9, 0.0));
    }
}
