//! Groupings of many points, and what the kernel makes of them.

use lip1_kernel::transport::{check, check_in_boxes};
use lip1_ot::testing::{costs, pairs};
use lip1_ot::{Cost, Measure, Method, Points, Potentials, Problem, Refusal, Settings, boxes, certify, solve};
use proptest::prelude::*;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

/// Relative width of a bracket that rounding explains.
const WIDTH: f64 = 1e-12;

fn clouds(n: usize, m: usize, dim: usize, shift: f64, cost: Cost) -> Problem {
    let cloud = |n: usize, shift: f64, seed: u64| {
        let draws = StandardNormal.sample_iter(ChaCha8Rng::seed_from_u64(seed)).take(n * dim);
        let points = Points::new(dim, draws.map(|x: f64| x + shift).collect()).unwrap();
        Measure::uniform(points).unwrap()
    };
    Problem::new(&cloud(n, 0.0, 1), &cloud(m, shift, 2), cost).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boxes_fit_all_points_and_change_no_bracket((p, q) in pairs(80), cost in costs()) {
        let problem = Problem::new(&p, &q, cost).unwrap();
        let solution = solve(&problem, &Settings::default()).unwrap();
        let refined = certify(&problem, solution).unwrap();
        let (statement, solution) = (refined.problem.statement(), &refined.solution);
        let hint = boxes(statement, &solution.potentials);
        let found = check_in_boxes(statement, &solution.plan, &solution.potentials, Some(&hint));
        prop_assert_eq!(found, Ok(refined.bracket));
        prop_assert_eq!(hint, boxes(statement, &solution.potentials));
    }
}

#[test]
fn many_points_are_certified_by_boxes() {
    for (n, m, dim, cost) in
        [(4200, 4200, 2, Cost::L2), (4200, 4200, 2, Cost::L1), (300, 60_000, 1, Cost::L2)]
    {
        let problem = clouds(n, m, dim, 1.0, cost);
        let certified = certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap();
        assert!(certified.boxes.is_some());
        let (statement, solution) = (certified.problem.statement(), &certified.solution);
        assert_eq!(check(statement, &solution.plan, &solution.potentials).unwrap(), certified.bracket);
        let width = certified.bracket.upper - certified.bracket.lower;
        assert!(width <= WIDTH * certified.bracket.upper, "{width:e}");

        let Potentials { mut u, v } = solution.potentials.clone();
        u[n / 2] += 1e-9;
        let steep = Potentials { u, v };
        let refused = check_in_boxes(statement, &solution.plan, &steep, Some(&boxes(statement, &steep)));
        assert!(matches!(refused, Err(Refusal::Slope { i, .. }) if i == n / 2), "{refused:?}");
    }
}

#[test]
fn few_points_and_many_dimensions_have_no_boxes() {
    for (n, dim, method) in [(1000, 2, Method::Auto), (100, 4, Method::Auto)] {
        let problem = clouds(n, n, dim, 1.0, Cost::L2);
        let solution = solve(&problem, &Settings { method, ..Settings::default() }).unwrap();
        assert_eq!(certify(&problem, solution).unwrap().boxes, None);
    }
}

/// Where little mass travels a little, clearance would cost many times the distance.
#[test]
fn potentials_keep_clear_of_ties_only_where_it_costs_nothing() {
    let n = 4100;
    let line = |last: f64| {
        let mut coords: Vec<f64> = (0..n).map(f64::from).collect();
        coords[0] = last;
        Measure::uniform(Points::new(1, coords).unwrap()).unwrap()
    };
    let problem = Problem::new(&line(0.0), &line(1e-3), Cost::L2).unwrap();
    let certified = certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap();
    assert!(certified.boxes.is_some());
    // Not more than a unit in the last place of the largest coordinate.
    let width = certified.bracket.upper - certified.bracket.lower;
    assert!(width <= f64::EPSILON * f64::from(n), "{width:e}");
}
