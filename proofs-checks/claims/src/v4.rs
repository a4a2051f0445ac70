//! V4: one hidden GroupSort2 layer on the line shatters W/2 + 2 points and no more.

use std::cmp::Ordering;

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{
    Check, CheckError, Claim, Context, Control, Finding, Picture, Section, Sentence, Verdict, Whose,
};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, forward, judge};
use lip1_vc::{
    Activation, Label, hidden_layers, labellings, line_vc_dimension, pieces_on_line, shattering_network,
};
use rand::RngExt;

use crate::picture::Drawn;

/// The claim.
pub static CLAIM: Claim = Claim {
    id: "V4",
    section: Section::Capacity,
    title: "On the line, one GroupSort2 layer of W neurons shatters W/2 + 2 points",
    sentences: &[Sentence::new(
        "a",
        Whose::Ours,
        "The classifiers sign f, f a network on the line with one hidden GroupSort2 layer of W neurons (W even) and \
         biases, have VC dimension exactly W/2 + 2, whichever label 0 is given.",
    )],
    formula: r"\mathrm{VCdim}\,\{\, \mathrm{sign}\, f : f \text{ has one hidden GroupSort2 layer of } W \text{ neurons on } \mathbb{R} \,\} \;=\; \frac{W}{2} + 2",
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
            about: "a",
            run: |ctx| {
                let mut finding = every_width(widest(ctx))?;
                finding.picture(interpolant()?);
                Ok(finding)
            },
        },
        Check {
            name: "no_network_has_more_kinks_than_pairs",
            essential: true,
            about: "a",
            run: |ctx| over(ctx, kinks),
        },
        Check {
            name: "no_network_changes_its_sign_more_often_than_it_has_pieces",
            essential: true,
            about: "a",
            run: |ctx| over(ctx, alternations),
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
                realised(&Instance::new("one label too many", 6, net), &labels)
            },
        },
        Control {
            // Its values are right at all six points: what is wrong with it is the fourth kink.
            name: "a_layer_with_one_pair_more_is_no_layer_of_this_width",
            breaks: "the layer has W neurons",
            run: |_| realised(&one_pair_more()?, &alternating(6)),
        },
        Control {
            name: "a_layer_with_one_pair_more_changes_its_sign_once_more",
            breaks: "the layer has W neurons",
            run: |_| Ok(alternations(&one_pair_more()?)?.0),
        },
        Control {
            name: "a_layer_with_one_pair_more_has_one_kink_more",
            breaks: "the layer has W neurons",
            run: |_| Ok(kinks(&one_pair_more()?)?.0),
        },
        Control {
            name: "sorting_four_neurons_has_more_kinks_than_two_pairs",
            breaks: "the groups that are sorted are pairs",
            run: |_| Ok(kinks(&sorting_four()?)?.0),
        },
        Control {
            name: "a_value_of_zero_has_no_label_of_its_own",
            breaks: "no value at a point is 0",
            run: |_| {
                let labels = alternating(5);
                let through_zero = lowered_by_one(shattering_network(&labels)?)?;
                realised(&Instance::new("labels +1 at the value 0", 6, through_zero), &labels)
            },
        },
    ],
};

/// A network of one input and one output that is said to have one hidden GroupSort2 layer of so many neurons.
struct Instance {
    name: String,
    width: usize,
    net: Net,
}

impl Instance {
    fn new(name: impl Into<String>, width: usize, net: Net) -> Self {
        Self { name: name.into(), width, net }
    }

    fn pairs(&self) -> usize {
        self.width / 2
    }

    /// The value at a point, enclosed.
    fn at(&self, x: f64) -> Result<Interval, CheckError> {
        let values = forward::enclose(&self.net, &[x])?;
        let value = values.values.first().copied();
        value.ok_or_else(|| CheckError::Instance("a network without outputs".to_owned()))
    }

