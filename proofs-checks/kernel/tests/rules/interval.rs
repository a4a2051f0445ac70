use lip1_kernel::Interval;

use crate::exact::{self, Exact};
use crate::random::Stream;

fn point(x: f64) -> Interval {
    Interval::data(x)
}

/// Numbers of many sizes, both signs, with short and long mantissas.
fn sized(stream: &mut Stream, exponents: i64) -> f64 {
    let mantissa = if stream.below(4) == 0 { stream.integer(8) as f64 } else { stream.signed() };
    mantissa * 2.0_f64.powi(stream.integer(exponents) as i32)
}

/// The enclosure holds the exact value and neither end could be a neighbour further in.
fn assert_tightest(found: Interval, exact: &Exact) {
    let (lo, hi) = (found.lower(), found.upper());
    assert!(Exact::of(lo) <= *exact && *exact <= Exact::of(hi), "{found} misses the value");
    assert!(Exact::of(lo.next_up()) > *exact && Exact::of(hi.next_down()) < *exact, "{found} is too wide");
}

#[test]
fn sums_and_differences_are_rounded_outward_and_no_further() {
    let mut stream = Stream::new(1);
    for _ in 0..4000 {
        let (a, b) = (sized(&mut stream, 60), sized(&mut stream, 60));
        assert_tightest(point(a) + point(b), &(Exact::of(a) + Exact::of(b)));
        assert_tightest(point(a) - point(b), &(Exact::of(a) - Exact::of(b)));
    }
}

#[test]
fn products_are_rounded_outward_and_no_further() {
    let mut stream = Stream::new(2);
    for _ in 0..4000 {
        let (a, b) = (sized(&mut stream, 300), sized(&mut stream, 300));
        assert_tightest(point(a) * point(b), &(Exact::of(a) * Exact::of(b)));
        assert_tightest(point(a).sqr(), &(Exact::of(a) * Exact::of(a)));
    }
}

#[test]
fn quotients_are_rounded_outward_and_no_further() {
    let mut stream = Stream::new(3);
    for _ in 0..4000 {
        let (a, b) = (sized(&mut stream, 300), sized(&mut stream, 300));
        if b == 0.0 {
            continue;
        }
        let (size, sign) = (Exact::of(b.abs()), Exact::of(b.signum()));
        let a_exact = Exact::of(a) * sign;
        let q = point(a) / point(b);
        let below = |end: f64| Exact::of(end) * size.clone();
        assert!(below(q.lower()) <= a_exact && a_exact <= below(q.upper()), "{a} / {b} is not in {q}");
        assert!(
            below(q.lower().next_up()) > a_exact && below(q.upper().next_down()) < a_exact,
            "{a} / {b}: {q}"
        );
    }
}

#[test]
fn roots_are_rounded_outward_and_no_further() {
    let mut stream = Stream::new(4);
    for _ in 0..4000 {
        let a = sized(&mut stream, 900).abs();
        let root = point(a).sqrt();
        let square = |end: f64| Exact::of(end) * Exact::of(end);
        let a = Exact::of(a);
        assert!(square(root.lower()) <= a && a <= square(root.upper()), "{root}");
        if root.upper() > 0.0 {
            assert!(square(root.lower().next_up()) > a && square(root.upper().next_down()) < a, "{root}");
        }
    }
}

