//! N2: sorting activations are 1-Lipschitz and permute gradients.

mod activation;
mod cells;
mod differences;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};
use lip1_kernel::distance::Cost;

use activation::Activation;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N2",
    section: Section::Networks,
    title: "Sorting activations are 1-Lipschitz",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "GroupSort, FullSort and MaxMin = (max, min) are 1-Lipschitz for l2 and for l-infinity, and their Jacobian is \
         a permutation almost everywhere.",
    )],
    formula: r"\|\sigma(x) - \sigma(y)\|_p \le \|x - y\|_p \;(p = 2, \infty), \qquad J_\sigma(x) \text{ is a permutation matrix for almost every } x",
    hypotheses: &[
        "every entry of the output is another entry of the input",
        "entries are compared, not added",
    ],
    source: "Anil, Lucas, Grosse 2019. On each of the n! closed cones on which the order of the entries is constant the map \
             is a permutation of the entries, which preserves every lp norm; a segment crosses finitely many of them.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_order_cell_is_mapped_by_a_permutation",
            essential: true,
            about: "a",
            run: |_| cells::permuted(&Activation::all_up_to(cells::WIDEST)?, cells::count(cells::WIDEST)),
        },
        Check {
            name: "differences_do_not_grow_on_integer_grids",
            essential: true,
            about: "a",
            run: |_| {
                let each = |width| Activation::count(width) * differences::pairs(width);
                let size = differences::NORMS.len() as u128 * (1..=cells::WIDEST).map(each).sum::<u128>();
                let narrow = Activation::all_up_to(cells::WIDEST)?;
                differences::on_grids(&narrow, &differences::NORMS, size)
            },
        },
        Check {
            name: "differences_do_not_grow_in_wide_layers",
            essential: false,
            about: "a",
            run: |ctx| differences::in_wide_layers(ctx),
        },
        Check {
            name: "a_duplicated_entry_keeps_l_infinity",
            essential: false,
            about: "a",
            run: |_| {
                let map = Activation::duplicating();
                let pairs = differences::pairs(map.width);
                differences::on_grids(&[map], &[Cost::Linf], pairs)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_duplicated_entry_has_no_permutation_as_jacobian",
            breaks: "every entry of the output is another entry of the input",
            run: |_| {
                let map = Activation::duplicating();
                let cells = cells::factorial(map.width);
                cells::permuted(&[map], cells)
            },
        },
        Control {
            name: "a_duplicated_entry_stretches_in_l2",
            breaks: "every entry of the output is another entry of the input",
            run: |_| {
                let map = Activation::duplicating();
                let pairs = differences::pairs(map.width);
                differences::on_grids(&[map], &[Cost::L2], pairs)
            },
        },
        Control {
            name: "a_sum_in_place_of_the_maximum_stretches_in_l_infinity",
            breaks: "entries are compared, not added",
            run: |_| {
                let map = Activation::adding();
                let pairs = differences::pairs(map.width);
                differences::on_grids(&[map], &[Cost::Linf], pairs)
            },
        },
    ],
};
