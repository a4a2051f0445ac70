//! Exact search for the nearest change of sign, in low dimension.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::{Adversary, distance};
use crate::error::Error;

/// What a search for a change of sign found.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestChange {
    /// No change of sign is closer than this, if the function has the constant that was given.
    pub clear: f64,
    /// The closest change found.
    pub change: Option<Adversary>,
}

/// A cube that may contain a change, the closest first.
struct Cube {
    nearest: f64,
    centre: Vec<f64>,
    half: f64,
}

impl PartialEq for Cube {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cube {}

impl PartialOrd for Cube {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cube {
    fn cmp(&self, other: &Self) -> Ordering {
        other.nearest.total_cmp(&self.nearest)
    }
}

/// The nearest change of sign of a function with a given Lipschitz constant, within `radius` of a point.
///
/// Branch and bound over cubes: one where `|f|` at the centre exceeds constant times half its diagonal has no
/// change, the others are split into `2^n`, closest first, until `most` are done. A zero counts as not positive.
/// The distance kept `clear` is as good as the constant and rounding in `f64`: a search, not a theorem.
///
/// # Errors
/// When the point is empty, or the radius or constant is not a positive finite number.
///
/// # Examples
/// ```
/// use lip1_core::nearest_change;
/// let circle = |x: &[f64]| x[0].hypot(x[1]) - 1.0;
/// let search = nearest_change(&circle, 1.0, &[3.0, 0.0], 5.0, 20_000)?;
/// let change = search.change.unwrap();
/// assert!(search.clear > 1.99 && change.distance >= 2.0 && change.distance < 2.01);
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn nearest_change(
    function: &dyn Fn(&[f64]) -> f64,
    constant: f64,
    point: &[f64],
    radius: f64,
    most: usize,
) -> Result<NearestChange, Error> {
    if point.is_empty() {
        return Err(Error::Empty { what: "a point" });
    }
    for (name, value) in [("radius", radius), ("constant", constant)] {
        if !value.is_finite() || value <= 0.0 {
            return Err(Error::Parameter { name, value, range: "positive and finite" });
        }
    }
    let positive = function(point) > 0.0;
    let diagonal = (point.len() as f64).sqrt();
    let mut queue = BinaryHeap::new();
    queue.push(Cube { nearest: 0.0, centre: point.to_vec(), half: radius });
    let mut change: Option<Adversary> = None;
    let mut reach = radius;
    let mut clear = radius;
    for _ in 0..most {
        let Some(cube) = queue.pop() else { break };
        clear = cube.nearest;
        if cube.nearest >= reach {
            break;
        }
        let value = function(&cube.centre);
        let away = distance(&cube.centre, point);
        if (value > 0.0) != positive && away < reach {
            reach = away;
            change = Some(Adversary { point: cube.centre.clone(), distance: away });
        }
        if (value > 0.0) == positive && value.abs() > constant * cube.half * diagonal {
            continue;
        }
        let half = cube.half / 2.0;
        for corner in 0..1_usize << point.len().min(20) {
            let centre: Vec<f64> = cube
                .centre
                .iter()
                .enumerate()
                .map(|(axis, x)| if corner >> axis & 1 == 1 { x + half } else { x - half })
                .collect();
            let gaps = centre.iter().zip(point).map(|(c, p)| ((c - p).abs() - half).max(0.0));
            let nearest = gaps.map(|gap| gap * gap).sum::<f64>().sqrt();
            if nearest < reach {
                queue.push(Cube { nearest, centre, half });
            }
        }
    }
    if queue.is_empty() {
        clear = reach;
    }
    Ok(NearestChange { clear: clear.min(reach), change })
}
