//! N4: networks with orthonormal rows and MaxMin preserve the norm of the gradient.

mod patterns;
mod trained;

use lip1_core::Parametrisation;
use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

use patterns::Activation;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N4",
    section: Section::Networks,
    title: "Gradients of length 1",
    statement: "A network with one output, W_k W_k' = I in every layer, the first included (so that widths do not grow), and \
                MaxMin activations has |grad f| = 1 wherever f is differentiable.",
    formula: r"W_k W_k^{\mathsf T} = I \;\; \forall k \quad \Longrightarrow \quad \|\nabla f(x)\| = \|W_1^{\mathsf T} P_1^{\mathsf T} W_2^{\mathsf T} \cdots P_{K-1}^{\mathsf T} W_K^{\mathsf T}\| = 1",
    corrected: None,
    hypotheses: &["rows are orthonormal: widths do not grow", "the activation permutes its entries"],
    source: "Anil, Lucas, Grosse 2019. |W'v| = |v| when W W' = I, and a permutation keeps lengths: by induction from the \
             output to the input, whatever the pattern. Patterns are enumerated on integer matrices M with M M' = d^2 I.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_pattern_of_small_networks_has_a_gradient_of_length_1",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(patterns::over_networks(ctx, Activation::MaxMin).exhaustive(Scope::Universal)),
        },
        Check {
            name: "rows_of_trained_layers_are_orthonormal",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(trained::orthonormal(&trained::narrowing(ctx)?)?.certified(Scope::Instances)),
        },
        Check {
            name: "gradients_of_a_trained_network_have_length_1_at_every_digit",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(trained::gradients(&trained::narrowing(ctx)?)?.sampled()),
        },
    ],
    controls: &[
        Control {
            name: "widening_to_x_and_minus_x_loses_the_root_of_2",
            breaks: "rows are orthonormal: widths do not grow",
            run: |_| Ok(Rejection::of(&patterns::widening())),
        },
        Control {
            name: "dead_relus_lose_gradient",
            breaks: "the activation permutes its entries",
            run: |ctx| Ok(Rejection::of(&patterns::over_networks(ctx, Activation::Relu))),
        },
        Control {
            name: "a_trained_network_that_widens_has_shorter_gradients",
            breaks: "rows are orthonormal: widths do not grow",
            run: |ctx| Ok(Rejection::of(&trained::gradients(&trained::widening(ctx)?)?)),
        },
        Control {
            name: "rows_trained_without_a_constraint_are_not_orthonormal",
            breaks: "rows are orthonormal: widths do not grow",
            run: |ctx| {
                let free =
                    crate::trained::Trained::on_parity(Parametrisation::Unconstrained, 1, ctx.run_seed())?;
                Ok(Rejection::of(&trained::orthonormal(&free)?))
            },
        },
    ],
};
