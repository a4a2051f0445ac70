//! What M0's two extensions say about the segment of a pair.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Judgement, Points, lipschitz};

use super::UNIT;

/// Values on points, positive ones first, with pairs (positive, negative) along which they should be determined.
pub(super) struct Potential {
    pub(super) name: String,
    pub(super) points: Points,
    pub(super) values: Vec<f64>,
    pub(super) used: Vec<(usize, usize)>,
    /// The Lipschitz constant that the values respect.
    pub(super) constant: f64,
    /// Where on the segments to look.
    pub(super) at: &'static [f64],
}

/// Rounding: the constant of potentials that were computed in floating point, so that every pair respects it.
pub(super) const ROOM: f64 = 1.0 + 1e-11;

/// Share of the diameter by which the extensions may differ where they should meet: what [`ROOM`] opens between values as far apart, and
/// roundings.
const MEET: f64 = 1e-9;

/// Length of a step across the segment, as a share of the way to its nearer end.
const ACROSS: f64 = 0.125;

impl Potential {
    /// The pair of opposite points whose rise is furthest below its distance.
    pub(super) fn slackest(&self) -> (usize, usize) {
        let rows = self.used.iter().map(|(i, _)| *i);
        let columns = || self.used.iter().map(|(_, j)| *j);
        let pairs = rows.flat_map(|i| columns().map(move |j| (i, j)));
        let slack = |&(i, j): &(usize, usize)| {
            distance::below(self.points.row(i), self.points.row(j), Cost::L2)
                - (self.values[i] - self.values[j])
        };
        pairs.max_by(|a, b| slack(a).total_cmp(&slack(b))).unwrap_or_default()
    }
}

/// `min_j v_j + |x - z_j|` on all points of both classes: 1-Lipschitz up to rounding.
pub(super) fn extended(p: &Points, q: &Points, v: &[f64]) -> Vec<f64> {
    let value = |x: &[f64]| {
        q.rows().zip(v).map(|(z, v)| v + distance::below(x, z, Cost::L2)).fold(f64::INFINITY, f64::min)
    };
    p.rows().chain(q.rows()).map(value).collect()
}

/// That on each segment the largest and the smallest extension meet the line between the two values, and that across it they stay within
/// `h^2/(2 r)` of it, `r` the way to the nearer end: so every potential with these values has the gradient of the line.
pub(super) fn along(potential: &Potential, pairs: &[(usize, usize)]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new(UNIT);
    let Potential { name, points, values, constant, at, .. } = potential;
    let theorem = match lipschitz::values(points, values, *constant) {
        Judgement::Verified(theorem) => theorem,
        Judgement::Refuted(pair) => {
            finding.refuted(pair, || name.clone());
            return Ok(finding);
        }
        Judgement::Undecided(reason) => {
            finding.undecided(reason);
            return Ok(finding);
        }
    };
    let all: Vec<&[f64]> = points.rows().collect();
    let far =
        |x: &[f64]| all.iter().map(|y| distance::enclose(x, y, Cost::L2)).fold(Interval::ZERO, Interval::max);
    let meet = Interval::point(MEET);
    for &(i, j) in pairs {
        let (x, z) = (points.row(i), points.row(j));
        let length = distance::enclose(x, z, Cost::L2);
        if length.upper() <= 0.0 {
            continue;
        }
        let diameter = far(x).max(far(z));
        for &t in *at {
            let inside: Vec<f64> = x.iter().zip(z).map(|(x, z)| z + t * (x - z)).collect();
            let line = Interval::point(values[j]) + Interval::point(t) * length;
            let (smallest, largest) = (theorem.smallest_at(&inside)?, theorem.largest_at(&inside)?);
            let off = ((largest - line).abs()).max((line - smallest).abs()) / diameter;
            finding.case((meet - off).lower(), || {
                format!("{name}: rows {i} and {j} at {t}: from {smallest} to {largest}")
            });
            let nearer = Interval::point(t.min((1.0 - t).abs())) * length;
            for (aside, step) in aside(x, z, &inside, nearer) {
                let bound = step.sqr() / (Interval::integer(2) * nearer) / diameter + meet;
                let (smallest, largest) = (theorem.smallest_at(&aside)?, theorem.largest_at(&aside)?);
                let off = ((largest - line).abs()).max((line - smallest).abs()) / diameter;
                finding.case((bound - off).lower(), || {
                    format!("{name}: across rows {i} and {j} at {t}, step {step}")
                });
            }
        }
    }
    Ok(finding)
}

/// Two points across the segment: steps at right angles to it, in the plane of its two largest coordinates, with their lengths.
fn aside(x: &[f64], z: &[f64], inside: &[f64], nearer: Interval) -> Vec<(Vec<f64>, Interval)> {
    let direction: Vec<f64> = x.iter().zip(z).map(|(x, z)| x - z).collect();
    let mut order: Vec<usize> = (0..direction.len()).collect();
    order.sort_by(|a, b| direction[*b].abs().total_cmp(&direction[*a].abs()));
    let [a, b, ..] = order[..] else { return Vec::new() };
    let across = direction[a].hypot(direction[b]);
    let size = ACROSS * nearer.lower() / across;
    let step = |sign: f64| {
        let mut moved = inside.to_vec();
        moved[a] += sign * size * direction[b];
        moved[b] -= sign * size * direction[a];
        let length = distance::enclose(&moved, inside, Cost::L2);
        (moved, length)
    };
    vec![step(1.0), step(-1.0)]
}
