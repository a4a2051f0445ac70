//! G5: whether least losses on samples converge to the least loss on the law.

mod growth;
mod radii;
mod rays;
mod stream;

use lip1_harness::{Check, Claim, Control, Finding, Section, Sentence, Verdict, Whose};
use lip1_kernel::Interval;

use growth::{Lambda, Shape};
use radii::{Reach, TwoPlaces};
use stream::Parts;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "G5",
    section: Section::Generalisation,
    title: "Consistency: least losses on samples converge",
    sentences: &[
        Sentence::new(
            "a",
            Whose::Author("Prop 7"),
            "For independent samples of a law on a bounded X and any loss that is Lipschitz in f, the least mean loss over L-Lipschitz \
             functions on n samples tends almost surely to the least expected loss.",
        ),
        Sentence::correction(
            "a'",
            "a",
            "It does if the loss is convex in f as well and pi+ l(c, +1) + pi- l(c, -1) tends to infinity for c -> infinity and for c -> \
             -infinity: for the log loss and the hinge whenever both classes have mass, for the hinge-regularised loss iff lambda min(pi+, \
             pi-) > |pi+ - pi-|; at equality the least loss on samples is minus infinity again and again.",
        ),
        Sentence::new(
            "n",
            Whose::Ours,
            "At every n, |min E_n - min E| <= Lambda L sum_c pi_c W1_c + |pi^+ - pi+| (max l - min l): pi the masses of the classes, pi^ \
             those of the sample, W1_c the distance between the laws of class c, the extremes of l over a ball that has a minimiser of both \
             means. Neither term can be lowered by 1 %.",
        ),
        Sentence::new(
            "e",
            Whose::Ours,
            "For the loss -y f on X = {0, 1}, x = 1 iff y = -1, P(y = 1) = 1/2, the least expected loss is -1/2, and on n samples it is minus \
             infinity iff the classes differ in number: always for odd n, with probability .754, .920, .975, .992 for n = 10, 100, 1000, \
             10000.",
        ),
        Sentence::new(
            "r",
            Whose::Author("Prop 7, proof"),
            "The minimisers lie in the ball of radius 2 L diam(X).",
        ),
        Sentence::correction(
            "r'",
            "r",
            "With class masses p, q and diameter D: every minimiser of the log loss has |f| <= |ln(p/q)|/tau + L D; some minimiser of the hinge has \
             |f| <= m; every minimiser of the hinge-regularised loss has |f| <= m + L D if lambda min(p, q) > |p - q|. None of the three can be \
             lowered by 1 %.",
        ),
    ],
    formula: r"\pi_+\, \ell(c, +1) + \pi_-\, \ell(c, -1) \xrightarrow[c \to \pm\infty]{} \infty \;\Longrightarrow\; \min_{\mathrm{Lip}_L} \mathbb{E}_n\, \ell \xrightarrow{\text{a.s.}} \min_{\mathrm{Lip}_L} \mathbb{E}\, \ell",
    hypotheses: &[
        "the loss grows along constants of either sign",
        "the loss is convex in f",
        "the classes of the sample differ in number",
        "Lambda is a Lipschitz constant of the loss",
        "the difference of the class masses is in the bound",
        "the radius is the one stated",
    ],
    source: "With -y f constants of the heavier class's sign are a ray (L7), and for odd n one class is heavier. The printed proof needs a \
             ball that has all minimisers, and names one that has not (r). Radii: if f > ln(p/q)/tau everywhere, f - t has a smaller log loss for small t, \
             so min f <= ln(p/q)/tau, and likewise max f >= ln(p/q)/tau; clipping to [-m, m] never makes a hinge larger; if f > m everywhere, \
             f - t changes the hinge-regularised loss by t (p - (1 + lambda) q) < 0. The bound at n: E_n l - E l is sum_c pi_c (E_n^c l - E^c l), \
             at most Lambda L W1_c each (T1), and (pi^+ - pi+) times the difference of the classes' means on the sample. Growth alone is not enough \
             without convexity: l(c, -1) = c and l(c, +1) = 2 ln(1 + |c|) - c grow at equal masses, and have a ray on every sample with more \
             positive points.",
    expected: Verdict::HoldsCorrected,
    checks: &[
        Check {
            name: "for_odd_n_every_sample_has_less_than_any_limit_allows",
            essential: true,
            about: "a",
            run: |ctx| rays::odd(&[1, 11, 101, ctx.count(1_001, 10_001, 100_001) as u64]),
        },
        Check {
            name: "outer_slopes_decide_for_every_law",
            essential: true,
            about: "a'",
            run: |_| Ok(growth::outer_slopes(growth::ONE)),
        },
        Check {
            name: "hkr_grows_along_constants_iff_lambda_is_above_its_threshold",
            essential: true,
            about: "a'",
            run: |_| {
                let mut finding = growth::thresholds();
                for shape in [Shape::Log, Shape::Hinge, Shape::Hkr(Lambda::above())] {
                    for masses in [growth::MASSES, (1, 1), (1, 1_000)] {
                        let shape = shape.at(masses);
                        finding.merge(growth::grows(shape, masses));
                    }
                }
                Ok(finding)
            },
        },
        Check {
            name: "at_the_threshold_two_in_five_samples_run_along_a_ray",
            essential: true,
            about: "a'",
            run: |_| Ok(rays::at_the_threshold()),
        },
        Check {
            name: "along_a_stream_least_losses_stay_within_the_bound",
            essential: true,
            about: "n",
            run: stream::along,
        },
        Check {
            name: "both_terms_of_the_bound_are_reached",
            essential: true,
            about: "n",
            run: |_| {
                let mut finding = stream::moved(Parts::WHOLE)?;
                finding.merge(stream::reweighted(Parts::WHOLE)?);
                Ok(finding)
            },
        },
        Check {
            name: "samples_run_along_a_ray_iff_their_classes_differ_in_number",
            essential: true,
            about: "e",
            run: |_| rays::shares(),
        },
        Check {
            name: "a_light_class_nearby_takes_the_log_loss_beyond_twice_the_diameter",
            essential: true,
            about: "r",
            run: |_| Ok(TwoPlaces::UNEVEN.within(Reach::TwiceTheDiameter)),
        },
        Check {
            name: "minimisers_of_the_log_loss_reach_their_radius_and_no_more",
            essential: true,
            about: "r'",
            run: |_| {
                let mut finding = Finding::new(radii::UNIT);
                for places in [TwoPlaces::UNEVEN, TwoPlaces::FAR_AND_LIGHT, TwoPlaces::EVEN] {
                    finding.merge(places.within(Reach::Stated));
                }
                finding.merge(TwoPlaces::FAR_AND_LIGHT.beyond(Interval::ratio(99_999, 100_000)));
                Ok(finding)
            },
        },
        Check {
            name: "minimisers_of_both_hinges_reach_their_radii_and_no_more",
            essential: true,
            about: "r'",
            run: |_| Ok(radii::hinges([0, 0])),
        },
    ],
    controls: &[
        Control {
            name: "signed_margins_grow_in_no_direction",
            breaks: "the loss grows along constants of either sign",
            run: |_| Ok(growth::outer_slopes(growth::NOTHING)),
        },
        Control {
            name: "hkr_one_percent_below_its_threshold_has_a_ray",
            breaks: "the loss grows along constants of either sign",
            run: |_| Ok(growth::grows(Shape::Hkr(Lambda::below()).at(growth::MASSES), growth::MASSES)),
        },
        Control {
            name: "hkr_at_its_threshold_does_not_grow",
            breaks: "the loss grows along constants of either sign",
            run: |_| Ok(growth::grows(Shape::Hkr(Lambda::equal()).at(growth::MASSES), growth::MASSES)),
        },
        Control {
            name: "a_loss_that_is_not_convex_has_a_ray_on_a_sample_of_a_law_where_it_grows",
            breaks: "the loss is convex in f",
            run: |_| Ok(growth::grows(Shape::Bent, (51, 50))),
        },
        Control {
            name: "even_samples_are_on_no_ray",
            breaks: "the classes of the sample differ in number",
            run: |_| Ok(rays::signed_margins(5, 10)),
        },
        Control {
            name: "one_percent_less_of_the_constant_is_too_small",
            breaks: "Lambda is a Lipschitz constant of the loss",
            run: |_| stream::moved(Parts { moved: (99, 100), ..Parts::WHOLE }),
        },
        Control {
            name: "without_the_masses_the_bound_of_g3_fails",
            breaks: "the difference of the class masses is in the bound",
            run: |_| stream::reweighted(Parts { reweighted: (0, 1), ..Parts::WHOLE }),
        },
        Control {
            name: "one_percent_less_of_the_masses_is_too_small",
            breaks: "the difference of the class masses is in the bound",
            run: |_| stream::reweighted(Parts { reweighted: (99, 100), ..Parts::WHOLE }),
        },
        Control {
            name: "a_radius_one_percent_smaller_is_left_by_the_log_loss",
            breaks: "the radius is the one stated",
            run: |_| Ok(TwoPlaces::FAR_AND_LIGHT.within(Reach::OnePercentLess)),
        },
        Control {
            name: "functions_one_unit_smaller_have_a_larger_hinge",
            breaks: "the radius is the one stated",
            run: |_| Ok(radii::hinges([1, 0])),
        },
        Control {
            name: "a_radius_one_unit_smaller_is_left_by_the_hinge_regularised_loss",
            breaks: "the radius is the one stated",
            run: |_| Ok(radii::hinges([0, 1])),
        },
    ],
};
