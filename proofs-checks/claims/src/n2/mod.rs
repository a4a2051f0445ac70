//! N2: sorting activations are 1-Lipschitz and permute gradients.

mod activation;
mod cells;
mod differences;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};
use lip1_kernel::distance::Cost;

use activation::Activation;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N2",
    section: Section::Networks,
    title: "Sorting activations are 1-Lipschitz",
    statement: "GroupSort, FullSort and MaxMin = (max, min) are 1-Lipschitz for l2 and for l-infinity, and their Jacobian is \
                a permutation almost everywhere.",
    formula: r"\|\sigma(x) - \sigma(y)\|_p \le \|x - y\|_p \;(p = 2, \infty), \qquad J_\sigma(x) \text{ is a permutation matrix for almost every } x",
    corrected: None,
    hypotheses: &[
        "every entry of the output is another entry of the input",
        "entries are compared, not added",
    ],
    source: "Anil, Lucas, Grosse 2019. The n! cells on which the order of the entries is constant are closed convex cones \
             that cover R^n, and have finitely many walls. On each the map is a permutation of the entries, which \
             preserves every lp norm; it is continuous, since two cells agree on the rays of their common wall. A \
             segment crosses finitely many cells, so its image is no longer than it is.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_order_cell_is_mapped_by_a_permutation",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let narrow = Activation::all_up_to(cells::WIDEST)?;
                Ok(activation::over(&narrow, cells::permuted)?.exhaustive(Scope::Universal))
            },
        },
        Check {
            name: "differences_do_not_grow_on_integer_grids",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let narrow = Activation::all_up_to(cells::WIDEST)?;
                let both = |activation: &Activation| {
                    let mut finding = differences::on_a_grid(activation, Cost::L2)?;
                    finding.merge(differences::on_a_grid(activation, Cost::Linf)?);
                    Ok(finding)
                };
                Ok(activation::over(&narrow, both)?.exhaustive(Scope::Universal))
            },
        },
        Check {
            name: "differences_do_not_grow_in_wide_layers",
            essential: false,
            about: About::Transcribed,
            run: |ctx| Ok(differences::in_wide_layers(ctx)?.sampled()),
        },
        Check {
            name: "a_duplicated_entry_keeps_l_infinity",
            essential: false,
            about: About::Transcribed,
            run: |_| {
                let finding = differences::on_a_grid(&Activation::duplicating(), Cost::Linf)?;
                Ok(finding.exhaustive(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "a_duplicated_entry_has_no_permutation_as_jacobian",
            breaks: "every entry of the output is another entry of the input",
            run: |_| Ok(Rejection::of(&cells::permuted(&Activation::duplicating())?)),
        },
        Control {
            name: "a_duplicated_entry_stretches_in_l2",
            breaks: "every entry of the output is another entry of the input",
            run: |_| Ok(Rejection::of(&differences::on_a_grid(&Activation::duplicating(), Cost::L2)?)),
        },
        Control {
            name: "a_sum_in_place_of_the_maximum_stretches_in_l_infinity",
            breaks: "entries are compared, not added",
            run: |_| Ok(Rejection::of(&differences::on_a_grid(&Activation::adding(), Cost::Linf)?)),
        },
    ],
};
