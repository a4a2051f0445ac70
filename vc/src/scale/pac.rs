//! Sample sizes under which every consistent margin classifier generalises, and a simulation of the worst one.

use lip1_kernel::{Interval, Judgement, Points, packing};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::Error;
use crate::shatter::Label;

fn probability(what: &'static str, value: f64) -> Result<Interval, Error> {
    if value > 0.0 && value < 1.0 {
        Ok(Interval::data(value))
    } else {
        Err(Error::OutOfRange { what, value, range: "between 0 and 1" })
    }
}

/// The least n with `n >= (M ln 2 + ln(1/delta)) / epsilon`.
///
/// If X is covered by M sets of diameter below m and the law is realisable with margin m, then with probability at least
/// `1 - delta` over n independent samples every 1-Lipschitz f with `y f >= m` on the sample has `P(y f <= 0) <= epsilon`: f has
/// the right sign on every set that was met, and at most `2^M` unions of sets could be missed.
///
/// # Errors
/// [`Error::OutOfRange`] unless `0 < epsilon, delta < 1`, or when n exceeds 2^53.
pub fn sample_size(cells: u64, epsilon: f64, delta: f64) -> Result<u64, Error> {
    let (epsilon, delta) = (probability("epsilon", epsilon)?, probability("delta", delta)?);
    let log = Interval::integer(u128::from(cells)) * Interval::data(2.0).ln() - delta.ln();
    let n = (log / epsilon).upper().ceil();
    const MOST: f64 = 9_007_199_254_740_992.0;
    if n <= MOST {
        Ok(n as u64)
    } else {
        Err(Error::OutOfRange { what: "sample size", value: n, range: "at most 2^53" })
    }
}

/// `2^M (1 - epsilon)^n`, the union bound itself, enclosed.
///
/// # Errors
/// [`Error::OutOfRange`] unless `0 < epsilon < 1`.
pub fn union_bound(cells: u64, epsilon: f64, samples: u64) -> Result<Interval, Error> {
    let epsilon = probability("epsilon", epsilon)?;
    let exponent = Interval::integer(u128::from(cells)) * Interval::data(2.0).ln()
        + Interval::integer(u128::from(samples)) * (-epsilon).ln_1p();
    Ok(exponent.exp())
}

/// A realisable law with finitely many atoms.
#[derive(Debug, Clone, PartialEq)]
pub struct PacSimulation<'a> {
    /// The atoms.
    pub atoms: &'a Points,
    /// One label an atom; opposite labels are at distance at least 2m.
    pub labels: &'a [Label],
    /// Their probabilities, nonnegative, of positive total (which they are divided by).
    pub masses: &'a [f64],
    /// m.
    pub margin: f64,
    /// Sample size n.
    pub samples: usize,
    /// The error that counts as a failure when exceeded.
    pub epsilon: f64,
}

/// The number of `trials` in which the *worst* 1-Lipschitz f with `y f >= m` on the sample has `P(y f <= 0) > epsilon`.
///
/// The worst f is 0 at every atom at distance at least m from all sampled atoms of its label, and cannot be wrong at the others.
///
/// # Errors
/// [`Error::Length`] when lists differ in length, [`Error::OutOfRange`] for masses that are no distribution, a margin that is not
/// positive, or opposite labels closer than 2m.
pub fn simulate_worst_consistent(law: &PacSimulation<'_>, trials: u64, seed: u64) -> Result<u64, Error> {
    let n = law.atoms.len();
    for (what, found) in [("labels", law.labels.len()), ("masses", law.masses.len())] {
        if found != n {
            return Err(Error::Length { what, found, expected: n });
        }
    }
    let total: f64 = law.masses.iter().sum();
    if !(total > 0.0 && total.is_finite()) || law.masses.iter().any(|mass| *mass < 0.0) {
        return Err(Error::OutOfRange {
            what: "total mass",
            value: total,
            range: "positive, of nonnegative masses",
        });
    }
    if !(law.margin > 0.0 && law.margin.is_finite()) {
        return Err(Error::OutOfRange { what: "margin", value: law.margin, range: "positive and finite" });
    }
    let informs: Vec<Vec<bool>> = (0..n).map(|i| informed_by(law, i)).collect::<Result<_, _>>()?;
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut failures = 0;
    for _ in 0..trials {
        let mut known = vec![false; n];
        for _ in 0..law.samples {
            let atom = draw(law.masses, total, generator.random::<f64>());
            informs[atom].iter().zip(&mut known).for_each(|(informed, known)| *known |= informed);
        }
        let missed: f64 =
            law.masses.iter().zip(&known).filter(|(_, known)| !**known).map(|(mass, _)| mass).sum();
        failures += u64::from(missed > law.epsilon * total);
    }
    Ok(failures)
}

