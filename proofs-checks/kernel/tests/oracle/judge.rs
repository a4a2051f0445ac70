use std::cmp::Ordering;

use lip1_kernel::{Interval, judge};

use crate::case::{Answer, Case, examine};
use crate::number::{Exact, Quotient};
use crate::random::Stream;

/// A number as an enclosure and exactly, and how it was made.
#[derive(Debug, Clone)]
struct Both {
    interval: Interval,
    exact: Quotient,
    made: String,
}

/// A value of `f64`, a whole number, or a quotient of two.
fn leaf(stream: &mut Stream, exponent: i32) -> Both {
    if stream.once_in(6) {
        let (over, under) = (stream.bits() >> stream.below(64), 1 + (stream.bits() >> stream.below(64)) / 2);
        let exact = Quotient::of(Exact::integer(over), Exact::integer(under));
        let interval = Interval::ratio(over.into(), under.into());
        return Both { interval, exact, made: format!("{over}/{under}") };
    }
    let x = if stream.once_in(6) { stream.any() } else { stream.sized(exponent) };
    Both { interval: Interval::data(x), exact: Quotient::whole(Exact::of(x)), made: format!("{x:?}") }
}

fn combined(stream: &mut Stream, a: Both, b: Both) -> Both {
    let (x, y) = (a.interval, b.interval);
    let (p, q) = (a.exact, b.exact);
    let order = || (p.clone() - q.clone()).against(&Exact::ZERO);
    let (interval, exact, sign) = match stream.below(8) {
        0 | 1 => (x + y, p + q, "+"),
        2 | 3 => (x - y, p - q, "-"),
        4 => (x.max(y), if order().is_gt() { p } else { q }, "max"),
        5 if q.against(&Exact::ZERO).is_ne() => (x / y, p * Quotient::of(q.under, q.over), "/"),
        6 => (x.sqr(), p.clone() * p, "sqr, not"),
        _ => (x * y, p * q, "*"),
    };
    Both { interval, exact, made: format!("({} {sign} {})", a.made, b.made) }
}

/// A number computed by some operations against one that is equal or next to it.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let exponent = stream.exponent();
    let mut number = leaf(stream, exponent);
    for _ in 0..1 + stream.below(3) {
        let next = leaf(stream, exponent);
        number = combined(stream, number, next);
    }
    let sign = number.exact.against(&Exact::ZERO);
    let rooted = sign.is_ge() && stream.once_in(4);
    let close = if rooted {
        let value = number.exact.to_f64();
        Exact::of(value).root()
    } else {
        number.exact.to_f64()
    };
    let near = !stream.once_in(4);
    let c = if near { stream.nudged(close) } else { stream.any() };
    let order = match (rooted, c < 0.0) {
        (false, _) => number.exact.against(&Exact::of(c)),
        (true, true) => Ordering::Greater,
        (true, false) => number.exact.against(&Exact::of(c).squared()),
    };
    let (left, right) = (if rooted { number.interval.sqrt() } else { number.interval }, Interval::data(c));
    let (truth, answer) = match stream.below(4) {
        0 => (order.is_le(), Answer::of(&judge::at_most(left, right))),
        1 => (order.is_ge(), Answer::of(&judge::at_most(right, left))),
        2 => (order.is_lt(), Answer::of(&judge::less(left, right))),
        _ => (order.is_gt(), Answer::of(&judge::less(right, left))),
    };
    ((number.made, rooted, c), Case { near, truth, answer })
}

#[test]
fn judgements() {
    examine("judgements", one);
}
