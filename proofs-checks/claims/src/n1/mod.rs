//! N1: the Lipschitz constant of a dense layer is its spectral norm, that of a network at most the product.

mod norms;
mod quotients;

use lip1_core::{Bjorck, Parametrisation};
use lip1_harness::{Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::net::Dense;

use crate::trained::Trained;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N1",
    section: Section::Networks,
    title: "Lipschitz constants of layers and networks",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "The Lipschitz constant of a dense layer x -> Wx + b is the spectral norm of W; that of a network whose \
         activations are 1-Lipschitz is at most the product of its layers' norms.",
    )],
    formula: r"\mathrm{Lip}(x \mapsto W x + b) = \|W\|_2, \qquad \mathrm{Lip}(f) \le \prod_k \|W_k\|_2",
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
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("norm");
                for trained in networks(ctx)? {
                    finding.merge(norms::tight(&norms::dense(&trained.net))?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "certified_norms_of_matrices_of_known_norm_are_tight",
            essential: true,
            about: "a",
            run: |ctx| norms::known(ctx),
        },
        Check {
            name: "no_difference_quotient_of_a_trained_network_exceeds_the_product",
            essential: true,
            about: "a",
            run: |ctx| {
                let trained = networks(ctx)?;
                let mut finding = quotients::below_the_product(ctx, &trained)?;
                finding.picture(quotients::picture(ctx, &trained)?);
                Ok(finding)
            },
        },
        Check {
            name: "layers_trained_under_a_constraint_have_norm_one",
            essential: false,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("norm");
                for (trained, rule) in constrained(ctx)?.iter().zip(CONSTRAINED) {
                    let layers = norms::dense(&trained.net);
                    finding.merge(norms::at_most_one_but_for_rounding(&layers)?);
                    if rule == Parametrisation::Orthogonal {
                        finding.merge(norms::at_least_one(&layers, 0.0)?);
                    }
                }
                Ok(finding)
            },
        },
        Check {
            // Sampled for the width of what its stopping rule leaves; a tolerance of 1e-4 would leave 2e-8.
            name: "a_bjorck_iteration_that_stops_early_leaves_twice_the_square_of_its_tolerance",
            essential: false,
            about: "a",
            run: |ctx| {
                let [_, rule] = CONSTRAINED;
                let left = 2.0 * BJORCK_TOLERANCE * BJORCK_TOLERANCE;
                norms::at_least_one(&norms::dense(&trained(ctx, rule)?.net), left)
            },
        },
        Check {
            name: "a_normalised_layer_has_a_certified_norm_of_at_most_one",
            essential: false,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("norm");
                for trained in networks(ctx)? {
                    for dense in norms::dense(&trained.net) {
                        finding.merge(norms::at_most_one(&[norms::normalised(&dense)?])?);
                    }
                }
                Ok(finding)
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
                norms::at_most_one(&scaled)
            },
        },
        Control {
            name: "layers_trained_without_a_constraint_do_not_have_norm_one",
            breaks: "the norm of every layer is at most what the product takes it for",
            run: |ctx| {
                let unconstrained = Trained::on_digits(Parametrisation::Unconstrained, 1, ctx.run_seed())?;
                let layers = norms::dense(&unconstrained.net);
                let mut finding = norms::at_most_one_but_for_rounding(&layers)?;
                finding.merge(norms::at_least_one(&layers, 0.0)?);
                Ok(finding)
            },
        },
        Control {
            name: "layers_a_billionth_too_short_do_not_have_norm_one",
            breaks: "the norm of every layer is at most what the product takes it for",
            run: |ctx| {
                let orthogonal = Trained::on_digits(Parametrisation::Orthogonal, 1, ctx.run_seed())?;
                let short = |dense: &Dense| norms::scaled(dense, 1.0 - 1e-9);
                let layers: Vec<Dense> = norms::dense(&orthogonal.net).iter().map(short).collect();
                norms::at_least_one(&layers, 0.0)
            },
        },
        Control {
            name: "an_activation_of_slope_2_exceeds_the_product",
            breaks: "the activations are 1-Lipschitz",
            run: |ctx| quotients::with_steep_activations(ctx),
        },
        Control {
            name: "a_layer_left_out_of_the_product_is_noticed",
            breaks: "every layer is in the product",
            run: |ctx| quotients::without_a_layer(ctx),
        },
    ],
};

/// A step of Björck iteration that moves a weight by less is its last. An error `e` of a singular value is then at most a
/// thousandth more than this, and becomes `3/2 e^2 + e^3/2`: less than `2 e^2`.
const BJORCK_TOLERANCE: f64 = 1e-3;

/// Constraints under which the norm of a layer is 1, up to rounding and up to a stopping rule.
const CONSTRAINED: [Parametrisation; 2] = [
    Parametrisation::Orthogonal,
    Parametrisation::SpectralBjorck(Bjorck::Tolerance { tolerance: BJORCK_TOLERANCE, most: 15 }),
];

/// Networks trained on digits under each constraint.
fn constrained(ctx: &Context) -> Result<Vec<Trained>, CheckError> {
    CONSTRAINED.into_iter().map(|rule| trained(ctx, rule)).collect()
}

/// Networks trained on digits, under each constraint and without one.
fn networks(ctx: &Context) -> Result<Vec<Trained>, CheckError> {
    let mut networks = constrained(ctx)?;
    networks.push(trained(ctx, Parametrisation::Unconstrained)?);
    Ok(networks)
}

fn trained(ctx: &Context, rule: Parametrisation) -> Result<Trained, CheckError> {
    Trained::on_digits(rule, ctx.count(4, 20, 100), ctx.run_seed())
}
