//! Descriptions of layers, and how they become layers.

use std::fmt::Display;

use nalgebra::DVector;

use super::{Layer, LayerSpec};
use crate::error::Error;
use crate::interchange::{Tensor, Tensors, at, in_words};
use crate::scalar::Scalar;
use crate::shape::Shape;

/// A layer, or none where nothing is to be done, and the shape that leaves it.
pub(crate) type Built<T> = Result<(Option<Layer<T>>, Shape), Error>;

/// The shape of the tensor of a layer with a name, if the file has it.
pub(crate) type TensorShapes<'a> = dyn Fn(&str) -> Option<Vec<usize>> + 'a;

/// What a layer does to the constant that is prescribed for a whole network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Slope {
    /// It has the share that it is given.
    Shared,
    /// It has a constant of its own.
    Fixed(f64),
    /// It has none.
    Free,
}

/// An item of the list in a model: what the layer is, without its trained numbers.
pub(crate) trait Spec {
    /// The layer for a shape that arrives, and the shape that leaves it.
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T>
    where
        Self: Sized;

    /// The shape that must arrive, if the description or the tensors tell.
    fn input(&self, _tensors: &TensorShapes<'_>) -> Option<Shape> {
        None
    }

    /// The shape that is likely to arrive, when no layer tells for certain.
    fn likely_input(&self, _tensors: &TensorShapes<'_>) -> Option<Shape> {
        None
    }

    /// The shape that arrives if that one leaves, as far as it tells; of no meaning where [`Spec::input`] does.
    fn before(&self, output: Shape) -> Option<Shape> {
        Some(output)
    }

    /// The Lipschitz constant of the layer in a plan.
    fn slope(&self) -> Slope {
        Slope::Fixed(1.0)
    }

    /// What [`super::Rule::examples`] is, for a description that becomes a layer of another file.
    #[cfg(test)]
    fn examples() -> Vec<(Layer<f64>, Shape)>
    where
        Self: Sized,
    {
        Vec::new()
    }
}

/// The shape that the first of some layers receives: the first that tells decides, and those before it are followed back.
pub(crate) fn input_shape(
    list: &[LayerSpec],
    tensors: &dyn Fn(usize, &str) -> Option<Vec<usize>>,
) -> Option<Shape> {
    let told = |ask: fn(&dyn Spec, &TensorShapes<'_>) -> Option<Shape>| {
        let ask = |(index, layer): (usize, &LayerSpec)| {
            Some((index, ask(layer.spec(), &|name: &str| tensors(index, name))?))
        };
        list.iter().enumerate().find_map(ask)
    };
    let (index, shape) = told(|spec, tensors| spec.input(tensors))
        .or_else(|| told(|spec, tensors| spec.likely_input(tensors)))?;
    list[..index].iter().rev().try_fold(shape, |shape, layer| layer.spec().before(shape))
}

/// Builds layers one after the other, their trained numbers taken from a file or drawn.
pub(crate) struct Builder<'a> {
    file: Option<File<'a>>,
    draw: Draw,
    /// Position of the layer in the list, as its tensors are called.
    path: String,
    /// The layer, for messages.
    place: String,
}

/// What is left of a file.
struct File<'a> {
    tensors: Tensors<'a>,
    /// Entries that layers may still have.
    entries: usize,
}

/// The randomness of a layer in a plan, and its share of the constant.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Draw {
    pub(crate) seed: u64,
    pub(crate) stream: u64,
    pub(crate) share: f64,
}

impl Draw {
    /// For a layer inside, which has the constant 1. Streams of other layers are small numbers: a large odd factor keeps
    /// clear of them.
    fn inside(self, index: usize) -> Self {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let stream = (self.stream + 1).wrapping_mul(FACTOR).wrapping_add(index as u64);
        Self { stream, share: 1.0, ..self }
    }
}

impl<'a> Builder<'a> {
    /// Takes tensors from a file. Layers may have `entries` entries together, those of the input included.
    pub(crate) fn from_file(tensors: Tensors<'a>, entries: usize, input: Shape) -> Result<Self, Error> {
        let (file, place) = (Some(File { tensors, entries }), "architecture".to_owned());
        let mut builder = Self { file, draw: Draw::default(), path: String::new(), place };
        builder.charge(input)?;
        Ok(builder)
    }

