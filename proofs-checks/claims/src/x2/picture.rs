//! The frontier of the function of largest margin in the plane.

use lip1_figures::level_set;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Picture};
use lip1_kernel::Points;
use rand::RngExt;

use super::{MaxMin, Sample};
use crate::picture::Drawn;

/// Cells a side of the grid on which the frontier is traced.
const CELLS: usize = 96;

/// A random sample of 36 points in the unit square and the line on which the function changes sign.
pub(super) fn frontier(ctx: &Context) -> Result<Picture, CheckError> {
    let mut random = ctx.generator("plane");
    let mut cloud = || Points::new(2, (0..36).map(|_| random.random_range(0.0..1.0)).collect());
    let sample = Sample { positive: cloud()?, negative: cloud()? };
    let function = MaxMin::new(&sample)?;
    let value = |x: [f64; 2]| function.at(&x).lower();
    let segments = level_set(&value, 0.0, [0.0, 0.0], [1.0, 1.0], CELLS);
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
    .drawn_to_scale()
}
