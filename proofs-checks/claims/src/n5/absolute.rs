//! |x| by an orthogonal layer of width 2 and MaxMin, exactly in Q(sqrt 2).

use std::cmp::Ordering;
use std::fmt;

use lip1_harness::{Exact, Finding, Lemma};

/// From three facts to all x.
static ABSOLUTE: Lemma = Lemma {
    name: "absolute value",
    statement: "If (1, -1)/sqrt 2 has length 1 and the network x -> (x/sqrt 2, -x/sqrt 2) -> (max, min) -> (1/sqrt 2, -1/sqrt 2) is 1 \
                at 1 and at -1, it has layers of norm 1 and is |x| everywhere.",
    proof: "Without biases, each layer and MaxMin commute with multiplication by t >= 0, and so does |x|: both are decided on a \
            half-line by one of its points. The norm of a row or a column is its length.",
    facts: "the length of the weights, and the values at 1 and at -1",
};

/// `whole + root sqrt 2`; since sqrt 2 is irrational, equal numbers have equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Surd {
    whole: i64,
    root: i64,
}

impl Exact for Surd {}

impl fmt::Display for Surd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {} sqrt 2", self.whole, self.root)
    }
}

impl From<i64> for Surd {
    fn from(whole: i64) -> Self {
        Self { whole, root: 0 }
    }
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

    fn compared_to(self, other: Self) -> Ordering {
        self.plus(other.times(Self::from(-1))).sign()
    }
}

/// Which of two entries comes first.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    /// MaxMin.
    Descending,
    /// A sort.
    Ascending,
}

/// Weights of both layers, times 2: `(1, -1)/sqrt 2 = (sqrt 2, -sqrt 2)/2`.
const TWICE: [Surd; 2] = [Surd { whole: 0, root: 1 }, Surd { whole: 0, root: -1 }];

/// The network at `x`, times 4.
fn four_times_the_network(order: Order, x: i64) -> Surd {
    let mut hidden = TWICE.map(|w| w.times(Surd::from(x)));
    hidden.sort_by(|a, b| match order {
        Order::Descending => b.compared_to(*a),
        Order::Ascending => a.compared_to(*b),
    });
    TWICE[0].times(hidden[0]).plus(TWICE[1].times(hidden[1]))
}

/// The network must be |x| there.
fn absolute_at(finding: &mut Finding, order: Order, x: i64) {
    let value = four_times_the_network(order, x);
    finding.equal("f(x) = |x|", &value, &Surd::from(4 * x.abs()), || format!("f({x}) = ({value})/4"));
}

/// Both norms must be 1, and the network |x| at 1 and -1.
pub(super) fn absolute(order: Order) -> Finding {
    let mut finding = Finding::reducing("exact", &ABSOLUTE, 3);
    finding.element("length");
    let square = TWICE.iter().fold(Surd::from(0), |sum, w| sum.plus(w.times(*w)));
    finding.equal("|w|^2 = 1, times 4", &square, &Surd::from(4), || format!("|w|^2 = ({square})/4"));
    for x in [1, -1] {
        finding.element(x);
        absolute_at(&mut finding, order, x);
    }
    finding
}

/// Whole numbers up to this, of both signs, are tried.
const LARGEST: i64 = 1_000;

pub(super) fn absolute_at_whole_numbers(order: Order) -> Finding {
    let size = 2 * LARGEST as u128 + 1;
    let mut finding = Finding::enumerating("exact", "whole numbers from -1000 to 1000", size);
    for x in -LARGEST..=LARGEST {
        finding.element(x);
        absolute_at(&mut finding, order, x);
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
