//! The steps of a plan, and the layers that they become.

use crate::interchange::at;
use crate::layer::{
    Builder, Built, Centring, Convolution, Dense, Draw, GroupedConvolution, LayerSpec, OrthogonalConvolution,
    Slope, Windows,
};
use crate::scalar::Scalar;
use crate::shape::Shape;
use crate::weight::{Parametrisation, Weight};

/// One step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A layer that its description tells all about.
    Described(LayerSpec),
    Dense {
        outputs: usize,
        parametrisation: Parametrisation,
    },
    Convolution {
        outputs: usize,
        side: usize,
        stride: usize,
        padding: usize,
        circular: bool,
        groups: usize,
        parametrisation: Parametrisation,
    },
    OrthogonalConvolution {
        outputs: usize,
        side: usize,
        circular: bool,
    },
    Centring,
}

impl<S: Into<LayerSpec>> From<S> for Step {
    fn from(spec: S) -> Self {
        Self::Described(spec.into())
    }
}

impl Step {
    pub(super) fn slope(&self) -> Slope {
        match self {
            Self::Described(layer) => layer.spec().slope(),
            Self::Dense { parametrisation, .. } | Self::Convolution { parametrisation, .. } => {
                if *parametrisation == Parametrisation::Unconstrained {
                    Slope::Free
                } else {
                    Slope::Shared
                }
            }
            Self::OrthogonalConvolution { .. } => Slope::Shared,
            Self::Centring => Slope::Fixed(1.0),
        }
    }

    /// The layer for a shape that arrives, and the shape that leaves it.
    pub(super) fn build<T: Scalar>(&self, index: usize, input: Shape, draw: Draw) -> Built<T> {
        let Draw { seed, stream, share } = draw;
        let image = || input.image().map_err(at(&format!("layer {index} (conv2d)")));
        let output = |windows: Windows, outputs: usize| {
            windows.places().map(|[rows, columns]| Shape::Image([outputs, rows, columns]))
        };
        let (layer, output) = match *self {
            Self::Described(ref layer) => {
                return Builder::drawing(draw).layer(layer, index.to_string(), input);
            }
            Self::Dense { outputs, parametrisation } => {
                let weight = Weight::random(outputs, input.features(), parametrisation, share, seed, stream)?;
                (Dense::without_bias(weight).into(), Shape::Flat(outputs))
            }
            Self::Convolution { outputs, side, stride, padding, circular, groups, parametrisation } => {
                let windows = Windows { input: image()?, kernel: [side, side], stride, padding, circular };
                let layer = if groups == 1 {
                    Convolution::random(windows, outputs, parametrisation, share, seed, stream)?.into()
                } else {
                    let rule = parametrisation;
                    GroupedConvolution::random(windows, outputs, groups, rule, share, seed, stream)?.into()
                };
                (layer, output(windows, outputs)?)
            }
            Self::OrthogonalConvolution { outputs, side, circular } => {
                let windows = Windows::same(image()?, side, circular);
                let layer = OrthogonalConvolution::random(windows, outputs, share, seed, stream)?;
                (layer.into(), output(windows, outputs)?)
            }
            Self::Centring => {
                let block = match input {
                    Shape::Flat(features) => features,
                    Shape::Image(_) => input.channels().1,
                };
                (Centring::new(block)?.into(), input)
            }
        };
        Ok((Some(layer), output))
    }
}
