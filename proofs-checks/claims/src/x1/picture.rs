//! The signed distance function of a snowflake by its level lines.

use lip1_datasets::worlds::Polygon;
use lip1_figures::level_set;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Picture};

use crate::picture::Drawn;

/// Cells a side of the grid on which lines are traced.
const CELLS: usize = 72;

/// Half of the window, across and up.
const WINDOW: [f64; 2] = [2.6, 1.9];

/// Frontier and level lines of the snowflake of 4 iterations.
pub(super) fn snowflake() -> Result<Picture, CheckError> {
    let snowflake = Polygon::von_koch(4, 3.0)?;
    let [right, top] = WINDOW;
    let level = |name: &str, level: f64| Series {
        name: name.to_owned(),
        mark: Mark::Segments,
        points: level_set(&|x| snowflake.value(x), level, [-right, -top], [right, top], CELLS),
    };
    let mut frontier: Vec<(f64, f64)> = snowflake.ends().map(|(from, _)| (from[0], from[1])).collect();
    frontier.extend(frontier.first().copied());
    Chart {
        title: "A signed distance function: Von Koch's snowflake".to_owned(),
        alternative: "The snowflake after four iterations, with jagged sides, and lines of equal distance to it. Lines \
                      outside get rounder with the distance, lines inside show kinks where the closest point of the \
                      frontier changes."
            .to_owned(),
        x: "first coordinate".to_owned(),
        y: "second coordinate".to_owned(),
        series: vec![
            Series { name: "frontier, f = 0".to_owned(), mark: Mark::Line, points: frontier },
            level("outside: f = -0.25", -0.25),
            level("inside: f = 0.15", 0.15),
            level("inside: f = 0.6", 0.6),
        ],
    }
    .drawn_to_scale()
}
