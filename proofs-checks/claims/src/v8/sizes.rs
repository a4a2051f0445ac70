//! How many samples the labellings of cells need: exact probabilities of failure against the numbers promised, from both sides.

use lip1_harness::Finding;
use lip1_kernel::Interval;

use super::ln_2;

/// What is compared.
pub(super) const UNIT: &str = "probability";

/// `n = SEEN (M ln 2 + ln(1/beta))/epsilon` where some labelling has no error.
const SEEN: (u128, u128) = (1, 1);

/// `n = COUNTED (M ln 2 + ln(2/beta))/epsilon^2` for any law.
const COUNTED: (u128, u128) = (2, 1);

/// A part of a number promised, and of what it says for every cell.
#[derive(Clone, Copy)]
pub(super) struct Share {
    all: (u128, u128),
    cells: (u128, u128),
}

impl Share {
    pub(super) const WHOLE: Self = Self::of(1, 1);
    pub(super) const LESS: Self = Self::of(99, 100);
    pub(super) const QUARTER: Self = Self::of(1, 4);
    pub(super) const THIRD: Self = Self::of(1, 3);
    pub(super) const TWO_THIRDS: Self = Self::of(2, 3);
    pub(super) const LESS_A_CELL: Self = Self { all: (1, 1), cells: (99, 100) };

    const fn of(numerator: u128, denominator: u128) -> Self {
        Self { all: (numerator, denominator), cells: (1, 1) }
    }

    /// That part of what the whole is multiplied by.
    pub(super) fn factor(self) -> Interval {
        ratio(self.all)
    }

    /// `M ln 2`, or that part of it.
    fn cells(self, cells: u128) -> Interval {
        ratio(self.cells) * Interval::integer(cells) * ln_2()
    }
}

fn ratio((numerator, denominator): (u128, u128)) -> Interval {
    Interval::ratio(numerator, denominator)
}

/// The least whole number that is known to be at least the number enclosed.
fn above(number: Interval) -> u128 {
    number.upper().ceil() as u128
}

/// `n` for M cells, `epsilon = 1/one_in`, `beta = 2^-bits`, where some labelling has no error.
fn seen(cells: u128, one_in: u128, bits: u128, share: Share) -> u128 {
    let nats = share.cells(cells) + Interval::integer(bits) * ln_2();
    above(share.factor() * ratio(SEEN) * Interval::integer(one_in) * nats)
}

/// The same for any law.
fn counted(cells: u128, one_in: u128, bits: u128, share: Share) -> u128 {
    let nats = share.cells(cells) + Interval::integer(bits + 1) * ln_2();
    above(share.factor() * ratio(COUNTED) * Interval::integer(one_in * one_in) * nats)
}

/// By how little epsilon is exceeded: a share of `2^-40`.
const LITTLE: u32 = 40;

/// `epsilon (1 + 2^-40)`, of which `parts` is taken.
fn exceeding(one_in: u128, parts: u128) -> Interval {
    Interval::ratio((1 << LITTLE) + 1, (one_in * parts) << LITTLE)
}

/// Numbers of cells, `1/epsilon` and `ln(1/beta)/ln 2` for which the unions are compared with beta.
const UNIONS: ([u128; 4], [u128; 3], [u128; 3]) = ([1, 2, 10, 1_000], [2, 7, 100], [1, 8, 100]);

/// What the unions over `2^M` labellings come to: `2^M (1 - epsilon)^n`, bounded by `2^M e^(-epsilon n)`, and `2^(M+1) e^(-n epsilon^2/2)`, at most
/// beta for the numbers promised, and above it for one sample fewer.
pub(super) fn unions() -> Finding {
    let (cells, inverses, confidences) = UNIONS;
    let mut finding = Finding::enumerating(UNIT, "4 numbers of cells, 3 errors, 3 confidences", 4 * 3 * 3);
    for (m, one_in) in cells.into_iter().flat_map(|m| inverses.map(|one_in| (m, one_in))) {
        for bits in confidences {
            finding.element((m, one_in, bits));
            let two_to = |power: u128| Interval::integer(power) * ln_2();
            let beta = -two_to(bits);
            let unseen = |n: u128| two_to(m) - Interval::ratio(n, one_in);
            let off = |n: u128| two_to(m + 1) - Interval::ratio(n, 2 * one_in * one_in);
            let told = |n: u128| format!("M = {m}, epsilon = 1/{one_in}, beta = 2^-{bits}, n = {n}");
            let n = seen(m, one_in, bits, Share::WHOLE);
            finding.at_most("ln(2^M e^(-epsilon n)) <= ln beta", unseen(n), beta, || told(n));
            finding.required("one sample fewer is too few", beta, unseen(n - 1), || told(n));
            let n = counted(m, one_in, bits, Share::WHOLE);
            finding.at_most("ln(2^(M+1) e^(-n epsilon^2/2)) <= ln beta", off(n), beta, || told(n));
            finding.required("one sample fewer is too few", beta, off(n - 1), || told(n));
        }
    }
    finding
}

