//! Cells of the plane by the level lines of their scores.

use lip1_datasets::worlds::uniform;
use lip1_figures::level_set;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Picture};
use lip1_kernel::Points;

use super::worlds::{Scores, World};
use crate::picture::Drawn;

/// Cells a side of the grid on which lines are traced.
const CELLS: usize = 72;

/// Sites, outlines of their cells and a level line of the largest score.
pub(super) fn cells(ctx: &Context) -> Result<Picture, CheckError> {
    let sites: Points = uniform(ctx.seed("picture"), 9, 2, 1.0)?;
    let world = World::Cells(sites.clone());
    let score = |x: [f64; 2]| {
        let scores = world.scores(&x, Scores::Clipped);
        scores.into_iter().fold(0.0_f64, |largest, score| largest.max(score.upper()))
    };
    let level = |name: &str, level: f64| Series {
        name: name.to_owned(),
        mark: Mark::Segments,
        points: level_set(&score, level, [-1.4, -1.0], [1.4, 1.0], CELLS),
    };
    Chart {
        title: "The margin of the distances to the complements of Voronoi cells".to_owned(),
        alternative: "Nine sites in the plane. Inside each cell run two lines along which the largest score is 0.02 and 0.15: parallel \
                      to the straight sides of the cell, since the margin is the distance to the closest of them."
            .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            level("margin 0.02", 0.02),
            level("margin 0.15", 0.15),
            Series {
                name: "sites".to_owned(),
                mark: Mark::Dots,
                points: sites.rows().map(|x| (x[0], x[1])).collect(),
            },
        ],
    }
    .drawn_to_scale()
}
