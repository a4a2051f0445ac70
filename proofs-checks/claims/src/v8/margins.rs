//! Judging with a smaller margin: on small cells a function lies between its rounding at m and itself at m'.

use lip1_harness::{Finding, Lemma};
use lip1_kernel::Interval;

use super::sizes::{Share, UNIT, central};
use super::{Decision, ln_2};

/// Decisions of a cell: two labels and undecided.
const ROUNDINGS: u128 = 3;

/// Hoeffding's inequality: a mean of n numbers in [0, 1] is above its expectation by t with probability `e^(-HOEFFDING n t^2)` at most.
const HOEFFDING: u128 = 2;

/// What has to be seen of one cell.
static ROUNDED: Lemma = Lemma {
    name: "functions between their roundings",
    statement: "Let X be the disjoint union of M' sets of diameter at most m - m', 0 < m' < m. With probability 1 - beta over n samples every 1-Lipschitz f \
                has P(y f < m') <= P_n(y f < m) + sqrt((M' ln 3 + ln(1/beta))/(2n)).",
    proof: "Give a set the label + if f >= m somewhere on it, - if f <= -m somewhere, and none otherwise; by the last fact never both. Let h be the \
            event that x lies in a set whose label is not y. If f(x) y < m', then h: else the set of x shows y, so y f >= m somewhere on it and \
            y f >= m - (m - m') = m' on all of it (first fact, for each label). If h at a sample, then y f < m there: the set shows no label, and |f| < m \
            on it, or it shows -y, and y f <= -m + (m - m') < m (second fact). So P(y f < m') <= P(h) and P_n(h) <= P_n(y f < m). There are \
            3^M' events h, and P(h) - P_n(h) is above t with probability at most e^(-2 n t^2) for each of them (Hoeffding).",
    facts: "m' <= m - D; D - m < m; D < 2m, the first two for either label, D the largest diameter, as linear forms in m', m - m' and a unit",
};

/// By how much the diameter exceeds `m - m'`: that many times itself, and so many units.
#[derive(Clone, Copy)]
pub(super) struct Widening {
    times: i64,
    units: i64,
}

impl Widening {
    pub(super) const NONE: Self = Self { times: 1, units: 0 };
    pub(super) const ANY: Self = Self { times: 1, units: 1 };
    pub(super) const TWICE: Self = Self { times: 2, units: 0 };
}

/// A linear form in `m'`, `m - m'` and a unit, all positive.
#[derive(Clone, Copy)]
struct Form([i64; 3]);

impl Form {
    /// `m = m' + (m - m')`.
    const MARGIN: Self = Self([1, 1, 0]);
    const SMALLER: Self = Self([1, 0, 0]);

    fn minus(self, other: Self) -> Self {
        let Self([a, b, c]) = self;
        let Self([d, e, f]) = other;
        Self([a - d, b - e, c - f])
    }

    fn least(self) -> i64 {
        self.0.into_iter().fold(i64::MAX, i64::min)
    }

    fn sum(self) -> i64 {
        self.0.into_iter().sum()
    }

    fn shown(self) -> String {
        let Self([a, b, c]) = self;
        format!("{a} m' + {b} (m - m') + {c} units")
    }
}

/// The facts of the lemma.
pub(super) fn cell(widening: Widening) -> Finding {
    let mut finding = Finding::reducing("coefficients", &ROUNDED, 5);
    let diameter = Form([0, widening.times, widening.units]);
    // What y f is at least on a set that shows y.
    let kept = Form::MARGIN.minus(diameter);
    for label in Decision::LABELS.map(Decision::sign) {
        finding.element(("shown", label));
        let slack = kept.minus(Form::SMALLER);
        finding.not_above("no coefficient of m - D - m' is negative", &0, &slack.least(), || slack.shown());
        finding.element(("not shown", label));
        // m - y f on a set that shows -y.
        let slack = Form::MARGIN.minus(Form([0; 3]).minus(kept));
        finding.not_above("no coefficient of 2m - D is negative", &0, &slack.least(), || slack.shown());
        finding.below("nor are all 0", &0, &slack.sum(), || slack.shown());
    }
    finding.element("both");
    let slack = Form::MARGIN.minus(diameter).minus(Form([0; 3]).minus(Form::MARGIN));
    finding.not_above("no coefficient of 2m - D is negative", &0, &slack.least(), || slack.shown());
    finding.below("nor are all 0", &0, &slack.sum(), || slack.shown());
    finding
}