#[test]
fn results_that_underflow_or_overflow_stay_enclosed() {
    let mut stream = Stream::new(5);
    let contains = |found: Interval, exact: Exact| {
        let (lo, hi) = (found.lower(), found.upper());
        (lo == f64::NEG_INFINITY || Exact::of(lo) <= exact) && (hi == f64::INFINITY || exact <= Exact::of(hi))
    };
    for _ in 0..6000 {
        let (a, b) = (sized(&mut stream, 1022), sized(&mut stream, 1022));
        if !(a.is_finite() && b.is_finite()) {
            continue;
        }
        assert!(contains(point(a) + point(b), Exact::of(a) + Exact::of(b)), "{a:e} + {b:e}");
        assert!(contains(point(a) * point(b), Exact::of(a) * Exact::of(b)), "{a:e} * {b:e}");
        if b != 0.0 {
            let q = point(a) / point(b);
            let (size, a) = (Exact::of(b.abs()), Exact::of(a) * Exact::of(b.signum()));
            assert!(q.lower() == f64::NEG_INFINITY || Exact::of(q.lower()) * size.clone() <= a, "{q}");
            assert!(q.upper() == f64::INFINITY || a <= Exact::of(q.upper()) * size, "{q}");
        }
    }
    let tiny = f64::from_bits(1);
    assert_eq!((point(tiny) * point(0.5)).lower(), -tiny);
    assert_eq!((point(tiny) * point(0.5)).upper(), tiny);
    let root = point(tiny).sqrt();
    assert!(root.lower() < root.upper() && root.lower() > 0.0);
    let over = point(f64::MAX) + point(f64::MAX);
    assert_eq!((over.lower(), over.upper()), (f64::MAX, f64::INFINITY));
    let over = point(-1e200) * point(1e200);
    assert_eq!((over.lower(), over.upper()), (f64::NEG_INFINITY, -f64::MAX));
    let over = point(1e200) / point(1e-200);
    assert_eq!((over.lower(), over.upper()), (f64::MAX, f64::INFINITY));
}

#[test]
fn exact_results_stay_exact() {
    for (found, expected) in [
        (point(0.1) + point(-0.1), 0.0),
        (point(1.5) * point(-4.0), -6.0),
        (point(-6.0) / point(4.0), -1.5),
        (point(6.0) / point(-4.0), -1.5),
        (point(0.0) / point(-3.0), 0.0),
        (point(0.0) * Interval::ENTIRE, 0.0),
        (Interval::ENTIRE * point(0.0), 0.0),
        (point(2.25).sqrt(), 1.5),
        (point(0.0).sqrt(), 0.0),
        (point(-3.0).powi(3), -27.0),
        (point(-3.0).powi(4), 81.0),
        (point(-3.0).powi(0), 1.0),
        (point(-3.0).powi(1), -3.0),
        (point(0.0).exp(), 1.0),
        (point(1.0).ln(), 0.0),
        (point(0.0).ln_1p(), 0.0),
        (-point(2.5), -2.5),
        (Interval::integer(7), 7.0),
        (Interval::integer(1 << 100), 2.0_f64.powi(100)),
        (Interval::ratio(7, 8), 0.875),
        (Interval::ratio(0, 8), 0.0),
    ] {
        assert_eq!((found.lower(), found.upper()), (expected, expected));
    }
}

#[test]
fn what_is_undefined_is_the_whole_line() {
    let (nan, infinity) = (f64::NAN, f64::INFINITY);
    let around_zero = point(-1.0).hull(point(1.0));
    for found in [
        point(nan),
        point(infinity),
        point(-infinity),
        Interval::ratio(1, 0),
        point(1.0) / point(0.0),
        point(1.0) / point(-0.0),
        point(1.0) / around_zero,
        point(-1.0).sqrt(),
        Interval::ENTIRE - Interval::ENTIRE,
        Interval::ENTIRE * point(2.0),
        Interval::ENTIRE / point(2.0),
        point(-2.0).ln(),
        point(-2.0).ln_1p(),
    ] {
        assert_eq!(found, Interval::ENTIRE);
        assert!(found.lower() == -infinity && found.upper() == infinity);
    }
    assert_eq!(Interval::ENTIRE.abs().lower(), 0.0);
    assert_eq!(Interval::ENTIRE.width(), infinity);
    assert_eq!(Interval::ENTIRE.sqr().upper(), infinity);
    assert!((point(1.0) / point(1.0).hull(Interval::ENTIRE.exp())).contains(0.5));
}

#[test]
fn integers_of_128_bits_are_enclosed() {
    let mut stream = Stream::new(6);
    let mut largest = vec![u128::MAX, u128::MAX - 1, 1 << 127, (1 << 53) + 1, (1 << 64) + 1, (1 << 96) - 1];
    largest
        .extend((0..500).map(|k| u128::from(stream.bits()) << 64 >> (k % 128) | u128::from(stream.bits())));
    for n in largest {
        let found = Interval::integer(n);
        let exact = Exact::integer((n >> 1) as i128) * Exact::integer(2) + Exact::integer((n & 1) as i128);
        assert!(Exact::of(found.lower()) <= exact && exact <= Exact::of(found.upper()), "{n}");
        assert!(found.width() <= 4.0 * found.upper() * f64::EPSILON, "{n}: {found}");
    }
}

