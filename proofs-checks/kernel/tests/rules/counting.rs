//! Upper ends by counting: thresholds from both sides, and no packing beyond them.

use lip1_kernel::capacity::{CapacityBound, Formula, Scale};
use lip1_kernel::construction;
use lip1_kernel::counting::{self, Cells};
use lip1_kernel::packing::{Domain, IntegerPoints};
use lip1_kernel::{Refusal, Theorem};

use crate::exact::Exact;
use crate::random::{Stream, cases};

fn scale(domain: Domain, dim: u32, size: u128, margin: u128) -> Scale {
    Scale::new(domain, dim, size, margin).unwrap()
}

fn hypothesis<T>(why: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Hypothesis { why })
}

fn most(bound: Result<Theorem<CapacityBound>, Refusal>) -> Option<f64> {
    let bound = bound.ok()?;
    assert_eq!(bound.least_points(), None);
    bound.most_points()
}

fn cells(
    dim: u32,
    size: u128,
    margin: u128,
    [parts, finer, each]: [u32; 3],
) -> Result<Theorem<CapacityBound>, Refusal> {
    counting::cells(scale(Domain::Box, dim, size, margin), Cells { parts, finer, each })
}

#[test]
fn parts_that_hold_one_point_have_a_diameter_below_the_distance() {
    let one = 1 << 60;
    let full = || hypothesis("a part may hold more points");
    // Dimension 4, parts of side m: diagonal 2m exactly.
    assert_eq!(most(cells(4, one - 1, one, [1, 0, 1])), Some(1.0));
    assert_eq!(cells(4, one, one, [1, 0, 1]), full());
    assert_eq!(most(cells(4, one, one + 1, [1, 0, 1])), Some(1.0));
    assert_eq!(most(cells(4, 3 * one - 1, one, [3, 0, 1])), Some(81.0));
    assert_eq!(cells(4, 3 * one, one, [3, 0, 1]), full());
    // Sides S/3, S/3, S/4 and so on: squares 2/9 + 2/16 = 25/72 < 4/r^2.
    assert_eq!(most(cells(4, 33_941, 10_000, [3, 2, 1])), Some(144.0));
    assert_eq!(cells(4, 33_942, 10_000, [3, 2, 1]), full());
    // All axes finer is the next cut.
    assert_eq!(most(cells(2, 4_242, 1_000, [2, 2, 1])), Some(9.0));
    assert_eq!(cells(2, 4_243, 1_000, [2, 2, 1]), full());
    assert_eq!(most(cells(5, 0, 1, [1, 0, 1])), Some(1.0));
}

/// Rational numbers in 128 bits: `N` points need `2 N (N - 1) <= s floor(N^2 / 4)`.
#[test]
fn cells_agree_with_the_inequality_in_fractions() {
    let mut random = Stream::new(21);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..cases(4000) {
        let dim = 1 + random.below(6) as u32;
        let [parts, finer, each] =
            [1 + random.below(4) as u32, random.below(u64::from(dim) + 1) as u32, 1 + random.below(9) as u32];
        let (size, margin) = (random.below(40), 1 + random.below(20));
        let (c, d, n) = (i128::from(parts), i128::from(parts) + 1, i128::from(each) + 1);
        // s = size^2 / margin^2 (few / c^2 + many / d^2).
        let (num, den) = (
            i128::from(size).pow(2) * (i128::from(dim - finer) * d * d + i128::from(finer) * c * c),
            i128::from(margin).pow(2) * c * c * d * d,
        );
        let impossible = 2 * n * (n - 1) * den > num * (n * n / 4);
        let found = most(cells(dim, size.into(), margin.into(), [parts, finer, each]));
        let all = f64::from(parts).powi((dim - finer) as i32) * f64::from(parts + 1).powi(finer as i32);
        assert_eq!(
            found,
            impossible.then_some(all * f64::from(each)),
            "{dim} {parts} {finer} {each} {size}/{margin}"
        );
        *(if impossible { &mut accepted } else { &mut refused }) += 1;
    }
    assert!(accepted > 500 && refused > 500, "{accepted} {refused}");
}

#[test]
fn codes_meet_plotkins_bound() {
    // The simplex code: 8 words of 7 bits at distance 4.
    assert_eq!(most(cells(7, 1, 1, [1, 0, 8])), Some(8.0));
    assert_eq!(cells(7, 1, 1, [1, 0, 7]), hypothesis("a part may hold more points"));
    assert_eq!(cells(7, 1, 1, [1, 0, 6]), hypothesis("a part may hold more points"));
    // The tetrahedron of a cube.
    assert_eq!(most(cells(3, 1_414_213, 1_000_000, [1, 0, 2])), Some(2.0));
    assert_eq!(cells(3, 1_414_214, 1_000_000, [1, 0, 2]), hypothesis("a part may hold more points"));
}