/// m and m' of the enumeration.
const MARGINS: [i64; 2] = [4, 1];

/// Values of functions there: -5 to 5.
const VALUES: i64 = 5;

/// All functions with whole values on the integer points of an interval of length `m - m'`, all that are 1-Lipschitz being examined: where
/// `y f < m'` the rounding errs, and where it errs `y f < m`. `wider` units are added to the length.
pub(super) fn all_functions(wider: usize) -> Finding {
    let [margin, smaller] = MARGINS;
    let steps = (margin - smaller) as usize + wider;
    let functions =
        (0..steps).fold((-VALUES..=VALUES).map(|f| vec![f]).collect::<Vec<_>>(), |functions, _| {
            let longer = |f: &Vec<i64>| {
                let last = f.last().copied().unwrap_or_default();
                (last - 1..=last + 1).map(|next| [f.as_slice(), &[next]].concat()).collect::<Vec<_>>()
            };
            functions.iter().flat_map(longer).collect()
        });
    let size = (2 * VALUES as u128 + 1) * 3_u128.pow(steps as u32);
    let formula = format!("{} first values, 3^{steps} ways to go on", 2 * VALUES + 1);
    let mut finding = Finding::enumerating("value", formula, size);
    for f in functions {
        finding.element(&f);
        let shows = |sign: i64| f.iter().any(|value| sign * value >= margin);
        for sign in [1, -1] {
            let told = || {
                let values: Vec<String> = f.iter().map(i64::to_string).collect();
                format!("f = {}, y = {sign}, m = {margin}, m' = {smaller}", values.join(", "))
            };
            let least = f.iter().map(|value| sign * value).fold(i64::MAX, i64::min);
            let most = f.iter().map(|value| sign * value).fold(i64::MIN, i64::max);
            if shows(sign) {
                finding.not_above("m' <= y f where the rounding is y", &smaller, &least, told);
            } else {
                finding.below("y f < m where the rounding is not y", &most, &margin, told);
            }
        }
        if shows(1) && shows(-1) {
            finding.refused("a cell that shows both labels");
        }
    }
    finding
}

/// `sqrt((M' ln 3 + ln(1/beta))/(2n))` for `beta = 2^-bits`, times `n`.
fn deviation(cells: u128, samples: u128, bits: u128, share: Share) -> Interval {
    let nats =
        Interval::integer(cells) * Interval::integer(ROUNDINGS).ln() + Interval::integer(bits) * ln_2();
    share.factor() * (nats * Interval::integer(samples) / Interval::integer(HOEFFDING)).sqrt()
}

/// Numbers of cells, of samples and `ln(1/beta)/ln 2` for which the union is compared with beta.
const UNIONS: ([u128; 3], [u128; 3], [u128; 3]) = ([1, 6, 500], [10, 100, 10_000], [1, 8, 100]);

/// By how little a deviation is larger or smaller: a share of `2^-30`.
const LITTLE: u32 = 30;

