//! Difference quotients of networks, driven up by power iteration on the Jacobian, against certified products.

use lip1_core::{Network, Parametrisation, Tape, certify};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Finding, Picture};
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::{Interval, network};
use nalgebra::DMatrix;
use rand::RngExt;

use super::norms::scaled;
use crate::picture::Drawn;
use crate::trained::Trained;

/// Length of the steps in the steepest direction: short, so that few linear pieces lie between.
const STEP: f64 = 1.0 / 16.0;

/// Part of a random direction in the steepest one: an orthogonal network attains its constant there, and of two equal
/// numbers no enclosure can tell that the first is not larger.
const TILT: f64 = 1e-3;

/// Power iterations on the Jacobian at a point.
const ROUNDS: usize = 8;

/// A pair of inputs.
type Pair = (Vec<f64>, Vec<f64>);

/// Pairs of samples, and samples with a neighbour in the direction in which the network moves most.
fn pairs(ctx: &Context, trained: &Trained) -> Result<Vec<Pair>, CheckError> {
    let mut random = ctx.generator("pairs");
    let points = &trained.points;
    let mut pairs = Vec::new();
    for _ in 0..ctx.count(40, 400, 4_000) {
        let mut draw = || points.row(random.random_range(0..points.len())).to_vec();
        let (x, far) = (draw(), draw());
        let mut direction = steepest(&trained.network, &x)?;
        direction.iter_mut().for_each(|d| *d += TILT * random.random_range(-1.0..1.0));
        pairs.push((x.clone(), x.iter().zip(&direction).map(|(x, d)| x + STEP * d).collect()));
        pairs.push((x, far));
    }
    Ok(pairs)
}

/// A unit vector in which the network moves fast from `x`: power iteration on `J'J`, `J` from two evaluations.
fn steepest(network: &Network<f64>, x: &[f64]) -> Result<Vec<f64>, CheckError> {
    let failed = || CheckError::during("power iteration");
    let mut tape = Tape::new(network);
    let point = DMatrix::from_column_slice(x.len(), 1, x);
    let here = tape.forward(network, &point).map_err(failed())?.clone();
    let mut outer = DMatrix::from_element(network.outputs(), 1, 1.0);
    let mut direction = DMatrix::zeros(x.len(), 1);
    for _ in 0..ROUNDS {
        tape.forward(network, &point).map_err(failed())?;
        tape.differentiate(network, &outer).map_err(failed())?;
        let slope = tape.input_gradient();
        if slope.norm() <= 0.0 {
            break;
        }
        direction = slope.normalize();
        outer = network.evaluate(&(&point + &direction * STEP)).map_err(failed())? - &here;
    }
    Ok(direction.as_slice().to_vec())
}

/// Share of its constant that some difference quotient of an orthogonal network must reach, as a fraction: its layers keep
/// lengths, so near a sample it is an isometry in the directions that its last layer sees.
const REACHED: (u128, u128) = (99, 100);

/// Examines `|f(x) - f(y)| <= constant |x - y|`, the outputs measured in `l2`; both sides are divided by the distance. Hands on
/// the largest quotient.
fn at_most(
    finding: &mut Finding,
    net: &Net,
    constant: Interval,
    pairs: &[Pair],
) -> Result<Interval, CheckError> {
    let mut largest = Interval::ZERO;
    for (index, (x, y)) in pairs.iter().enumerate().filter(|(_, (x, y))| x != y) {
        let quotient = network::quotient(net, x, y)?.enclosure();
        finding.at_most("difference quotient <= constant", quotient, constant, || {
            format!("pair {index} of samples, quotient {quotient}, constant {constant}")
        });
        largest = largest.max(quotient);
    }
    Ok(largest)
}

/// Every trained network against its certified constant; the first, an orthogonal one, must come close to it.
pub(super) fn below_the_product(ctx: &Context, trained: &[Trained]) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("slope");
    for (index, trained) in trained.iter().enumerate() {
        let constant = constant(&trained.net)?;
        let largest = at_most(&mut finding, &trained.net, constant, &pairs(ctx, trained)?)?;
        if index == 0 {
            let reached = Interval::ratio(REACHED.0, REACHED.1) * constant;
            finding.required("0.99 constant <= largest quotient", reached, largest, || {
                format!("largest quotient {largest}, constant {constant}")
            });
        }
    }
    Ok(finding)
}

/// The certified product of norms.
fn constant(net: &Net) -> Result<Interval, CheckError> {
    Ok(certify(net).map_err(CheckError::during("certificate"))?.upper_bound())
}

/// An orthogonal network whose activations are followed by a factor 2 that the product of the norms leaves out.
pub(super) fn with_steep_activations(ctx: &Context) -> Result<Finding, CheckError> {
    let trained = Trained::on_digits(Parametrisation::Orthogonal, 1, ctx.run_seed())?;
    let layers = trained.net.layers().iter().flat_map(|layer| match layer {
        Layer::Sort { .. } => vec![layer.clone(), Layer::Scale(2.0)],
        _ => vec![layer.clone()],
    });
    let steep = Net::new(trained.net.inputs(), layers.collect())?;
    let mut finding = Finding::new("slope");
    at_most(&mut finding, &steep, constant(&trained.net)?, &pairs(ctx, &trained)?)?;
    Ok(finding)
}

/// An orthogonal network with its first layer doubled, against the product of the others.
pub(super) fn without_a_layer(ctx: &Context) -> Result<Finding, CheckError> {
    let trained = Trained::on_digits(Parametrisation::Orthogonal, 1, ctx.run_seed())?;
    let doubled = trained.net.layers().iter().enumerate().map(|(index, layer)| match layer {
        Layer::Dense(dense) if index == 0 => Layer::Dense(scaled(dense, 2.0)),
        _ => layer.clone(),
    });
    let net = Net::new(trained.net.inputs(), doubled.collect())?;
    let certified = certify(&net).map_err(CheckError::during("certificate"))?;
    let others = certified.norms().iter().skip(1).map(|norm| Interval::data(*norm));
    let others = others.fold(Interval::ONE, |product, norm| product * norm);
    let mut finding = Finding::new("slope");
    at_most(&mut finding, &net, others, &pairs(ctx, &trained)?)?;
    Ok(finding)
}

/// Quotients over the certified constant, in ascending order.
pub(super) fn picture(ctx: &Context, trained: &[Trained]) -> Result<Picture, CheckError> {
    let names = ["orthogonal", "spectral, Björck", "unconstrained"];
    let mut series = Vec::new();
    for (name, trained) in names.iter().zip(trained) {
        let constant = constant(&trained.net)?.upper();
        let mut shares = Vec::new();
        for (x, y) in pairs(ctx, trained)?.iter().filter(|(x, y)| x != y) {
            shares.push(network::quotient(&trained.net, x, y)?.value.upper() / constant);
        }
        shares.sort_by(f64::total_cmp);
        let count = shares.len() as f64;
        let points = shares.iter().enumerate().map(|(rank, share)| ((rank as f64 + 0.5) / count, *share));
        series.push(Series {
            name: format!("{name}: certified constant {constant:.4}"),
            mark: Mark::Dots,
            points: points.collect(),
        });
    }
    Chart {
        title: "How much of the certified constant difference quotients use".to_owned(),
        alternative: "Difference quotients of three networks trained on digits, divided by the certified product of \
                      norms, in ascending order. No share exceeds 1. Steps in the steepest direction come close to 1 \
                      where the weights are orthogonal and stay far below where they are unconstrained."
            .to_owned(),
        x: "share of the pairs".to_owned(),
        y: "quotient / certified constant".to_owned(),
        series,
    }
    .drawn()
}
