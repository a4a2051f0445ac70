//! Level lines of a function of the plane, for pictures.

/// Segments, two points each, on which a function takes the value `level` in a rectangle of `cells` by `cells` cells, if it is
/// affine along their sides.
pub fn level_set(
    function: &dyn Fn([f64; 2]) -> f64,
    level: f64,
    low: [f64; 2],
    high: [f64; 2],
    cells: usize,
) -> Vec<(f64, f64)> {
    let place = |axis: usize, k: usize| low[axis] + (high[axis] - low[axis]) * k as f64 / cells as f64;
    let row = |y: usize| (0..=cells).map(|x| function([place(0, x), place(1, y)]) - level).collect();
    let grid: Vec<Vec<f64>> = (0..=cells).map(row).collect();
    let mut segments = Vec::new();
    for y in 0..cells {
        for x in 0..cells {
            let corner =
                |right: usize, up: usize| ((place(0, x + right), place(1, y + up)), grid[y + up][x + right]);
            let around = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)];
            let crossings = around.windows(2).filter_map(|side| match side {
                [a, b] => crossing(*a, *b),
                _ => None,
            });
            let crossings: Vec<(f64, f64)> = crossings.collect();
            segments.extend(crossings.chunks_exact(2).flatten().copied());
        }
    }
    segments
}

/// Where a value changes sign along a side.
fn crossing(a: ((f64, f64), f64), b: ((f64, f64), f64)) -> Option<(f64, f64)> {
    let ((from, f), (to, g)) = (a, b);
    if (f > 0.0) == (g > 0.0) {
        return None;
    }
    let share = f / (f - g);
    Some((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)))
}

#[cfg(test)]
mod tests {
    use super::level_set;

    #[test]
    fn a_level_line_of_a_plane_is_a_line() {
        let segments = level_set(&|[x, y]| x + y, 0.25, [0.0, 0.0], [1.0, 1.0], 10);
        assert!(segments.len() >= 4 && segments.len().is_multiple_of(2));
        assert!(segments.iter().all(|(x, y)| (x + y - 0.25).abs() < 4.0 * f64::EPSILON));
    }
}
