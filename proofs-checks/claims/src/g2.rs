//! G2: empirical laws converge in the distance that 1-Lipschitz functions see.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Test, Verdict, Whose,
};
use lip1_kernel::distance::Cost;
use lip1_kernel::{Interval, Points};
use lip1_ot::{Measure, Problem, Settings, solve};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G2",
    section: Section::Generalisation,
    title: "Means over a sample converge uniformly over 1-Lipschitz functions",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Transcribed,
            "The largest |E_{P_n} f - E_P f| over 1-Lipschitz f is W1(P_n, P), which tends to 0 if P has a finite first moment. In the \
             cube the rate is n^{-1/2} for d = 1, sqrt(ln n/n) for d = 2 and n^{-1/d} for d >= 3.",
        ),
        Sentence::new(
            "b",
            Whose::Ours,
            "For the uniform law on [0,1], E W1 = (1/n) int_0^1 2k C(n,k) t^k (1-t)^{n-k+1} dt with k = floor(nt) + 1, and \
             sqrt(n) E W1 -> sqrt(2/pi) pi/8.",
        ),
    ],
    formula: r"\sup_{\mathrm{Lip}(f) \le 1} |\mathbb{E}_{P_n} f - \mathbb{E}_P f| = W_1(P_n, P) \to 0, \qquad \sqrt n\, \mathbb{E} W_1(P_n, U[0,1]) \to \sqrt{\tfrac{2}{\pi}}\, \tfrac{\pi}{8}",
    hypotheses: &[
        "the law has a finite first moment",
        "the rate is that of the dimension",
        "the integral is over all of [0,1]",
    ],
    source: "T1 for the equality; Varadarajan for convergence. W1 = int |F_n - F|, and E|X - nt| = 2k C(n,k) t^k (1-t)^{n-k+1} for X binomial (de \
             Moivre). Rates: Ajtai, Komlos and Tusnady 1984 (d = 2), Fournier and Guillin 2015. Between two samples of n the rate is the same. Its \
             exponent between n and 4n must be nearer to that of its own rate than to those of one dimension more or less; the level is that of \
             intervals from the normal law. The mean on [0,1] is compared by Bernstein's inequality with the variance of Efron and Stein, without \
             any limit law.",
    expected: Verdict::Supported,
    checks: &[
        Check {
            name: "the_exact_mean_has_its_known_values_and_limit",
            essential: true,
            about: "b",
            run: |ctx| {
                let mut finding = known(Interval::ONE);
                finding.merge(converges(&[1, 2, 5, 10, 20, 50, 100, ctx.count(150, 400, 1_000) as u32]));
                Ok(finding)
            },
        },
        Check {
            name: "samples_of_the_unit_interval_have_the_exact_mean",
            essential: true,
            about: "b",
            run: |ctx| Ok(mean_agrees(ctx, 10, ctx.count(200_000, 400_000, 2_000_000), 1.0)),
        },
        Check {
            name: "two_samples_approach_at_the_rate_of_the_dimension",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new(UNIT);
                for (dim, rounds) in [
                    (1, ctx.count(2_000, 8_000, 50_000)),
                    (2, ctx.count(3_000, 4_000, 12_000)),
                    (3, ctx.count(1_500, 1_500, 4_000)),
                ] {
                    finding.merge(examine(ctx, Law::Cube { dim }, dim, rounds)?);
                }
                finding.picture(picture(ctx)?);
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "samples_of_a_cauchy_law_do_not_approach",
            breaks: "the law has a finite first moment",
            run: |ctx| examine(ctx, Law::Cauchy, 1, 2_000),
        },
        Control {
            name: "the_cube_does_not_have_the_rate_of_the_line",
            breaks: "the rate is that of the dimension",
            run: |ctx| examine(ctx, Law::Cube { dim: 3 }, 1, 48),
        },
        Control {
            name: "the_plane_does_not_have_the_rate_of_the_line",
            breaks: "the rate is that of the dimension",
            run: |ctx| examine(ctx, Law::Cube { dim: 2 }, 1, 3_000),
        },
        Control {
            name: "half_of_the_integral_is_not_the_mean",
            breaks: "the integral is over all of [0,1]",
            run: |_| Ok(known(Interval::ratio(1, 2))),
        },
        Control {
            name: "samples_tell_the_mean_from_one_that_is_three_hundredths_larger",
            breaks: "the integral is over all of [0,1]",
            run: |ctx| Ok(mean_agrees(ctx, 10, 200_000, 1.0 + EFFECT)),
        },
    ],
};

