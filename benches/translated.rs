//! What it costs to check a certificate for many points: a normal cloud in the plane and its copy, moved by (3, 4).
//!
//! The plan takes every point to its copy and the potential is linear, so both are known without a solver and optimal up to rounding.
//! `cargo run --release -p lip1-benches --example translated [N]`, a million points by default, prints one line of JSON.

#![expect(clippy::print_stdout, reason = "a program")]

#[path = "peers/transport/usage.rs"]
mod usage;

use std::error::Error;
use std::time::Instant;

use lip1_benches::{SEED, cloud};
use lip1_kernel::distance::Cost;
use lip1_ot::{Measure, Method, Plan, Points, Potentials, Problem, Solution, Status, certify};

/// What the bracket may be wide, relative to the distance 5: far more than rounding, less than anyone would see.
const WIDTH: f64 = 1e-12;

/// Roundings of potentials as large as the clouds that they keep clear of ties: coordinates are rounded when they are moved.
const CLEARANCE: f64 = 512.0 * f64::EPSILON;

fn main() -> Result<(), Box<dyn Error>> {
    let n: u32 = std::env::args().nth(1).map_or(Ok(1_000_000), |n| n.parse())?;
    let p = cloud(n as usize, 2, 0.0, SEED)?;
    let q = Points::new(2, p.rows().flat_map(|x| [x[0] + 3.0, x[1] + 4.0]).collect())?;
    let values = |points: &Points| points.rows().map(|x| -0.6 * x[0] - 0.8 * x[1]).collect::<Vec<_>>();
    let potentials = Potentials { u: values(&p), v: values(&q).iter().map(|v| v + CLEARANCE).collect() };
    let problem = Problem::new(&Measure::uniform(p)?, &Measure::uniform(q)?, Cost::L2)?;
    let plan = Plan { flows: (0..n).map(|i| (i, i, 1)).collect() };
    let (status, method) = (Status::Optimal, Method::Auto);
    let solution = Solution { value: 5.0, plan, potentials, scale: 1, status, iterations: 0, method };
    let before = usage::peak_mib();
    let (began, busy) = (Instant::now(), usage::cpu_seconds());
    let found = certify(&problem, solution)?;
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), usage::cpu_seconds() - busy);
    let (lower, upper) = (found.bracket.lower, found.bracket.upper);
    assert!(
        lower <= 5.0 + WIDTH && 5.0 - WIDTH <= upper && upper - lower <= 5.0 * WIDTH,
        "[{lower:?}, {upper:?}]"
    );
    println!(
        "{{\"n\":{n},\"lower\":{lower:?},\"upper\":{upper:?},\"check_seconds\":{seconds:.3},\"cpu\":{cpu:.2},\
         \"mib_before\":{before:.0},\"mib\":{:.0}}}",
        usage::peak_mib()
    );
    Ok(())
}
