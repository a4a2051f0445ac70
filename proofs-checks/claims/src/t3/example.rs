//! The example that the author gives: pairs of an atom of P and one of Q, in a row. Everything is in whole numbers.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Finding, Lemma, Picture, Tolerance};
use lip1_kernel::distance::Cost;
use lip1_kernel::transport::{self, Potentials};
use lip1_kernel::{Interval, Points};
use lip1_ot::{Certified, Measure, Problem, Settings, certify, solve};

use crate::picture::Drawn;

/// How many of the `2n` atoms more than `n` are right at most, as the author says and in truth.
pub(super) const AS_STATED: i64 = 1;
pub(super) const CORRECTED: i64 = 2;

/// Atoms of P at multiples of `within + gap`, each with one of Q at distance `within` to its right.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) within: i64,
    pub(super) gap: i64,
}

/// P has its atoms at 0, 4, 8, .., Q at 3, 7, 11, ...
pub(super) const ROW: Row = Row { within: 3, gap: 1 };

pub(super) static TWO_PAIRS: Lemma = Lemma {
    name: "two pairs in a row",
    statement: "Let P have atoms of equal mass at 0, c + g, 2 (c + g), .. and Q at c, c + g + c, ..., n each, with c > g > 0. If the \
                least step c - g is below c and two of them exceed c, then the sign of an optimal potential, shifted at will and with \
                ties counted as right, is right on n + 2 of the 2n atoms at most, and n + 2 are reached for every n >= 2.",
    proof: "F_P - F_Q is 1/n from an atom of P to its atom of Q and 0 in the gap after it. KR(f) is the integral of -f' (F_P - F_Q), so \
            f is optimal iff it has slope -1 between the two atoms of every pair; in a gap it may rise or fall by g. Let q_i be its value \
            at the i-th atom of Q; at the atom of P before it, it is q_i + c. From one q to the next f falls by c - g at least. At the \
            threshold T a pair has both atoms right iff T - c <= q_i <= T, and else exactly one. Three of the q_i span two steps, more \
            than c, so at most two pairs are right. If f rises in the first gap, q_1 and q_2 are c - g < c apart and lie within \
            (T - c, T) for some T: n + 2 atoms are right, no tie among them.",
    facts: "one least step is below the length of a pair, two are above it",
};

/// The facts of the lemma.
pub(super) fn two_pairs(row: Row) -> Finding {
    let Row { within, gap } = row;
    let mut finding = Finding::reducing("distance", &TWO_PAIRS, 2);
    let step = within - gap;
    let told = || format!("pairs of length {within}, gaps of {gap}");
    finding.element("one step");
    finding.below("c - g < c", &step, &within, told);
    finding.element("two steps");
    finding.below("c < 2 (c - g)", &within, &(2 * step), told);
    finding
}

/// The values of a potential with slope -1 within every pair that rises by `rises[i]` in gap number `i`: at atoms of P, then of Q.
#[derive(Clone)]
pub(super) struct Values {
    pub(super) p: Vec<i64>,
    pub(super) q: Vec<i64>,
}

impl Row {
    pub(super) fn potential(self, rises: &[i64]) -> Values {
        let mut p = vec![0];
        for rise in rises {
            p.push(p.last().copied().unwrap_or(0) - self.within + rise);
        }
        let q = p.iter().map(|value| value - self.within).collect();
        Values { p, q }
    }

    /// The potential that rises in the middle gap and falls everywhere else, and twice a threshold between its values at both atoms of
    /// that gap.
    pub(super) fn reversed(self, n: usize) -> (Values, i64) {
        let middle = (n / 2).saturating_sub(1);
        let rises: Vec<i64> = (1..n).map(|i| if i == middle + 1 { self.gap } else { -self.gap }).collect();
        let values = self.potential(&rises);
        let after = values.q.get(middle).copied().unwrap_or(0);
        (values, 2 * after + self.gap)
    }

    fn places(self, n: usize) -> (Vec<i64>, Vec<i64>) {
        let p: Vec<i64> = (0..n as i64).map(|i| i * (self.within + self.gap)).collect();
        let q = p.iter().map(|place| place + self.within).collect();
        (p, q)
    }

