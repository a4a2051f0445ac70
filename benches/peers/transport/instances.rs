//! Random small problems with our brackets, for a peer to solve again.

use std::error::Error;

use lip1_kernel::distance::Cost;
use lip1_ot::testing::{costs, pairs};
use lip1_ot::{Measure, Method, Problem, Settings, certify, solve};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Most points on either side.
const MOST: usize = 24;

/// Prints `count` problems, one line of JSON each; the methods take turns.
pub(crate) fn print(count: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let strategy = (pairs(MOST), costs());
    for k in 0..count {
        let ((p, q), cost) = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        let method = [Method::Auto, Method::Simplex, Method::Sparse][k % 3];
        println!("{}", line(&p, &q, cost, method)?);
    }
    Ok(())
}

fn line(p: &Measure, q: &Measure, cost: Cost, method: Method) -> Result<String, Box<dyn Error>> {
    let problem = Problem::new(p, q, cost)?;
    let solution = solve(&problem, &Settings { method, ..Settings::default() })?;
    let bracket = certify(&problem, solution)?.bracket;
    let list = |values: &[f64]| -> String {
        let words: Vec<String> = values.iter().map(|x| format!("{x:?}")).collect();
        format!("[{}]", words.join(","))
    };
    let ones = |m: &Measure| m.weights().map_or_else(|| vec![1.0; m.len()], <[f64]>::to_vec);
    Ok(format!(
        "{{\"cost\":\"{}\",\"method\":\"{}\",\"dim\":{},\"p\":{},\"q\":{},\"p_weight\":{},\"q_weight\":{},\"lower\":{:?},\"upper\":{:?}}}",
        cost.name(),
        method.name(),
        p.points().dim(),
        list(p.points().coords()),
        list(q.points().coords()),
        list(&ones(p)),
        list(&ones(q)),
        bracket.lower,
        bracket.upper
    ))
}
