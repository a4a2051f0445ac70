//! Networks trained in the run that examines them, on real data.

use std::ops::ControlFlow;

use lip1_core::{
    Architecture, BinaryCrossEntropy, Network, Parametrisation, Samples, Targets, Training, train,
};
use lip1_datasets::data::{breast_cancer, digits};
use lip1_harness::CheckError;
use lip1_kernel::Points;
use lip1_kernel::net::Net;
use nalgebra::DMatrix;

/// A network with the points it was trained on.
pub(crate) struct Trained {
    pub(crate) network: Network<f64>,
    /// The same, as the kernel sees it.
    pub(crate) net: Net,
    pub(crate) points: Points,
}

/// Temperature of the log loss.
const TAU: f64 = 16.0;

/// GroupSort networks with two hidden layers of this width.
const WIDTH: usize = 48;

impl Trained {
    /// Ten outputs, one a digit; pixels from 0 to 1.
    pub(crate) fn on_digits(rule: Parametrisation, epochs: usize, seed: u64) -> Result<Self, CheckError> {
        let (points, labels) = (pixels()?, &digits()?.labels);
        let classes = labels.iter().map(|label| usize::from(*label)).collect();
        Self::on(points, Targets::Classes(classes), 10, rule, epochs, seed)
    }

    /// One output: is the digit odd?
    pub(crate) fn on_parity(rule: Parametrisation, epochs: usize, seed: u64) -> Result<Self, CheckError> {
        let (points, labels) = (pixels()?, &digits()?.labels);
        let signs = labels.iter().map(|label| if label % 2 == 1 { 1 } else { -1 }).collect();
        Self::on(points, Targets::Signs(signs), 1, rule, epochs, seed)
    }

    /// One output: is the aspirate malignant? Features are standardised.
    pub(crate) fn on_breast_cancer(
        rule: Parametrisation,
        epochs: usize,
        seed: u64,
    ) -> Result<Self, CheckError> {
        let data = breast_cancer()?;
        let coords = [data.malignant.coords(), data.benign.coords()].concat();
        let signs = [vec![1; data.malignant.len()], vec![-1; data.benign.len()]].concat();
        let points = Points::new(data.malignant.dim(), coords)?;
        Self::on(points, Targets::Signs(signs), 1, rule, epochs, seed)
    }

    /// Trains on points of any kind.
    pub(crate) fn on(
        points: Points,
        targets: Targets,
        outputs: usize,
        rule: Parametrisation,
        epochs: usize,
        seed: u64,
    ) -> Result<Self, CheckError> {
        let failed = || CheckError::during("training");
        let hidden = Architecture::new(points.dim()).dense(WIDTH, rule).group_sort(2).dense(WIDTH, rule);
        let network = hidden.group_sort(2).dense(outputs, rule).build::<f64>(seed).map_err(failed())?;
        let inputs = DMatrix::from_column_slice(points.dim(), points.len(), points.coords());
        let samples = Samples::new(inputs, targets).map_err(failed())?;
        let config = Training { epochs, batch: 64, learning_rate: 5e-3, seed, ..Training::default() };
        let loss = BinaryCrossEntropy { tau: TAU };
        let (network, _) =
            train(network, &samples, &loss, &config, &mut |_| ControlFlow::Continue(())).map_err(failed())?;
        let net = network.to_kernel().map_err(failed())?;
        Ok(Self { network, net, points })
    }
}

/// The digits with pixels from 0 to 1, exactly.
fn pixels() -> Result<Points, CheckError> {
    let points = &digits()?.points;
    Ok(Points::new(points.dim(), points.coords().iter().map(|x| x / 16.0).collect())?)
}