    /// Draws.
    pub(crate) fn drawing(draw: Draw) -> Self {
        Self { file: None, draw, path: String::new(), place: String::new() }
    }

    /// Refuses a file with tensors that no layer has taken.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.file.map_or(Ok(()), |file| file.tensors.all_taken())
    }

    /// Builds a layer whose tensors are called `{path}.*`.
    pub(crate) fn layer<T: Scalar>(&mut self, layer: &LayerSpec, path: String, input: Shape) -> Built<T> {
        let place = format!("layer {path} ({})", layer.kind());
        let outer = [std::mem::replace(&mut self.path, path), std::mem::replace(&mut self.place, place)];
        let built = layer.build(input, self)?;
        self.charge(built.1)?;
        [self.path, self.place] = outer;
        Ok(built)
    }

    /// Builds the layers inside one.
    pub(crate) fn body<T: Scalar>(
        &mut self,
        body: &[LayerSpec],
        input: Shape,
    ) -> Result<(Vec<Layer<T>>, Shape), Error> {
        let (path, outer) = (self.path.clone(), self.draw);
        let (mut layers, mut shape) = (Vec::with_capacity(body.len()), input);
        for (index, layer) in body.iter().enumerate() {
            self.draw = outer.inside(index);
            let (built, after) = self.layer(layer, format!("{path}.body.{index}"), shape)?;
            layers.extend(built);
            shape = after;
        }
        self.draw = outer;
        Ok((layers, shape))
    }

    /// Counts the entries of a shape.
    fn charge(&mut self, shape: Shape) -> Result<(), Error> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let features = Some(shape.features()).filter(|features| *features > 0);
        match features.and_then(|features| file.entries.checked_sub(features)) {
            Some(left) => file.entries = left,
            None => return self.refuse("a size of 0, or layers much larger than the file"),
        }
        Ok(())
    }

    /// An error that names the layer.
    pub(super) fn refuse<R>(&self, what: impl Display) -> Result<R, Error> {
        Err(at(&self.place)(what))
    }

    /// The image that arrives.
    pub(super) fn image(&self, input: Shape) -> Result<[usize; 3], Error> {
        input.image().or_else(|what| self.refuse(what))
    }

    /// The tensor of the layer with that name.
    pub(super) fn tensor(&mut self, name: &str) -> Result<Tensor, Error> {
        match &mut self.file {
            Some(file) => file.tensors.take(&format!("{}.{name}", self.path)),
            None => self.refuse("its sizes are those of its tensors, which a plan does not have"),
        }
    }

    /// The bias of a layer with so many outputs; zeros if the file has none.
    pub(super) fn bias<T: Scalar>(&mut self, outputs: usize) -> Result<DVector<T>, Error> {
        let Some(file) = &mut self.file else { return Ok(DVector::zeros(outputs)) };
        match file.tensors.take_if_there(&format!("{}.bias", self.path))? {
            None => Ok(DVector::zeros(outputs)),
            Some(bias) if bias.shape == [outputs] => {
                Ok(DVector::from_iterator(outputs, bias.values.into_iter().map(T::nearest)))
            }
            Some(bias) => {
                self.refuse(format!("a bias of shape {} for {outputs} outputs", bias.shape_in_words()))
            }
        }
    }

    /// Trained numbers without constraint, of a shape that the description tells: row after row from the file, or drawn.
    pub(super) fn parameter<T: Scalar>(
        &mut self,
        name: &str,
        shape: &[usize],
        draw: impl FnOnce(Draw) -> Vec<T>,
    ) -> Result<Vec<T>, Error> {
        if self.file.is_none() {
            return Ok(draw(self.draw));
        }
        let tensor = self.tensor(name)?;
        if tensor.shape != shape {
            return self.refuse(format!(
                "a {name} of shape {}, not {}",
                tensor.shape_in_words(),
                in_words(shape)
            ));
        }
        Ok(tensor.values.into_iter().map(T::nearest).collect())
    }
}
