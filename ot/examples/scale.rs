//! Times of the solvers on seeded normal clouds: `scale w1|logloss|hkr N DIM SHIFT [METHOD]`.
#![expect(clippy::print_stdout, reason = "a program")]

use std::time::Instant;

use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_ot::regularised::{HingeKr, LogLoss};
use lip1_ot::{Error, Measure, Method, Problem, Settings, certify, solve};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

fn cloud(n: usize, dim: usize, shift: f64, seed: u64) -> Result<Measure, Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut coordinate = |k: usize| {
        let z: f64 = StandardNormal.sample(&mut rng);
        if k.is_multiple_of(dim) { z + shift } else { z }
    };
    Measure::uniform(Points::new(dim, (0..n * dim).map(&mut coordinate).collect())?)
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |k: usize, default: f64| arguments.get(k).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (n, dim, shift) = (number(2, 1000.0) as usize, number(3, 2.0) as usize, number(4, 0.0));
    let (p, q) = (cloud(n, dim, 0.0, 1)?, cloud(n, dim, shift, 2)?);
    let start = Instant::now();
    let (bracket, solving, status, iterations) = match arguments.get(1).map(String::as_str) {
        Some("logloss") => {
            let problem = LogLoss::new(&p, &q, Cost::L2, number(5, 4.0), 1.0)?;
            let dual = problem.solve()?;
            let solving = start.elapsed();
            (problem.certify(&dual)?, solving, dual.status, dual.iterations)
        }
        Some("hkr") => {
            let problem = HingeKr::new(&p, &q, Cost::L2, Total::EachClass, number(5, 1.0), 5.0)?;
            let dual = problem.solve()?;
            let solving = start.elapsed();
            (problem.certify(&dual)?, solving, dual.status, dual.iterations)
        }
        _ => {
            let method = match arguments.get(5).map(String::as_str) {
                Some("simplex") => Method::Simplex,
                Some("sparse") => Method::Sparse,
                _ => Method::Auto,
            };
            let problem = Problem::new(&p, &q, Cost::L2)?;
            let solution = solve(&problem, &Settings { method, ..Settings::default() })?;
            let solving = start.elapsed();
            let (status, iterations) = (solution.status, solution.iterations);
            (certify(&problem, solution)?.bracket, solving, status, iterations)
        }
    };
    let (lower, upper) = (bracket.lower, bracket.upper);
    println!("lower {lower} upper {upper} width {:e} status {status} iterations {iterations}", upper - lower);
    println!("solving {:.3} s, in all {:.3} s", solving.as_secs_f64(), start.elapsed().as_secs_f64());
    Ok(())
}
