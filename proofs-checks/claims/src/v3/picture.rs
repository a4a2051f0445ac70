//! The packing of ten points in a square that the optimiser finds.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Picture};

use super::domain::ten_points;
use crate::picture::Drawn;

/// Pairs within this factor of the smallest distance are joined.
const TOUCHING: f64 = 1.0 + 1e-6;

/// Ten points, and the pairs at the smallest distance.
pub(super) fn square() -> Result<Picture, CheckError> {
    let (points, smallest) = ten_points()?;
    let mut touching = Vec::new();
    for (i, a) in points.iter().enumerate() {
        for b in &points[..i] {
            if (a.0 - b.0).hypot(a.1 - b.1) <= smallest * TOUCHING {
                touching.extend([*a, *b]);
            }
        }
    }
    Chart {
        title: "Ten points of the unit square, as far apart as is known to be possible".to_owned(),
        alternative: format!(
            "The packing that the optimiser finds, {} points of the unit square at pairwise distance at least {smallest:.7}, without \
             symmetry; {} pairs are at that distance. The kernel accepts it in integers.",
            points.len(),
            touching.len() / 2
        ),
        x: "x".to_owned(),
        y: "y".to_owned(),
        series: vec![
            Series { name: "pairs at the smallest distance".to_owned(), mark: Mark::Segments, points: touching },
            Series { name: "points".to_owned(), mark: Mark::Dots, points },
        ],
    }
    .drawn_to_scale()
}
