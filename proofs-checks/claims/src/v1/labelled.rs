//! All labellings of a set, each decided twice: by difference constraints in integers and by the kernel.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::shatter;
use lip1_vc::{Label, Labelling, labellings, realise, witness};

use super::instance::Instance;

/// Merges the findings of several instances.
pub(super) fn over(
    instances: &[Instance],
    examine: impl Fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units");
    for instance in instances {
        finding.merge(examine(instance)?);
    }
    Ok(finding)
}

/// The set must be shattered: every labelling has values in integers and the values `margin y`, and the kernel's
/// distance test says so at once.
pub(super) fn all_realised(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units");
    let (points, margin) = (&instance.points, instance.real_margin());
    finding.judged(shatter::shattered(points, margin), || format!("{points:?} at margin {margin:?}"));
    for labels in labellings(points.len()) {
        let realised = match decide(instance, &labels)? {
            Labelling::Realised(values) => respects(instance, &labels, &values),
            Labelling::Impossible(_) => false,
        };
        finding.exact(realised, || format!("{labels:?} has no values on {points:?}"));
        let judgement = witness(points, &labels, margin).map_err(CheckError::during("witness"))?;
        finding.judged(judgement, || format!("{labels:?} on {points:?}"));
    }
    Ok(finding)
}

/// The set must not be shattered: some labelling has constraints that contradict each other, exactly those do whose
/// values `margin y` the kernel refutes, and the kernel's distance test refutes the set.
pub(super) fn some_impossible(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("units");
    let (points, margin) = (&instance.points, instance.real_margin());
    let refuted = shatter::shattered(points, margin).is_refuted();
    finding.exact(refuted, || format!("{points:?} is shattered at margin {margin:?}"));
    let mut impossible = 0_u64;
    for labels in labellings(points.len()) {
        let judgement = witness(points, &labels, margin).map_err(CheckError::during("witness"))?;
        let agree = match decide(instance, &labels)? {
            Labelling::Realised(values) => judgement.is_verified() && respects(instance, &labels, &values),
            Labelling::Impossible(cycle) => {
                impossible += 1;
                judgement.is_refuted() && contradicts(instance, &labels, &cycle)
            }
        };
        finding.exact(agree, || format!("{labels:?}: the two tests disagree on {points:?}"));
    }
    finding.exact(impossible > 0, || format!("all labellings of {points:?} are realised at {margin:?}"));
    Ok(finding)
}

fn decide(instance: &Instance, labels: &[Label]) -> Result<Labelling, CheckError> {
    realise(&instance.distances, labels, instance.margin)
        .map_err(CheckError::during("difference constraints"))
}

/// Whether values satisfy every constraint, in integers.
fn respects(instance: &Instance, labels: &[Label], values: &[i128]) -> bool {
    let margin = i128::from(instance.margin);
    let pairs = values.iter().flat_map(|f| values.iter().map(move |g| f - g));
    let signs = values.iter().zip(labels);
    values.len() == labels.len()
        && pairs.zip(&instance.distances).all(|(rise, distance)| rise <= i128::from(*distance))
        && signs.into_iter().all(|(f, y)| if *y == Label::Plus { *f >= margin } else { *f <= -margin })
}

/// Whether the constraints along a cycle add up to `0 < 0`: `f_b - f_a <= d_ab` from point to point, and `-margin`
/// into a negative point and out of a positive one.
fn contradicts(instance: &Instance, labels: &[Label], cycle: &[Option<usize>]) -> bool {
    let ends = cycle.iter().zip(cycle.iter().cycle().skip(1));
    let length = |from: &Option<usize>, to: &Option<usize>| match (*from, *to) {
        (Some(a), Some(b)) => instance.distances.get(b * labels.len() + a).map(|d| i128::from(*d)),
        (None, Some(point)) => {
            (labels.get(point) == Some(&Label::Minus)).then(|| -i128::from(instance.margin))
        }
        (Some(point), None) => {
            (labels.get(point) == Some(&Label::Plus)).then(|| -i128::from(instance.margin))
        }
        (None, None) => None,
    };
    let total: Option<i128> = ends.map(|(from, to)| length(from, to)).sum();
    total.is_some_and(|total| total < 0)
}
