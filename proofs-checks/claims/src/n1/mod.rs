//! N1: the Lipschitz constant of a dense layer is its spectral norm, that of a network at most the product.

mod norms;
mod quotients;

use lip1_core::{Bjorck, Parametrisation};
use lip1_harness::{About, Check, CheckError, Claim, Context, Control, Rejection, Scope, Section, Verdict};

use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N1",
    section: Section::Networks,
    title: "Lipschitz constants of layers and networks",
    statement: "The Lipschitz constant of a dense layer x -> Wx + b is the spectral norm of W; that of a network whose \
                activations are 1-Lipschitz is at most the product of its layers' norms.",
    formula: r"\mathrm{Lip}(x \mapsto W x + b) = \|W\|_2, \qquad \mathrm{Lip}(f) \le \prod_k \|W_k\|_2",
    corrected: None,
    hypotheses: &[
        "the norm of every layer is at most what the product takes it for",
        "the activations are 1-Lipschitz",
        "every layer is in the product",
    ],
    source: "|W(x - y)| <= |W| |x - y|, with equality along a right singular vector; constants of composed maps multiply. \
             Upper ends: mu I - W'W = R'R + E with E enclosed gives |W|^2 <= mu + |E|. Lower ends: |Wv|/|v| enclosed.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "certified_norms_of_trained_layers_are_attained",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = norms::tight(&[])?;
                for trained in networks(ctx)? {
                    finding.merge(norms::tight(&norms::dense(&trained.net))?);
                }
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "certified_norms_of_matrices_of_known_norm_are_tight",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(norms::known(ctx)?.certified(Scope::Universal)),
        },
        Check {
            name: "no_difference_quotient_of_a_trained_network_exceeds_the_product",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let trained = networks(ctx)?;
                let mut finding = quotients::below_the_product(ctx, &trained)?;
                finding.picture(quotients::picture(ctx, &trained)?);
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "layers_trained_under_a_constraint_have_norm_one",
            essential: false,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = norms::constrained(&[])?;
                for trained in networks(ctx)?.iter().take(CONSTRAINED.len()) {
                    finding.merge(norms::constrained(&norms::dense(&trained.net))?);
                }
                Ok(finding.sampled())
            },
        },
        Check {
            name: "a_normalised_layer_has_a_certified_norm_of_at_most_one",
            essential: false,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = norms::at_most_one(&[])?;
                for trained in networks(ctx)? {
                    for dense in norms::dense(&trained.net) {
                        finding.merge(norms::at_most_one(&[norms::normalised(&dense)?])?);
                    }
                }
                Ok(finding.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "a_normalised_layer_times_one_and_a_millionth_is_no_longer_at_most_one",
            breaks: "the norm of every layer is at most what the product takes it for",
            run: |ctx| {
                let unconstrained = Trained::on_digits(Parametrisation::Unconstrained, 1, ctx.run_seed())?;
                let mut scaled = Vec::new();
                for dense in norms::dense(&unconstrained.net) {
                    scaled.push(norms::scaled(&norms::normalised(&dense)?, 1.0 + 1e-6));
                }
                Ok(Rejection::of(&norms::at_most_one(&scaled)?))
            },
        },
        Control {
            name: "layers_trained_without_a_constraint_do_not_have_norm_one",
            breaks: "the norm of every layer is at most what the product takes it for",
            run: |ctx| {
                let unconstrained = Trained::on_digits(Parametrisation::Unconstrained, 1, ctx.run_seed())?;
                Ok(Rejection::of(&norms::constrained(&norms::dense(&unconstrained.net))?))
            },
        },
        Control {
            name: "an_activation_of_slope_2_exceeds_the_product",
            breaks: "the activations are 1-Lipschitz",
            run: |ctx| Ok(Rejection::of(&quotients::with_steep_activations(ctx)?)),
        },
        Control {
            name: "a_layer_left_out_of_the_product_is_noticed",
            breaks: "every layer is in the product",
            run: |ctx| Ok(Rejection::of(&quotients::without_a_layer(ctx)?)),
        },
    ],
};

/// Constraints under which the norm of a layer is 1.
const CONSTRAINED: [Parametrisation; 2] = [
    Parametrisation::Orthogonal,
    Parametrisation::SpectralBjorck(Bjorck::Tolerance { tolerance: 1e-3, most: 15 }),
];

/// Networks trained on digits, under each constraint and without one.
fn networks(ctx: &Context) -> Result<Vec<Trained>, CheckError> {
    let epochs = ctx.count(4, 20, 100);
    let rules = CONSTRAINED.into_iter().chain([Parametrisation::Unconstrained]);
    rules.map(|rule| Trained::on_digits(rule, epochs, ctx.run_seed())).collect()
}
