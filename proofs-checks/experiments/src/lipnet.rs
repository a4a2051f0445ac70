//! Networks of experiments: training, and what the kernel certifies.

use std::ops::ControlFlow;

use lip1_core::{
    Architecture, Dense, Layer, Loss, Network, Parametrisation, Samples, Scalar, Targets, Training, Weight,
    certify, loss_value, train,
};
use lip1_harness::CheckError;
use lip1_kernel::Points;
use nalgebra::DMatrix;

/// Points as a batch, one column a point.
pub(super) fn batch<T: Scalar>(points: &Points) -> DMatrix<T> {
    DMatrix::from_iterator(points.dim(), points.len(), points.coords().iter().map(|x| T::nearest(*x)))
}

/// Two classes as samples, the positive one first.
pub(super) fn two_classes<T: Scalar>(positive: &Points, negative: &Points) -> Result<Samples<T>, CheckError> {
    let coords = [positive.coords(), negative.coords()].concat();
    let signs = [vec![1; positive.len()], vec![-1; negative.len()]].concat();
    let points = Points::new(positive.dim(), coords)?;
    Ok(Samples::new(batch(&points), Targets::Signs(signs))?)
}

/// Trains without looking.
pub(super) fn trained<T: Scalar>(
    network: Network<T>,
    samples: &Samples<T>,
    loss: &dyn Loss<T>,
    config: &Training,
) -> Result<Network<T>, CheckError> {
    Ok(train(network, samples, loss, config, &mut |_| ControlFlow::Continue(()))?.0)
}

/// The mean loss on samples.
pub(super) fn mean_loss<T: Scalar>(
    network: &Network<T>,
    samples: &Samples<T>,
    loss: &dyn Loss<T>,
) -> Result<f64, CheckError> {
    Ok(loss_value(loss, &network.evaluate(samples.inputs())?, samples.targets())?)
}

/// The network in double precision, every dense layer brought onto its constraint anew: trained in single precision,
/// orthogonal weights are so up to single rounding only.
pub(super) fn in_double(network: &Network<f32>) -> Result<Network<f64>, CheckError> {
    let layers = network.layers().iter().map(|layer| match layer {
        Layer::Dense(dense) => {
            let weight = dense.weight();
            let matrix = weight.matrix().map(f64::from);
            let weight = Weight::new(matrix, weight.parametrisation(), weight.constant())?;
            Ok(Layer::Dense(Dense::new(weight, dense.bias().map(f64::from))?))
        }
        Layer::GroupSort(layer) => Ok(Layer::GroupSort(*layer)),
        Layer::FullSort(layer) => Ok(Layer::FullSort(*layer)),
        Layer::Relu(layer) => Ok(Layer::Relu(*layer)),
        other => Err(CheckError::Instance(format!("no double precision for {}", other.kind()))),
    });
    Ok(Network::new(network.inputs(), layers.collect::<Result<_, CheckError>>()?)?)
}

/// The certified Lipschitz constant of a network.
pub(super) fn certified_constant<T: Scalar>(network: &Network<T>) -> Result<f64, CheckError> {
    Ok(certify(&network.to_kernel()?)?.l2())
}

/// Orthogonal layers throughout, GroupSort2 between them: all outputs together are 1-Lipschitz.
pub(super) fn joint_lipnet(inputs: usize, hidden: &[usize], outputs: usize) -> Architecture {
    let body = hidden.iter().fold(Architecture::new(inputs), |plan, &width| {
        plan.dense(width, Parametrisation::Orthogonal).group_sort(2)
    });
    body.dense(outputs, Parametrisation::Orthogonal)
}
