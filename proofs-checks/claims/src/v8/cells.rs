//! Cells of diameter below 2m: some labelling of them errs no more than a member of C^m.

use lip1_harness::{Finding, Lemma};

use super::{Decision, closest, worse};

/// One pair of points decides for all cells.
static CELLS: Lemma = Lemma {
    name: "one label a cell",
    statement: "Let X be the disjoint union of M sets of diameter below 2m. If of the nine decisions on two points of one set those that a member \
                of C^m takes agree with one of the two labels at every point that is decided, then C^m is PAC learnable from samples whose \
                number depends on M, epsilon and beta alone, with labellings of the sets as outputs.",
    proof: "If a member decided points of a set with both labels, two points would have opposite decisions. So it decides with one label at \
            most; label the set by it (by + if there is none). Where this labelling of all sets errs, the member errs or is undecided, so \
            it errs with no greater probability, under every law. There are 2^M labellings. If one has no error, the labellings that \
            agree with n samples have error above epsilon with probability at most 2^M (1 - epsilon)^n <= 2^M e^(-epsilon n). Under any law all 2^M \
            mean errors on the sample are within epsilon/2 of their expectations except with probability 2^(M+1) e^(-n epsilon^2/2) (Hoeffding), and \
            then the labelling with the least error on the sample is within epsilon of the best. Both tend to 0 with n. Multiplying \
            f, m and all distances by a number changes nothing, and a smaller distance leaves fewer decisions, so the facts are needed for one m \
            and for distances just below 2m, which is one unit less where a unit is as small as one likes: the rise that opposite decisions ask \
            for is compared with the distance.",
    facts: "the 3^2 decisions on a pair whose distance is one unit below 2m",
};

/// How wide a cell is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Cell {
    /// A unit less than 2m.
    Below,
    /// 2m.
    Exactly,
}

/// 2m, in units.
const TWICE: i64 = 1 << 40;

/// The facts of the lemma: a decision on a pair is no member's, or a label agrees with it.
pub(super) fn pair(cell: Cell) -> Finding {
    let mut finding = Finding::reducing("points", &CELLS, 9);
    let places = [0, TWICE - i64::from(cell == Cell::Below)];
    for row in Decision::rows(2) {
        finding.element(&row);
        let told = || format!("{} at distance {}, 2m = {TWICE}", Decision::shown(&row), places[1]);
        // What opposite decisions ask of the values, against the distance.
        if closest(&places, &row).is_some_and(|distance| distance < TWICE) {
            finding.below("distance < 2m", &closest(&places, &row), &Some(TWICE), told);
        } else {
            let fewest = Decision::LABELS.map(|label| worse(&row, &[label; 2])).into_iter().min();
            finding.equal("decided points that the better label gets wrong", &fewest, &Some(0), told);
        }
    }
    finding
}

/// All decisions on all sets of four points of the integers `0 .. 4m - 1`, cut into two cells of diameter `2m - 1`, `twice = 2m`: no member
/// takes them, or one of the four labellings of the cells agrees wherever it decides.
pub(super) fn four_points(half: i64) -> Finding {
    let twice = 2 * half;
    let line: Vec<i64> = (0..2 * twice).collect();
    let sets: Vec<[i64; 4]> = line
        .iter()
        .flat_map(|a| line.iter().map(move |b| [*a, *b]))
        .flat_map(|[a, b]| line.iter().flat_map(move |c| (0..2 * twice).map(move |d| [a, b, *c, d])))
        .filter(|[a, b, c, d]| a < b && b < c && c < d)
        .collect();
    let length = line.len() as u128;
    let count = length * (length - 1) * (length - 2) * (length - 3) / 24;
    let formula = format!("3^4 decisions on the C({length}, 4) sets of four points");
    let mut finding = Finding::enumerating("points", formula, 81 * count);
    let rows = Decision::rows(4);
    for places in sets {
        for row in &rows {
            finding.element((places, row));
            let told = || {
                let [a, b, c, d] = places;
                format!("{} at {a}, {b}, {c}, {d}, 2m = {twice}", Decision::shown(row))
            };
            let distance = closest(&places, row);
            if distance.is_some_and(|distance| distance < twice) {
                finding.below("distance < 2m", &distance, &Some(twice), told);
                continue;
            }
            let pairs = Decision::LABELS.iter().flat_map(|one| Decision::LABELS.map(|two| (*one, two)));
            let labelled = pairs.map(|(one, two)| places.map(|place| if place < twice { one } else { two }));
            let fewest = labelled.map(|labels| worse(row, &labels)).min();
            finding.equal("decided points that the best labelling gets wrong", &fewest, &Some(0), told);
        }
    }
    finding
}