#[test]
fn cuts_outside_their_range_are_refused() {
    let range = || hypothesis("a cut has parts that hold points");
    assert_eq!(
        (cells(2, 1, 9, [0, 0, 1]), cells(2, 1, 9, [1, 0, 0]), cells(2, 1, 9, [1, 3, 1])),
        (range(), range(), range())
    );
    let cut = Cells { parts: 1, finer: 0, each: 1 };
    assert_eq!(
        counting::cells(scale(Domain::Ball, 2, 1, 9), cut),
        hypothesis("only boxes are cut into boxes")
    );
    let overflow = Err(Refusal::Overflow { what: "squared sides of a part" });
    assert_eq!(cells(2, 1, 9, [u32::MAX, 0, 1]), overflow);
    assert_eq!(cells(2, 1, 9, [u32::MAX, 1, u32::MAX]), overflow);
    // Beyond 128 bits: 65536^20 parts.
    let many = cells(20, 1, 1, [65_536, 0, 1]).unwrap();
    assert_eq!(many.most_points(), Some(2.0_f64.powi(320)));
}

#[test]
fn small_balls_hold_a_simplex_at_most() {
    let ball = |dim, size, margin| most(counting::moments(scale(Domain::Ball, dim, size, margin)));
    let one = 1 << 58;
    // 2 m^2 / (2 m^2 - S^2) is whole at r = 1 (2 points) and 4/3 (9 points, in dimension 8 and more).
    assert_eq!(
        (ball(5, one, one), ball(5, one - 1, one), ball(5, one, one + 1)),
        (Some(2.0), Some(1.0), Some(1.0))
    );
    assert_eq!((ball(8, 4 * one, 3 * one), ball(8, 4 * one - 1, 3 * one)), (Some(9.0), Some(8.0)));
    assert_eq!((ball(7, 4 * one, 3 * one), ball(9, 4 * one, 3 * one)), (Some(8.0), Some(9.0)));
    assert_eq!(
        (ball(3, 0, 1), ball(2, 1_154_700, 1_000_000), ball(2, 1_154_701, 1_000_000)),
        (Some(1.0), Some(2.0), Some(3.0))
    );
    assert_eq!((ball(2, 1_414_213, 1_000_000), ball(2, 1_414_214, 1_000_000)), (Some(3.0), None));
    let large = hypothesis("the radius must be below sqrt(2) margins");
    assert_eq!(counting::moments(scale(Domain::Ball, 2, 3, 2)), large);
    assert_eq!(counting::moments(scale(Domain::Ball, 2, (1 << 62) - 1, 1)), large);
    let boxed = counting::moments(scale(Domain::Box, 2, 1, 1));
    assert_eq!(boxed, hypothesis("second moments are taken in a ball"));
}

/// Where the optimum is as large as asked the points may fit; a unit less, and they do not.
#[test]
fn optima_of_few_points_are_decided_at_their_ties() {
    let unit = 1_u128 << 58;
    for (domain, dim, count, size, margin) in [
        (Domain::Box, 2, 4, 2, 1),
        (Domain::Box, 2, 9, 4, 1),
        (Domain::Box, 2, 16, 6, 1),
        (Domain::Box, 2, 25, 8, 1),
        (Domain::Box, 2, 36, 10, 1),
        (Domain::Box, 3, 8, 2, 1),
        (Domain::Box, 3, 10, 8, 3),
        (Domain::Ball, 2, 6, 2, 1),
    ] {
        let at = |size, margin| most(counting::optimum(scale(domain, dim, size, margin), count));
        let less = Some(f64::from(count) - 1.0);
        let (size, margin) = (size * unit, margin * unit);
        assert_eq!(
            (at(size, margin), at(size - 1, margin), at(size, margin + 1)),
            (None, less, less),
            "{count}"
        );
    }
}

/// `2m/S` against the optimum of the unit size, at nine digits.
#[test]
fn optima_are_those_of_the_literature() {
    let pi = std::f64::consts::PI;
    let (r2, r3, r5, r6) = (2_f64.sqrt(), 3_f64.sqrt(), 5_f64.sqrt(), 6_f64.sqrt());
    for (domain, dim, count, distance) in [
        (Domain::Box, 2, 3, r6 - r2),
        (Domain::Box, 2, 5, r2 / 2.0),
        (Domain::Box, 2, 6, 13_f64.sqrt() / 6.0),
        (Domain::Box, 2, 7, 2.0 * (2.0 - r3)),
        (Domain::Box, 2, 8, (r6 - r2) / 2.0),
        (Domain::Box, 3, 3, r2),
        (Domain::Box, 3, 5, r5 / 2.0),
        (Domain::Box, 3, 6, 3.0 / 8_f64.sqrt()),
        (Domain::Box, 3, 9, r3 / 2.0),
        (Domain::Ball, 2, 3, r3),
        (Domain::Ball, 2, 4, r2),
        (Domain::Ball, 2, 5, 2.0 * (pi / 5.0).sin()),
        (Domain::Ball, 2, 8, 2.0 * (pi / 7.0).sin()),
        (Domain::Ball, 2, 9, 2.0 * (pi / 8.0).sin()),
        (Domain::Ball, 2, 19, (2.0 - r3).sqrt()),
    ] {
        let size = 1_u128 << 50;
        let half = size as f64 * distance / 2.0;
        let at = |factor: f64| counting::optimum(scale(domain, dim, size, (half * factor) as u128), count);
        assert!(at(1.0 - 1e-13).is_err(), "{count}");
        assert_eq!(most(at(1.0 + 1e-13)), Some(f64::from(count) - 1.0), "{count}");
        let formula = at(1.1).unwrap().formula;
        assert!(matches!(formula, Formula::Optimum(k, _) if k == count) && formula.cited().is_some());
    }
}

