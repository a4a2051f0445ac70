use std::cmp::Ordering;

use dashu_int::IBig;
use lip1_kernel::capacity::{self, Density, Scale};
use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, judge};

use crate::ball::{self, Ball};
use crate::case::{Answer, Case, examine};
use crate::number::Exact;
use crate::random::Stream;

/// A quotient of two balls, of which the second is positive.
#[derive(Debug, Clone)]
struct Real {
    over: Ball,
    under: Ball,
}

impl Real {
    fn of(over: Ball, under: Ball) -> Self {
        Self { over, under }
    }

    fn integer(n: impl Into<IBig>) -> Self {
        Self::of(Ball::point(Exact::integer(n)), Ball::point(Exact::ONE))
    }

    fn ratio(over: u128, under: u128) -> Self {
        Self::of(Ball::point(Exact::integer(over)), Ball::point(Exact::integer(under)))
    }

    fn pi() -> Self {
        Self::of(ball::pi(), Ball::point(Exact::ONE))
    }

    fn root(n: u64) -> Self {
        let (low, high) = Exact::integer(n).roots(300);
        Self::of(Ball { low, high }, Ball::point(Exact::ONE))
    }

    fn times(self, other: Self) -> Self {
        Self::of(self.over.times(other.over), self.under.times(other.under))
    }

    fn over(self, other: Self) -> Self {
        self.times(Self::of(other.under, other.over))
    }

    fn plus(self, other: Self) -> Self {
        let over = self.over.times(other.under.clone()).plus(other.over.times(self.under.clone()));
        Self::of(over, self.under.times(other.under))
    }

    fn power(self, n: u32) -> Self {
        (0..n).fold(Self::integer(1), |power, _| power.times(self.clone()))
    }

    /// How it compares with a number, if the digits suffice.
    fn against(&self, x: f64) -> Option<Ordering> {
        let rest = self.over.clone().minus(self.under.clone().times(Ball::point(Exact::of(x))));
        let signs = (rest.low.sign(), rest.high.sign());
        (signs.0 == signs.1).then_some(signs.0)
    }

    fn to_f64(&self) -> f64 {
        crate::number::Quotient::of(self.over.low.clone(), self.under.low.clone()).to_f64()
    }
}

/// The volume of the unit ball: `pi^k / k!` in `2k` dimensions, `2^(k+1) pi^k / (1 3 ... (2k + 1))` in `2k + 1`.
fn ball_volume(n: u32) -> Real {
    let k = n / 2;
    let product = |factors: &mut dyn Iterator<Item = u32>| {
        Real::integer(factors.fold(IBig::ONE, |product, factor| product * factor))
    };
    let whole = if n.is_multiple_of(2) {
        Real::integer(1).over(product(&mut (1..=k)))
    } else {
        Real::integer(IBig::ONE << (k + 1) as usize).over(product(&mut (0..=k).map(|j| 2 * j + 1)))
    };
    whole.times(Real::pi().power(k))
}

fn binomial(n: u32, j: u32) -> IBig {
    (0..j).fold(IBig::ONE, |b, i| b * (n - i) / (i + 1))
}

/// A formula's value and whether its hypotheses hold, by its definition.
fn value(formula: u64, scale: Scale) -> (Real, bool) {
    let (n, r) = (scale.dim(), Real::ratio(scale.size(), scale.margin()));
    let domain = scale.domain();
    let volume = |times: Real| {
        let power = r.clone().times(times).power(n);
        if domain == Domain::Box { power.over(ball_volume(n)) } else { power }
    };
    // The largest ball inside has this radius, in halves of the size.
    let halves = if domain == Domain::Box { 1 } else { 2 };
    match formula {
        0 => (volume(Real::integer(1)), true),
        1 => (volume(Real::integer(3)), halves * scale.size() >= scale.margin()),
        2 => (volume(Real::ratio(1, 2)), true),
        3 => (volume(Real::integer(2)), halves * scale.size() >= 2 * scale.margin()),
        4 if domain == Domain::Ball => (r.plus(Real::integer(1)).power(n), true),
        4 => {
            let term =
                |j: u32| Real::integer(binomial(n, j)).times(r.clone().power(n - j)).times(ball_volume(j));
            ((0..=n).map(term).reduce(Real::plus).unwrap().over(ball_volume(n)), true)
        }
        5 => {
            let area = r.clone().times(r.clone()).over(Real::integer(2).times(Real::root(3)));
            let pi = if domain == Domain::Box { Real::integer(1) } else { Real::pi() };
            let half = if domain == Domain::Box { r.clone() } else { r.clone().over(Real::integer(2)) };
            (pi.clone().times(area).plus(pi.times(half)).plus(Real::integer(1)), n == 2)
        }
        _ => {
            let density = match n {
                2 => Real::pi().over(Real::root(12)),
                3 => Real::pi().over(Real::root(18)),
                8 => Real::pi().power(4).over(Real::integer(384)),
                24 => Real::pi().power(12).over(Real::integer(479_001_600)),
                // (n + 2) / 2 2^(-n/2) once it is below 1.
                1 => Real::integer(1),
                n => Real::ratio(u128::from(n) + 2, 2).over(Real::root(2).power(n)),
            };
            let cube = r.plus(Real::integer(2)).power(n);
            (density.times(cube).over(ball_volume(n)), domain == Domain::Box)
        }
    }
}

