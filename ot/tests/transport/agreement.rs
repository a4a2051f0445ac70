//! Every pair of solvers agrees, and the brackets are tight.

use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use lip1_ot::testing::{costs, pairs};
use lip1_ot::{Certified, LpBackend, Measure, Method, Problem, Settings, Status, certify, solve};
use proptest::prelude::*;

/// Units in the last place of a coordinate difference that a bracket may be wide.
const COORDINATE_ULPS: f64 = 4.0;

/// The kernel's charge for weights that were rounded to masses: at most a unit of a total of `2^61` or more for each point, through the
/// points' diagonal.
const ROUNDED_UNIT: f64 = 1.0 / (1u64 << 61) as f64;

/// The interior-point backend stops at about this relative accuracy.
const LP_ACCURACY: f64 = 1e-6;

fn run(problem: &Problem, method: Method) -> Certified {
    let settings = Settings { method, ..Settings::default() };
    certify(problem, solve(problem, &settings).unwrap()).unwrap()
}

/// The width promised: `1e-12 upper + 4 * 2^-52 D`, `D` the largest coordinate difference the plan uses; where weights
/// had to be rounded to integer masses, also what the kernel charges for that.
fn promised_width(problem: &Problem, certified: &Certified) -> f64 {
    let statement = problem.statement();
    let used = certified.solution.plan.flows.iter().flat_map(|&(i, j, _)| {
        let (x, y) = (statement.p.row(i as usize), statement.q.row(j as usize));
        x.iter().zip(y).map(|(a, b)| (a - b).abs())
    });
    let points = (statement.p.len() + statement.q.len()) as f64;
    let rounded = if statement.weights.is_some() { points * ROUNDED_UNIT * diameter(problem) } else { 0.0 };
    1e-12 * certified.bracket.upper + COORDINATE_ULPS * f64::EPSILON * used.fold(0.0, f64::max) + rounded
}

fn assert_tight(problem: &Problem, certified: &Certified) {
    let width = certified.bracket.upper - certified.bracket.lower;
    assert!(width <= promised_width(problem, certified), "{certified:?}");
}

fn meet(a: &Certified, b: &Certified) -> bool {
    a.bracket.lower <= b.bracket.upper && b.bracket.lower <= a.bracket.upper
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_global_rejects: 1 << 20, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn network_simplex_closes_the_bracket((p, q) in pairs(14), cost in costs()) {
        let problem = Problem::new(&p, &q, cost).unwrap();
        let certified = run(&problem, Method::Simplex);
        prop_assert_eq!(certified.solution.status, Status::Optimal);
        assert_tight(&problem, &certified);
    }

    #[test]
    fn line_agrees_with_network_simplex((p, q) in pairs(14), cost in costs()) {
        prop_assume!(p.points().dim() == 1);
        let problem = Problem::new(&p, &q, cost).unwrap();
        let (line, simplex) = (run(&problem, Method::Line), run(&problem, Method::Simplex));
        prop_assert!(meet(&line, &simplex));
        assert_tight(&problem, &line);
    }

    #[test]
    fn linear_programs_agree_with_network_simplex((p, q) in pairs(6), cost in costs()) {
        let problem = Problem::new(&p, &q, cost).unwrap();
        let simplex = run(&problem, Method::Simplex);
        for &backend in LpBackend::ALL {
            let lp = run(&problem, Method::Lp(backend));
            prop_assert!(meet(&lp, &simplex));
            let width = lp.bracket.upper - lp.bracket.lower;
            prop_assert!(width <= LP_ACCURACY * diameter(&problem), "{:?} {} {:?}", backend, width, lp);
        }
    }

    #[test]
    fn a_measure_is_at_distance_zero_from_itself((p, _) in pairs(14), cost in costs()) {
        let problem = Problem::new(&p, &p, cost).unwrap();
        for method in [Method::Auto, Method::Simplex, Method::Lp(LpBackend::Microlp)] {
            let certified = run(&problem, method);
            prop_assert_eq!(certified.bracket.lower, 0.0);
            if problem.statement().weights.is_none() {
                prop_assert_eq!(certified.bracket.upper, 0.0);
            } else {
                assert_tight(&problem, &certified);
            }
        }
    }
}

/// Largest coordinate difference of the problem times the dimension, at least the diameter in any of the norms.
fn diameter(problem: &Problem) -> f64 {
    widest(problem) * problem.statement().p.dim() as f64
}

/// Largest difference of two points in one coordinate.
fn widest(problem: &Problem) -> f64 {
    let statement = problem.statement();
    let column = |k: usize| statement.p.rows().chain(statement.q.rows()).map(move |row| row[k]);
    let range = |k: usize| column(k).fold(f64::MIN, f64::max) - column(k).fold(f64::MAX, f64::min);
    (0..statement.p.dim()).map(range).fold(0.0, f64::max)
}

