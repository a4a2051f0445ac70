//! V3: packing numbers between a packing and a proof that no larger one exists.

mod domain;
mod finite;

use lip1_harness::{Check, CheckError, Claim, Control, Finding, Section, Sentence, Verdict, Whose};

use domain::Packed;
use finite::Bracket;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V3",
    section: Section::Capacity,
    title: "Packing numbers, bracketed with proof",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The 2m-packing number of a segment of length s is floor(s/2m) + 1. For cubes and balls it lies between packings \
         found by constructions and optimisation and the bounds by volume, Oler, tiling, moments and proved optima; \
         for finite sets a clique cover, fractional or in a tree of cases, meets the packing found.",
    )],
    formula: r"\mathrm{pack}_{2m}([0, s]) = \Bigl\lfloor \frac{s}{2m} \Bigr\rfloor + 1, \qquad |P| \;\le\; \mathrm{pack}_{2m}(X) \;\le\; \sum_{C \in \mathcal{C}} w_C",
    hypotheses: &[
        "the points of a packing keep the distance 2m",
        "the points of a packing lie in the domain",
        "the points of a clique are pairwise closer than 2m",
        "the cliques cover every point",
        "the length is the one stated",
    ],
    source: "A packing holds at most one point of a set of diameter below 2m, so cliques that cover all points with weight 1 bound it \
             by their weight; a tree of cases takes or leaves a point. On a line balls of radius m about the points are \
             disjoint in a segment of length s + 2m. Square: Oler (1961), proved optima for 2 to 9 points (Schaer and Meir \
             1965, Schaer 1965, Melissen 1993), which are external theorems; the bound by moments is Plotkin's for codes, \
             in a box. The packing of 10 points at distance 0.4212795 is the best known. Moments and proved optima are integer \
             arithmetic outside the kernel; packings, covers and closed forms are the kernel's.",
    expected: Verdict::Holds,
    checks: &[
        Check { name: "on_a_line_both_ends_are_the_floor", essential: true, about: "a", run: domain::lines },
        Check {
            name: "packings_of_cubes_and_balls_stay_below_the_upper_bounds",
            essential: true,
            about: "a",
            run: domain::family,
        },
        Check {
            name: "optimisation_finds_as_many_points_as_fit_a_square_and_no_more",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = domain::few_points_in_a_square()?;
                finding.picture(domain::picture()?);
                Ok(finding)
            },
        },
        Check {
            name: "packings_of_finite_sets_meet_their_covers",
            essential: true,
            about: "a",
            run: |ctx| all(finite::random(ctx)?),
        },
        Check {
            name: "packings_of_real_data_meet_their_covers",
            essential: true,
            about: "a",
            run: |ctx| all(finite::real_data(ctx)?),
        },
    ],
    controls: &[
        Control {
            name: "a_packing_point_moved_towards_another_is_refused",
            breaks: "the points of a packing keep the distance 2m",
            run: |_| Packed::nine_points()?.moved_inwards().examine(),
        },
        Control {
            name: "a_packing_point_moved_out_of_the_square_is_refused",
            breaks: "the points of a packing lie in the domain",
            run: |_| Packed::nine_points()?.moved_outwards().examine(),
        },
        Control {
            name: "a_segment_one_unit_shorter_holds_one_point_less",
            breaks: "the length is the one stated",
            run: |_| domain::line((20, 1), (19_999, 1_000)),
        },
        Control {
            name: "a_point_too_many_in_a_finite_packing_is_refused",
            breaks: "the points of a packing keep the distance 2m",
            run: |_| Bracket::of_a_grid()?.with_one_point_more().examine(),
        },
        Control {
            name: "a_clique_with_a_pair_at_twice_the_margin_is_refused",
            breaks: "the points of a clique are pairwise closer than 2m",
            run: |_| Bracket::of_a_grid()?.with_two_cliques_joined().examine(),
        },
        Control {
            name: "a_cover_without_one_of_its_cliques_is_refused",
            breaks: "the cliques cover every point",
            run: |_| Bracket::of_a_grid()?.with_one_clique_less().examine(),
        },
        Control {
            name: "proofs_for_some_rows_only_prove_nothing_for_the_set",
            breaks: "the cliques cover every point",
            run: |_| Bracket::of_a_grid()?.with_one_row_unproved().examine(),
        },
    ],
};

fn all(brackets: Vec<Bracket>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("points");
    for bracket in brackets {
        finding.merge(bracket.examine()?);
    }
    Ok(finding)
}
