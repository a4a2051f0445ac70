//! G2: empirical laws converge in the distance that 1-Lipschitz functions see.

mod integral;
mod rates;

use lip1_harness::{About, Check, Claim, Control, Finding, Rejection, Scope, Section, Verdict};
use lip1_kernel::Interval;

use rates::Law;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G2",
    section: Section::Generalisation,
    title: "Means over a sample converge uniformly over 1-Lipschitz functions",
    statement: "The largest |E_{P_n} f - E_P f| over 1-Lipschitz f is W1(P_n, P), which tends to 0 if P has a finite first moment. For the uniform law \
                on [0,1], E W1 = (1/n) int_0^1 2k C(n,k) t^k (1-t)^{n-k+1} dt with k = floor(nt) + 1, and sqrt(n) E W1 -> sqrt(2/pi) pi/8. In the cube \
                the rate is n^{-1/2} for d = 1, sqrt(ln n/n) for d = 2 and n^{-1/d} for d >= 3.",
    formula: r"\sup_{\mathrm{Lip}(f) \le 1} |\mathbb{E}_{P_n} f - \mathbb{E}_P f| = W_1(P_n, P) \to 0, \qquad \sqrt n\, \mathbb{E} W_1(P_n, U[0,1]) \to \sqrt{\tfrac{2}{\pi}}\, \tfrac{\pi}{8}",
    corrected: None,
    hypotheses: &[
        "the law has a finite first moment",
        "the rate is that of the dimension",
        "the integral is over all of [0,1]",
    ],
    source: "T1 for the equality; Varadarajan for convergence. W1 = int |F_n - F|, and E|X - nt| = 2k C(n,k) t^k (1-t)^{n-k+1} for X binomial (de \
             Moivre). Rates: Ajtai, Komlos and Tusnady 1984 (d = 2), Fournier and Guillin 2015. Between two samples of n the rate is the same, and the \
             exponent between n = 64 and n = 256 is compared.",
    expected: Verdict::Supported,
    checks: &[
        Check {
            name: "the_exact_mean_has_its_known_values_and_limit",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = integral::known(Interval::ONE)?;
                finding.merge(integral::converges(&[
                    1,
                    2,
                    5,
                    10,
                    20,
                    50,
                    100,
                    ctx.count(150, 400, 1_000) as u32,
                ])?);
                Ok(finding.certified(Scope::Instances))
            },
        },
        Check {
            name: "samples_of_the_unit_interval_have_the_exact_mean",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(rates::mean_agrees(ctx, 10, ctx.count(2_000, 100_000, 1_000_000))?.statistical()),
        },
        Check {
            name: "two_samples_approach_at_the_rate_of_the_dimension",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new(rates::UNIT);
                for (dim, rounds) in [
                    (1, ctx.count(2_000, 8_000, 50_000)),
                    (2, ctx.count(400, 1_500, 5_000)),
                    (3, ctx.count(64, 200, 800)),
                ] {
                    finding.merge(rates::examine(ctx, Law::Cube { dim }, rates::exponent(dim), rounds)?);
                }
                finding.picture(rates::picture(ctx)?);
                Ok(finding.statistical())
            },
        },
    ],
    controls: &[
        Control {
            name: "samples_of_a_cauchy_law_do_not_approach",
            breaks: "the law has a finite first moment",
            run: |ctx| Ok(Rejection::of(&rates::examine(ctx, Law::Cauchy, rates::exponent(1), 2_000)?)),
        },
        Control {
            name: "the_cube_does_not_have_the_rate_of_the_line",
            breaks: "the rate is that of the dimension",
            run: |ctx| Ok(Rejection::of(&rates::examine(ctx, Law::Cube { dim: 3 }, rates::exponent(1), 48)?)),
        },
        Control {
            name: "half_of_the_integral_is_not_the_mean",
            breaks: "the integral is over all of [0,1]",
            run: |_| Ok(Rejection::of(&integral::known(Interval::ratio(1, 2))?)),
        },
    ],
};