/// `ln n!` for every n up to `last`.
fn log_factorials(last: u32) -> Vec<Interval> {
    let mut logs = vec![Interval::ZERO];
    for k in 1..=last {
        let previous = logs.last().copied().unwrap_or(Interval::ZERO);
        logs.push(previous + Interval::integer(k.into()).ln());
    }
    logs
}

/// `P(B(trials, part/of) >= least)`: the first term by logarithms, the others by their ratios; all terms are positive.
fn upper_tail(logs: &[Interval], trials: u32, part: u32, of: u32, least: u32) -> Interval {
    if part == 0 || least > trials {
        return Interval::ZERO;
    }
    if part == of {
        return Interval::ONE;
    }
    let at = |k: u32| logs.get(k as usize).copied().unwrap_or(Interval::ENTIRE);
    let (x, rest) = (Interval::ratio(part.into(), of.into()), Interval::ratio((of - part).into(), of.into()));
    let whole = |k: u32| Interval::integer(k.into());
    let first = at(trials) - at(least) - at(trials - least)
        + whole(least) * x.ln()
        + whole(trials - least) * rest.ln();
    let mut term = first.exp();
    let mut sum = term;
    for k in least..trials {
        term = term * Interval::ratio((trials - k).into(), (k + 1).into()) * x / rest;
        sum = sum + term;
    }
    sum
}

/// The mean of W1 between n independent uniform points and the uniform law on [0,1].
///
/// On `[(k-1)/n, k/n]` the integrand is a multiple of a beta density, whose integral is a difference of binomial tails:
/// `2k C(n,k) int t^k (1-t)^{n-k+1} dt = 2k (n-k+1)/((n+1)(n+2)) [P(B(n+2, t) >= k+1)]`.
fn mean(n: u32) -> Interval {
    let logs = log_factorials(n + 2);
    let piece = |k: u32| {
        let share =
            Interval::ratio(u128::from(2 * k) * u128::from(n - k + 1), u128::from(n + 1) * u128::from(n + 2));
        share * (upper_tail(&logs, n + 2, k, n, k + 1) - upper_tail(&logs, n + 2, k - 1, n, k + 1))
    };
    (1..=n).map(piece).fold(Interval::ZERO, |sum, piece| sum + piece) / Interval::integer(n.into())
}

/// `sqrt(n) E W1` to five digits, as the claim has them: numerators over 100,000.
const KNOWN: [(u32, u128); 4] = [(1, 33_333), (2, 32_409), (10, 31_572), (50, 31_383)];

/// Compares a share of `sqrt(n) E W1` with the known digits.
fn known(share: Interval) -> Finding {
    let mut finding = Finding::new("sqrt(n) E W1");
    for (n, digits) in KNOWN {
        let found = share * Interval::integer(n.into()).sqrt() * mean(n);
        let (low, high) =
            (Interval::ratio(2 * digits - 1, 200_000), Interval::ratio(2 * digits + 1, 200_000));
        finding.at_most("digits <= sqrt(n) E W1", low, found, || format!("n = {n}: {found}"));
        finding.at_most("sqrt(n) E W1 <= digits", found, high, || format!("n = {n}: {found}"));
    }
    finding
}

/// Distance to the limit, at most this over n: between n = 1 and 1,000 it is at most 1/38 n or so.
const NEAR: (u128, u128) = (1, 32);

