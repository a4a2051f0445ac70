use lip1_kernel::packing::{self, Domain, IntegerPoints, PackingBound};
use lip1_kernel::{Judgement, Points, Refusal, Rule, Theorem, shatter};

use crate::exact::{self, Exact};
use crate::random::Stream;

fn points(dim: usize, coords: &[f64]) -> Points {
    Points::new(dim, coords.to_vec()).unwrap()
}

#[test]
fn a_pair_at_exactly_the_distance_is_separated_and_one_unit_less_refuted() {
    let pair = points(2, &[1.0, 1.0, 4.0, 5.0]);
    let verified = packing::separated(&pair, 5.0).verified().unwrap();
    assert_eq!((verified.distance, &verified.points), (5.0, &pair));
    match packing::separated(&pair, 5.0_f64.next_up()) {
        Judgement::Refuted(pair) => {
            assert_eq!((pair.left().lower(), pair.right().upper()), (5.0_f64.next_up(), 5.0));
            assert_eq!((pair.rule(), pair.pair()), (Rule::Separated, Some([0, 1])));
        }
        _ => panic!("not refuted"),
    }
    // On a line every difference is decided, however close: 1 - 2^-60 and 1.
    for (x, y, expected) in
        [(0.0, 1.0, true), (-2.0_f64.powi(-60), 1.0, true), (2.0_f64.powi(-60), 1.0, false)]
    {
        assert_eq!(packing::separated(&points(1, &[x, y]), 1.0).is_verified(), expected);
        assert_eq!(packing::separated(&points(1, &[y, x]), 1.0).is_refuted(), !expected);
    }
    let (most, half) = (f64::MAX, 0.5 * f64::MAX);
    assert!(packing::separated(&points(1, &[-half, half]), most).is_verified());
    assert!(packing::separated(&points(1, &[-half.next_down(), half]), most).is_refuted());
    assert!(packing::separated(&points(1, &[-most, most]), most).is_verified());
}

/// Found by review: the error of a difference with the largest number came out as NaN, which counted as a tie.
#[test]
fn points_at_the_largest_number_are_told_from_a_tie() {
    let separated = |x: f64, y: f64, r: f64| packing::separated(&points(1, &[x, y]), r);
    assert!(separated(2.247116418577894e307, f64::MAX, 1.5729814930045264e308).is_refuted());
    let mut stream = Stream::new(53);
    let (mut verified, mut refuted) = (0, 0);
    for round in 0..20_000 {
        let most = if round % 2 == 0 { f64::MAX } else { -f64::MAX };
        let other = stream.signed() * 2.0_f64.powi(1024 - stream.below(130) as i32 - 1) * 2.0;
        let (x, y) = if round % 4 < 2 { (most, other) } else { (other, most) };
        let r = (most - other).abs().min(f64::MAX);
        for r in [r.next_down(), r, r.next_up().min(f64::MAX)] {
            let holds = Exact::of(r) <= (Exact::of(x) - Exact::of(y)).abs();
            let judged = separated(x, y, r);
            assert_eq!((judged.is_verified(), judged.is_refuted()), (holds, !holds), "{x:?}, {y:?} at {r:?}");
            (verified, refuted) = (verified + usize::from(holds), refuted + usize::from(!holds));
        }
    }
    assert!(verified > 20_000 && refuted > 10_000, "{verified} and {refuted}");
}

#[test]
fn ties_in_space_are_decided_by_exact_expansions() {
    let mut stream = Stream::new(51);
    let (mut verified, mut refuted) = (0, 0);
    for round in 0..3000 {
        let dim = 2 + stream.below(5) as usize;
        let scale = 2.0_f64.powi(stream.integer(if round % 2 == 0 { 30 } else { 300 }) as i32);
        let mut coords: Vec<f64> = stream.vector(2 * dim).iter().map(|c| c * scale).collect();
        if round % 3 == 0 {
            // Differences that don't fit 53 bits.
            coords.iter_mut().for_each(|c| *c *= 2.0_f64.powi(-(stream.below(60) as i32)));
        }
        let (x, y) = coords.split_at(dim);
        let enclosed = lip1_kernel::distance::enclose(x, y, lip1_kernel::distance::Cost::L2);
        let distance = if stream.below(2) == 0 { enclosed.lower() } else { enclosed.upper() };
        let holds = Exact::of(distance) * Exact::of(distance) <= exact::squared_distance(x, y);
        match packing::separated(&points(dim, &coords), distance) {
            Judgement::Verified(_) => {
                assert!(holds, "{coords:?} at {distance}");
                verified += 1;
            }
            Judgement::Refuted(_) => {
                assert!(!holds, "{coords:?} at {distance}");
                refuted += 1;
            }
            Judgement::Undecided(refusal) => panic!("{refusal}: {coords:?} at {distance}"),
        }
    }
    assert!(verified > 700 && refuted > 700, "{verified} and {refuted}");
}

