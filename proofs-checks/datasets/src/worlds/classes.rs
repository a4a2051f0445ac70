//! Weighted samples of two classes.

use std::fmt;

use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};
use lip1_ot::Measure;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::StandardNormal;

use crate::Error;
use crate::data::{breast_cancer, digits};

/// A sample with labels +1 and -1. The weights of both classes are in the same unit, so a class may be heavier.
#[derive(Clone, PartialEq)]
pub struct Classes {
    /// What it is, for a reader.
    pub name: String,
    /// Points with label +1.
    pub positive: Measure,
    /// Points with label -1.
    pub negative: Measure,
}

impl fmt::Debug for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side =
            |measure: &Measure| (measure.points().coords().to_vec(), measure.weights().map(<[f64]>::to_vec));
        let (p, q) = (side(&self.positive), side(&self.negative));
        write!(f, "{}, dim {}: + {p:?}, - {q:?}", self.name, self.positive.points().dim())
    }
}

impl Classes {
    /// Every point of the same weight.
    ///
    /// # Errors
    /// When a class is empty.
    pub fn uniform(name: impl Into<String>, positive: Points, negative: Points) -> Result<Self, Error> {
        Ok(Self {
            name: name.into(),
            positive: Measure::uniform(positive)?,
            negative: Measure::uniform(negative)?,
        })
    }

    /// Points of the line with weights.
    ///
    /// # Errors
    /// When a class is empty, or a weight is negative or not finite.
    pub fn on_line(name: &str, positive: &[(f64, f64)], negative: &[(f64, f64)]) -> Result<Self, Error> {
        let side = |atoms: &[(f64, f64)]| -> Result<Measure, Error> {
            let points = Points::new(1, atoms.iter().map(|(place, _)| *place).collect())?;
            Ok(Measure::weighted(points, atoms.iter().map(|(_, weight)| *weight).collect())?)
        };
        Ok(Self { name: name.to_owned(), positive: side(positive)?, negative: side(negative)? })
    }

    /// Points of the plane with equal weights.
    ///
    /// # Errors
    /// When a class is empty or a coordinate is missing.
    pub fn in_plane(name: &str, positive: &[f64], negative: &[f64]) -> Result<Self, Error> {
        Self::uniform(name, Points::new(2, positive.to_vec())?, Points::new(2, negative.to_vec())?)
    }

    /// The first malignant aspirates against the first benign ones.
    ///
    /// # Errors
    /// When the embedded data are not what they should be.
    pub fn breast_cancer(malignant: usize, benign: usize) -> Result<Self, Error> {
        let data = breast_cancer()?;
        let name = format!("{malignant} malignant against {benign} benign aspirates");
        Self::uniform(name, first(&data.malignant, malignant)?, first(&data.benign, benign)?)
    }

    /// The first images of one digit against the first of another.
    ///
    /// # Errors
    /// When the embedded data are not what they should be.
    pub fn digits(a: u8, b: u8, each: usize) -> Result<Self, Error> {
        let digits = digits()?;
        let name = format!("digit {a} against {b}, {each} each");
        Self::uniform(name, first(&digits.class(a)?, each)?, first(&digits.class(b)?, each)?)
    }

    /// The paper's mixture on the line, a class: nine points in ten about 2 (deviation 0.3), the tenth about -1
    /// (deviation 0.1), on the other class's side; mirrored for label -1.
    ///
    /// # Errors
    /// When `count` is 0.
    pub fn mixture(seed: u64, count: usize) -> Result<Self, Error> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut side = |sign: f64| {
            let place = |k: usize| {
                let unit: f64 = random.sample(StandardNormal);
                sign * if k.is_multiple_of(10) { 0.1 * unit - 1.0 } else { 0.3 * unit + 2.0 }
            };
            Points::new(1, (0..count).map(place).collect())
        };
        Self::uniform(format!("mixture of {count} points a class"), side(1.0)?, side(-1.0)?)
    }

    /// The weights, positive class first; ones where all are equal.
    pub fn weights(&self) -> (Vec<f64>, Vec<f64>) {
        let side =
            |measure: &Measure| measure.weights().map_or_else(|| vec![1.0; measure.len()], <[f64]>::to_vec);
        (side(&self.positive), side(&self.negative))
    }

    /// The masses of the classes, which add up to 1.
    pub fn masses(&self) -> (Interval, Interval) {
        let sum = |weights: Vec<f64>| {
            weights.into_iter().map(Interval::data).fold(Interval::ZERO, |total, weight| total + weight)
        };
        let (p, q) = self.weights();
        let (p, q) = (sum(p), sum(q));
        (p / (p + q), q / (p + q))
    }

    /// `d_opp`, the smallest distance between opposite labels.
    pub fn distance(&self) -> Interval {
        let (p, q) = (self.positive.points(), self.negative.points());
        let pairs = p.rows().flat_map(|x| q.rows().map(move |z| distance::enclose(x, z, Cost::L2)));
        pairs.reduce(Interval::min).unwrap_or(Interval::ENTIRE)
    }

    /// The largest distance between any two points.
    pub fn diameter(&self) -> Interval {
        let all: Vec<&[f64]> = self.positive.points().rows().chain(self.negative.points().rows()).collect();
        let pairs = all.iter().enumerate().flat_map(|(i, x)| all.iter().skip(i + 1).map(move |y| (x, y)));
        pairs.map(|(x, y)| distance::enclose(x, y, Cost::L2)).fold(Interval::ZERO, Interval::max)
    }
}

/// The first `count` points.
pub(crate) fn first(points: &Points, count: usize) -> Result<Points, Error> {
    Ok(Points::new(points.dim(), points.rows().take(count).flatten().copied().collect())?)
}

#[cfg(test)]
mod tests {
    use lip1_kernel::Interval;

    use super::Classes;

    #[test]
    fn masses_distance_and_diameter_of_a_sample_on_a_line() {
        let classes = Classes::on_line("line", &[(0.0, 1.0), (3.0, 2.0)], &[(5.0, 1.0)]).unwrap();
        let (p, q) = classes.masses();
        assert_eq!((p, q), (Interval::ratio(3, 4), Interval::ratio(1, 4)));
        assert_eq!((classes.distance(), classes.diameter()), (Interval::integer(2), Interval::integer(5)));
    }

    #[test]
    fn a_tenth_of_the_mixture_lies_on_the_other_side() {
        let mixture = Classes::mixture(1, 200).unwrap();
        let wrong = mixture.positive.points().coords().iter().filter(|x| **x < 0.0).count();
        assert_eq!(wrong, 20);
        assert_eq!(mixture, Classes::mixture(1, 200).unwrap());
        assert_ne!(mixture, Classes::mixture(2, 200).unwrap());
    }

    #[test]
    fn real_samples_have_the_sizes_asked_for() {
        let classes = Classes::breast_cancer(7, 9).unwrap();
        assert_eq!((classes.positive.len(), classes.negative.len()), (7, 9));
        let digits = Classes::digits(3, 8, 5).unwrap();
        assert_eq!((digits.positive.len(), digits.negative.points().dim()), (5, 64));
    }
}
