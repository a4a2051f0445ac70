//! How large minimisers are.

use lip1_harness::Finding;
use lip1_kernel::Interval;

use crate::optimum::logistic;

/// What is compared.
pub(super) const UNIT: &str = "units of f";

/// Points at 0 with counts of either label, and points of one label at distance D. `L = tau = 1`, for `tau L D` is all that matters.
///
/// The points at D pull f(D) away from f(0) until the constraint stops it, so f(D) = f(0) + D or f(0) - D, and f(0) is where the derivative of
/// the loss, an increasing function, is 0.
pub(super) struct TwoPlaces {
    origin: [u128; 2],
    far: u128,
    far_is_positive: bool,
    distance: (u128, u128),
}

/// A radius.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// `|ln(p/q)|/tau + L D`.
    Stated,
    /// 1 % less.
    OnePercentLess,
    /// `2 L D`.
    TwiceTheDiameter,
}

/// Halvings of an interval that has the derivative's zero.
const HALVINGS: u32 = 60;

impl TwoPlaces {
    /// A positive class of mass .9 and a negative one at distance 1/100.
    pub(super) const UNEVEN: Self =
        Self { origin: [9, 0], far: 1, far_is_positive: false, distance: (1, 100) };

    /// Three to one with both labels at 0; of the heavier class a little lies at distance 1.
    pub(super) const FAR_AND_LIGHT: Self =
        Self { origin: [3 << 24, 1 << 24], far: 4, far_is_positive: true, distance: (1, 1) };

    /// Two classes of the same mass.
    pub(super) const EVEN: Self = Self { origin: [1, 0], far: 1, far_is_positive: false, distance: (2, 1) };

    fn distance(&self) -> Interval {
        Interval::ratio(self.distance.0, self.distance.1)
    }

    fn masses(&self) -> [Interval; 2] {
        let [p, q] = self.origin;
        let (p, q) = if self.far_is_positive { (p + self.far, q) } else { (p, q + self.far) };
        [p, q].map(Interval::integer)
    }

    fn at_distance(&self, f: Interval) -> Interval {
        if self.far_is_positive { f + self.distance() } else { f - self.distance() }
    }

    /// The derivative of the loss in f(0), times the number of points.
    fn derivative(&self, f: Interval) -> Interval {
        let [p, q] = self.origin.map(Interval::integer);
        let (far, there) = (Interval::integer(self.far), self.at_distance(f));
        let pull = if self.far_is_positive { -(far * logistic(-there)) } else { far * logistic(there) };
        q * logistic(f) - p * logistic(-f) + pull
    }

    /// Encloses the minimiser at 0 and at D; that it lies between two numbers is a case of the finding.
    fn minimiser(&self, finding: &mut Finding) -> [Interval; 2] {
        let (mut low, mut high) = (-64.0, 64.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            let slope = self.derivative(Interval::data(middle));
            if slope.upper() < 0.0 {
                low = middle;
            } else if slope.lower() > 0.0 {
                high = middle;
            } else {
                break;
            }
        }
        let told = || format!("f(0) between {low} and {high}");
        let slopes = [low, high].map(|f| self.derivative(Interval::data(f)));
        finding.required("the loss falls at the lower number", slopes[0], Interval::ZERO, told);
        finding.required("the loss rises at the upper number", Interval::ZERO, slopes[1], told);
        let f = Interval::data(low).hull(Interval::data(high));
        [f, self.at_distance(f)]
    }

    fn radius(&self, reach: Reach) -> Interval {
        let [p, q] = self.masses();
        let stated = (p / q).ln().abs() + self.distance();
        match reach {
            Reach::Stated => stated,
            Reach::OnePercentLess => stated * Interval::ratio(99, 100),
            Reach::TwiceTheDiameter => self.distance() + self.distance(),
        }
    }

    fn told(&self, f: Interval, radius: Interval) -> String {
        let Self { origin: [p, q], far, distance, .. } = self;
        let sign = if self.far_is_positive { '+' } else { '-' };
        format!(
            "+ {p}, - {q} at 0, {sign} {far} at {}/{}: |f| in {f}, radius {radius}",
            distance.0, distance.1
        )
    }

    /// That the minimiser of the log loss lies in that ball.
    pub(super) fn within(&self, reach: Reach) -> Finding {
        let mut finding = Finding::new(UNIT);
        let radius = self.radius(reach);
        for f in self.minimiser(&mut finding) {
            finding.at_most("|f| <= radius", f.abs(), radius, || self.told(f.abs(), radius));
        }
        finding
    }

