//! Sorting activations.

use super::prelude::*;
use super::{FullSortSpec, GroupSortSpec};
use crate::parallel::fill;

/// Sorts groups of neighbours in ascending order: of features, or of the channels of an image at each of its places.
///
/// 1-Lipschitz for every lp norm; its Jacobian is a permutation almost everywhere. With groups of two
/// it gives (min, max) of neighbours. Source: Anil, Lucas, Grosse 2019.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSort {
    group: usize,
    places: usize,
}

impl GroupSort {
    /// Groups of `group` features, at least 1; the number of features must be a multiple of it.
    ///
    /// # Errors
    /// When `group` is 0.
    pub fn new(group: usize) -> Result<Self, Error> {
        Self::along_channels(group, 1)
    }

    /// Groups of `group` channels, at least 1, at each of the `places` (height times width) of an image; the number of channels
    /// must be a multiple of it.
    ///
    /// # Errors
    /// When a number is 0.
    pub fn along_channels(group: usize, places: usize) -> Result<Self, Error> {
        for (name, value) in [("group", group), ("places", places)] {
            if value == 0 {
                return Err(Error::Parameter { name, value: 0.0, range: "at least 1" });
            }
        }
        Ok(Self { group, places })
    }

    /// Features, or channels, in a group.
    pub fn group(&self) -> usize {
        self.group
    }

    /// Features that are sorted without regard to the others, in the order of the input.
    fn block(&self) -> usize {
        self.group.saturating_mul(self.places)
    }
}

/// Sorts all features in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullSort;

impl Spec for GroupSortSpec {
    fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
        let (channels, places) = input.channels();
        if self.group == 0 || !channels.is_multiple_of(self.group) {
            return builder.refuse(format!("groups of {} among {channels} channels", self.group));
        }
        Ok((Some(GroupSort { group: self.group, places }.into()), input))
    }
}

impl Spec for FullSortSpec {
    fn build<T: Scalar>(&self, input: Shape, _: &mut Builder<'_>) -> Built<T> {
        let layer = match input.channels() {
            (_, 1) => FullSort.into(),
            (group, places) => GroupSort { group, places }.into(),
        };
        Ok((Some(layer), input))
    }
}

/// Sorts groups that lie one after the other in memory, as they do when columns are samples.
fn sort<T: Scalar>(group: usize, input: &[T], output: &mut [T]) {
    if group == 2 {
        for (x, y) in input.chunks_exact(2).zip(output.chunks_exact_mut(2)) {
            let (a, b) = (x[0], x[1]);
            let swap = a > b;
            y[0] = if swap { b } else { a };
            y[1] = if swap { a } else { b };
        }
        return;
    }
    output.copy_from_slice(input);
    for chunk in output.chunks_exact_mut(group) {
        chunk.sort_unstable_by(Scalar::total_order);
    }
}

/// Sends each gradient back to the entry it came from; equal entries keep their order.
fn sort_vjp<T: Scalar>(group: usize, input: &[T], grad_output: &[T], grad_input: &mut [T]) {
    if group == 2 {
        let pairs = input.chunks_exact(2).zip(grad_output.chunks_exact(2));
        for ((x, g), d) in pairs.zip(grad_input.chunks_exact_mut(2)) {
            // By index: a branch on data is mispredicted half of the time.
            let swap = usize::from(x[0] > x[1]);
            d[0] = g[swap];
            d[1] = g[1 - swap];
        }
        return;
    }
    let mut order: Vec<usize> = (0..group).collect();
    let groups = input.chunks_exact(group).zip(grad_output.chunks_exact(group));
    for ((x, g), d) in groups.zip(grad_input.chunks_exact_mut(group)) {
        order.sort_unstable_by(|&i, &j| x[i].total_order(&x[j]).then(i.cmp(&j)));
        for (&from, slope) in order.iter().zip(g) {
            d[from] = *slope;
        }
    }
}

/// A matrix of so many columns, row after row, turned over.
fn transposed<T: Scalar>(columns: usize, from: &[T], to: &mut [T]) {
    let rows = from.len() / columns;
    for (row, entries) in from.chunks_exact(columns).enumerate() {
        for (column, entry) in entries.iter().enumerate() {
            to[column * rows + row] = *entry;
        }
    }
}

