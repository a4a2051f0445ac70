//! Fat-shattering on a line: with levels 0 when the points are far apart, with no levels when they are not.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::{Points, lipschitz};
use lip1_vc::{Label, labellings};
use rand::RngExt;

/// Points of a line and a scale g.
pub(super) struct Instance {
    positions: Vec<f64>,
    scale: f64,
}

/// Merges the findings of several instances.
pub(super) fn over(
    instances: &[Instance],
    examine: fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    for instance in instances {
        finding.merge(examine(instance)?);
    }
    Ok(finding)
}

/// Sets with gaps of 2g and more, some of them exactly that.
pub(super) fn separated(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("separated");
    let sets = (1..=ctx.count(8, 11, 13)).map(|count| {
        let mut at = 0.0;
        let positions = (0..count).map(|_| {
            let here = at;
            at += f64::from(2 + random.random_range(0..=1) * random.random_range(0..=3));
            here
        });
        Instance { positions: positions.collect(), scale: 1.0 }
    });
    Ok(sets.collect())
}

/// Sets of two to four integer points with a pair at 2g - 1 or closer.
pub(super) fn too_close(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("too close");
    let sets = (0..ctx.count(12, 60, 600)).map(|index| {
        let scale = f64::from(random.random_range(1..=3));
        let mut positions = vec![0.0, f64::from(random.random_range(0..2 * scale as i32))];
        positions.extend((0..index % 3).map(|_| f64::from(random.random_range(-20..=20))));
        Instance { positions, scale }
    });
    Ok(sets.collect())
}

/// Two points at 2g less one unit in the last place, and others far away.
pub(super) fn one_ulp_closer() -> Result<Instance, CheckError> {
    Ok(Instance { positions: vec![0.0, 2.0_f64.next_down(), 8.0, 16.0], scale: 1.0 })
}

/// Two points at exactly 2g.
pub(super) fn at_the_scale() -> Result<Instance, CheckError> {
    Ok(Instance { positions: vec![0.0, 2.0, 7.0], scale: 1.0 })
}

/// Examines whether every labelling is realised around the levels 0: the values `g y_i` extend.
pub(super) fn shattered(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let points = Points::new(1, instance.positions.clone())?;
    for labels in labellings(points.len()) {
        let values: Vec<f64> = labels.iter().map(|label| instance.scale * label.sign()).collect();
        finding.judged(lipschitz::values(&points, &values, 1.0), || format!("{values:?} on {points:?}"));
    }
    Ok(finding)
}

/// Levels are tried among the multiples of g/2 up to this multiple.
const LEVELS: i32 = 4;

/// Examines whether levels fail: for every choice on a grid (the first is 0, for a constant changes nothing) some labelling has
/// no function.
pub(super) fn no_levels_help(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let count = instance.positions.len();
    let choices = (2 * LEVELS + 1).pow(count as u32 - 1);
    for choice in 0..choices {
        let digit = |i: usize| {
            if i == 0 { 0 } else { choice / (2 * LEVELS + 1).pow(i as u32 - 1) % (2 * LEVELS + 1) - LEVELS }
        };
        let levels: Vec<f64> = (0..count).map(|i| 0.5 * instance.scale * f64::from(digit(i))).collect();
        let all = labellings(count).all(|labels| realised(instance, &levels, &labels));
        finding.exact(!all, || {
            format!("levels {levels:?} shatter {:?} at {}", instance.positions, instance.scale)
        });
    }
    Ok(finding)
}

/// Whether a 1-Lipschitz function is at least `r_i + g` where the label is plus and at most `r_i - g` where it is minus: iff
/// every plus can be so far above every minus. Small integers and halves: exact.
fn realised(instance: &Instance, levels: &[f64], labels: &[Label]) -> bool {
    let places = instance.positions.iter().zip(levels).zip(labels);
    places.clone().filter(|(_, label)| **label == Label::Plus).all(|((x, above), _)| {
        places
            .clone()
            .filter(|(_, label)| **label == Label::Minus)
            .all(|((y, below), _)| above - below + 2.0 * instance.scale <= (x - y).abs())
    })
}
