//! Lower bounds in the plane: sets that a one-layer network shatters, found by search.

use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Points, forward};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::Error;
use crate::shatter::{Label, labellings};

/// Work budget of the search for networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaneLimits {
    /// Random hidden layers for each labelling.
    pub tries: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for PlaneLimits {
    fn default() -> Self {
        PlaneLimits { tries: 2_000, seed: 0 }
    }
}

/// A labelling and a network that realises it.
#[derive(Debug, Clone, PartialEq)]
pub struct Realised {
    /// One label a point.
    pub labels: Vec<Label>,
    /// Its enclosure at every point has the label's sign.
    pub net: Net,
}

/// Passes of the perceptron over the points.
const PASSES: usize = 200;
/// Sets of more points have too many labellings.
const MOST_POINTS: usize = 14;

/// For every labelling of the points, a network with one hidden GroupSort2 layer of `pairs` pairs whose sign is the
/// label at every point (a certified enclosure that excludes 0); nothing when one labelling found none.
///
/// The hidden layer is random, its output a perceptron on the sorted features. One labelling of each pair of opposites is
/// solved and negated. The VC dimension is then at least the number of points.
///
/// # Errors
/// [`Error::TooLarge`] for more than 14 points, [`Error::Refused`] when a network leaves the kernel's range.
pub fn shattered_in_plane(
    points: &Points,
    pairs: usize,
    limits: PlaneLimits,
) -> Result<Option<Vec<Realised>>, Error> {
    if points.len() > MOST_POINTS {
        return Err(Error::TooLarge { what: "points", found: points.len(), limit: MOST_POINTS });
    }
    let mut generator = ChaCha8Rng::seed_from_u64(limits.seed);
    let mut found = Vec::new();
    for labels in labellings(points.len()).take(1 << points.len().saturating_sub(1)) {
        let mut network = None;
        for _ in 0..limits.tries {
            network = attempt(points, pairs, &labels, &mut generator)?;
            if network.is_some() {
                break;
            }
        }
        match network {
            Some(net) => found.push(Realised { labels, net }),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

fn attempt(
    points: &Points,
    pairs: usize,
    labels: &[Label],
    generator: &mut ChaCha8Rng,
) -> Result<Option<Net>, Error> {
    let dim = points.dim();
    let width = 2 * pairs;
    let weight: Vec<f64> = (0..width * dim).map(|_| generator.random_range(-1.0..1.0)).collect();
    let bias: Vec<f64> = (0..width).map(|_| generator.random_range(-1.0..1.0)).collect();
    let features: Vec<Vec<f64>> = points.rows().map(|row| hidden(row, &weight, &bias)).collect();
    let mut output = vec![0.0; width + 1];
    let mut settled = false;
    for _ in 0..PASSES {
        settled = true;
        for (feature, label) in features.iter().zip(labels) {
            let sum = output[width] + feature.iter().zip(&output).map(|(x, w)| x * w).sum::<f64>();
            if sum * label.sign() <= 0.0 {
                settled = false;
                output.iter_mut().zip(feature).for_each(|(w, x)| *w += label.sign() * x);
                output[width] += label.sign();
            }
        }
        if settled {
            break;
        }
    }
    if !settled {
        return Ok(None);
    }
    let last = output.pop().unwrap_or(0.0);
    let net = Net::new(
        dim,
        vec![
            Layer::Dense(Dense { outputs: width, inputs: dim, weight, bias }),
            Layer::Sort { group: 2 },
            Layer::Dense(Dense { outputs: 1, inputs: width, weight: output, bias: vec![last] }),
        ],
    )?;
    for (row, label) in points.rows().zip(labels) {
        let outputs = forward::enclose(&net, row)?;
        let right = outputs.values.first().is_some_and(|value| match label {
            Label::Plus => value.lower() > 0.0,
            Label::Minus => value.upper() < 0.0,
        });
        if !right {
            return Ok(None);
        }
    }
    Ok(Some(net))
}

fn hidden(row: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = weight
        .chunks(row.len())
        .zip(bias)
        .map(|(w, b)| b + w.iter().zip(row).map(|(w, x)| w * x).sum::<f64>())
        .collect();
    values.chunks_mut(2).for_each(|pair| pair.sort_by(f64::total_cmp));
    values
}

#[cfg(test)]
mod tests {
    use super::{PlaneLimits, shattered_in_plane};
    use lip1_kernel::Points;

    #[test]
    fn one_pair_shatters_five_points_of_the_plane_and_not_collinear_ones() {
        let circle = |k: usize, n: usize| {
            let angle = std::f64::consts::TAU * k as f64 / n as f64;
            [angle.cos(), angle.sin()]
        };
        let pentagon = Points::new(2, (0..5).flat_map(|k| circle(k, 5)).collect()).unwrap();
        let found = shattered_in_plane(&pentagon, 2, PlaneLimits::default()).unwrap().unwrap();
        assert_eq!(found.len(), 16);
        // On a line one pair shatters three points, not four: the alternating labelling has no network.
        let line = Points::new(2, (0..4).flat_map(|k| [f64::from(k), 0.0]).collect()).unwrap();
        let few = PlaneLimits { tries: 50, seed: 1 };
        assert!(shattered_in_plane(&line, 1, few).unwrap().is_none());
    }
}
