//! The 1-Lipschitz function of largest margin between two finite sets, as a max-min network.

use lip1_kernel::net::{Dense, Layer, Net};
use nalgebra::DMatrix;

use crate::error::Error;

/// `f(x) = max_i min_j a_ij(x)` with `a_ij(x) = (|x - z_j|² - |x - x_i|²) / (2 |x_i - z_j|)`, `x_i` the
/// positive points, `z_j` the negative ones.
///
/// Each `a_ij` is affine with slope 1, and maxima and minima keep a Lipschitz constant, so `f` is
/// 1-Lipschitz; `a_ij(x_i) = |x_i - z_j|/2 = -a_ij(z_j)` gives every sample at least half the smallest
/// distance between opposite labels, the largest margin that any 1-Lipschitz function can have.
///
/// # Examples
/// ```
/// use lip1_core::MaxMinNetwork;
/// use nalgebra::dmatrix;
/// let network = MaxMinNetwork::new(&dmatrix![0.0, 3.0; 0.0, 4.0], &[1, -1])?;
/// assert_eq!(network.evaluate(&[0.0, 0.0])?, 2.5);
/// assert_eq!(network.evaluate(&[3.0, 4.0])?, -2.5);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MaxMinNetwork {
    /// Features x positive points.
    positive: DMatrix<f64>,
    /// Features x negative points.
    negative: DMatrix<f64>,
    /// Distances, positive x negative.
    distances: DMatrix<f64>,
}

impl MaxMinNetwork {
    /// The network of points (features x samples) with labels +1 and -1.
    ///
    /// Cost: a distance for each pair of opposite labels, in time and memory.
    ///
    /// # Errors
    /// When lengths disagree, a class is empty, a point is not finite or too large to be squared, or two
    /// points of opposite labels are equal.
    pub fn new(points: &DMatrix<f64>, signs: &[i8]) -> Result<Self, Error> {
        if signs.len() != points.ncols() {
            return Err(Error::Shape {
                what: "labels of a point set",
                expected: points.ncols(),
                found: signs.len(),
            });
        }
        let of_sign =
            |wanted: bool| -> Vec<usize> { (0..signs.len()).filter(|&i| (signs[i] > 0) == wanted).collect() };
        let (up, down) = (of_sign(true), of_sign(false));
        if up.is_empty() || down.is_empty() || points.nrows() == 0 {
            return Err(Error::Empty { what: "a class of a point set" });
        }
        let (positive, negative) = (points.select_columns(&up), points.select_columns(&down));
        let mut distances = DMatrix::zeros(up.len(), down.len());
        for (j, z) in negative.column_iter().enumerate() {
            for (i, x) in positive.column_iter().enumerate() {
                let distance = distance(x.as_slice(), z.as_slice());
                if !distance.is_finite() {
                    return Err(Error::NotFinite { what: "a distance between two points" });
                }
                if distance <= 0.0 {
                    return Err(Error::Duplicate { first: up[i], second: down[j] });
                }
                distances[(i, j)] = distance;
            }
        }
        Ok(Self { positive, negative, distances })
    }

    /// Features of a point.
    pub fn inputs(&self) -> usize {
        self.positive.nrows()
    }

    /// Half the smallest distance between opposite labels, up to rounding.
    pub fn margin(&self) -> f64 {
        self.distances.min() / 2.0
    }

    /// Number of weights of [`MaxMinNetwork::explicit`].
    pub fn weights(&self) -> usize {
        self.distances.len().saturating_mul(self.inputs())
    }

    /// The value at a point, without building the network.
    ///
    /// Cost: a distance to each sample, then one division a pair.
    ///
    /// # Errors
    /// When the point has another number of features.
    pub fn evaluate(&self, point: &[f64]) -> Result<f64, Error> {
        if point.len() != self.inputs() {
            return Err(Error::Shape {
                what: "features of a point",
                expected: self.inputs(),
                found: point.len(),
            });
        }
        let squares = |set: &DMatrix<f64>| -> Vec<f64> {
            set.column_iter().map(|c| squared_distance(c.as_slice(), point)).collect()
        };
        let (to_positive, to_negative) = (squares(&self.positive), squares(&self.negative));
        let mut best = f64::NEG_INFINITY;
        for (i, near) in to_positive.iter().enumerate() {
            let mut least = f64::INFINITY;
            for (j, far) in to_negative.iter().enumerate() {
                least = least.min((far - near) / (2.0 * self.distances[(i, j)]));
                if least <= best {
                    break;
                }
            }
            best = best.max(least);
        }
        Ok(best)
    }

