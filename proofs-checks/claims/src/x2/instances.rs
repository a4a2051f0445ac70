//! Samples with rational distances, random ones, and two compact supports.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::{Interval, Points};
use proptest::prelude::{Just, Strategy, prop, prop_oneof};

use super::examine::{Sample, explicit, network, value};

fn sample(dim: usize, positive: &[f64], negative: &[f64]) -> Result<Sample, CheckError> {
    Ok(Sample {
        positive: Points::new(dim, positive.to_vec())?,
        negative: Points::new(dim, negative.to_vec())?,
    })
}

/// Samples whose closest opposite pairs are at exact distances.
pub(super) fn rational() -> Result<Vec<(&'static str, Sample)>, CheckError> {
    let line = |offset: i32| -> Vec<f64> { (0..40).map(|k| f64::from(2 * k + offset)).collect() };
    Ok(vec![
        ("alternating integers", sample(1, &line(0), &line(1))?),
        ("two points of the line", sample(1, &[0.0], &[8.0])?),
        ("3, 4, 5", sample(2, &[0.0, 0.0], &[3.0, 4.0])?),
        (
            "lattice of multiples of 3 and 4",
            sample(2, &[0.0, 0.0, 6.0, 8.0, 12.0, 16.0], &[3.0, 4.0, 9.0, 12.0, 15.0, 20.0])?,
        ),
        ("copies of a point", sample(3, &[1.0, 2.0, 2.0].repeat(3), &[0.0; 6])?),
        ("a point among four", sample(2, &[0.0, 0.0], &[5.0, 0.0, -5.0, 0.0, 3.0, 4.0, -4.0, -3.0])?),
    ])
}

/// One to `most` points a side, in one to four dimensions, on a grid (repeated points, equal distances), on a line through
/// the space or in general position, with queries among them; no point has both labels.
pub(super) fn samples(most: usize) -> impl Strategy<Value = (Sample, Points)> {
    let place = prop_oneof![Just(Place::Grid), Just(Place::Line), Just(Place::Cube)];
    let drawn = (place, 1_usize..=4).prop_flat_map(move |(place, dim)| {
        let cloud = move |most| cloud(place, dim, most);
        (cloud(most), cloud(most), cloud(5))
    });
    let sample = drawn.prop_map(|(positive, negative, queries)| (Sample { positive, negative }, queries));
    sample.prop_filter("a point has both labels", |(sample, _)| sample.distance().lower() > CLOSEST)
}

/// Opposite points closer than this would be lost in the rounding of points of size 1.
const CLOSEST: f64 = 1e-6;

#[derive(Clone, Copy, Debug)]
enum Place {
    Grid,
    Line,
    Cube,
}

fn cloud(place: Place, dim: usize, most: usize) -> impl Strategy<Value = Points> {
    let coordinate = match place {
        Place::Grid => (-3_i32..4).prop_map(f64::from).boxed(),
        Place::Line | Place::Cube => (-10.0..10.0_f64).boxed(),
    };
    prop::collection::vec(prop::collection::vec(coordinate, dim), 1..=most).prop_filter_map(
        "finite",
        move |rows| {
            let row = |row: &Vec<f64>| match (place, row.first()) {
                (Place::Line, Some(first)) => (0..dim).map(|k| first * (k + 1) as f64).collect(),
                _ => row.clone(),
            };
            Points::new(dim, rows.iter().flat_map(row).collect()).ok()
        },
    )
}

/// The boundaries of the squares of sides 2 and 4 about the origin, of which the network sees a point every `step`.
///
/// Every other point of a boundary is within `step/2` of one of those, so `y f` is at most that much smaller there.
pub(super) fn nested_squares(step: f64) -> Result<Finding, CheckError> {
    let boundary = |half: f64| {
        let count = (2.0 * half / step) as u32;
        let around = |k: u32| {
            let t = f64::from(k) * step - half;
            [t, -half, half, t, -t, half, -half, -t]
        };
        Points::new(2, (0..count).flat_map(around).collect())
    };
    let sample = Sample { positive: boundary(1.0)?, negative: boundary(2.0)? };
    let net = explicit(&sample)?;
    let mut finding = network("nested squares", &net, &sample)?;
    let reach = Interval::data(step) / Interval::integer(2);
    for (points, sign) in [(&sample.positive, 1.0), (&sample.negative, -1.0)] {
        for x in points.rows() {
            let left = Interval::constant(sign) * value(&net, x)?;
            finding.less("half a step < y f", reach, left, || format!("about ({}, {})", x[0], x[1]));
        }
    }
    Ok(finding)
}
