//! Features in another order: invertible down- and up-sampling, shifts.

use super::prelude::*;
use super::{PixelShuffleSpec, PixelUnshuffleSpec};

/// Entry `k` of the output is entry `from[k]` of the input: an isometry.
#[derive(Debug, Clone, PartialEq)]
pub struct Rearrange {
    from: Vec<usize>,
    /// How a list of layers calls it, if it has a name there.
    name: Option<Box<Name>>,
}

/// A description, with the image that it describes the order for and the one that leaves.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    spec: LayerSpec,
    input: [usize; 3],
    output: [usize; 3],
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
        Ok(Self { from, name: None })
    }

    /// Each block of `factor` by `factor` places of a channel becomes as many channels of one place, row by row.
    ///
    /// # Errors
    /// When the factor is 0 or does not divide height and width.
    pub fn pixel_unshuffle(input: [usize; 3], factor: usize) -> Result<Self, Error> {
        let output = unshuffled(input, factor).ok_or(Error::Parameter {
            name: "factor of a rearrangement",
            value: factor as f64,
            range: "a divisor of height and width",
        })?;
        let [channels, height, width] = input;
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
        Ok(Self { from, name: None }.named(PixelUnshuffleSpec { factor }, input, output))
    }

    /// The inverse of [`Rearrange::pixel_unshuffle`]; `input` has `factor²` times as many channels as the output.
    ///
    /// # Errors
    /// When `factor²` is 0 or does not divide the channels.
    pub fn pixel_shuffle(input: [usize; 3], factor: usize) -> Result<Self, Error> {
        let output = shuffled(input, factor).ok_or(Error::Parameter {
            name: "factor of a rearrangement",
            value: factor as f64,
            range: "such that its square divides the channels",
        })?;
        let there = Self::pixel_unshuffle(output, factor)?;
        let mut from = vec![0; there.from.len()];
        for (index, &place) in there.from.iter().enumerate() {
            from[place] = index;
        }
        Ok(Self { from, name: None }.named(PixelShuffleSpec { factor }, input, output))
    }

    /// The same, as that description has it for an image.
    pub(super) fn named(self, spec: impl Into<LayerSpec>, input: [usize; 3], output: [usize; 3]) -> Self {
        Self { name: Some(Box::new(Name { spec: spec.into(), input, output })), ..self }
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
        Ok(Self { from, name: None })
    }

    /// Where each entry of the output comes from.
    pub fn from(&self) -> &[usize] {
        &self.from
    }
}

impl Spec for PixelUnshuffleSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        build(Rearrange::pixel_unshuffle, self.factor, input, builder)
    }

    fn before(&self, output: Shape) -> Option<Shape> {
        shuffled(output.image().ok()?, self.factor).map(Shape::Image)
    }
}

impl Spec for PixelShuffleSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        build(Rearrange::pixel_shuffle, self.factor, input, builder)
    }

    fn before(&self, output: Shape) -> Option<Shape> {
        unshuffled(output.image().ok()?, self.factor).map(Shape::Image)
    }
}

fn build<T: Scalar>(
    order: fn([usize; 3], usize) -> Result<Rearrange, Error>,
    factor: usize,
    input: Shape,
    builder: &Builder<'_>,
) -> Built<T> {
    match order(builder.image(input)?, factor) {
        Ok(layer) => {
            let output = layer.name.as_ref().map_or(input, |name| Shape::Image(name.output));
            Ok((Some(layer.into()), output))
        }
        Err(_) => builder.refuse(format!("a factor of {factor} for {input}")),
    }
}

/// After a pixel shuffle.
fn shuffled([channels, height, width]: [usize; 3], factor: usize) -> Option<[usize; 3]> {
    let square = factor.checked_mul(factor).filter(|square| *square > 0)?;
    if !channels.is_multiple_of(square) {
        return None;
    }
    Some([channels / square, height.checked_mul(factor)?, width.checked_mul(factor)?])
}

/// After a pixel unshuffle.
fn unshuffled([channels, height, width]: [usize; 3], factor: usize) -> Option<[usize; 3]> {
    if factor == 0 || !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
        return None;
    }
    Some([channels.checked_mul(factor)?.checked_mul(factor)?, height / factor, width / factor])
}

impl<T: Scalar> Rule<T> for Rearrange {
    fn kind(&self) -> Option<&'static str> {
        self.name.as_ref().map(|name| name.spec.kind())
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

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        for (g, mut d) in at.grad_output.column_iter().zip(grad_input.column_iter_mut()) {
            for (entry, &place) in g.iter().zip(&self.from) {
                d[place] = *entry;
            }
        }
    }

    fn to_kernel(&self, _: usize) -> Vec<net::Layer> {
        vec![net::Layer::Select { from: self.from.clone() }]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        let Some(name) = &self.name else {
            return Err(Writer::refusal("a rearrangement that is neither down- nor up-sampling"));
        };
        writer.image(name.input)?;
        Ok((name.spec.clone(), Shape::Image(name.output)))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        let of = |layer: Result<Self, Error>, image| (layer.unwrap().into(), Shape::Image(image));
        vec![
            of(Self::pixel_unshuffle([1, 4, 6], 2), [1, 4, 6]),
            of(Self::pixel_shuffle([8, 1, 3], 2), [8, 1, 3]),
            of(Self::shift([2, 4, 3]), [2, 4, 3]),
        ]
    }
}
