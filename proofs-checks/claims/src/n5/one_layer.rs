//! The second difference f(1) + f(-1) - 2 f(0) of networks on the line.

use lip1_faults::{Fault, unless};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::{Interval, forward, norm};
use rand::RngExt;

fn second_difference(net: &Net) -> Result<Interval, CheckError> {
    let at = |x: f64| Ok::<_, CheckError>(forward::enclose(net, &[x])?.values[0]);
    Ok(at(1.0)? + at(-1.0)? - Interval::integer(2) * at(0.0)?)
}

/// The claim for one hidden layer, through the middle term where the network has one.
fn examine(finding: &mut Finding, net: &Net, witness: impl Fn() -> String) -> Result<(), CheckError> {
    let difference = second_difference(net)?;
    if let [Layer::Dense(first), Layer::Relu, Layer::Dense(last)] = net.layers() {
        let pairs = first.weight.iter().zip(&last.weight);
        let terms = pairs.map(|(w, v)| Interval::point(v.max(0.0)) * Interval::point(w.abs()));
        let middle = terms.fold(Interval::ZERO, |sum, term| sum + term);
        // A unit bends by v (|w| - |b|)_+ between -1 and 1; by exactly 0 where it has its kink elsewhere.
        let units = first.weight.iter().zip(&first.bias).zip(&last.weight);
        let bends = units.fold(Interval::ZERO, |sum, ((w, b), v)| {
            let bend = (Interval::point(w.abs()) - Interval::point(b.abs())).max(Interval::ZERO);
            sum + Interval::point(*v) * bend
        });
        let same = bends.lower() <= difference.upper() && difference.lower() <= bends.upper();
        finding.exact(same, || format!("bends of {bends}, second difference {difference}: {}", witness()));
        finding.at_most("second difference <= sum (v)_+ |w|", bends, middle, &witness);
        finding.at_most("sum (v)_+ |w| <= 1", middle, Interval::ONE, &witness);
    }
    finding.at_most("second difference <= 1", difference, Interval::ONE, &witness);
    Ok(())
}

fn dense(outputs: usize, inputs: usize, weight: Vec<f64>, bias: Vec<f64>) -> Layer {
    Layer::Dense(Dense { outputs, inputs, weight, bias })
}

/// A vector divided by a little more than its length, by the kernel's bound.
fn unit(entries: Vec<f64>) -> Vec<f64> {
    let column = Dense { outputs: entries.len(), inputs: 1, weight: entries, bias: Vec::new() };
    let length = norm::frobenius(&column).map_or(f64::INFINITY, |norm| norm.upper.next_up());
    column
        .weight
        .iter()
        .map(|x| unless(Fault::UnitVectorsLonger, 1.0, 2.0) * x / length * (1.0 - f64::EPSILON))
        .collect()
}

/// Random networks with one hidden layer of norms at most 1; every third has parallel weights and kinks close to 0, where both
/// inequalities are nearly equal.
pub(super) fn random(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("second difference");
    let mut random = ctx.generator("networks");
    for trial in 0..ctx.count(1_000, 20_000, 500_000) {
        let width = random.random_range(1..=8);
        let mut draw =
            |size: f64| -> Vec<f64> { (0..width).map(|_| size * random.random_range(-1.0..1.0)).collect() };
        let (close, first) = (trial % 3 == 0, unit(draw(1.0)));
        let bias = draw(if close { 1e-6 } else { 1.0 });
        let last =
            if close { first.iter().map(|w| w.abs() * (1.0 - 1e-9)).collect() } else { unit(draw(1.0)) };
        for (weights, columns) in [(&first, 1), (&last, width)] {
            let weight =
                Dense { outputs: width / columns, inputs: columns, weight: weights.clone(), bias: vec![] };
            let norm = norm::frobenius(&weight)?.upper;
            finding.exact(norm <= 1.0, || format!("a norm above 1: {weights:?}"));
        }
        let witness = || format!("w = {first:?}, b = {bias:?}, v = {last:?}");
        let layers = vec![
            dense(width, 1, first.clone(), bias.clone()),
            Layer::Relu,
            dense(1, width, last.clone(), vec![]),
        ];
        examine(&mut finding, &Net::new(1, layers)?, witness)?;
    }
    Ok(finding)
}

/// `max(x, 0) + max(-x, 0) = |x|`, norms sqrt 2.
pub(super) fn unconstrained() -> Result<Finding, CheckError> {
    let mut finding = Finding::new("second difference");
    let layers =
        vec![dense(2, 1, vec![1.0, -1.0], vec![0.0, 0.0]), Layer::Relu, dense(1, 2, vec![1.0, 1.0], vec![])];
    examine(&mut finding, &Net::new(1, layers)?, || "|x| by two ReLUs".to_owned())?;
    Ok(finding)
}

/// An orthogonal network of width 2 with two hidden layers that bends by 2/sqrt 3: slopes 1/sqrt 3 in one unit that is always on and
/// sqrt(2/3) in one that is on to one side of 0, in both layers.
pub(super) fn two_layers() -> Result<Finding, CheckError> {
    // Rounded, and smaller by a part that exceeds the rounding, so that all norms are below 1.
    let shrunk = |x: f64| x * (1.0 - 1e-12);
    let (short, long) = (shrunk((1.0_f64 / 3.0).sqrt()), shrunk((2.0_f64 / 3.0).sqrt()));
    let layers = vec![
        dense(2, 1, vec![-short, -long], vec![2.0, 0.0]),
        Layer::Relu,
        dense(2, 2, vec![-short, long, long, short], vec![4.0, -2.0 * long]),
        Layer::Relu,
        dense(1, 2, vec![short, long], vec![]),
    ];
    let net = Net::new(1, layers)?;
    let mut finding = Finding::new("second difference");
    examine(&mut finding, &net, || "two hidden layers of width 2".to_owned())?;
    Ok(finding)
}
