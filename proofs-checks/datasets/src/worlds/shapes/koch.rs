//! The polygons of Von Koch.

use super::polygon::Polygon;
use crate::Error;

/// Largest number of iterations: 12,288 pieces.
const MOST: u32 = 6;

impl Polygon {
    /// The snowflake of Von Koch about the origin: a triangle of the given side, on every piece of which a smaller one is raised,
    /// `iterations` times; `3 * 4^iterations` pieces, vertices rounded.
    ///
    /// # Errors
    /// Beyond 6 iterations, or when the side is not positive and finite.
    pub fn von_koch(iterations: u32, side: f64) -> Result<Self, Error> {
        Self::new(&[Self::koch_contour(iterations, side)?])
    }

    /// What lies between two snowflakes of the same centre.
    ///
    /// # Errors
    /// As [`Polygon::von_koch`], or when the smaller does not fit into the larger.
    pub fn von_koch_ring(iterations: u32, outer: f64, inner: f64) -> Result<Self, Error> {
        let ring = [Self::koch_contour(iterations, outer)?, Self::koch_contour(iterations, inner)?];
        let around = Self::new(&ring[..1])?;
        if ring[1].iter().all(|vertex| around.inside(*vertex) == Some(true)) {
            Self::new(&ring)
        } else {
            Err(Error::Instance(format!("a snowflake of side {inner} inside one of side {outer}")))
        }
    }

    fn koch_contour(iterations: u32, side: f64) -> Result<Vec<[f64; 2]>, Error> {
        if iterations > MOST || !(side > 0.0 && side.is_finite()) {
            return Err(Error::Instance(format!("{iterations} iterations of Von Koch, side {side}")));
        }
        let half_root = 0.75_f64.sqrt();
        let (half, height) = (side / 2.0, side * half_root);
        // Counterclockwise, so that triangles are raised to the right.
        let mut contour = vec![[-half, -height / 3.0], [half, -height / 3.0], [0.0, 2.0 * height / 3.0]];
        for _ in 0..iterations {
            let next = contour.iter().cycle().skip(1);
            let pieces = contour.iter().zip(next).flat_map(|(from, to)| {
                let third = [(to[0] - from[0]) / 3.0, (to[1] - from[1]) / 3.0];
                let first = [from[0] + third[0], from[1] + third[1]];
                // A third, turned by a sixth of a turn to the right.
                let tip = [
                    first[0] + 0.5 * third[0] + half_root * third[1],
                    first[1] + 0.5 * third[1] - half_root * third[0],
                ];
                [*from, first, tip, [to[0] - third[0], to[1] - third[1]]]
            });
            contour = pieces.collect();
        }
        Ok(contour)
    }
}

#[cfg(test)]
mod tests {
    use super::Polygon;

    /// Twice the area, with the sign of the orientation.
    fn area(polygon: &Polygon) -> f64 {
        polygon.ends().map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>() / 2.0
    }

    #[test]
    fn pieces_length_and_area_follow_their_laws() {
        let rounding = 1e-13;
        for k in 0..=6 {
            let koch = Polygon::von_koch(k, 1.0).unwrap();
            assert_eq!(koch.pieces(), 3 * 4_usize.pow(k));
            let length: f64 = koch.ends().map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum();
            assert!((length - 3.0 * (4.0_f64 / 3.0).powi(k as i32)).abs() < rounding * 100.0);
            // The triangle's area times 1 + (1 - (4/9)^k) 3/5.
            let limit = 3.0_f64.sqrt() / 4.0 * (1.0 + 0.6 * (1.0 - (4.0_f64 / 9.0).powi(k as i32)));
            assert!((area(&koch) - limit).abs() < rounding, "{k}");
        }
    }

    #[test]
    fn rings_and_their_limits() {
        let ring = Polygon::von_koch_ring(4, 2.0, 1.0).unwrap();
        assert_eq!((ring.inside([0.0, 0.0]), ring.inside([0.0, 0.9])), (Some(false), Some(true)));
        assert!(Polygon::von_koch_ring(2, 1.0, 1.0).is_err());
        assert!(Polygon::von_koch(7, 1.0).is_err() && Polygon::von_koch(1, 0.0).is_err());
    }
}
