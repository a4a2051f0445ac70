//! How far apart runs end, in the probabilities that the loss gives to the wrong class of each sample.
//!
//! Let `s_i = 1 / (1 + e^(tau y_i f_i))`, `P(f)` the mean of `softplus(-tau y_i f_i)` over N samples and `f*` its
//! minimiser over all 1-Lipschitz functions. Their values on the sample are a convex set, so the derivative of `P` at `f*`
//! towards any other of them is not negative, and `P(f) - P(f*)` is at least what `P` has above its tangent there:
//! sample by sample the divergence `KL(s*_i | s_i)` of two coins, which is at least `2 (s*_i - s_i)²` (Pinsker). Hence
//!
//! ```text
//! mean (s*_i - s_i)²  <=  (P(f) - P(f*)) / 2.
//! ```
//!
//! A certified lower end of `P(f*)` thus says how far from the unique minimiser a run can have ended, wherever it
//! began. It says so of probabilities, which is what the loss sees; values of `f` that hardly count in it are not held.

use serde::{Deserialize, Serialize};

use super::World;
use super::course::{Course, Exact, WithProbabilities};

/// Where the runs of one world ended, root mean square distances of probabilities.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ends {
    /// What was learnt.
    pub world: World,
    /// Of each run, in their order.
    pub runs: Vec<End>,
    /// The largest distance of two ends at one final temperature, by temperature.
    pub same: Vec<f64>,
    /// The least distance of two ends at two final temperatures.
    pub other: f64,
    /// The distance of the minimisers at the two temperatures.
    pub minimisers: f64,
}

/// Where one run ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct End {
    /// From the minimiser at its final temperature.
    pub off: f64,
    /// The bound on that, from the certified least loss.
    pub at_most: f64,
    /// From the farthest end of a run at its final temperature throughout.
    pub from_constant: f64,
}

/// Root mean square of differences.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    let squares = one.iter().zip(other).map(|(a, b)| (a - b).powi(2));
    (squares.sum::<f64>() / one.len() as f64).sqrt()
}

impl Ends {
    /// Compares the runs of one world, at two final temperatures, with each other and with the two minimisers.
    pub(super) fn of(
        world: World,
        courses: &[WithProbabilities<Course>],
        exact: &[WithProbabilities<Exact>],
    ) -> Self {
        let runs: Vec<_> = courses.iter().filter(|run| run.of.world == world).collect();
        let minimisers: Vec<_> = exact.iter().filter(|found| found.of.world == world).collect();
        let same_end = |a: &Course, b: &Course| a.end.total_cmp(&b.end).is_eq();
        let largest = |distances: &mut dyn Iterator<Item = f64>| distances.fold(0.0, f64::max);
        let end = |run: &&WithProbabilities<Course>| {
            let own = minimisers.iter().find(|found| found.of.tau.total_cmp(&run.of.end).is_eq());
            let constant = runs.iter().filter(|other| {
                same_end(&run.of, &other.of) && other.of.start.total_cmp(&other.of.end).is_eq()
            });
            let from = |other: &[f64]| distance(&run.probabilities, other);
            End {
                off: own.map_or(f64::NAN, |found| from(&found.probabilities)),
                at_most: own
                    .map_or(f64::NAN, |found| ((run.of.loss - found.of.loss.0) / 2.0).max(0.0).sqrt()),
                from_constant: largest(&mut constant.map(|other| from(&other.probabilities))),
            }
        };
        let between = |same: bool, tau: Option<f64>| {
            let first =
                runs.iter().filter(move |run| tau.is_none_or(|tau| run.of.end.total_cmp(&tau).is_eq()));
            let pairs = first.flat_map(|a| runs.iter().map(move |b| (a, b)));
            pairs
                .filter(move |(a, b)| same_end(&a.of, &b.of) == same)
                .map(|(a, b)| distance(&a.probabilities, &b.probabilities))
        };
        let apart = match minimisers.as_slice() {
            [one, other] => distance(&one.probabilities, &other.probabilities),
            _ => f64::NAN,
        };
        Self {
            world,
            runs: runs.iter().map(end).collect(),
            same: world.ends().iter().map(|tau| largest(&mut between(true, Some(*tau)))).collect(),
            other: between(false, None).fold(f64::INFINITY, f64::min),
            minimisers: apart,
        }
    }
}
