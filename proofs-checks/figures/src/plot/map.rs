//! Maps: a level for each cell of a grid.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// From dark to light, also without colours (after cividis, which is made for colour-blind readers).
const SHADES: [(u8, u8, u8); 7] = [
    (0x00, 0x22, 0x4e),
    (0x35, 0x45, 0x6c),
    (0x66, 0x69, 0x70),
    (0x94, 0x8e, 0x77),
    (0xc8, 0xb8, 0x66),
    (0xf0, 0xd9, 0x55),
    (0xff, 0xf4, 0xb0),
];

/// What cells are longer and higher than 1, as decimals: rounding must not leave lines of ground between them.
const LAP: &str = ".02";

/// Levels of the cells of a rectangle, kept as runs of equal levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// Horizontal range.
    pub x: (f64, f64),
    /// Vertical range.
    pub y: (f64, f64),
    /// Levels are numbers from 0 (dark) below this (light).
    pub levels: usize,
    /// Rows from the top, each of runs: level and length.
    pub rows: Vec<Vec<(u8, u16)>>,
}

impl Map {
    /// The levels of a function at the centres of `width x height` cells.
    pub fn of(
        x: (f64, f64),
        y: (f64, f64),
        width: u16,
        height: u16,
        levels: u8,
        level: impl Fn(f64, f64) -> usize,
    ) -> Self {
        let rows = (0..height).map(|row| {
            let mut runs: Vec<(u8, u16)> = Vec::new();
            for column in 0..width {
                let (cx, cy) = cell((x, y), (width, height), (column, row));
                let level = level(cx, cy).min(usize::from(levels.max(1) - 1)) as u8;
                match runs.last_mut() {
                    Some((last, length)) if *last == level => *length += 1,
                    _ => runs.push((level, 1)),
                }
            }
            runs
        });
        Self { x, y, levels: usize::from(levels), rows: rows.collect() }
    }

    /// The cells, one path a level, on a place of the picture: from left to right and from top to bottom.
    pub(super) fn svg(&self, across: (f64, f64), down: (f64, f64)) -> String {
        let width: u32 = self.rows.first().map_or(1, |runs| runs.iter().map(|run| u32::from(run.1)).sum());
        let (sx, sy) = (
            (across.1 - across.0) / f64::from(width.max(1)),
            (down.1 - down.0) / self.rows.len().max(1) as f64,
        );
        let mut paths = vec![String::new(); self.levels];
        for (row, runs) in self.rows.iter().enumerate() {
            let mut column = 0;
            for &(level, length) in runs {
                if let Some(path) = paths.get_mut(usize::from(level)) {
                    // Writing to a string does not fail.
                    let _ = write!(path, "M{column} {row}h{length}{LAP}v1{LAP}h-{length}{LAP}z");
                }
                column += u32::from(length);
            }
        }
        let mut svg = format!(
            "\n<g shape-rendering=\"crispEdges\" transform=\"translate({:.2} {:.2}) scale({sx:.5} {sy:.5})\">\n",
            across.0, down.0
        );
        for (level, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let (r, g, b) = shade(level, self.levels);
            let _ = writeln!(svg, "<path fill=\"#{r:02X}{g:02X}{b:02X}\" d=\"{path}\"/>");
        }
        svg + "</g>\n"
    }
}

/// The centre of a cell; rows count from the top.
fn cell(
    (x, y): ((f64, f64), (f64, f64)),
    (width, height): (u16, u16),
    (column, row): (u16, u16),
) -> (f64, f64) {
    let across = (f64::from(column) + 0.5) / f64::from(width);
    let down = (f64::from(row) + 0.5) / f64::from(height);
    (x.0 + (x.1 - x.0) * across, y.1 - (y.1 - y.0) * down)
}

/// Share of white in the colours of a map, so that what is drawn on it stands out.
const PALE: f64 = 0.35;

/// The colour of a level, the first the darkest.
fn shade(level: usize, levels: usize) -> (u8, u8, u8) {
    let last = SHADES.len() - 1;
    let place = level as f64 / levels.saturating_sub(1).max(1) as f64 * last as f64;
    let below = (place as usize).min(last - 1);
    let share = place - below as f64;
    let mix = |a: u8, b: u8| {
        let plain = f64::from(a) + share * (f64::from(b) - f64::from(a));
        (plain + PALE * (255.0 - plain)).round() as u8
    };
    let (a, b) = (SHADES[below], SHADES[below + 1]);
    (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

#[cfg(test)]
mod tests {
    use super::{Map, shade};

    #[test]
    fn a_map_keeps_runs_from_the_top_left() {
        let map =
            Map::of((0.0, 4.0), (0.0, 2.0), 4, 2, 3, |x, y| if y > 1.0 { 2 } else { usize::from(x > 1.0) });
        assert_eq!(map.rows, [vec![(2, 4)], vec![(0, 1), (1, 3)]]);
        assert!(map.svg((0.0, 40.0), (0.0, 20.0)).contains("M1 1h3.02v1.02h-3.02z"));
    }

    #[test]
    fn levels_get_lighter() {
        let lightness = |level| {
            let (r, g, b) = shade(level, 9);
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        assert!((1..9).all(|level| lightness(level) > lightness(level - 1)));
    }
}
