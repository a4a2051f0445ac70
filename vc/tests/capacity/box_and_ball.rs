//! Brackets of boxes and balls against known optima.

use lip1_kernel::construction;
use lip1_kernel::packing::Domain;
use lip1_vc::{Capacity, Error, Query, Ratio, Route, Search, capacity, refute};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

fn bracket(domain: Domain, dim: usize, size: &str, margin: &str) -> Result<Capacity, Error> {
    capacity(Query::of_decimals(domain, dim, size, margin)?, Search::default())
}

/// The largest smallest distance of k = 2..9 points in the unit square.
fn square_optima() -> [f64; 8] {
    let (r2, r3, r6, r13) = (2_f64.sqrt(), 3_f64.sqrt(), 6_f64.sqrt(), 13_f64.sqrt());
    [r2, r6 - r2, 1.0, r2 / 2.0, r13 / 6.0, 2.0 * (2.0 - r3), (r6 - r2) / 2.0, 0.5]
}

#[test]
fn few_points_in_the_unit_square_are_bracketed_on_both_sides_of_every_optimum() {
    for (k, distance) in (2..).zip(square_optima()) {
        let k = f64::from(k);
        for nearness in [1e-4, 1e-9] {
            let below =
                bracket(Domain::Box, 2, "1", &format!("{:.15}", distance / 2.0 * (1.0 - nearness))).unwrap();
            assert!(below.lower() >= k && below.upper() >= k, "{k} {nearness:e} {below:?}");
            let above =
                bracket(Domain::Box, 2, "1", &format!("{:.15}", distance / 2.0 * (1.0 + nearness))).unwrap();
            assert!(above.lower() < k && above.upper() < k, "{k} {nearness:e} {above:?}");
        }
    }
}

#[test]
fn margins_that_are_exactly_attained_count() {
    for (margin, k) in [("0.5", 4.0), ("0.25", 9.0), ("0.1", 36.0)] {
        let tie = bracket(Domain::Box, 2, "1", margin).unwrap();
        assert!(tie.lower() >= k && tie.upper() >= k, "{tie:?}");
    }
    let line = bracket(Domain::Box, 1, "1", "0.1").unwrap();
    assert!(line.is_exact() && line.lower().to_bits() == 6_f64.to_bits());
    let interval = bracket(Domain::Ball, 1, "1", "0.1").unwrap();
    assert!(interval.is_exact() && interval.lower().to_bits() == 11_f64.to_bits());
}

#[test]
fn discs_and_small_balls_are_exact() {
    for (radius, k) in
        [("0.999", 1.0), ("1", 2.0), ("1.155", 3.0), ("1.4143", 4.0), ("1.7014", 5.0), ("2", 7.0)]
    {
        let disc = bracket(Domain::Ball, 2, radius, "1").unwrap();
        assert!(disc.is_exact() && disc.lower().to_bits() == f64::to_bits(k), "{radius}: {disc:?}");
    }
    let simplex = bracket(Domain::Ball, 9, "1.4", "1").unwrap();
    assert!(simplex.is_exact() && simplex.lower().to_bits() == 10_f64.to_bits(), "{simplex:?}");
}

#[test]
fn every_listed_packing_passes_the_kernel_and_fails_once_a_point_is_moved() {
    for dim in 1..=6 {
        let query = Query::of_decimals(Domain::Box, dim, "2.5", "0.9").unwrap();
        let found = capacity(query, Search::default()).unwrap();
        let points = found.points().unwrap();
        let mut broken = points.clone();
        // The first point moved to the second: distance 0.
        broken.coords.copy_within(dim..2 * dim, 0);
        let scale = query.scale().unwrap();
        assert_eq!(construction::points(scale, points).unwrap().least_points(), Some(found.lower()));
        assert!(construction::points(scale, &broken).is_err());
    }
}

#[test]
fn packings_too_large_to_list_are_theorems_too() {
    for (domain, dim, size, by) in [
        (Domain::Box, 2, "1000", "staggered rows"),
        (Domain::Box, 3, "100", "D_n"),
        (Domain::Box, 8, "10", "extended Hamming"),
        (Domain::Box, 64, "0.5", "Reed-Muller code"),
        (Domain::Ball, 2, "1000", "hexagonal"),
    ] {
        let found = bracket(domain, dim, size, "1").unwrap();
        let [lower, _] = found.bracket().bounds;
        assert!(found.points().is_none() && found.lower() > 4096.0 && found.lower_by() == by, "{found:?}");
        assert_eq!((lower.formula.cited(), lower.least_points()), (None, Some(found.lower())));
    }
}

#[test]
fn the_transcribed_lower_bound_falls_where_theory_says() {
    for (dim, from, to) in [(2, 34.71, 34.73), (3, 18.98, 19.0), (8, 10.69, 10.71), (24, 6.72, 6.74)] {
        let found = refute(dim, Route::best(dim), 1000).unwrap().unwrap();
        assert!((from..=to).contains(&found.ratio.approx()), "{dim}: {}", found.ratio.approx());
    }
    for dim in [1, 2, 3, 8, 24] {
        let trivial = Route::Tiling(lip1_kernel::capacity::Density::trivial(dim));
        assert!(refute(dim, trivial, 1000).unwrap().is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ends_are_ordered_and_grow_with_the_domain(
        dim in 1_usize..=5, num in 1_u128..40, more in 1_u128..20, den in 1_u128..12, ball: bool
    ) {
        let domain = if ball { Domain::Ball } else { Domain::Box };
        let search = Search { starts: 2, most_points: 6, seed: 3 };
        let at = |num| capacity(Query::new(domain, dim, Ratio::new(num, den).unwrap()).unwrap(), search).unwrap();
        let (small, large) = (at(num), at(num + more));
        prop_assert!(small.lower() <= small.upper(), "{small:?}");
        prop_assert!(small.upper() <= large.upper(), "{} {}", small.upper_by(), large.upper_by());
        prop_assert!(small.lower() <= large.upper());
    }
}
