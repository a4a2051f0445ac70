//! Covering and packing bounds on Rademacher complexity.

use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};

use crate::error::Error;
use crate::finite::{Limits, packing_number};

/// Centres among the points, in the order of farthest-point traversal.
#[derive(Debug, Clone, PartialEq)]
pub struct FarthestPoints {
    /// Rows, the first one row 0.
    pub centres: Vec<usize>,
    /// `radii[k]`: every point is within this distance of one of the first k + 1 centres (rounded up).
    pub radii: Vec<f64>,
}

/// Farthest-point traversal (Gonzalez 1985): the first k + 1 centres cover with a radius at most twice the best.
///
/// Stops after `most` centres or when every point is one. Cost: `n · most · dim`.
#[must_use]
pub fn farthest_point_net(points: &Points, most: usize) -> FarthestPoints {
    let mut net = FarthestPoints { centres: Vec::new(), radii: Vec::new() };
    let mut far = vec![f64::INFINITY; points.len()];
    while net.centres.len() < most.min(points.len()) && net.radii.last().is_none_or(|radius| *radius > 0.0) {
        let next = (0..far.len()).max_by(|i, j| far[*i].total_cmp(&far[*j]).then(j.cmp(i))).unwrap_or(0);
        for (row, far) in points.rows().zip(&mut far) {
            *far = far.min(distance::enclose(row, points.row(next), Cost::L2).upper());
        }
        net.centres.push(next);
        net.radii.push(far.iter().copied().fold(0.0, f64::max));
    }
    net
}

/// Levels that a function's values are rounded to, at most.
const MOST_LEVELS: u32 = 64;

/// An upper bound on the empirical Rademacher complexity of 1-Lipschitz functions with `|f| <= bound`:
///
/// `min over k, l of  radius_k + B/l + B √(2 k ln(l) / N)`.
///
/// Rounding f at the k centres of a net to l levels gives `l^k` functions, one of which is within
/// `radius_k + B/l` of f at every point; Massart's lemma bounds their maximum. An upper end.
///
/// # Errors
/// [`Error::OutOfRange`] for a bound that is not positive and finite.
pub fn covering_bound(points: &Points, bound: f64) -> Result<f64, Error> {
    if !(bound > 0.0 && bound.is_finite()) {
        return Err(Error::OutOfRange { what: "bound", value: bound, range: "positive and finite" });
    }
    let net = farthest_point_net(points, points.len());
    let width = Interval::data(bound);
    let mut best = bound;
    for (k, radius) in (1_u128..).zip(&net.radii) {
        for levels in 1..=MOST_LEVELS {
            let levels = Interval::data(f64::from(levels));
            let entropy = Interval::integer(2 * k) * levels.ln() / Interval::integer(points.len() as u128);
            let total = Interval::data(*radius) + width / levels + width * entropy.sqrt();
            best = best.min(total.upper());
        }
    }
    Ok(best)
}

/// A lower bound on the same: `max over margins m of min(m, B) · packing(m) / N`.
///
/// On points pairwise at distance 2m a function takes any signs times m; whatever it does elsewhere averages to 0 over the
/// other signs. A lower end, from the sizes of sets that [`packing_number`] finds at the given margins.
///
/// # Errors
/// Those of [`packing_number`], and [`Error::OutOfRange`] for a bound that is not positive and finite.
pub fn packing_bound(points: &Points, bound: f64, margins: &[f64], limits: Limits) -> Result<f64, Error> {
    if !(bound > 0.0 && bound.is_finite()) {
        return Err(Error::OutOfRange { what: "bound", value: bound, range: "positive and finite" });
    }
    let mut best = 0.0_f64;
    for margin in margins {
        let found = packing_number(points, *margin, limits)?.lower();
        let share = Interval::ratio(found as u128, points.len().max(1) as u128);
        best = best.max((Interval::data(margin.min(bound)) * share).lower());
    }
    Ok(best)
}
