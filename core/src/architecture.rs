//! A plan of a network, built into one by a seed.

use nalgebra::DVector;

use crate::error::Error;
use crate::layer::{
    Abs, Dense, FullSort, GroupSort, Householder, Layer, MaxMinConcat, MaxMinHalves, Relu, Scale,
};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::weight::{Parametrisation, Weight};

/// One step of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Dense(usize, Parametrisation),
    GroupSort(usize),
    FullSort,
    MaxMinHalves,
    MaxMinConcat,
    Relu,
    Abs,
    Householder,
    Scale(f64),
}

/// A plan of a network: layers are listed, weights are drawn by [`Architecture::build`].
///
/// # Examples
/// A LipNet1 on the plane, its weights orthogonal:
/// ```
/// use lip1_core::{Architecture, Parametrisation};
/// let network = Architecture::new(2)
///     .dense(64, Parametrisation::Orthogonal)
///     .group_sort(2)
///     .dense(1, Parametrisation::Orthogonal)
///     .build::<f32>(7)?;
/// assert_eq!((network.inputs(), network.outputs()), (2, 1));
/// assert_eq!(network, Architecture::lipnet(2, &[64], 1).build::<f32>(7)?);
/// # Ok::<(), lip1_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    inputs: usize,
    steps: Vec<Step>,
    constant: f64,
}

impl Architecture {
    /// A plan on `inputs` features, without layers yet, with Lipschitz constant 1.
    pub fn new(inputs: usize) -> Self {
        Self { inputs, steps: Vec::new(), constant: 1.0 }
    }

    /// Orthogonal hidden layers with GroupSort2 (of even widths) between them, and a head whose rows
    /// have norm 1: orthogonal if it has one output, else each output 1-Lipschitz on its own.
    pub fn lipnet(inputs: usize, hidden: &[usize], outputs: usize) -> Self {
        let body = hidden.iter().fold(Self::new(inputs), |plan, &width| {
            plan.dense(width, Parametrisation::Orthogonal).group_sort(2)
        });
        let head = if outputs == 1 { Parametrisation::Orthogonal } else { Parametrisation::RowNormalised };
        body.dense(outputs, head)
    }

    /// The usual unconstrained network with ReLU between dense layers.
    pub fn unconstrained(inputs: usize, hidden: &[usize], outputs: usize) -> Self {
        let body = hidden
            .iter()
            .fold(Self::new(inputs), |plan, &width| plan.dense(width, Parametrisation::Unconstrained).relu());
        body.dense(outputs, Parametrisation::Unconstrained)
    }

    /// Prescribes the Lipschitz constant `k` of the whole network: each of its `n` constrained dense
    /// layers gets `k^(1/n)`.
    #[must_use]
    pub fn constant(mut self, k: f64) -> Self {
        self.constant = k;
        self
    }

    /// Appends a dense layer of that many outputs.
    #[must_use]
    pub fn dense(self, outputs: usize, parametrisation: Parametrisation) -> Self {
        self.step(Step::Dense(outputs, parametrisation))
    }

    /// Appends [`GroupSort`] on groups of `group` neighbours.
    #[must_use]
    pub fn group_sort(self, group: usize) -> Self {
        self.step(Step::GroupSort(group))
    }

    /// Appends [`FullSort`].
    #[must_use]
    pub fn full_sort(self) -> Self {
        self.step(Step::FullSort)
    }

    /// Appends [`MaxMinHalves`].
    #[must_use]
    pub fn max_min_halves(self) -> Self {
        self.step(Step::MaxMinHalves)
    }

    /// Appends [`MaxMinConcat`].
    #[must_use]
    pub fn max_min_concat(self) -> Self {
        self.step(Step::MaxMinConcat)
    }

    /// Appends [`Relu`].
    #[must_use]
    pub fn relu(self) -> Self {
        self.step(Step::Relu)
    }

    /// Appends [`Abs`].
    #[must_use]
    pub fn abs(self) -> Self {
        self.step(Step::Abs)
    }

    /// Appends [`Householder`], its angles a right angle at first; the number of features must be even.
    #[must_use]
    pub fn householder(self) -> Self {
        self.step(Step::Householder)
    }

    /// Appends [`Scale`].
    #[must_use]
    pub fn scale(self, factor: f64) -> Self {
        self.step(Step::Scale(factor))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Draws the weights; the same seed gives the same network, bit for bit.
    ///
    /// # Errors
    /// When a size is 0, layers do not fit together, or a parameter is out of range.
    pub fn build<T: Scalar>(&self, seed: u64) -> Result<Network<T>, Error> {
        let constrained = self.steps.iter().filter(|step| {
            matches!(step, Step::Dense(_, parametrisation)
                if *parametrisation != Parametrisation::Unconstrained)
        });
        let share = match constrained.count() {
            0 | 1 => self.constant,
            count => self.constant.powf(1.0 / count as f64),
        };
        let mut features = self.inputs;
        let mut layers = Vec::with_capacity(self.steps.len());
        for (index, step) in self.steps.iter().enumerate() {
            let layer = match *step {
                Step::Dense(outputs, parametrisation) => {
                    let stream = index as u64;
                    let weight = Weight::random(outputs, features, parametrisation, share, seed, stream)?;
                    Layer::Dense(Dense::without_bias(weight))
                }
                Step::GroupSort(group) => Layer::GroupSort(GroupSort::new(group)?),
                Step::FullSort => Layer::FullSort(FullSort),
                Step::MaxMinHalves => Layer::MaxMinHalves(MaxMinHalves),
                Step::MaxMinConcat => Layer::MaxMinConcat(MaxMinConcat),
                Step::Relu => Layer::Relu(Relu),
                Step::Abs => Layer::Abs(Abs),
                Step::Householder => {
                    let angle = T::nearest(std::f64::consts::FRAC_PI_2);
                    Layer::Householder(Householder::new(DVector::from_element(features / 2, angle))?)
                }
                Step::Scale(factor) => Layer::Scale(Scale::new(factor)?),
            };
            features =
                layer.outputs(features).ok_or(Error::LayerShape { index, kind: layer.kind(), features })?;
            layers.push(layer);
        }
        Network::new(self.inputs, layers)
    }
}
