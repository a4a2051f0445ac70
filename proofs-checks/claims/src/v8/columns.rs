//! Columns of points on which an output in C^m cannot be right for all targets: the whole game, in integers.

use std::collections::BTreeMap;

use lip1_harness::{Finding, Lemma};

/// What errors are counted in.
pub(super) const UNIT: &str = "errors";

/// Numbers of columns and of heights of the games that are played in full.
pub(super) const GAMES: [(usize, usize); 9] =
    [(1, 2), (1, 3), (1, 4), (2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (4, 2)];

/// Samples in the games: none to this many.
const MOST_SAMPLES: u32 = 4;

/// Samples in the refutation: one to this many.
const REFUTED_SAMPLES: u32 = 16;

/// `epsilon + beta` as a fraction: what an algorithm as in Def 16 errs at most in the mean, with 1/16 each.
pub(super) const EPSILON_AND_BETA: (u128, u128) = (1, 8);

/// Columns of points on integers: in each a positive point at one of the heights `0, step, ..`, and a negative one 2m above it.
#[derive(Clone)]
pub(super) struct Columns {
    count: usize,
    heights: usize,
    apart: i128,
    step: i128,
    /// 2m.
    twice: i128,
}

/// A point: a column, the number of a height, and whether it is the negative one, 2m higher.
#[derive(Clone, Copy)]
struct Place {
    column: usize,
    height: usize,
    negative: bool,
}

impl Columns {
    /// In a rectangle of sides 2m and 3m, with `m = N^2 (k - 1)` units: `w = 2m`, and `s = m/N^2`, for which `s 4m = (w/N)^2`.
    pub(super) fn new(count: usize, heights: usize) -> Self {
        let (columns, rises) = (count as i128, heights as i128 - 1);
        let twice = 2 * columns * columns * rises;
        Self { count, heights, apart: 2 * columns * rises, step: 1, twice }
    }

    /// Two columns with `(w/N)^2 = s (4m - s)`: the legs `2r` and `r^2 - 1` of a right triangle with hypotenuse `2m = r^2 + 1`, and
    /// `s = 2`.
    pub(super) fn touching(root: i128) -> Self {
        Self { count: 2, heights: 3, apart: 2 * root, step: 1, twice: root * root + 1 }
    }

    /// The same, a unit closer to each other.
    pub(super) fn closer(self) -> Self {
        Self { apart: self.apart - 1, ..self }
    }

    /// The same with all heights 0.
    pub(super) fn level(self) -> Self {
        Self { step: 0, ..self }
    }

    /// 2m.
    pub(super) fn twice(&self) -> i128 {
        self.twice
    }

    fn named(&self) -> String {
        let Self { count, heights, apart, step, twice } = self;
        format!("{count} columns {apart} apart, {heights} heights {step} apart, 2m = {twice}")
    }

    /// Every candidate, in the order of its bit in an output.
    fn places(&self) -> impl Iterator<Item = Place> {
        let heights = self.heights;
        (0..2 * self.count * heights).map(move |bit| Place {
            column: bit / (2 * heights),
            height: bit / 2 % heights,
            negative: bit % 2 == 1,
        })
    }

    fn coordinates(&self, place: Place) -> [i128; 2] {
        let base = if place.negative { self.twice } else { 0 };
        [(place.column as i128 + 1) * self.apart, base + place.height as i128 * self.step]
    }

    fn square_distance(&self, one: Place, other: Place) -> i128 {
        let ([a, b], [c, d]) = (self.coordinates(one), self.coordinates(other));
        (a - c) * (a - c) + (b - d) * (b - d)
    }

    /// That every candidate lies in `[0, 2m] x [0, 3m]`.
    pub(super) fn inside(&self) -> Finding {
        let mut finding = Finding::new(UNIT);
        for place in self.places() {
            let [x, y] = self.coordinates(place);
            finding.not_above("x <= 2m", &x, &self.twice, || self.named());
            finding.not_above("2y <= 6m", &(2 * y), &(3 * self.twice), || self.named());
            finding.not_above("0 <= x, y", &0, &x.min(y), || self.named());
        }
        finding
    }

    /// That a positive candidate and a negative one are closer than 2m iff they are of one column, the negative one's height before the
    /// other's; at 2m if the heights are the same.
    pub(super) fn conflicts_are_known(&self) -> Finding {
        let formula = format!("({} times {} candidates of a class)^2", self.count, self.heights);
        let size = (self.count * self.heights) as u128;
        let mut finding = Finding::enumerating(UNIT, formula, size * size);
        for positive in self.places().filter(|place| !place.negative) {
            for negative in self.places().filter(|place| place.negative) {
                finding.element((positive.column, positive.height, negative.column, negative.height));
                let (square, asked) = (self.square_distance(positive, negative), self.twice * self.twice);
                let told = || {
                    let (s, t) = (positive.height, negative.height);
                    format!(
                        "{}: heights {s} and {t}, columns {}, {}",
                        self.named(),
                        positive.column,
                        negative.column
                    )
                };
                if positive.column == negative.column {
                    let order = negative.height.cmp(&positive.height);
                    finding.equal(
                        "distance against 2m as height against height",
                        &square.cmp(&asked),
                        &order,
                        told,
                    );
                } else {
                    finding.not_above("2m <= distance", &asked, &square, told);
                }
            }
        }
        finding
    }

    /// Where outputs can be right, a bit for a candidate: all sets of which opposite candidates are at distance `asked` at least, and which
    /// can't be made larger. (A function with `f = m y` on the set is as good as any other of C^m that is right there.)
    pub(super) fn outputs(&self, asked: i128) -> Vec<u32> {
        let places: Vec<Place> = self.places().collect();
        let conflicts = |one: &Place| -> u32 {
            let close = |(_, other): &(usize, &Place)| {
                one.negative != other.negative && self.square_distance(*one, **other) < asked * asked
            };
            places.iter().enumerate().filter(close).map(|(bit, _)| 1 << bit).sum()
        };
        let conflicts: Vec<u32> = places.iter().map(conflicts).collect();
        let maximal = |set: &u32| {
            let mut bits = conflicts.iter().enumerate();
            bits.all(|(bit, close)| (set >> bit & 1 == 1) == (set & close == 0))
        };
        (0..1_u32 << places.len()).filter(maximal).collect()
    }

    /// Where labellings of the squares of side m are right: any label in each.
    pub(super) fn labellings_of_cells(&self) -> Vec<u32> {
        let cell = |place: Place| {
            let [x, y] = self.coordinates(place).map(|coordinate| 2 * coordinate / self.twice);
            3 * x.min(1) + y.min(2)
        };
        let right = |labels: u32| {
            let agrees = |(_, place): &(usize, Place)| (labels >> cell(*place) & 1 == 1) == place.negative;
            self.places().enumerate().filter(agrees).map(|(bit, _)| 1 << bit).sum()
        };
        (0..1 << 6).map(right).collect()
    }

    /// A number from the digits of a sequence.
    fn digits(code: usize, base: usize, length: usize) -> Vec<usize> {
        (0..length).scan(code, |rest, _| Some(std::mem::replace(rest, *rest / base) % base)).collect()
    }

    /// The errors that an algorithm with these outputs makes at least, summed over all targets, all sequences of samples, and the points of
    /// the target. An algorithm sees the points and labels of the samples: the heights of their columns. Whatever targets agree there
    /// have the same answer.
    fn least_errors(&self, outputs: &[u32], samples: u32) -> u128 {
        let (points, targets) = (2 * self.count, self.heights.pow(self.count as u32));
        let targets: Vec<Vec<usize>> =
            (0..targets).map(|code| Self::digits(code, self.heights, self.count)).collect();
        let support = |target: &[usize]| -> u32 {
            let heights =
                target.iter().enumerate().map(|(column, height)| 2 * (column * self.heights + height));
            heights.map(|bit| 3 << bit).sum()
        };
        let mut errors = 0;
        for code in 0..points.pow(samples) {
            let drawn = Self::digits(code, points, samples as usize);
            let mut answers: BTreeMap<Vec<(usize, usize)>, Vec<u32>> = BTreeMap::new();
            for target in &targets {
                // A point is half of a column; it tells the label and the height.
                let seen = drawn.iter().map(|point| (*point, target[point / 2])).collect();
                answers.entry(seen).or_default().push(support(target));
            }
            let wrong = |output: &u32, supports: &[u32]| -> u128 {
                supports.iter().map(|support| u128::from((support & !output).count_ones())).sum()
            };
            let least = |supports: &Vec<u32>| outputs.iter().map(|output| wrong(output, supports)).min();
            errors += answers.values().filter_map(least).sum::<u128>();
        }
        errors
    }
}

/// Why distances decide the game.
static COLUMNS: Lemma = Lemma {
    name: "columns",
    statement: "m > 0, k >= 2, N >= 1, 0 < d, s = (k-1)d <= 2m, (w/N)^2 >= s(4m - s). Averaged over the k^N targets on N columns at distance w/N, every                 algorithm with outputs in C^m errs with probability (k-1)/(2k) (1 - 1/N)^n at least after n samples, and one attains that.",
    proof: "A member of C^m is right at a set of candidates iff opposite ones are 2m apart there (V1). By the facts a positive one at height t and a             negative one at height t' + 2m of one column are so iff t' >= t, and those of different columns always are, a nearer distance             or height being the worst. So each target is realised. In one column the k - 1 pairs of the positive candidate at t + d and             the negative one at t + 2m conflict and are disjoint: of the 2k candidates a member is right at k + 1 at most. Given a sample, the height             of a column that is not in it is uniform, whatever the algorithm does, so it errs there with probability at least             1 - (k + 1)/(2k); a column is missing with probability (1 - 1/N)^n. Being right on the columns in the sample, and on each             other at all positive candidates and the highest negative one, is in C^m and attains it.",
    facts: "in one column: a distance of 2m - e is below 2m, one of 2m + e is not, nor is 2m; in two: (w/N)^2 + (2m - s)^2 >= (2m)^2. Linear forms in 2m             and e, quadratic ones in ms and s^2",
};

/// The facts of the lemma, for `(w/N)^2 = share s(4m - s)`.
pub(super) fn every_game((numerator, denominator): (i64, i64)) -> Finding {
    let mut finding = Finding::reducing("coefficients", &COLUMNS, 4);
    let minus = |[a, b]: [i64; 2], [c, d]: [i64; 2]| [a - c, b - d];
    let (twice, below, above) = ([1, 0], [1, -1], [1, 1]);
    finding.element("the negative one before");
    finding.equal("2m - (2m - e) = e", &minus(twice, below), &[0, 1], String::new);
    finding.element("the same height");
    finding.equal("2m - 2m = 0", &minus(twice, twice), &[0, 0], String::new);
    finding.element("the negative one behind");
    finding.equal("2m + e - 2m = e", &minus(above, twice), &[0, 1], String::new);
    finding.element("two columns");
    // s(4m - s) and (2m - s)^2 - (2m)^2 in ms and s^2.
    let (apart, lower) = ([4, -1], [-4, 1]);
    let slack = [0, 1].map(|term| numerator * apart[term] + denominator * lower[term]);
    let least = slack.into_iter().fold(i64::MAX, i64::min);
    finding.not_above(
        "no coefficient of the square of the distance less (2m)^2 is negative",
        &0,
        &least,
        || {
            let [first, second] = slack;
            format!("{denominator} times it is {first} ms + {second} s^2")
        },
    );
    finding
}

/// Plays games with all numbers of samples, and compares their values with `(k-1)/(2k) (1 - 1/N)^n`.
pub(super) fn games(sizes: &[(usize, usize)], outputs: impl Fn(&Columns) -> Vec<u32>) -> Finding {
    let formula = format!("{} games with 0 to {MOST_SAMPLES} samples", sizes.len());
    let size = sizes.len() as u128 * u128::from(MOST_SAMPLES + 1);
    let mut finding = Finding::enumerating(UNIT, formula, size);
    for (count, heights) in sizes {
        let columns = Columns::new(*count, *heights);
        let outputs = outputs(&columns);
        let (n_columns, k) = (*count as u128, *heights as u128);
        for samples in 0..=MOST_SAMPLES {
            finding.element((count, heights, samples));
            let errors = columns.least_errors(&outputs, samples);
            let chances = (2 * n_columns).pow(samples) * k.pow(*count as u32) * 2 * n_columns;
            let (left, right) =
                (errors * 2 * k * n_columns.pow(samples), (k - 1) * (n_columns - 1).pow(samples) * chances);
            finding.equal("the value = (k-1)/(2k) (1 - 1/N)^n", &left, &right, || {
                format!("{}, {samples} samples: {errors} errors of {chances}", columns.named())
            });
        }
    }
    finding
}

/// That after `n` samples the best algorithm with outputs in C^m errs at most that in the mean over the targets of `4n` columns with two
/// heights, `n` from 1 on: what PAC learning with these outputs would bring, whatever number of samples it takes.
pub(super) fn learnt_within((numerator, denominator): (u128, u128)) -> Finding {
    let mut finding = Finding::new(UNIT);
    for samples in 1..=REFUTED_SAMPLES {
        let (count, heights) = (4 * samples as usize, 2);
        let columns = Columns::new(count, heights);
        // Columns do not conflict with each other, so that outputs are put together from those of one.
        finding.merge(columns.conflicts_are_known());
        let one = Columns { count: 1, ..columns.clone() };
        let most = one.outputs(columns.twice).iter().map(|output| output.count_ones()).max().unwrap_or(0);
        let (wrong, points) = (2 * heights as u128 - u128::from(most), 2 * heights as u128);
        let (all, unseen) = ((count as u128).pow(samples), (count as u128 - 1).pow(samples));
        let (left, right) = (wrong * unseen * denominator, numerator * points * all);
        finding.not_above("mean error of the best output <= epsilon + beta", &left, &right, || {
            format!("{}, {samples} samples: {wrong}/{points} of ({unseen}/{all})", columns.named())
        });
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::Columns;

    #[test]
    fn a_column_is_right_at_one_more_than_its_heights() {
        for heights in 2..6 {
            let columns = Columns::new(1, heights);
            let outputs = columns.outputs(columns.twice());
            assert!(outputs.iter().all(|output| output.count_ones() as usize == heights + 1));
            assert_eq!(outputs.len(), heights);
        }
    }
}