/// A random interval with a random point in it.
fn around(stream: &mut Stream) -> (Interval, f64) {
    let (a, b, c) = (sized(stream, 8), sized(stream, 8), sized(stream, 8));
    let mut ends = [a, b, c];
    ends.sort_by(f64::total_cmp);
    (point(ends[0]).hull(point(ends[2])), ends[1])
}

#[test]
fn operations_on_intervals_hold_every_value_of_their_points() {
    let mut stream = Stream::new(7);
    for _ in 0..4000 {
        let ((x, a), (y, b)) = (around(&mut stream), around(&mut stream));
        let (e, f) = (Exact::of(a), Exact::of(b));
        let holds = |found: Interval, exact: Exact, what: &str| {
            let inside = Exact::of(found.lower()) <= exact && exact <= Exact::of(found.upper());
            assert!(inside, "{what} of {a} in {x} and {b} in {y}: {found}");
        };
        holds(x + y, e.clone() + f.clone(), "sum");
        holds(x - y, e.clone() - f.clone(), "difference");
        holds(x * y, e.clone() * f.clone(), "product");
        holds(-x, -e.clone(), "negative");
        holds(x.abs(), e.clone().abs(), "absolute value");
        holds(x.sqr(), e.clone() * e.clone(), "square");
        holds(x.powi(3), e.clone() * e.clone() * e.clone(), "cube");
        holds(x.max(y), Exact::of(a.max(b)), "maximum");
        holds(x.min(y), Exact::of(a.min(b)), "minimum");
        holds(x.hull(y), e.clone(), "hull");
        holds(x.hull(y), f.clone(), "hull");
        assert!(x.contains(a) && x.sqr().lower() >= 0.0 && x.abs().lower() >= 0.0);
        assert!(Exact::of(x.width()) >= Exact::of(x.upper()) - Exact::of(x.lower()));
        if !y.contains(0.0) {
            let q = x / y;
            let (low, high) = (Exact::of(q.lower()) * f.clone(), Exact::of(q.upper()) * f.clone());
            let (low, high) = if b > 0.0 { (low, high) } else { (high, low) };
            assert!(low <= e && e <= high, "{a} / {b} is not in {q}");
        }
    }
}

#[test]
fn ends_of_operations_on_intervals_are_reached() {
    let (x, y) = (point(-2.0).hull(point(3.0)), point(-5.0).hull(point(7.0)));
    let ends = |i: Interval| (i.lower(), i.upper());
    assert_eq!(ends(x + y), (-7.0, 10.0));
    assert_eq!(ends(x - y), (-9.0, 8.0));
    assert_eq!(ends(x * y), (-15.0, 21.0));
    assert_eq!(ends(x.abs()), (0.0, 3.0));
    assert_eq!(ends((-x).abs()), (0.0, 3.0));
    assert_eq!(ends(point(-3.0).hull(point(-2.0)).abs()), (2.0, 3.0));
    assert_eq!(ends(x.sqr()), (0.0, 9.0));
    assert_eq!(ends(point(-3.0).hull(point(-2.0)).sqr()), (4.0, 9.0));
    assert_eq!(ends(x.max(y)), (-2.0, 7.0));
    assert_eq!(ends(x.min(y)), (-5.0, 3.0));
    assert_eq!(ends(x.hull(y)), (-5.0, 7.0));
    assert_eq!(ends(point(-4.0).hull(point(9.0)).sqrt()), (0.0, 3.0));
    assert_eq!(ends(point(1.0).hull(point(6.0)) / point(-2.0).hull(point(-1.0))), (-6.0, -0.5));
    assert_eq!(x.width(), 5.0);
    assert!(x.contains(-2.0) && x.contains(3.0) && x.contains(0.0));
    assert!(!x.contains(3.0_f64.next_up()) && !x.contains((-2.0_f64).next_down()) && !x.contains(f64::NAN));
    assert_eq!(x.to_string(), "[-2.0, 3.0]");
}

