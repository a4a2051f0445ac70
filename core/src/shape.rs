//! What a layer receives: an image, or just features.

use std::fmt;

/// The shape of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// So many features, each of them a channel.
    Flat(usize),
    /// Channels, height and width.
    Image([usize; 3]),
}

use Shape::{Flat, Image};

impl Shape {
    /// Number of features; the largest number there is, if it is too large for one.
    pub(crate) fn features(self) -> usize {
        let (channels, places) = self.channels();
        channels.saturating_mul(places)
    }

    /// Channels, and places in each of them.
    pub(crate) fn channels(self) -> (usize, usize) {
        match self {
            Flat(features) => (features, 1),
            Image([channels, height, width]) => (channels, height.saturating_mul(width)),
        }
    }

    /// The image, or why there is none.
    pub(crate) fn image(self) -> Result<[usize; 3], &'static str> {
        match self {
            Image(image) => Ok(image),
            Flat(_) => Err("needs an image: no layer before it tells height and width"),
        }
    }

    /// The same with another number of channels.
    pub(crate) fn with_channels(self, channels: usize) -> Self {
        match self {
            Flat(_) => Flat(channels),
            Image([_, height, width]) => Image([channels, height, width]),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flat(features) => write!(f, "{features} features"),
            Image([channels, height, width]) => write!(f, "an image of {channels} x {height} x {width}"),
        }
    }
}
