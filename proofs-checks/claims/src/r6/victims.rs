//! Networks in single precision, and points where rounding matters.

use std::ops::ControlFlow;

use lip1_core::{Architecture, BinaryCrossEntropy, LinearPiece, Network, Samples, Targets, Training, train};
use lip1_datasets::data::breast_cancer;
use lip1_harness::{CheckError, Context};
use lip1_kernel::net::Net;
use nalgebra::DMatrix;
use rand::RngExt;

/// Rounds of Newton's iteration towards the decision boundary.
const ROUNDS: usize = 12;

/// A network that decides by its sign, and points, one a column.
pub(super) struct Victims {
    pub(super) network: Network<f32>,
    /// The same, as the kernel sees it.
    pub(super) net: Net,
    pub(super) points: DMatrix<f32>,
}

impl Victims {
    /// Random networks and one trained on real data, each with points near its boundary, near and far; and the data.
    pub(super) fn all(ctx: &Context) -> Result<Vec<Self>, CheckError> {
        let failed = || CheckError::during("victims");
        let mut all = Vec::new();
        for (index, inputs) in [2, 16, 64].into_iter().enumerate() {
            let plan = Architecture::lipnet(inputs, &[32, 32], 1);
            let network = plan.build::<f32>(ctx.seed(&format!("network {index}"))).map_err(failed())?;
            all.push(Self::near_the_boundary(ctx, network)?);
        }
        let data = breast_cancer()?;
        let coords = data.malignant.coords().iter().chain(data.benign.coords()).map(|x| *x as f32);
        let inputs = DMatrix::from_iterator(30, data.malignant.len() + data.benign.len(), coords);
        let signs = [vec![1; data.malignant.len()], vec![-1; data.benign.len()]].concat();
        let samples = Samples::new(inputs.clone(), Targets::Signs(signs)).map_err(failed())?;
        let config =
            Training { epochs: ctx.count(5, 30, 100), batch: 64, learning_rate: 5e-3, ..Training::default() };
        let loss = BinaryCrossEntropy { tau: 8.0 };
        let network = Architecture::lipnet(30, &[32, 32], 1).build::<f32>(ctx.run_seed()).map_err(failed())?;
        let (network, _) =
            train(network, &samples, &loss, &config, &mut |_| ControlFlow::Continue(())).map_err(failed())?;
        let net = network.to_kernel().map_err(failed())?;
        all.push(Self { network: network.clone(), net, points: inputs });
        all.push(Self::near_the_boundary(ctx, network)?);
        Ok(all)
    }

    /// Random points, moved to the boundary in double precision and rounded to single.
    fn near_the_boundary(ctx: &Context, network: Network<f32>) -> Result<Self, CheckError> {
        let net = network.to_kernel().map_err(CheckError::during("lowering"))?;
        let mut random = ctx.generator(&format!("points of {} inputs", net.inputs()));
        let mut coords = Vec::new();
        for _ in 0..ctx.count(60, 400, 4_000) {
            let size = 10_f64.powf(random.random_range(0.0..6.0));
            let mut x: Vec<f64> = (0..net.inputs()).map(|_| size * random.random_range(-1.0..1.0)).collect();
            for _ in 0..ROUNDS {
                let piece = LinearPiece::at(&net, &x).map_err(CheckError::during("derivative"))?;
                let slope = piece.vjp(&[1.0]);
                let square: f64 = slope.iter().map(|g| g * g).sum();
                let step = piece.value().iter().sum::<f64>() / square;
                if step.is_finite() {
                    x.iter_mut().zip(&slope).for_each(|(x, g)| *x -= step * g);
                }
            }
            coords.extend(x.iter().map(|x| *x as f32));
        }
        let points = DMatrix::from_column_slice(net.inputs(), coords.len() / net.inputs(), &coords);
        Ok(Self { network, net, points })
    }
}
