//! V4: one hidden GroupSort2 layer on the line shatters W/2 + 2 points and no more.

mod instance;
mod picture;

use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Rejection, Scope, Section, Verdict,
};
use lip1_vc::{Label, labellings, line_vc_dimension, shattering_network};
use rand::RngExt;

use instance::{Instance, alternations, kinks, realised};

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V4",
    section: Section::Capacity,
    title: "On the line, one GroupSort2 layer of W neurons shatters W/2 + 2 points",
    statement: "The classifiers sign f, f a network on the line with one hidden GroupSort2 layer of W neurons (W even) and \
                biases, have VC dimension exactly W/2 + 2, whichever label 0 is given.",
    formula: r"\mathrm{VCdim}\,\{\, \mathrm{sign}\, f : f \text{ has one hidden GroupSort2 layer of } W \text{ neurons on } \mathbb{R} \,\} \;=\; \frac{W}{2} + 2",
    corrected: None,
    hypotheses: &[
        "there are no more than W/2 + 2 points",
        "the layer has W neurons",
        "the groups that are sorted are pairs",
        "no value at a point is 0",
    ],
    source: "Lower: the linear interpolant of values +-1 at K + 2 points has a kink at each of the K inner points; the pair \
             (t - j, 0), sorted, gives the hinge max(t - j, 0) and, as its sum, the line t - j. No value is 0. Upper: a pair of \
             affine functions of one variable changes its order once, so f has at most K = W/2 kinks and K + 1 affine \
             pieces; on each, sign f changes at most once, whichever sign 0 has, so on K + 3 points it cannot \
             alternate, which takes K + 2 changes.",
    expected: Verdict::Holds,
    checks: &[
        Check {
            name: "every_labelling_of_half_the_width_plus_two_points_has_a_network",
            essential: true,
            about: About::Transcribed,
            run: |ctx| {
                let mut finding = Finding::new("value");
                for width in widths(ctx) {
                    let points = line_vc_dimension(width)?;
                    finding.exact(points == width / 2 + 2, || format!("{points} points for width {width}"));
                    for labels in labellings(points) {
                        finding.merge(realised(
                            &Instance::new(width, 2, shattering_network(&labels)?),
                            &labels,
                        )?);
                    }
                }
                finding.picture(picture::interpolant()?);
                Ok(finding.exhaustive(Scope::Instances))
            },
        },
        Check {
            name: "no_network_has_more_kinks_than_pairs",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(ctx, kinks)?.certified(Scope::Universal)),
        },
        Check {
            name: "no_network_changes_its_sign_more_often_than_it_has_pieces",
            essential: true,
            about: About::Transcribed,
            run: |ctx| Ok(over(ctx, alternations)?.certified(Scope::Universal)),
        },
    ],
    controls: &[
        Control {
            name: "the_alternating_labelling_of_one_point_more_is_not_realised",
            breaks: "there are no more than W/2 + 2 points",
            run: |_| {
                let labels = alternating(6);
                // The network that interpolates as many as it can.
                let net = shattering_network(&labels[..5])?;
                Ok(Rejection::of(&realised(&Instance::new(6, 2, net), &labels)?))
            },
        },
        Control {
            name: "a_layer_with_one_pair_more_is_no_layer_of_this_width",
            breaks: "the layer has W neurons",
            run: |_| {
                let labels = alternating(6);
                Ok(Rejection::of(&realised(&Instance::new(6, 2, shattering_network(&labels)?), &labels)?))
            },
        },
        Control {
            name: "a_layer_with_one_pair_more_changes_its_sign_once_more",
            breaks: "the layer has W neurons",
            run: |_| {
                let net = shattering_network(&alternating(6))?;
                Ok(Rejection::of(&alternations(&Instance::new(6, 2, net))?))
            },
        },
        Control {
            name: "a_layer_with_one_pair_more_has_one_kink_more",
            breaks: "the layer has W neurons",
            run: |_| {
                let net = shattering_network(&alternating(6))?;
                Ok(Rejection::of(&kinks(&Instance::new(6, 2, net))?))
            },
        },
        Control {
            name: "sorting_four_neurons_has_more_kinks_than_two_pairs",
            breaks: "the groups that are sorted are pairs",
            run: |_| Ok(Rejection::of(&kinks(&instance::sorting_four()?)?)),
        },
        Control {
            name: "a_value_of_zero_has_no_label_of_its_own",
            breaks: "no value at a point is 0",
            run: |_| {
                let labels = alternating(5);
                let through_zero = instance::lowered_by_one(shattering_network(&labels)?)?;
                Ok(Rejection::of(&realised(&Instance::new(6, 2, through_zero), &labels)?))
            },
        },
    ],
};

fn widths(ctx: &Context) -> impl Iterator<Item = usize> {
    (2..=ctx.count(12, 14, 18)).step_by(2)
}

/// Plus and minus in turns.
fn alternating(points: usize) -> Vec<Label> {
    (0..points).map(|k| if k % 2 == 0 { Label::Plus } else { Label::Minus }).collect()
}

/// Networks of every width that bend as often as they can, and random ones, some with equal or vanishing weights.
fn over(ctx: &Context, examine: fn(&Instance) -> Result<Finding, CheckError>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let mut random = ctx.generator("networks");
    for width in widths(ctx) {
        let net = shattering_network(&alternating(width / 2 + 2))?;
        finding.merge(examine(&Instance::new(width, 2, net))?);
        for _ in 0..ctx.count(20, 200, 2_000) {
            let net = if random.random() {
                instance::network(width, || random.random_range(-1.0..1.0))?
            } else {
                instance::network(width, || f64::from(random.random_range(-2..=2)))?
            };
            finding.merge(examine(&Instance::new(width, 2, net))?);
        }
    }
    Ok(finding)
}
