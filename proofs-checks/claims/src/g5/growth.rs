//! How losses grow along constants.

use lip1_harness::{Finding, Lemma};
use lip1_kernel::Interval;

/// What is compared.
const UNIT: &str = "value";

/// Counts of the classes for which thresholds are tried closely.
pub(super) const MASSES: (u64, u64) = (9, 4);

/// The threshold of a hinge's weight, or 1 % off.
#[derive(Clone, Copy)]
pub(super) struct Lambda(u64);

impl Lambda {
    pub(super) fn equal() -> Self {
        Self(100)
    }

    pub(super) fn below() -> Self {
        Self(99)
    }

    pub(super) fn above() -> Self {
        Self(101)
    }
}

/// A loss of y f, without its scale: `tau = 1`, `m = 1`.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// `softplus(-y f)`.
    Log,
    /// `(m - y f)_+`.
    Hinge,
    /// `-y f + lambda (m - y f)_+`, with so many hundredths of the threshold `|p - q|/min(p, q)`.
    Hkr(Lambda),
    /// `f` for label -1 and `2 ln(1 + |f|) - f` for label +1: Lipschitz, not convex, and growing at equal masses.
    Bent,
}

/// A loss with its constants.
#[derive(Clone, Copy)]
pub(super) struct Loss {
    shape: Shape,
    lambda: Interval,
}

impl From<Shape> for Loss {
    fn from(shape: Shape) -> Self {
        Self { shape, lambda: Interval::ZERO }
    }
}

impl Shape {
    /// The loss for a law with these class masses.
    pub(super) fn at(self, (p, q): (u64, u64)) -> Loss {
        let lambda = match self {
            Self::Hkr(Lambda(hundredths)) => {
                // Equal masses: any positive number is above the threshold 0.
                let difference = p.abs_diff(q).max(u64::from(p == q));
                Interval::ratio(u128::from(hundredths * difference), u128::from(100 * p.min(q)))
            }
            Self::Log | Self::Hinge | Self::Bent => Interval::ZERO,
        };
        Loss { shape: self, lambda }
    }
}

impl Loss {
    fn of(self, positive: bool, f: Interval) -> Interval {
        let margin = if positive { f } else { -f };
        let missing = (Interval::ONE - margin).max(Interval::ZERO);
        match self.shape {
            Shape::Log => (-margin).softplus(),
            Shape::Hinge => missing,
            Shape::Hkr(_) => self.lambda * missing - margin,
            Shape::Bent if positive => Interval::integer(2) * f.abs().ln_1p() - f,
            Shape::Bent => f,
        }
    }

    /// The loss of the constant c, summed over so many points of the classes.
    pub(super) fn along(self, c: Interval, (p, q): (u64, u64)) -> Interval {
        let (p, q) = (Interval::integer(p.into()), Interval::integer(q.into()));
        p * self.of(true, c) + q * self.of(false, c)
    }
}

/// That the mean loss grows from c to 2c and from there to 4c, for c of either sign: then, convex, it grows for good.
pub(super) fn grows(loss: impl Into<Loss>, masses: (u64, u64)) -> Finding {
    let loss = loss.into();
    let mut finding = Finding::new(UNIT);
    for sign in [Interval::ONE, -Interval::ONE] {
        let [once, twice, four] = [1, 2, 4].map(|c| loss.along(sign * Interval::integer(c << 10), masses));
        let told =
            || format!("classes of {} and {}: {once}, {twice}, {four} at c, 2c, 4c", masses.0, masses.1);
        finding.less("loss at c < loss at 2c", once, twice, told);
        finding.less("loss at 2c < loss at 4c", twice, four, told);
    }
    finding
}

/// Largest counts of a class and weights in quarters, of the enumeration of thresholds.
const COUNTS: i64 = 8;
const QUARTERS: i64 = 32;

/// For all small counts of the classes and weights `lambda` in quarters: the smaller of the two slopes of the hinge-regularised loss along
/// constants beyond the margin has the sign of `lambda min(p, q) - |p - q|`, in whole numbers.
pub(super) fn thresholds() -> Finding {
    let formula = format!("{COUNTS}^2 pairs of counts, {QUARTERS} weights");
    let size = (COUNTS * COUNTS * QUARTERS) as u128;
    let mut finding = Finding::enumerating("quarters", formula, size);
    for (p, q) in (1..=COUNTS).flat_map(|p| (1..=COUNTS).map(move |q| (p, q))) {
        for quarters in 1..=QUARTERS {
            finding.element((p, q, quarters));
            // Four times the loss, m = 1.
            let loss = |margin: i64| 4 * -margin + quarters * (1 - margin).max(0);
            let along = |c: i64| p * loss(c) + q * loss(-c);
            let slope = (along(2) - along(1)).min(along(-2) - along(-1));
            let order = (quarters * p.min(q)).cmp(&(4 * (p - q).abs()));
            let told = || format!("classes of {p} and {q}, lambda = {quarters}/4: slope {slope}/4");
            finding.equal("sign of the slope", &slope.cmp(&0), &order, told);
            finding.equal("its distance from 0", &slope, &(quarters * p.min(q) - 4 * (p - q).abs()), told);
        }
    }
    finding
}

