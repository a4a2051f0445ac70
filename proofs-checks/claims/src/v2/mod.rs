//! V2: volume bounds on the VC dimension, refuted as transcribed and corrected.

mod domains;
mod instance;
mod refutation;

use lip1_harness::{About, Check, Claim, Control, Rejection, Scope, Section, Verdict};
use lip1_kernel::Interval;

use instance::{Instance, covers, holds_few};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V2",
    section: Section::Capacity,
    title: "Volume bounds on the VC dimension",
    statement: "(1/m)^n vol(X)/vol(B) <= VCdim(C^m(X)) <= (3/m)^n vol(X)/vol(B), B the unit ball of R^n.",
    formula: r"\Bigl(\frac1m\Bigr)^n \frac{\mathrm{vol}(X)}{\mathrm{vol}(B)} \;\le\; \mathrm{VCdim}(C^m(X)) \;\le\; \Bigl(\frac3m\Bigr)^n \frac{\mathrm{vol}(X)}{\mathrm{vol}(B)}",
    corrected: Some(
        "(1/(2m))^n vol(X)/vol(B) <= VCdim(C^m(X)) for every bounded measurable X; VCdim(C^m(X)) <= \
         (2/m)^n vol(X)/vol(B) for convex X that contain a ball of radius m, and with 3 in place of 2 a ball of \
         radius m/2. The transcribed lower bound holds for n = 1 and is false for cubes of side s = r m once r is \
         large: from 34.72 on for n = 2, 18.99 for n = 3, 10.70 for n = 8, 6.73 for n = 24.",
    ),
    hypotheses: &[
        "upper bounds: X contains a ball of radius m/2 (transcribed) or m (corrected)",
        "upper bounds: X is convex",
        "lower bound: the balls that cover X have radius 2m",
        "lower bound as transcribed: n = 1",
        "refutation: the density of ball packings is below 1",
    ],
    source: "The VC dimension is the 2m-packing number (V1). Lower: balls of radius 2m about a maximal packing cover X. \
             Upper: balls of radius m about a packing are disjoint and lie in X + mB; if X is convex and contains \
             c + (m/k)B, then mB lies in k(X - c) and X + mB in (k+1)X - kc, of volume (k+1)^n vol(X). Refutation in \
             the plane: Oler 1961, a compact convex set holds at most 2A/sqrt(3) + P/2 + 1 points at distance 1. In a \
             cube of side s, copies of X + mB tile space, so VCdim <= D (s+2m)^n/(m^n vol(B)), D a bound on the density \
             of ball packings: Hales 2005 (n = 3), Viazovska 2017 (8), Cohn, Kumar, Miller, Radchenko and Viazovska \
             2017 (24), Blichfeldt 1929 (any n >= 3, weaker); it is below the claim iff r > 2 D^(1/n)/(1 - D^(1/n)). \
             Both quotients decrease with r, so the claim stays false. Oler's inequality and the densities are \
             external theorems.",
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check {
            name: "the_transcribed_lower_bound_holds_in_large_cubes",
            essential: true,
            about: About::Transcribed,
            run: |_| {
                let mut finding = refutation::transcribed_in_cubes()?;
                finding.picture(refutation::picture()?);
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "the_transcribed_lower_bound_holds_on_a_line",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                Ok(domains::over(&domains::lines(ctx)?, |line| covers(line, Interval::ONE))?
                    .certified(Scope::Universal))
            },
        },
        Check {
            name: "the_transcribed_upper_bound_holds",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let finding = domains::over(&domains::containing_a_ball(ctx, 1)?, |x| holds_few(x, 3))?;
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "the_corrected_lower_bound_holds",
            essential: true,
            about: About::Corrected,
            run: |ctx| {
                let finding = domains::over(&domains::packed(ctx)?, |x| covers(x, Interval::ratio(1, 2)))?;
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "the_corrected_upper_bound_holds",
            essential: true,
            about: About::Corrected,
            run: |ctx| {
                let finding = domains::over(&domains::containing_a_ball(ctx, 2)?, |x| holds_few(x, 2))?;
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "the_transcribed_lower_bound_fails_from_the_stated_ratios_on",
            essential: true,
            about: About::Corrected,
            run: |_| {
                let mut finding = refutation::from_the_stated_ratios()?;
                finding.picture(refutation::by_dimension()?);
                Ok(finding.certified(Scope::Universal))
            },
        },
        Check {
            name: "brackets_of_the_search_meet_the_corrected_bounds",
            essential: false,
            about: About::Corrected,
            run: |ctx| Ok(domains::brackets(ctx)?.sampled()),
        },
    ],
    controls: &[
        Control {
            name: "a_ball_of_radius_a_quarter_margin_fails_the_transcribed_upper_bound",
            breaks: "upper bounds: X contains a ball of radius m/2 (transcribed) or m (corrected)",
            run: |_| Ok(Rejection::of(&holds_few(&domains::tiny_ball()?, 3)?)),
        },
        Control {
            name: "a_ball_of_radius_a_quarter_margin_fails_the_corrected_upper_bound",
            breaks: "upper bounds: X contains a ball of radius m/2 (transcribed) or m (corrected)",
            run: |_| Ok(Rejection::of(&holds_few(&domains::tiny_ball()?, 2)?)),
        },
        Control {
            name: "a_disc_with_far_isolated_points_fails_the_transcribed_upper_bound",
            breaks: "upper bounds: X is convex",
            run: |_| Ok(Rejection::of(&holds_few(&Instance::disc_with_isolated_points(9)?, 3)?)),
        },
        Control {
            name: "a_disc_with_far_isolated_points_fails_the_corrected_upper_bound",
            breaks: "upper bounds: X is convex",
            run: |_| Ok(Rejection::of(&holds_few(&Instance::disc_with_isolated_points(4)?, 2)?)),
        },
        Control {
            name: "balls_of_half_the_radius_cover_no_large_square",
            breaks: "lower bound: the balls that cover X have radius 2m",
            run: |_| Ok(Rejection::of(&covers(&domains::cube(2, (35, 1))?, Interval::ONE)?)),
        },
        Control {
            name: "a_cube_is_no_line",
            breaks: "lower bound as transcribed: n = 1",
            run: |_| Ok(Rejection::of(&covers(&domains::cube(3, (19, 1))?, Interval::ONE)?)),
        },
        Control {
            name: "with_density_one_nothing_is_refuted",
            breaks: "refutation: the density of ball packings is below 1",
            run: |_| Ok(Rejection::of(&refutation::with_density_one()?)),
        },
    ],
};