    /// The same function as a network of one dense layer, two sorts and two selections.
    ///
    /// Rows are made shorter than 1 by a few roundings, so that the kernel proves constant 1 rather than
    /// a little more; margins shrink by as little.
    ///
    /// # Errors
    /// When the kernel refuses a number.
    pub fn explicit(&self) -> Result<Net, Error> {
        let (inputs, ups, downs) = (self.inputs(), self.positive.ncols(), self.negative.ncols());
        let short = 1.0 - f64::EPSILON * (inputs as f64 + 8.0);
        let mut weight = Vec::with_capacity(self.weights());
        let mut bias = Vec::with_capacity(self.distances.len());
        for (i, x) in self.positive.column_iter().enumerate() {
            for (j, z) in self.negative.column_iter().enumerate() {
                let factor = short / self.distances[(i, j)];
                let mut offset = 0.0;
                for (a, b) in x.iter().zip(z.iter()) {
                    let slope = (a - b) * factor;
                    offset -= slope * (0.5 * a + 0.5 * b);
                    weight.push(slope);
                }
                bias.push(offset);
            }
        }
        let first = Dense { outputs: ups * downs, inputs, weight, bias };
        let layers = vec![
            Layer::Dense(first),
            Layer::Sort { group: downs },
            Layer::Select { from: (0..ups).map(|i| i * downs).collect() },
            Layer::Sort { group: ups },
            Layer::Select { from: vec![ups - 1] },
        ];
        Ok(Net::new(inputs, layers)?)
    }
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    squared_distance(a, b).sqrt()
}

#[cfg(test)]
mod tests {
    use super::MaxMinNetwork;
    use crate::certificate::certify;
    use crate::error::Error;
    use crate::random::gaussian;
    use nalgebra::DMatrix;
    use proptest::prelude::{prop_assert, proptest};

    /// Rounding: c·eps·n on points within ten of the origin.
    const ROUNDING: f64 = 1e-12;

    proptest! {
        #[test]
        fn explicit_and_implicit_agree_and_reach_the_margin_with_constant_one(
            inputs in 1_usize..5, count in 2_usize..9, seed in 0_u64..1000,
        ) {
            let points = gaussian::<f64>(inputs, count, 1.0, seed, 0);
            let signs: Vec<i8> = (0..count).map(|i| if i % 3 == 0 { 1 } else { -1 }).collect();
            let network = MaxMinNetwork::new(&points, &signs).unwrap();
            let net = network.explicit().unwrap();
            let certified = certify(&net).unwrap();
            prop_assert!(certified.linf() <= 1.0);
            for (point, sign) in points.column_iter().zip(&signs) {
                let value = network.evaluate(point.as_slice()).unwrap();
                prop_assert!(f64::from(*sign) * value >= network.margin() - ROUNDING);
                let decision = certified.decide(point.as_slice()).unwrap();
                prop_assert!(decision.class() == usize::from(*sign > 0));
                prop_assert!((decision.radius() - value.abs()).abs() <= ROUNDING);
            }
        }
    }

    #[test]
    fn opposite_duplicates_and_lonely_classes_are_refused() {
        let points = DMatrix::from_row_slice(1, 3, &[0.0, 1.0, 0.0]);
        let twins = MaxMinNetwork::new(&points, &[1, 1, -1]);
        assert_eq!(twins, Err(Error::Duplicate { first: 0, second: 2 }));
        assert!(MaxMinNetwork::new(&points, &[1, 1, 1]).is_err());
        assert!(MaxMinNetwork::new(&points, &[1, 1]).is_err());
    }
}