/// Why slopes decide.
static CONSISTENT: Lemma = Lemma {
    name: "convex losses that grow along constants",
    statement: "Let X be bounded, l(., +1) and l(., -1) convex and Lambda-Lipschitz, and g(c) = pi+ l(c, +1) + pi- l(c, -1) -> infinity for c -> infinity \
                and for c -> -infinity. Then min E_n l -> min E l almost surely, over L-Lipschitz functions. For the log loss and the hinge g does so \
                iff both classes have mass; for the hinge-regularised loss, both having mass, iff lambda min(pi+, pi-) > |pi+ - pi-|, and at \
                equality min E_n l = -infinity for infinitely many n almost surely, while min E l is finite.",
    proof: "g is convex and grows both ways, so g(c) >= k |c| - C with k > 0. For masses within eta of pi each g^ is within 2 eta (Lambda |c| + \
            C') of g, so with eta = k/(4 Lambda) it is at least k |c|/2 - C''. An L-Lipschitz f is within L D of a constant, so its loss is within \
            Lambda L D of g^ there: all minimisers of E, and of E_n as soon as |pi^ - pi| <= eta, which is the case for good from some n on (strong law), \
            lie in one ball of functions. That ball is compact (Arzela and Ascoli), f -> E_n l(f) is Lambda-Lipschitz on it in the largest \
            difference, for every n, and tends to E l(f) almost surely for each of the functions of a countable dense set (strong law): hence \
            uniformly, and minima converge. A convex g grows both ways iff its outer slopes are positive outwards. Those of softplus(-tau y c) \
            tend to 0 where y c > 0 and to -tau y where y c < 0; with the slopes below the sums are tau pi- and tau pi+, pi- and pi+ for the hinge, and \
            for the hinge-regularised loss the last two facts, for pi+ >= pi-, the other case being its mirror image: the second is positive, \
            the first is lambda min(pi+, pi-) - |pi+ - pi-|. At equality \
            it is 0 for the law, and negative on every sample whose heavier class has a larger share than in the law (with equal masses lambda is 0, and \
            any other share will do): almost surely infinitely many (law of the iterated logarithm).",
    facts: "slopes in c beyond the margin of the hinge and of the hinge-regularised loss, for labels +1 and -1, upwards and downwards, as linear forms \
            in 1 and lambda; the two sums of the latter as linear forms in pi+, pi-, lambda pi+, lambda pi-",
};

/// A linear form in 1 and lambda.
type Form = [i64; 2];

/// lambda (m - y f)_+ in the hinge-regularised loss.
pub(super) const ONE: i64 = 1;

/// The same without it: signed margins.
pub(super) const NOTHING: i64 = 0;

/// The facts of the lemma, the hinge being taken so many times in the hinge-regularised loss.
pub(super) fn outer_slopes(times: i64) -> Finding {
    let mut finding = Finding::reducing("slope", &CONSISTENT, 10);
    let missing = |margin: i64| (1 - margin).max(0);
    let hinge = |margin: i64| -> Form { [missing(margin), 0] };
    let hkr = |margin: i64| -> Form { [-margin, times * missing(margin)] };
    // Slope in c of a loss of y c, at places where it is affine, from there on twice.
    let slope = |loss: &dyn Fn(i64) -> Form, label: i64, direction: i64| -> [Form; 2] {
        [1, 2].map(|c| {
            let (near, far) = (loss(label * direction * c), loss(label * direction * 2 * c));
            [0, 1].map(|term| direction * (far[term] - near[term]) / c)
        })
    };
    let hinges: [(i64, i64, Form); 4] = [(1, 1, [0, 0]), (1, -1, [-1, 0]), (-1, 1, [1, 0]), (-1, -1, [0, 0])];
    let hkrs: [(i64, i64, Form); 4] = [(1, 1, [-1, 0]), (1, -1, [-1, -1]), (-1, 1, [1, 1]), (-1, -1, [1, 0])];
    for (label, direction, wanted) in hinges {
        finding.element(("hinge", label, direction));
        finding.equal("slope of the hinge", &slope(&hinge, label, direction), &[wanted; 2], String::new);
    }
    for (label, direction, wanted) in hkrs {
        finding.element(("HKR", label, direction));
        finding.equal(
            "slope of the hinge-regularised loss",
            &slope(&hkr, label, direction),
            &[wanted; 2],
            || format!("y = {label}, c -> {direction} infinity"),
        );
    }
    // Outwards: coefficients of pi+, pi-, lambda pi+, lambda pi-.
    let sum = |direction: i64| {
        let [[p, p_lambda], [q, q_lambda]] = [1, -1].map(|label| {
            let [slope, _] = slope(&hkr, label, direction);
            slope.map(|term| direction * term)
        });
        [p, q, p_lambda, q_lambda]
    };
    for (direction, wanted) in [(1, [-1, 1, 0, 1]), (-1, [1, -1, 1, 0])] {
        finding.element(("sum", direction));
        finding.equal("growth outwards", &sum(direction), &wanted, || format!("c -> {direction} infinity"));
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::{Lambda, MASSES, Shape, grows};
    use lip1_harness::Outcome;

    #[test]
    fn the_bent_loss_grows_at_equal_masses() {
        assert_eq!(grows(Shape::Bent, (50, 50)).outcome(), Outcome::Holds);
    }

    #[test]
    fn one_percent_more_than_the_threshold_grows_and_one_percent_less_falls() {
        let at = |lambda: Lambda| grows(Shape::Hkr(lambda).at(MASSES), MASSES).outcome();
        assert_eq!(at(Lambda::above()), Outcome::Holds);
        assert_eq!(at(Lambda::below()), Outcome::Refuted);
    }
}
