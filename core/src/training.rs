//! The training loop.

use std::ops::ControlFlow;

use nalgebra::DMatrix;

use crate::error::Error;
use crate::layer::{Layer, Parameter};
use crate::loss::Loss;
use crate::network::Network;
use crate::optimiser::{Moments, Optimiser};
use crate::parallel::{among_threads, each};
use crate::random::{generator, permutation};
use crate::scalar::Scalar;
use crate::schedule::Schedule;
use crate::tape::Tape;
use crate::targets::Targets;

/// Stream of the generator that shuffles samples; weights use the small numbers.
const SHUFFLE: u64 = 1 << 32;

/// Samples with their targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples<T: Scalar> {
    inputs: DMatrix<T>,
    targets: Targets,
}

impl<T: Scalar> Samples<T> {
    /// Pairs inputs (features x samples) with targets, one a sample.
    ///
    /// # Errors
    /// When their numbers differ, there are none, or an input is not finite.
    pub fn new(inputs: DMatrix<T>, targets: Targets) -> Result<Self, Error> {
        if inputs.is_empty() {
            return Err(Error::Empty { what: "a data set" });
        }
        if targets.len() != inputs.ncols() {
            return Err(Error::Shape {
                what: "targets of a data set",
                expected: inputs.ncols(),
                found: targets.len(),
            });
        }
        if !inputs.iter().all(|entry| entry.is_finite()) {
            return Err(Error::NotFinite { what: "an input" });
        }
        Ok(Self { inputs, targets })
    }

    /// The inputs (features x samples).
    pub fn inputs(&self) -> &DMatrix<T> {
        &self.inputs
    }

    /// The targets.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.inputs.ncols()
    }

    /// Always false: a data set has at least one sample.
    pub fn is_empty(&self) -> bool {
        false
    }
}

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Passes over the data; 0 leaves the network as it is.
    pub epochs: usize,
    /// Samples a step, at least 1; the last step of an epoch may have fewer.
    pub batch: usize,
    /// Learning rate, positive.
    pub learning_rate: f64,
    /// Factor on the learning rate over the run.
    pub factor: Schedule,
    /// The rule by which parameters move.
    pub optimiser: Optimiser,
    /// Fixes the order of samples; two runs from equal networks are equal bit for bit.
    pub seed: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 10,
            batch: 256,
            learning_rate: 1e-3,
            factor: Schedule::Constant(1.0),
            optimiser: Optimiser::default(),
            seed: 0,
        }
    }
}

/// What an observer sees after each step.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a, T: Scalar> {
    /// Epoch, from 0.
    pub epoch: usize,
    /// Step over the whole run, from 0.
    pub step: usize,
    /// Whether this step ends its epoch.
    pub epoch_ends: bool,
    /// Loss of the batch, before the step.
    pub loss: f64,
    /// The network after the step.
    pub network: &'a Network<T>,
}

/// The course of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Mean loss of the batches of each epoch, each batch before its step.
    pub losses: Vec<f64>,
    /// Steps done.
    pub steps: usize,
    /// Whether the observer stopped the run.
    pub stopped: bool,
}

/// A layer, the memory of the optimiser and the gradients, both by parameter array.
type Trained<'a, T> = ((&'a mut Layer<T>, &'a mut Vec<Moments<T>>), &'a Vec<DMatrix<T>>);

/// A network in training: its parameters, the memory of the optimiser, the buffers of a step.
#[derive(Debug, Clone)]
pub struct Trainer<T: Scalar> {
    network: Network<T>,
    optimiser: Optimiser,
    tape: Tape<T>,
    moments: Vec<Vec<Moments<T>>>,
    time: i32,
}

impl<T: Scalar> Trainer<T> {
    /// Takes a network into training.
    ///
    /// # Errors
    /// When a parameter of the optimiser is out of range.
    pub fn new(network: Network<T>, optimiser: Optimiser) -> Result<Self, Error> {
        optimiser.guard()?;
        let moments = network.layers().iter().map(|layer| {
            let parameters = layer.rule().parameters().into_iter();
            parameters.map(|array| Moments::zeros(array.rows * array.columns, array.scaling)).collect()
        });
        Ok(Self { tape: Tape::new(&network), moments: moments.collect(), network, optimiser, time: 0 })
    }

    /// The network as it stands.
    pub fn network(&self) -> &Network<T> {
        &self.network
    }

    /// Ends the training.
    pub fn into_network(self) -> Network<T> {
        self.network
    }

    /// One step on a batch (inputs x samples): returns the loss before it.
    ///
    /// # Errors
    /// When shapes disagree, the loss is not finite, or a constrained weight degenerates.
    pub fn step(
        &mut self,
        batch: &DMatrix<T>,
        targets: &Targets,
        loss: &dyn Loss<T>,
        learning_rate: f64,
    ) -> Result<f64, Error> {
        // The products of a step take, for each entry of a weight, about one a sample and one a row or column.
        let parameters = self.network.layers().iter().flat_map(|layer| layer.rule().parameters());
        let work =
            |array: Parameter| array.rows * array.columns * (batch.ncols() + array.rows.min(array.columns));
        let work = parameters.map(work).sum();
        among_threads(work, || self.advance(work, batch, targets, loss, learning_rate))
    }

