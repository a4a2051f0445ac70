//! R6: a certificate must pay for the rounding of the program that it is about.

mod examine;
mod victims;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use examine::{Rule, examine, naive_violations};
use victims::Victims;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "R6",
    section: Section::Robustness,
    title: "Radii that survive floating point",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "Beyond the paper: a radius |f(x)|/L taken from a value computed in floating point can be wrong. The radius that is \
         left when the rounding errors of the evaluation, anywhere in the ball, are taken off the margin is true of the real \
         function and of the function as it is computed.",
    )],
    formula: r"r = \frac{|f(x)| - e}{L}, \qquad \left|\mathrm{fl}(f)(y) - f(y)\right| \le e \quad \text{for } |y - x| < r",
    hypotheses: &[
        "the rounding errors are taken off the margin",
        "the value is that of the real function, or enclosed",
    ],
    source: "Jin, Ohrimenko, Rubinstein, Getting a-Round Guarantees (arXiv 2205.10159), for the attack; rounding bounds layer by \
             layer as in lip1_kernel::deployed. Victims: points with large coordinates on the decision boundary of networks of \
             slope 1 in f32, where what is computed is mostly rounding.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "certificates_from_values_computed_in_single_precision_are_wrong_somewhere",
            essential: true,
            about: "a",
            run: |ctx| naive_violations(&Victims::all(ctx)?),
        },
        Check {
            name: "radii_that_pay_for_rounding_are_never_exceeded",
            essential: true,
            about: "a",
            run: |ctx| examine(&Victims::all(ctx)?, Rule::Deployed),
        },
    ],
    controls: &[
        Control {
            name: "the_rounding_term_removed_from_computed_values",
            breaks: "the value is that of the real function, or enclosed",
            run: |ctx| examine(&Victims::all(ctx)?, Rule::Naive),
        },
        Control {
            name: "the_real_function_s_radius_claimed_for_the_program",
            breaks: "the rounding errors are taken off the margin",
            run: |ctx| examine(&Victims::all(ctx)?, Rule::Real),
        },
    ],
};
