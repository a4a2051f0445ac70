//! N3: Björck iteration converges to the polar factor.

mod cubic;
mod iteration;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

use iteration::Spectrum;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "N3",
    section: Section::Networks,
    title: "Björck iteration",
    statement: "The iteration W <- W (I + (I - W'W)/2) converges to the polar factor of W when W has full rank and \
                |W|_2 < sqrt 3 (sufficient). Every singular value follows s -> s (3 - s^2)/2; near 1 its error e becomes \
                -(3/2) e^2 - e^3/2.",
    formula: r"W_{t+1} = W_t \bigl(I + \tfrac12 (I - W_t^{\mathsf T} W_t)\bigr) \longrightarrow U V^{\mathsf T}, \qquad s \mapsto \tfrac12 s (3 - s^2), \qquad e \mapsto -\tfrac32 e^2 - \tfrac12 e^3",
    corrected: None,
    hypotheses: &["W has full rank", "the norm of W is below sqrt 3"],
    source: "Björck and Bowie 1971. W = U S V' gives U S(3 - S^2)/2 V'. For g(s) = s(3 - s^2)/2: 1 - g(s) = (1 - s)^2 (2 + s)/2 \
             >= 0 for s > 0, g(s) > 0 below sqrt 3, and g(s) - s = s(1 - s)(1 + s)/2 > 0 on (0, 1), so from the first step \
             on a singular value in (0, sqrt 3) rises to 1, the only fixed point there.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "the_identities_of_the_scalar_map_hold_at_more_points_than_their_degree",
            essential: true,
            about: About::Transcribed,
            run: |_| Ok(cubic::identities().exhaustive(Scope::Universal)),
        },
        Check {
            name: "singular_values_follow_the_cubic_at_every_step",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = iteration::over(ctx, Spectrum::Sound, iteration::steps)?;
                finding.picture(iteration::picture()?);
                Ok(finding.sampled())
            },
        },
        Check {
            name: "the_iteration_ends_at_the_polar_factor",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(iteration::over(ctx, Spectrum::Sound, iteration::end)?.sampled()),
        },
    ],
    controls: &[
        Control {
            name: "a_singular_value_of_0_stays_0",
            breaks: "W has full rank",
            run: |ctx| Ok(Rejection::of(&iteration::over(ctx, Spectrum::With(0.0, 0.0), iteration::end)?)),
        },
        Control {
            name: "a_singular_value_from_1_75_to_2_14_ends_at_minus_1",
            breaks: "the norm of W is below sqrt 3",
            run: |ctx| Ok(Rejection::of(&iteration::over(ctx, Spectrum::With(1.75, 2.14), iteration::end)?)),
        },
        Control {
            name: "a_singular_value_above_the_root_of_5_diverges",
            breaks: "the norm of W is below sqrt 3",
            run: |ctx| Ok(Rejection::of(&iteration::over(ctx, Spectrum::With(2.24, 2.5), iteration::end)?)),
        },
    ],
};
