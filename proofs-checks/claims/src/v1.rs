//! V1: margin classifiers shatter the sets whose points are far apart, and no others.

mod instance;

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::capacity::{self, Scale};
use lip1_kernel::packing::{self, Domain};
use lip1_kernel::{Points, distance, shatter};
use lip1_vc::{
    Label, Labelling, labellings, margin_of_labelling, realise, shattered_by_differences, witness,
};
use rand::RngExt;

use instance::Instance;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V1",
    section: Section::Capacity,
    title: "Shattered means pairwise far apart",
    statement: "C^m(X): classifiers that are +1 where f >= m, -1 where f <= -m and undecided between, f 1-Lipschitz. \
                A finite set is shattered by C^m(X) iff its points are pairwise at distance at least 2m; so the VC \
                dimension of C^m(X) is the 2m-packing number of X.",
    formula: r"S \text{ is shattered by } C^m(X) \iff |s - t| \ge 2m \text{ for all } s \ne t \in S",
    corrected: None,
    hypotheses: &[
        "for the labellings to exist: no pair is closer than 2m",
        "for a labelling to fail: some pair is closer than 2m",
        "the distance is twice the margin",
    ],
    source: "If all pairs are at distance 2m or more, f_i = m y_i is 1-Lipschitz on the set for every labelling y and \
             extends to R^n (M0). If a pair is closer, a labelling that tells its points apart needs \
             f_i - f_j >= 2m > |x_i - x_j|. The largest shattered set is therefore a largest packing.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_labelling_of_a_separated_set_is_realised",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(&instance::separated(ctx)?, all_realised)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "a_closer_pair_makes_labellings_impossible",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(&instance::too_close(ctx)?, some_impossible)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "the_largest_shattered_subset_is_a_largest_packing",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(subsets(ctx, 0)?.exhaustive(Scope::Universal)),
        },
        Check {
            name: "linear_programs_of_all_labellings_agree_with_the_distances",
            essential: false,
            about: About::Transcribed,
            run: |ctx| Ok(programs(ctx, 2.0)?.exhaustive(Scope::Instances)),
        },
    ],
    controls: &[
        Control {
            name: "a_pair_one_ulp_too_close_on_a_line_is_not_shattered",
            breaks: "for the labellings to exist: no pair is closer than 2m",
            run: |ctx| Ok(Rejection::of(&all_realised(&Instance::line(ctx, 12, 1)?)?)),
        },
        Control {
            name: "a_pair_one_unit_too_close_in_the_plane_is_not_shattered",
            breaks: "for the labellings to exist: no pair is closer than 2m",
            run: |ctx| Ok(Rejection::of(&all_realised(&Instance::plane(ctx, 12, 1)?)?)),
        },
        Control {
            name: "a_pair_at_exactly_twice_the_margin_forbids_no_labelling",
            breaks: "for a labelling to fail: some pair is closer than 2m",
            run: |ctx| Ok(Rejection::of(&some_impossible(&Instance::line(ctx, 12, 0)?)?)),
        },
        Control {
            name: "packings_of_one_unit_less_can_be_larger",
            breaks: "the distance is twice the margin",
            run: |ctx| Ok(Rejection::of(&subsets(ctx, 1)?)),
        },
        Control {
            name: "distances_of_one_margin_do_not_suffice",
            breaks: "the distance is twice the margin",
            run: |ctx| Ok(Rejection::of(&programs(ctx, 1.0)?)),
        },
    ],
};

