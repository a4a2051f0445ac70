//! A network on the line with the width and the groups that it is said to have.

use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, forward};
use lip1_vc::{HiddenLayer, Label, hidden_layers, pieces_on_line};

use crate::{CheckError, Finding};

/// A network of one input and one output that is said to have one hidden layer of this kind.
pub(super) struct Instance {
    width: usize,
    group: usize,
    net: Net,
}

impl Instance {
    pub(super) fn new(width: usize, group: usize, net: Net) -> Self {
        Self { width, group, net }
    }

    fn pairs(&self) -> usize {
        self.width / 2
    }

    /// The value at a point, enclosed.
    pub(super) fn at(&self, x: f64) -> Result<Interval, CheckError> {
        let value = forward::enclose(&self.net, &[x])?.values.first().copied();
        value.ok_or_else(|| CheckError::Instance("a network without outputs".to_owned()))
    }
}

/// Values at points with labels are at least this far on the right side; those of the interpolants are 1.
const CLEAR: (u128, u128) = (1, 2);

/// Examines whether a network of the said width has the sign of its label at each of the points `0, 1, ...`, and clearly so.
pub(super) fn realised(instance: &Instance, labels: &[Label]) -> Result<Finding, CheckError> {
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
pub(super) fn kinks(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let kinks = pieces_on_line(&instance.net)?.maps - 1;
    finding.case(instance.pairs() as f64 - kinks as f64, || format!("{kinks} kinks: {:?}", instance.net));
    Ok(finding)
}

/// Where signs are looked at: a grid finer than the distance of the kinks of the interpolants.
const GRID: std::ops::RangeInclusive<i32> = -40..=160;

/// Examines `changes of sign <= W/2 + 1` on a grid, where enclosures exclude 0.
pub(super) fn alternations(instance: &Instance) -> Result<Finding, CheckError> {
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
pub(super) fn network(width: usize, mut weight: impl FnMut() -> f64) -> Result<Net, CheckError> {
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
pub(super) fn sorting_four() -> Result<Instance, CheckError> {
    let weight = vec![0.0, 1.0, 2.0, 3.0];
    let first = Dense { outputs: 4, inputs: 1, weight, bias: vec![0.0, 0.5, 1.75, 4.0] };
    let last = Dense { outputs: 1, inputs: 4, weight: vec![1.0, -3.0, 5.0, -2.0], bias: vec![0.0] };
    let net = Net::new(1, vec![Layer::Dense(first), Layer::Sort { group: 4 }, Layer::Dense(last)])?;
    Ok(Instance::new(4, 2, net))
}

/// The network less 1: labels +1 become the value 0.
pub(super) fn lowered_by_one(net: Net) -> Result<Net, CheckError> {
    let mut layers = net.layers().to_vec();
    if let Some(Layer::Dense(last)) = layers.last_mut() {
        last.bias.iter_mut().for_each(|bias| *bias -= 1.0);
    }
    Ok(Net::new(net.inputs(), layers)?)
}
