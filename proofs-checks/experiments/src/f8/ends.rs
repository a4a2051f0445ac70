//! How far apart runs end, in the probabilities that the loss gives to the wrong class of each sample.
//!
//! Let `s_i = 1 / (1 + e^(tau y_i f_i))`, `P(f)` the mean of `softplus(-tau y_i f_i)` over the samples and `f*` its
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
//!
//! All distances are of probabilities at one temperature: where a run that ended at another is compared, its values are
//! read at the same temperature, for otherwise one and the same function would be far from itself.

use lip1_harness::CheckError;
use serde::{Deserialize, Serialize};

use super::World;
use super::course::{Course, Exact, WithMargins};

/// Relative rounding of a mean of a few hundred losses, each within a few units in the last place.
const ROUNDING: f64 = 1e-14;

/// Where the runs of one world ended, root mean square distances of probabilities.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ends {
    /// What was learnt.
    pub world: World,
    /// Of each run, in their order.
    pub runs: Vec<End>,
    /// At the low and at the high final temperature.
    pub at: [Apart; 2],
}

/// Where one run ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct End {
    /// From the minimiser found at its final temperature.
    pub off: f64,
    /// The bound on that, from the certified least loss; the loss itself is computed in floating point and charged for it.
    pub at_most: f64,
    /// From the farthest end of a run at its final temperature throughout.
    pub from_constant: f64,
}

/// Distances at one final temperature.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Apart {
    /// The temperature.
    pub tau: f64,
    /// The largest of two ends of runs to this temperature.
    pub same: f64,
    /// The least from an end of a run to this temperature to one of a run to the other.
    pub other: f64,
    /// From the minimiser at this temperature to that at the other.
    pub minimisers: f64,
    /// The largest bound on how far a run to this temperature is from the minimiser.
    pub radius: f64,
}

/// The probabilities that margins `y f` give to the wrong classes.
fn wrong(margins: &[f64], tau: f64) -> impl Iterator<Item = f64> {
    margins.iter().map(move |margin| 1.0 / (1.0 + (tau * margin).exp()))
}

/// Root mean square of the differences of probabilities.
fn distance(one: &[f64], other: &[f64], tau: f64) -> f64 {
    let squares = wrong(one, tau).zip(wrong(other, tau)).map(|(a, b)| (a - b).powi(2));
    (squares.sum::<f64>() / one.len() as f64).sqrt()
}

fn largest(distances: impl Iterator<Item = f64>) -> f64 {
    distances.fold(0.0, f64::max)
}

/// How far a run can be from the minimiser that was found. Divided by its constant the network is 1-Lipschitz, which changes
/// its loss by no more than the product of temperature, what the constant exceeds 1 by and the mean value, and its
/// probabilities by less; the minimiser found is itself as far off as its bracket is wide.
fn at_most(run: &WithMargins<Course>, exact: &Exact) -> f64 {
    let size = largest(run.margins.iter().map(|margin| margin.abs()));
    let steeper = exact.tau * (run.of.constant - 1.0).max(0.0) * size;
    let excess = run.of.loss * (1.0 + ROUNDING) + steeper - exact.loss.0;
    let width = exact.loss.1 - exact.loss.0;
    (excess / 2.0).max(0.0).sqrt() + (width / 2.0).sqrt() + steeper
}

impl Ends {
    /// Compares the runs of one world, to two final temperatures, with each other and with the minimisers.
    ///
    /// # Errors
    /// When a minimiser is missing.
    pub(super) fn of(
        world: World,
        courses: &[WithMargins<Course>],
        exact: &[WithMargins<Exact>],
    ) -> Result<Self, CheckError> {
        let runs: Vec<_> = courses.iter().filter(|run| run.of.world == world).collect();
        let minimiser = |tau: f64| {
            let found = exact.iter().find(|found| found.of.world == world && super::equal(found.of.tau, tau));
            found.ok_or_else(|| CheckError::Instance(format!("no minimiser of {} at {tau}", world.name())))
        };
        let to = |tau: f64| runs.iter().filter(move |run| super::equal(run.of.end, tau));
        let end = |run: &&WithMargins<Course>| -> Result<End, CheckError> {
            let tau = run.of.end;
            let own = minimiser(tau)?;
            let constant = to(tau).filter(|other| super::equal(other.of.start, tau));
            Ok(End {
                off: distance(&run.margins, &own.margins, tau),
                at_most: at_most(run, &own.of),
                from_constant: largest(constant.map(|other| distance(&run.margins, &other.margins, tau))),
            })
        };
        let ends: Vec<End> = runs.iter().map(end).collect::<Result<_, _>>()?;
        let [low, high] = world.ends();
        let apart = |tau: f64, another: f64| -> Result<Apart, CheckError> {
            let pairs = |others: f64| to(tau).flat_map(move |a| to(others).map(move |b| (a, b)));
            let between = |others: f64| pairs(others).map(|(a, b)| distance(&a.margins, &b.margins, tau));
            let own = runs.iter().zip(&ends).filter(|(run, _)| super::equal(run.of.end, tau));
            Ok(Apart {
                tau,
                same: largest(between(tau)),
                other: between(another).fold(f64::INFINITY, f64::min),
                minimisers: distance(&minimiser(tau)?.margins, &minimiser(another)?.margins, tau),
                radius: largest(own.map(|(_, end)| end.at_most)),
            })
        };
        let at = [apart(low, high)?, apart(high, low)?];
        Ok(Self { world, runs: ends, at })
    }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_function_is_at_distance_0_from_itself_at_every_temperature() {
        let margins = [0.3, -1.0, 4.0];
        for tau in [0.1, 1.0, 16.0] {
            assert_eq!(distance(&margins, &margins, tau).to_bits(), 0.0_f64.to_bits());
        }
        let opposite = margins.map(|margin| -margin);
        assert!(distance(&margins, &opposite, 16.0) > 0.9);
    }
}
