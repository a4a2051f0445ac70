//! The optimal face: certificates for the least classification error and for linear functions, against naive oracles.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, constraint, solvers, variable};
use lip1_kernel::Points;
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{self, Plan};
use lip1_ot::testing::{costs, integer_pairs, pairs};
use lip1_ot::{
    Certified, Error, LeastError, LeastValue, Measure, OptimalFace, Problem, Refusal, Settings, Theorem,
    certify, solve,
};
use proptest::prelude::*;

/// Solver: accuracy of the LP backend on coefficients and coordinates of order one.
const SOLVER: f64 = 1e-6;

/// Rounding: what a function found in floating point misses, of coordinates of order one.
const ROUNDING: f64 = 1e-13;

/// Rounding: operations on the way to either end of a linear function, in units in the last place of coefficients times
/// distances; slopes are looser by the share of the lightest flow.
const LINEAR_ULPS: f64 = 256.0;

fn solved(p: &Measure, q: &Measure, cost: Cost) -> Certified {
    let problem = Problem::new(p, q, cost).unwrap();
    certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap()
}

fn line(coords: &[f64], weights: &[f64]) -> Measure {
    Measure::weighted(Points::new(1, coords.to_vec()).unwrap(), weights.to_vec()).unwrap()
}

fn least_error(certified: &Certified) -> Theorem<LeastError> {
    OptimalFace::of(certified).least_error().unwrap().check(&certified.problem).unwrap()
}

fn least(certified: &Certified, a: &[f64], b: &[f64]) -> Theorem<LeastValue> {
    OptimalFace::of(certified).least(a, b).unwrap().check(&certified.problem, a, b).unwrap()
}

fn points(problem: &transport::Problem) -> Vec<&[f64]> {
    problem.p.rows().chain(problem.q.rows()).collect()
}

fn floating(cost: Cost, x: &[f64], y: &[f64]) -> f64 {
    distance::enclose(x, y, cost).lower()
}

/// `f(x) - f(y) <= c` for the whole face, in whole numbers; the last point is the origin, without constraints.
fn constraints(problem: &transport::Problem, plan: &Plan) -> Vec<Vec<i64>> {
    let points = points(problem);
    let size = points.len();
    let mut bound = vec![vec![i64::MAX / 4; size + 1]; size + 1];
    for (x, row) in bound.iter_mut().enumerate().take(size) {
        for (y, bound) in row.iter_mut().enumerate().take(size) {
            *bound = floating(problem.cost, points[x], points[y]) as i64;
        }
    }
    for &(i, j, mass) in &plan.flows {
        let (i, j) = (i as usize, problem.p.len() + j as usize);
        if mass > 0 {
            bound[j][i] = -bound[i][j];
        }
    }
    bound
}

fn shortest(mut bound: Vec<Vec<i64>>) -> Vec<Vec<i64>> {
    for via in 0..bound.len() {
        for x in 0..bound.len() {
            for y in 0..bound.len() {
                bound[x][y] = bound[x][y].min(bound[x][via].saturating_add(bound[via][y])).min(i64::MAX / 4);
            }
        }
    }
    bound
}

/// All sets of points are tried: which can be right together, that is, without a negative cycle?
fn by_enumeration(problem: &transport::Problem, plan: &Plan) -> u64 {
    let bound = constraints(problem, plan);
    let (n, origin) = (problem.p.len(), bound.len() - 1);
    let masses = [&problem.p_mass[..], &problem.q_mass].concat();
    let feasible = |right: &u32| {
        let mut bound = bound.clone();
        for k in (0..origin).filter(|k| right >> k & 1 == 1) {
            let (from, to) = if k < n { (origin, k) } else { (k, origin) };
            bound[from][to] = 0;
        }
        let closed = shortest(bound);
        (0..closed.len()).all(|k| closed[k][k] >= 0)
    };
    let wrong = |right: u32| (0..origin).filter(|k| right >> k & 1 == 0).map(|k| masses[k]).sum();
    (0..1u32 << origin).filter(feasible).map(wrong).min().unwrap()
}

/// Whether some difference of a point of `p` and one of `q` is fixed or bounded at 0, where rounding may decide a sign.
fn has_tie(problem: &transport::Problem, plan: &Plan) -> bool {
    let closed = shortest(constraints(problem, plan));
    let n = problem.p.len();
    (0..n).any(|x| (n..closed.len() - 1).any(|y| closed[x][y] == 0))
}

