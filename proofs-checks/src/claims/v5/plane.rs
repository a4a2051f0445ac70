//! Sets of the plane that a search finds shattered by one hidden layer.

use std::collections::HashSet;
use std::f64::consts::TAU;

use lip1_kernel::{Points, forward};
use lip1_vc::{Label, PlaneSearch, Realised, one_layer_bound, shattered_in_plane};

use crate::{CheckError, Context, Finding};

/// Pairs, and the number of points on a circle that the search shatters with them.
const FOUND: [(usize, usize); 3] = [(1, 4), (2, 5), (3, 6)];

/// Lower ends found next to upper ends by counting half-spaces.
pub(super) fn searched(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for (pairs, count) in FOUND.into_iter().take(ctx.count(2, 3, 3)) {
        let circle = circle(count)?;
        match shattered_in_plane(&circle, pairs, PlaneSearch::default())? {
            Some(networks) => finding.merge(shattered(&circle, pairs, &networks)?),
            None => finding.undecided(format!("no networks found for {count} points and {pairs} pairs")),
        }
    }
    Ok(finding)
}

/// The networks found for four points, one of them replaced by another.
pub(super) fn with_one_network_exchanged(_: &Context) -> Result<Finding, CheckError> {
    let circle = circle(4)?;
    let Some(mut networks) = shattered_in_plane(&circle, 1, PlaneSearch::default())? else {
        return Err(CheckError::Instance("four points shattered by one pair".to_owned()));
    };
    if let [first, second, ..] = networks.as_mut_slice() {
        second.net = first.net.clone();
    }
    shattered(&circle, 1, &networks)
}

/// Examines whether every labelling, or its opposite, has a network whose enclosures have its signs; then the number of
/// points is below the one that counting excludes.
fn shattered(points: &Points, pairs: usize, networks: &[Realised]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let mut labellings: HashSet<Vec<Label>> = HashSet::new();
    for Realised { labels, net } in networks {
        for (row, label) in points.rows().zip(labels) {
            let values = &forward::enclose(net, row)?.values;
            let right = values.first().is_some_and(|value| match label {
                Label::Plus => value.lower() > 0.0,
                Label::Minus => value.upper() < 0.0,
            });
            finding.exact(right, || format!("{values:?} at {row:?} for {labels:?}"));
        }
        let opposite = |label: &Label| if *label == Label::Plus { Label::Minus } else { Label::Plus };
        labellings.insert(labels.iter().map(opposite).collect());
        labellings.insert(labels.clone());
    }
    finding.exact(labellings.len() == 1 << points.len(), || format!("{} labellings", labellings.len()));
    if let Some(excluded) = one_layer_bound(points.dim(), pairs) {
        let witness = || format!("{} points shattered by {pairs} pairs, {excluded} excluded", points.len());
        finding.case(excluded as f64 - 1.0 - points.len() as f64, witness);
    }
    Ok(finding)
}

fn circle(count: usize) -> Result<Points, CheckError> {
    let angle = |k: usize| TAU * k as f64 / count as f64;
    Ok(Points::new(2, (0..count).flat_map(|k| [angle(k).cos(), angle(k).sin()]).collect())?)
}