/// `atan(1/n)` to multiples of `2^-bits`, within 200 of them.
fn arctangent(n: u32, bits: i64) -> Exact {
    let mut power = Exact::integer(1).divided_by(n, bits);
    let mut sum = Exact::integer(0);
    for k in 0..180 {
        let term = power.clone().divided_by(2 * k + 1, bits);
        sum = if k % 2 == 0 { sum + term } else { sum - term };
        power = power.divided_by(n * n, bits);
    }
    sum
}

#[test]
fn pi_is_enclosed_by_neighbours() {
    // Machin: pi = 16 atan(1/5) - 4 atan(1/239).
    let machin = Exact::integer(16) * arctangent(5, 400) - Exact::integer(4) * arctangent(239, 400);
    assert_tightest(Interval::pi(), &machin);
}

/// Both ends of `found` against `e^x`, with room for the oracle's own error.
fn assert_holds_exp(found: Interval, x: f64, ulps: f64) {
    let exact = exact::exp(&Exact::of(x));
    let slack = exact.clone().times_power_of_two(-200);
    assert!(Exact::of(found.lower()) <= exact.clone() - slack.clone(), "e^{x:?} is below {found}");
    if found.upper() < f64::INFINITY {
        assert!(Exact::of(found.upper()) >= exact + slack, "e^{x:?} is above {found}");
        assert!(
            found.width() <= ulps * f64::EPSILON * found.upper() + f64::MIN_POSITIVE,
            "e^{x:?}: {found} is wide"
        );
    }
}

#[test]
fn exponentials_are_enclosed_to_a_few_units_in_the_last_place() {
    let mut stream = Stream::new(8);
    let mut inputs = vec![1.0, -1.0, 709.0, 708.99, -700.0, -699.99, 0.34657, -0.34658, -1e-17];
    inputs.extend((0..150).map(|_| 700.0 * stream.signed()));
    inputs.extend((0..150).map(|_| stream.signed()));
    for x in inputs {
        assert_holds_exp(point(x).exp(), x, 8.0);
    }
    for x in [1e-300, f64::from_bits(1)] {
        let (above, below) = (point(x).exp(), point(-x).exp());
        assert_eq!((above.lower(), above.upper()), (1.0, 1.0_f64.next_up()));
        assert!(below.upper() == 1.0 && below.lower() < 1.0 && below.lower() > 1.0 - f64::EPSILON);
    }
}

#[test]
fn exponentials_out_of_range_are_still_enclosed() {
    // ln MAX is between 709.782712893384 and its neighbour.
    let last = 709.782712893384_f64;
    for x in [709.1, 709.78, last.next_down(), last] {
        assert!(point(x).exp().upper().is_finite());
        assert_holds_exp(point(x).exp(), x, 8.0);
    }
    for x in [last.next_up(), 709.9, 710.0, 710.0_f64.next_down(), 1000.0, f64::MAX] {
        let found = point(x).exp();
        assert!(found.upper() == f64::INFINITY && found.lower() > 0.999_999_9 * f64::MAX, "e^{x}: {found}");
    }
    assert_eq!(point(710.0).exp().lower(), f64::MAX);
    // From 2^-1022 down the ends are as close as there are numbers.
    for x in [-700.1, -708.3, -708.4, -720.0, -740.0, -744.4, -744.5, (-745.0_f64).next_up()] {
        let (found, exact) = (point(x).exp(), exact::exp(&Exact::of(x)));
        assert!(Exact::of(found.lower()) <= exact && exact <= Exact::of(found.upper()), "e^{x}: {found}");
        let wide = 8.0 * f64::EPSILON * found.upper() + 4.0 * f64::from_bits(1);
        assert!(found.lower() >= 0.0 && found.width() <= wide, "e^{x}: {found}");
    }
    for x in [-745.0, -746.0, -1000.0, f64::MIN] {
        let found = point(x).exp();
        assert_eq!((found.lower(), found.upper()), (0.0, f64::from_bits(1)));
    }
    assert_eq!((Interval::ENTIRE.exp().lower(), Interval::ENTIRE.exp().upper()), (0.0, f64::INFINITY));
    let wide = point(0.0).hull(point(1.0)).exp();
    assert!(wide.lower() == 1.0 && wide.contains(std::f64::consts::E) && wide.upper() < 2.72);
}

