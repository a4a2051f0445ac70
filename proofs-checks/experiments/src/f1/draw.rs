//! The picture of F1.

use lip1_figures::plot::{Axis, Curve, Map, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::VonKoch;

/// Width of a band, in units, and bands on either side of 0.
const BAND: f64 = 10.0;
const BANDS: usize = 5;

/// Values row by row from the top as bands.
pub(super) fn bands(rows: &[Vec<f64>], half: f64) -> Map {
    let levels = 2 * BANDS;
    let level = |value: f64| ((value / BAND).floor() + BANDS as f64).clamp(0.0, levels as f64 - 1.0) as usize;
    let (width, height) = (rows.first().map_or(0, Vec::len), rows.len());
    let cell = 2.0 * half / width.max(1) as f64;
    Map::of((-half, half), (-half, half), width as u16, height as u16, levels as u8, |x, y| {
        let column = ((x + half) / cell) as usize;
        let row = ((half - y) / cell) as usize;
        rows.get(row).and_then(|row| row.get(column)).map_or(0, |value| level(*value))
    })
}

/// The network's values with the true frontier.
pub(super) fn map(results: &VonKoch) -> Result<Picture, Error> {
    let plot = Plot {
        heading: String::new(),
        x: Axis::linear("x₁ (units)"),
        y: Axis::linear("x₂ (units)").same_unit(),
        map: Some(results.map.clone()),
        curves: vec![Curve::new("", Mark::Frontier, 0, results.frontier.clone())],
    };
    let alternative = "Values of the network in bands of 10 units over the square, light where it decides for the ring between \
        two snowflakes, dark inside the smaller and outside the larger; the true frontier as a black line. The step from \
        dark to light follows it, but for the finest points.";
    draw("F1: a network on the ring between two snowflakes", alternative, 1, &[plot])
}
