//! V1: margin classifiers shatter the sets whose points are far apart, and no others.
//!
//! Every labelling is decided twice: by difference constraints in integers and by the kernel.

mod instance;
mod three_values;

use std::collections::HashSet;

use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Lemma, Section, Sentence, Verdict, Whose,
};
use lip1_kernel::capacity::{self, CapacityBound, Formula, Scale};
use lip1_kernel::packing::{self, Domain};
use lip1_kernel::{Points, Theorem, distance, shatter};
use lip1_vc::{Label, labellings, margin_of_labelling};
use rand::RngExt;

use instance::{Fate, Instance, MARGIN, UNIT, separated, too_close};
use three_values::{Answer, DIPS, Dips};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V1",
    section: Section::Capacity,
    title: "Shattered means pairwise far apart",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Transcribed,
            "C^m(X): classifiers that are +1 where f >= m, -1 where f <= -m and undecided between, f 1-Lipschitz. A \
             finite set is shattered by C^m(X) iff its points are pairwise at distance at least 2m.",
        ),
        Sentence::new("b", Whose::Transcribed, "The VC dimension of C^m(X) is the 2m-packing number of X."),
        Sentence::new(
            "c",
            Whose::Author("Prop 10, m = 0"),
            "At m = 0 the VC dimension is infinite (X an infinite set).",
        ),
        Sentence::new(
            "d",
            Whose::Ours,
            "VCdim(C^m(X)) is finite iff X is bounded, and tends to infinity as m tends to 0 iff X is infinite.",
        ),
        Sentence::new(
            "e",
            Whose::Ours,
            "With \"undecided\" as a third value, the Natarajan dimension of C^m(X) is infinite for every m on every infinite X, so \
             that no finite dimension of classes with several values applies.",
        ),
    ],
    formula: r"S \text{ is shattered by } C^m(X) \iff |s - t| \ge 2m \text{ for all } s \ne t \in S",
    hypotheses: &[
        "for the labellings to exist: no pair is closer than 2m",
        "for a labelling to fail: some pair is closer than 2m",
        "the distance is twice the margin",
        "points are distinct",
        "X is infinite",
        "the two patterns are + and undecided",
        "0 < e < 2m",
    ],
    source: "If all pairs are at distance 2m or more, f_i = m y_i is 1-Lipschitz on the set for every labelling y and \
             extends to R^n (M0). If a pair is closer, a labelling that tells its points apart needs \
             f_i - f_j >= 2m > |x_i - x_j|. The largest shattered set is therefore a largest packing: k distinct points are one as soon as 2m is at most \
             their least distance, an unbounded X has as many points 2m apart as one likes, and a bounded one lies in finitely many \
             cells of smaller diameter than 2m. Three values: f = m - min(e, d(., T)). A linear program \
             in floating point sees no tie; to enclose it would take dual certificates in integers, which the \
             difference constraints already are.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_four_labellings_of_a_pair_ask_for_twice_the_margin",
            essential: true,
            about: "a",
            run: |_| pair(2),
        },
        Check {
            name: "every_labelling_of_a_separated_set_is_realised",
            essential: true,
            about: "a",
            run: |ctx| over(&separated(ctx)?, all_realised),
        },
        Check {
            name: "a_closer_pair_makes_labellings_impossible",
            essential: true,
            about: "a",
            run: |ctx| over(&too_close(ctx)?, some_impossible),
        },
        Check {
            name: "the_largest_shattered_subset_is_a_largest_packing",
            essential: true,
            about: "b",
            run: |ctx| subsets(ctx, 0),
        },
        Check {
            name: "linear_programs_of_all_labellings_agree_with_the_distances",
            essential: false,
            about: "a",
            run: |ctx| programs(ctx, 2.0),
        },
        Check {
            name: "distinct_points_are_shattered_without_a_margin",
            essential: true,
            about: "c",
            run: |_| without_margin(1),
        },
        Check {
            name: "halving_the_margin_or_doubling_the_length_doubles_the_dimension_of_a_segment",
            essential: true,
            about: "d",
            run: |_| segments(),
        },
        Check {
            name: "a_finite_set_has_all_of_its_points_from_some_margin_on",
            essential: true,
            about: "d",
            run: |_| finite_set(8),
        },
        Check {
            name: "a_dip_about_a_subset_is_never_decided_off_it",
            essential: true,
            about: "e",
            run: |_| Ok(three_values::DIPS.facts()),
        },
        Check {
            name: "every_subset_of_eight_points_is_told_by_plus_and_undecided",
            essential: true,
            about: "e",
            run: |_| three_values::DIPS.every_subset(),
        },
    ],
    controls: &[
        Control {
            name: "two_copies_of_a_point_have_one_answer",
            breaks: "points are distinct",
            run: |_| without_margin(0),
        },
        Control {
            name: "a_finite_set_has_no_more_points_at_smaller_margins",
            breaks: "X is infinite",
            run: |_| finite_set(9),
        },
        Control {
            name: "plus_and_minus_do_not_tell_close_points",
            breaks: "the two patterns are + and undecided",
            run: |_| Dips { depth: 2 * DIPS.margin, off: Answer::Minus, ..DIPS }.every_subset(),
        },
        Control {
            name: "a_dip_of_twice_the_margin_is_decided_far_away",
            breaks: "0 < e < 2m",
            run: |_| Ok(Dips { depth: 2 * DIPS.margin, ..DIPS }.facts()),
        },
        Control {
            name: "a_dip_of_twice_the_margin_decides_far_points_of_a_set",
            breaks: "0 < e < 2m",
            run: |_| Dips { depth: 2 * DIPS.margin, ..DIPS }.every_subset(),
        },
        Control {
            name: "a_pair_does_not_do_with_one_margin",
            breaks: "the distance is twice the margin",
            run: |_| pair(1),
        },
        Control {
            name: "a_pair_one_ulp_too_close_on_a_line_is_not_shattered",
            breaks: "for the labellings to exist: no pair is closer than 2m",
            run: |ctx| all_realised(&Instance::line(ctx, 12, 1)?),
        },
        Control {
            name: "a_pair_one_unit_too_close_in_the_plane_is_not_shattered",
            breaks: "for the labellings to exist: no pair is closer than 2m",
            run: |ctx| all_realised(&Instance::plane(ctx, 12, 1)?),
        },
        Control {
            name: "a_pair_at_exactly_twice_the_margin_forbids_no_labelling",
            breaks: "for a labelling to fail: some pair is closer than 2m",
            run: |ctx| some_impossible(&Instance::line(ctx, 12, 0)?),
        },
        Control {
            name: "packings_of_one_unit_less_can_be_larger",
            breaks: "the distance is twice the margin",
            run: |ctx| subsets(ctx, 1),
        },
        Control {
            name: "distances_of_one_margin_do_not_suffice",
            breaks: "the distance is twice the margin",
            run: |ctx| programs(ctx, 1.0),
        },
    ],
};

