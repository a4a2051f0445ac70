//! Rates, as exponents between two sizes of samples.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Finding, Picture};
use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use lip1_ot::{Measure, Problem, Settings, solve};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::integral::mean;
use crate::picture::Drawn;

/// What exponents are measured in.
pub(super) const UNIT: &str = "exponent";

/// A law of points.
#[derive(Clone, Copy, Debug)]
pub(super) enum Law {
    /// Uniform on the unit cube.
    Cube {
        /// Dimension.
        dim: usize,
    },
    /// The standard Cauchy law on the line.
    Cauchy,
}

/// Sizes of samples that are compared.
const SIZES: (usize, usize) = (64, 256);

/// Deviations of a normal law beyond which two in 10^4 lie: the two-sided level of each interval.
const DEVIATIONS: f64 = 3.72;

/// Part of an exponent that is left to effects of finite samples; the claimed exponents of d = 1 and d = 3 are 1/6 apart.
const BAND: f64 = 0.08;

impl Law {
    fn draw(self, random: &mut ChaCha8Rng, count: usize) -> Result<Measure, CheckError> {
        let points = match self {
            Law::Cube { dim } => Points::new(dim, (0..dim * count).map(|_| random.random()).collect())?,
            Law::Cauchy => {
                let quantile = |u: f64| (std::f64::consts::PI * (u - 0.5)).tan();
                Points::new(1, (0..count).map(|_| quantile(random.random())).collect())?
            }
        };
        Ok(Measure::uniform(points)?)
    }

    /// W1 between two independent samples.
    fn distance(self, random: &mut ChaCha8Rng, count: usize) -> Result<f64, CheckError> {
        let problem = Problem::new(&self.draw(random, count)?, &self.draw(random, count)?, Cost::L2)?;
        Ok(solve(&problem, &Settings { threads: 1, ..Settings::default() })?.value)
    }
}

/// The claimed `-d ln W1/d ln n` between the two sizes.
pub(super) fn exponent(dim: usize) -> f64 {
    let (small, large) = (SIZES.0 as f64, SIZES.1 as f64);
    match dim {
        1 => 0.5,
        2 => ((small.ln() / small) / (large.ln() / large)).ln() / 2.0 / (large / small).ln(),
        _ => 1.0 / dim as f64,
    }
}

/// Looks at an interval, each at twice the rounds of the one before: together they err with four times the probability of one.
const LOOKS: u32 = 4;

/// That an interval for the exponent of the mean distance lies within the band about the claimed one; outside it the claim is violated.
/// Across its edge more rounds are added; if the last look leaves it there, nothing is decided.
pub(super) fn examine(ctx: &Context, law: Law, claimed: f64, rounds: usize) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let mut random = ctx.generator(&format!("{law:?}"));
    let mut logs = Vec::with_capacity(rounds);
    let step = (SIZES.1 as f64 / SIZES.0 as f64).ln();
    for look in 0..LOOKS {
        while logs.len() < rounds << look {
            let (near, far) = (law.distance(&mut random, SIZES.1)?, law.distance(&mut random, SIZES.0)?);
            logs.push((far / near).ln() / step);
        }
        let (centre, error) = mean_and_error(&logs);
        let (off, reach) = ((centre - claimed).abs(), DEVIATIONS * error);
        let found = || format!("{law:?}: exponent {centre} with standard error {error}, claimed {claimed}");
        if off - reach > BAND || off + reach <= BAND {
            finding.case(BAND - off - reach, found);
            break;
        }
        if look + 1 == LOOKS {
            finding.undecided(format!("the interval crosses the edge of the band: {}", found()));
        }
    }
    Ok(finding)
}

/// That the mean of simulated W1 to the uniform law is the exact one, at the same level.
pub(super) fn mean_agrees(ctx: &Context, count: u32, rounds: usize) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("standard errors");
    let mut random = ctx.generator("to the law");
    let mut distances = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let mut points: Vec<f64> = (0..count).map(|_| random.random()).collect();
        points.sort_by(f64::total_cmp);
        distances.push(to_uniform(&points));
    }
    let (centre, error) = mean_and_error(&distances);
    let exact = mean(count);
    let off = (centre - exact.lower()).abs().max((centre - exact.upper()).abs()) / error;
    finding.case(DEVIATIONS - off, || {
        format!("n = {count}: {centre} with standard error {error}, exactly {exact}")
    });
    Ok(finding)
}

/// `int_0^1 |F_n(t) - t| dt` for sorted points.
fn to_uniform(points: &[f64]) -> f64 {
    let n = points.len() as f64;
    let ends = points.iter().copied().chain([1.0]);
    let starts = [0.0].into_iter().chain(points.iter().copied());
    let piece = |(k, (a, b)): (usize, (f64, f64))| {
        // The integral of |level - t| from a to b.
        let level = k as f64 / n;
        let half_square = |t: f64| (t - level) * (t - level).abs() / 2.0;
        half_square(b) - half_square(a)
    };
    starts.zip(ends).enumerate().map(piece).sum()
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

/// Mean distances between samples of growing size, in logarithms.
pub(super) fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let mut random = ctx.generator("picture");
    let mut series = Vec::new();
    let laws = [
        ("cube of dimension 1", Law::Cube { dim: 1 }),
        ("cube of dimension 2", Law::Cube { dim: 2 }),
        ("cube of dimension 3", Law::Cube { dim: 3 }),
        ("Cauchy law on the line", Law::Cauchy),
    ];
    for (name, law) in laws {
        let mut points = Vec::new();
        for exponent in 2..=8 {
            let count = 1 << exponent;
            // As many pairs in all at every size.
            let rounds = 512 >> exponent;
            let mut total = 0.0;
            for _ in 0..rounds {
                total += law.distance(&mut random, count)?.log10();
            }
            points.push(((count as f64).log10(), total / f64::from(rounds)));
        }
        series.push(Series { name: name.to_owned(), mark: Mark::Line, points });
    }
    Chart {
        title: "Two samples of a law approach at a rate that the dimension sets".to_owned(),
        alternative: "Logarithm of the transport distance between two samples against the logarithm of their size, from 4 to 256. Three \
                      falling lines for uniform cubes, the steeper the smaller the dimension; the line of the Cauchy law does not fall."
            .to_owned(),
        x: "log10 of the sample size".to_owned(),
        y: "mean of log10 W1".to_owned(),
        series,
    }
    .drawn()
}

#[cfg(test)]
mod tests {
    use super::to_uniform;

    #[test]
    fn a_point_in_the_middle_is_a_quarter_away() {
        assert!((to_uniform(&[0.5]) - 0.25).abs() < f64::EPSILON);
        assert!((to_uniform(&[0.0]) - 0.5).abs() < f64::EPSILON);
        assert!((to_uniform(&[0.25, 0.75]) - 0.125).abs() < f64::EPSILON);
    }
}
