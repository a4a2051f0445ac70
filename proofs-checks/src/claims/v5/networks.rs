//! Networks with the number of pairs that they are said to have, and their affine pieces.

use lip1_kernel::forward;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_vc::{pieces_in_plane, pieces_on_line};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::{CheckError, Context, Finding};

/// A network of one or two inputs that is said to sort so many pairs.
pub(super) struct Instance {
    pairs: u32,
    net: Net,
}

impl Instance {
    /// `folds` times `x -> 2 |x| - 1`, each a pair of its own: `2^folds` pieces. Said to have `neurons` hidden neurons.
    pub(super) fn folding(folds: usize, neurons: u32) -> Result<Self, CheckError> {
        let mut layers = Vec::new();
        for fold in 0..folds {
            // (x, -x), sorted, is (-|x|, |x|).
            let (inputs, weight, bias) = if fold == 0 {
                (1, vec![1.0, -1.0], vec![0.0, 0.0])
            } else {
                (2, vec![0.0, 2.0, 0.0, -2.0], vec![-1.0, 1.0])
            };
            layers.push(Layer::Dense(Dense { outputs: 2, inputs, weight, bias }));
            layers.push(Layer::Sort { group: 2 });
        }
        let last = Dense { outputs: 1, inputs: 2, weight: vec![0.0, 2.0], bias: vec![-1.0] };
        layers.push(Layer::Dense(last));
        Ok(Self { pairs: neurons / 2, net: Net::new(1, layers)? })
    }

    /// Four neurons that are sorted together; said to be two pairs.
    pub(super) fn sorting_four() -> Result<Self, CheckError> {
        let weight = vec![0.0, 1.0, 2.0, 3.0];
        let first = Dense { outputs: 4, inputs: 1, weight, bias: vec![0.0, 0.5, 1.75, 4.0] };
        Ok(Self { pairs: 2, net: Net::new(1, vec![Layer::Dense(first), Layer::Sort { group: 4 }])? })
    }

    /// Four absolute values; said to be two pairs.
    pub(super) fn units() -> Result<Self, CheckError> {
        let bias = vec![0.0, 1.0, 2.0, 3.0];
        let first = Dense { outputs: 4, inputs: 1, weight: vec![1.0; 4], bias };
        Ok(Self { pairs: 2, net: Net::new(1, vec![Layer::Dense(first), Layer::Abs])? })
    }

    fn random(
        random: &mut ChaCha8Rng,
        inputs: usize,
        widths: &[usize],
        whole: bool,
    ) -> Result<Self, CheckError> {
        let mut draw =
            || if whole { f64::from(random.random_range(-3..=3)) } else { random.random_range(-1.0..1.0) };
        let mut layers = Vec::new();
        let mut before = inputs;
        for &outputs in widths {
            let weight = (0..outputs * before).map(|_| draw()).collect();
            let bias = (0..outputs).map(|_| draw()).collect();
            layers.push(Layer::Dense(Dense { outputs, inputs: before, weight, bias }));
            layers.push(Layer::Sort { group: 2 });
            before = outputs;
        }
        let weight = (0..before).map(|_| draw()).collect();
        layers.push(Layer::Dense(Dense { outputs: 1, inputs: before, weight, bias: vec![draw()] }));
        let neurons: usize = widths.iter().sum();
        Ok(Self { pairs: neurons as u32 / 2, net: Net::new(inputs, layers)? })
    }
}

/// Merges the findings of several instances.
pub(super) fn over(
    instances: &[Instance],
    examine: fn(&Instance) -> Result<Finding, CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    for instance in instances {
        finding.merge(examine(instance)?);
    }
    Ok(finding)
}

/// Foldings, which attain the bound, and random networks of one to four layers.
pub(super) fn on_the_line(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let foldings = (1..=ctx.count(9, 12, 14)).map(|folds| Instance::folding(folds, 2 * folds as u32));
    let mut instances: Vec<Instance> = foldings.collect::<Result<_, _>>()?;
    instances.extend(drawn(ctx, 1, ctx.count(40, 400, 4_000))?);
    Ok(instances)
}

/// Random networks of one to four layers.
pub(super) fn in_the_plane(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    drawn(ctx, 2, ctx.count(15, 150, 1_500))
}

fn drawn(ctx: &Context, inputs: usize, count: usize) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("networks");
    let mut draw = |index: usize| {
        let widths: Vec<usize> =
            (0..random.random_range(1..=4)).map(|_| 2 * random.random_range(1..=3)).collect();
        Instance::random(&mut random, inputs, &widths, index.is_multiple_of(2))
    };
    (0..count).map(&mut draw).collect()
}

/// Examines `pieces <= 2^pairs`, enumerated exactly: the sets on which all orders stay, and the affine maps on them.
pub(super) fn pieces(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let pieces = if instance.net.inputs() == 1 {
        pieces_on_line(&instance.net)?
    } else {
        pieces_in_plane(&instance.net)?
    };
    let most = 2_f64.powi(instance.pairs as i32);
    finding.case(most - pieces.cells as f64, || format!("{pieces:?}: {:?}", instance.net));
    finding.exact(pieces.maps <= pieces.cells, || format!("{pieces:?}: {:?}", instance.net));
    Ok(finding)
}

/// Steps from 0 to 2 at which signs are looked at, and as many to -2.
const GRID: i32 = 1_024;

/// Examines, on the line, `changes of sign <= 2^pairs`, where enclosures exclude 0.
pub(super) fn changes_of_sign(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let mut last = None;
    let mut changes = 0_u32;
    for step in -GRID..=GRID {
        let x = f64::from(step) / f64::from(GRID / 2);
        let outputs = forward::enclose(&instance.net, &[x])?;
        let Some(value) = outputs.values.first().filter(|value| value.lower() > 0.0 || value.upper() < 0.0)
        else {
            continue;
        };
        let positive = value.lower() > 0.0;
        changes += u32::from(last.is_some_and(|last| last != positive));
        last = Some(positive);
    }
    let most = 2_f64.powi(instance.pairs as i32);
    finding.case(most - f64::from(changes), || format!("{changes} changes of sign: {:?}", instance.net));
    Ok(finding)
}