static PAIRS: Lemma = Lemma {
    name: "pairs decide shattering",
    statement: "If a labelling of a pair by equal signs can be realised at every distance, and one by opposite signs at \
                distance d iff d >= 2m, then a finite set is shattered by C^m iff its points are pairwise at distance at \
                least 2m.",
    proof: "Let every pair be 2m apart and y be a labelling. Each pair's labels are realised by the values m y: a rise of 0 or \
            of 2m. So m y is 1-Lipschitz on the set and extends to a 1-Lipschitz f on R^n (M0) with y f >= m on the set: it is \
            shattered. Conversely a 1-Lipschitz f that realises a labelling of the set realises it on every pair, so in a \
            shattered set each pair has its four labellings realised, the opposite ones included, and is 2m apart. Multiplying \
            f, m and all distances by a number changes nothing, so the facts are needed at one margin only. That a labelling \
            fails at every d < 2m is seen from one cycle of constraints: it asks for 2m of a single distance.",
    facts: "the 2^2 labellings of a pair, each at the least distance that it asks for",
};

// Labellings.

/// The facts of the lemma, where opposite signs ask for `multiple` margins: each labelling is realised at the least distance
/// that it asks for, and at one unit less a cycle of constraints asks for that much of one distance.
fn pair(multiple: i64) -> Result<Finding, CheckError> {
    let mut finding = Finding::reducing("units", &PAIRS, 1 << 2);
    for labels in labellings(2) {
        finding.element(&labels);
        let opposite = labels.first() != labels.last();
        let least = if opposite { multiple * MARGIN } else { 0 };
        let at = |distance| Instance::new(1, vec![[0, 0], [distance, 0]], 1, MARGIN, UNIT);
        realised(&mut finding, &at(least)?, &labels)?;
        if opposite {
            let closer = at(least - 1)?;
            let told = || closer.told(&labels);
            match closer.decide(&labels)? {
                Fate::Realised { .. } => finding.refused(format!("{} has values", told())),
                Fate::Impossible { asked, allowed } => {
                    finding.equal("asked along the cycle = 2m", &asked, &(2 * i128::from(MARGIN)), told);
                    finding.equal("length of the cycle = d", &allowed, &i128::from(least - 1), told);
                    finding.below("length of the cycle < 2m", &allowed, &asked, told);
                }
            }
        }
    }
    Ok(finding)
}

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