/// Merges the findings of several instances.
fn over(
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
fn all_realised(instance: &Instance) -> Result<Finding, CheckError> {
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
fn some_impossible(instance: &Instance) -> Result<Finding, CheckError> {
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

/// On integer points of a line, the largest subset of which all labellings are realised must be as large as the largest
/// one at distance `2m - short`; on `0, 1, ..., s` both must be `floor(s / 2m) + 1`.
fn subsets(ctx: &Context, short: i64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let count = ctx.count(10, 11, 12);
    let mut random = ctx.generator("sets");
    for margin in 1..=ctx.count(4, 8, 16) as i64 {
        let grid: Vec<i64> = (0..count as i64).collect();
        let scattered: Vec<i64> = (0..count).map(|_| random.random_range(0..8 * margin)).collect();
        for (positions, regular) in [(grid, true), (scattered, false)] {
            let shattered = largest(&positions, |subset| all_labellings(subset, margin))?;
            let packed = largest(&positions, |subset| {
                let points = Points::new(1, subset.iter().map(|x| *x as f64).collect())?;
                Ok(packing::separated(&points, (2 * margin - short) as f64).is_verified())
            })?;
            finding.exact(shattered == packed, || {
                format!("{positions:?} at margin {margin}: {shattered} shattered, {packed} packed")
            });
            if regular {
                let scale = Scale::new(Domain::Box, 1, count as u128 - 1, margin.unsigned_abs().into())?;
                let exact = capacity::line_exact(scale)?;
                finding.exact(shattered as u128 == exact, || {
                    format!("0..{count} at margin {margin}: {shattered} shattered, {exact} by the formula")
                });
            }
        }
    }
    Ok(finding)
}

/// The size of the largest subset with a property.
fn largest(positions: &[i64], has: impl Fn(&[i64]) -> Result<bool, CheckError>) -> Result<usize, CheckError> {
    let mut best = 0;
    for code in 1_u32..1 << positions.len() {
        let chosen = positions.iter().enumerate().filter(|(i, _)| code >> i & 1 == 1);
        let subset: Vec<i64> = chosen.map(|(_, x)| *x).collect();
        if subset.len() > best && has(&subset)? {
            best = subset.len();
        }
    }
    Ok(best)
}

fn all_labellings(positions: &[i64], margin: i64) -> Result<bool, CheckError> {
    let pairs = positions.iter().flat_map(|x| positions.iter().map(move |y| (x - y).abs()));
    let distances: Vec<i64> = pairs.collect();
    let failing = shattered_by_differences(positions.len(), &distances, margin)
        .map_err(CheckError::during("difference constraints"))?;
    Ok(failing.is_none())
}

/// How far below and above the critical margin the programs are asked.
const STEP: f64 = 1e-4;

/// The solver's own tolerance, for distances of order 1: closer to a tie a linear program in floating point decides
/// nothing, and the exact constraints do.
const SOLVER: f64 = 1e-6;

/// On random points in 1 to 4 dimensions, each labelling is realised at a margin just below and just above the critical
/// one of the whole set iff its opposite labels are `factor` margins apart.
fn programs(ctx: &Context, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("margins");
    let mut random = ctx.generator("programs");
    for count in 2..=ctx.count(10, 12, 12) {
        let dim = random.random_range(1..=4);
        let points = Points::new(dim, (0..count * dim).map(|_| random.random_range(-1.0..1.0)).collect())?;
        let Some(critical) = opposite(&points, |_, _| true) else { continue };
        for labels in labellings(count) {
            let reach = margin_of_labelling(&points, &labels, dim as f64)
                .map_err(CheckError::during("linear program"))?;
            let apart = opposite(&points, |i, j| labels.get(i) != labels.get(j));
            for margin in [critical / 2.0 - STEP, critical / 2.0 + STEP] {
                let tie = apart.is_some_and(|apart| (apart - factor * margin).abs() <= SOLVER);
                if margin <= SOLVER || tie {
                    continue;
                }
                let expected = apart.is_none_or(|apart| apart >= factor * margin);
                finding.exact((reach >= margin) == expected, || {
                    let labels: String =
                        labels.iter().map(|y| if *y == Label::Plus { '+' } else { '-' }).collect();
                    format!("{labels} on {points:?} at margin {margin:?}: the program reaches {reach:?}")
                });
            }
        }
    }
    Ok(finding)
}

/// The smallest distance of the pairs chosen.
fn opposite(points: &Points, chosen: impl Fn(usize, usize) -> bool) -> Option<f64> {
    let pairs = (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let distances = pairs
        .filter(|(i, j)| chosen(*i, *j))
        .map(|(i, j)| distance::enclose(points.row(i), points.row(j), distance::Cost::L2).lower());
    distances.reduce(f64::min)
}
