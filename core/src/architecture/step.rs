//! The steps of a plan, and the layers that they become.

use nalgebra::DVector;

use crate::error::Error;
use crate::layer::{
    Abs, Centring, Convolution, Dense, FullSort, GroupSort, GroupedConvolution, Householder, Layer,
    MaxMinConcat, MaxMinHalves, OrthogonalConvolution, Pool, Pooling, Rearrange, Relu, Scale, Windows,
};
use crate::scalar::Scalar;
use crate::weight::{Parametrisation, Weight};

/// Where the windows of a convolution lie, without the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Taps {
    pub(super) side: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
    pub(super) circular: bool,
}

impl Taps {
    fn on(self, input: [usize; 3]) -> Windows {
        let Self { side, stride, padding, circular } = self;
        Windows { input, kernel: [side, side], stride, padding, circular }
    }
}

/// One step of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Dense(usize, Parametrisation),
    /// Outputs, taps, groups, constraint.
    Convolution(usize, Taps, usize, Parametrisation),
    OrthogonalConvolution(usize, usize, bool),
    Pool(Pooling, usize),
    GlobalPool(Pooling),
    PixelUnshuffle(usize),
    PixelShuffle(usize),
    Flatten,
    Centring,
    GroupSort(usize),
    FullSort,
    MaxMinHalves,
    MaxMinConcat,
    Relu,
    Abs,
    Householder,
    Scale(f64),
}

/// What a step finds: the shape that reaches it, its share of the constant, its randomness.
pub(super) struct Place {
    pub(super) features: usize,
    pub(super) image: Option<[usize; 3]>,
    pub(super) share: f64,
    pub(super) seed: u64,
    pub(super) stream: u64,
}

impl Step {
    fn parametrisation(&self) -> Option<Parametrisation> {
        match *self {
            Self::Dense(_, rule) | Self::Convolution(.., rule) => Some(rule),
            Self::OrthogonalConvolution(..) => Some(Parametrisation::Orthogonal),
            _ => None,
        }
    }

    /// Whether the step takes a share of the constant.
    pub(super) fn is_constrained(&self) -> bool {
        self.parametrisation().is_some_and(|rule| rule != Parametrisation::Unconstrained)
    }

    pub(super) fn is_unconstrained(&self) -> bool {
        self.parametrisation() == Some(Parametrisation::Unconstrained)
    }

    /// The slope of a scale; 1 for other steps, and for a scale by 0, which leaves nothing to share.
    pub(super) fn factor(&self) -> f64 {
        match self {
            Self::Scale(factor) if factor.abs() > 0.0 => factor.abs(),
            _ => 1.0,
        }
    }

    /// Appends the layers of the step, and moves on to the shape that leaves it.
    pub(super) fn append<T: Scalar>(&self, at: &mut Place, layers: &mut Vec<Layer<T>>) -> Result<(), Error> {
        let (share, seed, stream) = (at.share, at.seed, at.stream);
        let image = || at.image.ok_or(Error::Empty { what: "the image that a step of the plan works on," });
        let mut leaves = at.image;
        let added: Vec<Layer<T>> = match *self {
            Self::Dense(outputs, rule) => {
                leaves = None;
                let weight = Weight::random(outputs, at.features, rule, share, seed, stream)?;
                vec![Layer::Dense(Dense::without_bias(weight))]
            }
            Self::Convolution(outputs, taps, groups, rule) => {
                let windows = taps.on(image()?);
                let [rows, columns] = windows.places()?;
                leaves = Some([outputs, rows, columns]);
                vec![if groups == 1 {
                    Layer::Convolution(Convolution::random(windows, outputs, rule, share, seed, stream)?)
                } else {
                    Layer::GroupedConvolution(GroupedConvolution::random(
                        windows, outputs, groups, rule, share, seed, stream,
                    )?)
                }]
            }
            Self::OrthogonalConvolution(outputs, side, circular) => {
                let windows = Windows::same(image()?, side, circular);
                let [rows, columns] = windows.places()?;
                leaves = Some([outputs, rows, columns]);
                let layer = OrthogonalConvolution::random(windows, outputs, share, seed, stream)?;
                vec![Layer::OrthogonalConvolution(layer)]
            }
            Self::Pool(kind, side) => {
                let [channels, height, width] = image()?;
                let pool = Pool::new(kind, [channels, height, width], [side, side])?;
                leaves = Some([channels, height / side, width / side]);
                vec![Layer::Pool(pool)]
            }
            Self::GlobalPool(kind) => {
                let image = image()?;
                leaves = Some([image[0], 1, 1]);
                vec![Layer::Pool(Pool::global(kind, image)?)]
            }
            Self::PixelUnshuffle(factor) => {
                let [channels, height, width] = image()?;
                let layer = Rearrange::pixel_unshuffle([channels, height, width], factor)?;
                leaves = Some([channels * factor * factor, height / factor, width / factor]);
                vec![Layer::Rearrange(layer)]
            }
            Self::PixelShuffle(factor) => {
                let [channels, height, width] = image()?;
                let layer = Rearrange::pixel_shuffle([channels, height, width], factor)?;
                leaves = Some([channels / (factor * factor), height * factor, width * factor]);
                vec![Layer::Rearrange(layer)]
            }
            Self::Flatten => {
                leaves = None;
                Vec::new()
            }
            Self::Centring => {
                let block = at.image.map_or(at.features, |[_, height, width]| height * width);
                vec![Layer::Centring(Centring::new(block)?)]
            }
            Self::GroupSort(group) => {
                let sort = Layer::GroupSort(GroupSort::new(group)?);
                match at.image {
                    // Features of a channel lie together: neighbours among the channels are brought together first.
                    Some(image) if image[1] * image[2] > 1 => {
                        if !image[0].is_multiple_of(group) {
                            let (expected, found) = (image[0], group);
                            return Err(Error::Shape { what: "channels to sort", expected, found });
                        }
                        let there = Layer::Rearrange(Rearrange::channels_last(image)?);
                        vec![there, sort, Layer::Rearrange(Rearrange::channels_first(image)?)]
                    }
                    _ => vec![sort],
                }
            }
            Self::FullSort => vec![Layer::FullSort(FullSort)],
            Self::MaxMinHalves => vec![Layer::MaxMinHalves(MaxMinHalves)],
            Self::MaxMinConcat => {
                leaves = leaves.map(|[channels, height, width]| [2 * channels, height, width]);
                vec![Layer::MaxMinConcat(MaxMinConcat)]
            }
            Self::Relu => vec![Layer::Relu(Relu)],
            Self::Abs => vec![Layer::Abs(Abs)],
            Self::Householder => {
                let angle = T::nearest(std::f64::consts::FRAC_PI_2);
                let angles = DVector::from_element(at.features / 2, angle);
                vec![Layer::Householder(Householder::new(angles)?)]
            }
            Self::Scale(factor) => vec![Layer::Scale(Scale::new(factor)?)],
        };
        for layer in added {
            let (index, kind, features) = (layers.len(), layer.kind(), at.features);
            at.features = layer.outputs(features).ok_or(Error::LayerShape { index, kind, features })?;
            layers.push(layer);
        }
        at.image = leaves;
        Ok(())
    }
}