    /// Eight times the value at `eighths / 8`, exactly; nothing for a network whose weights are not all whole.
    fn eightfold_at(&self, eighths: i64) -> Option<i64> {
        let [Layer::Dense(first), Layer::Sort { group: 2 }, Layer::Dense(last)] = self.net.layers() else {
            return None;
        };
        let weight = whole(&first.weight)?;
        let mut hidden: Vec<i64> =
            weight.iter().zip(whole(&first.bias)?).map(|(w, b)| w * eighths + 8 * b).collect();
        hidden.chunks_mut(2).for_each(<[i64]>::sort_unstable);
        let sum: i64 = whole(&last.weight)?.iter().zip(&hidden).map(|(w, h)| w * h).sum();
        Some(sum + 8 * whole(&last.bias)?.first()?)
    }
}

/// Whole numbers that are small enough for sums of their products to fit 64 bits.
fn whole(numbers: &[f64]) -> Option<Vec<i64>> {
    let small = |x: &f64| x.abs() < f64::from(1 << 20) && x.fract().abs() <= 0.0;
    numbers.iter().map(|x| small(x).then_some(*x as i64)).collect()
}

// Below: every labelling of W/2 + 2 points.

/// Values at points with labels are at least this far on the right side; those of the interpolants are 1.
const CLEAR: (u128, u128) = (1, 2);

/// The largest W.
fn widest(ctx: &Context) -> usize {
    ctx.count(12, 14, 18)
}

/// All labellings of as many points as are claimed, for every even width up to `most`.
fn every_width(most: usize) -> Result<Finding, CheckError> {
    let mut finding = Finding::enumerating("value", format!("even widths up to {most}"), most as u128 / 2);
    for width in (2..=most).step_by(2) {
        finding.element(width);
        let points = line_vc_dimension(width)?;
        finding.equal("points = W/2 + 2", &points, &(width / 2 + 2), || format!("W = {width}"));
        finding.merge(every_labelling(width, points)?);
    }
    Ok(finding)
}

fn every_labelling(width: usize, points: usize) -> Result<Finding, CheckError> {
    let size = 1_u128 << (width / 2 + 2);
    let mut finding = Finding::enumerating("value", "2^(W/2 + 2) labellings of W/2 + 2 points", size);
    for labels in labellings(points) {
        finding.element(&labels);
        let net = shattering_network(&labels)?;
        finding.merge(realised(&Instance::new("interpolant", width, net), &labels)?);
    }
    Ok(finding)
}

/// Examines whether a network with one hidden layer of W/2 sorted pairs has the sign of its label at each of the points
/// `0, 1, ...`, and clearly so, with no more kinks than pairs.
fn realised(instance: &Instance, labels: &[Label]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("value");
    let witness = || format!("{} of width {} for {}", instance.name, instance.width, shown(labels));
    let layers = hidden_layers(&instance.net)?.into_iter().map(|layer| match layer.activation {
        Activation::Sort { group } => (layer.width, group),
        Activation::Unit => (layer.width, 1),
    });
    let said = vec![(instance.width, 2)];
    finding.required_equal(
        "width and group of the hidden layers",
        &layers.collect::<Vec<_>>(),
        &said,
        witness,
    );
    finding.merge(kinks(instance)?.0);
    for (point, label) in labels.iter().enumerate() {
        let value = instance.at(point as f64)?;
        let right = if *label == Label::Plus { value } else { -value };
        let clear = Interval::ratio(CLEAR.0, CLEAR.1);
        finding.at_most("1/2 <= label times value", clear, right, || {
            format!("{value} at point {point}, {}", witness())
        });
    }
    Ok(finding)
}

// Above: no network has more than W/2 kinks, or W/2 + 1 changes of sign.

/// What was found in a network, and the number that was counted.
type Counted = (Finding, usize);

/// Examines networks of every width: one that bends as often as it can, which must attain the bound W/2 + 1, and random
/// ones, some with equal or vanishing weights.
fn over(ctx: &Context, examine: fn(&Instance) -> Result<Counted, CheckError>) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let mut random = ctx.generator("networks");
    let each = ctx.count(20, 200, 2_000);
    let mut examined = 0;
    for width in (2..=widest(ctx)).step_by(2) {
        let net = shattering_network(&alternating(width / 2 + 2))?;
        let (found, count) = examine(&Instance::new("alternating network", width, net))?;
        finding.merge(found);
        finding.equal("the alternating network attains the bound", &count, &(width / 2 + 1), || {
            format!("{count} for W = {width}")
        });
        for index in 0..each {
            let net = if random.random() {
                network(width, || random.random_range(-1.0..1.0))?
            } else {
                network(width, || f64::from(random.random_range(-2..=2)))?
            };
            finding.merge(examine(&Instance::new(format!("random network {index}"), width, net))?.0);
            examined += 1;
        }
    }
    finding.required_equal("random networks", &examined, &(widest(ctx) / 2 * each), || {
        format!("{examined} of them")
    });
    Ok(finding)
}

