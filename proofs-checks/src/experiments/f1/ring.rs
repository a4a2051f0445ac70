//! The ring between two snowflakes, and the signed distance to its frontier.

/// A place in the plane.
type Place = [f64; 2];

/// Pieces of both frontiers.
pub(super) struct Ring {
    pieces: Vec<(Place, Place)>,
}

impl Ring {
    /// Snowflakes about the origin after some iterations, from triangles of the given sides.
    pub(super) fn new(iterations: u32, outer: f64, inner: f64) -> Self {
        let pieces = [outer, inner].into_iter().flat_map(|side| snowflake(iterations, side));
        Self { pieces: pieces.collect() }
    }

    /// The ends of each piece.
    pub(super) fn pieces(&self) -> &[(Place, Place)] {
        &self.pieces
    }

    /// The distance to the frontier, positive between the snowflakes, in floating point.
    pub(super) fn value(&self, x: Place) -> f64 {
        let (mut least, mut crossings) = (f64::INFINITY, 0);
        for &([ax, ay], [bx, by]) in &self.pieces {
            let (ux, uy, vx, vy) = (bx - ax, by - ay, x[0] - ax, x[1] - ay);
            let share = ((ux * vx + uy * vy) / (ux * ux + uy * uy)).clamp(0.0, 1.0);
            least = least.min((vx - share * ux).powi(2) + (vy - share * uy).powi(2));
            // A ray to the right, each piece without its upper end.
            if (ay > x[1]) != (by > x[1]) && ax + (x[1] - ay) / uy * ux > x[0] {
                crossings += 1;
            }
        }
        if crossings % 2 == 1 { least.sqrt() } else { -least.sqrt() }
    }
}

/// The closed line of a snowflake: each piece becomes four, with a triangle raised outwards on its middle third.
fn snowflake(iterations: u32, side: f64) -> Vec<(Place, Place)> {
    let height = side * 0.75_f64.sqrt();
    let corners = [[-side / 2.0, -height / 3.0], [side / 2.0, -height / 3.0], [0.0, 2.0 * height / 3.0]];
    let mut line: Vec<Place> = corners.to_vec();
    for _ in 0..iterations {
        let next = line.iter().cycle().skip(1);
        line = line.iter().zip(next).flat_map(|(a, b)| raised(*a, *b)).collect();
    }
    let next: Vec<Place> = line.iter().cycle().skip(1).take(line.len()).copied().collect();
    line.into_iter().zip(next).collect()
}

/// The first end, the middle third's ends and the tip between them; counterclockwise, so outwards is to the right.
fn raised(a: Place, b: Place) -> [Place; 4] {
    let (dx, dy) = ((b[0] - a[0]) / 3.0, (b[1] - a[1]) / 3.0);
    let (c, d) = ([a[0] + dx, a[1] + dy], [a[0] + 2.0 * dx, a[1] + 2.0 * dy]);
    let root = 0.75_f64.sqrt();
    let tip = [c[0] + dx / 2.0 + root * dy, c[1] + dy / 2.0 - root * dx];
    [a, c, tip, d]
}

#[cfg(test)]
mod tests {
    use super::Ring;

    /// Rounding of coordinates of size 100.
    const ROUNDING: f64 = 1e-9;

    #[test]
    fn the_sign_tells_the_ring_and_the_distance_is_that_to_the_frontier() {
        let ring = Ring::new(0, 300.0, 100.0);
        assert_eq!(ring.pieces().len(), 6);
        // The origin is inside the inner triangle, at a third of its height.
        assert!((ring.value([0.0, 0.0]) + 100.0 * 0.75_f64.sqrt() / 3.0).abs() < ROUNDING);
        assert!(
            ring.value([0.0, -50.0]) > 0.0
                && ring.value([0.0, -90.0]) < 0.0
                && ring.value([190.0, 0.0]) < 0.0
        );
        let flake = Ring::new(3, 300.0, 100.0);
        assert_eq!(flake.pieces().len(), 2 * 3 * 64);
        // The tip of the first triangle raised on the lower side is part of the ring.
        assert!(flake.value([0.0, -100.0]) > 0.0);
    }

    #[test]
    fn the_value_is_1_lipschitz_across_the_frontier() {
        let ring = Ring::new(2, 300.0, 100.0);
        for k in 0..200_u32 {
            let (x, y) = (f64::from(k % 20) * 20.0 - 195.0, f64::from(k / 20) * 40.0 - 190.0);
            let step = ring.value([x, y]) - ring.value([x + 3.0, y - 4.0]);
            assert!(step.abs() <= 5.0 + ROUNDING, "{x} {y}");
        }
    }
}
