//! What a signed distance function promises: its sign, slopes of at most 1, a gradient of length 1.

use lip1_datasets::worlds::Shape;
use lip1_harness::Finding;
use lip1_kernel::Interval;
use lip1_kernel::distance::{self, Cost};
use nalgebra::DVector;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::instances::Field;

/// An apex of triangles that lies on no line of the shapes.
const APEX: [f64; 2] = [0.043_7, -0.021_3];

/// Share of a perpendicular direction in a steep one: along the steepest the quotient is 1, which no enclosure tells from more.
const TILT: f64 = 1.0 / 64.0;

/// Beyond this distance to the medial axis nothing is gained.
const REACH: f64 = 0.25;

/// Points closer to the frontier or the medial axis than this have no room for differences.
const ROOM: f64 = 1e-3;

/// Steps of differences, as a part of the room.
const STEP: f64 = 1.0 / 4096.0;

/// The sign of f against membership decided without a distance; for polygons also by other means than the sign of f.
pub(super) fn signs(field: &Field, points: &[DVector<f64>], _: &mut ChaCha8Rng) -> Finding {
    let mut finding = Finding::new("distance");
    for x in points {
        let inside = match (&field.shape, x.as_slice()) {
            (Shape::Polygon(polygon), [first, second]) => {
                polygon.inside_by_triangles([*first, *second], APEX)
            }
            (shape, x) => shape.inside(x),
        };
        let value = field.at(x);
        let witness = || format!("{}, x = {}, f in {value}", field.name, coordinates(x));
        match inside {
            None => finding.undecided(format!("{}: a point too close to a frontier", field.name)),
            // Strictly: 0 has no sign.
            Some(true) => finding.less("0 < f inside", Interval::ZERO, value, witness),
            Some(false) => finding.less("f < 0 outside", value, Interval::ZERO, witness),
        }
    }
    finding
}

/// Difference quotients of every point with its mirror image at the frontier, with a point beyond the medial axis, and with
/// another point.
pub(super) fn slopes(field: &Field, points: &[DVector<f64>], random: &mut ChaCha8Rng) -> Finding {
    let mut finding = Finding::new("slope");
    let last = points.last().into_iter();
    for (x, other) in points.iter().zip(last.chain(points)) {
        let mut partners = vec![other.clone()];
        if let Some(foot) = field.shape.foot(x.as_slice()) {
            let mut tilted = |direction: DVector<f64>| {
                let unit = direction.normalize();
                let drawn = direction.map(|_| random.random_range(-1.0..1.0));
                let across = &drawn - &unit * unit.dot(&drawn);
                let length = direction.norm() * TILT;
                across
                    .try_normalize(f64::EPSILON)
                    .map_or_else(|| direction.clone(), |across| &direction + across * length)
            };
            let away = tilted(x - &foot);
            let beyond = field.shape.clear_of_medial_axis(x.as_slice(), REACH) + ROOM;
            partners.push(&foot - &away);
            partners.push(x + away.normalize() * (2.0 * beyond));
        }
        for y in partners {
            let rise = (field.at(x) - field.at(&y)).abs();
            let run = distance::enclose(x.as_slice(), y.as_slice(), Cost::L2);
            // In one dimension no direction is tilted; there a pair on one side of the frontier has slope 1 exactly.
            if run.lower() > 0.0 && !(x.len() == 1 && (rise / run).contains(1.0)) {
                finding.at_most("|f(x) - f(y)| / |x - y| <= 1", rise / run, Interval::ONE, || {
                    format!("{}, x = {}, y = {}", field.name, coordinates(x), coordinates(&y))
                });
            }
        }
    }
    finding
}

/// The length of the gradient, from central differences, where there is room around the point.
///
/// At distance `r` from the frontier and the medial axis second derivatives are at most `1/r`, so a difference over `2 h`
/// errs by at most `h / 2 (r - h)` in each coordinate. `r` is observed, not enclosed.
pub(super) fn eikonal(field: &Field, points: &[DVector<f64>], _: &mut ChaCha8Rng) -> Finding {
    let mut finding = Finding::new("length of the gradient");
    for x in points {
        let shape = &field.shape;
        let room = shape.clear_of_medial_axis(x.as_slice(), REACH).min(shape.value(x.as_slice()).abs());
        if room < ROOM {
            continue;
        }
        let (step, observed) = (room * STEP, Interval::observed(room));
        let (mut squares, mut errors) = (Interval::ZERO, Interval::ZERO);
        for axis in 0..x.len() {
            let moved = |by: f64| {
                let mut y = x.clone();
                y[axis] += by;
                (Interval::data(y[axis]), field.at(&y))
            };
            let ((right, above), (left, below)) = (moved(step), moved(-step));
            let run = right - left;
            squares = squares + ((above - below) / run).sqr();
            let half = run / Interval::integer(2);
            errors = errors + (half / (Interval::integer(2) * (observed - half))).sqr();
        }
        let off = (squares.sqrt() - Interval::ONE).abs();
        finding.at_most("||grad f| - 1| <= what differences err by", off, errors.sqrt(), || {
            format!("{}, x = {}", field.name, coordinates(x))
        });
    }
    finding
}

/// A point as a reader sees it.
fn coordinates(x: &DVector<f64>) -> String {
    let numbers: Vec<String> = x.iter().map(f64::to_string).collect();
    format!("({})", numbers.join(", "))
}
