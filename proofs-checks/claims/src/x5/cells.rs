//! Bumps inside the regions of nearest neighbours.

use std::collections::BTreeMap;

use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};

/// `f_k(x) = max over points i of label k of (r_i - |x - x_i|)_+`, one function a label.
pub(super) struct Cells<'a> {
    pub(super) points: &'a Points,
    pub(super) labels: &'a [usize],
    /// `r_i`: numbers as stored, so that each function is 1-Lipschitz whatever they are.
    radii: Vec<f64>,
}

impl<'a> Cells<'a> {
    /// Radii of `share` of the distance to the nearest point of another label, rounded down.
    pub(super) fn new(points: &'a Points, labels: &'a [usize], share: f64) -> Self {
        let radius = |(x, label): (&[f64], &usize)| {
            let others = points.rows().zip(labels).filter(|(_, other)| *other != label);
            share * others.map(|(y, _)| distance::below(x, y, Cost::L2)).fold(f64::INFINITY, f64::min)
        };
        let radii = points.rows().zip(labels).map(radius).collect();
        Self { points, labels, radii }
    }

    /// Every score at `x` that is not 0; most points are shown to be too far away by a bound alone.
    pub(super) fn scores(&self, x: &[f64]) -> BTreeMap<usize, Interval> {
        let mut scores = BTreeMap::new();
        for ((y, label), radius) in self.points.rows().zip(self.labels).zip(&self.radii) {
            if distance::below(x, y, Cost::L2) >= *radius {
                continue;
            }
            let bump = Interval::data(*radius) - distance::enclose(x, y, Cost::L2);
            let score = scores.entry(*label).or_insert(Interval::ZERO);
            *score = score.max(bump);
        }
        scores
    }

    /// What is left between the ball about a point and those of all points of other labels, at the least; `None` if all
    /// labels are the same. Most pairs are settled by a bound below their distance.
    pub(super) fn room(&self, row: usize) -> Option<Interval> {
        let (x, label, radius) = (self.points.row(row), self.labels[row], Interval::data(self.radii[row]));
        let all = self.points.rows().zip(self.labels).zip(&self.radii);
        let others = all.filter(|((_, other), _)| **other != label);
        let rooms = others.map(|((y, _), other)| {
            let reach = radius + Interval::data(*other);
            let below = distance::below(x, y, Cost::L2);
            let apart = if reach.upper() <= below {
                Interval::data(below).max(Interval::ENTIRE)
            } else {
                distance::enclose(x, y, Cost::L2)
            };
            apart - reach
        });
        rooms.reduce(Interval::min)
    }
}
