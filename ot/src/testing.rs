//! Proptest strategies for transport problems, the degenerate ones included.

use lip1_kernel::Points;
use lip1_kernel::distance::Cost;
use proptest::prelude::*;

use crate::Measure;

/// Where points may lie.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// On a coarse integer grid: repeated points, zero distances, duplicated costs.
    Grid,
    /// On one line through the space.
    Line,
    /// Anywhere in a cube.
    Cube,
    /// In clumps of width `1e-9`.
    Clumps,
}

/// Any of the three costs.
pub fn costs() -> impl Strategy<Value = Cost> {
    prop_oneof![Just(Cost::L2), Just(Cost::L1), Just(Cost::Linf)]
}

/// Two measures in the same space: sizes `1..=most` on either side, dimension 1 to 3, uniform or weighted (zeros among
/// the weights), points repeated, shared by both sides, collinear, clumped or in general position.
pub fn pairs(most: usize) -> impl Strategy<Value = (Measure, Measure)> {
    let place = prop_oneof![Just(Place::Grid), Just(Place::Line), Just(Place::Cube), Just(Place::Clumps)];
    (place, 1usize..=3)
        .prop_flat_map(move |(place, dim)| (measure(place, dim, most), measure(place, dim, most)))
}

/// Two measures on a small integer grid with small integer weights, so that l1 and l-infinity problems are rational.
pub fn integer_pairs(most: usize) -> impl Strategy<Value = (Measure, Measure)> {
    let side = move |dim| {
        (1..=most).prop_flat_map(move |n| {
            (points(Place::Grid, dim, n), prop::option::of(prop::collection::vec(0u8..5, n)))
        })
    };
    (1usize..=3).prop_flat_map(move |dim| (side(dim), side(dim))).prop_map(|(p, q)| {
        let build = |(points, weights): (Points, Option<Vec<u8>>)| {
            weighted(points, weights.map(|w| w.into_iter().map(f64::from).collect()))
        };
        (build(p), build(q))
    })
}

fn measure(place: Place, dim: usize, most: usize) -> impl Strategy<Value = Measure> {
    (1..=most).prop_flat_map(move |n| {
        let weight = prop_oneof![1 => Just(0.0), 4 => 0.0..1.0f64, 1 => Just(1.0), 1 => Just(1e-13)];
        (points(place, dim, n), prop::option::of(prop::collection::vec(weight, n)))
            .prop_map(|(points, weights)| weighted(points, weights))
    })
}

/// Uniform when the weights are absent or all zero.
fn weighted(points: Points, weights: Option<Vec<f64>>) -> Measure {
    let uniform = || Measure::uniform(points.clone());
    let measure = match weights {
        Some(weights) => Measure::weighted(points.clone(), weights).or_else(|_| uniform()),
        None => uniform(),
    };
    measure.unwrap_or_else(|_| unreachable!("strategies make finite points, one at least"))
}

fn points(place: Place, dim: usize, n: usize) -> impl Strategy<Value = Points> {
    let coordinate = match place {
        Place::Grid => (-3i32..4).prop_map(f64::from).boxed(),
        Place::Line | Place::Cube => (-1.0..1.0f64).boxed(),
        Place::Clumps => (0i32..3, 0.0..1e-9f64).prop_map(|(k, e)| f64::from(k) + e).boxed(),
    };
    prop::collection::vec(prop::collection::vec(coordinate, dim), n).prop_map(move |rows| {
        let coords = rows
            .iter()
            .flat_map(|row| {
                (0..dim).map(|k| match place {
                    Place::Line => row[0] * (k + 1) as f64,
                    _ => row[k],
                })
            })
            .collect();
        Points::new(dim, coords).unwrap_or_else(|_| unreachable!("all coordinates are finite"))
    })
}
