//! One training run of F8, and the minimiser that it should end at.

use std::ops::ControlFlow;

use lip1_core::{
    Architecture, BinaryCrossEntropy, Loss, Network, Samples, Schedule, Targets, Training, train_scheduled,
};
use lip1_harness::CheckError;
use lip1_kernel::distance::Cost;
use lip1_ot::Measure;
use lip1_ot::regularised::LogLoss;
use serde::{Deserialize, Serialize};

use super::{Recipe, World};
use crate::lipnet::{certified_constant, mean_loss, two_classes};

/// Moments of a run at which the mean margin is kept, at most about.
const LOOKS: usize = 100;

/// Share of the run after which the temperature stays.
const SETTLED: f64 = 0.5;

/// One run's part of a recipe.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Part<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) world: World,
    pub(super) seed: u64,
    pub(super) start: f64,
    pub(super) end: f64,
}

/// One training run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Course {
    /// What was learnt.
    pub world: World,
    /// Seed of the network and of the order of the samples.
    pub seed: u64,
    /// Temperature at the start.
    pub start: f64,
    /// Temperature at the end.
    pub end: f64,
    /// Steps done and mean of `y f` on the sample, at some moments.
    pub margins: Vec<(usize, f64)>,
    /// Log loss at the final temperature (nats).
    pub loss: f64,
    /// Share of the sample on the wrong side.
    pub error: f64,
    /// Certified Lipschitz constant.
    pub constant: f64,
}

impl Course {
    /// Mean of `y f` at the end.
    pub fn margin(&self) -> f64 {
        self.margins.last().map_or(f64::NAN, |(_, margin)| *margin)
    }
}

/// The minimiser of the log loss over all 1-Lipschitz functions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exact {
    /// What is learnt.
    pub world: World,
    /// Temperature.
    pub tau: f64,
    /// Its loss, from below and from above (nats).
    pub loss: (f64, f64),
    /// Its mean of `y f`.
    pub margin: f64,
}

/// Something with its values of `y f` at every sample.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WithMargins<T> {
    pub(super) of: T,
    pub(super) margins: Vec<f64>,
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Solves exactly.
pub(super) fn exact(world: World, recipe: &Recipe, tau: f64) -> Result<WithMargins<Exact>, CheckError> {
    let (p, q) = world.classes(recipe)?;
    let problem = LogLoss::new(&Measure::uniform(p)?, &Measure::uniform(q)?, Cost::L2, tau, 1.0)?;
    let dual = problem.solve()?;
    let bracket = problem.certify(&dual)?;
    let negative = dual.potentials.v.iter().map(|v| -v);
    let margins: Vec<f64> = dual.potentials.u.iter().copied().chain(negative).collect();
    let of = Exact { world, tau, loss: (bracket.lower, bracket.upper), margin: mean(&margins) };
    Ok(WithMargins { of, margins })
}

/// Trains with a temperature that goes from the start to the end and then stays.
pub(super) fn course(part: &Part<'_>) -> Result<WithMargins<Course>, CheckError> {
    let Part { recipe, world, seed, start, end } = *part;
    let (p, q) = world.classes(recipe)?;
    let samples = &two_classes::<f64>(&p, &q)?;
    let (epochs, batch) = world.pace(recipe, samples.len());
    let config = Training {
        epochs,
        batch,
        learning_rate: recipe.rate,
        factor: Schedule::Linear(vec![(0.0, 1.0), (SETTLED, 1.0), (1.0, 0.01)]),
        seed,
        ..Training::default()
    };
    // Equal factors in equal times.
    let schedule = Schedule::Linear(vec![(0.0, start.ln()), (SETTLED, end.ln())]);
    let at =
        |share: f64| -> Box<dyn Loss<f64>> { Box::new(BinaryCrossEntropy { tau: schedule.at(share).exp() }) };
    let network = Architecture::lipnet(samples.inputs().nrows(), &recipe.hidden, 1).build::<f64>(seed)?;
    let mut looks = Vec::new();
    let mut failed = None;
    let (network, _) = train_scheduled(network, samples, &at, &config, &mut |progress| {
        let last = progress.epoch + 1 == epochs;
        if progress.epoch_ends && (last || progress.epoch.is_multiple_of(epochs.div_ceil(LOOKS))) {
            match margins(progress.network, samples) {
                Ok(margins) => looks.push((progress.step + 1, mean(&margins))),
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let margins = margins(&network, samples)?;
    let errors = margins.iter().filter(|margin| **margin <= 0.0).count();
    let of = Course {
        world,
        seed,
        start,
        end,
        margins: looks,
        loss: mean_loss(&network, samples, &BinaryCrossEntropy { tau: end })?,
        error: errors as f64 / margins.len() as f64,
        constant: certified_constant(&network)?,
    };
    Ok(WithMargins { of, margins })
}

/// `y f` at every sample.
fn margins(network: &Network<f64>, samples: &Samples<f64>) -> Result<Vec<f64>, CheckError> {
    let outputs = network.evaluate(samples.inputs())?;
    let Targets::Signs(signs) = samples.targets() else {
        return Err(CheckError::Instance("margins of more than two classes".into()));
    };
    Ok(outputs.iter().zip(signs).map(|(f, y)| f64::from(*y) * f).collect())
}
