//! Shortest paths through the constraints of the face.

use super::constraints::Constraints;
use crate::tolerance;

/// The tightest bounds on the differences of all members, and members that attain them, in fast floating point.
///
/// Lengths are kept relative to a known member, which makes every step non-negative: rounding cannot make a cycle negative.
#[derive(Debug)]
pub(super) struct Tightest {
    known: Vec<f64>,
    /// Length of a shortest path from `x` to `y`, less what the known member rises along it; row-major.
    lengths: Vec<f64>,
    /// The point after `x` on that path.
    next: Vec<u32>,
}

impl Tightest {
    /// The algorithm of Floyd and Warshall.
    pub(super) fn new(constraints: &Constraints) -> Self {
        let known = constraints.known().to_vec();
        let size = known.len();
        let (mut lengths, mut next) = (vec![0.0; size * size], vec![0; size * size]);
        let mut longest = 0.0f64;
        for x in 0..size {
            for y in (0..size).filter(|&y| y != x) {
                let step = constraints.step(x, y);
                longest = longest.max(step);
                lengths[x * size + y] = (step - known[x] + known[y]).max(0.0);
                next[x * size + y] = y as u32;
            }
        }
        // A detour that gains less than the rounding of its steps is not taken.
        let gain = tolerance::pricing(longest);
        for via in 0..size {
            let row = lengths[via * size..][..size].to_vec();
            for x in (0..size).filter(|&x| x != via) {
                let (first, step) = (lengths[x * size + via], next[x * size + via]);
                for (y, rest) in row.iter().enumerate() {
                    if first + rest + gain < lengths[x * size + y] {
                        lengths[x * size + y] = first + rest;
                        next[x * size + y] = step;
                    }
                }
            }
        }
        Self { known, lengths, next }
    }

    /// The greatest `f(x) - f(y)`, less that of the known member: not negative.
    pub(super) fn reduced(&self, x: usize, y: usize) -> f64 {
        self.lengths[x * self.known.len() + y]
    }

    /// The greatest `f(x) - f(y)`.
    pub(super) fn rise(&self, x: usize, y: usize) -> f64 {
        self.reduced(x, y) + (self.known[x] - self.known[y])
    }

    /// The points on the way from `x` to `y`, both included.
    pub(super) fn path(&self, x: usize, y: usize) -> Vec<u32> {
        let size = self.known.len();
        let mut path = vec![x as u32];
        let mut at = x;
        // A path visits no point twice.
        while at != y && path.len() < size {
            at = self.next[at * size + y] as usize;
            path.push(at as u32);
        }
        path
    }

    /// A member that is not negative on `high` and not positive on `low`, where there is one; half way between the least and the
    /// greatest, so that rounding does not change a sign.
    pub(super) fn between(&self, high: &[usize], low: &[usize]) -> Vec<f64> {
        let least = |z: usize| high.iter().map(|&x| -self.rise(x, z)).reduce(f64::max);
        let greatest = |z: usize| low.iter().map(|&y| self.rise(z, y)).reduce(f64::min);
        let member = |z: usize| match (least(z), greatest(z)) {
            (Some(least), Some(greatest)) => f64::midpoint(least, greatest),
            (least, greatest) => least.or(greatest).unwrap_or(self.known[z]),
        };
        (0..self.known.len()).map(member).collect()
    }

    /// The greatest member with at most `values`, relative to the known one, on `low`.
    pub(super) fn above(&self, low: &[usize], values: &[f64]) -> Vec<f64> {
        let cone = |z: usize| low.iter().zip(values).map(move |(&y, value)| value + self.reduced(z, y));
        (0..self.known.len()).map(|z| self.known[z] + cone(z).fold(f64::INFINITY, f64::min)).collect()
    }
}
