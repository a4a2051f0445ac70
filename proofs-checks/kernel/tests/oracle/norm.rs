use lip1_kernel::net::Dense;
use lip1_kernel::{Interval, judge, norm};

use crate::case::{Answer, Case, examine};
use crate::matrix::{hint, norm_is_at_most};
use crate::number::Exact;
use crate::random::Stream;

fn drawn(stream: &mut Stream) -> (Dense, Vec<Vec<f64>>) {
    let (mut outputs, mut inputs) = (1 + stream.below(4) as usize, 1 + stream.below(4) as usize);
    if stream.once_in(8) {
        // Long dot products, of which plain sums drift.
        (outputs, inputs) = stream.pick(&[(1, 200), (200, 1), (2, 50)]);
    }
    let rows = stream.points(outputs, inputs);
    (Dense { outputs, inputs, weight: rows.concat(), bias: Vec::new() }, rows)
}

/// The spectral bound with a hint whose `mu` is right or too small by a little: whatever comes out bounds the norm.
fn spectral(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (dense, rows) = drawn(stream);
    let hint = hint(stream, &dense);
    let found = norm::spectral(&dense, &hint).map(|bound| bound.upper);
    // A norm that is no number of the format is refused.
    let upper = found.as_ref().map_or(0.5 * f64::MAX, |upper| *upper);
    let truth = norm_is_at_most(&rows, upper);
    let case = Case { near: true, truth, answer: Answer::accepted(found.is_ok()) };
    ((dense, hint, found), case)
}

#[test]
fn spectral_norms() {
    examine("spectral", spectral);
}

/// The bounds without a certificate, and the bound from below, against numbers next to the exact ones.
fn plain(stream: &mut Stream) -> (impl std::fmt::Debug + use<>, Case) {
    let (dense, rows) = drawn(stream);
    let squares = |row: &[f64]| row.iter().map(|w| Exact::of(*w).squared()).sum::<Exact>();
    let near = !stream.once_in(4);
    let kind = stream.below(4);
    let mut number = |close: f64| if near { stream.nudged(close) } else { stream.any() };
    let found;
    let (c, truth) = match kind {
        0 | 1 => {
            let exact = if kind == 0 {
                found = norm::frobenius(&dense).map(|bound| bound.upper);
                squares(&dense.weight)
            } else {
                found = norm::largest_row(&dense).map(|bound| bound.upper);
                rows.iter().map(|row| squares(row)).reduce(Exact::larger).unwrap()
            };
            let c = number(exact.root());
            (c, c >= 0.0 && exact <= Exact::of(c).squared())
        }
        2 => {
            found = norm::largest_row_sum(&dense).map(|bound| bound.upper);
            let sums = rows.iter().map(|row| row.iter().map(|w| Exact::of(*w).abs()).sum());
            let exact = sums.reduce(Exact::larger).unwrap();
            let c = number(exact.to_f64());
            (c, exact <= Exact::of(c))
        }
        _ => {
            // c <= |W x| / |x|.
            let x: Vec<f64> = rows[0].iter().map(|w| if w.abs() > 1e100 { 1.0 } else { *w }).collect();
            let image: Exact = rows
                .iter()
                .map(|row| {
                    row.iter().zip(&x).map(|(w, x)| Exact::of(*w) * Exact::of(*x)).sum::<Exact>().squared()
                })
                .sum();
            let size = squares(&x);
            let c = number(if size.sign().is_eq() { 0.0 } else { image.root() / size.root() }.min(f64::MAX));
            let truth = size.sign().is_gt() && (c <= 0.0 || Exact::of(c).squared() * size <= image);
            let lower = norm::quotient(&dense, &x).map(|quotient| quotient.enclosure());
            let answer = lower.map(|lower| judge::at_most(Interval::data(c), lower).is_verified());
            return ((dense, c, kind), Case { near, truth, answer: Answer::accepted(answer == Ok(true)) });
        }
    };
    ((dense, c, kind), Case { near, truth, answer: Answer::accepted(found.is_ok_and(|upper| upper <= c)) })
}

#[test]
fn norms_without_certificates() {
    examine("norms", plain);
}