/// `e^lower <= x <= e^upper`, and the two ends are close.
fn assert_holds_ln(found: Interval, x: &Exact, ulps: f64) {
    let (low, high) = (exact::exp(&Exact::of(found.lower())), exact::exp(&Exact::of(found.upper())));
    assert!(low.clone() + low.times_power_of_two(-200) <= *x, "{found}");
    assert!(high.clone() - high.times_power_of_two(-200) >= *x, "{found}");
    assert!(found.width() <= ulps * f64::EPSILON * found.abs().upper(), "{found} is wide");
}

#[test]
fn logarithms_are_enclosed_to_a_few_units_in_the_last_place() {
    let mut stream = Stream::new(9);
    let root = std::f64::consts::SQRT_2;
    let mut inputs =
        vec![2.0, 0.5, 3.0, 1e-300, f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), f64::from_bits(12345)];
    inputs.extend([
        root,
        root.next_up(),
        root.next_down(),
        0.5 * root,
        1.0_f64.next_up(),
        1.0_f64.next_down(),
        0.75,
        1.25,
    ]);
    inputs.extend([f64::MIN_POSITIVE.next_down(), 1e3, 1e5, 0.7, 1.4]);
    inputs.extend((0..150).map(|_| (500.0 * stream.signed()).exp()));
    inputs.extend((0..150).map(|_| 1.0 + 0.4 * stream.signed()));
    for x in inputs {
        // Near 1 the logarithm is small, and the sum of its two parts loses no more than the width allows.
        assert_holds_ln(point(x).ln(), &Exact::of(x), 8.0);
    }
    let zero = point(0.0).ln();
    assert_eq!((zero.lower(), zero.upper()), (f64::NEG_INFINITY, f64::INFINITY));
    let from_zero = point(0.0).hull(point(1.0)).ln();
    assert_eq!((from_zero.lower(), from_zero.upper()), (f64::NEG_INFINITY, 0.0));
    let wide = point(1.0).hull(point(4.0)).ln();
    assert!(wide.lower() == 0.0 && wide.contains(1.386) && wide.upper() < 1.3863);
    let open = point(1.0).hull(Interval::ENTIRE).ln();
    assert_eq!(open, Interval::ENTIRE);
    let above = Interval::ENTIRE.max(Interval::ONE).ln();
    assert_eq!((above.lower(), above.upper()), (0.0, f64::INFINITY));
}

#[test]
fn logarithms_next_to_1_are_enclosed_to_a_few_units_in_the_last_place() {
    let mut stream = Stream::new(10);
    let mut inputs =
        vec![0.25, -0.25, 0.25_f64.next_up(), -0.25_f64.next_up(), 1.0, -0.5, 1e-10, -1e-10, 1e5, 1e300];
    inputs.extend([(-1.0_f64).next_up(), 0.999, -0.999]);
    inputs.extend((0..150).map(|_| stream.signed()));
    inputs.extend((0..50).map(|_| stream.signed() * 1e-8));
    for y in inputs.into_iter().filter(|y| *y > -1.0) {
        assert_holds_ln(point(y).ln_1p(), &(Exact::integer(1) + Exact::of(y)), 12.0);
    }
    for y in [1e-200, -1e-200, 1e-310] {
        // y - y^2 < ln(1 + y) < y.
        let found = point(y).ln_1p();
        assert!(
            found.lower() < y && y <= found.upper() && found.width() < 8.0 * f64::EPSILON * y.abs() + 1e-320,
            "{found}"
        );
    }
    assert_eq!(point(-1.0).ln_1p(), Interval::ENTIRE);
    let above = Interval::ENTIRE.max(Interval::ZERO).ln_1p();
    assert_eq!((above.lower(), above.upper()), (0.0, f64::INFINITY));
    let wide = point(0.0).hull(point(3.0)).ln_1p();
    assert!(wide.lower() == 0.0 && wide.contains(1.386) && wide.upper() < 1.3863);
}