/// Values of closed forms against numbers next to them.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let most = stream.pick(&[20, 1000, (1 << 62) - 1]);
    let (size, margin) = (u128::from(stream.below(most)), u128::from(1 + stream.below(most)));
    let formula = stream.below(7);
    let dim =
        if stream.once_in(10) && formula != 4 { 8 + stream.below(40) } else { 1 + stream.below(8) } as u32;
    let dim = if formula == 5 && !stream.once_in(4) { 2 } else { dim };
    let scale = Scale::new(stream.pick(&[Domain::Box, Domain::Ball]), dim, size, margin).unwrap();
    let found = match formula {
        0 => Ok(capacity::paper_lower(scale)),
        1 => capacity::paper_upper(scale),
        2 => Ok(capacity::covering_lower(scale)),
        3 => capacity::doubled_upper(scale),
        4 => Ok(capacity::volume_upper(scale)),
        5 => capacity::oler_upper(scale),
        _ => capacity::tiling_upper(scale, Density::proved(dim)),
    };
    let (exact, holds) = value(formula, scale);
    let near = !stream.once_in(4);
    let c = if near { stream.nudged(exact.to_f64()) } else { stream.any() };
    let what = (formula, scale, c);
    let Ok(found) = found else { return (what, Case { near, truth: holds, answer: Answer::Open }) };
    assert!(holds, "a hypothesis is not asked for: {what:?}");
    // Where the value is a number, equality cannot be told by digits.
    let Some(order) = exact.against(c) else {
        return (what, Case { near, truth: false, answer: Answer::Open });
    };
    let (truth, judged) = if stream.once_in(2) {
        (order.is_le(), judge::at_most(found.enclosure(), Interval::data(c)))
    } else {
        (order.is_ge(), judge::at_most(Interval::data(c), found.enclosure()))
    };
    (what, Case { near, truth, answer: Answer::of(&judged) })
}

#[test]
fn closed_forms() {
    examine("capacity", one);
}

/// Counts of grids and of points on a line, in whole numbers.
fn counted(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let most = stream.pick(&[20, 1000, (1 << 62) - 1]);
    let (size, margin) = (u128::from(stream.below(most)), u128::from(1 + stream.below(most)));
    let domain = stream.pick(&[Domain::Box, Domain::Ball]);
    let dim = 1 + stream.below(4) as u32;
    let scale = Scale::new(domain, dim, size, margin).unwrap();
    let (s, m) = (IBig::from(size), IBig::from(margin));
    if stream.once_in(3) {
        let length = if domain == Domain::Box { s } else { s * 2 };
        let expected = length / (m * 2) + 1;
        let found = capacity::line_exact(scale);
        let right = found.as_ref().is_ok_and(|bound| match bound.formula {
            capacity::Formula::Line(points) => IBig::from(points) == expected,
            _ => false,
        });
        return (
            (scale, 0),
            Case { near: true, truth: dim == 1 && right, answer: Answer::accepted(found.is_ok()) },
        );
    }
    // One more or fewer than fit.
    let steps = match domain {
        Domain::Box => size / (2 * margin),
        Domain::Ball => (size * size / u128::from(dim)).isqrt() / margin,
    };
    let per_axis = (steps as u64).saturating_add(2).saturating_sub(stream.below(3));
    let reach = m * IBig::from(per_axis.saturating_sub(1));
    let fits = match domain {
        Domain::Box => reach * 2 <= s,
        Domain::Ball => &reach * &reach * dim <= &s * &s,
    };
    let found = capacity::grid_lower(scale, per_axis);
    let mut truth = fits && per_axis > 0;
    if let Ok(bound) = &found {
        let exact = Real::integer(IBig::from(per_axis).pow(dim as usize));
        truth &= exact.against(bound.value.lower()).is_some_and(Ordering::is_ge);
        truth &= bound.value.upper().is_infinite()
            || exact.against(bound.value.upper()).is_some_and(Ordering::is_le);
    }
    ((scale, per_axis), Case { near: true, truth, answer: Answer::accepted(found.is_ok()) })
}

#[test]
fn counts() {
    examine("counts", counted);
}