/// An empty finding over all labellings of a set and the set itself.
fn over_labellings(points: usize) -> Finding {
    Finding::enumerating("units", format!("2^{points} labellings and the set itself"), (1 << points) + 1)
}

/// The set must be shattered: every labelling has values in integers and the values `margin y`, and the kernel's
/// distance test says so at once.
fn all_realised(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = over_labellings(instance.points.len());
    finding.element("the set");
    finding.judged("shattered", shatter::shattered(&instance.points, instance.real_margin()), || {
        instance.name.clone()
    });
    for labels in labellings(instance.points.len()) {
        finding.element(&labels);
        realised(&mut finding, instance, &labels)?;
    }
    Ok(finding)
}

/// The set must not be shattered: the labellings that tell close points apart have constraints that contradict each other,
/// exactly those do whose values `margin y` the kernel refutes, and the kernel's distance test refutes the set.
fn some_impossible(instance: &Instance) -> Result<Finding, CheckError> {
    let points = instance.points.len();
    let mut finding = over_labellings(points);
    let mut impossible = 0_u64;
    for labels in labellings(points) {
        finding.element(&labels);
        match instance.decide(&labels)? {
            Fate::Realised { .. } => realised(&mut finding, instance, &labels)?,
            Fate::Impossible { asked, allowed } => {
                impossible += 1;
                let told = || instance.told(&labels);
                finding.below("length of a cycle < asked along it", &allowed, &asked, told);
                finding.disproved("m y is 1-Lipschitz", instance.extend(&labels)?, told);
            }
        }
    }
    finding.element("the set");
    let shattered = shatter::shattered(&instance.points, instance.real_margin());
    finding.disproved("shattered", shattered, || instance.name.clone());
    // What is realised is constant on every set of points that are joined by close pairs.
    let expected = (1 << points) - (1 << instance.clusters());
    finding.equal("labellings that are impossible", &impossible, &expected, || instance.name.clone());
    Ok(finding)
}

