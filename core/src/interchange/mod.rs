//! Models as files: safetensors with the metadata `architecture`.
//!
//! Tensors are `{i}.weight` (dense: outputs x inputs; convolution: outputs x channels/groups x height x width),
//! `{i}.bias` (may be absent) and `{i}.theta` (angles of a Householder activation), with `i` the position in the list
//! from 0, parameterless layers counted; inside a residual, `{i}.body.{j}.weight` and so on. They are f64, f32, f16 or
//! bf16, and every number is taken exactly. `architecture` is JSON text, a list of
//!
//! | item | what it does |
//! |---|---|
//! | `{"kind":"dense"}` | `W x + b` |
//! | `{"kind":"conv2d","input":[c,h,w],"stride":1,"padding":0,"padding_mode":"zeros","groups":1}` | a cross-correlation; the mode may be `circular`, all but `input` may be absent |
//! | `{"kind":"groupsort","group":2}` | sorts neighbours along the channel axis, ascending |
//! | `{"kind":"fullsort"}` | sorts all channels |
//! | `{"kind":"maxmin_halves"}` | `(max(a, b), min(a, b))` of the two halves of the channels |
//! | `{"kind":"maxmin_concat"}` | `(relu(x), relu(-x))`, twice the channels |
//! | `{"kind":"relu"}`, `{"kind":"abs"}` | entry by entry |
//! | `{"kind":"householder"}` | reflects pairs of channels (one of each half) to one side of a line |
//! | `{"kind":"avgpool","size":2}`, `{"kind":"l2pool","size":2}` | `sum z / sqrt(n)`, the Euclidean norm; windows tile the image, what is left over is dropped; `"global":true` in place of a size |
//! | `{"kind":"pixel_unshuffle","factor":2}`, `{"kind":"pixel_shuffle","factor":2}` | invertible down- and up-sampling |
//! | `{"kind":"flatten"}` | forgets that the features are an image |
//! | `{"kind":"scale","value":2.0}` | a factor |
//! | `{"kind":"residual","body":[..],"weight":0.5}` | `a x + (1 - a) body(x)` |
//!
//! The metadata `input_scale` may hold a number by which inputs are multiplied first, and `format` anything. Features of
//! an image are in the order channels, height, width; without an image, every feature is a channel. The shape of the input
//! is that which the first dense layer or convolution asks for.

mod list;
mod read;
mod tensors;
mod write;

pub use read::{Model, ModelLayer, read_model};
pub use write::write_model;

pub(crate) use list::parse;
pub(crate) use tensors::{Tensor, Tensors, in_words};
pub(crate) use write::Writer;

use crate::error::Error;

/// For `map_err`: something is wrong at a place of a model.
pub(crate) fn at<E: std::fmt::Display>(place: &str) -> impl FnOnce(E) -> Error + '_ {
    move |error| Error::Model { place: place.to_owned(), what: error.to_string() }
}
