//! V8: whether functions with a margin can be learnt, and what by.

mod cells;
mod columns;
mod line;
mod margins;
mod sizes;

use lip1_harness::{Check, Claim, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;

use cells::Cell;
use columns::Columns;
use line::Line;
use margins::Widening;
pub(crate) use sizes::Missing;
use sizes::{Agnostic, Share};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V8",
    section: Section::Capacity,
    title: "Learning functions with a margin",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 10"),
            "On a bounded X the 1-Lipschitz functions with margin m are PAC learnable (Def 16), by an algorithm that may return any \
             classifier: with a number of samples that suffices for every law it comes within epsilon of the least error in C^m with \
             probability 1 - beta. Undecided is an error.",
        ),
        Sentence::new(
            "n",
            Whose::Ours,
            "If X is cut into M cells of diameter below 2m, the labelling of cells that errs least on the sample does it: with n >= (M ln 2 \
             + ln(1/beta))/epsilon samples where a member of C^m has no error, with n >= (2/epsilon^2)(M ln 2 + ln(2/beta)) for any \
             law. For some laws 1 % fewer are too few; in the second number this concerns ln(1/beta), not M.",
        ),
        Sentence::new(
            "b",
            Whose::Author("Prop 10"),
            "The same by an algorithm whose output is in C^m, since the VC dimension of C^m is finite: a number of samples that depends on \
             X, m, epsilon and beta alone suffices for every law.",
        ),
        Sentence::new(
            "g",
            Whose::Ours,
            "N columns at distance w/N, k >= 2 heights t = 0, d, .., s = (k-1)d with (w/N)^2 >= s(4m - s); a target has a height in every \
             column, (u, t) labelled +, (u, t + 2m) labelled -, all 2N points of equal mass. Each of the k^N targets is realised by C^m, \
             and averaged over them the best algorithm with outputs in C^m errs with probability exactly \
             (k-1)/(2k) (1 - 1/N)^n after n samples. With w = 2m and s = m/N^2 all that lies in a \
             rectangle of sides 2m and 3m, for any N and k.",
        ),
        Sentence::correction(
            "b'",
            "b",
            "Outputs in C^m suffice in dimension one, where every member errs at least as often as one with at most J changes of label, J \
             the whole part of l/(2m), l the length of X, and these show n points at most 2 C(2n + J, J) patterns, a polynomial in n, which \
             1 % fewer are not. In any dimension they suffice if they are judged with a smaller margin 0 < m' < m: with probability 1 - beta, P(y f < m') <= P_n(y f < m) + sqrt((M' ln 3 + \
             ln(1/beta))/(2n)) for every 1-Lipschitz f at once, M' the number of cells of diameter at most m - m' that X is cut into.",
        ),
    ],
    formula: r"\inf_{\text{outputs in } C^m}\ \mathbb{E}_{t}\, \mathbb{E}\, P_t(y f < m) = \frac{k-1}{2k} \Bigl(1 - \frac1N\Bigr)^{n}",
    hypotheses: &[
        "the cells have diameter below 2m",
        "n is at least the number stated",
        "the output is in C^m",
        "the heights of a column differ",
        "columns are so far apart that every target is realised",
        "changes of label: as many as the length allows, each over a gap of 2m",
        "the number of patterns is the one stated",
        "the cells have diameter at most m - m'",
        "the deviation is at least the number stated",
    ],
    source: "Opposite decisions are 2m apart, so a member of C^m shows a cell of smaller diameter one label and undecided; labelling the cell by \
             it errs no more. Then a union over 2^M labellings, with (1 - epsilon)^n or Hoeffding's inequality. For an output in C^m: \
             + at height s and - at t + 2m of one column conflict iff t < s, so of the 2k points k - 1 disjoint pairs conflict, and a \
             member is right at k + 1 at most; an unseen column's height is uniform given the sample, and a column is unseen with \
             probability (1 - 1/N)^n. With N = 4n and k = 2 that is 3/16 or more by Bernoulli's inequality, for every n, while an \
             algorithm as in Def 16 errs epsilon + beta at most in the mean. A lemma on VC classes with two values does not apply to three. For m': \
             round f to a label or to undecided on each cell; 3^M' roundings, Hoeffding.",
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check {
            name: "the_decisions_of_a_pair_settle_every_cell",
            essential: true,
            about: "a",
            run: |_| Ok(cells::pair(Cell::Below)),
        },
        Check {
            name: "every_member_on_four_points_is_matched_by_a_labelling_of_cells",
            essential: true,
            about: "a",
            run: |ctx| Ok(cells::four_points(ctx.count(2, 3, 4) as i64)),
        },
        Check {
            name: "cells_are_missed_as_rarely_as_promised_under_all_small_laws",
            essential: true,
            about: "n",
            run: |_| Ok(sizes::small_laws(Share::WHOLE)),
        },
        Check {
            name: "unions_over_all_labellings_are_at_most_beta",
            essential: true,
            about: "n",
            run: |_| Ok(sizes::unions()),
        },
        Check {
            name: "the_number_of_samples_of_a_realisable_law_is_sharp",
            essential: true,
            about: "n",
            run: |_| {
                let mut finding = Finding::new(sizes::UNIT);
                for law in [Missing::TWO_CELLS, Missing::MANY_CELLS] {
                    finding.merge(law.rare(Share::WHOLE));
                    finding.merge(law.frequent(Share::LESS));
                }
                Ok(finding)
            },
        },
        Check {
            name: "majorities_err_as_rarely_as_promised_under_all_small_laws_of_one_cell",
            essential: true,
            about: "n",
            run: |_| Ok(sizes::small_majorities(Share::WHOLE)),
        },
        Check {
            name: "the_number_of_samples_of_any_law_is_sharp_in_the_confidence",
            essential: true,
            about: "n",
            run: |_| {
                let mut finding = Agnostic::FAIR.rare(Share::WHOLE);
                finding.merge(Agnostic::FAIR.frequent(Share::LESS));
                Ok(finding)
            },
        },
        Check {
            name: "no_number_of_samples_is_enough_for_outputs_in_the_class",
            essential: true,
            about: "b",
            run: |_| Ok(columns::learnt_within(columns::EPSILON_AND_BETA)),
        },
        Check {
            name: "conflicts_are_the_pairs_of_one_column_in_the_wrong_order",
            essential: true,
            about: "g",
            run: |_| {
                let mut finding = Finding::new(columns::UNIT);
                for columns in columns::GAMES.map(|(count, heights)| Columns::new(count, heights)) {
                    finding.merge(columns.inside());
                    finding.merge(columns.conflicts_are_known());
                }
                for root in [2, 3, 10, 1_000] {
                    finding.merge(Columns::touching(root).conflicts_are_known());
                }
                Ok(finding)
            },
        },
        Check {
            name: "four_distances_decide_every_game",
            essential: true,
            about: "g",
            run: |_| Ok(columns::every_game((1, 1))),
        },
        Check {
            name: "the_whole_game_has_that_value",
            essential: true,
            about: "g",
            run: |_| Ok(columns::games(&columns::GAMES, |columns| columns.outputs(columns.twice()))),
        },
        Check {
            name: "on_a_line_every_member_is_matched_by_one_with_few_changes",
            essential: true,
            about: "b'",
            run: |ctx| {
                let mut finding = Line::new(7, 3).matched();
                finding.merge(Line::new(ctx.count(7, 8, 9) as u32, 4).matched());
                Ok(finding)
            },
        },
        Check {
            name: "these_have_few_patterns_and_one_gap_has_nearly_all",
            essential: true,
            about: "b'",
            run: |_| {
                let mut finding = Line::sparse(LONG).few_patterns((1, 1));
                for (length, twice) in [(3, 4), (7, 3), (8, 4), (20, 5), (20, 20)] {
                    finding.merge(Line::new(length, twice).with_halves().few_patterns((1, 1)));
                }
                finding.merge(Line::sparse(LONG).many_patterns((99, 100)));
                Ok(finding)
            },
        },
        Check {
            name: "a_cell_keeps_what_it_shows_at_the_smaller_margin",
            essential: true,
            about: "b'",
            run: |_| Ok(margins::cell(Widening::NONE)),
        },
        Check {
            name: "every_function_on_a_cell_lies_between_its_rounding_and_itself",
            essential: true,
            about: "b'",
            run: |_| Ok(margins::all_functions(0)),
        },
        Check {
            name: "a_union_over_all_roundings_is_at_most_beta",
            essential: true,
            about: "b'",
            run: |_| Ok(margins::unions()),
        },
        Check {
            name: "the_deviation_is_as_rare_as_promised_and_sharp",
            essential: true,
            about: "b'",
            run: |_| {
                let mut finding = margins::small_deviations(Share::WHOLE);
                finding.merge(margins::large_deviation(Share::WHOLE, Share::LESS));
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_cell_of_diameter_2m_can_show_both_labels",
            breaks: "the cells have diameter below 2m",
            run: |_| Ok(cells::pair(Cell::Exactly)),
        },
        Control {
            name: "one_percent_fewer_samples_miss_one_of_two_cells",
            breaks: "n is at least the number stated",
            run: |_| Ok(Missing::TWO_CELLS.rare(Share::LESS)),
        },
        Control {
            name: "one_percent_fewer_for_each_cell_miss_half_of_many",
            breaks: "n is at least the number stated",
            run: |_| Ok(Missing::MANY_CELLS.rare(Share::LESS_A_CELL)),
        },
        Control {
            name: "a_quarter_of_the_samples_misses_cells_of_a_small_law",
            breaks: "n is at least the number stated",
            run: |_| Ok(sizes::small_laws(Share::QUARTER)),
        },
        Control {
            name: "one_percent_fewer_samples_give_the_wrong_majority",
            breaks: "n is at least the number stated",
            run: |_| Ok(Agnostic::FAIR.rare(Share::LESS)),
        },
        Control {
            name: "a_third_of_the_samples_gives_wrong_majorities_under_a_small_law",
            breaks: "n is at least the number stated",
            run: |_| Ok(sizes::small_majorities(Share::THIRD)),
        },
        Control {
            name: "labellings_of_cells_win_the_game",
            breaks: "the output is in C^m",
            run: |_| Ok(columns::games(&[(2, 2)], Columns::labellings_of_cells)),
        },
        Control {
            name: "outputs_of_a_margin_that_is_a_unit_smaller_win_the_game",
            breaks: "the output is in C^m",
            run: |_| Ok(columns::games(&[(2, 2)], |columns| columns.outputs(columns.twice() - 1))),
        },
        Control {
            name: "without_a_step_all_targets_are_one",
            breaks: "the heights of a column differ",
            run: |_| {
                Ok(columns::games(&[(2, 2)], |columns| columns.clone().level().outputs(columns.twice())))
            },
        },
        Control {
            name: "columns_one_unit_closer_conflict_with_each_other",
            breaks: "columns are so far apart that every target is realised",
            run: |_| Ok(Columns::touching(1_000).closer().conflicts_are_known()),
        },
        Control {
            name: "columns_whose_square_distance_is_one_percent_smaller_conflict",
            breaks: "columns are so far apart that every target is realised",
            run: |_| Ok(columns::every_game((99, 100))),
        },
        Control {
            name: "gaps_one_unit_longer_match_fewer_members",
            breaks: "changes of label: as many as the length allows, each over a gap of 2m",
            run: |_| Ok(Line { gap: 4, ..Line::new(7, 3) }.matched()),
        },
        Control {
            name: "one_change_fewer_matches_fewer_members",
            breaks: "changes of label: as many as the length allows, each over a gap of 2m",
            run: |_| Ok(Line { changes: 1, ..Line::new(7, 3) }.matched()),
        },
        Control {
            name: "one_percent_fewer_patterns_are_too_few",
            breaks: "the number of patterns is the one stated",
            run: |_| Ok(Line::sparse(LONG).few_patterns((99, 100))),
        },
        Control {
            name: "a_cell_one_unit_wider_loses_the_smaller_margin",
            breaks: "the cells have diameter at most m - m'",
            run: |_| Ok(margins::all_functions(1)),
        },
        Control {
            name: "a_cell_that_is_wider_by_anything_loses_the_smaller_margin",
            breaks: "the cells have diameter at most m - m'",
            run: |_| Ok(margins::cell(Widening::ANY)),
        },
        Control {
            name: "a_cell_of_twice_that_diameter_loses_the_smaller_margin",
            breaks: "the cells have diameter at most m - m'",
            run: |_| Ok(margins::cell(Widening::TWICE)),
        },
        Control {
            name: "one_percent_less_of_the_deviation_is_exceeded_too_often",
            breaks: "the deviation is at least the number stated",
            run: |_| Ok(margins::large_deviation(Share::LESS, Share::LESS)),
        },
        Control {
            name: "two_thirds_of_the_deviation_are_exceeded_too_often",
            breaks: "the deviation is at least the number stated",
            run: |_| Ok(margins::small_deviations(Share::TWO_THIRDS)),
        },
    ],
};

