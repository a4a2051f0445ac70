//! Sets of the plane that a search finds shattered by one hidden layer.

use std::f64::consts::TAU;

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::{Interval, Points, forward};
use lip1_vc::{Label, PlaneLimits, Realised, one_layer_bound, shattered_in_plane};

/// Pairs, and the number of points on a circle that the search shatters with them.
const FOUND: [(usize, usize); 3] = [(1, 4), (2, 5), (3, 6)];

/// Lower ends found next to upper ends by counting half-spaces.
pub(super) fn searched(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for (pairs, count) in FOUND.into_iter().take(ctx.count(2, 3, 3)) {
        let circle = circle(count)?;
        match shattered_in_plane(&circle, pairs, PlaneLimits::default())? {
            Some(networks) => finding.merge(shattered(&circle, pairs, &networks)?),
            None => finding.undecided(format!("no networks found for {count} points and {pairs} pairs")),
        }
    }
    Ok(finding)
}

/// The networks found for four points, one of them replaced by another.
pub(super) fn with_one_network_exchanged(_: &Context) -> Result<Finding, CheckError> {
    let circle = circle(4)?;
    let Some(mut networks) = shattered_in_plane(&circle, 1, PlaneLimits::default())? else {
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
    let size = 1_u128 << points.len();
    let mut finding = Finding::enumerating("value", "2^k labellings of k points", size);
    for Realised { labels, net } in networks {
        // The network itself, and the one with the opposite output.
        for negated in [false, true] {
            let wanted: Vec<Label> = labels.iter().map(|label| turned(*label, negated)).collect();
            finding.element(&wanted);
            for (row, label) in points.rows().zip(&wanted) {
                let values = forward::enclose(net, row)?;
                let value = values.values.first().copied().unwrap_or(Interval::ZERO);
                let right = if turned(*label, negated) == Label::Plus { value } else { -value };
                finding.less("0 < label times value", Interval::ZERO, right, || {
                    format!("{pairs} pairs, value in {value} at {} {}", row[0], row[1])
                });
            }
        }
    }
    let mut whole = Finding::new("value");
    whole.merge(finding);
    if let Some(excluded) = one_layer_bound(points.dim(), pairs) {
        whole.below("points shattered < points excluded", &(points.len() as u64), &excluded, || {
            format!("{} points shattered by {pairs} pairs, {excluded} excluded", points.len())
        });
    }
    Ok(whole)
}

fn turned(label: Label, negated: bool) -> Label {
    match (label, negated) {
        (Label::Plus, false) | (Label::Minus, true) => Label::Plus,
        (Label::Minus, false) | (Label::Plus, true) => Label::Minus,
    }
}

fn circle(count: usize) -> Result<Points, CheckError> {
    let angle = |k: usize| TAU * k as f64 / count as f64;
    Ok(Points::new(2, (0..count).flat_map(|k| [angle(k).cos(), angle(k).sin()]).collect())?)
}
