//! Bumps inside the regions of nearest neighbours.

use lip1_faults::{Fault, unless};
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
            unless(Fault::BumpTooWide, 1.0, 1.5)
                * share
                * others.map(|(y, _)| distance::below(x, y, Cost::L2)).fold(f64::INFINITY, f64::min)
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
            let bump = Interval::point(*radius) - distance::enclose(x, y, Cost::L2);
            let score = scores.entry(*label).or_insert(Interval::ZERO);
            *score = score.max(bump);
        }
        scores
    }

    /// Whether the ball about a point and those of all points of other labels do not overlap.
    pub(super) fn apart(&self, row: usize) -> bool {
        let (x, label, radius) = (self.points.row(row), self.labels[row], Interval::point(self.radii[row]));
        let all = self.points.rows().zip(self.labels).zip(&self.radii);
        all.filter(|((_, other), _)| **other != label).all(|((y, _), other)| {
            (radius + Interval::point(*other)).upper() <= distance::below(x, y, Cost::L2)
        })
    }
}
