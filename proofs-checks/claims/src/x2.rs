//! X2: separated supports are told apart by a 1-Lipschitz network with the largest margin there is.

mod examine;
mod instances;
mod max_min;
mod picture;

use lip1_kernel::Interval;

pub(crate) use examine::{ROUNDING, Sample, separates};
pub(crate) use max_min::MaxMin;

use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Section, Sentence, Tolerance, Verdict, Whose,
};

use examine::{explicit, margin, network, spectral};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "X2",
    section: Section::Expressiveness,
    title: "Separated supports are classified without error",
    sentences: &[Sentence::new(
        "a",
        Whose::Transcribed,
        "If the supports of the two classes are finite or compact, at distance d_opp > 0 from one another, some 1-Lipschitz \
         network f has zero error, with y f(x) >= d_opp/2 at every sample of finite supports: the largest margin that any \
         1-Lipschitz function can have.",
    )],
    formula: r"f(x) = \max_i \min_j \frac{|x - z_j|^2 - |x - x_i|^2}{2\,|x_i - z_j|}, \qquad \mathrm{Lip}(f) \le 1, \quad y\,f \ge \tfrac12 d_{\mathrm{opp}} \text{ on the sample}",
    hypotheses: &[
        "no point has both labels",
        "the margin is at most d_opp/2",
        "every affine piece has slope at most 1",
        "the network sees a dense enough part of a compact support",
    ],
    source: "a_ij(x) = (|x - z_j|^2 - |x - x_i|^2)/(2 d_ij) is affine with gradient (x_i - z_j)/d_ij, of length 1; the \
             maximum over i of the minimum over j is 1-Lipschitz, since max and min are 1-Lipschitz for l-infinity. \
             a_ij(x_i) = d_ij/2 and a_ij(z_j) = -d_ij/2 give the margin. No margin m is larger: \
             2m <= f(x) - f(z) <= |x - z| for the closest pair. On a compact support, a finite part within r of \
             every point leaves d_opp/2 - r. Dividing the first layer by its spectral norm keeps every sign.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "explicit_networks_reach_half_the_distance_on_real_data",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for (name, sample) in
                    [("breast cancer", Sample::breast_cancer()?), ("3 against 8", Sample::digits(3, 8)?)]
                {
                    let sample = sample.first(ctx.count(80, 400, 400))?;
                    finding.merge(network(name, &explicit(&sample)?, &sample)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "all_cells_are_told_apart_with_half_the_distance",
            essential: true,
            about: "a",
            run: |_| implicit("aspirates", &Sample::breast_cancer()?, false),
        },
        Check {
            name: "one_digit_is_told_from_the_rest_with_half_the_distance",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = Finding::new("distance");
                for digit in (0..10).rev().take(ctx.count(1, 10, 10)) {
                    let sample = Sample::digit_against_the_rest(digit)?;
                    finding.merge(implicit(&format!("digit {digit}"), &sample, false)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "the_margin_is_exactly_half_the_distance_where_distances_are_rational",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("distance");
                for (name, sample) in instances::rational()? {
                    finding.merge(implicit(name, &sample, true)?);
                    finding.merge(margin(&sample, sample.distance().lower() / 2.0)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "random_and_degenerate_instances_are_separated",
            essential: true,
            about: "a",
            run: random,
        },
        Check {
            name: "compact_supports_are_separated_at_every_point",
            essential: true,
            about: "a",
            run: |ctx| {
                let mut finding = instances::nested_squares(0.125)?;
                finding.picture(picture::frontier(ctx)?);
                Ok(finding)
            },
        },
        Check {
            name: "spectral_norms_of_at_most_1_leave_zero_error",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("distance");
                for (a, b) in [(3, 8), (4, 9)] {
                    finding.merge(spectral(&Sample::digits(a, b)?.first(60)?)?);
                }
                Ok(finding)
            },
        },
        Check {
            name: "half_the_distance_is_a_margin_on_real_data",
            essential: true,
            about: "a",
            run: |_| {
                let mut finding = Finding::new("distance");
                for sample in [Sample::breast_cancer()?, Sample::digits(3, 8)?, Sample::digits(1, 7)?] {
                    finding.merge(margin(&sample, sample.distance().lower() / 2.0)?);
                }
                Ok(finding)
            },
        },
    ],
    controls: &[
        Control {
            name: "a_point_with_both_labels_is_misclassified",
            breaks: "no point has both labels",
            run: |_| {
                let sample = Sample::digits(3, 8)?.first(40)?;
                let net = explicit(&sample)?;
                network("overlap", &net, &sample.with_overlap()?)
            },
        },
        Control {
            name: "a_point_with_both_labels_leaves_no_margin",
            breaks: "no point has both labels",
            run: |_| margin(&Sample::breast_cancer()?.with_overlap()?, f64::MIN_POSITIVE),
        },
        Control {
            name: "a_margin_larger_by_1e_9_is_refuted_by_one_pair",
            breaks: "the margin is at most d_opp/2",
            run: |_| {
                let sample = Sample::breast_cancer()?;
                let half = sample.distance().upper() / 2.0;
                margin(&sample, half * (1.0 + 1e-9))
            },
        },
        Control {
            name: "twice_the_function_is_not_1_lipschitz",
            breaks: "every affine piece has slope at most 1",
            run: |_| {
                let sample = Sample::digits(3, 8)?.first(40)?;
                let net = examine::scaled(&explicit(&sample)?, 2.0)?;
                network("twice", &net, &sample)
            },
        },
        Control {
            name: "a_point_every_2_units_does_not_separate_nested_squares",
            breaks: "the network sees a dense enough part of a compact support",
            run: |_| instances::nested_squares(2.0),
        },
    ],
};

/// The function itself, evaluated in intervals; `exact` when all numbers involved are.
fn implicit(name: &str, sample: &Sample, exact: bool) -> Result<Finding, CheckError> {
    let function = MaxMin::new(sample)?;
    let half = sample.half();
    let rounding = if exact { Interval::ZERO } else { half * sample.share() };
    separates(name, &|x| Ok(function.at(x)), sample, half, Tolerance::new(rounding, half, ROUNDING))
}

/// Both forms of the function on random samples, which must agree between the samples too.
fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let drawn = instances::samples(9);
    ctx.sampled("samples", "distance", &drawn, ctx.cases(150, 2_000, 100_000), |(sample, queries)| {
        let net = explicit(sample)?;
        let mut finding = network("drawn", &net, sample)?;
        finding.merge(implicit("drawn", sample, false)?);
        let function = MaxMin::new(sample)?;
        for x in queries.rows() {
            let (explicit, implicit) = (examine::value(&net, x)?, function.at(x));
            // Far from the points of the sample both enclosures are wide.
            let widths = Interval::data(explicit.width()) + Interval::data(implicit.width());
            let rounding = sample.rounding(x) + widths;
            let rounding = Tolerance::new(rounding, sample.reach(x), ROUNDING);
            finding.equal_within("the network is the function", explicit, implicit, rounding, || {
                format!("{} and {} points", sample.positive.len(), sample.negative.len())
            });
        }
        Ok(finding)
    })
}
