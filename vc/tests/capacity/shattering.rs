//! Shattering three ways: distances (kernel), linear programs, exact difference constraints.

use lip1_kernel::{Points, shatter};
use lip1_vc::{
    Labelling, labellings, largest_margin, realise, shattered_by_differences, shattered_by_lp, witness,
};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

/// The solver's own tolerance, relative to distances of order 1.
const SOLVER: f64 = 1e-6;

fn distances(positions: &[i64]) -> Vec<i64> {
    positions.iter().flat_map(|x| positions.iter().map(move |y| (x - y).abs())).collect()
}

#[test]
fn pythagorean_ties_are_decided_the_same_way_by_the_kernel_and_by_integers() {
    // Corners of a 3 x 4 rectangle: distances 3, 4, 5.
    let corners = [(0, 0), (3, 0), (0, 4), (3, 4)];
    let points =
        Points::new(2, corners.iter().flat_map(|&(x, y)| [f64::from(x), f64::from(y)]).collect()).unwrap();
    let table: Vec<i64> = corners
        .iter()
        .flat_map(|a| corners.iter().map(move |b| f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1)) as i64))
        .collect();
    // Doubled, so that the margin 3/2 is an integer.
    let doubled: Vec<i64> = table.iter().map(|d| 2 * d).collect();
    assert!(shatter::shattered(&points, 1.5).is_verified());
    assert_eq!(shattered_by_differences(4, &doubled, 3), Ok(None));
    assert!(shatter::shattered(&points, 1.5_f64.next_up()).is_refuted());
    assert!(matches!(shattered_by_differences(4, &doubled, 4), Ok(Some(_))));
}

#[test]
fn one_ulp_on_a_line_decides() {
    let ulp = f64::EPSILON;
    // Units of one ulp of [1, 2): 2m = 2^52 units = 1.
    let unit = 1_i64 << 52;
    for (gap, expected) in [(unit, true), (unit - 1, false), (unit + 1, true)] {
        let positions = [0, gap, gap + 2 * unit];
        let points = Points::new(1, positions.iter().map(|&x| x as f64 * ulp).collect()).unwrap();
        assert_eq!(shatter::shattered(&points, 0.5).is_verified(), expected);
        assert_eq!(shatter::shattered(&points, 0.5).is_refuted(), !expected);
        assert_eq!(
            shattered_by_differences(3, &distances(&positions), unit / 2).unwrap().is_none(),
            expected
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn linear_programs_find_half_the_smallest_distance(coords in vec(-1.0_f64..1.0, 4..=14)) {
        let points = Points::new(2, coords[..coords.len() / 2 * 2].to_vec()).unwrap();
        let lp = shattered_by_lp(&points).unwrap();
        prop_assert_eq!(lp.labellings, 1 << points.len());
        let exact = largest_margin(&points).unwrap();
        prop_assert!((lp.margin - exact.lower()).abs() <= SOLVER, "{} {}", lp.margin, exact);
        prop_assert!(shatter::shattered(&points, exact.lower() * (1.0 - SOLVER)).is_verified());
        prop_assert!(shatter::shattered(&points, exact.upper() * (1.0 + SOLVER) + SOLVER).is_refuted());
    }

    #[test]
    fn difference_constraints_agree_with_distances_at_ties(
        positions in vec(0_i64..40, 1..=7), margin in 1_i64..6
    ) {
        let points = Points::new(1, positions.iter().map(|&x| x as f64).collect()).unwrap();
        let by_differences = shattered_by_differences(positions.len(), &distances(&positions), margin).unwrap();
        prop_assert_eq!(by_differences.is_none(), shatter::shattered(&points, margin as f64).is_verified());
    }

    #[test]
    fn every_labelling_of_a_shattered_set_has_a_witness(
        coords in vec(-3_i32..=3, 2..=10), halves in 1_i32..=4
    ) {
        let points = Points::new(2, coords[..coords.len() / 2 * 2].iter().map(|&x| f64::from(x)).collect()).unwrap();
        let margin = f64::from(halves) / 2.0;
        let all = labellings(points.len()).all(|labels| witness(&points, &labels, margin).unwrap().is_verified());
        prop_assert_eq!(all, shatter::shattered(&points, margin).is_verified());
    }

    #[test]
    fn realised_values_respect_all_constraints(positions in vec(-50_i64..50, 1..=8), code: u8, margin in 1_i64..20) {
        let labels = labellings(positions.len()).nth(usize::from(code) % (1 << positions.len())).unwrap();
        let table = distances(&positions);
        match realise(&table, &labels, margin).unwrap() {
            Labelling::Realised(values) => {
                for (i, f) in values.iter().enumerate() {
                    prop_assert!(labels[i].sign() * (*f as f64) >= margin as f64);
                    for (j, g) in values.iter().enumerate() {
                        prop_assert!(f - g <= i128::from(table[i * values.len() + j]));
                    }
                }
            }
            Labelling::Impossible(cycle) => {
                // The cycle goes once through the origin: two points of opposite labels, closer than twice the margin.
                let close = |i: usize, j: usize| {
                    labels[i] != labels[j] && table[i * labels.len() + j] < 2 * margin
                };
                let on: Vec<usize> = cycle.into_iter().flatten().collect();
                prop_assert!(on.iter().any(|&i| on.iter().any(|&j| close(i, j))));
            }
        }
    }
}
