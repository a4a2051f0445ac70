//! Shapes, functions of their signed distances, and where these are examined.

use lip1_datasets::worlds::{Polygon, Shape};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::Interval;
use nalgebra::DVector;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A shape with a function of its signed distance that is taken for f.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) shape: Shape,
    function: fn(Interval) -> Interval,
}

impl Field {
    /// The signed distance itself.
    pub(super) fn of(name: String, shape: Shape) -> Self {
        Self { name, shape, function: |distance| distance }
    }

    /// Twice the signed distance.
    pub(super) fn doubled(name: String, shape: Shape) -> Self {
        Self { name, shape, function: |distance| distance + distance }
    }

    /// The square of the distance, signed.
    pub(super) fn squared(name: String, shape: Shape) -> Self {
        Self { name, shape, function: |distance| distance * distance.abs() }
    }

    /// The distance without its sign.
    pub(super) fn unsigned(name: String, shape: Shape) -> Self {
        Self { name, shape, function: Interval::abs }
    }

    /// f at a point.
    pub(super) fn at(&self, x: &DVector<f64>) -> Interval {
        (self.function)(self.shape.signed_distance(x.as_slice()))
    }
}

/// Half the side of the cube from which points are drawn; the shapes lie well inside.
const HALF: f64 = 2.5;

/// Half-spaces, balls and rings in several dimensions; polygons with corners to both sides; snowflakes from 0 to 6 iterations.
pub(crate) fn shapes() -> Result<Vec<(String, Shape)>, CheckError> {
    let mut shapes = Vec::new();
    for dim in [1_usize, 2, 5] {
        let normal = (1..=dim).map(|k| k as f64 - 2.5).collect();
        let centre: Vec<f64> = (0..dim).map(|k| 0.25 * k as f64 - 0.5).collect();
        let ball = Shape::Ball { centre: centre.clone(), radius: 1.25 };
        let annulus = Shape::Annulus { centre, inner: 0.5, outer: 1.5 };
        shapes.push((format!("half-space of dimension {dim}"), Shape::HalfSpace { normal, offset: 0.75 }));
        shapes.push((format!("ball of dimension {dim}"), ball));
        shapes.push((format!("annulus of dimension {dim}"), annulus));
    }
    let hook = vec![[-1.5, -1.5], [1.5, -1.5], [1.5, -0.5], [-0.5, -0.5], [-0.5, 1.5], [-1.5, 1.5]];
    let star = (0..10).map(|k| {
        let (angle, radius) = (std::f64::consts::PI * f64::from(k) / 5.0, f64::from(2 - k % 2));
        [radius * angle.sin(), radius * angle.cos()]
    });
    shapes.push(("hook".to_owned(), Shape::Polygon(Polygon::new(&[hook])?)));
    shapes.push(("star".to_owned(), Shape::Polygon(Polygon::new(&[star.collect()])?)));
    for k in 0..=6 {
        shapes.push((format!("snowflake, {k} iterations"), Shape::Polygon(Polygon::von_koch(k, 3.0)?)));
    }
    let ring = Polygon::von_koch_ring(4, 3.5, 1.75)?;
    shapes.push(("ring between snowflakes of 4 iterations".to_owned(), Shape::Polygon(ring)));
    shapes.into_iter().map(|(name, shape)| Ok((name, shape.checked()?))).collect()
}

/// Points of a shape's space: half of them anywhere, half close to the frontier.
pub(crate) fn points(shape: &Shape, count: usize, random: &mut ChaCha8Rng) -> Vec<DVector<f64>> {
    let draw = |k: usize| {
        let x = DVector::from_fn(shape.dim(), |_, _| random.random_range(-HALF..HALF));
        match shape.foot(x.as_slice()) {
            Some(foot) if k.is_multiple_of(2) => {
                let closer = 10.0_f64.powf(random.random_range(-6.0..0.0));
                &foot + (x - &foot) * closer
            }
            _ => x,
        }
    };
    (0..count).map(draw).collect()
}

/// Examines f of every shape.
pub(super) fn over_shapes(
    ctx: &Context,
    field: fn(String, Shape) -> Field,
    examine: fn(&Field, &[DVector<f64>], &mut ChaCha8Rng) -> Finding,
) -> Result<Finding, CheckError> {
    let count = ctx.count(120, 2_000, 40_000);
    let mut all: Option<Finding> = None;
    for (name, shape) in shapes()? {
        let mut random = ctx.generator(&name);
        let drawn = points(&shape, count, &mut random);
        let finding = examine(&field(name, shape), &drawn, &mut random);
        match &mut all {
            Some(all) => all.merge(finding),
            None => all = Some(finding),
        }
    }
    all.ok_or_else(|| CheckError::Instance("no shape".to_owned()))
}