#[test]
fn softplus_is_enclosed_to_a_few_units_in_the_last_place_on_both_tails() {
    let mut stream = Stream::new(11);
    let mut inputs = vec![0.0, 1.0, -1.0, 30.0, -30.0, 90.0, -100.0, -600.0];
    inputs.extend((0..100).map(|_| 20.0 * stream.signed()));
    for x in inputs {
        // e^softplus(x) = 1 + e^x; next to 1, e^-600 is below the oracle's precision.
        let found = point(x).softplus();
        let argument = Exact::integer(1) + exact::exp(&Exact::of(x));
        if x > -100.0 {
            assert_holds_ln(found, &argument, 12.0);
        } else {
            // ln(1 + e) lies between e - e^2/2 and e.
            let e = exact::exp(&Exact::of(x));
            assert!(Exact::of(found.upper()) >= e && found.width() <= 16.0 * f64::EPSILON * found.upper());
            assert!(Exact::of(found.lower()) <= e.clone() - e.clone() * e);
        }
    }
    let far = point(-800.0).softplus();
    assert!(far.lower() == 0.0 && far.upper() < 1e-300);
    for x in [600.0, 800.0, 1e10] {
        let far = point(x).softplus();
        assert_eq!((far.lower(), far.upper()), (x, x.next_up()));
    }
    let all = Interval::ENTIRE.softplus();
    assert_eq!((all.lower(), all.upper()), (0.0, f64::INFINITY));
    let wide = point(-1.0).hull(point(1.0)).softplus();
    assert!(wide.contains(0.3133) && wide.contains(1.3132) && wide.width() < 1.0001);
}

type Unary = fn(Interval) -> Interval;
type Binary = fn(Interval, Interval) -> Interval;

/// Every operation, with one operand observed at a time: what comes out is observed, with the same ends as without.
#[test]
fn what_is_computed_from_an_observed_number_is_observed() {
    let (data, seen) = (Interval::data(0.25), Interval::observed(0.25));
    assert!(seen.is_observed() && !data.is_observed() && (seen.lower(), seen.upper()) == (0.25, 0.25));
    let unary: [(&str, Unary); 10] = [
        ("neg", |x| -x),
        ("abs", Interval::abs),
        ("sqr", Interval::sqr),
        ("sqrt", Interval::sqrt),
        ("powi 0", |x| x.powi(0)),
        ("powi 5", |x| x.powi(5)),
        ("exp", Interval::exp),
        ("ln", Interval::ln),
        ("ln_1p", Interval::ln_1p),
        ("softplus", Interval::softplus),
    ];
    for (name, op) in unary {
        let (plain, tainted) = (op(data), op(seen));
        assert!(tainted.is_observed() && !plain.is_observed(), "{name}");
        assert_eq!((tainted.lower(), tainted.upper()), (plain.lower(), plain.upper()), "{name}");
    }
    let binary: [(&str, Binary); 7] = [
        ("add", |x, y| x + y),
        ("sub", |x, y| x - y),
        ("mul", |x, y| x * y),
        ("div", |x, y| x / y),
        ("hull", Interval::hull),
        ("min", Interval::min),
        ("max", Interval::max),
    ];
    let three = Interval::constant(3.0);
    for (name, op) in binary {
        let plain = op(data, three);
        for tainted in [op(seen, three), op(data, Interval::observed(3.0)), op(seen, Interval::observed(3.0))]
        {
            assert!(tainted.is_observed() && !plain.is_observed(), "{name}");
            assert_eq!((tainted.lower(), tainted.upper()), (plain.lower(), plain.upper()), "{name}");
        }
    }
    // What says nothing any more stays observed.
    let nothing =
        [three / Interval::observed(0.0), Interval::observed(f64::NAN), Interval::observed(f64::MAX).exp()];
    assert!(nothing.into_iter().all(Interval::is_observed));
    let plain = [Interval::ZERO, Interval::ONE, Interval::ENTIRE, Interval::pi(), Interval::ratio(1, 3)];
    assert!(!plain.into_iter().any(Interval::is_observed));
}