    fn advance(
        &mut self,
        work: usize,
        batch: &DMatrix<T>,
        targets: &Targets,
        loss: &dyn Loss<T>,
        learning_rate: f64,
    ) -> Result<f64, Error> {
        self.tape.forward(&self.network, batch)?;
        let (outputs, grad_outputs) = self.tape.outputs_and_gradient();
        let value = loss.evaluate(outputs, targets, grad_outputs)?;
        if !value.is_finite() {
            return Err(Error::NotFinite { what: "the loss" });
        }
        self.tape.backward(&self.network, false);
        self.time = self.time.saturating_add(1);
        let gradients = self.tape.parameter_gradients();
        let layers = self.network.layers_mut().iter_mut();
        let layers: Vec<_> = layers.zip(&mut self.moments).zip(gradients).collect();
        let (optimiser, time) = (self.optimiser, self.time);
        each(work, layers, &|((layer, moments), gradients): Trained<'_, T>| {
            layer.rule_mut().update(&mut |array, parameter| {
                if let (Some(memory), Some(gradient)) = (moments.get_mut(array), gradients.get(array)) {
                    optimiser.step(memory, time, learning_rate, parameter, gradient.as_slice());
                }
            })
        })?;
        Ok(value)
    }
}

/// Trains a network; `observer` sees every step and may stop the run.
///
/// # Errors
/// As [`train_scheduled`].
///
/// # Examples
/// Two points of the line, told apart with the largest margin that slope 1 allows:
/// ```
/// use lip1_core::{Architecture, Hinge, Samples, Targets, Training, train};
/// use nalgebra::dmatrix;
/// use std::ops::ControlFlow;
/// let network = Architecture::lipnet(1, &[4], 1).build::<f64>(1)?;
/// let samples = Samples::new(dmatrix![-1.0, 1.0], Targets::Signs(vec![-1, 1]))?;
/// let config = Training { epochs: 300, batch: 2, learning_rate: 0.02, ..Default::default() };
/// let (trained, history) = train(network, &samples, &Hinge { margin: 0.5 }, &config, &mut |_| {
///     ControlFlow::Continue(())
/// })?;
/// let scores = trained.evaluate(samples.inputs())?;
/// assert!(scores[0] < -0.4 && scores[1] > 0.4);
/// assert_eq!(history.steps, 300);
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn train<T: Scalar>(
    network: Network<T>,
    samples: &Samples<T>,
    loss: &dyn Loss<T>,
    config: &Training,
    observer: &mut dyn FnMut(&Progress<'_, T>) -> ControlFlow<()>,
) -> Result<(Network<T>, History), Error> {
    run(network, samples, config, observer, &mut |_, step| step(loss))
}

/// Trains with a loss that changes: `schedule` gets the share of the run that is over, in [0, 1), and
/// returns the loss for the step.
///
/// # Errors
/// When the network, the samples, the targets and the loss do not fit together, a parameter is out of
/// range, the loss is not finite, or a constrained weight degenerates.
pub fn train_scheduled<T: Scalar>(
    network: Network<T>,
    samples: &Samples<T>,
    schedule: &dyn Fn(f64) -> Box<dyn Loss<T>>,
    config: &Training,
    observer: &mut dyn FnMut(&Progress<'_, T>) -> ControlFlow<()>,
) -> Result<(Network<T>, History), Error> {
    run(network, samples, config, observer, &mut |over, step| step(schedule(over).as_ref()))
}

/// A step with a loss of the caller's choice.
type Step<'a, T> = dyn FnMut(&dyn Loss<T>) -> Result<f64, Error> + 'a;

/// Chooses a loss by the share of the run that is over, and takes the step with it.
type Chooser<'a, T> = dyn FnMut(f64, &mut Step<'_, T>) -> Result<f64, Error> + 'a;

fn run<T: Scalar>(
    network: Network<T>,
    samples: &Samples<T>,
    config: &Training,
    observer: &mut dyn FnMut(&Progress<'_, T>) -> ControlFlow<()>,
    with_loss: &mut Chooser<'_, T>,
) -> Result<(Network<T>, History), Error> {
    if config.batch == 0 {
        return Err(Error::Empty { what: "a batch" });
    }
    if !(config.learning_rate > 0.0 && config.learning_rate.is_finite()) {
        return Err(Error::Parameter {
            name: "learning_rate",
            value: config.learning_rate,
            range: "positive and finite",
        });
    }
    config.factor.guard()?;
    network.accept(samples.inputs())?;
    samples.targets().guard(network.outputs())?;
    let mut trainer = Trainer::new(network, config.optimiser)?;
    let mut shuffle = generator(config.seed, SHUFFLE);
    let mut history = History::default();
    let steps = config.epochs * samples.len().div_ceil(config.batch);
    for epoch in 0..config.epochs {
        let order = permutation(samples.len(), &mut shuffle);
        let mut total = 0.0;
        for chunk in order.chunks(config.batch) {
            let batch = samples.inputs().select_columns(chunk);
            let targets = samples.targets().select(chunk);
            let over = history.steps as f64 / steps as f64;
            let loss = with_loss(over, &mut |loss| {
                trainer.step(&batch, &targets, loss, config.learning_rate * config.factor.at(over))
            })?;
            total += loss * chunk.len() as f64;
            let step = history.steps;
            history.steps += 1;
            let flow = observer(&Progress {
                epoch,
                step,
                epoch_ends: (step + 1).is_multiple_of(samples.len().div_ceil(config.batch)),
                loss,
                network: trainer.network(),
            });
            if flow.is_break() {
                history.stopped = true;
                return Ok((trainer.into_network(), history));
            }
        }
        history.losses.push(total / samples.len() as f64);
    }
    Ok((trainer.into_network(), history))
}
