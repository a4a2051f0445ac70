//! Our side of the comparison of transport solvers; `compare.py` beside it runs this program and its peers.
//!
//! ```text
//! transport solve KIND N DIM [--weighted] [--method M] [--write FILE]
//! transport bce N TAU
//! transport instances COUNT SEED
//! ```
//!
//! `bce` prints the bracket of the log loss on two normal clouds of `N / 2` points in the plane, one apart along either axis. `solve` prints one line of JSON for two clouds of `N` points each and can write them, as little-endian `f64`: both clouds, and the
//! weights if there are any. `instances` prints one line for each of `COUNT` random small problems, degenerate ones among
//! them: points, weights, cost and bracket. KIND is `normal`, `shifted` (by 3 along the first axis) or `clusters` (100 of them).

#![expect(clippy::print_stdout, reason = "a program")]

mod clouds;
mod instances;
mod usage;

use std::error::Error;
use std::time::Instant;

use clouds::{Kind, cloud};
use lip1_benches::{SEED, cloud as cloud_at};
use lip1_kernel::distance::Cost;
use lip1_ot::regularised::LogLoss;
use lip1_ot::{LpBackend, Measure, Method, Problem, Settings, certify, solve};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["solve", kind, n, dim, ref options @ ..] => {
            measured(Kind::named(kind)?, n.parse()?, dim.parse()?, &Options::parse(options)?)
        }
        ["bce", n, tau] => bce(n.parse()?, tau.parse()?),
        ["instances", count, seed] => instances::print(count.parse()?, seed.parse()?),
        _ => Err("usage: transport solve KIND N DIM [--weighted] [--method M] [--write FILE], bce N TAU, instances COUNT SEED".into()),
    }
}

/// Brackets the least log loss of a 1-Lipschitz function on two clouds.
fn bce(n: usize, tau: f64) -> Result<(), Box<dyn Error>> {
    let side = |shift: f64, seed: u64| Measure::uniform(cloud_at(n / 2, 2, shift, seed)?);
    let problem = LogLoss::new(&side(0.0, SEED)?, &side(1.0, SEED + 1)?, Cost::L2, tau, 1.0)?;
    let (began, busy) = (Instant::now(), usage::cpu_seconds());
    let dual = problem.solve()?;
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), usage::cpu_seconds() - busy);
    let bracket = problem.certify(&dual)?;
    println!(
        "{{\"n\":{n},\"tau\":{tau},\"status\":\"{}\",\"lower\":{},\"upper\":{},\"width\":{:e},\"rounds\":{},\
         \"seconds\":{seconds:.3},\"cpu\":{cpu:.2}}}",
        dual.status,
        bracket.lower,
        bracket.upper,
        bracket.upper - bracket.lower,
        dual.iterations
    );
    Ok(())
}

#[derive(Default)]
struct Options {
    weighted: bool,
    method: Method,
    file: Option<String>,
}

impl Options {
    fn parse(mut words: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut options = Self::default();
        while let Some((first, rest)) = words.split_first() {
            words = match (*first, rest) {
                ("--weighted", rest) => {
                    options.weighted = true;
                    rest
                }
                ("--method", [name, rest @ ..]) => {
                    let methods =
                        [Method::Auto, Method::Simplex, Method::Sparse, Method::Lp(LpBackend::Microlp)];
                    options.method =
                        methods.into_iter().find(|m| m.name() == *name).ok_or("no such method")?;
                    rest
                }
                ("--write", [file, rest @ ..]) => {
                    options.file = Some((*file).to_owned());
                    rest
                }
                _ => return Err(format!("unknown option {first}").into()),
            };
        }
        Ok(options)
    }
}

/// Solves one pair of clouds, solving and checking timed apart.
fn measured(kind: Kind, n: usize, dim: usize, options: &Options) -> Result<(), Box<dyn Error>> {
    let (p, q) = cloud(kind, n, dim, options.weighted)?;
    if let Some(file) = &options.file {
        std::fs::write(file, clouds::bytes(&p, &q))?;
    }
    let problem = Problem::new(&p, &q, Cost::L2)?;
    let settings = Settings { method: options.method, ..Settings::default() };
    let (began, busy) = (Instant::now(), usage::cpu_seconds());
    let solution = solve(&problem, &settings)?;
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), usage::cpu_seconds() - busy);
    let (value, status, pivots) = (solution.value, solution.status, solution.iterations);
    let method = solution.method.name();
    let (began, busy) = (Instant::now(), usage::cpu_seconds());
    let bracket = certify(&problem, solution)?.bracket;
    let (check, check_cpu) = (began.elapsed().as_secs_f64(), usage::cpu_seconds() - busy);
    let (lower, upper) = (bracket.lower, bracket.upper);
    let peak = usage::peak_mib();
    println!(
        "{{\"n\":{n},\"dim\":{dim},\"method\":\"{method}\",\"status\":\"{status}\",\"value\":{value},\"lower\":{lower},\
         \"upper\":{upper},\"width\":{:e},\"pivots\":{pivots},\"seconds\":{seconds:.4},\"cpu\":{cpu:.2},\
         \"check_seconds\":{check:.4},\"check_cpu\":{check_cpu:.2},\"peak_mib\":{peak:.1}}}",
        upper - lower
    );
    Ok(())
}