/// Examines `affine pieces <= W/2 + 1`, counted in exact integers: a kink lies between neighbouring pieces.
fn kinks(instance: &Instance) -> Result<Counted, CheckError> {
    let mut finding = Finding::new("count");
    let pieces = pieces_on_line(&instance.net)?.maps;
    finding.not_above("affine pieces <= W/2 + 1", &pieces, &(instance.pairs() + 1), || {
        format!("{pieces} pieces, {} of width {}", instance.name, instance.width)
    });
    Ok((finding, pieces))
}

/// Where signs are looked at, in eighths: a grid finer than the distance of the kinks of the interpolants.
const GRID: std::ops::RangeInclusive<i32> = -40..=160;

/// Examines `changes of sign <= W/2 + 1` on a grid: where the kernel decides the sign, and for whole weights also in exact
/// integers, with the sign of 0 taken as either.
fn alternations(instance: &Instance) -> Result<Counted, CheckError> {
    let mut finding = Finding::new("count");
    let most = instance.pairs() + 1;
    let mut judged = Vec::new();
    for eighths in GRID {
        judged.extend(sign(instance.at(f64::from(eighths) / 8.0)?));
    }
    let exact: Option<Vec<Ordering>> =
        GRID.map(|eighths| instance.eightfold_at(eighths.into()).map(|value| value.cmp(&0))).collect();
    let count = changes(&judged);
    let witness = |count: usize| format!("{count} changes, {} of width {}", instance.name, instance.width);
    finding.not_above("changes of sign <= W/2 + 1", &count, &most, || witness(count));
    for zero in [Ordering::Less, Ordering::Greater] {
        if let Some(signs) = &exact {
            let signs: Vec<Ordering> = signs.iter().map(|sign| sign.then(zero)).collect();
            let count = changes(&signs);
            finding.not_above("changes of sign <= W/2 + 1, 0 having one", &count, &most, || witness(count));
        }
    }
    Ok((finding, count))
}

/// The sign of a value; nothing where the kernel does not tell it from 0.
pub(crate) fn sign(value: Interval) -> Option<Ordering> {
    if judge::less(Interval::ZERO, value).is_verified() {
        Some(Ordering::Greater)
    } else if judge::less(value, Interval::ZERO).is_verified() {
        Some(Ordering::Less)
    } else {
        None
    }
}

pub(crate) fn changes(signs: &[Ordering]) -> usize {
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

// Networks.

/// Plus and minus in turns.
fn alternating(points: usize) -> Vec<Label> {
    (0..points).map(|k| if k % 2 == 0 { Label::Plus } else { Label::Minus }).collect()
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

/// Four pairs that alternate on six points; said to be three.
fn one_pair_more() -> Result<Instance, CheckError> {
    Ok(Instance::new("one pair more", 6, shattering_network(&alternating(6))?))
}

/// Four lines of different slopes in general position: all six pairs cross. Said to be sorted in pairs.
fn sorting_four() -> Result<Instance, CheckError> {
    let weight = vec![0.0, 1.0, 2.0, 3.0];
    let first = Dense { outputs: 4, inputs: 1, weight, bias: vec![0.0, 0.5, 1.75, 4.0] };
    let last = Dense { outputs: 1, inputs: 4, weight: vec![1.0, -3.0, 5.0, -2.0], bias: vec![0.0] };
    let net = Net::new(1, vec![Layer::Dense(first), Layer::Sort { group: 4 }, Layer::Dense(last)])?;
    Ok(Instance::new("four neurons sorted together", 4, net))
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
    let network = Instance::new("interpolant", 8, shattering_network(&labels)?);
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