#[test]
fn equal_squares_of_integers_are_equal() {
    // 1^2 + 8^2 = 4^2 + 7^2 = 65, far from any root.
    for coords in [[0.0, 0.0, 1.0, 8.0], [3.0, 1.0, 7.0, 8.0]] {
        let pair = points(2, &coords);
        let (below, above) = (65.0_f64.sqrt(), 65.0_f64.sqrt().next_up());
        let exact = |r: f64| Exact::of(r) * Exact::of(r) <= Exact::integer(65);
        assert_eq!(packing::separated(&pair, below).is_verified(), exact(below));
        assert_eq!(packing::separated(&pair, above).is_verified(), exact(above));
    }
    for k in 0..20 {
        let scale = 2.0_f64.powi(40 * (k - 10));
        let pair = points(2, &[3.0 * scale, 0.0, 0.0, 4.0 * scale]);
        assert!(packing::separated(&pair, 5.0 * scale).is_verified());
        assert!(packing::separated(&pair, (5.0 * scale).next_up()).is_refuted());
    }
}

#[test]
fn numbers_whose_squares_under_or_overflow_are_compared_exactly() {
    let scaled = |unit: f64| points(2, &[0.0, 0.0, 3.0 * unit, 4.0 * unit]);
    for unit in [f64::from_bits(1), 2.0_f64.powi(-500), 2.0_f64.powi(1020)] {
        assert!(packing::separated(&scaled(unit), 5.0 * unit).is_verified());
        assert!(packing::separated(&scaled(unit), (5.0 * unit).next_up()).is_refuted());
    }
    let tiny = scaled(1e-150);
    let not_finite = packing::separated(&tiny, f64::NAN);
    assert!(matches!(not_finite, Judgement::Undecided(Refusal::NotFinite { what: "distance", index: 0 })));
    assert!(matches!(packing::separated(&tiny, f64::INFINITY), Judgement::Undecided(_)));
}

#[test]
fn every_pair_of_points_must_be_separated() {
    let n = 9;
    let line: Vec<f64> = (0..n).map(|k| 2.0 * k as f64).collect();
    assert!(packing::separated(&points(1, &line), 2.0).is_verified());
    for k in 0..n {
        let mut moved = line.clone();
        moved[k] += 2.0_f64.powi(-40);
        assert_eq!(packing::separated(&points(1, &moved), 2.0).is_refuted(), k + 1 < n);
    }
    assert!(packing::separated(&points(1, &[1.0, 5.0, 1.0]), 1e-300).is_refuted());
    assert!(packing::separated(&points(1, &[1.0, 5.0, 1.0]), 0.0).is_verified());
    assert!(packing::separated(&points(1, &[]), 1.0).is_verified());
}

#[test]
fn sets_are_shattered_at_exactly_half_their_least_distance() {
    let triangle = points(2, &[0.0, 0.0, 6.0, 8.0, 20.0, 0.0]);
    let verified = shatter::shattered(&triangle, 5.0).verified().unwrap();
    assert_eq!((verified.margin, &verified.points), (5.0, &triangle));
    assert!(shatter::shattered(&triangle, 5.0_f64.next_up()).is_refuted());
    assert!(shatter::shattered(&triangle, 5.0_f64.next_down()).is_verified());
    let not_positive = Refusal::Hypothesis { why: "the margin must be positive" };
    for margin in [0.0, -1.0, f64::NAN] {
        match shatter::shattered(&triangle, margin) {
            Judgement::Undecided(refusal) => assert_eq!(refusal, not_positive),
            _ => panic!("decided at margin {margin}"),
        }
    }
    assert!(matches!(shatter::shattered(&triangle, 1e308), Judgement::Undecided(_)));
    assert!(shatter::shattered(&points(1, &[1.0, 1.0]), f64::from_bits(1)).is_refuted());
}

fn inside(
    dim: usize,
    coords: &[i64],
    domain: Domain,
    size: i64,
    separation: i64,
) -> Result<Theorem<PackingBound>, Refusal> {
    packing::inside(&IntegerPoints { dim, coords: coords.to_vec() }, domain, size, separation)
}

