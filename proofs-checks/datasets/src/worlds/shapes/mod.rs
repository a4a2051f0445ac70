//! Regions with their signed distance functions, feet on the frontier and distances to the medial axis.

mod koch;
mod polygon;
mod segment;
mod tree;

pub use polygon::Polygon;

use lip1_kernel::Interval;
use lip1_kernel::distance::{self, Cost};
use nalgebra::DVector;

use crate::Error;

/// An open region of R^n whose frontier is known exactly.
#[derive(Clone, Debug)]
pub enum Shape {
    /// `normal . x > offset`.
    HalfSpace {
        /// Any vector but 0.
        normal: Vec<f64>,
        /// The product along the frontier.
        offset: f64,
    },
    /// `|x - centre| < radius`.
    Ball {
        /// Centre.
        centre: Vec<f64>,
        /// Positive.
        radius: f64,
    },
    /// `inner < |x - centre| < outer`.
    Annulus {
        /// Centre.
        centre: Vec<f64>,
        /// Positive.
        inner: f64,
        /// Larger than `inner`.
        outer: f64,
    },
    /// Bounded by straight pieces, in the plane.
    Polygon(Polygon),
}

impl Shape {
    /// Checks the numbers of a shape.
    ///
    /// # Errors
    /// When a normal is 0, a radius is not positive, or a number is not finite.
    pub fn checked(self) -> Result<Self, Error> {
        let (numbers, sound) = match &self {
            Shape::HalfSpace { normal, offset } => {
                ([normal.as_slice(), &[*offset]].concat(), normal.iter().any(|n| n.abs() > 0.0))
            }
            Shape::Ball { centre, radius } => ([centre.as_slice(), &[*radius]].concat(), *radius > 0.0),
            Shape::Annulus { centre, inner, outer } => {
                ([centre.as_slice(), &[*inner, *outer]].concat(), 0.0 < *inner && inner < outer)
            }
            Shape::Polygon(_) => (vec![0.0; 2], true),
        };
        if sound && numbers.len() > 1 && numbers.iter().all(|x| x.is_finite()) {
            Ok(self)
        } else {
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            Err(Error::Instance(format!("no shape has the numbers {}", numbers.join(", "))))
        }
    }

    /// Dimension of the space.
    pub fn dim(&self) -> usize {
        match self {
            Shape::HalfSpace { normal, .. } => normal.len(),
            Shape::Ball { centre, .. } | Shape::Annulus { centre, .. } => centre.len(),
            Shape::Polygon(_) => 2,
        }
    }

    /// Whether `x` lies inside (true) or outside (false), without a distance to anything; `None` on the frontier, and
    /// where rounding leaves it open.
    pub fn inside(&self, x: &[f64]) -> Option<bool> {
        match self {
            Shape::HalfSpace { normal, offset } => {
                let product = normal.iter().zip(x).map(|(n, x)| Interval::data(*n) * Interval::data(*x));
                above(product.fold(Interval::ZERO, |sum, term| sum + term), Interval::data(*offset))
            }
            Shape::Ball { centre, radius } => {
                above(Interval::data(*radius).sqr(), square_distance(x, centre))
            }
            Shape::Annulus { centre, inner, outer } => {
                let square = square_distance(x, centre);
                let (beyond, within) = (
                    above(square, Interval::data(*inner).sqr())?,
                    above(Interval::data(*outer).sqr(), square)?,
                );
                Some(beyond && within)
            }
            Shape::Polygon(polygon) => polygon.inside(plane(x)),
        }
    }

    /// The signed distance to the frontier, positive inside, enclosed.
    pub fn signed_distance(&self, x: &[f64]) -> Interval {
        let point = Interval::data;
        match self {
            Shape::HalfSpace { normal, offset } => {
                let product = normal.iter().zip(x).map(|(n, x)| point(*n) * point(*x));
                let length = normal.iter().fold(Interval::ZERO, |sum, n| sum + point(*n).sqr()).sqrt();
                (product.fold(Interval::ZERO, |sum, term| sum + term) - point(*offset)) / length
            }
            Shape::Ball { centre, radius } => point(*radius) - distance::enclose(x, centre, Cost::L2),
            Shape::Annulus { centre, inner, outer } => {
                let length = distance::enclose(x, centre, Cost::L2);
                (length - point(*inner)).min(point(*outer) - length)
            }
            Shape::Polygon(polygon) => polygon.signed_distance(plane(x)),
        }
    }

    /// The signed distance, rounded: for training and drawing.
    pub fn value(&self, x: &[f64]) -> f64 {
        let length = |centre: &[f64]| (vector(x) - vector(centre)).norm();
        match self {
            Shape::HalfSpace { normal, offset } => {
                (vector(normal).dot(&vector(x)) - offset) / vector(normal).norm()
            }
            Shape::Ball { centre, radius } => radius - length(centre),
            Shape::Annulus { centre, inner, outer } => (length(centre) - inner).min(outer - length(centre)),
            Shape::Polygon(polygon) => polygon.value(plane(x)),
        }
    }

