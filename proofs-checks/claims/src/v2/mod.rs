//! V2: volume bounds on the VC dimension, refuted as transcribed and corrected.

mod domains;
mod instance;
mod refutation;

use lip1_harness::{Check, Claim, Control, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;
use lip1_vc::Route;

use instance::{Instance, covers, holds_few};
use refutation::density_one;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V2",
    section: Section::Capacity,
    title: "Volume bounds on the VC dimension",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 10"),
            "For bounded X, (1/m)^n vol(X)/vol(B) <= VCdim(C^m(X)), B the unit ball of R^n.",
        ),
        Sentence::correction(
            "a'",
            "a",
            "(1/(2m))^n vol(X)/vol(B) <= VCdim(C^m(X)) for every bounded measurable X.",
        ),
        Sentence::new(
            "b",
            Whose::Author("Prop 10"),
            "For bounded X, VCdim(C^m(X)) <= (3/m)^n vol(X)/vol(B).",
        ),
        Sentence::correction(
            "b'",
            "b",
            "VCdim(C^m(X)) <= (2/m)^n vol(X)/vol(B) for convex X that contain a ball of radius m, and with 3 in place \
             of 2 for convex X that contain a ball of radius m/2.",
        ),
        Sentence::new(
            "c",
            Whose::Ours,
            "The printed lower bound holds for n = 1 and is false for cubes of side s = r m once r is large: from 34.72 \
             on for n = 2, 18.99 for n = 3, 10.70 for n = 8, 6.73 for n = 24.",
        ),
    ],
    formula: r"\Bigl(\frac1m\Bigr)^n \frac{\mathrm{vol}(X)}{\mathrm{vol}(B)} \;\le\; \mathrm{VCdim}(C^m(X)) \;\le\; \Bigl(\frac3m\Bigr)^n \frac{\mathrm{vol}(X)}{\mathrm{vol}(B)}",
    hypotheses: &[
        "upper bounds: X contains a ball of radius m/2 (factor 3) or m (factor 2)",
        "upper bounds: X is convex",
        "lower bound: the balls that cover X have radius 2m",
        "lower bound as printed: n = 1",
        "refutation: the density of ball packings is below 1",
    ],
    source: "The VC dimension is the 2m-packing number (V1). Lower: balls of radius 2m about a maximal packing cover X. \
             Upper: balls of radius m about a packing are disjoint and lie in X + mB; if X is convex and contains \
             c + (m/k)B, then mB lies in k(X - c) and X + mB in (k+1)X - kc, of volume (k+1)^n vol(X). On a line some \
             translate of the multiples of 2m has vol(X)/(2m) points in X at least. As printed both ends come from a \
             covering by points m apart, where shattering needs 2m. Refutation of the upper end: sets of little or no \
             volume with points far apart. Of the lower end, in the plane: Oler 1961, a compact convex set holds at most 2A/sqrt(3) + P/2 + 1 points at distance 1. In a \
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
            about: "a",
            run: |_| {
                let mut finding = refutation::transcribed_in_cubes()?;
                finding.picture(refutation::picture()?);
                Ok(finding)
            },
        },
        Check {
            name: "the_printed_upper_bound_holds_for_sets_of_little_volume",
            essential: true,
            about: "b",
            run: |_| domains::over(&domains::of_little_volume()?, |x| holds_few(x, 3)),
        },
        Check {
            name: "the_corrected_lower_bound_holds",
            essential: true,
            about: "a'",
            run: |ctx| domains::over(&domains::packed(ctx)?, |x| covers(x, Interval::ratio(1, 2))),
        },
        Check {
            name: "the_corrected_upper_bound_holds",
            essential: true,
            about: "b'",
            run: |ctx| domains::over(&domains::containing_a_ball(ctx, 2)?, |x| holds_few(x, 2)),
        },
        Check {
            name: "the_transcribed_upper_bound_holds",
            essential: true,
            about: "b'",
            run: |ctx| domains::over(&domains::containing_a_ball(ctx, 1)?, |x| holds_few(x, 3)),
        },
        Check {
            name: "the_transcribed_lower_bound_holds_on_a_line",
            essential: true,
            about: "c",
            run: |ctx| domains::over(&domains::lines(ctx)?, |line| covers(line, Interval::ONE)),
        },
        Check {
            name: "the_transcribed_lower_bound_fails_from_the_stated_ratios_on",
            essential: true,
            about: "c",
            run: |_| {
                let mut finding = refutation::from_the_stated_ratios(Route::best)?;
                finding.picture(refutation::by_dimension()?);
                Ok(finding)
            },
        },
        Check {
            name: "blichfeldts_density_refutes_the_transcribed_lower_bound_in_other_dimensions",
            essential: true,
            about: "c",
            run: |_| refutation::in_other_dimensions(),
        },
        Check {
            name: "brackets_of_the_search_meet_the_corrected_bounds",
            essential: false,
            about: "a'",
            run: domains::brackets,
        },
    ],
    controls: &[
        Control {
            name: "a_ball_of_radius_a_quarter_margin_fails_the_transcribed_upper_bound",
            breaks: "upper bounds: X contains a ball of radius m/2 (factor 3) or m (factor 2)",
            run: |_| holds_few(&domains::tiny_ball()?, 3),
        },
        Control {
            name: "a_ball_of_radius_a_quarter_margin_fails_the_corrected_upper_bound",
            breaks: "upper bounds: X contains a ball of radius m/2 (factor 3) or m (factor 2)",
            run: |_| holds_few(&domains::tiny_ball()?, 2),
        },
        Control {
            name: "a_disc_with_far_isolated_points_fails_the_transcribed_upper_bound",
            breaks: "upper bounds: X is convex",
            run: |_| holds_few(&Instance::disc_with_isolated_points(9)?, 3),
        },
        Control {
            name: "a_disc_with_far_isolated_points_fails_the_corrected_upper_bound",
            breaks: "upper bounds: X is convex",
            run: |_| holds_few(&Instance::disc_with_isolated_points(4)?, 2),
        },
        Control {
            name: "balls_of_half_the_radius_cover_no_large_square",
            breaks: "lower bound: the balls that cover X have radius 2m",
            run: |_| covers(&domains::cube(2, (35, 1))?, Interval::ONE),
        },
        Control {
            name: "a_cube_is_no_line",
            breaks: "lower bound as printed: n = 1",
            run: |_| covers(&domains::cube(3, (19, 1))?, Interval::ONE),
        },
        Control {
            name: "with_density_one_nothing_is_refuted",
            breaks: "refutation: the density of ball packings is below 1",
            run: |_| refutation::from_the_stated_ratios(density_one),
        },
    ],
};
