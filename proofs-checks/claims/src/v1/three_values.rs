//! Margin classifiers as functions with three values, on finite sets of whole numbers.

use lip1_harness::{CheckError, Finding, Lemma};
use lip1_kernel::{Points, lipschitz};

/// What a classifier of margin `m` says where the function has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Minus,
    Undecided,
    Plus,
}

impl lip1_harness::Exact for Answer {}

impl Answer {
    fn of(value: i64, margin: i64) -> Self {
        if value >= margin {
            Answer::Plus
        } else if value <= -margin {
            Answer::Minus
        } else {
            Answer::Undecided
        }
    }

    fn name(self) -> &'static str {
        match self {
            Answer::Minus => "-",
            Answer::Undecided => "undecided",
            Answer::Plus => "+",
        }
    }
}

/// The functions `m - min(e, d(x, T))` of all subsets `T`, and what they are to say off `T`.
#[derive(Clone, Copy)]
pub(super) struct Dips {
    pub(super) margin: i64,
    /// `e`.
    pub(super) depth: i64,
    /// Off `T`.
    pub(super) off: Answer,
}

/// With `e = 2m - 1` units, and in them the margin 5.
pub(super) const DIPS: Dips = Dips { margin: 5, depth: 9, off: Answer::Undecided };

/// Distinct numbers, some much closer than two margins, some much farther.
const PLACES: [i64; 8] = [0, 1, 3, 10, 11, 50, 1_000, 1_001];

pub(super) static DIPPED: Lemma = Lemma {
    name: "dips between plus and undecided",
    statement: "If the values m, m - 1 and m - e of one margin m and depth e = 2m - 1, in whole units, answer +, undecided and undecided, \
                then for every m > 0 and every set of distinct points, however close, C^m tells every subset T by + on T and undecided \
                off T: its Natarajan dimension is at least the number of points.",
    proof: "f(x) = m - min(e, d(x, T)) with 0 < e < 2m is 1-Lipschitz, m on T, and off T between m - e and m, m excluded, as the points \
            are distinct and finitely many. m - e > -m. So f answers + on T and undecided off it, and the two constant patterns differ \
            at every point, which is what Natarajan's shattering asks for. The answers depend on the signs of f - m and f + m only, \
            which do not change if m, e and f are multiplied by a number, and f falls as the distance grows: one unit and e are the \
            extremes.",
    facts: "the answers at distance 0, at one unit and at the depth or more",
};

impl Dips {
    fn value(self, distance: i64) -> i64 {
        self.margin - self.depth.min(distance)
    }

    /// The facts of the lemma.
    pub(super) fn facts(self) -> Finding {
        let mut finding = Finding::reducing("answers", &DIPPED, 3);
        for (distance, wanted) in [(0, Answer::Plus), (1, self.off), (self.depth, self.off)] {
            finding.element(distance);
            let found = Answer::of(self.value(distance), self.margin);
            finding.equal("the answer", &found, &wanted, || {
                format!(
                    "at distance {distance} with m = {}, e = {}: {}",
                    self.margin,
                    self.depth,
                    found.name()
                )
            });
        }
        finding
    }

    /// All subsets of 1 to 8 points: each is told, by a function that the kernel finds 1-Lipschitz.
    pub(super) fn every_subset(self) -> Result<Finding, CheckError> {
        let size = (1..=PLACES.len()).map(|count| 1_u128 << count).sum();
        let mut finding = Finding::enumerating("answers", "2 + 2^2 + .. + 2^8 subsets", size);
        for count in 1..=PLACES.len() {
            let places = &PLACES[..count];
            let points = Points::new(1, places.iter().map(|place| *place as f64).collect())?;
            for code in 0..1_u32 << count {
                finding.element((count, code));
                let chosen = |k: usize| code >> k & 1 == 1;
                let distance = |place: i64| {
                    let others = places.iter().enumerate().filter(|(k, _)| chosen(*k));
                    // Of the empty set: farther than any depth.
                    others.map(|(_, other)| (place - other).abs()).min().unwrap_or(i64::MAX)
                };
                let values: Vec<i64> = places.iter().map(|place| self.value(distance(*place))).collect();
                let floats: Vec<f64> = values.iter().map(|value| *value as f64).collect();
                let told = || format!("subset {code:b} of {places:?}, f = {values:?}");
                finding.judged("f is 1-Lipschitz", lipschitz::values(&points, &floats, 1.0), told);
                let found: Vec<Answer> = values.iter().map(|value| Answer::of(*value, self.margin)).collect();
                let wanted: Vec<Answer> =
                    (0..count).map(|k| if chosen(k) { Answer::Plus } else { self.off }).collect();
                finding.equal("the answers", &found, &wanted, told);
            }
        }
        Ok(finding)
    }
}
