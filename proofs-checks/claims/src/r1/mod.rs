//! R1: a decision cannot change inside the ball of radius |f(x)|/L.

mod attack;
mod line;
mod victims;

use lip1_core::Parametrisation;
use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};

use victims::Victim;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "R1",
    section: Section::Robustness,
    title: "Certified radii",
    sentences: &[Sentence::new(
        "a",
        Whose::Author("Prop 1 of chapter 2"),
        "If f is L-Lipschitz, sign f cannot change inside the open ball of radius |f(x)|/L about x.",
    )],
    formula: r"|\delta| < \frac{|f(x)|}{L} \;\Longrightarrow\; \mathrm{sign}\, f(x + \delta) = \mathrm{sign}\, f(x)",
    hypotheses: &["L is at least the Lipschitz constant of f", "the radius is at most |f(x)|/L"],
    source: "|f(y) - f(x)| <= L |y - x| < |f(x)|. The certified radius is the quotient of the lower end of an enclosure of \
             |f(x)| and a certified L (N1), rounded down. Attacks: gradient step, projected gradient ascent in l2, \
             exact search for the first sign change along rays, which in one dimension finds the closest one.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "attacks_never_succeed_inside_the_radius_on_breast_cancer",
            essential: true,
            about: "a",
            run: |ctx| {
                let epochs = ctx.count(6, 30, 100);
                let mut finding = victims::attacked(
                    ctx,
                    &Victim::breast_cancer(ctx, Parametrisation::Orthogonal, epochs)?,
                )?;
                let unconstrained = Victim::breast_cancer(ctx, Parametrisation::Unconstrained, epochs)?;
                finding.merge(victims::attacked(ctx, &unconstrained)?);
                Ok(finding)
            },
        },
        Check {
            name: "attacks_never_succeed_inside_the_radius_on_digits",
            essential: true,
            about: "a",
            run: |ctx| {
                let victim = Victim::parity(ctx, ctx.count(4, 20, 100))?;
                victims::attacked(ctx, &victim)
            },
        },
        Check {
            name: "exact_search_on_a_line_and_around_points_of_a_plane_finds_nothing_inside",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = victims::attacked(ctx, &Victim::line(ctx)?)?;
                finding.merge(victims::attacked(ctx, &Victim::plane(ctx)?)?);
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_2_lipschitz_function_certified_with_constant_1_is_attacked",
            breaks: "L is at least the Lipschitz constant of f",
            run: |ctx| {
                let victim = Victim::parity(ctx, 1)?.doubled()?;
                victims::attacked(ctx, &victim)
            },
        },
        Control {
            name: "a_radius_one_percent_larger_is_attacked",
            breaks: "the radius is at most |f(x)|/L",
            run: |ctx| {
                let victim = Victim::reflection(ctx)?.with_radii_times(1.01);
                victims::attacked(ctx, &victim)
            },
        },
    ],
};
