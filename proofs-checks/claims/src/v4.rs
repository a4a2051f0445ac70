//! V4: one hidden GroupSort2 layer on the line shatters W/2 + 2 points and no more.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    About, Check, CheckError, Claim, Context, Control, Finding, Picture, Rejection, Scope, Section, Verdict,
};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, forward};
use lip1_vc::{
    HiddenLayer, Label, hidden_layers, labellings, line_vc_dimension, pieces_on_line, shattering_network,
};
use rand::RngExt;

use crate::picture::Drawn;


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
                finding.picture(interpolant()?);
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
            run: |_| Ok(Rejection::of(&kinks(&sorting_four()?)?)),
        },
        Control {
            name: "a_value_of_zero_has_no_label_of_its_own",
            breaks: "no value at a point is 0",
            run: |_| {
                let labels = alternating(5);
                let through_zero = lowered_by_one(shattering_network(&labels)?)?;
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
                network(width, || random.random_range(-1.0..1.0))?
            } else {
                network(width, || f64::from(random.random_range(-2..=2)))?
            };
            finding.merge(examine(&Instance::new(width, 2, net))?);
        }
    }
    Ok(finding)
}

/// A network of one input and one output that is said to have one hidden layer of this kind.
struct Instance {
    width: usize,
    group: usize,
    net: Net,
}

impl Instance {
    fn new(width: usize, group: usize, net: Net) -> Self {
        Self { width, group, net }
    }

    fn pairs(&self) -> usize {
        self.width / 2
    }

    /// The value at a point, enclosed.
    fn at(&self, x: f64) -> Result<Interval, CheckError> {
        let values = forward::enclose(&self.net, &[x])?;
        let value = values.first().copied();
        value.ok_or_else(|| CheckError::Instance("a network without outputs".to_owned()))
    }
}

/// Values at points with labels are at least this far on the right side; those of the interpolants are 1.
const CLEAR: (u128, u128) = (1, 2);

/// Examines whether a network of the said width has the sign of its label at each of the points `0, 1, ...`, and clearly so.
fn realised(instance: &Instance, labels: &[Label]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let said = [HiddenLayer::sort(instance.width, instance.group)];
    let layers = hidden_layers(&instance.net)?;
    finding.exact(layers == said, || format!("layers {layers:?} instead of {said:?}"));
    for (point, label) in labels.iter().enumerate() {
        let value = instance.at(point as f64)?;
        let right = if *label == Label::Plus { value } else { -value };
        let clear = Interval::ratio(CLEAR.0, CLEAR.1);
        finding.at_most("1/2 <= label times value", clear, right, || {
            format!("{value} at point {point} of {}", shown(labels))
        });
    }
    Ok(finding)
}

/// Examines `kinks <= W/2`, counted exactly.
fn kinks(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let kinks = pieces_on_line(&instance.net)?.maps - 1;
    finding.case(instance.pairs() as f64 - kinks as f64, || format!("{kinks} kinks: {:?}", instance.net));
    Ok(finding)
}

/// Where signs are looked at: a grid finer than the distance of the kinks of the interpolants.
const GRID: std::ops::RangeInclusive<i32> = -40..=160;

/// Examines `changes of sign <= W/2 + 1` on a grid, where enclosures exclude 0.
fn alternations(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let mut signs: Vec<bool> = Vec::new();
    for step in GRID {
        let value = instance.at(f64::from(step) / 8.0)?;
        if value.lower() > 0.0 || value.upper() < 0.0 {
            signs.push(value.lower() > 0.0);
        }
    }
    let changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let most = instance.pairs() + 1;
    finding.case(most as f64 - changes as f64, || format!("{changes} changes of sign: {:?}", instance.net));
    Ok(finding)
}

/// Labels as plus and minus.
fn shown(labels: &[Label]) -> String {
    labels.iter().map(|label| if *label == Label::Plus { '+' } else { '-' }).collect()
}

/// A network with one hidden GroupSort2 layer and the given weights.
fn network(width: usize, mut weight: impl FnMut() -> f64) -> Result<Net, CheckError> {
    let mut dense = |outputs: usize, inputs: usize| Dense {
        outputs,
        inputs,
        weight: (0..outputs * inputs).map(|_| weight()).collect(),
        bias: (0..outputs).map(|_| weight()).collect(),
    };
    let layers = vec![Layer::Dense(dense(width, 1)), Layer::Sort { group: 2 }, Layer::Dense(dense(1, width))];
    Ok(Net::new(1, layers)?)
}

/// Four lines of different slopes in general position: all six pairs cross. Said to be sorted in pairs.
fn sorting_four() -> Result<Instance, CheckError> {
    let weight = vec![0.0, 1.0, 2.0, 3.0];
    let first = Dense { outputs: 4, inputs: 1, weight, bias: vec![0.0, 0.5, 1.75, 4.0] };
    let last = Dense { outputs: 1, inputs: 4, weight: vec![1.0, -3.0, 5.0, -2.0], bias: vec![0.0] };
    let net = Net::new(1, vec![Layer::Dense(first), Layer::Sort { group: 4 }, Layer::Dense(last)])?;
    Ok(Instance::new(4, 2, net))
}

/// The network less 1: labels +1 become the value 0.
fn lowered_by_one(net: Net) -> Result<Net, CheckError> {
    let mut layers = net.layers().to_vec();
    if let Some(Layer::Dense(last)) = layers.last_mut() {
        last.bias.iter_mut().for_each(|bias| *bias -= 1.0);
    }
    Ok(Net::new(net.inputs(), layers)?)
}

/// The interpolating network of width 8 for six labels.
fn interpolant() -> Result<Picture, CheckError> {
    let labels = [Label::Plus, Label::Minus, Label::Minus, Label::Plus, Label::Plus, Label::Minus];
    let network = Instance::new(8, 2, shattering_network(&labels)?);
    let value = |step: i32| -> Result<(f64, f64), CheckError> {
        let x = f64::from(step) / 20.0;
        Ok((x, network.at(x)?.lower()))
    };
    let line = (-10..=110).map(value).collect::<Result<_, _>>()?;
    let dots = labels.iter().enumerate().map(|(k, label)| (k as f64, label.sign())).collect();
    Chart {
        title: "A GroupSort2 layer of 8 neurons that realises six labels".to_owned(),
        alternative: "A zigzag through the values +1, -1, -1, +1, +1, -1 at the points 0 to 5, with a kink at each of the \
                      four inner points: one pair of neurons a kink. A seventh point with the label + would need a fifth."
            .to_owned(),
        x: "x".to_owned(),
        y: "f(x)".to_owned(),
        series: vec![
            Series { name: "the network".to_owned(), mark: Mark::Line, points: line },
            Series { name: "labels".to_owned(), mark: Mark::Dots, points: dots },
        ],
    }
    .drawn()
}