impl<T: Scalar> Rule<T> for GroupSort {
    fn outputs(&self, features: usize) -> Option<usize> {
        features.is_multiple_of(self.block()).then_some(features)
    }

    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        let (group, places) = (self.group, self.places);
        let input = input.as_slice();
        fill(self.block(), output.as_mut_slice(), &|place, piece| {
            let input = &input[place..place + piece.len()];
            if places == 1 {
                return sort(group, input, piece);
            }
            // Neighbours are brought together, block by block.
            let mut buffers = [(); 2].map(|()| vec![T::zero(); self.block()]);
            let [together, sorted] = &mut buffers;
            for (x, y) in input.chunks_exact(self.block()).zip(piece.chunks_exact_mut(self.block())) {
                transposed(places, x, together);
                sort(group, together, sorted);
                transposed(group, sorted, y);
            }
        });
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        let (group, places) = (self.group, self.places);
        let (input, grad_output) = (at.input.as_slice(), at.grad_output.as_slice());
        fill(self.block(), grad_input.as_mut_slice(), &|place, piece| {
            let (input, after) =
                (&input[place..place + piece.len()], &grad_output[place..place + piece.len()]);
            if places == 1 {
                return sort_vjp(group, input, after, piece);
            }
            let mut buffers = [(); 3].map(|()| vec![T::zero(); self.block()]);
            let [together, slopes, sent] = &mut buffers;
            let blocks = input.chunks_exact(self.block()).zip(after.chunks_exact(self.block()));
            for ((x, g), d) in blocks.zip(piece.chunks_exact_mut(self.block())) {
                transposed(places, x, together);
                transposed(places, g, slopes);
                sort_vjp(group, together, slopes, sent);
                transposed(group, sent, d);
            }
        });
    }

    fn to_kernel(&self, features: usize) -> Vec<net::Layer> {
        let (places, sort) = (self.places, net::Layer::Sort { group: self.group });
        if places == 1 {
            return vec![sort];
        }
        let channels = features / places;
        let last = (0..places).flat_map(|place| (0..channels).map(move |channel| channel * places + place));
        let first =
            (0..channels).flat_map(|channel| (0..places).map(move |place| place * channels + channel));
        vec![net::Layer::Select { from: last.collect() }, sort, net::Layer::Select { from: first.collect() }]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        if self.places == 1 && writer.shape().channels().1 != 1 {
            writer.flatten();
        } else if self.places != writer.shape().channels().1 {
            let channels = writer.shape().features() / self.places;
            writer.image([channels, self.places, 1])?;
        }
        Ok((GroupSortSpec { group: self.group }.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        let of = |group, shape: Shape| (Self { group, places: shape.channels().1 }.into(), shape);
        vec![
            of(2, Shape::Flat(6)),
            of(3, Shape::Flat(6)),
            of(2, Shape::Image([4, 1, 3])),
            of(3, Shape::Image([6, 2, 2])),
        ]
    }
}

impl<T: Scalar> Rule<T> for FullSort {
    fn forward(&self, input: &DMatrix<T>, output: &mut DMatrix<T>) {
        sort(input.nrows().max(1), input.as_slice(), output.as_mut_slice());
    }

    fn vjp(&self, at: &Backward<'_, T>, grad_input: Option<&mut DMatrix<T>>, _: &mut [DMatrix<T>]) {
        let Some(grad_input) = grad_input else { return };
        let group = at.input.nrows().max(1);
        sort_vjp(group, at.input.as_slice(), at.grad_output.as_slice(), grad_input.as_mut_slice());
    }

    fn to_kernel(&self, features: usize) -> Vec<net::Layer> {
        vec![net::Layer::Sort { group: features }]
    }

    fn describe(&self, writer: &mut Writer) -> Described {
        writer.flatten();
        Ok((FullSortSpec {}.into(), writer.shape()))
    }

    #[cfg(test)]
    fn examples(_: u64) -> Vec<(Layer<f64>, Shape)> {
        vec![(Self.into(), Shape::Flat(6))]
    }
}
