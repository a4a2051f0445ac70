//! Radii and gradient steps of signed distances.

use std::cmp::Ordering;

use lip1_datasets::worlds::Shape;
use lip1_harness::{CheckError, Context, Finding, Tolerance};
use lip1_kernel::Interval;
use lip1_kernel::distance::{self, Cost};
use nalgebra::DVector;
use rand::RngExt;

use crate::x1::instances::{points, shapes};

/// What is taken for f.
#[derive(Clone, Copy)]
pub(super) enum Certificate {
    /// The signed distance.
    Distance,
    /// Half of it.
    Half,
    /// Twice.
    Twice,
}

impl Certificate {
    fn factor(self) -> f64 {
        match self {
            Certificate::Distance => 1.0,
            Certificate::Half => 0.5,
            Certificate::Twice => 2.0,
        }
    }
}

/// How far beyond the radius a changed decision is looked for, and how far inside it must not be, relative to the radius: large
/// enough that rounding of the point leaves its side alone.
const EXCESS: f64 = 0.5e-6;

/// Points closer to the frontier or to the medial axis than this have no room for differences.
const ROOM: f64 = 1e-3;

/// Beyond this distance to the medial axis nothing is gained.
const REACH: f64 = 0.25;

/// Steps of differences, as a part of the room.
const STEP: f64 = 1.0 / 4096.0;

/// Directions in which a point of the frontier is left, beside that from `x`: behind a sharp corner not all lead inside.
const LEAVES: usize = 256;

/// A changed decision at the radius, up to `EXCESS`; none inside.
pub(super) fn tight(ctx: &Context, certificate: Certificate) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for (name, shape) in shapes()? {
        let mut random = ctx.generator(&name);
        for x in points(&shape, ctx.count(40, 600, 10_000), &mut random) {
            let (Some(side), Some(foot)) = (shape.inside(x.as_slice()), shape.foot(x.as_slice())) else {
                continue;
            };
            let mut direction = || {
                let drawn = DVector::from_fn(x.len(), |_, _| random.random_range(-1.0..1.0));
                drawn.try_normalize(f64::EPSILON).unwrap_or_else(|| x.clone())
            };
            let distance = shape.signed_distance(x.as_slice()).abs();
            let radius = distance * Interval::constant(certificate.factor());
            let length = distance.upper();
            let inside = radius.lower() * (1.0 - EXCESS);
            let towards = (&foot - &x).try_normalize(0.0).unwrap_or_else(|| x.clone());
            for direction in [towards.clone(), direction(), direction()] {
                let y = &x + direction * inside;
                if let Some(found) = shape.inside(y.as_slice()) {
                    let witness = || format!("{name}, |f| in {radius}");
                    let away = distance::enclose(x.as_slice(), y.as_slice(), Cost::L2);
                    finding.required("the attack is inside the radius", away, radius, witness);
                    finding.equal("the side inside the radius", &side_of(found), &side_of(side), witness);
                }
            }
            // A little beyond the foot, in the direction from x or in another.
            let leave = length * EXCESS / 2.0;
            let exits = std::iter::once(towards).chain((0..LEAVES).map(|_| direction()));
            let mut changed = exits.map(|exit| &foot + exit * leave);
            let changed = changed.find(|y| shape.inside(y.as_slice()) == Some(!side));
            let witness = || format!("{name}, |f| in {radius}");
            match changed {
                None => finding.undecided(format!("{name}: no way out found")),
                Some(y) => {
                    let far = distance::enclose(x.as_slice(), y.as_slice(), Cost::L2);
                    let excess = radius * Interval::constant(EXCESS);
                    let excess = Tolerance::new(
                        excess,
                        radius,
                        "decisions change arbitrarily near the foot, not at it",
                    );
                    let name = "distance of a changed decision <= |f|";
                    finding.at_most_within(name, far, radius, excess, witness);
                }
            }
        }
    }
    Ok(finding)
}

/// Steps at random points off the medial axis.
pub(super) fn steps(ctx: &Context, certificate: Certificate) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for (name, shape) in shapes()? {
        let mut random = ctx.generator(&name);
        for x in points(&shape, ctx.count(120, 2_000, 40_000), &mut random) {
            let clear = shape.clear_of_medial_axis(x.as_slice(), REACH);
            let room = clear.min(shape.value(x.as_slice()).abs());
            if room >= ROOM {
                step(&mut finding, &name, &shape, certificate, &x, room);
            }
        }
    }
    Ok(finding)
}

/// Centres and middle spheres, taken for points with room.
pub(super) fn on_the_medial_axis() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for (name, shape) in shapes()? {
        if let Shape::Ball { centre, .. } = &shape {
            let x = DVector::from_column_slice(centre);
            step(&mut finding, &name, &shape, Certificate::Distance, &x, REACH);
        }
    }
    Ok(finding)
}

/// How much of the distance is left after the step `-f grad f`, the gradient from central differences.
///
/// At distance `r` from the frontier and the medial axis second derivatives of the distance are at most `1/r`, so each difference over
/// `2 h` errs by at most `h / 2 (r - h)`, and by the width of the enclosures over `2 h`; f is 1-Lipschitz.
fn step(
    finding: &mut Finding,
    name: &str,
    shape: &Shape,
    certificate: Certificate,
    x: &DVector<f64>,
    room: f64,
) {
    let at =
        |x: &DVector<f64>| shape.signed_distance(x.as_slice()) * Interval::constant(certificate.factor());
    let (width, observed) = (room * STEP, Interval::observed(room));
    let mut error = Interval::ZERO;
    let gradient = DVector::from_fn(x.len(), |axis, _| {
        let moved = |by: f64| {
            let mut y = x.clone();
            y[axis] += by;
            (Interval::data(y[axis]), at(&y))
        };
        let ((right, above), (left, below)) = (moved(width), moved(-width));
        let slope = (above - below) / (right - left);
        let half = (right - left) / Interval::integer(2);
        let curved = half / (Interval::integer(2) * (observed - half));
        error = error + (curved + Interval::observed(slope.width())).sqr();
        slope.lower().midpoint(slope.upper())
    });
    let value = at(x);
    let landed = x - gradient * value.lower().midpoint(value.upper());
    // The rounding of the step is that of coordinates of the size of x.
    let rounding = Interval::observed(16.0 * f64::EPSILON * (1.0 + x.norm()));
    let left = at(&landed).abs();
    let allowed = error.sqrt() * value.abs() + rounding;
    finding.at_most("what is left of the distance after the step", left, allowed, || {
        format!("{name}, f in {value}")
    });
}

/// A side of the frontier, as what a comparison with it says.
fn side_of(inside: bool) -> Ordering {
    if inside { Ordering::Greater } else { Ordering::Less }
}
