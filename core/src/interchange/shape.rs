//! What a layer receives: an image, or just features.

use super::step::Step;
use super::tensors::Tensors;

/// The shape of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// So many features, each of them a channel.
    Flat(usize),
    /// Channels, height and width.
    Image([usize; 3]),
}

use Shape::{Flat, Image};

impl Shape {
    /// Number of features, if it fits.
    pub(super) fn features(self) -> Option<usize> {
        match self {
            Flat(features) => Some(features),
            Image([channels, height, width]) => channels.checked_mul(height)?.checked_mul(width),
        }
    }

    /// Channels, and places in each of them.
    pub(super) fn channels(self) -> Option<(usize, usize)> {
        match self {
            Flat(features) => Some((features, 1)),
            Image([channels, height, width]) => Some((channels, height.checked_mul(width)?)),
        }
    }

    /// The same with another number of channels.
    pub(super) fn with_channels(self, channels: usize) -> Self {
        match self {
            Flat(_) => Flat(channels),
            Image([_, height, width]) => Image([channels, height, width]),
        }
    }
}

/// The shape that the first of some layers receives: the first layer that asks for a shape decides, and those before it
/// are followed back.
pub(super) fn of_input(steps: &[Step], prefix: &str, tensors: &Tensors<'_>) -> Option<Shape> {
    let asks = |(index, step)| Some((index, asked(step, &format!("{prefix}{index}"), tensors)?));
    let place = steps.iter().enumerate().find_map(asks);
    if let Some((index, shape)) = place {
        return steps[..index].iter().rev().try_fold(shape, |shape, step| before(step, shape));
    }
    // Angles alone tell the number of features when nothing says that they are those of an image.
    let angles = steps.iter().enumerate().find_map(|(index, step)| match step {
        Step::Householder {} => match tensors.shape(&format!("{prefix}{index}.theta"))? {
            [angles] => Some((index, *angles)),
            _ => None,
        },
        _ => None,
    });
    let (index, angles) = angles?;
    steps[..index].iter().rev().try_fold(Flat(angles.checked_mul(2)?), |shape, step| before(step, shape))
}

fn asked(step: &Step, prefix: &str, tensors: &Tensors<'_>) -> Option<Shape> {
    match step {
        Step::Dense {} => match tensors.shape(&format!("{prefix}.weight"))? {
            [_, inputs] => Some(Flat(*inputs)),
            _ => None,
        },
        Step::Conv2d { input, .. } => Some(Image(*input)),
        Step::Residual { body, .. } => of_input(body, &format!("{prefix}.body."), tensors),
        _ => None,
    }
}

/// What a layer receives if it returns a shape.
fn before(step: &Step, after: Shape) -> Option<Shape> {
    match (step, after) {
        (Step::MaxminConcat {}, _) => Some(after.with_channels(after.channels()?.0 / 2)),
        (
            Step::Avgpool { size: Some(size), .. } | Step::L2pool { size: Some(size), .. },
            Image([channels, height, width]),
        ) => Some(Image([channels, height.checked_mul(*size)?, width.checked_mul(*size)?])),
        (Step::PixelUnshuffle { factor }, Image(image)) => scaled_up(image, *factor),
        (Step::PixelShuffle { factor }, Image(image)) => scaled_down(image, *factor),
        (
            Step::Avgpool { .. }
            | Step::L2pool { .. }
            | Step::PixelUnshuffle { .. }
            | Step::PixelShuffle { .. },
            _,
        )
        | (Step::Flatten {}, Image(_)) => None,
        _ => Some(after),
    }
}

/// After a pixel shuffle.
pub(super) fn scaled_up([channels, height, width]: [usize; 3], factor: usize) -> Option<Shape> {
    let square = factor.checked_mul(factor).filter(|square| *square > 0)?;
    if !channels.is_multiple_of(square) {
        return None;
    }
    Some(Image([channels / square, height.checked_mul(factor)?, width.checked_mul(factor)?]))
}

/// After a pixel unshuffle.
pub(super) fn scaled_down([channels, height, width]: [usize; 3], factor: usize) -> Option<Shape> {
    if factor == 0 || !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
        return None;
    }
    Some(Image([channels.checked_mul(factor)?.checked_mul(factor)?, height / factor, width / factor]))
}