/// That `sqrt(n) E W1` is above its limit `sqrt(2/pi) pi/8` and approaches it as fast as 1/n on the sizes given.
fn converges(sizes: &[u32]) -> Finding {
    let mut finding = Finding::new("sqrt(n) E W1");
    let limit = (Interval::integer(2) / Interval::pi()).sqrt() * Interval::pi() / Interval::integer(8);
    for &n in sizes {
        let found = Interval::integer(n.into()).sqrt() * mean(n);
        let near = Interval::ratio(NEAR.0, NEAR.1 * u128::from(n));
        finding.at_most("limit <= sqrt(n) E W1", limit, found, || format!("n = {n}: {found}"));
        finding.at_most("sqrt(n) E W1 <= limit + 1/32n", found, limit + near, || format!("n = {n}: {found}"));
    }
    finding
}

/// What exponents are measured in.
const UNIT: &str = "exponent";

/// A law of points.
#[derive(Clone, Copy)]
enum Law {
    /// Uniform on the unit cube.
    Cube {
        /// Dimension.
        dim: usize,
    },
    /// The standard Cauchy law on the line.
    Cauchy,
}

impl Law {
    fn name(self) -> String {
        match self {
            Law::Cube { dim } => format!("cube of dimension {dim}"),
            Law::Cauchy => "Cauchy law on the line".to_owned(),
        }
    }
}

/// Sizes of samples that are compared.
#[derive(Clone, Copy)]
struct Sizes {
    small: usize,
    large: usize,
}

impl Sizes {
    fn of(ctx: &Context) -> Self {
        let small = ctx.count(16, 64, 64);
        Self { small, large: 4 * small }
    }

    fn step(self) -> f64 {
        (self.large as f64 / self.small as f64).ln()
    }

    /// The claimed `-ln(W1(large)/W1(small))/ln(large/small)`.
    fn exponent(self, dim: usize) -> f64 {
        let (small, large) = (self.small as f64, self.large as f64);
        match dim {
            1 => 0.5,
            2 => ((small.ln() / small) / (large.ln() / large)).ln() / 2.0 / self.step(),
            _ => 1.0 / dim as f64,
        }
    }

    /// The exponents that are nearer to the claimed one than to those of one dimension more or less: the smallest and the largest.
    fn cell(self, dim: usize) -> (f64, f64) {
        let halfway = |other| (self.exponent(dim) + self.exponent(other)) / 2.0;
        (halfway(dim + 1), if dim == 1 { f64::INFINITY } else { halfway(dim - 1) })
    }
}

/// Deviations of a normal law beyond which two in 10^4 lie.
const DEVIATIONS: f64 = 3.72;
const BEYOND: f64 = 2e-4;

/// Looks at an interval, each at twice the rounds of the one before: together they err with four times the probability of one.
const LOOKS: u32 = 4;

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

/// That an interval for the exponent of the mean distance lies within the cell of the claimed one; outside it the claim is violated.
/// Across its edge more rounds are added; if the last look leaves it there, nothing is decided.
fn examine(ctx: &Context, law: Law, dim: usize, rounds: usize) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let mut random = ctx.generator(&law.name());
    let sizes = Sizes::of(ctx);
    let (smallest, largest) = sizes.cell(dim);
    let mut logs = Vec::with_capacity(rounds);
    for look in 0..LOOKS {
        while logs.len() < rounds << look {
            let (near, far) =
                (law.distance(&mut random, sizes.large)?, law.distance(&mut random, sizes.small)?);
            logs.push((far / near).ln() / sizes.step());
        }
        let (centre, error) = mean_and_error(&logs);
        let reach = DEVIATIONS * error;
        let found = || {
            format!(
                "{}, {} and {} points: exponent {centre} with standard error {error}, claimed {}",
                law.name(),
                sizes.small,
                sizes.large,
                sizes.exponent(dim)
            )
        };
        let slack = (centre - reach - smallest).min(largest - centre - reach);
        let outside = centre + reach < smallest || centre - reach > largest;
        if slack >= 0.0 || outside {
            let last = reach * (logs.len() as f64 / (rounds << (LOOKS - 1)) as f64).sqrt();
            finding.tested(rates_test(sizes, dim, last), slack, found);
            break;
        }
        if look + 1 == LOOKS {
            finding.undecided(format!("the interval crosses the edge of the cell: {}", found()));
        }
    }
    Ok(finding)
}

