//! Witnesses of shattering, and the margin that distances allow.

use lip1_kernel::Theorem;
use lip1_kernel::lipschitz::{self, LipschitzValues};
use lip1_kernel::{Interval, Judgement, Points, distance};

use crate::error::Error;
use crate::shatter::Label;

/// A 1-Lipschitz function that realises a labelling with a margin: values `margin · y_i`, which extend to the whole
/// space ([`Theorem::largest_at`] and [`Theorem::smallest_at`] are its extremes there).
///
/// Verified iff every two points of opposite labels are at distance at least `2 margin`, decided exactly.
///
/// # Errors
/// [`Error::Length`] when there is not one label a point.
pub fn witness(
    points: &Points,
    labels: &[Label],
    margin: f64,
) -> Result<Judgement<Theorem<LipschitzValues>>, Error> {
    if labels.len() != points.len() {
        return Err(Error::Length { what: "labels", found: labels.len(), expected: points.len() });
    }
    let values: Vec<f64> = labels.iter().map(|label| margin * label.sign()).collect();
    Ok(lipschitz::values(points, &values, 1.0))
}

/// The largest margin at which the set is shattered: half the smallest pairwise distance, enclosed.
/// Nothing for fewer than two points, which are shattered at every margin.
#[must_use]
pub fn largest_margin(points: &Points) -> Option<Interval> {
    half_smallest(points, |_, _| true)
}

/// The largest margin at which one labelling is realised: half the smallest distance of opposite labels, enclosed.
/// Nothing for points of one label, which are realised at every margin.
///
/// # Errors
/// [`Error::Length`] when there is not one label a point.
pub fn labelling_margin(points: &Points, labels: &[Label]) -> Result<Option<Interval>, Error> {
    if labels.len() != points.len() {
        return Err(Error::Length { what: "labels", found: labels.len(), expected: points.len() });
    }
    Ok(half_smallest(points, |i, j| labels[i] != labels[j]))
}

fn half_smallest(points: &Points, counts: impl Fn(usize, usize) -> bool) -> Option<Interval> {
    let pairs = (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    pairs
        .filter(|(i, j)| counts(*i, *j))
        .map(|(i, j)| distance::enclose(points.row(i), points.row(j), distance::Cost::L2))
        .reduce(Interval::min)
        .map(|smallest| smallest * Interval::ratio(1, 2))
}

#[cfg(test)]
mod tests {
    use super::{labelling_margin, largest_margin, witness};
    use crate::shatter::Label;
    use lip1_kernel::Points;

    #[test]
    fn a_witness_exists_up_to_half_the_distance_of_opposite_labels() {
        let points = Points::new(2, vec![0.0, 0.0, 3.0, 4.0, 0.5, 0.0]).unwrap();
        let labels = [Label::Plus, Label::Minus, Label::Plus];
        // Opposite labels are at distance 5 and |(2.5, 4)| = 4.717.
        assert!(witness(&points, &labels, 2.35).unwrap().is_verified());
        assert!(witness(&points, &labels, 2.36).unwrap().is_refuted());
        assert!(witness(&points, &labels[..2], 1.0).is_err());
        assert!(largest_margin(&points).unwrap().contains(0.25));
        let of_labels = labelling_margin(&points, &labels).unwrap().unwrap();
        assert!(2.35 < of_labels.lower() && of_labels.upper() < 2.36);
        assert!(labelling_margin(&points, &[Label::Plus; 3]).unwrap().is_none());
    }
}