    /// That it is beyond that share of the radius.
    pub(super) fn beyond(&self, share: Interval) -> Finding {
        let mut finding = Finding::new(UNIT);
        let radius = share * self.radius(Reach::Stated);
        let [here, there] = self.minimiser(&mut finding);
        let largest = here.abs().max(there.abs());
        finding.less("share of the radius < |f|", radius, largest, || self.told(largest, radius));
        finding
    }
}

/// m, the largest count of a class at a place, the largest L D and lambda, of the enumeration.
const MARGIN: i64 = 2;
const COUNTS: i64 = 3;
const DISTANCES: i64 = 3;
const WEIGHTS: i64 = 4;

/// Two places at distances 0 to 3, 0 to 3 points of either class at each, `lambda` from 1 to 4: the minimisers of the hinge and of the
/// hinge-regularised loss, in whole numbers, lie where they are said to; the radii are reached. From each so many units are taken.
///
/// The losses are convex, affine but for kinks at whole numbers, and the constraints are differences of whole numbers: the set of minimisers has
/// its corners at whole numbers.
pub(super) fn hinges([less_hinge, less_hkr]: [i64; 2]) -> Finding {
    let sides = 0..=COUNTS;
    let counts: Vec<[i64; 4]> = sides
        .clone()
        .flat_map(|a| (0..=COUNTS).map(move |b| [a, b]))
        .flat_map(|[a, b]| (0..=COUNTS).flat_map(move |c| (0..=COUNTS).map(move |d| [a, b, c, d])))
        .collect();
    let formula =
        format!("{}^4 counts, {} distances, {WEIGHTS} weights, the two radii", COUNTS + 1, DISTANCES + 1);
    let size = ((COUNTS + 1).pow(4) * (DISTANCES + 1) * WEIGHTS + 2) as u128;
    let mut finding = Finding::enumerating(UNIT, formula, size);
    let mut reached = [false; 2];
    for (distance, lambda) in (0..=DISTANCES).flat_map(|d| (1..=WEIGHTS).map(move |lambda| (d, lambda))) {
        // Beyond both radii.
        let largest = MARGIN + distance + 2;
        let pairs: Vec<[i64; 2]> = (-largest..=largest)
            .flat_map(|f| (f - distance..=f + distance).map(move |g| [f, g]))
            .filter(|pair| size_of(pair) <= largest)
            .collect();
        for [p, q, far_p, far_q] in counts.iter().copied() {
            finding.element((distance, lambda, [p, q, far_p, far_q]));
            let (positive, negative) = (p + far_p, q + far_q);
            let told = || {
                format!(
                    "+ {p}, - {q} at 0, + {far_p}, - {far_q} at {distance}, m = {MARGIN}, lambda = {lambda}"
                )
            };
            let mean = |linear: i64, hinge: i64, [f, g]: [i64; 2]| {
                let loss = |margin: i64| hinge * (MARGIN - margin).max(0) - linear * margin;
                p * loss(f) + q * loss(-f) + far_p * loss(g) + far_q * loss(-g)
            };
            // The hinge: some minimiser is small.
            let hinge = |pair: &[i64; 2]| mean(0, 1, *pair);
            let small = |pair: &&[i64; 2]| size_of(pair) <= MARGIN - less_hinge;
            let least = pairs.iter().map(hinge).min();
            let least_of_small = pairs.iter().filter(small).map(hinge).min();
            finding.equal("least hinge of small functions", &least_of_small, &least, told);
            let smaller = pairs.iter().filter(|pair| size_of(pair) < MARGIN).map(hinge).min();
            reached[0] |= smaller > least;
            // The other: every minimiser is.
            if lambda * positive.min(negative) > (positive - negative).abs() {
                let hkr = |pair: &[i64; 2]| mean(1, lambda, *pair);
                let least = pairs.iter().map(hkr).min();
                let minimisers = pairs.iter().filter(|pair| Some(hkr(pair)) == least);
                let size = minimisers.map(size_of).max();
                finding.not_above("|f| <= m + L D", &size, &Some(MARGIN + distance - less_hkr), told);
                reached[1] |= distance == DISTANCES && size == Some(MARGIN + distance);
            }
        }
    }
    for (name, reached) in [("hinge", reached[0]), ("hinge-regularised", reached[1])] {
        finding.element(name);
        finding.equal("some minimiser has no smaller radius", &u8::from(reached), &1, || name.to_owned());
    }
    finding
}

/// The larger of two sizes.
fn size_of(pair: &[i64; 2]) -> i64 {
    let [f, g] = pair;
    f.abs().max(g.abs())
}
