//! The regularised duals: both ends meet, two ways agree, wrong duals are refused or give wider brackets.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, constraint, solvers, variable};
use lip1_kernel::Points;
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::regularised::Total;
use lip1_ot::regularised::{Hinge, Hkr, LogLoss, LogLossMethod, Separation};
use lip1_ot::testing::{costs, pairs};
use lip1_ot::{Error, Measure, Problem, Settings, certify, solve};
use proptest::prelude::*;

/// Width promised for the hinge-KR bracket, relative to `1 + |value|`.
const HINGE_KR_WIDTH: f64 = 1e-10;

/// Width promised for the log-loss bracket.
const LOG_LOSS_WIDTH: f64 = 1e-9;

/// Accuracy of the LP backend.
const LP_ACCURACY: f64 = 1e-7;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_global_rejects: 1 << 20,
        ..ProptestConfig::with_cases(150)
    }
}

/// The hinge-KR value by a linear program in the values and the hinges, for positive weights divided by their total.
fn hkr_by_lp(problem: &Hkr) -> f64 {
    let sample = &problem.sample;
    let shares = |w: &[f64]| -> Vec<f64> { w.iter().map(|x| x / w.iter().sum::<f64>()).collect() };
    let sides = [(&sample.p, shares(&sample.p_weight), 1.0), (&sample.q, shares(&sample.q_weight), -1.0)];
    let mut variables = ProblemVariables::new();
    let mut objective = Expression::default();
    let mut values = Vec::new();
    let mut constraints = Vec::new();
    for (points, shares, sign) in sides {
        let f = variables.add_vector(variable(), points.len());
        let hinge = variables.add_vector(variable().min(0.0), points.len());
        for ((&f, &hinge), share) in f.iter().zip(&hinge).zip(shares) {
            objective += share * sign * f - share * problem.lambda * hinge;
            constraints.push(constraint!(hinge + sign * f >= problem.margin));
        }
        values.push(f);
    }
    for (x, &u) in sample.p.rows().zip(&values[0]) {
        for (y, &v) in sample.q.rows().zip(&values[1]) {
            constraints.push(constraint!(u - v <= distance::enclose(x, y, sample.cost).upper()));
        }
    }
    let model = variables.maximise(objective.clone()).using(solvers::clarabel::clarabel);
    model.with_all(constraints).solve().unwrap().eval(objective)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn hkr_closes_the_bracket_around_the_linear_program(
        (p, q) in pairs(8),
        cost in costs(),
        margin in prop_oneof![Just(0.0), 0.0..2.0f64],
        lambda in prop_oneof![Just(1.0), 0.01..20.0f64],
    ) {
        let problem = Hkr::new(&p, &q, cost, Total::EachClass, margin, lambda).unwrap();
        let bracket = problem.certify(&problem.solve().unwrap()).unwrap();
        let width = bracket.upper - bracket.lower;
        prop_assert!(width <= HINGE_KR_WIDTH * (1.0 + bracket.upper.abs()), "{bracket:?}");
        let value = hkr_by_lp(&problem);
        let slack = LP_ACCURACY * (1.0 + value.abs()) * (1.0 + lambda);
        prop_assert!(bracket.lower - slack <= value && value <= bracket.upper + slack, "{value} {bracket:?}");
    }

    #[test]
    fn hkr_without_a_hinge_is_transport((p, q) in pairs(8), cost in costs()) {
        prop_assume!(p.weights().is_none() && q.weights().is_none());
        let hkr = Hkr::new(&p, &q, cost, Total::EachClass, 0.5, 0.0).unwrap();
        let ours = hkr.certify(&hkr.solve().unwrap()).unwrap();
        let transport = Problem::new(&p, &q, cost).unwrap();
        let exact = certify(&transport, solve(&transport, &Settings::default()).unwrap()).unwrap().bracket;
        prop_assert!(ours.lower <= exact.upper && exact.lower <= ours.upper);
    }

    #[test]
    fn log_loss_closes_the_bracket(
        (p, q) in pairs(8),
        cost in costs(),
        temperature in prop_oneof![Just(1.0), 0.01..50.0f64],
        constant in prop_oneof![Just(1.0), 0.1..4.0f64],
    ) {
        let problem = LogLoss::new(&p, &q, cost, temperature, constant).unwrap();
        let dual = problem.solve().unwrap();
        let bracket = problem.certify(&dual).unwrap();
        prop_assert!(bracket.upper - bracket.lower <= LOG_LOSS_WIDTH, "{bracket:?} {:?}", dual.status);
        let conic = LogLoss { method: LogLossMethod::Conic, ..problem };
        let other = conic.certify(&conic.solve().unwrap()).unwrap();
        prop_assert!(other.lower <= bracket.upper && bracket.lower <= other.upper);
    }

    #[test]
    fn a_wrong_dual_is_refused_or_gives_a_wider_bracket(
        (p, q) in pairs(6),
        shift in -0.5..0.5f64,
        at: prop::sample::Index,
        factor in 0.0..1.5f64,
    ) {
        let problem = LogLoss::new(&p, &q, Cost::L2, 2.0, 1.0).unwrap();
        let dual = problem.solve().unwrap();
        let exact = problem.certify(&dual).unwrap();
        let mut wrong = dual.clone();
        let k = at.index(wrong.potentials.u.len());
        wrong.potentials.u[k] += shift;
        wrong.plan.flows.iter_mut().for_each(|flow| flow.2 = (flow.2 as f64 * factor) as u64);
        if let Ok(bracket) = problem.certify(&wrong) {
            prop_assert!(bracket.lower <= exact.upper && exact.lower <= bracket.upper);
        }
    }
}

