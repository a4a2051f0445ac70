//! A line: members of C^m with few changes of label stand for all.

use std::collections::BTreeSet;

use lip1_harness::Finding;

use super::{Decision, closest, worse};

/// Places `0, spacing, ..` up to `length`, and functions that change their label `changes` times at most, each time over an open gap.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) length: i64,
    pub(super) spacing: i64,
    /// 2m.
    pub(super) twice: i64,
    pub(super) gap: i64,
    pub(super) changes: u32,
}

impl Line {
    /// All whole numbers, gaps of 2m, and as many of them as fit: `length/(2m)`, rounded down.
    pub(super) fn new(length: u32, twice: u32) -> Self {
        let (changes, length, twice) = (length / twice, i64::from(length), i64::from(twice));
        Self { length, spacing: 1, twice, gap: twice, changes }
    }

    /// The same with half units between the places, so that a gap can start there too.
    pub(super) fn with_halves(self) -> Self {
        let Self { length, twice, gap, .. } = self;
        Self { length: 2 * length, spacing: 2, twice: 2 * twice, gap: 2 * gap, ..self }
    }

    /// Even numbers, halves between them, and one gap of an odd number: what functions show changes `2n` times, at different places, as the gap
    /// goes from one end to the other.
    pub(super) fn sparse(points: u32) -> Self {
        Self { spacing: 4, ..Self::new(2 * (points - 1), 2 * (points / 2) + 1).with_halves() }
    }

    fn places(self) -> Vec<i64> {
        (0..=self.length / self.spacing).map(|place| place * self.spacing).collect()
    }

    /// What functions with few changes show: a first label up to the start of a gap, undecided inside, the other label from its end on.
    ///
    /// Gaps start at whole numbers. To match members on whole numbers that is enough: moved down to one, a gap leaves every one decided that was
    /// decided before. To count all patterns, places must be even, with halves between them.
    fn patterns(self) -> BTreeSet<Vec<char>> {
        let places = self.places();
        let ends: Vec<i64> = (-self.gap..=self.length).collect();
        let starts = (0..self.changes).fold(vec![Vec::new()], |lists, _| {
            lists
                .iter()
                .flat_map(|list: &Vec<i64>| {
                    let free = list.last().map_or(i64::MIN, |last| last + self.gap);
                    ends.iter()
                        .filter(move |start| **start >= free)
                        .map(|start| [list.as_slice(), &[*start]].concat())
                })
                .chain(lists.iter().cloned())
                .collect()
        });
        let shown = |starts: &[i64], [first, second]: [Decision; 2]| -> Vec<char> {
            let at = |place: &i64| {
                let before = starts.iter().filter(|start| **start < *place);
                let inside = before.clone().any(|start| *place < start + self.gap);
                let changed = before.count() % 2 == 1;
                if inside {
                    Decision::Undecided
                } else if changed {
                    second
                } else {
                    first
                }
                .sign()
            };
            places.iter().map(at).collect()
        };
        let [plus, minus] = Decision::LABELS;
        starts
            .iter()
            .flat_map(|starts| [[plus, minus], [minus, plus]].map(|order| shown(starts, order)))
            .collect()
    }

    /// Every decision at the places is no member's, or one of these patterns agrees wherever it decides; the patterns are members'.
    pub(super) fn matched(self) -> Finding {
        let places = self.places();
        let formula =
            format!("3^{} decisions on 0..{}, the patterns with few changes", places.len(), self.length);
        let patterns: Vec<Vec<Decision>> = self.patterns().iter().map(|signs| Self::read(signs)).collect();
        let size = 3_u128.pow(places.len() as u32) + patterns.len() as u128;
        let mut finding = Finding::enumerating("points", formula, size);
        for row in Decision::rows(places.len()) {
            finding.element(("decisions", &row));
            let told = || format!("{} on 0..{}, 2m = {}", Decision::shown(&row), self.length, self.twice);
            let distance = closest(&places, &row);
            if distance.is_some_and(|distance| distance < self.twice) {
                finding.below("distance < 2m", &distance, &Some(self.twice), told);
            } else {
                let fewest = patterns.iter().map(|pattern| worse(&row, pattern)).min();
                finding.equal("decided points that the best pattern gets wrong", &fewest, &Some(0), told);
            }
        }
        for pattern in &patterns {
            finding.element(("pattern", pattern));
            let distance = closest(&places, pattern).unwrap_or(i64::MAX);
            finding.not_above("2m <= distance of opposite labels", &self.twice, &distance, || {
                Decision::shown(pattern)
            });
        }
        finding
    }

    /// `2 C(2n + J, J)` for J changes.
    fn most_patterns(self) -> u128 {
        let (n, changes) = (self.places().len() as u128, u128::from(self.changes));
        2 * (1..=changes).fold(1, |ways, i| ways * (2 * n + i) / i)
    }

    /// The patterns are at most that many, or that part of it.
    pub(super) fn few_patterns(self, (numerator, denominator): (u128, u128)) -> Finding {
        let mut finding = Finding::new("patterns");
        let (found, most) = (self.patterns().len() as u128, self.most_patterns());
        finding.not_above("patterns <= 2 C(2n + J, J)", &(denominator * found), &(numerator * most), || {
            format!("0, {}, .., {}, 2m = {}: {found} of {most}", self.spacing, self.length, self.twice)
        });
        finding
    }

    /// The patterns are more than that part of it.
    pub(super) fn many_patterns(self, (numerator, denominator): (u128, u128)) -> Finding {
        let mut finding = Finding::new("patterns");
        let (found, most) = (self.patterns().len() as u128, self.most_patterns());
        finding.below(
            "part of 2 C(2n + J, J) < patterns",
            &(numerator * most),
            &(denominator * found),
            || format!("0, {}, .., {}, 2m = {}: {found} of {most}", self.spacing, self.length, self.twice),
        );
        finding
    }

    fn read(signs: &[char]) -> Vec<Decision> {
        let decision = |sign: &char| Decision::ALL.into_iter().find(|decision| decision.sign() == *sign);
        signs.iter().filter_map(decision).collect()
    }
}
