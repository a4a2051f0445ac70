//! `E W1(P_n, U[0,1])`, enclosed.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::Interval;

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
pub(super) fn mean(n: u32) -> Interval {
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
pub(super) fn known(share: Interval) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("sqrt(n) E W1");
    for (n, digits) in KNOWN {
        let found = share * Interval::integer(n.into()).sqrt() * mean(n);
        let (low, high) =
            (Interval::ratio(2 * digits - 1, 200_000), Interval::ratio(2 * digits + 1, 200_000));
        finding.at_most("digits <= sqrt(n) E W1", low, found, || format!("n = {n}: {found}"));
        finding.at_most("sqrt(n) E W1 <= digits", found, high, || format!("n = {n}: {found}"));
    }
    Ok(finding)
}

/// Distance to the limit, at most this over n: between n = 1 and 1,000 it is at most 1/38 n or so.
const NEAR: (u128, u128) = (1, 32);

/// That `sqrt(n) E W1` is above its limit `sqrt(2/pi) pi/8` and approaches it as fast as 1/n on the sizes given.
pub(super) fn converges(sizes: &[u32]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("sqrt(n) E W1");
    let limit = (Interval::integer(2) / Interval::pi()).sqrt() * Interval::pi() / Interval::integer(8);
    for &n in sizes {
        let found = Interval::integer(n.into()).sqrt() * mean(n);
        let near = Interval::ratio(NEAR.0, NEAR.1 * u128::from(n));
        finding.at_most("limit <= sqrt(n) E W1", limit, found, || format!("n = {n}: {found}"));
        finding.at_most("sqrt(n) E W1 <= limit + 1/32n", found, limit + near, || format!("n = {n}: {found}"));
    }
    Ok(finding)
}

#[cfg(test)]
mod tests {
    use super::mean;

    /// Rounding of logarithms and tails of three terms.
    const ROUNDING: f64 = 1e-13;

    #[test]
    fn one_point_is_a_third_away_on_average() {
        let found = mean(1);
        assert!(found.contains(1.0 / 3.0) && found.width() < ROUNDING);
    }
}