#[test]
fn optima_that_are_not_known_are_refused() {
    let unknown = hypothesis("the optimum of so many points must be a known one");
    for (domain, dim, count) in [
        (Domain::Box, 2, 2),
        (Domain::Box, 2, 10),
        (Domain::Box, 3, 7),
        (Domain::Box, 1, 3),
        (Domain::Box, 4, 5),
        (Domain::Ball, 2, 7),
        (Domain::Ball, 3, 6),
    ] {
        assert_eq!(counting::optimum(scale(domain, dim, 1, 9), count), unknown, "{count}");
    }
    assert_eq!(counting::optimum(scale(Domain::Box, 2, 4, 1), 9), hypothesis("so many points may fit"));
}

/// Whatever points fit, no upper end says that there are fewer.
#[test]
fn no_packing_is_larger_than_an_upper_end() {
    let mut random = Stream::new(22);
    let mut sharp = 0;
    for _ in 0..cases(3000) {
        let domain = if random.below(2) == 0 { Domain::Box } else { Domain::Ball };
        let (dim, n) = (1 + random.below(4) as usize, 1 + random.below(6) as usize);
        let points = IntegerPoints { dim, coords: (0..dim * n).map(|_| random.integer(2)).collect() };
        // The smallest size of a few that holds them.
        let at = |size| construction::points(scale(domain, dim as u32, size, 60), &points).is_ok();
        let Some(size) = (1..400).find(|size| at(*size)) else { continue };
        let scale = scale(domain, dim as u32, size, 60);
        let mut upper = vec![counting::moments(scale)];
        upper.extend((1..40).map(|count| counting::optimum(scale, count)));
        for (parts, finer, each) in (1..4)
            .flat_map(|parts| (0..dim).flat_map(move |finer| (1..8).map(move |each| (parts, finer, each))))
        {
            upper.push(counting::cells(scale, Cells { parts, finer: finer as u32, each }));
        }
        let least = upper.into_iter().filter_map(most).fold(f64::INFINITY, f64::min);
        assert!(n as f64 <= least, "{points:?} in {scale:?}: {least}");
        sharp += usize::from(n as f64 == least);
    }
    assert!(sharp > 100, "{sharp}");
}

/// What is refused up to some margin is accepted from the next on, for sizes of up to 61 bits: as an inequality in numbers of any length.
#[test]
fn no_margin_is_accepted_at_which_one_point_more_may_fit() {
    let mut random = Stream::new(23);
    let square = |x: u128| Exact::integer(x as i128) * Exact::integer(x as i128);
    for _ in 0..cases(1000) {
        let size = u128::from(1 + random.bits() % (1 << (3 + random.below(58))));
        let smallest = |accepts: &dyn Fn(u128) -> bool| {
            let (mut refused, mut accepted) = (0, (1 << 62) - 1);
            while accepted - refused > 1 {
                let middle = refused + (accepted - refused) / 2;
                *(if accepts(middle) { &mut accepted } else { &mut refused }) = middle;
            }
            accepted
        };
        let dim = 1 + random.below(6) as u32;
        let [parts, finer, each] =
            [1 + random.below(4), random.below(u64::from(dim) + 1), 1 + random.below(9)].map(|x| x as u32);
        let (c, d, n) = (i128::from(parts).pow(2), i128::from(parts + 1).pow(2), i128::from(each) + 1);
        let (asked, given) =
            (2 * n * (n - 1) * c * d, (i128::from(dim - finer) * d + i128::from(finer) * c) * (n * n / 4));
        let full = |m: u128| square(m) * Exact::integer(asked) > square(size) * Exact::integer(given);
        let margin = smallest(&|m| cells(dim, size, m, [parts, finer, each]).is_ok());
        assert!(full(margin) && !full(margin - 1), "{dim} {parts} {finer} {each} {size}/{margin}");
        // k points at most: (k + 1) (2 m^2 - S^2) > 2 m^2, as long as k is at most n.
        let k = 1 + random.below(6) as i128;
        let slack = |m: u128| square(m) * Exact::integer(2) - square(size);
        let few = |m: u128| slack(m) * Exact::integer(k + 1) > square(m) * Exact::integer(2);
        let at_most = |m| {
            most(counting::moments(scale(Domain::Ball, 7, size, m))).is_some_and(|count| count <= k as f64)
        };
        let margin = smallest(&at_most);
        assert!(few(margin) && !few(margin - 1), "{k} {size}/{margin}");
    }
}
