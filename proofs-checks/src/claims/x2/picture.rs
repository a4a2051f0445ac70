//! The frontier of the function of largest margin in the plane.

use lip1_kernel::Points;
use rand::RngExt;

use super::{MaxMin, Sample};
use crate::picture::{Chart, Mark, Series};
use crate::{CheckError, Context, Picture};

/// Cells a side of the grid on which the frontier is traced.
const CELLS: usize = 96;

/// A random sample of 36 points in the unit square and the line on which the function changes sign.
pub(super) fn frontier(ctx: &Context) -> Result<Picture, CheckError> {
    let mut random = ctx.generator("plane");
    let mut cloud = || Points::new(2, (0..36).map(|_| random.random_range(0.0..1.0)).collect());
    let sample = Sample { positive: cloud()?, negative: cloud()? };
    let function = MaxMin::new(&sample)?;
    let place = |k: usize| k as f64 / CELLS as f64;
    let value = |column: usize, row: usize| function.at(&[place(column), place(row)]).lower();
    let grid: Vec<Vec<f64>> =
        (0..=CELLS).map(|row| (0..=CELLS).map(|column| value(column, row)).collect()).collect();

    let mut segments = Vec::new();
    for row in 0..CELLS {
        for column in 0..CELLS {
            let corner = |right: usize, up: usize| {
                ((place(column + right), place(row + up)), grid[row + up][column + right])
            };
            let around = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)];
            let crossings = around.windows(2).filter_map(|edge| match edge {
                [a, b] => crossing(*a, *b),
                _ => None,
            });
            let crossings: Vec<(f64, f64)> = crossings.collect();
            segments.extend(crossings.chunks_exact(2).flatten().copied());
        }
    }
    let dots = |name: &str, points: &Points| Series {
        name: name.to_owned(),
        mark: Mark::Dots,
        points: points.rows().map(|x| (x[0], x[1])).collect(),
    };
    Chart {
        title: "A 1-Lipschitz function that separates points at random with the largest margin".to_owned(),
        alternative: "Eighteen points of either label in a square, and a frontier of straight pieces that winds between \
                      them, nowhere closer to a point than half the smallest distance between opposite labels."
            .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            Series { name: "f = 0".to_owned(), mark: Mark::Segments, points: segments },
            dots("label +1", &sample.positive),
            dots("label -1", &sample.negative),
        ],
    }
    .draw()
}

/// Where a value changes sign along an edge.
fn crossing(a: ((f64, f64), f64), b: ((f64, f64), f64)) -> Option<(f64, f64)> {
    let ((from, f), (to, g)) = (a, b);
    if (f > 0.0) == (g > 0.0) {
        return None;
    }
    let t = f / (f - g);
    Some((from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)))
}