/// What the union over the roundings of all cells comes to: `3^M' e^(-2 n t^2)`, at most beta for a deviation
/// that is hardly larger than the one stated, and above it for one that is hardly smaller.
pub(super) fn unions() -> Finding {
    let (cells, samples, confidences) = UNIONS;
    let mut finding = Finding::enumerating(UNIT, "3 numbers of cells, 3 of samples, 3 confidences", 27);
    for (m, n) in cells.into_iter().flat_map(|m| samples.map(|n| (m, n))) {
        for bits in confidences {
            finding.element((m, n, bits));
            let beta = -(Interval::integer(bits) * ln_2());
            let labellings = Interval::integer(Decision::ALL.len() as u128).ln() * Interval::integer(m);
            let little = Interval::ratio(1, 1 << LITTLE);
            let union = |factor: Interval| {
                let t = factor * deviation(m, n, bits, Share::WHOLE) / Interval::integer(n);
                labellings - Interval::integer(2 * n) * t.sqr()
            };
            let told = || format!("M' = {m}, n = {n}, beta = 2^-{bits}");
            let (larger, smaller) = (union(Interval::ONE + little), union(Interval::ONE - little));
            finding.at_most("ln(3^M' e^(-2 n t^2)) <= ln beta", larger, beta, told);
            finding.required("a smaller deviation is too small", beta, smaller, told);
        }
    }
    finding
}

/// Samples and `ln(1/beta)/ln 2` of the small deviations.
const SMALL: (u128, [u128; 4]) = (100, [1, 2, 4, 8]);

/// One cell, both labels of probability 1/2: the probability that some `P(h) - P_n(h)` is above the deviation, in whole numbers.
pub(super) fn small_deviations(share: Share) -> Finding {
    let (most, confidences) = SMALL;
    let formula = format!("n from 1 to {most}, four confidences");
    let mut finding = Finding::enumerating(UNIT, formula, most * confidences.len() as u128);
    for samples in 1..=most {
        for bits in confidences {
            finding.element((samples, bits));
            let allowed = deviation(1, samples, bits, share);
            // Counts c of a label with |c - n/2| > n t, and those of which that is not decided.
            let half = Interval::ratio(samples, 2);
            let (mut ways, mut beyond) = (1_u128, 0_u128);
            for count in 0..=samples {
                if (Interval::integer(count) - half).abs().upper() > allowed.lower() {
                    beyond += ways;
                }
                ways = ways * (samples - count) / (count + 1);
            }
            let all = 1_u128 << samples;
            finding.not_above("P(a larger deviation) <= beta", &(beyond << bits), &all, || {
                format!("n = {samples}, beta = 2^-{bits}: {beyond} of {all}")
            });
        }
    }
    finding
}

/// `n` and `ln(1/beta)/ln 2` of the large deviation, so many that factors which are not exponential are small.
const LARGE: (u128, u128) = (1 << 19, 2_000);

/// Terms that are multiplied before a logarithm is taken.
const GROUP: usize = 64;

/// The same with many samples: at most beta for one part of the deviation, and above it for another.
pub(super) fn large_deviation(rare: Share, frequent: Share) -> Finding {
    let (samples, bits) = LARGE;
    let pairs = samples / 2;
    let beta = -(Interval::integer(bits) * ln_2());
    let mut finding = Finding::new(UNIT);
    let told = |away: u128, log: Interval| format!("n = {samples}, {away} from n/2: ln P in {log}");
    let away = deviation(1, samples, bits, rare).lower().floor() as u128 + 1;
    let log = beyond(pairs, away);
    finding.at_most("ln P(a larger deviation) <= ln beta", log, beta, || told(away, log));
    let away = deviation(1, samples, bits, frequent).upper().floor() as u128 + 1;
    let log = beyond(pairs, away);
    finding.less("ln beta < ln P(a larger deviation)", beta, log, || told(away, log));
    finding
}

/// Encloses the logarithm of the probability that a fair count of `2k` is at least `away` from `k`: twice the term `C(2k, k + away)/4^k`, and
/// at most `1/(1 - r)` times that, `r` the quotient of the next term.
fn beyond(pairs: u128, away: u128) -> Interval {
    let factors: Vec<u128> = (1..=away).collect();
    let ratios = factors.chunks(GROUP).map(|group| {
        let terms = group.iter().map(|i| Interval::ratio(pairs - i + 1, pairs + i));
        terms.fold(Interval::ONE, |product, term| product * term).ln()
    });
    let term = ln_2() + central(pairs) + ratios.fold(Interval::ZERO, |sum, ln| sum + ln);
    let next = Interval::ratio(pairs - away, pairs + away + 1);
    term.hull(term - (-next).ln_1p())
}
