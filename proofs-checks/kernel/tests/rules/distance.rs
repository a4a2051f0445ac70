use lip1_kernel::distance::{self, Cost};

use crate::exact::{self, Exact};
use crate::random::Stream;

const COSTS: [Cost; 3] = [Cost::L2, Cost::L1, Cost::Linf];

#[test]
fn costs_go_by_their_names() {
    for cost in COSTS {
        assert_eq!(Cost::named(cost.name()), Some(cost));
    }
    assert_eq!((Cost::L2.name(), Cost::L1.name(), Cost::Linf.name()), ("l2", "l1", "linf"));
    assert_eq!((Cost::named("L2"), Cost::named(""), Cost::default()), (None, None, Cost::L2));
}

#[test]
fn distances_that_are_exact_are_found_exactly() {
    let (x, y) = ([1.0, 2.0, -6.0], [3.0, 8.0, -9.0]);
    let expected = [7.0, 11.0, 6.0];
    for (cost, expected) in COSTS.into_iter().zip(expected) {
        let found = distance::enclose(&x, &y, cost);
        assert_eq!((found.lower(), found.upper()), (expected, expected));
        assert_eq!(distance::enclose(&x, &x, cost), lip1_kernel::Interval::ZERO);
        assert_eq!(distance::below(&x, &x, cost), 0.0);
    }
    // Along one axis there is no root, hence no rounding of tiny numbers.
    let found = distance::enclose(&[0.0, 1.0], &[1e-200, 1.0], Cost::L2);
    assert_eq!((found.lower(), found.upper()), (1e-200, 1e-200));
    assert_eq!(distance::enclose(&[f64::NAN], &[0.0], Cost::L2).upper(), f64::INFINITY);
}

/// The exact distance, squared for `l2`, against a number.
fn at_most(bound: f64, x: &[f64], y: &[f64], cost: Cost) -> (Exact, Exact) {
    let differences = x.iter().zip(y).map(|(a, b)| (Exact::of(*a) - Exact::of(*b)).abs());
    let zero = Exact::integer(0);
    match cost {
        Cost::L2 => (Exact::of(bound) * Exact::of(bound), exact::squared_distance(x, y)),
        Cost::L1 => (Exact::of(bound), differences.fold(zero, |sum, d| sum + d)),
        Cost::Linf => (Exact::of(bound), differences.fold(zero, |most, d| if d > most { d } else { most })),
    }
}

#[test]
fn fast_lower_bounds_and_enclosures_hold_the_exact_distance_closely() {
    let mut stream = Stream::new(21);
    for _ in 0..2500 {
        let dim = 1 + stream.below(12) as usize;
        let scale = 2.0_f64.powi(stream.integer(400) as i32);
        let x: Vec<f64> = stream.vector(dim).iter().map(|c| c * scale).collect();
        let near = stream.below(2) == 0;
        let y: Vec<f64> = x
            .iter()
            .map(|c| if near { c * (1.0 + 1e-9 * stream.signed()) } else { scale * stream.signed() })
            .collect();
        for cost in COSTS {
            let below = distance::below(&x, &y, cost);
            let (quick, exact) = at_most(below, &x, &y, cost);
            assert!(quick <= exact, "{below} is above the distance of {x:?} and {y:?}");
            let enclosed = distance::enclose(&x, &y, cost);
            let (low, _) = at_most(enclosed.lower(), &x, &y, cost);
            let (high, _) = at_most(enclosed.upper(), &x, &y, cost);
            assert!(low <= exact && exact <= high, "{enclosed} misses the distance of {x:?} and {y:?}");
            let slack = (2.0 * dim as f64 + 20.0) * f64::EPSILON * enclosed.upper() + 1e-138;
            assert!(enclosed.upper() - below <= slack, "{below} is far below {enclosed}");
            assert!(enclosed.width() <= (dim as f64 + 3.0) * f64::EPSILON * enclosed.upper() + 1e-160);
        }
    }
}

#[test]
fn differences_too_small_to_square_count_as_0_from_below() {
    for cost in COSTS {
        assert_eq!(distance::below(&[0.0, 0.0], &[9e-141, -1e-300], cost), 0.0);
        assert!(distance::below(&[0.0, 0.0], &[2e-140, 0.0], cost) > 1.9e-140);
    }
}

#[test]
fn enclosures_are_close_however_many_the_coordinates_and_whatever_their_size() {
    let mut stream = Stream::new(22);
    let (x, y) = (stream.vector(784), stream.vector(784));
    for cost in [Cost::L2, Cost::L1] {
        let found = distance::enclose(&x, &y, cost);
        assert!(found.lower().next_up().next_up() >= found.upper(), "{found}");
    }
    for (size, width) in [(1e-160, 1e-162), (1e-120, 1e-135), (1e120, 1e105), (1e150, 1e136)] {
        for cost in [Cost::L2, Cost::L1] {
            let found = distance::enclose(&[size, size], &[0.0, -size], cost);
            assert!(found.width() <= width && found.lower() >= 2.0 * size, "{found}");
        }
    }
    // Where squares overflow, the distance is large at least.
    let found = distance::enclose(&[1e200, 1e200], &[0.0, 0.0], Cost::L2);
    assert!(found.lower() >= 1e154 && found.upper() == f64::INFINITY, "{found}");
}
