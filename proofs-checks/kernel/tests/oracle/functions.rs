use lip1_kernel::net::{Layer, Net};
use lip1_kernel::{Interval, forward, judge};

use crate::ball::{self, Ball};
use crate::case::{Answer, Case, examine};
use crate::number::Exact;
use crate::random::Stream;

/// Where exponentials, logarithms and their like begin to overflow, underflow, or change their series.
const PLACES: [f64; 16] = [
    0.0,
    709.782_712_893_384,
    -708.396_418_532_264_1,
    -744.440_071_921_381_2,
    -745.133_219_101_941_2,
    710.0,
    -745.0,
    -746.0,
    1.0,
    -1.0,
    0.25,
    -0.25,
    std::f64::consts::LN_2,
    0.5 * std::f64::consts::LN_2,
    std::f64::consts::SQRT_2,
    1e-300,
];

/// An argument and a number for the value, or one close to it, as a case of `value <= c` or `c <= value`.
fn decided(
    stream: &mut Stream,
    found: Interval,
    close: f64,
    below: impl FnOnce(f64) -> Option<bool>,
) -> (f64, Option<Case>) {
    let near = !stream.once_in(4);
    let c = if near { stream.nudged(close.clamp(-f64::MAX, f64::MAX)) } else { stream.any() };
    let Some(value_is_at_most) = below(c) else { return (c, None) };
    let (truth, judgement) = if stream.once_in(2) {
        (value_is_at_most, judge::at_most(found, Interval::data(c)))
    } else {
        (!value_is_at_most, judge::less(Interval::data(c), found))
    };
    (c, Some(Case { near, truth, answer: Answer::of(&judgement) }))
}

/// Whether the number in a ball is at most `c`; nothing if the digits do not suffice.
fn at_most(ball: &Ball, c: &Exact) -> Option<bool> {
    if ball.high <= *c { Some(true) } else { (ball.low > *c).then_some(false) }
}

/// An open case, for where 300 digits are too few: at a value that is exactly a number, such as `e^0`.
const OPEN: Case = Case { near: true, truth: false, answer: Answer::Open };

fn argument(stream: &mut Stream) -> f64 {
    match stream.below(4) {
        0 => {
            let place = stream.pick(&PLACES);
            stream.nudged(place)
        }
        1 => 760.0 * stream.signed(),
        2 => 2.0 * stream.signed(),
        _ => stream.any(),
    }
}

/// `exp`, `ln`, `ln_1p` and `softplus` at one argument.
fn one(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (x, function) = (argument(stream), stream.below(4));
    let exact = Exact::of(x);
    let data = Interval::data(x);
    let (c, case) = match function {
        0 => decided(stream, data.exp(), x.exp(), |c| {
            let c = Exact::of(c);
            match x {
                0.0 => Some(Exact::ONE <= c),
                // e^-3000 is below, e^3000 above every positive number.
                x if x.abs() > 3000.0 => Some(x < 0.0 && c.sign().is_gt()),
                _ => at_most(&ball::exp(&exact), &c),
            }
        }),
        1 => decided(stream, data.ln(), x.abs().ln(), |c| {
            // ln x <= c if and only if x <= e^c.
            if x <= 0.0 { None } else { exponential_reaches(&exact, c) }
        }),
        2 => decided(stream, data.ln_1p(), x.ln_1p().max(-f64::MAX), |c| {
            if x <= -1.0 { None } else { exponential_reaches(&(Exact::ONE + exact.clone()), c) }
        }),
        _ => decided(
            stream,
            data.softplus(),
            if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() },
            |c| {
                if x.abs() > 3000.0 {
                    // max(x, 0) plus something between 0 and e^-3000.
                    return Some(if x < 0.0 { c > 0.0 } else { Exact::of(c) > exact });
                }
                if c <= 0.0 {
                    return Some(false);
                }
                // ln(1 + e^x) <= c if and only if e^x <= e^c - 1, and e^c - 1 is close to c for small c.
                let (left, right) = (ball::exp(&exact), expm1(c)?);
                if left.high <= right.low { Some(true) } else { (left.low > right.high).then_some(false) }
            },
        ),
    };
    ((x, function, c), case.unwrap_or(OPEN))
}

/// Whether `x <= e^c`.
fn exponential_reaches(x: &Exact, c: f64) -> Option<bool> {
    if c == 0.0 {
        return Some(*x <= Exact::ONE);
    }
    if c.abs() > 3000.0 {
        return Some(c > 0.0);
    }
    if c.abs() < 2.0_f64.powi(-150) {
        // Between 1 + c and 1 + c + c^2.
        let low = Exact::ONE + Exact::of(c);
        let high = low.clone() + Exact::of(c).squared();
        return if *x <= low { Some(true) } else { (*x > high).then_some(false) };
    }
    let power = ball::exp(&Exact::of(c));
    if *x <= power.low { Some(true) } else { (*x > power.high).then_some(false) }
}

/// `e^c - 1` for positive `c`.
fn expm1(c: f64) -> Option<Ball> {
    let exact = Exact::of(c);
    if c > 3000.0 {
        return None;
    }
    if c < 2.0_f64.powi(-150) {
        // Between c + c^2 / 2 and c + c^2.
        let square = exact.squared();
        return Some(Ball {
            low: exact.clone() + square.clone().times_power_of_two(-1),
            high: exact + square,
        });
    }
    Some(ball::exp(&exact).minus(Ball::point(Exact::ONE)))
}

#[test]
fn exponentials_and_logarithms() {
    examine("functions", one);
}

/// Sine and cosine, by reflecting `(0, -1)` or `(0, 1)`: `(0, +-1)` on one side of the line, `+-(-sin t, cos t)` on the other.
fn turned(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let angle = match stream.below(3) {
        0 => 4.0 * stream.signed(),
        1 => {
            let turns = f64::from(stream.integer(1 << 20) as i32) * std::f64::consts::FRAC_PI_2;
            stream.nudged(turns)
        }
        _ => stream.any().clamp(-1e9, 1e9),
    };
    let up = if stream.once_in(2) { 1.0 } else { -1.0 };
    let net = Net::new(2, vec![Layer::Householder { angles: vec![angle] }]).unwrap();
    let found = forward::enclose(&net, &[0.0, up]).unwrap();
    let (_, half_cos) = ball::sin_cos(&Exact::of(angle).times_power_of_two(-1));
    // v = (sin, -cos) of half the angle; <v, z> = -up cos, which decides the side.
    let reflected = if up < 0.0 { half_cos.low.sign().is_gt() } else { half_cos.high.sign().is_lt() };
    let kept = if up < 0.0 { half_cos.high.sign().is_lt() } else { half_cos.low.sign().is_gt() };
    let outputs = if reflected {
        let (sin, cos) = ball::sin_cos(&Exact::of(angle));
        let zero = || Ball::point(Exact::ZERO);
        if up < 0.0 { [zero().minus(sin), cos] } else { [sin, zero().minus(cos)] }
    } else if kept {
        [Ball::point(Exact::ZERO), Ball::point(Exact::of(up))]
    } else {
        return ((angle, up, 0, 0.0), OPEN);
    };
    let k = stream.below(2) as usize;
    let (c, case) =
        decided(stream, found.values[k], outputs[k].low.to_f64(), |c| at_most(&outputs[k], &Exact::of(c)));
    ((angle, up, k, c), case.unwrap_or(OPEN))
}

#[test]
fn sines_and_cosines() {
    examine("sines", turned);
}