/// That a labelling is realised: by values in integers, and by `margin y` before the kernel.
fn realised(finding: &mut Finding, instance: &Instance, labels: &[Label]) -> Result<(), CheckError> {
    let told = || instance.told(labels);
    match instance.decide(labels)? {
        Fate::Realised { lack } => finding.not_above("what the values lack <= 0", &lack, &0, told),
        Fate::Impossible { asked, allowed } => {
            finding.not_above("asked along a cycle <= its length", &asked, &allowed, told);
            finding.refused(format!("{} has no values", told()));
        }
    }
    finding.judged("m y is 1-Lipschitz", instance.extend(labels)?, told);
    Ok(())
}

/// Labels as a row of signs.
fn signs(labels: &[Label]) -> String {
    labels.iter().map(|label| if *label == Label::Plus { '+' } else { '-' }).collect()
}

// Subsets.

/// On integer points of a line, the subsets of which all labellings are realised must be those whose points keep a distance
/// of `2m - short`; on `0, 1, ..., s` the largest must have `floor(s / 2m) + 1` points.
fn subsets(ctx: &Context, short: i64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    let count = ctx.count(10, 11, 12);
    let mut random = ctx.generator("sets");
    for margin in 1..=ctx.count(4, 8, 16) as i64 {
        let grid: Vec<i64> = (0..count as i64).collect();
        let scattered: Vec<i64> = (0..count).map(|_| random.random_range(0..8 * margin)).collect();
        let length = Scale::new(Domain::Box, 1, count as u128 - 1, margin.unsigned_abs().into())?;
        finding.merge(subsets_of(&grid, margin, short, points_on(&capacity::line_exact(length)?))?);
        finding.merge(subsets_of(&scattered, margin, short, None)?);
    }
    Ok(finding)
}

/// The number of points that the kernel's formula for a line counts.
fn points_on(bound: &Theorem<CapacityBound>) -> Option<u128> {
    if let Formula::Line(points) = bound.formula { Some(points) } else { None }
}

/// All subsets of a set, and how large the largest that are shattered and packed are; the first as large as expected.
fn subsets_of(
    positions: &[i64],
    margin: i64,
    short: i64,
    expected: Option<u128>,
) -> Result<Finding, CheckError> {
    let count = positions.len();
    let formula = format!("2^{count} - 1 subsets that are not empty, and the largest of them");
    let mut finding = Finding::enumerating("points", formula, 1 << count);
    let (mut shattered, mut packed) = (0_u128, 0_u128);
    for code in 1_u32..1 << count {
        let chosen = positions.iter().enumerate().filter(|(i, _)| code >> i & 1 == 1);
        let subset = Instance::new(1, chosen.map(|(_, x)| [*x, 0]).collect(), 1, margin, 1.0)?;
        let size = subset.points.len();
        let apart = packing::separated(&subset.points, (2 * margin - short) as f64);
        let told = || subset.name.clone();
        finding.element(code);
        if apart.is_verified() {
            packed = packed.max(size as u128);
        }
        if realised_labellings(&subset)? == 1 << size {
            shattered = shattered.max(size as u128);
            finding.judged("a shattered subset is a packing", apart, told);
        } else {
            finding.disproved("a subset that is not shattered is a packing", apart, told);
        }
    }
    let told = || format!("the {count} points at margin {margin}");
    finding.element("largest");
    finding.equal("size of a largest shattered subset and packing", &shattered, &packed, told);
    if let Some(expected) = expected {
        finding.equal("floor(s / 2m) + 1", &shattered, &expected, told);
    }
    Ok(finding)
}

/// How many labellings of a set have values in integers, counted up to the first that has none.
fn realised_labellings(instance: &Instance) -> Result<usize, CheckError> {
    let mut realised = HashSet::new();
    for labels in labellings(instance.points.len()) {
        match instance.decide(&labels)? {
            Fate::Realised { lack } if lack <= 0 => realised.insert(labels),
            Fate::Realised { .. } | Fate::Impossible { .. } => break,
        };
    }
    Ok(realised.len())
}

// No margin, and small ones.