    /// A closest point of the frontier, rounded; `None` at a centre.
    pub fn foot(&self, x: &[f64]) -> Option<DVector<f64>> {
        let onto = |centre: &[f64], radius: f64| {
            let direction = (vector(x) - vector(centre)).try_normalize(0.0)?;
            Some(vector(centre) + direction * radius)
        };
        match self {
            Shape::HalfSpace { normal, .. } => {
                let unit = vector(normal).normalize();
                Some(vector(x) - unit * self.value(x))
            }
            Shape::Ball { centre, radius } => onto(centre, *radius),
            Shape::Annulus { centre, inner, outer } => {
                let length = (vector(x) - vector(centre)).norm();
                onto(centre, if length < (inner + outer) / 2.0 { *inner } else { *outer })
            }
            Shape::Polygon(polygon) => Some(vector(&polygon.foot(plane(x)))),
        }
    }

    /// A lower bound, rounded, on the distance of `x` to the closure of the medial axis, the set of points with several
    /// closest points of the frontier; never more than `reach`.
    ///
    /// Every branch of the frontier has a 1-Lipschitz distance, so two of them that differ by `g` at `x` do not meet within `g/2`.
    pub fn clear_of_medial_axis(&self, x: &[f64], reach: f64) -> f64 {
        let length = |centre: &[f64]| (vector(x) - vector(centre)).norm();
        match self {
            Shape::HalfSpace { .. } => reach,
            Shape::Ball { centre, .. } => length(centre).min(reach),
            Shape::Annulus { centre, inner, outer } => {
                let length = length(centre);
                length.min((length - (inner + outer) / 2.0).abs()).min(reach)
            }
            Shape::Polygon(polygon) => polygon.clear_of_medial_axis(plane(x), reach),
        }
    }
}

fn vector(x: &[f64]) -> DVector<f64> {
    DVector::from_column_slice(x)
}

/// The first two coordinates; missing ones are 0.
fn plane(x: &[f64]) -> [f64; 2] {
    [x.first().copied().unwrap_or(0.0), x.get(1).copied().unwrap_or(0.0)]
}

fn square_distance(x: &[f64], y: &[f64]) -> Interval {
    let squares = x.iter().zip(y).map(|(a, b)| (Interval::data(*a) - Interval::data(*b)).sqr());
    squares.fold(Interval::ZERO, |sum, square| sum + square)
}

/// Whether `a > b`, if that is certain.
fn above(a: Interval, b: Interval) -> Option<bool> {
    if a.lower() > b.upper() {
        Some(true)
    } else if a.upper() < b.lower() {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    /// Roundings of numbers below 8.
    const ROUNDING: f64 = 64.0 * f64::EPSILON;

    fn shapes() -> Vec<Shape> {
        vec![
            Shape::HalfSpace { normal: vec![3.0, 4.0], offset: 5.0 },
            Shape::Ball { centre: vec![0.0, 1.0], radius: 2.0 },
            Shape::Annulus { centre: vec![0.0, 0.0], inner: 1.0, outer: 2.0 },
        ]
    }

    #[test]
    fn distances_at_points_worked_out_by_hand() {
        let at = |shape: &Shape, x: [f64; 2]| shape.signed_distance(&x);
        let shapes = shapes();
        for (shape, x, distance) in [
            (&shapes[0], [3.0, 4.0], 4.0),
            (&shapes[0], [0.0, 0.0], -1.0),
            (&shapes[1], [0.0, 1.0], 2.0),
            (&shapes[1], [3.0, 5.0], -3.0),
            (&shapes[2], [0.0, 0.0], -1.0),
            (&shapes[2], [0.0, 1.25], 0.25),
            (&shapes[2], [3.0, 0.0], -1.0),
        ] {
            assert!(at(shape, x).contains(distance) && at(shape, x).width() < ROUNDING, "{shape:?} {x:?}");
            assert_eq!(shape.inside(&x), Some(distance > 0.0));
        }
        assert_eq!(shapes[1].inside(&[0.0, 3.0]), None);
    }

    #[test]
    fn the_foot_lies_on_the_frontier_at_the_distance() {
        let rounding = 16.0 * f64::EPSILON;
        for shape in shapes() {
            for x in [[0.3, 0.4], [2.5, -1.0], [-0.2, 1.4]] {
                let foot = shape.foot(&x).unwrap();
                assert!(shape.value(foot.as_slice()).abs() < rounding, "{shape:?} {x:?}");
                let length = (foot - super::vector(&x)).norm();
                assert!((length - shape.value(&x).abs()).abs() < rounding, "{shape:?} {x:?}");
            }
        }
    }

    #[test]
    fn numbers_that_make_no_shape_are_refused() {
        assert!(Shape::HalfSpace { normal: vec![0.0, 0.0], offset: 1.0 }.checked().is_err());
        assert!(Shape::Ball { centre: vec![0.0], radius: -1.0 }.checked().is_err());
        assert!(Shape::Annulus { centre: vec![0.0], inner: 2.0, outer: 1.0 }.checked().is_err());
        assert!(Shape::Ball { centre: vec![f64::NAN], radius: 1.0 }.checked().is_err());
        assert!(Shape::Ball { centre: Vec::new(), radius: 1.0 }.checked().is_err());
        shapes().into_iter().for_each(|shape| assert!(shape.checked().is_ok()));
    }
}