/// A heavy cell and `light` cells of equal mass, `needed` of which have together a little more than epsilon.
///
/// The labels are such that an unseen cell is labelled wrong, so that learning fails iff cells of more than epsilon are unseen.
pub(crate) struct Missing {
    light: u128,
    needed: u128,
    one_in: u128,
    bits: u128,
}

impl Missing {
    /// `2 ln 2` is small beside `ln(1/beta)`.
    pub(crate) const TWO_CELLS: Self = Self { light: 1, needed: 1, one_in: 1 << 10, bits: 512 };

    /// `C(1000, 500)` is nearly `2^1000`, and samples are so many that the light cells that are seen all are.
    pub(super) const MANY_CELLS: Self = Self { light: 1_000, needed: 500, one_in: 1 << 20, bits: 6_200 };

    /// Encloses the logarithm of the probability of failure.
    ///
    /// Above, a union over the sets of `needed` light cells, and the heavy one. Below, the disjoint events that exactly these are
    /// unseen: each has at least the probability that they are, less that of one more for each of the others.
    pub(crate) fn failure(&self, samples: u128) -> Interval {
        let n = Interval::integer(samples);
        let (all, each) = (exceeding(self.one_in, 1), exceeding(self.one_in, self.needed));
        let others = self.light - self.needed;
        let choices = (1..=self.needed).map(|i| Interval::ratio(others + i, i).ln());
        let choices = choices.fold(Interval::ZERO, |sum, ln| sum + ln);
        let union = choices + n * (-all).ln_1p();
        let heavy = (n * (Interval::integer(self.light) * each).ln() - union).exp();
        let one_more = (n * (-(each / (Interval::ONE - all))).ln_1p()).exp();
        let below = union + (-(Interval::integer(others) * one_more)).ln_1p();
        below.hull(union + heavy.ln_1p())
    }

    /// `epsilon` and `beta`, powers of two, as doubles.
    pub(crate) fn asked(&self) -> [f64; 2] {
        [1.0 / self.one_in as f64, 2.0_f64.powi(-(self.bits as i32))]
    }

    fn at(&self, share: Share) -> (u128, Interval, Interval) {
        let samples = seen(self.light + 1, self.one_in, self.bits, share);
        (samples, self.failure(samples), -(Interval::integer(self.bits) * ln_2()))
    }

    fn told(&self, samples: u128, failure: Interval) -> String {
        let Self { light, needed, one_in, bits } = self;
        format!(
            "{light} light cells, {needed} too many, epsilon = 1/{one_in}, beta = 2^-{bits}, n = {samples}: ln P in {failure}"
        )
    }

    /// That learning fails with probability beta at most.
    pub(super) fn rare(&self, share: Share) -> Finding {
        let mut finding = Finding::new(UNIT);
        let (samples, failure, beta) = self.at(share);
        finding.at_most("ln P(failure) <= ln beta", failure, beta, || self.told(samples, failure));
        finding
    }

    /// That it fails with a probability above beta.
    pub(super) fn frequent(&self, share: Share) -> Finding {
        let mut finding = Finding::new(UNIT);
        let (samples, failure, beta) = self.at(share);
        finding.less("ln beta < ln P(failure)", beta, failure, || self.told(samples, failure));
        finding
    }
}

/// Masses of the cells of the small laws are whole numbers of twelfths.
const TWELFTHS: usize = 12;

/// `epsilon = beta = 1/4` there.
const QUARTERS: u128 = 4;

/// All laws of two to four cells whose masses are twelfths, with `epsilon = beta = 1/4`: the probability that cells of mass above epsilon
/// are unseen, by inclusion and exclusion, in whole numbers.
pub(super) fn small_laws(share: Share) -> Finding {
    let laws: Vec<Vec<usize>> = (2..=4).flat_map(|cells| compositions(TWELFTHS, cells)).collect();
    let mut finding = Finding::enumerating(UNIT, "C(11, 1) + C(11, 2) + C(11, 3) laws", 11 + 55 + 165);
    for law in laws {
        finding.element(&law);
        let samples = seen(law.len() as u128, QUARTERS, 2, share) as u32;
        let subsets = || 0..1_usize << law.len();
        let mass = |set: usize| -> usize {
            law.iter().enumerate().filter(|(cell, _)| set >> cell & 1 == 1).map(|(_, mass)| mass).sum()
        };
        let exactly = |set: usize| -> i128 {
            let larger = subsets().filter(|larger| larger & set == set);
            let signed = larger.map(|larger| {
                let outside = ((TWELFTHS - mass(larger)) as i128).pow(samples);
                if (larger ^ set).count_ones().is_multiple_of(2) { outside } else { -outside }
            });
            signed.sum()
        };
        let too_much = subsets().filter(|set| mass(*set) * QUARTERS as usize > TWELFTHS);
        let failures: i128 = too_much.map(exactly).sum();
        let all = (TWELFTHS as i128).pow(samples);
        finding.not_above("P(failure) <= beta", &(failures * QUARTERS as i128), &all, || {
            let masses: Vec<String> = law.iter().map(usize::to_string).collect();
            format!("masses {} of {TWELFTHS}, n = {samples}: {failures} of {all}", masses.join(", "))
        });
    }
    finding
}