/// The level of four intervals. If the true exponent is that of one dimension more or less and none of the four misses it, the last
/// lies outside of the cell, provided that it reaches no farther than half the way from that exponent to the edge.
fn rates_test(sizes: Sizes, dim: usize, last_reach: f64) -> Test {
    let level = f64::from(LOOKS) * BEYOND;
    let way = |other| (sizes.exponent(dim) - sizes.exponent(other)).abs() / 2.0;
    let nearest = if dim == 1 { way(2) } else { way(dim + 1).min(way(dim - 1)) };
    Test { level, power: if last_reach <= nearest / 2.0 { 1.0 - level } else { 0.0 } }
}

/// Level of the interval for the mean on [0,1], and the error of the mean that it must see, as a share.
const LEVEL: f64 = 1e-4;
const EFFECT: f64 = 0.03;

/// That the mean of simulated W1 to the uniform law is `factor` times the exact one.
fn mean_agrees(ctx: &Context, count: u32, rounds: usize, factor: f64) -> Finding {
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator("to the law");
    let mut total = 0.0;
    for _ in 0..rounds {
        let mut points: Vec<f64> = (0..count).map(|_| random.random()).collect();
        points.sort_by(f64::total_cmp);
        total += to_uniform(&points);
    }
    let (found, exact) = (total / rounds as f64, mean(count));
    let (low, high) = (factor * exact.lower(), factor * exact.upper());
    let off = (found - low).abs().max((found - high).abs());
    let reach = bernstein(count, rounds);
    // Two intervals fit between the mean and one that is off by the effect.
    let power = if 2.0 * reach <= EFFECT * low { 1.0 - LEVEL } else { 0.0 };
    finding.tested(Test { level: LEVEL, power }, reach - off, || {
        format!("n = {count}: {found} in {rounds} rounds, within {reach}, exactly {exact}")
    });
    finding
}

/// How far the mean of W1 to the uniform law over so many rounds is from its expectation at most, but for a probability of `LEVEL`.
///
/// W1 lies in `[0, 1/2]`. Moving one of n points from x to x' changes it by `|x - x'|/n` at most, so its variance is at most
/// `(n/2) E|x - x'|^2/n^2 = 1/(12 n)` (Efron and Stein). Bernstein: a deviation t of the mean of N has a probability of at most
/// `2 exp(-N t^2/(2 v + 2 b t/3))`, with v the variance and b = 1/2; solved for t.
fn bernstein(count: u32, rounds: usize) -> f64 {
    let (variance, range, rounds) = (1.0 / (12.0 * f64::from(count)), 0.5, rounds as f64);
    let log = (2.0 / LEVEL).ln();
    let linear = range * log / 3.0;
    (linear + (linear * linear + 2.0 * variance * log * rounds).sqrt()) / rounds
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
fn picture(ctx: &Context) -> Result<Picture, CheckError> {
    let mut random = ctx.generator("picture");
    let mut series = Vec::new();
    let laws = [Law::Cube { dim: 1 }, Law::Cube { dim: 2 }, Law::Cube { dim: 3 }, Law::Cauchy];
    for law in laws {
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
        series.push(Series { name: law.name(), mark: Mark::Line, points });
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
    use super::{mean, to_uniform};

    /// Rounding of logarithms and tails of three terms.
    const ROUNDING: f64 = 1e-13;

    #[test]
    fn one_point_is_a_third_away_on_average() {
        let found = mean(1);
        assert!(found.contains(1.0 / 3.0) && found.width() < ROUNDING);
    }

    #[test]
    fn a_point_in_the_middle_is_a_quarter_away() {
        assert!((to_uniform(&[0.5]) - 0.25).abs() < f64::EPSILON);
        assert!((to_uniform(&[0.0]) - 0.5).abs() < f64::EPSILON);
        assert!((to_uniform(&[0.25, 0.75]) - 0.125).abs() < f64::EPSILON);
    }
}
