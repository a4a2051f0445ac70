//! Networks trained towards the distance from below.

use std::ops::ControlFlow;

use lip1_core::{
    Architecture, Balance, HingeKantorovich, Kantorovich, Loss, Samples, Targets, Training, certify, train,
};
use lip1_kernel::net::{Layer, Net};
use lip1_kernel::transport::{self, Problem};
use lip1_kernel::{Interval, Points, forward};
use nalgebra::DMatrix;

use super::instances::{Instance, cells, real};
use crate::{CheckError, Context, Finding};

/// Trains networks on real data and compares their value of KR with the distance.
pub(super) fn networks(ctx: &Context) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("share of the distance");
    let hinge = HingeKantorovich { lambda: 10.0, margin: 1.0, balance: Balance::ByClass };
    let losses: [(&str, &dyn Loss<f32>); 2] = [("KR", &Kantorovich), ("HKR", &hinge)];
    for instance in real(ctx)?.iter().take(ctx.count(2, 4, 46)) {
        for (name, loss) in losses {
            let net = trained(ctx, instance, name, loss)?;
            let constant = constant(&net)?;
            finding.merge(examine(&format!("{name} on {}", instance.name), &net, constant, instance)?);
        }
    }
    Ok(finding)
}

/// A trained network multiplied by 4 and not divided again.
pub(super) fn undivided(ctx: &Context) -> Result<Finding, CheckError> {
    let instance = cells()?;
    let net = trained(ctx, &instance, "KR", &Kantorovich)?;
    let layers = net.layers().iter().cloned().chain([Layer::Scale(4.0)]);
    let steep = Net::new(net.inputs(), layers.collect())?;
    examine("a network of slope 4", &steep, constant(&net)?, &instance)
}

/// Compares `KR(f) / constant` with the upper end of the distance.
fn examine(name: &str, net: &Net, constant: f64, instance: &Instance) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("share of the distance");
    let Instance { problem, plan, potentials, .. } = instance;
    let upper = Interval::point(transport::check(problem, plan, potentials)?.upper);
    let value = mean(net, &problem.p)? - mean(net, &problem.q)?;
    let share = value / Interval::point(constant) / upper;
    finding.at_most("KR(f) / L <= W1", share, Interval::ONE, || {
        format!("{name}: {share} of the distance, L <= {constant:?}")
    });
    Ok(finding)
}

fn mean(net: &Net, points: &Points) -> Result<Interval, CheckError> {
    let mut total = Interval::ZERO;
    for x in points.rows() {
        total = forward::enclose(net, x)?.into_iter().fold(total, |total, value| total + value);
    }
    Ok(total / Interval::integer(points.len() as u128))
}

/// A certified Lipschitz constant.
fn constant(net: &Net) -> Result<f64, CheckError> {
    Ok(certify(net).map_err(CheckError::during("constant"))?.linf())
}

fn trained(ctx: &Context, instance: &Instance, name: &str, loss: &dyn Loss<f32>) -> Result<Net, CheckError> {
    let Problem { p, q, .. } = &instance.problem;
    let columns = p.coords().iter().chain(q.coords()).map(|x| *x as f32);
    let inputs = DMatrix::from_iterator(p.dim(), p.len() + q.len(), columns);
    let signs = [1].repeat(p.len()).into_iter().chain([-1].repeat(q.len())).collect();
    let samples = Samples::new(inputs, Targets::Signs(signs)).map_err(CheckError::during("samples"))?;
    let seed = ctx.seed(&format!("{name} on {}", instance.name));
    let network = Architecture::lipnet(p.dim(), &[32, 32], 1)
        .build::<f32>(seed)
        .map_err(CheckError::during("network"))?;
    let plan = Training {
        epochs: ctx.count(60, 200, 500),
        batch: samples.len(),
        learning_rate: 0.02,
        seed,
        ..Training::default()
    };
    let (network, _) = train(network, &samples, loss, &plan, &mut |_| ControlFlow::Continue(()))
        .map_err(CheckError::during("training"))?;
    network.to_kernel().map_err(CheckError::during("lowering"))
}