    fn solved(self, n: usize) -> Result<Certified, CheckError> {
        let (p, q) = self.places(n);
        let law = |places: &[i64]| -> Result<Measure, CheckError> {
            let coords = places.iter().map(|place| *place as f64).collect();
            Ok(Measure::uniform(Points::new(1, coords)?)?)
        };
        let problem = Problem::new(&law(&p)?, &law(&q)?, Cost::L2)?;
        Ok(certify(&problem, solve(&problem, &Settings::default())?)?)
    }
}

impl Values {
    /// How many atoms are right at half of `twice` as a threshold, ties counted as right.
    fn right(&self, twice: i64) -> i64 {
        let right = |count: usize| count as i64;
        right(self.p.iter().filter(|value| 2 * **value >= twice).count())
            + right(self.q.iter().filter(|value| 2 * **value <= twice).count())
    }

    /// The most that are right at any threshold: at a value or between two of them.
    fn most_right(&self) -> i64 {
        let values = || self.p.iter().chain(&self.q).copied();
        let (least, largest) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
        (2 * least - 1..=2 * largest + 1).map(|twice| self.right(twice)).max().unwrap_or(0)
    }
}

/// That a function is an optimal potential, by the kernel, and is right on `n + excess` atoms at most at that threshold.
pub(super) fn examine(
    row: Row,
    n: usize,
    (values, twice): &(Values, i64),
    excess: i64,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("atoms");
    let solved = row.solved(n)?;
    let floats = |values: &[i64]| values.iter().map(|value| *value as f64).collect();
    let potentials = Potentials { u: floats(&values.p), v: floats(&values.q) };
    let told = || format!("n = {n}, f = {:?} at P and {:?} at Q, threshold {}/2", values.p, values.q, twice);
    let ruling = transport::check(solved.problem.statement(), &solved.solution.plan, &potentials);
    let Some(bracket) = finding.accepted(ruling, told) else { return Ok(finding) };
    let gain = values.p.iter().sum::<i64>() - values.q.iter().sum::<i64>();
    finding.required_equal("n (E_P f - E_Q f) = n W1", &gain, &(row.within * n as i64), told);
    let known = Interval::integer(row.within.unsigned_abs().into());
    let rounding = Interval::integer(4) * Interval::constant(f64::EPSILON) * known;
    let rounding = Tolerance::new(rounding, known, "the quotients by the total mass");
    finding.equal_within("W1 = 3", bracket.enclosure(), known, rounding, told);
    let right = values.right(*twice);
    finding.not_above("right <= n + excess", &right, &(n as i64 + excess), || {
        format!("{}: {right} of {} are right", told(), 2 * n)
    });
    Ok(finding)
}

/// That the potential with a gap reversed is optimal and right on `n + excess` atoms, neither fewer nor more.
pub(super) fn attains(row: Row, n: usize, excess: i64) -> Result<Finding, CheckError> {
    let reversed = row.reversed(n);
    let mut finding = examine(row, n, &reversed, excess)?;
    let right = reversed.0.right(reversed.1);
    finding.equal("right = n + excess", &right, &(n as i64 + excess), || format!("n = {n}"));
    Ok(finding)
}

/// All potentials of up to `largest` pairs that rise, stay or fall throughout each gap, at all thresholds: none is right on more than
/// `n + excess` atoms, and for every `n` some is on that many or on all.
pub(super) fn enumerate(row: Row, largest: usize, excess: i64) -> Finding {
    let formula = format!("1 + 3 + .. + 3^{} potentials, and the numbers n from 1 to {largest}", largest - 1);
    let size = (3_u128.pow(largest as u32) - 1) / 2 + largest as u128;
    let mut finding = Finding::enumerating("atoms", formula, size);
    for n in 1..=largest {
        let all = 2 * n as i64;
        let bound = (n as i64 + excess).min(all);
        let mut most = 0;
        for code in 0..3_usize.pow(n as u32 - 1) {
            let digit = |i: u32| (code / 3_usize.pow(i) % 3) as i64 - 1;
            let rises: Vec<i64> = (0..n as u32 - 1).map(|i| digit(i) * row.gap).collect();
            let right = row.potential(&rises).most_right();
            finding.element((n, code));
            finding.not_above("right <= n + excess", &right, &bound, || {
                format!("n = {n}, rises {rises:?}: {right} of {all} are right")
            });
            most = most.max(right);
        }
        finding.element((n, "most"));
        finding.equal("the most that are right", &most, &bound, || format!("n = {n}"));
    }
    finding
}

