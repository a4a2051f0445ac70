//! Finite sets that margin classifiers shatter.

use crate::refusal::require;
use crate::{Interval, Judgement, Points, Rule, Theorem, packing};

/// Points that 1-Lipschitz functions shatter at a margin: every labelling by signs `y` has a 1-Lipschitz `f` with
/// `y_i f(x_i) >= margin` at every point.
#[derive(Debug, Clone, PartialEq)]
pub struct Shattered {
    /// The points.
    pub points: Points,
    /// The margin.
    pub margin: f64,
}

impl Theorem<Shattered> {
    /// The margin, exactly.
    pub fn lower_bound(&self) -> Interval {
        Interval::exact(self.margin)
    }
}

/// Judges whether a finite set is shattered at `margin`: exactly when all pairs are at distance at least `2 margin`.
///
/// If they are, `f_i = margin y_i` is 1-Lipschitz on the set for every labelling and extends. If a pair is closer, a labelling
/// that tells its points apart needs a slope above 1. Cost: that of [`packing::separated`].
///
/// ```
/// use lip1_kernel::{Points, shatter};
/// let line = Points::new(1, vec![0.0, 1.0, 2.0])?;
/// assert!(shatter::shattered(&line, 0.5).is_verified());
/// assert!(shatter::shattered(&line, 0.5_f64.next_up()).is_refuted());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn shattered(points: &Points, margin: f64) -> Judgement<Theorem<Shattered>> {
    if let Err(refusal) = require(margin > 0.0, "the margin must be positive") {
        return Judgement::Undecided(refusal);
    }
    match packing::separated(points, 2.0 * margin) {
        Judgement::Verified(_) => {
            Judgement::Verified(Theorem::new(Shattered { points: points.clone(), margin }))
        }
        Judgement::Refuted(pair) => Judgement::Refuted(pair.to(Rule::Shattered)),
        Judgement::Undecided(refusal) => Judgement::Undecided(refusal),
    }
}
