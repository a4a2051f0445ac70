//! Features in another order: invertible down- and up-sampling, shifts.

use nalgebra::DMatrix;

use super::Rule;
use crate::error::Error;
use crate::scalar::Scalar;

/// Entry `k` of the output is entry `from[k]` of the input: an isometry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rearrange {
    from: Vec<usize>,
}

impl Rearrange {
    /// A permutation of the features.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(from: Vec<usize>) -> Result<Self, Error> {
        let mut taken = vec![false; from.len()];
        for &index in &from {
            match taken.get_mut(index) {
                Some(free) if !*free => *free = true,
                _ => {
                    return Err(Error::Parameter {
                        name: "an entry of a permutation",
                        value: index as f64,
                        range: "below its length, and not taken twice",
                    });
                }
            }
        }
        Ok(Self { from })
    }

    /// Each block of `factor` by `factor` places of a channel becomes as many channels of one place, row by row.
    ///
    /// # Errors
    /// When the factor is 0 or does not divide height and width.
    pub fn pixel_unshuffle(input: [usize; 3], factor: usize) -> Result<Self, Error> {
        let [channels, height, width] = input;
        for size in [height, width] {
            if factor == 0 || size % factor != 0 {
                return Err(Error::Shape {
                    what: "factor of a rearrangement",
                    expected: size,
                    found: factor,
                });
            }
        }
        let mut from = Vec::with_capacity(channels * height * width);
        for channel in 0..channels {
            for block in 0..factor * factor {
                for y in 0..height / factor {
                    for x in 0..width / factor {
                        let (row, column) = (y * factor + block / factor, x * factor + block % factor);
                        from.push((channel * height + row) * width + column);
                    }
                }
            }
        }
        Ok(Self { from })
    }

    /// The inverse of [`Rearrange::pixel_unshuffle`]; `input` has `factor²` times as many channels as the output.
    ///
    /// # Errors
    /// When `factor²` is 0 or does not divide the channels.
    pub fn pixel_shuffle(input: [usize; 3], factor: usize) -> Result<Self, Error> {
        let [channels, height, width] = input;
        if factor == 0 || channels % (factor * factor) != 0 {
            return Err(Error::Shape {
                what: "factor of a rearrangement",
                expected: channels,
                found: factor,
            });
        }
        let output = [channels / (factor * factor), height * factor, width * factor];
        let there = Self::pixel_unshuffle(output, factor)?;
        let mut from = vec![0; there.from.len()];
        for (index, &place) in there.from.iter().enumerate() {
            from[place] = index;
        }
        Ok(Self { from })
    }

    /// From channels, height, width to height, width, channels: the entries of all channels at a place become neighbours.
    ///
    /// # Errors
    /// When a size is 0.
    pub fn channels_last(input: [usize; 3]) -> Result<Self, Error> {
        Self::transposition(input[0], input[1] * input[2])
    }

    /// The inverse of [`Rearrange::channels_last`]; `output` is channels, height and width of the result.
    ///
    /// # Errors
    /// When a size is 0.
    pub fn channels_first(output: [usize; 3]) -> Result<Self, Error> {
        Self::transposition(output[1] * output[2], output[0])
    }

    fn transposition(rows: usize, columns: usize) -> Result<Self, Error> {
        if rows * columns == 0 {
            return Err(Error::Empty { what: "a size of an image" });
        }
        Ok(Self { from: (0..rows * columns).map(|at| at % rows * columns + at / rows).collect() })
    }

    /// Moves channels around the torus: channel `c` by step `c mod 5` of none, up, down, left, right.
    ///
    /// Between two orthogonal convolutions of one tap it makes an exactly orthogonal convolution with a cross of five
    /// taps and circular padding. Source: the spatial shift of LipNeXt (2026).
    ///
    /// # Errors
    /// When a size is 0.
    pub fn shift(input: [usize; 3]) -> Result<Self, Error> {
        let [channels, height, width] = input;
        if input.contains(&0) {
            return Err(Error::Empty { what: "a size of an image" });
        }
        let mut from = Vec::with_capacity(channels * height * width);
        for channel in 0..channels {
            let (down, right) = [(0, 0), (height - 1, 0), (1, 0), (0, width - 1), (0, 1)][channel % 5];
            for y in 0..height {
                for x in 0..width {
                    from.push((channel * height + (y + down) % height) * width + (x + right) % width);
                }
            }
        }
        Ok(Self { from })
    }

    /// Where each entry of the output comes from.
    pub fn from(&self) -> &[usize] {
        &self.from
    }
}

impl<T: Scalar> Rule<T> for Rearrange {
    fn kind(&self) -> &'static str {
        "rearrange"
    }

    fn outputs(&self, features: usize) -> Option<usize> {
        (features == self.from.len()).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        for (x, mut y) in input.column_iter().zip(output.column_iter_mut()) {
            for (entry, &place) in y.iter_mut().zip(&self.from) {
                *entry = x[place];
            }
        }
    }

    fn vjp(
        &self,
        _input: &DMatrix<T>,
        _output: &DMatrix<T>,
        grad_output: &DMatrix<T>,
        grad_input: Option<&mut DMatrix<T>>,
        _parameter_gradients: &mut [DMatrix<T>],
    ) {
        let Some(slope) = grad_input else { return };
        for (g, mut d) in grad_output.column_iter().zip(slope.column_iter_mut()) {
            for (entry, &place) in g.iter().zip(&self.from) {
                d[place] = *entry;
            }
        }
    }
}