#[test]
fn hundreds_of_points_in_the_plane_close_the_bracket() {
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let mut cloud = |n: usize, shift: f64| {
        let coords = (0..2 * n)
            .map(|_| {
                let z: f64 = StandardNormal.sample(&mut rng);
                z + shift
            })
            .collect();
        Points::new(2, coords).unwrap()
    };
    for (n, m, shift) in [(500, 500, 0.0), (300, 500, 0.0), (400, 400, 3.0)] {
        let p = Measure::uniform(cloud(n, 0.0)).unwrap();
        let q = Measure::uniform(cloud(m, shift)).unwrap();
        let problem = Problem::new(&p, &q, Cost::L2).unwrap();
        let certified = run(&problem, Method::Simplex);
        assert_eq!(certified.solution.status, Status::Optimal);
        assert_tight(&problem, &certified);
    }
}

/// Potentials as large as the points are apart, or found along arcs as long, were too coarse for these.
#[test]
fn mass_that_moves_far_less_than_the_points_are_apart_closes_the_bracket() {
    let cases: [(&[f64], &[f64]); 4] = [
        (&[0.0, 1.0, 2.0], &[1.0, 2.0, 7.788825774921714e-10]),
        (
            &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0],
            &[2.0000000002116978, 1.0, 1.0, 1.0000000005454581, 2.0, 2.0000000008617995],
        ),
        (
            &[1.0, 2.0, 0.0, 1.0, 2.0, 1.0, 2.0, 1.0],
            &[1.0, 2.0, 1.0, 1.0, 2.0, 0.0, 1.000000000079906, 2.0000000003132747],
        ),
        (
            &[0.0, 0.0, 2.000000000852058, 1.0, 2.0000000002132285, 2.000000000740171],
            &[2.000000000737679, 0.0, 2.0000000000194826, 2.0000000001133786, 1.0, 9.910233699722359e-11],
        ),
    ];
    for (p, q) in cases {
        let measure = |coords: &[f64]| Measure::uniform(Points::new(1, coords.to_vec()).unwrap()).unwrap();
        let problem = Problem::new(&measure(p), &measure(q), Cost::L2).unwrap();
        for method in [Method::Line, Method::Simplex, Method::Sparse] {
            assert_tight(&problem, &run(&problem, method));
        }
    }
}

#[test]
fn sparse_and_dense_network_simplex_agree_on_clouds_with_any_number_of_threads() {
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    let mut unit = move || rng.next_u32() as f64 / f64::from(u32::MAX);
    for (n, m, dim, grid, cost) in [
        (400, 500, 2, 0.0, Cost::L2),
        (600, 300, 2, 8.0, Cost::L1),
        (300, 300, 3, 3.0, Cost::Linf),
        (2000, 40, 2, 0.0, Cost::L2),
        (350, 350, 5, 0.0, Cost::L2),
    ] {
        // A positive grid makes ties, repeated points and shared mass.
        let mut measure = |n: usize, shift: f64| {
            let mut at = || unit() + shift;
            let coords =
                (0..n * dim).map(|_| if grid > 0.0 { (at() * grid).round() } else { at() }).collect();
            let weights = (0..n).map(|_| (unit() * 8.0).floor()).collect();
            Measure::weighted(Points::new(dim, coords).unwrap(), weights).unwrap()
        };
        let problem = Problem::new(&measure(n, 0.0), &measure(m, 0.5), cost).unwrap();
        let dense = run(&problem, Method::Simplex);
        let sparse = run(&problem, Method::Sparse);
        assert!(meet(&dense, &sparse));
        assert_tight(&problem, &dense);
        assert_tight(&problem, &sparse);
        let settings = Settings { method: Method::Sparse, threads: 1, ..Settings::default() };
        let alone = solve(&problem, &settings).unwrap();
        assert_eq!(alone.plan, sparse.solution.plan);
        assert_eq!(alone.potentials, sparse.solution.potentials);
    }
}

#[test]
fn an_iteration_limit_is_a_status_and_a_wider_bracket() {
    let points = |shift: f64| {
        let coords = (0..80).map(|k| (f64::from(k) * 0.7).sin() + shift * f64::from(k % 2)).collect();
        Measure::uniform(Points::new(2, coords).unwrap()).unwrap()
    };
    let problem = Problem::new(&points(0.0), &points(2.0), Cost::L2).unwrap();
    let best = run(&problem, Method::Simplex);
    for max_iterations in [0, 1, 5] {
        let settings = Settings { method: Method::Simplex, max_iterations, ..Settings::default() };
        let stopped = certify(&problem, solve(&problem, &settings).unwrap()).unwrap();
        assert_eq!(stopped.solution.status, Status::IterationLimit);
        assert!(stopped.bracket.lower <= best.bracket.upper);
        assert!(stopped.bracket.upper >= best.bracket.lower);
    }
}
