//! X5: 1-Lipschitz functions memorise random labels.

mod cells;

use lip1_datasets::data::digits;
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Tolerance, Verdict, Whose,
};
use lip1_kernel::{Interval, Points};
use rand::RngExt;

use super::x2::{MaxMin, ROUNDING, Sample, separates};
use cells::Cells;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "X5",
    section: Section::Expressiveness,
    title: "1-Lipschitz functions memorise random labels",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "Whatever labels distinct points are given, of two classes or of many, some 1-Lipschitz function classifies all of \
         them right.",
    )],
    formula: r"\forall\, y \in \{1, \dots, K\}^N \;\exists\, f,\ \mathrm{Lip}(f) \le 1 : \; \arg\max_k f_k(x_i) = y_i \text{ for all } i",
    hypotheses: &[
        "points of different labels are distinct",
        "a region reaches at most half the distance to the nearest point of another label",
    ],
    source: "Two classes: the function of X2. K classes, X4 on nearest-neighbour cells: with r_i at most half the distance \
             of x_i to the nearest point of another label, the ball of radius r_i about x_i lies in the region of its \
             label, and f_k(x) = max over i of label k of (r_i - |x - x_i|)_+ is 1-Lipschitz, at most the distance to \
             the complement of region k, and at least r_i at x_i. The others vanish there: |x_i - x_l| >= 2 r_l.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "ten_random_classes_of_real_points_are_memorised",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for draw in 0..ctx.count(2, 10, 100) {
                    let labels = labels(ctx, &format!("ten classes {draw}"), 10)?;
                    finding.merge(cells(&Cells::new(&digits()?.points, &labels, HALF))?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "two_random_classes_of_real_points_are_memorised",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for draw in 0..ctx.count(1, 10, 100) {
                    let labels = labels(ctx, &format!("two classes {draw}"), 2)?;
                    finding.merge(halves(&digits()?.points, &labels)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "every_point_of_its_own_label_is_memorised",
            essential: true,
            about: "a",
            run: |_| {
                let points = &digits()?.points;
                let labels: Vec<usize> = (0..points.len()).collect();
                cells(&Cells::new(points, &labels, HALF))
            },
        },
    ],
    controls: &[
        Control {
            name: "a_point_with_two_of_ten_labels_is_not_memorised",
            breaks: "points of different labels are distinct",
            run: |ctx| {
                let (points, mut drawn) = (twin(&digits()?.points)?, labels(ctx, "twin", 10)?);
                drawn.push((drawn[0] + 1) % 10);
                cells(&Cells::new(&points, &drawn, HALF))
            },
        },
        Control {
            name: "a_point_with_both_labels_is_not_memorised",
            breaks: "points of different labels are distinct",
            run: |ctx| {
                let (points, mut drawn) = (twin(&digits()?.points)?, labels(ctx, "twin", 2)?);
                drawn.push(1 - drawn[0]);
                halves(&points, &drawn)
            },
        },
        Control {
            name: "regions_of_more_than_half_the_distance_overlap",
            breaks: "a region reaches at most half the distance to the nearest point of another label",
            run: |ctx| {
                let labels = labels(ctx, "large regions", 10)?;
                cells(&Cells::new(&digits()?.points, &labels, 0.75))
            },
        },
    ],
};

/// Share of the distance to the nearest point of another label that a region reaches.
const HALF: f64 = 0.5;

/// A label in `0..classes` for each digit.
fn labels(ctx: &Context, stream: &str, classes: usize) -> Result<Vec<usize>, CheckError> {
    let mut random = ctx.generator(stream);
    Ok((0..digits()?.points.len()).map(|_| random.random_range(0..classes)).collect())
}

/// The points with the first one repeated at the end.
fn twin(points: &Points) -> Result<Points, CheckError> {
    let coords = points.coords().iter().chain(points.row(0)).copied().collect();
    Ok(Points::new(points.dim(), coords)?)
}

/// That regions of different labels do not overlap, and that every point's own score is positive and the largest one, by
/// enclosures of all scores.
fn cells(cells: &Cells<'_>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    for (row, x) in cells.points.rows().enumerate() {
        let label = cells.labels[row];
        let scores = cells.scores(x);
        let own = scores.get(&label).copied().unwrap_or(Interval::ZERO);
        let others = scores.iter().filter(|(other, _)| **other != label);
        let largest = others.fold(Interval::ZERO, |largest, (_, score)| largest.max(*score));
        let witness = || format!("point {row} of label {label}");
        if let Some(room) = cells.room(row) {
            finding.at_most("0 <= room between regions of two labels", Interval::ZERO, room, witness);
        }
        finding.less("largest other score < own score", largest, own, witness);
    }
    Ok(finding)
}

/// That the function of X2 is right at every point, where label 1 is positive.
fn halves(points: &Points, labels: &[usize]) -> Result<Finding, CheckError> {
    let sample = Sample::labelled(points, |row| labels.get(row) == Some(&1))?;
    // A function of a point has one value there: the twins' second label is left out of the construction, not of the test.
    let known = sample.without_overlap()?;
    let function = MaxMin::new(&known)?;
    let half = sample.half();
    let rounding = Tolerance::new(half * sample.share(), half, ROUNDING);
    separates("random labels", &|x| Ok(function.at(x)), &sample, half, rounding)
}
