//! L1: a log loss that goes to 0 drives the Lipschitz constant to infinity.

mod bounds;
mod runs;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};

use bounds::Formula;
use runs::Run;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "L1",
    section: Section::Losses,
    title: "Without the constraint the log loss has no minimiser",
    statement: "Log loss of temperature tau over unconstrained networks: if it goes to 0, the Lipschitz constant and the norm of \
                some layer go to infinity and probabilities saturate. Mean loss eps over N samples, N eps < ln 2: tau y f >= \
                eta = -ln(e^(N eps) - 1) at every sample, Lip(f) >= 2 eta/(tau d_opp), the largest norm of K layers is at \
                least the K-th root of that, sigma(tau y f) >= e^(-N eps). Balanced classes, from the first step: Lip(f) >= \
                (H(s) - eps)/(tau s W1(P,Q)/2) for every s in (0, 1).",
    formula: r"\mathrm{Lip}(f) \ge \frac{-2 \ln(e^{N \varepsilon} - 1)}{\tau\, d_{\mathrm{opp}}}, \qquad \max_k \|W_k\|_2 \ge \Bigl(\frac{-2 \ln(e^{N \varepsilon} - 1)}{\tau\, d_{\mathrm{opp}}}\Bigr)^{1/K}, \qquad \mathrm{Lip}(f) \ge \frac{H(s) - \varepsilon}{\tfrac12 \tau s\, W_1(P, Q)}",
    corrected: None,
    hypotheses: &[
        "eps is a mean: the sum of N losses is N eps",
        "both classes are present",
        "activations are 1-Lipschitz",
        "nothing bounds the Lipschitz constant",
    ],
    source: "One loss is at most the sum: ln(1 + e^(-tau y f)) <= N eps. The two closest samples of opposite labels are d_opp \
             apart and their values 2 eta/tau. The last bound is T5's dual at constant s. Constants of networks from above: \
             N1. Trained with Adam on breast cancer cells, the same number of either class; every few steps all bounds are \
             compared in enclosures. 1-Lipschitz optimum: T5's certificate.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "few_cells_are_fitted_and_every_bound_holds_on_the_way",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let run = Run::unconstrained(ctx, 10, ctx.count(160, 800, 4_000))?;
                let mut finding = bounds::examine(&run, Formula::Sum)?;
                finding.merge(bounds::overfitted(&run)?);
                finding.picture(bounds::picture(&run)?);
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "the_bound_by_transport_holds_from_the_first_step_on_more_cells",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let each = ctx.count(60, 150, 212);
                let run = Run::unconstrained(ctx, each, ctx.count(30, 200, 1_000))?;
                Ok(bounds::examine(&run, Formula::Sum)?.certified(Scope::Universal))
            },
        },
        Check {
            name: "unconstrained_training_falls_below_the_optimum_of_slope_1",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let run = Run::unconstrained(ctx, 10, ctx.count(160, 800, 4_000))?;
                Ok(bounds::ends_below_the_optimum(&run)?.certified(Scope::Instances))
            },
        },
    ],
    controls: &[
        Control {
            name: "without_the_factor_n_some_sample_is_below_eta",
            breaks: "eps is a mean: the sum of N losses is N eps",
            run: |ctx| {
                let run = Run::unconstrained(ctx, 10, 160)?;
                Ok(Rejection::of(&bounds::examine(&run, Formula::Mean)?))
            },
        },
        Control {
            name: "one_class_is_fitted_by_a_constant",
            breaks: "both classes are present",
            run: |_| Ok(Rejection::of(&bounds::examine(&Run::one_class(10)?, Formula::Sum)?)),
        },
        Control {
            name: "steep_activations_do_the_work_of_the_weights",
            breaks: "activations are 1-Lipschitz",
            run: |ctx| {
                let run = Run::unconstrained(ctx, 10, 160)?.with_steep_activations()?;
                Ok(Rejection::of(&bounds::examine(&run, Formula::Sum)?))
            },
        },
        Control {
            name: "constrained_training_never_falls_below_the_optimum",
            breaks: "nothing bounds the Lipschitz constant",
            run: |ctx| {
                let run = Run::constrained(ctx, 10, 160)?;
                Ok(Rejection::of(&bounds::ends_below_the_optimum(&run)?))
            },
        },
    ],
};