/// `eps` as a fraction, for which the number of pairs below is small enough to be enumerated.
pub(super) const EPS: [(i64, i64); 9] =
    [(1, 2), (1, 3), (1, 4), (1, 5), (1, 8), (1, 9), (2, 5), (2, 17), (3, 10)];

/// The least that any optimal potential of `n` pairs errs: rising in all gaps is as good as anything.
fn least_errors(n: i64) -> i64 {
    let rises = vec![ROW.gap; usize::try_from(n).unwrap_or(1).saturating_sub(1)];
    2 * n - ROW.potential(&rises).most_right()
}

/// That with `pairs(eps)` pairs the least error over all optimal potentials is `1/2 - eps` at least, and with one pair fewer it is not
/// (where `eps` is below 1/2, which is an error of 0).
pub(super) fn sizes(eps: &[(i64, i64)], pairs: fn((i64, i64)) -> i64) -> Finding {
    let mut finding = Finding::new("atoms");
    for &(a, b) in eps {
        // 1/2 - a/b against errors/(2n), without fractions.
        let sides = |n: i64| (n * b, least_errors(n) * b + 2 * n * a);
        let told = |n: i64| format!("eps = {a}/{b}, n = {n}: {} of {} wrong", least_errors(n), 2 * n);
        let n = pairs((a, b));
        let (wanted, found) = sides(n);
        finding.not_above("1/2 - eps <= least error", &wanted, &found, || told(n));
        if n > 1 && 2 * a < b {
            let (wanted, found) = sides(n - 1);
            finding.below("least error with one pair fewer < 1/2 - eps", &found, &wanted, || told(n - 1));
        }
    }
    finding
}

/// `ceil(1/eps)`.
pub(super) fn enough((a, b): (i64, i64)) -> i64 {
    (b + a - 1) / a
}

/// `ceil(1/(2 eps))`, as the author says.
pub(super) fn stated((a, b): (i64, i64)) -> i64 {
    (b + 2 * a - 1) / (2 * a)
}

/// Five pairs with the potential that falls throughout and the one with a gap reversed.
pub(super) fn picture() -> Result<Picture, CheckError> {
    let n = 5;
    let (places, (reversed, twice)) = (ROW.places(n), ROW.reversed(n));
    let falling = ROW.potential(&vec![-ROW.gap; n - 1]);
    let line = |name: &str, values: &Values, shift: f64| {
        let ends = places.0.iter().zip(&values.p).zip(places.1.iter().zip(&values.q));
        let points =
            ends.flat_map(|(p, q)| [p, q].map(|(place, value)| (*place as f64, *value as f64 - shift)));
        Series { name: name.to_owned(), mark: Mark::Line, points: points.collect() }
    };
    let dots = |name: &str, places: &[i64]| Series {
        name: name.to_owned(),
        mark: Mark::Dots,
        points: places.iter().map(|place| (*place as f64, 0.0)).collect(),
    };
    Chart {
        title: "Two optimal potentials of the author's example".to_owned(),
        alternative: "Five pairs of an atom of P and one of Q on a line. One potential falls with slope 1 throughout and is right on \
                      six of ten atoms; the other rises in one gap between two pairs, where it changes sign three times, and is right on seven."
            .to_owned(),
        x: "x".to_owned(),
        y: "value".to_owned(),
        series: vec![
            line("falling throughout: 6 of 10 right", &falling, -9.5),
            line("rising in one gap: 7 of 10 right", &reversed, twice as f64 / 2.0),
            dots("P", &places.0),
            dots("Q", &places.1),
        ],
    }
    .drawn()
}