/// Beside a search of all pairs: a function without loss iff opposite points with mass are two margins apart.
#[test]
fn the_hinge_loss_vanishes_exactly_when_opposite_points_are_two_margins_apart() {
    let p = Measure::weighted(Points::new(1, vec![0.0, 4.0, 9.0]).unwrap(), vec![1.0, 1.0, 0.0]).unwrap();
    let q = Measure::uniform(Points::new(1, vec![9.5, 7.0]).unwrap()).unwrap();
    for (margin, apart) in [(0.25, true), (1.5, true), (1.5f64.next_up(), false), (2.0, false), (8.0, false)]
    {
        match Hinge::new(&p, &q, Cost::L2, margin).unwrap().solve() {
            Separation::Apart(potentials) => {
                assert!(apart, "{margin}");
                assert!(
                    potentials.u.iter().all(|u| *u >= margin) && potentials.v.iter().all(|v| -v >= margin)
                );
            }
            Separation::Close { i, j } => assert!(!apart && (i, j) == (1, 1), "{margin}: {i} and {j}"),
        }
    }
}

/// Masses at the upper limit were refused when lambda was small: rounding `1 + lambda` takes more than a part of lambda.
#[test]
fn hkr_moves_all_optional_mass_at_small_lambda() {
    let at = |n: usize| Measure::uniform(Points::new(1, vec![0.0; n]).unwrap()).unwrap();
    for lambda in (1..2_000).map(|k| f64::from(k) * 1.37e-4) {
        for (n, m) in [(1, 3), (3, 1), (2, 5), (7, 7)] {
            let problem = Hkr::new(&at(n), &at(m), Cost::L2, Total::EachClass, 1.0, lambda).unwrap();
            let bracket = problem.certify(&problem.solve().unwrap()).unwrap();
            // Both classes in one place: f = 0 costs 2 lambda m.
            assert!(bracket.lower <= -2.0 * lambda && -2.0 * lambda <= bracket.upper, "{lambda} {bracket:?}");
            assert!(bracket.upper - bracket.lower <= HINGE_KR_WIDTH);
        }
    }
}

#[test]
fn hkr_is_infinite_when_the_lighter_class_cannot_hold_the_heavier() {
    let side = |n: usize, at: f64| {
        let coords = (0..n).map(|k| at + k as f64).collect();
        Measure::uniform(Points::new(1, coords).unwrap()).unwrap()
    };
    // Masses 1/4 and 3/4: bounded from lambda = 2 on, equality included.
    let problem = |lambda| Hkr::new(&side(1, 0.0), &side(3, 10.0), Cost::L2, Total::Together, 1.0, lambda);
    assert!(matches!(problem(1.99).unwrap().solve(), Err(Error::Unbounded { .. })));
    for lambda in [2.01, 5.0] {
        let problem = problem(lambda).unwrap();
        let bracket = problem.certify(&problem.solve().unwrap()).unwrap();
        assert!(bracket.upper - bracket.lower <= HINGE_KR_WIDTH * (1.0 + bracket.upper.abs()));
    }
}

#[test]
fn log_loss_of_hundreds_of_points_closes_the_bracket() {
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut cloud = |n: usize, shift: f64| {
        let mut coordinate = || {
            let z: f64 = StandardNormal.sample(&mut rng);
            z + shift
        };
        Measure::uniform(Points::new(2, (0..2 * n).map(|_| coordinate()).collect()).unwrap()).unwrap()
    };
    let (p, q) = (cloud(80, 0.0), cloud(120, 0.7));
    for temperature in [1.0, 16.0] {
        let problem = LogLoss::new(&p, &q, Cost::L2, temperature, 1.0).unwrap();
        let dual = problem.solve().unwrap();
        let bracket = problem.certify(&dual).unwrap();
        let width = bracket.upper - bracket.lower;
        assert!(width <= LOG_LOSS_WIDTH, "{width} after {} rounds: {:?}", dual.iterations, dual.status);
    }
}

/// At a low temperature an unbalanced sample is decided by the heavier class: its values run far before they meet the other's.
#[test]
fn log_loss_of_unbalanced_classes_closes_the_bracket_at_low_temperatures() {
    let measure = |coords: Vec<f64>, weights: Vec<f64>| {
        Measure::weighted(Points::new(1, coords).unwrap(), weights).unwrap()
    };
    for light in [0.5, 0.164, 1e-3] {
        for temperature in [1.0, 0.0625, 1e-3] {
            for constant in [1.0, 0.25] {
                let (p, q) = (measure(vec![1.0], vec![light]), measure(vec![0.0, 0.0], vec![1.0, 1.0]));
                let problem = LogLoss::new(&p, &q, Cost::L2, temperature, constant).unwrap();
                let bracket = problem.certify(&problem.solve().unwrap()).unwrap();
                assert!(
                    bracket.upper - bracket.lower <= LOG_LOSS_WIDTH,
                    "{light} {temperature}: {bracket:?}"
                );
            }
        }
    }
}