/// All ways to write a number as a sum of so many positive ones.
fn compositions(total: usize, parts: usize) -> Vec<Vec<usize>> {
    if parts == 1 {
        return vec![vec![total]];
    }
    let first = 1..=(total + 1).saturating_sub(parts);
    first
        .flat_map(|first| {
            compositions(total - first, parts - 1).into_iter().map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}

/// One cell, in which a label is a little more than epsilon more probable than the other. The sample's majority decides, a tie the wrong
/// way, so that learning fails iff the right label is not in the majority.
pub(super) struct Agnostic {
    one_in: u128,
    bits: u128,
}

impl Agnostic {
    /// `ln 2` and the factors that are not exponential are small beside `ln(1/beta)`.
    pub(super) const FAIR: Self = Self { one_in: 32, bits: 2_000 };

    /// Encloses the logarithm of the probability of failure after `2k` samples.
    ///
    /// With `p = (1 + e)/2` and `C = C(2k, k) (p (1 - p))^k`, it is at least C, and at most `C p/e`: towards fewer right labels each term is at
    /// most `(1 - p)/p` times the one before. And `4^k/(2 sqrt k) <= C(2k, k) <= 4^k/sqrt(3k)`, for `4k (C(2k, k)/4^k)^2` increases from
    /// 1 and `(3k + 1) (C(2k, k)/4^k)^2` decreases from 1.
    fn failure(&self, pairs: u128) -> Interval {
        let (k, excess) = (Interval::integer(pairs), exceeding(self.one_in, 1));
        let likely = (Interval::ONE + excess) / Interval::integer(2);
        let middle = central(pairs) + k * (-excess.sqr()).ln_1p();
        middle.hull(middle + (likely / excess).ln())
    }

    fn at(&self, share: Share) -> (u128, Interval, Interval) {
        let pairs = counted(1, self.one_in, self.bits, share).div_ceil(2);
        (pairs, self.failure(pairs), -(Interval::integer(self.bits) * ln_2()))
    }

    fn told(&self, pairs: u128, failure: Interval) -> String {
        let Self { one_in, bits } = self;
        format!("epsilon = 1/{one_in}, beta = 2^-{bits}, n = {}: ln P in {failure}", 2 * pairs)
    }

    /// That learning fails with probability beta at most.
    pub(super) fn rare(&self, share: Share) -> Finding {
        let mut finding = Finding::new(UNIT);
        let (pairs, failure, beta) = self.at(share);
        finding.at_most("ln P(failure) <= ln beta", failure, beta, || self.told(pairs, failure));
        finding
    }

    /// That it fails with a probability above beta.
    pub(super) fn frequent(&self, share: Share) -> Finding {
        let mut finding = Finding::new(UNIT);
        let (pairs, failure, beta) = self.at(share);
        finding.less("ln beta < ln P(failure)", beta, failure, || self.told(pairs, failure));
        finding
    }
}

/// Encloses `ln(C(2k, k)/4^k)`.
pub(super) fn central(pairs: u128) -> Interval {
    let half = |factor: u128| -(Interval::integer(factor * pairs).ln() / Interval::integer(2));
    half(4).hull(half(3))
}

/// Probabilities of a label are whole numbers of these.
const PARTS: u128 = 64;

/// All laws on one cell whose probability of a label is a number of sixty-fourths and exceeds the other's by more than `epsilon = 1/4`, with
/// `beta = 2^-10`: the probability that the right label is not in the majority.
pub(super) fn small_majorities(share: Share) -> Finding {
    const ONE_IN: u128 = 4;
    const BITS: u128 = 10;
    let samples = counted(1, ONE_IN, BITS, share);
    let laws = || (0..=PARTS).filter(|right| 2 * right > PARTS + PARTS / ONE_IN);
    let mut finding = Finding::enumerating(UNIT, "right labels from 41 to 64 of 64", 24);
    for right in laws() {
        finding.element(right);
        let (p, q) = (Interval::ratio(right, PARTS), Interval::ratio(PARTS - right, PARTS));
        let (mut failure, mut ways) = (Interval::ZERO, Interval::ONE);
        for agreeing in 0..=samples / 2 {
            failure = failure + ways * p.powi(agreeing as u32) * q.powi((samples - agreeing) as u32);
            ways = ways * Interval::ratio(samples - agreeing, agreeing + 1);
        }
        finding.at_most("P(failure) <= beta", failure, Interval::ratio(1, 1 << BITS), || {
            format!("{right} of {PARTS}, n = {samples}: {failure}")
        });
    }
    finding
}