/// Points of a line with one gap, so many that patterns are within 1 % of the bound.
const LONG: u32 = 200;

/// A decision of a member of C^m at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Decision {
    Plus,
    Minus,
    Undecided,
}

impl Decision {
    const ALL: [Self; 3] = [Self::Plus, Self::Minus, Self::Undecided];
    const LABELS: [Self; 2] = [Self::Plus, Self::Minus];

    fn sign(self) -> char {
        match self {
            Self::Plus => '+',
            Self::Minus => '-',
            Self::Undecided => '?',
        }
    }

    /// All rows of so many decisions.
    fn rows(points: usize) -> Vec<Vec<Self>> {
        (0..points).fold(vec![Vec::new()], |rows, _| {
            let longer = |row: &Vec<Self>| Self::ALL.map(|next| [row.as_slice(), &[next]].concat());
            rows.iter().flat_map(longer).collect()
        })
    }

    fn shown(row: &[Self]) -> String {
        row.iter().map(|decision| decision.sign()).collect()
    }
}

/// The least distance of two points of opposite decisions.
fn closest(places: &[i64], row: &[Decision]) -> Option<i64> {
    let of = |wanted: Decision| {
        places.iter().zip(row).filter(move |(_, decision)| **decision == wanted).map(|(place, _)| place)
    };
    let pairs = of(Decision::Plus).flat_map(|one| of(Decision::Minus).map(move |other| (one - other).abs()));
    pairs.min()
}

/// How many of the points that a member decides another decision gets differently: where labels agree with the member there, it errs
/// more.
fn worse(member: &[Decision], other: &[Decision]) -> usize {
    let differs = |(one, two): &(&Decision, &Decision)| **one != Decision::Undecided && one != two;
    member.iter().zip(other).filter(differs).count()
}

/// `ln 2`.
fn ln_2() -> Interval {
    Interval::integer(2).ln()
}