/// The least value by a general LP, `f(y_0) = 0`.
fn by_lp(problem: &transport::Problem, plan: &Plan, c: &[f64]) -> f64 {
    let points = points(problem);
    let n = problem.p.len();
    let mut variables = ProblemVariables::new();
    let f = variables.add_vector(variable(), points.len());
    let objective: Expression = c.iter().zip(&f).map(|(c, f)| *c * *f).sum();
    let mut rows = vec![constraint!(f[n] == 0.0)];
    for (x, y) in
        (0..points.len()).flat_map(|x| (0..points.len()).map(move |y| (x, y))).filter(|(x, y)| x != y)
    {
        rows.push(constraint!(f[x] - f[y] <= floating(problem.cost, points[x], points[y])));
    }
    for &(i, j, _) in &plan.flows {
        let (x, y) = (i as usize, n + j as usize);
        rows.push(constraint!(f[x] - f[y] >= floating(problem.cost, points[x], points[y])));
    }
    let solution =
        variables.minimise(&objective).using(solvers::microlp::microlp).with_all(rows).solve().unwrap();
    solution.eval(&objective)
}

fn rational_costs() -> impl Strategy<Value = Cost> {
    prop_oneof![Just(Cost::L1), Just(Cost::Linf)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn the_least_error_is_that_of_all_sets_of_points((p, q) in integer_pairs(4), cost in rational_costs()) {
        let certified = solved(&p, &q, cost);
        let (problem, plan) = (certified.problem.statement(), &certified.solution.plan);
        let known = by_enumeration(problem, plan);
        let found = least_error(&certified);
        let known = u128::from(known);
        prop_assert_eq!(found.lower, known);
        prop_assert!(found.upper >= known);
        prop_assert!(found.upper == known || has_tie(problem, plan), "{:?}", found);
        prop_assert!(found.excess <= ROUNDING);
    }

    #[test]
    fn linear_functions_agree_with_a_general_lp((p, q) in integer_pairs(4), cost in rational_costs(), c in prop::collection::vec(-3i8..4, 8)) {
        let certified = solved(&p, &q, cost);
        let (problem, plan) = (certified.problem.statement(), &certified.solution.plan);
        let c: Vec<f64> = c.into_iter().map(f64::from).take(problem.p.len() + problem.q.len()).collect();
        let (a, b) = c.split_at(problem.p.len());
        let found = least(&certified, a, b);
        let known = by_lp(problem, plan, &c);
        prop_assert!(found.lower <= known + SOLVER && known - SOLVER <= found.upper, "{:?} {}", found, known);
        assert_tight(&certified, &c, &found)?;
    }

    #[test]
    fn brackets_close_on_points_in_general_position((p, q) in pairs(8), cost in costs(), c in prop::collection::vec(-1.0..1.0, 16)) {
        let certified = solved(&p, &q, cost);
        let error = least_error(&certified);
        prop_assert!(error.lower <= error.upper && error.upper <= error.of);
        prop_assert!(error.excess <= ROUNDING);
        let c = &c[..p.len() + q.len()];
        let (a, b) = c.split_at(p.len());
        assert_tight(&certified, c, &least(&certified, a, b))?;
    }
}

/// Either end is off by roundings, and by what the flows lose on slope 1: the gap over the share of the lightest.
fn assert_tight(certified: &Certified, c: &[f64], found: &LeastValue) -> Result<(), TestCaseError> {
    let problem = certified.problem.statement();
    let points = points(problem);
    let longest =
        points.iter().flat_map(|x| points.iter().map(|y| floating(problem.cost, x, y))).fold(0.0, f64::max);
    let total = problem.p_mass.iter().sum::<u64>() as f64;
    let lightest = certified.solution.plan.flows.iter().map(|flow| flow.2).min().unwrap() as f64;
    let size: f64 = c.iter().map(|c| c.abs()).sum();
    let allowed = LINEAR_ULPS * f64::EPSILON * longest * size * total / lightest;
    let width = found.upper - found.lower;
    prop_assert!((0.0..=allowed).contains(&width), "{:?}: {} of {}", found, width, allowed);
    Ok(())
}

#[test]
fn an_interleaved_pair_of_laws_is_badly_classified_by_every_optimal_potential() {
    // F_P - F_Q is 1/2 or 3/4 all along, so f falls with slope 1, and a threshold errs on 1/2 - (3/4)/2 at best.
    let certified = solved(
        &line(&[-1.0, 0.0, 2.0], &[2.0, 1.0, 1.0]),
        &line(&[1.0, 3.0, 5.0], &[1.0, 1.0, 2.0]),
        Cost::L2,
    );
    let found = least_error(&certified);
    assert_eq!((8 * found.lower, 8 * found.upper), (found.of, found.of));
}

#[test]
fn without_overlap_some_optimal_potential_errs_nowhere() {
    let certified = solved(&line(&[0.0, 2.0], &[1.0, 1.0]), &line(&[1.0, 3.0], &[1.0, 1.0]), Cost::L2);
    let found = least_error(&certified);
    assert_eq!((found.lower, found.upper), (0, 0));
    // f(0) - f(1) = f(2) - f(3) = 1, and f(2) - f(0) lies between -2 and 0 on the face.
    for (sign, expected) in [(1.0, -2.0), (-1.0, 0.0)] {
        let found = least(&certified, &[-sign, sign], &[0.0, 0.0]);
        assert!(
            (found.lower - expected).abs() <= SOLVER && (found.upper - expected).abs() <= SOLVER,
            "{found:?}"
        );
        assert!(found.lower <= expected && expected <= found.upper);
    }
}

#[test]
fn a_hundred_points_of_either_law_have_both_ends_equal() {
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let mut cloud = |shift: f64| {
        let coords = (0..200).map(|_| {
            shift + {
                let z: f64 = StandardNormal.sample(&mut rng);
                z
            }
        });
        Measure::uniform(Points::new(2, coords.collect()).unwrap()).unwrap()
    };
    let certified = solved(&cloud(0.0), &cloud(0.5), Cost::L2);
    let found = least_error(&certified);
    assert_eq!(found.lower, found.upper);
    assert!(found.lower > 0, "clouds that overlap");
}

#[test]
fn certificates_that_prove_nothing_are_refused() {
    let certified = solved(
        &line(&[-1.0, 0.0, 2.0], &[2.0, 1.0, 1.0]),
        &line(&[1.0, 3.0, 5.0], &[1.0, 1.0, 2.0]),
        Cost::L2,
    );
    let (problem, face) = (&certified.problem, OptimalFace::of(&certified));
    let sound = face.least_error().unwrap();
    assert_eq!(sound.conflicts.len(), 1);
    let broken = |change: &dyn Fn(&mut lip1_ot::ErrorCertificate)| {
        let mut certificate = sound.clone();
        change(&mut certificate);
        certificate.check(problem)
    };
    let refused = |change: &dyn Fn(&mut lip1_ot::ErrorCertificate)| {
        assert!(matches!(broken(change), Err(Refusal::Path { index: 0, .. })), "{:?}", broken(change));
    };
    refused(&|c| c.conflicts[0].mass += 1);
    refused(&|c| c.conflicts[0].path = vec![0, 3]);
    // A worse function makes wider bounds: nothing falls any more.
    refused(&|c| c.optimum.values.fill(0.0));
    assert!(matches!(broken(&|c| c.optimum.plan.flows[0].2 += 1), Err(Refusal::Marginal { .. })));
    // What is left out is not counted.
    let without = broken(&|c| c.conflicts.clear()).unwrap();
    assert_eq!((without.lower, without.upper), (0, least_error(&certified).upper));

    let (a, b) = ([0.0, 1.0, -1.0], [0.0; 3]);
    let sound = face.least(&a, &b).unwrap();
    let known = sound.check(problem, &a, &b).unwrap();
    // Fewer chains, or more, leave a rest that distances bound.
    for (chains, lost) in [(vec![], 4.0), ([sound.chains.clone(), sound.chains.clone()].concat(), 0.0)] {
        let looser = lip1_ot::LinearCertificate { chains, ..sound.clone() }.check(problem, &a, &b).unwrap();
        assert!(looser.lower <= known.lower - lost + SOLVER && looser.lower <= looser.upper, "{looser:?}");
    }
    assert!(matches!(face.least(&a[1..], &b), Err(Error::Lengths { .. })));
    assert!(matches!(face.least(&[0.0, f64::NAN, 0.0], &b), Err(Error::Parameter { .. })));
    assert!(matches!(sound.check(problem, &a[1..], &b), Err(Refusal::Length { .. })));
}
