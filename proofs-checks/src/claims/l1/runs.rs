//! Runs of training on breast cancer cells, with what they left behind every few steps.

use std::ops::ControlFlow;

use lip1_core::{
    Adam, Architecture, BinaryCrossEntropy, Network, Optimiser, Samples, Targets, Training, train,
};
use lip1_kernel::Points;
use lip1_kernel::net::{Dense, Layer, Net};
use nalgebra::DMatrix;

use crate::data::breast_cancer;
use crate::{CheckError, Context};

/// Temperature of the log loss.
pub(super) const TAU: f64 = 1.0;

/// Networks that are looked at in a run, evenly spread over its steps.
const LOOKS: usize = 20;

/// A run of training.
pub(super) struct Run {
    /// Cells of either kind, the same number of each.
    pub(super) first: Points,
    pub(super) second: Points,
    /// The labels of the two kinds.
    pub(super) signs: (i8, i8),
    /// Networks with the step they were seen after, the first before any step.
    pub(super) networks: Vec<(usize, Net)>,
}

fn cells(each: usize) -> Result<(Points, Points), CheckError> {
    let data = breast_cancer()?;
    let take =
        |points: &Points| Points::new(points.dim(), points.rows().take(each).flatten().copied().collect());
    Ok((take(&data.malignant)?, take(&data.benign)?))
}

impl Run {
    /// Two hidden ReLU layers, without a constraint.
    pub(super) fn unconstrained(ctx: &Context, each: usize, steps: usize) -> Result<Self, CheckError> {
        let dim = breast_cancer()?.malignant.dim();
        Self::trained(&Architecture::unconstrained(dim, &[16, 16], 1), ctx.run_seed(), each, steps)
    }

    /// Two hidden layers of orthogonal weights and GroupSort.
    pub(super) fn constrained(ctx: &Context, each: usize, steps: usize) -> Result<Self, CheckError> {
        let dim = breast_cancer()?.malignant.dim();
        Self::trained(&Architecture::lipnet(dim, &[16, 16], 1), ctx.run_seed(), each, steps)
    }

    fn trained(plan: &Architecture, seed: u64, each: usize, steps: usize) -> Result<Self, CheckError> {
        let failed = || CheckError::during("training");
        let (first, second) = cells(each)?;
        let inputs = [first.coords(), second.coords()].concat();
        let inputs = DMatrix::from_vec(first.dim(), first.len() + second.len(), inputs);
        let targets = Targets::Signs([vec![1; first.len()], vec![-1; second.len()]].concat());
        let samples = Samples::new(inputs, targets).map_err(failed())?;
        let network = plan.build::<f64>(seed).map_err(failed())?;
        let optimiser = Optimiser::Adam(Adam::default());
        let plan = Training {
            epochs: steps,
            batch: samples.len(),
            learning_rate: 1e-2,
            optimiser,
            seed,
            ..Training::default()
        };
        let mut seen: Vec<(usize, Network<f64>)> = vec![(0, network.clone())];
        let every = steps.div_ceil(LOOKS).max(1);
        train(network, &samples, &BinaryCrossEntropy { tau: TAU }, &plan, &mut |progress| {
            if (progress.step + 1).is_multiple_of(every) || progress.step + 1 == steps {
                seen.push((progress.step + 1, progress.network.clone()));
            }
            ControlFlow::Continue(())
        })
        .map_err(failed())?;
        let networks =
            seen.into_iter().map(|(step, network)| Ok((step, network.to_kernel().map_err(failed())?)));
        let networks = networks.collect::<Result<_, CheckError>>()?;
        Ok(Self { first, second, signs: (1, -1), networks })
    }

    /// All cells of one class, and the constant 50.
    pub(super) fn one_class(each: usize) -> Result<Self, CheckError> {
        let (first, second) = cells(each)?;
        let inputs = first.dim();
        let layer = Dense { outputs: 1, inputs, weight: vec![0.0; inputs], bias: vec![50.0] };
        let net = Net::new(inputs, vec![Layer::Dense(layer)])?;
        Ok(Self { first, second, signs: (1, 1), networks: vec![(0, net)] })
    }

    /// The same functions by weights of a tenth: every activation multiplies by 10 what it gets.
    pub(super) fn with_steep_activations(mut self) -> Result<Self, CheckError> {
        for (_, net) in &mut self.networks {
            let layers = net.layers().iter().flat_map(|layer| match layer {
                Layer::Dense(dense) => {
                    let tenth = |numbers: &[f64]| numbers.iter().map(|w| w / 10.0).collect();
                    let (weight, bias) = (tenth(&dense.weight), tenth(&dense.bias));
                    vec![Layer::Dense(Dense { weight, bias, ..dense.clone() }), Layer::Scale(10.0)]
                }
                _ => vec![layer.clone()],
            });
            *net = Net::new(net.inputs(), layers.collect())?;
        }
        Ok(self)
    }
}