/// All labellings of 1 to 8 whole numbers `step` apart, at a margin of half a unit: `y f > 0` everywhere.
fn without_margin(step: i64) -> Result<Finding, CheckError> {
    let largest = 8;
    let size = (1..=largest).map(|count| 1_u128 << count).sum();
    let mut finding = Finding::enumerating("units", "2 + 2^2 + .. + 2^8 labellings", size);
    for count in 1..=largest {
        let places = (0..count as i64).map(|k| [2 * step * k, 0]).collect();
        let instance = Instance::new(1, places, 1, 1, 0.5)?;
        for labels in labellings(count) {
            finding.element((count, &labels));
            realised(&mut finding, &instance, &labels)?;
        }
    }
    Ok(finding)
}

/// On `[0, s]` the kernel's exact count `floor(s/2m) + 1`, as `s/m` doubles: by a longer segment or a smaller margin.
fn segments() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for doubling in 0..40_u32 {
        let ratio = 1_u128 << doubling;
        let counted = points_on(&capacity::line_exact(Scale::new(Domain::Box, 1, ratio, 1)?)?);
        finding.equal("floor(s/2m) + 1", &counted, &Some(ratio / 2 + 1), || format!("s/m = {ratio}"));
    }
    Ok(finding)
}

/// That the eight points 0, 2, .., 14 are `claimed` in a largest shattered set, at margins of 1, 1/2, 1/4, ...
fn finite_set(claimed: u128) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for halving in 0..8_u32 {
        let places = (0..8_i64).map(|k| [(2 * k) << halving, 0]).collect();
        let instance = Instance::new(1, places, 1, 1, 1.0)?;
        let shattered = if realised_labellings(&instance)? == 1 << 8 { 8 } else { 0 };
        finding.equal("the largest shattered set", &shattered, &claimed, || {
            format!("0, 2, .., 14 at margin 2^-{halving}")
        });
    }
    // At a larger margin neighbours are too close.
    let closer = Instance::new(1, (0..8_i64).map(|k| [2 * k, 0]).collect(), 1, 2, 1.0)?;
    finding.below("labellings realised < 2^8", &realised_labellings(&closer)?, &(1 << 8), || {
        closer.name.clone()
    });
    Ok(finding)
}

// Linear programs.

/// How far below and above the critical margin the programs are asked.
const STEP: f64 = 1e-4;

/// The solver's own tolerance, for distances of order 1: closer to a tie a linear program in floating point decides
/// nothing, and the exact constraints do.
const SOLVER: f64 = 1e-6;

/// On random points in 1 to 4 dimensions, each labelling is realised at a margin just below and just above the critical
/// one of the whole set iff its opposite labels are `factor` margins apart.
fn programs(ctx: &Context, factor: f64) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator("programs");
    for count in 2..=ctx.count(10, 12, 12) {
        let dim = random.random_range(1..=4);
        let points = Points::new(dim, (0..count * dim).map(|_| random.random_range(-1.0..1.0)).collect())?;
        let Some(critical) = opposite(&points, |_, _| true) else { continue };
        let mut set = Finding::enumerating("distance", format!("2^{count} labellings"), 1 << count);
        for labels in labellings(count) {
            set.element(&labels);
            let reach = margin_of_labelling(&points, &labels, dim as f64)?;
            let apart = opposite(&points, |i, j| labels.get(i) != labels.get(j));
            for margin in [critical / 2.0 - STEP, critical / 2.0 + STEP] {
                let tie = apart.is_some_and(|apart| (apart - factor * margin).abs() <= SOLVER);
                if margin <= SOLVER || tie {
                    continue;
                }
                let expected = apart.is_none_or(|apart| apart >= factor * margin);
                let slack = if expected { reach - margin } else { margin - reach };
                set.float(slack, || {
                    let labels = signs(&labels);
                    format!("{labels} in dimension {dim} at margin {margin}: the program reaches {reach}")
                });
            }
        }
        finding.merge(set);
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
