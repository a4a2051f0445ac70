//! A plan of a network, built into one by a seed.

mod image;
mod step;

use crate::error::Error;
use crate::interchange::parse;
use crate::layer::{
    AbsSpec, Draw, FullSortSpec, GroupSortSpec, HouseholderSpec, MaxMinConcatSpec, MaxMinHalvesSpec,
    ReluSpec, Scale, ScaleSpec, Slope,
};
use crate::network::Network;
use crate::scalar::Scalar;
use crate::shape::Shape;
use crate::weight::Parametrisation;
use step::Step;

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
#[must_use = "a plan is built by `build`"]
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    input: Shape,
    steps: Vec<Step>,
    /// What was prescribed, if anything.
    constant: Option<f64>,
}

impl Architecture {
    /// A plan on `inputs` features, without layers yet; each of its constrained layers will have constant 1.
    pub fn new(inputs: usize) -> Self {
        Self { input: Shape::Flat(inputs), steps: Vec::new(), constant: None }
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

    /// Prescribes the Lipschitz constant `k` of the whole network, any positive number.
    ///
    /// Each of its `n` constrained layers (dense or convolution) gets `(k/s)^(1/n)`, `s` the product of the factors of
    /// its scales, in absolute value; activations, pools and rearrangements have slope 1. Without constrained layers a
    /// scale in front does it. Unconstrained layers keep no constant.
    pub fn constant(mut self, k: f64) -> Self {
        self.constant = Some(k);
        self
    }

    /// Appends layers by their descriptions, a list as in a model's metadata ([`crate::interchange`]). Trained numbers are
    /// drawn; layers whose sizes only their tensors tell (`dense`, `conv2d`) have methods of their own.
    ///
    /// # Errors
    /// When the list is malformed.
    ///
    /// # Examples
    /// ```
    /// use lip1_core::Architecture;
    /// let plan = Architecture::new(4).layers(r#"[{"kind":"groupsort","group":2},{"kind":"abs"}]"#)?;
    /// assert_eq!(plan, Architecture::new(4).group_sort(2).abs());
    /// # Ok::<(), lip1_core::Error>(())
    /// ```
    pub fn layers(mut self, list: &str) -> Result<Self, Error> {
        self.steps.extend(parse(list)?.into_iter().map(Step::Described));
        Ok(self)
    }

    /// Appends a dense layer of that many outputs.
    pub fn dense(self, outputs: usize, parametrisation: Parametrisation) -> Self {
        self.step(Step::Dense { outputs, parametrisation })
    }

    /// Appends [`crate::GroupSort`] on groups of `group` neighbours; of an image, neighbours among the channels.
    pub fn group_sort(self, group: usize) -> Self {
        self.step(GroupSortSpec { group })
    }

    /// Appends [`crate::FullSort`]; of an image, of all channels at each place.
    pub fn full_sort(self) -> Self {
        self.step(FullSortSpec {})
    }

    /// Appends [`crate::MaxMinHalves`].
    pub fn max_min_halves(self) -> Self {
        self.step(MaxMinHalvesSpec {})
    }

    /// Appends [`crate::MaxMinConcat`].
    pub fn max_min_concat(self) -> Self {
        self.step(MaxMinConcatSpec {})
    }

    /// Appends [`crate::Relu`].
    pub fn relu(self) -> Self {
        self.step(ReluSpec {})
    }

    /// Appends [`crate::Abs`].
    pub fn abs(self) -> Self {
        self.step(AbsSpec {})
    }

    /// Appends [`crate::Householder`], its angles a right angle at first; the number of features (of an
    /// image, of channels) must be even.
    pub fn householder(self) -> Self {
        self.step(HouseholderSpec {})
    }

    /// Appends [`crate::Scale`].
    pub fn scale(self, factor: f64) -> Self {
        self.step(ScaleSpec { value: factor })
    }

    fn step(mut self, step: impl Into<Step>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// Draws the weights; the same seed gives the same network, bit for bit.
    ///
    /// # Errors
    /// When a size is 0, layers do not fit together, or a parameter is out of range.
    pub fn build<T: Scalar>(&self, seed: u64) -> Result<Network<T>, Error> {
        let mut draw = Draw { seed, stream: 0, share: 1.0 };
        let mut layers = Vec::with_capacity(self.steps.len() + 1);
        if let Some(value) = self.constant {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::Parameter { name: "constant", value, range: "positive and finite" });
            }
            let slopes = || self.steps.iter().map(Step::slope);
            // A slope of 0 leaves nothing to share.
            let fixed = slopes().map(|slope| match slope {
                Slope::Fixed(slope) if slope > 0.0 => slope,
                _ => 1.0,
            });
            let rest = value / fixed.product::<f64>();
            match slopes().filter(|slope| *slope == Slope::Shared).count() {
                0 if slopes().any(|slope| slope == Slope::Free) => {}
                0 => layers.push(Scale::new(rest)?.into()),
                1 => draw.share = rest,
                several => draw.share = rest.powf(1.0 / several as f64),
            }
        }
        let mut shape = self.input;
        for (index, step) in self.steps.iter().enumerate() {
            draw.stream = index as u64;
            let (layer, after) = step.build(index, shape, draw)?;
            layers.extend(layer);
            shape = after;
        }
        Network::new(self.input.features(), layers)
    }
}
