//! Networks with the number of affine pieces that they are said to have at most.

use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::forward;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_vc::{pieces_in_plane, pieces_on_line};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::v4::{changes, sign};

/// A network of one or two inputs.
pub(super) struct Instance {
    name: String,
    /// Pieces that it is said to have at most.
    most: u128,
    /// Its affine pieces, where their number is known; on the line its sign changes once on each of them.
    attained: Option<usize>,
    /// Steps from 0 to 1 at which signs are looked at.
    steps: i32,
    net: Net,
}

/// Steps that most networks get.
const STEPS: i32 = 512;

/// `2^(W/2)`, for so many hidden neurons sorted in pairs.
fn of_pairs(neurons: usize) -> u128 {
    1 << (neurons / 2)
}

impl Instance {
    fn new(name: impl Into<String>, most: u128, net: Net) -> Self {
        Self { name: name.into(), most, attained: None, steps: STEPS, net }
    }

    /// `folds` times `x -> 2 |x| - 1`, each a pair of its own: `2^folds` pieces. Said to have `neurons` hidden neurons.
    pub(super) fn folding(folds: usize, neurons: usize) -> Result<Self, CheckError> {
        let net = folded(1, folds, vec![2.0], -1.0)?;
        let most = of_pairs(neurons);
        Ok(Self {
            attained: Some(1 << folds),
            steps: STEPS.max(1 << folds),
            ..Self::new(format!("{folds} folds"), most, net)
        })
    }

    /// The same of x and of y, and a sum in which all maps are different: `4^folds` pieces.
    pub(super) fn folding_the_plane(folds: usize, neurons: usize) -> Result<Self, CheckError> {
        // The constants of the pieces of one direction are whole and at most 2^folds.
        let apart = f64::from(1_u32 << (folds + 2));
        let net = folded(2, folds, vec![1.0, apart], 0.0)?;
        let name = format!("{folds} folds in both directions");
        Ok(Self { attained: Some(1 << (2 * folds)), ..Self::new(name, of_pairs(neurons), net) })
    }

    /// The sum of the positive parts of `2 a x - y - a^2`, `a` from 0: zero on tangents of a parabola, of which any two and no
    /// three meet. One hidden layer with the most pieces that its pairs can cut the plane into, `1 + K + K (K - 1) / 2`.
    fn tangents(pairs: usize) -> Result<Self, CheckError> {
        let slopes = (0..pairs).map(|a| a as f64);
        let first = Dense {
            outputs: 2 * pairs,
            inputs: 2,
            weight: slopes.clone().flat_map(|a| [2.0 * a, -1.0, 0.0, 0.0]).collect(),
            bias: slopes.flat_map(|a| [-a * a, 0.0]).collect(),
        };
        let last = Dense { outputs: 1, inputs: 2 * pairs, weight: [0.0, 1.0].repeat(pairs), bias: vec![0.0] };
        let net = Net::new(2, vec![Layer::Dense(first), Layer::Sort { group: 2 }, Layer::Dense(last)])?;
        let pieces = 1 + pairs + pairs * pairs.saturating_sub(1) / 2;
        Ok(Self {
            attained: Some(pieces),
            ..Self::new(format!("{pairs} tangents"), of_pairs(2 * pairs), net)
        })
    }

    /// Four neurons that are sorted together; said to be two pairs.
    pub(super) fn sorting_four() -> Result<Self, CheckError> {
        let weight = vec![0.0, 1.0, 2.0, 3.0];
        let first = Dense { outputs: 4, inputs: 1, weight, bias: vec![0.0, 0.5, 1.75, 4.0] };
        let net = Net::new(1, vec![Layer::Dense(first), Layer::Sort { group: 4 }])?;
        Ok(Self::new("four neurons sorted together", of_pairs(4), net))
    }

    /// The same in the plane.
    pub(super) fn sorting_four_in_the_plane() -> Result<Self, CheckError> {
        let weight = vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let first = Dense { outputs: 4, inputs: 2, weight, bias: vec![0.0, 0.5, 1.75, 4.0] };
        let net = Net::new(2, vec![Layer::Dense(first), Layer::Sort { group: 4 }])?;
        Ok(Self::new("four neurons sorted together", of_pairs(4), net))
    }

    /// Four absolute values; said to be two pairs.
    pub(super) fn units() -> Result<Self, CheckError> {
        let bias = vec![0.0, 1.0, 2.0, 3.0];
        let first = Dense { outputs: 4, inputs: 1, weight: vec![1.0; 4], bias };
        let net = Net::new(1, vec![Layer::Dense(first), Layer::Abs])?;
        Ok(Self::new("four absolute values", of_pairs(4), net))
    }

    fn random(
        random: &mut ChaCha8Rng,
        inputs: usize,
        group: usize,
        widths: &[usize],
        whole: bool,
    ) -> Result<Net, CheckError> {
        let mut draw =
            || if whole { f64::from(random.random_range(-3..=3)) } else { random.random_range(-1.0..1.0) };
        let mut layers = Vec::new();
        let mut before = inputs;
        for &outputs in widths {
            let weight = (0..outputs * before).map(|_| draw()).collect();
            let bias = (0..outputs).map(|_| draw()).collect();
            layers.push(Layer::Dense(Dense { outputs, inputs: before, weight, bias }));
            layers.push(Layer::Sort { group });
            before = outputs;
        }
        let weight = (0..before).map(|_| draw()).collect();
        layers.push(Layer::Dense(Dense { outputs: 1, inputs: before, weight, bias: vec![draw()] }));
        Ok(Net::new(inputs, layers)?)
    }
}

