//! Samples on which constants make the mean loss as small as one likes.

use lip1_datasets::worlds::Classes;
use lip1_harness::{CheckError, Finding};
use lip1_kernel::Interval;
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{self, Potentials};
use lip1_ot::{Problem, Settings, certify, solve};

use super::growth::{Lambda, Shape};

/// What is compared.
const UNIT: &str = "value";

/// Numbers of samples, and the share of samples on a ray in thousandths, as stated.
const SHARES: [(u64, u128); 4] = [(10, 754), (100, 920), (1_000, 975), (10_000, 992)];

/// The least expected loss of -y f, as a multiple of -1.
const LEAST: (u128, u128) = (1, 2);

/// That the least expected loss is -1/2: half of the distance between the laws of the classes, which have the same mass. The solver's plan and
/// the potential -x vouch for it.
fn least_on_the_law(finding: &mut Finding) -> Result<(), CheckError> {
    let law = Classes::on_line("the law", &[(0.0, 1.0)], &[(1.0, 1.0)])?;
    let problem = Problem::new(&law.positive, &law.negative, Cost::L2)?;
    let solved = certify(&problem, solve(&problem, &Settings::default())?)?;
    let potentials = Potentials { u: vec![0.0], v: vec![-1.0] };
    let ruling = transport::check(solved.problem.statement(), &solved.solution.plan, &potentials);
    if let Some(bracket) = finding.accepted(ruling, || "one atom a class at distance 1".to_owned()) {
        let half = bracket.enclosure() / Interval::integer(2);
        let least = Interval::ratio(LEAST.0, LEAST.1);
        finding.at_most("W1/2 <= 1/2", half, least, || half.to_string());
        finding.at_most("1/2 <= W1/2", least, half, || half.to_string());
    }
    Ok(())
}

/// The sum of -y f over so many samples, `positive` of them with label +1, for the constant c.
fn at_constant(positive: u64, samples: u64, c: Interval) -> Interval {
    let count = |n: u64| Interval::integer(n.into());
    c * (count(samples - positive) - count(positive))
}

/// The constant of size 1 with the sign of the heavier class.
fn heavier(positive: u64, samples: u64) -> Interval {
    if 2 * positive >= samples { Interval::ONE } else { -Interval::ONE }
}

/// That the least mean loss of every sample of these odd sizes is within 1 of the least expected loss, judged at one 1-Lipschitz function: a
/// constant, twice the number of samples in size.
pub(super) fn odd(sizes: &[u64]) -> Result<Finding, CheckError> {
    let counts = || sizes.iter().flat_map(|samples| (0..=*samples).map(move |positive| (positive, *samples)));
    let size = 1 + sizes.iter().map(|samples| u128::from(*samples) + 1).sum::<u128>();
    let mut finding = Finding::enumerating(UNIT, "the law, and n + 1 counts for each n", size);
    finding.element("the law");
    least_on_the_law(&mut finding)?;
    let limit = -(Interval::ratio(LEAST.0, LEAST.1) + Interval::ONE);
    for (positive, samples) in counts() {
        finding.element((positive, samples));
        let constant = heavier(positive, samples) * Interval::integer(2 * u128::from(samples));
        let found = at_constant(positive, samples, constant) / Interval::integer(samples.into());
        finding.at_most("min E - 1 <= E_n at a constant", limit, found, || {
            format!("{positive} of {samples} samples positive, f = {constant}: {found}")
        });
    }
    Ok(finding)
}

/// That constants of the heavier class's sign are a ray: the loss falls from c to 2c, and at least as fast from there to 4c.
pub(super) fn signed_margins(positive: u64, samples: u64) -> Finding {
    let sign = heavier(positive, samples);
    falls(
        |c| at_constant(positive, samples, sign * c),
        || format!("{positive} of {samples} samples positive"),
    )
}

