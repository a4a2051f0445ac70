//! V5: affine pieces and VC dimension of GroupSort2 networks.

mod bounds;
mod networks;
mod plane;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use networks::Instance;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V5",
    section: Section::Capacity,
    title: "A GroupSort2 network has at most 2^(W/2) affine pieces",
    sentences: &[Sentence::new(
        "a",
        Whose::Author("Prop 11"),
        "A GroupSort2 network on R^n with W hidden neurons in all has at most 2^(W/2) affine pieces (groups of g: \
         (g!)^(W/g)), and the VC dimension of such networks is O((n+1) 2^W).",
    )],
    formula: r"\#\{\text{affine pieces of } f\} \le 2^{W/2}, \qquad \mathrm{VCdim} = O\bigl((n+1)\,2^W\bigr)",
    hypotheses: &[
        "the groups that are sorted are pairs",
        "the neurons counted are all the hidden ones",
        "for a bound without constants by counting half-spaces: one hidden layer of 6 or 8 neurons",
        "for a closed form by counting parameters: the constant of its theorem",
        "for a lower bound: a network for every labelling",
    ],
    source: "On a set where every group keeps its order the network is affine; a pair has two orders. n = 1: sign f changes at \
             most once on each of 2^(W/2) pieces, so VCdim <= 2^(W/2) + 1 at any depth. One hidden layer, K = W/2 pairs: \
             the orders of the pairs are K affine half-spaces, the output one of (K+1)(n+1) coefficients, so VCdim < N once \
             2^K C(N,n+1)^K C(N,(K+1)(n+1)) < 2^N, C Cover's count (1965). Any depth: the proof of Theorem 7 of Bartlett, \
             Harvey, Liaw and Mehrabian (2019) counts parameters, P L log P, with comparisons for units. For W = 2, n >= 3 \
             and W = 4, n >= 2 counting half-spaces does not reach (n+1) 2^W with constant 1.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "pieces_on_the_line_are_at_most_two_to_the_number_of_pairs",
            essential: true,
            about: "a",
            run: |ctx| networks::over(&networks::on_the_line(ctx)?, networks::pieces),
        },
        Check {
            name: "pieces_in_the_plane_are_at_most_two_to_the_number_of_pairs",
            essential: true,
            about: "a",
            run: |ctx| networks::over(&networks::in_the_plane(ctx)?, networks::pieces),
        },
        Check {
            name: "on_the_line_the_sign_changes_at_most_once_a_piece",
            essential: true,
            about: "a",
            run: |ctx| networks::over(&networks::on_the_line(ctx)?, networks::changes_of_sign),
        },
        Check {
            name: "counting_half_spaces_stays_below_n_plus_1_times_2_to_the_w",
            essential: true,
            about: "a",
            run: |_| bounds::half_spaces(&bounds::DECIDED),
        },
        Check {
            name: "counting_parameters_stays_below_a_constant_times_n_plus_1_times_2_to_the_w",
            essential: true,
            about: "a",
            run: |ctx| bounds::parameters(ctx.count(5, 7, 8), bounds::CONSTANT, 1),
        },
        Check {
            name: "sets_shattered_in_the_plane_stay_below_the_bounds",
            essential: false,
            about: "a",
            run: plane::searched,
        },
        Check {
            name: "few_neurons_in_more_dimensions_are_left_open_by_counting_half_spaces",
            essential: false,
            about: "a",
            run: |_| bounds::open(),
        },
    ],
    controls: &[
        Control {
            name: "sorting_four_neurons_has_seven_pieces",
            breaks: "the groups that are sorted are pairs",
            run: |_| networks::pieces(&Instance::sorting_four()?),
        },
        Control {
            name: "sorting_four_neurons_has_more_pieces_in_the_plane",
            breaks: "the groups that are sorted are pairs",
            run: |_| networks::pieces(&Instance::sorting_four_in_the_plane()?),
        },
        Control {
            name: "units_with_one_kink_each_have_more_pieces_than_pairs",
            breaks: "the groups that are sorted are pairs",
            run: |_| networks::pieces(&Instance::units()?),
        },
        Control {
            name: "a_layer_that_is_not_counted_doubles_the_pieces",
            breaks: "the neurons counted are all the hidden ones",
            run: |_| networks::pieces(&Instance::folding(5, 8)?),
        },
        Control {
            name: "a_layer_that_is_not_counted_multiplies_the_pieces_in_the_plane",
            breaks: "the neurons counted are all the hidden ones",
            run: |_| networks::pieces(&Instance::folding_the_plane(3, 8)?),
        },
        Control {
            name: "a_layer_that_is_not_counted_doubles_the_changes_of_sign",
            breaks: "the neurons counted are all the hidden ones",
            run: |_| networks::changes_of_sign(&Instance::folding(5, 8)?),
        },
        Control {
            name: "one_pair_in_space_exceeds_the_bound_with_constant_one",
            breaks: "for a bound without constants by counting half-spaces: one hidden layer of 6 or 8 neurons",
            run: |_| bounds::half_spaces(&[(2, 3)]),
        },
        Control {
            name: "the_constant_cannot_be_one_for_all_architectures",
            breaks: "for a bound without constants by counting half-spaces: one hidden layer of 6 or 8 neurons",
            run: |_| bounds::parameters(1, 1, 1),
        },
        Control {
            name: "a_closed_form_twice_as_large_is_not_the_theorems",
            breaks: "for a closed form by counting parameters: the constant of its theorem",
            run: |_| bounds::parameters(1, bounds::CONSTANT, 2),
        },
        Control {
            name: "a_labelling_without_its_network_is_noticed",
            breaks: "for a lower bound: a network for every labelling",
            run: plane::with_one_network_exchanged,
        },
    ],
};
