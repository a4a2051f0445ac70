//! Packing numbers of the embedded real data at twenty quantiles of the pairwise distances:
//!
//! `cargo run --release -p lip1-checks --example packing_numbers`
//!
//! A quantile is the share of the pairs that conflict. Lines of a set: quantile, margin, both ends, their ratio, what proves the upper
//! one, seconds.

#![expect(clippy::print_stdout, reason = "an example prints its answer")]

use std::error::Error;
use std::time::Instant;

use lip1_checks::data::{breast_cancer, digits};
use lip1_kernel::Points;
use lip1_vc::{Limits, packing_number};

/// Shares of the pairs that are closer than 2m, in parts of ten thousand.
const QUANTILES: [usize; 20] =
    [1, 2, 5, 10, 20, 30, 45, 70, 100, 200, 300, 500, 700, 1_000, 2_000, 3_000, 4_500, 6_000, 8_000, 9_500];

fn main() -> Result<(), Box<dyn Error>> {
    let data = breast_cancer()?;
    let aspirates = [data.malignant.coords(), data.benign.coords()].concat();
    let aspirates = Points::new(data.benign.dim(), aspirates)?;
    for (name, points) in [("breast cancer", &aspirates), ("digits", &digits()?.points)] {
        println!("{name}: {} points in dimension {}", points.len(), points.dim());
        let distances = distances(points);
        for parts in QUANTILES {
            let margin = distances[(distances.len() - 1) * parts / 10_000] / 2.0;
            let began = Instant::now();
            let found = packing_number(points, margin, Limits::default())?;
            let seconds = began.elapsed().as_secs_f64();
            println!(
                "{:6.2} %  m = {margin:8.4}  {:5} {:5}  {:.3}  {:22}  {seconds:6.1} s",
                parts as f64 / 100.0,
                found.lower(),
                found.upper,
                found.upper as f64 / found.lower() as f64,
                found.upper_by.name(),
            );
        }
    }
    Ok(())
}

/// All pairwise distances, ascending.
fn distances(points: &Points) -> Vec<f64> {
    let rows: Vec<&[f64]> = points.rows().collect();
    let square = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let pairs = rows.iter().enumerate().flat_map(|(i, x)| rows[..i].iter().map(move |y| square(x, y).sqrt()));
    let mut distances: Vec<f64> = pairs.collect();
    distances.sort_by(f64::total_cmp);
    distances
}