#[test]
fn packings_that_touch_their_domain_and_each_other_are_accepted() {
    let found = inside(2, &[0, 0, 3, 4, 5, 0, 0, 5], Domain::Box, 5, 3).unwrap();
    assert_eq!((found.count, found.dim, found.size, found.separation), (4, 2, 5, 3));
    assert_eq!(
        (found.domain, found.domain.name(), Domain::named("ball")),
        (Domain::Box, "box", Some(Domain::Ball))
    );
    let found = inside(2, &[3, 4, -3, -4, 5, 0, -5, 0], Domain::Ball, 5, 4).unwrap();
    assert_eq!((found.count, found.domain), (4, Domain::Ball));
    assert_eq!(inside(3, &[], Domain::Ball, 0, 1).unwrap().count, 0);
    assert_eq!(inside(1, &[0], Domain::Box, 0, 1).unwrap().count, 1);
}

#[test]
fn packings_wrong_by_one_are_refused() {
    let corners = [0, 0, 10, 0, 0, 10, 10, 10];
    assert_eq!(inside(2, &corners, Domain::Box, 10, 10).map(|b| b.count), Ok(4));
    assert_eq!(inside(2, &corners, Domain::Box, 10, 11), Err(Refusal::TooClose { i: 0, j: 1 }));
    assert_eq!(inside(2, &corners, Domain::Box, 9, 10), Err(Refusal::Outside { index: 1 }));
    for (k, by) in [(0, -1), (3, -1), (2, 1), (7, 1)] {
        let mut moved = corners;
        moved[k] += by;
        assert_eq!(inside(2, &moved, Domain::Box, 10, 9), Err(Refusal::Outside { index: k / 2 }));
    }
    assert_eq!(inside(2, &[3, 4, -3, -5], Domain::Ball, 5, 4), Err(Refusal::Outside { index: 1 }));
    assert_eq!(inside(2, &[0, 0, 3, 4], Domain::Ball, 5, 5).map(|b| b.count), Ok(2));
    assert_eq!(inside(2, &[0, 0, 3, 4], Domain::Ball, 5, 6), Err(Refusal::TooClose { i: 0, j: 1 }));
    assert_eq!(inside(2, &[0, 0, 9, 9, 0, 0], Domain::Box, 9, 1), Err(Refusal::TooClose { i: 0, j: 2 }));
    let length = Refusal::Length { what: "coordinates", expected: 4, found: 3 };
    assert_eq!(inside(2, &[0, 0, 9], Domain::Box, 9, 1), Err(length));
}

#[test]
fn packings_without_dimension_separation_or_size_are_refused() {
    let hypothesis =
        Err(Refusal::Hypothesis { why: "the separation must be positive, the size not negative" });
    assert_eq!(inside(0, &[], Domain::Box, 1, 1), Err(Refusal::Empty { what: "dimension" }));
    assert_eq!(inside(1, &[0], Domain::Box, 1, 0), hypothesis);
    assert_eq!(inside(1, &[0], Domain::Box, 1, -1), hypothesis);
    assert_eq!(inside(1, &[0], Domain::Ball, -1, 1), hypothesis);
}

#[test]
fn the_largest_coordinates_do_not_overflow() {
    let (least, most) = (i64::MIN, i64::MAX);
    assert_eq!(inside(1, &[0, most], Domain::Box, most, most).map(|b| b.count), Ok(2));
    assert_eq!(inside(1, &[-most, most], Domain::Ball, most, most).map(|b| b.count), Ok(2));
    assert_eq!(inside(1, &[least], Domain::Ball, most, 1), Err(Refusal::Outside { index: 0 }));
    let overflow = Err(Refusal::Overflow { what: "squared distance" });
    assert_eq!(inside(5, &[least; 5], Domain::Ball, most, 1), overflow);
    assert_eq!(inside(4, &[most, 0, 0, 0, -most, 0, 0, 0], Domain::Ball, most, 1).map(|b| b.count), Ok(2));
}

/// Found by review: the centre of the ball was allocated before any coordinate was looked at.
#[test]
fn a_dimension_beyond_memory_without_points_is_harmless() {
    assert_eq!(inside(usize::MAX, &[], Domain::Ball, 1, 1).map(|b| b.count), Ok(0));
    let length = Refusal::Length { what: "coordinates", expected: usize::MAX, found: 1 };
    assert_eq!(inside(usize::MAX, &[0], Domain::Ball, 1, 1), Err(length));
}