fn falls(loss: impl Fn(Interval) -> Interval, name: impl Fn() -> String) -> Finding {
    let mut finding = Finding::new(UNIT);
    let [once, twice, four] = [1, 2, 4].map(|c| loss(Interval::integer(c << 10)));
    let told = || format!("{}: {once}, {twice}, {four} at c, 2c, 4c", name());
    finding.less("loss at 2c < loss at c", twice, once, told);
    finding.at_most(
        "twice the fall to 2c <= that from there to 4c",
        four - twice,
        (twice - once) + (twice - once),
        told,
    );
    finding
}

/// Every count of every number of samples: a ray iff the classes differ, and the probability that they do.
pub(super) fn shares() -> Result<Finding, CheckError> {
    let size = SHARES.iter().map(|(samples, _)| u128::from(*samples) + 2).sum::<u128>();
    let mut finding = Finding::enumerating(UNIT, "n + 1 counts and a probability for each n", size);
    for (samples, stated) in SHARES {
        let mut without = 0_u64;
        for positive in 0..=samples {
            finding.element((samples, positive));
            if 2 * positive == samples {
                // The sample is the law.
                without += 1;
                least_on_the_law(&mut finding)?;
            } else {
                finding.merge(signed_margins(positive, samples));
            }
        }
        finding.element((samples, "probability"));
        // C(n, n/2)/2^n.
        let tie = (1..=u128::from(samples / 2)).map(|i| Interval::ratio(2 * i - 1, 2 * i));
        let share = Interval::ONE - tie.fold(Interval::ONE, |product, factor| product * factor);
        let told = || format!("n = {samples}: {share}, {without} count without a ray");
        finding.equal("counts without a ray", &without, &1, told);
        finding.at_most("stated - 1/2000 <= share", Interval::ratio(2 * stated - 1, 2_000), share, told);
        finding.at_most("share <= stated + 1/2000", share, Interval::ratio(2 * stated + 1, 2_000), told);
    }
    Ok(finding)
}

/// Numbers of samples at the threshold.
const AT_THE_THRESHOLD: [u64; 3] = [20, 40, 60];

/// What part of the samples is on a ray there, at least.
const TWO_IN_FIVE: (u128, u128) = (2, 5);

/// Positive with probability 3/4, and `lambda` at its threshold, 2: samples of `n` whose counts put `lambda` below their own threshold are on
/// a ray, and have that probability, in whole numbers.
pub(super) fn at_the_threshold() -> Finding {
    const MASSES: (u64, u64) = (3, 1);
    let size = AT_THE_THRESHOLD.iter().map(|samples| u128::from(*samples) + 2).sum::<u128>();
    let mut finding = Finding::enumerating(UNIT, "n + 1 counts and a probability for each n", size);
    let lambda = Shape::Hkr(Lambda::equal()).at(MASSES);
    for samples in AT_THE_THRESHOLD {
        let (mut ways, mut running) = (1_u128, 0_u128);
        for positive in 0..=samples {
            finding.element((samples, positive));
            let negative = samples - positive;
            // lambda min(p, q) < |p - q| with lambda = 2.
            if 2 * positive.min(negative) < positive.abs_diff(negative) {
                let sign = heavier(positive, samples);
                finding.merge(falls(
                    |c| lambda.along(sign * c, (positive, negative)),
                    || format!("{positive} of {samples} samples positive"),
                ));
                running += ways * u128::from(MASSES.0).pow(positive as u32);
            } else {
                for sign in [Interval::ONE, -Interval::ONE] {
                    let [once, twice] =
                        [1, 2].map(|c| lambda.along(sign * Interval::integer(c << 10), (positive, negative)));
                    finding.at_most("loss at c <= loss at 2c", once, twice, || {
                        format!("{positive} of {samples}")
                    });
                }
            }
            ways = ways * u128::from(samples - positive) / u128::from(positive + 1);
        }
        finding.element((samples, "probability"));
        let all = u128::from(MASSES.0 + MASSES.1).pow(samples as u32);
        finding.not_above(
            "2/5 <= share of samples on a ray",
            &(TWO_IN_FIVE.0 * all),
            &(TWO_IN_FIVE.1 * running),
            || format!("n = {samples}: {running} of {all}"),
        );
    }
    finding
}
