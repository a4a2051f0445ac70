//! Laws with one heavy and many light atoms, at distance m from each other: the probability that the sample misses too much,
//! exactly.

use lip1_harness::{CheckError, Context, Finding, Test};
use lip1_kernel::{Interval, Points, judge};
use lip1_vc::{Label, PacSimulation, clopper_pearson_upper, simulate_worst_consistent, union_bound};

use super::least_sample;

/// Error and confidence asked, both powers of two so that their doubles are exact.
#[derive(Clone, Copy)]
pub(super) struct Task {
    pub(super) one_in_epsilon: u32,
    pub(super) one_in_delta: u32,
}

/// The task of the simulation.
pub(super) const TASK: Task = Task { one_in_epsilon: 8, one_in_delta: 16 };
pub(super) const TASKS: [Task; 3] =
    [TASK, Task { one_in_epsilon: 4, one_in_delta: 4 }, Task { one_in_epsilon: 32, one_in_delta: 256 }];

/// Mass of all light atoms together, in thousandths of epsilon: just above it, at the hardest, and beyond.
const LIGHT_MASSES: [u128; 4] = [1_001, 1_500, EULER, 3_900];
/// e in thousandths: the light mass at which missing a `1/e` of it is hardest to avoid.
const EULER: u128 = 2_718;

/// Light atoms of equal mass and a heavy one.
pub(super) struct Law {
    light: u32,
    /// Mass of a light atom, in units.
    each: u128,
    heavy: u128,
}

impl Law {
    fn new(light: u32, thousandths: u128, task: Task) -> Result<Self, CheckError> {
        // A unit is epsilon / (1000 light).
        let total = 1_000 * u128::from(light) * u128::from(task.one_in_epsilon);
        let heavy = total.checked_sub(u128::from(light) * thousandths);
        let heavy = heavy.ok_or_else(|| CheckError::Instance("light atoms of mass above 1".to_owned()))?;
        Ok(Self { light, each: thousandths, heavy })
    }

    /// Nineteen light atoms: 7 of them already weigh more than epsilon.
    pub(super) fn hard(task: Task) -> Result<Self, CheckError> {
        Self::new(19, EULER, task)
    }

    pub(super) fn family(task: Task) -> Result<Vec<Self>, CheckError> {
        let sizes = [1, 2, 4, 9, 19].into_iter().flat_map(|light| LIGHT_MASSES.map(|mass| (light, mass)));
        sizes.map(|(light, mass)| Self::new(light, mass, task)).collect()
    }

    fn atoms(&self) -> u64 {
        u64::from(self.light) + 1
    }

    fn total(&self) -> u128 {
        u128::from(self.light) * self.each + self.heavy
    }

    /// The n of the claim, examined to be it.
    pub(super) fn samples(&self, finding: &mut Finding, task: Task) -> Result<u32, CheckError> {
        let samples = least_sample(finding, self.atoms(), task)?;
        u32::try_from(samples).map_err(CheckError::during("sample size"))
    }

    /// The probability that n samples miss atoms of mass above epsilon together, by inclusion and exclusion.
    fn failure(&self, samples: u32, task: Task) -> Interval {
        let chance = |units: u128| Interval::ratio(units, self.total()).powi(samples);
        let too_much = |units: u128| units * u128::from(task.one_in_epsilon) > self.total();
        let mut sum = Interval::ZERO;
        for missed in 0..=self.light {
            let units = u128::from(missed) * self.each;
            let (alone, with_heavy) = (too_much(units), too_much(units + self.heavy));
            for more in 0..=self.light - missed {
                let left = u128::from(self.light - missed - more) * self.each;
                // The heavy atom is met, or missed as well.
                let mut term = Interval::ZERO;
                if alone {
                    term = term + chance(left + self.heavy) - chance(left);
                }
                if with_heavy {
                    term = term + chance(left);
                }
                let ways = binomial(self.light, missed) * binomial(self.light - missed, more);
                let term = Interval::integer(ways) * term;
                sum = if more % 2 == 0 { sum + term } else { sum - term };
            }
        }
        sum
    }

    /// Examines `P(failure) <= delta` with n samples, and that the union bound is above the exact probability.
    pub(super) fn fails(&self, samples: u32, task: Task) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("probability");
        let failure = self.failure(samples, task);
        let witness = || {
            format!(
                "{} light atoms of {} units of {}, n = {samples}: {failure}",
                self.light,
                self.each,
                self.total()
            )
        };
        let delta = task.delta_enclosed();
        finding.at_most("P(more than epsilon is missed) <= delta", failure, delta, witness);
        let union = union_bound(self.atoms(), task.epsilon(), samples.into())?;
        finding.at_most("P(more than epsilon is missed) <= union bound", failure, union, witness);
        Ok(finding)
    }

    /// Examines the frequency of failure of the worst consistent function by its upper confidence bound.
    pub(super) fn simulated(&self, ctx: &Context, samples: u32, task: Task) -> Result<Finding, CheckError> {
        let mut finding = Finding::new("probability");
        let atoms = Points::new(1, (0..=self.light).map(f64::from).collect())?;
        let mut masses = vec![self.each as f64; self.light as usize];
        masses.push(self.heavy as f64);
        let law = PacSimulation {
            atoms: &atoms,
            labels: &vec![Label::Plus; masses.len()],
            masses: &masses,
            margin: 1.0,
            samples: samples as usize,
            epsilon: task.epsilon(),
        };
        let trials = ctx.cases(500, 20_000, 1_000_000).into();
        let failures = simulate_worst_consistent(&law, trials, ctx.seed("trials"))?;
        let confident = clopper_pearson_upper(failures, trials, BEYOND)?;
        let too_many = rejected_from(trials, task.delta())?;
        let level = at_least(too_many, trials, self.failure(samples, task));
        finding.tested(Test { level, power: 1.0 - BEYOND }, task.delta() - confident, || {
            format!("{failures} failures in {trials} trials of n = {samples}")
        });
        Ok(finding)
    }
}

/// Probability with which the confidence bound may be too low: any probability above delta is noticed with the rest.
const BEYOND: f64 = 1e-9;

/// The smallest number of failures for which the confidence bound is above delta.
fn rejected_from(trials: u64, delta: f64) -> Result<u64, CheckError> {
    let (mut below, mut above) = (0, trials);
    while below < above {
        let middle = below + (above - below) / 2;
        if clopper_pearson_upper(middle, trials, BEYOND)? > delta {
            above = middle;
        } else {
            below = middle + 1;
        }
    }
    Ok(above)
}

/// An upper bound on the probability of at least `count` failures in `trials` of probability p, by Chernoff:
/// `exp(-k ln(k/(n p)) - (n - k) ln((n - k)/(n (1 - p))))` for `n p < k < n`, else 1.
fn at_least(count: u64, trials: u64, p: Interval) -> f64 {
    let (k, n) = (Interval::integer(count.into()), Interval::integer(trials.into()));
    if !judge::less(n * p, k).is_verified() || count >= trials {
        return 1.0;
    }
    let rest = n - k;
    let exponent = k * (k / (n * p)).ln() + rest * (rest / (n * (Interval::ONE - p))).ln();
    (-exponent).exp().upper().min(1.0)
}

fn binomial(n: u32, k: u32) -> u128 {
    (0..k.min(n)).fold(1, |product, i| product * u128::from(n - i) / u128::from(i + 1))
}