/// `folds` times `x -> 2 |x| - 1` in each of `inputs` directions, and a weighted sum of the last absolute values.
fn folded(inputs: usize, folds: usize, weight: Vec<f64>, bias: f64) -> Result<Net, CheckError> {
    let width = 2 * inputs;
    let mut layers = Vec::new();
    for fold in 0..folds {
        // (x, -x), sorted, is (-|x|, |x|).
        let (before, place, scale, shift) =
            if fold == 0 { (inputs, 0, 1.0, 0.0) } else { (width, 1, 2.0, -1.0) };
        let mut dense =
            Dense { outputs: width, inputs: before, weight: vec![0.0; width * before], bias: Vec::new() };
        for direction in 0..inputs {
            let from = direction * before / inputs + place;
            dense.weight[2 * direction * before + from] = scale;
            dense.weight[(2 * direction + 1) * before + from] = -scale;
            dense.bias.extend([shift, -shift]);
        }
        layers.extend([Layer::Dense(dense), Layer::Sort { group: 2 }]);
    }
    let weight = weight.into_iter().flat_map(|weight| [0.0, weight]).collect();
    layers.push(Layer::Dense(Dense { outputs: 1, inputs: width, weight, bias: vec![bias] }));
    Ok(Net::new(inputs, layers)?)
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
    let foldings = (1..=ctx.count(9, 12, 14)).map(|folds| Instance::folding(folds, 2 * folds));
    let mut instances: Vec<Instance> = foldings.collect::<Result<_, _>>()?;
    instances.extend(drawn(ctx, 1, ctx.count(40, 400, 4_000))?);
    Ok(instances)
}

/// Foldings, which attain the bound, tangents of a parabola, whose pieces are known, and random networks of one to four layers.
pub(super) fn in_the_plane(ctx: &Context) -> Result<Vec<Instance>, CheckError> {
    let foldings = (1..=ctx.count(3, 4, 5)).map(|folds| Instance::folding_the_plane(folds, 4 * folds));
    let mut instances: Vec<Instance> = foldings.collect::<Result<_, _>>()?;
    for pairs in 1..=ctx.count(8, 12, 20) {
        instances.push(Instance::tangents(pairs)?);
    }
    instances.extend(drawn(ctx, 2, ctx.count(15, 150, 1_500))?);
    Ok(instances)
}

/// Random networks of one to four layers, most of them sorted in pairs, every fifth in groups of three.
fn drawn(ctx: &Context, inputs: usize, count: usize) -> Result<Vec<Instance>, CheckError> {
    let mut random = ctx.generator("networks");
    let mut draw = |index: usize| {
        let group = if index % 5 == 4 { 3 } else { 2 };
        let widths: Vec<usize> =
            (0..random.random_range(1..=4)).map(|_| group * random.random_range(1..=3)).collect();
        let net = Instance::random(&mut random, inputs, group, &widths, index.is_multiple_of(2))?;
        let groups: usize = widths.iter().map(|width| width / group).sum();
        let orders: u128 = (1..=group as u128).product();
        let most = (0..groups).fold(1, |most, _| most * orders);
        Ok(Instance::new(format!("random network {index}, {groups} groups of {group}"), most, net))
    };
    (0..count).map(&mut draw).collect()
}

/// Examines `pieces <= 2^pairs`, enumerated exactly: the sets on which all orders stay, and the affine maps on them; both
/// numbers where they are known.
pub(super) fn pieces(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let pieces = if instance.net.inputs() == 1 {
        pieces_on_line(&instance.net)?
    } else {
        pieces_in_plane(&instance.net)?
    };
    let witness = || format!("{}: {} sets, {} maps", instance.name, pieces.cells, pieces.maps);
    finding.not_above(
        "sets of one order <= product of g! over groups",
        &(pieces.cells as u128),
        &instance.most,
        witness,
    );
    finding.not_above("affine pieces <= sets of one order", &pieces.maps, &pieces.cells, witness);
    if let Some(known) = instance.attained {
        finding.equal(
            "sets and pieces, where they are known",
            &[pieces.cells, pieces.maps],
            &[known; 2],
            witness,
        );
    }
    Ok(finding)
}

/// How far from 0 signs are looked at.
const REACH: i32 = 2;

/// Examines, on the line, `changes of sign <= 2^pairs`, at places where the kernel decides the sign.
pub(super) fn changes_of_sign(instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("count");
    let mut signs = Vec::new();
    for step in -REACH * instance.steps..=REACH * instance.steps {
        let x = f64::from(step) / f64::from(instance.steps);
        signs.extend(forward::enclose(&instance.net, &[x])?.values.first().copied().and_then(sign));
    }
    let changes = changes(&signs);
    let witness = || format!("{}: {changes} changes of sign", instance.name);
    finding.not_above(
        "changes of sign <= product of g! over groups",
        &(changes as u128),
        &instance.most,
        witness,
    );
    if let Some(known) = instance.attained {
        finding.equal("changes of sign, where they are known", &changes, &known, witness);
    }
    Ok(finding)
}
