//! |x| as a MaxMin network, in Z[sqrt 2].

use std::cmp::Ordering;

use lip1_harness::Finding;

/// `whole + root sqrt 2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Surd {
    whole: i64,
    root: i64,
}

impl Surd {
    fn plus(self, other: Self) -> Self {
        Self { whole: self.whole + other.whole, root: self.root + other.root }
    }

    fn times(self, other: Self) -> Self {
        Self {
            whole: self.whole * other.whole + 2 * self.root * other.root,
            root: self.whole * other.root + self.root * other.whole,
        }
    }

    /// The order of the real numbers: of `a` and `-b sqrt 2`, by their signs, then by their squares.
    fn sign(self) -> Ordering {
        let (a, b) = (self.whole.cmp(&0), self.root.cmp(&0));
        if a == b || b == Ordering::Equal {
            a
        } else if a == Ordering::Equal {
            b
        } else if self.whole.pow(2) > 2 * self.root.pow(2) {
            a
        } else {
            b
        }
    }

    fn cmp(self, other: Self) -> Ordering {
        self.plus(other.times(Self { whole: -1, root: 0 })).sign()
    }
}

/// Weights of both layers, times 2: `(1, -1)/sqrt 2 = (sqrt 2, -sqrt 2)/2`.
const TWICE: [Surd; 2] = [Surd { whole: 0, root: 1 }, Surd { whole: 0, root: -1 }];

/// Both norms must be 1 and the network |x|: at 1 and -1, which decides every x since it is positively homogeneous, and at other whole
/// numbers.
pub(super) fn with_order(ascending: bool) -> Finding {
    let mut finding = Finding::new("exact");
    let square = TWICE.iter().fold(Surd { whole: 0, root: 0 }, |sum, w| sum.plus(w.times(*w)));
    finding.exact(square == Surd { whole: 4, root: 0 }, || format!("norms: {square:?} over 4"));
    for x in [1, -1, 0].into_iter().chain(-1_000..=1_000) {
        let mut hidden = TWICE.map(|w| w.times(Surd { whole: x, root: 0 }));
        hidden.sort_by(|a, b| if ascending { a.cmp(*b) } else { b.cmp(*a) });
        let value = TWICE[0].times(hidden[0]).plus(TWICE[1].times(hidden[1]));
        let expected = Surd { whole: 4 * x.abs(), root: 0 };
        finding.exact(value == expected, || format!("f({x}) = {value:?} over 4"));
    }
    finding
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Surd;

    #[test]
    fn signs_agree_with_floating_point() {
        for (whole, root) in (-20..=20).flat_map(|a| (-20..=20).map(move |b| (a, b))) {
            let value = whole as f64 + root as f64 * 2.0_f64.sqrt();
            let sign = if whole == 0 && root == 0 { Ordering::Equal } else { value.total_cmp(&0.0) };
            assert_eq!(Surd { whole, root }.sign(), sign, "{whole} {root}");
        }
    }
}