/// Which atoms cannot be wrong once atom i was sampled.
fn informed_by(law: &PacSimulation<'_>, i: usize) -> Result<Vec<bool>, Error> {
    let unrealisable =
        Error::OutOfRange { what: "margin", value: law.margin, range: "realisable by the law" };
    (0..law.atoms.len())
        .map(|j| match law.labels[i] == law.labels[j] {
            true => Ok(i == j || !apart(law.atoms, i, j, law.margin)?),
            false if apart(law.atoms, i, j, 2.0 * law.margin)? => Ok(false),
            false => Err(unrealisable.clone()),
        })
        .collect()
}

fn apart(points: &Points, i: usize, j: usize, distance: f64) -> Result<bool, Error> {
    let pair = Points::new(points.dim(), points.row(i).iter().chain(points.row(j)).copied().collect())?;
    match packing::separated(&pair, distance) {
        Judgement::Verified(_) => Ok(true),
        Judgement::Refuted(_) => Ok(false),
        Judgement::Undecided(refusal) => Err(refusal.into()),
    }
}

fn draw(masses: &[f64], total: f64, uniform: f64) -> usize {
    let mut left = uniform * total;
    let chosen = masses.iter().position(|mass| {
        left -= mass;
        left < 0.0
    });
    chosen.or_else(|| masses.iter().rposition(|mass| *mass > 0.0)).unwrap_or(0)
}

/// Bisection steps: the interval [0, 1] down to neighbouring numbers.
const BISECTIONS: usize = 64;

/// Clopper and Pearson's upper confidence bound on a probability after `failures` in `trials`: the p at which seeing so few
/// has probability `level`. Floating point, accurate to about 1e-12 relative.
///
/// # Errors
/// [`Error::OutOfRange`] unless `0 < level < 1` and `failures <= trials`, `trials >= 1`.
pub fn clopper_pearson_upper(failures: u64, trials: u64, level: f64) -> Result<f64, Error> {
    probability("level", level)?;
    if trials == 0 || failures > trials {
        return Err(Error::OutOfRange {
            what: "failures",
            value: failures as f64,
            range: "at most the trials",
        });
    }
    if failures == trials {
        return Ok(1.0);
    }
    let (mut low, mut high) = (failures as f64 / trials as f64, 1.0);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if at_most(failures, trials, middle) > level { low = middle } else { high = middle }
    }
    Ok(high)
}

/// The probability of at most `count` successes in `trials` of probability p, summed from logarithms.
fn at_most(count: u64, trials: u64, p: f64) -> f64 {
    if p >= 1.0 {
        return 0.0;
    }
    let n = trials as f64;
    let mut term = n * (-p).ln_1p();
    let mut sum = term.exp();
    for k in 0..count {
        let k = k as f64;
        term += ((n - k) / (k + 1.0)).ln() + p.ln() - (-p).ln_1p();
        sum += term.exp();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{PacSimulation, clopper_pearson_upper, sample_size, simulate_worst_consistent, union_bound};
    use crate::shatter::Label;
    use lip1_kernel::Points;

    const ROUNDING: f64 = 1e-9;

    #[test]
    fn sample_sizes_round_up_and_satisfy_the_union_bound() {
        // (20 ln 2 + ln 20) / 0.1 = 168.59.
        let n = sample_size(20, 0.1, 0.05).unwrap();
        assert_eq!(n, 169);
        assert!(union_bound(20, 0.1, n).unwrap().upper() <= 0.05);
        assert!(sample_size(20, 0.0, 0.05).is_err() && sample_size(20, 0.1, 1.0).is_err());
    }

    #[test]
    fn confidence_bounds_are_those_of_the_binomial() {
        // No failure in n trials: 1 - level^(1/n).
        let bound = clopper_pearson_upper(0, 100, 0.05).unwrap();
        assert!((bound - (1.0 - 0.05_f64.powf(0.01))).abs() < ROUNDING);
        assert!(clopper_pearson_upper(3, 2, 0.05).is_err());
        assert!((clopper_pearson_upper(1, 2, 0.25).unwrap() - 0.75_f64.sqrt()).abs() < ROUNDING);
    }

    #[test]
    fn twenty_atoms_are_learnt_with_enough_samples_and_not_with_a_quarter() {
        let atoms = Points::new(1, (0..20).map(f64::from).collect()).unwrap();
        let epsilon = 0.1;
        let light = std::f64::consts::E * epsilon / 19.0;
        let mut masses = vec![light; 20];
        masses[0] = 1.0 - 19.0 * light;
        let n = usize::try_from(sample_size(20, epsilon, 0.05).unwrap()).unwrap();
        let law = |samples| PacSimulation {
            atoms: &atoms,
            labels: &[Label::Plus; 20],
            masses: &masses,
            margin: 1.0,
            samples,
            epsilon,
        };
        assert!(simulate_worst_consistent(&law(n), 400, 1).unwrap() < 20);
        assert!(simulate_worst_consistent(&law(n / 4), 400, 1).unwrap() > 350);
    }
}
