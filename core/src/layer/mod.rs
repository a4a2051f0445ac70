//! Layers: one file each, one list of them all.
//!
//! A layer's file holds the layer at work, a [`Rule`], and how its description in the list of a model becomes one, a [`Spec`].
//! Some descriptions become layers of another file, or none: `conv2d` is a [`GroupedConvolution`] where there are groups,
//! and `flatten` moves nothing.

mod centring;
mod convolution;
mod dense;
mod flatten;
mod group_sort;
mod grouped_convolution;
mod householder;
mod max_min;
mod orthogonal_convolution;
mod pointwise;
mod pool;
mod rearrange;
mod residual;
mod rule;
mod scale;
mod spec;

#[cfg(test)]
mod derivatives;
#[cfg(test)]
mod round_trip;

pub use convolution::Windows;
pub use pool::Pooling;
pub(crate) use rule::{Backward, Parameter, Rule};
pub(crate) use spec::{Builder, Built, Draw, Slope, Spec, input_shape};

use serde::{Deserialize, Serialize};

use crate::scalar::Scalar;
use crate::shape::Shape;
use convolution::{PaddingMode, one};

/// What a layer's file begins with.
mod prelude {
    pub(super) use lip1_kernel::net;
    pub(super) use nalgebra::{DMatrix, DVector};

    pub(super) use super::rule::{Backward, Described, Parameter, Rule};
    pub(super) use super::spec::{Builder, Built, Slope, Spec, TensorShapes};
    pub(super) use super::{Layer, LayerSpec};
    pub(super) use crate::error::Error;
    pub(super) use crate::interchange::Writer;
    pub(super) use crate::scalar::Scalar;
    pub(super) use crate::shape::Shape;
}

/// Makes the enumerations of layers and of their descriptions. An item is a name, then the type of the layer, or the
/// description that a model's list gives under that name, or both. A description is a struct with the keys of the list.
macro_rules! layers {
    ($(
        $kind:literal: $($file:ident :: $layer:ident $(<$t:ident>)?)?
        $(=> $spec:ident { $($(#[$key_meta:meta])* $key:ident: $value:ty),* $(,)? })?;
    )+) => {
        $($(pub use $file::$layer;)?)+

        /// A layer of a network.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Layer<T: Scalar> {
            $($(#[doc = concat!("[`", stringify!($layer), "`]")] $layer($layer $(<$t>)?),)?)+
        }

        impl<T: Scalar> Layer<T> {
            /// The name of the layer.
            pub fn kind(&self) -> &'static str {
                self.rule().kind().unwrap_or(match self { $($(Self::$layer(_) => $kind,)?)+ })
            }

            pub(crate) fn rule(&self) -> &dyn Rule<T> {
                match self { $($(Self::$layer(layer) => layer,)?)+ }
            }

            pub(crate) fn rule_mut(&mut self) -> &mut dyn Rule<T> {
                match self { $($(Self::$layer(layer) => layer,)?)+ }
            }
        }

        $($(impl<T: Scalar> From<$layer $(<$t>)?> for Layer<T> {
            fn from(layer: $layer $(<$t>)?) -> Self {
                Self::$layer(layer)
            }
        })?)+

        $($(#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $spec { $($(#[$key_meta])* pub(crate) $key: $value),* })?)+

        /// What a layer is, without its trained numbers: an item of the list in a model.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", expecting = "an object with a `kind`")]
        #[expect(clippy::enum_variant_names, reason = "a variant is called as the description that it holds")]
        pub(crate) enum LayerSpec {
            $($(#[serde(rename = $kind)] $spec($spec),)?)+
        }

        impl LayerSpec {
            /// The name in files.
            pub(crate) fn kind(&self) -> &'static str {
                match self { $($(Self::$spec(_) => $kind,)?)+ }
            }

            pub(crate) fn spec(&self) -> &dyn Spec {
                match self { $($(Self::$spec(spec) => spec,)?)+ }
            }

            fn build<T: Scalar>(&self, input: Shape, builder: &mut Builder<'_>) -> Built<T> {
                match self { $($(Self::$spec(spec) => spec.build(input, builder),)?)+ }
            }
        }

        $($(impl From<$spec> for LayerSpec {
            fn from(spec: $spec) -> Self {
                Self::$spec(spec)
            }
        })?)+

        /// The kinds of the format, each with the name of its description.
        #[cfg(test)]
        const KINDS: &[(&str, &str)] = &[$($(($kind, stringify!($spec)),)?)+];

        /// Layers of every type, each with a shape that it works on.
        #[cfg(test)]
        fn examples(seed: u64) -> Vec<(Layer<f64>, Shape)> {
            type T = f64;
            let layers = [$($(<$layer $(<$t>)? as Rule<T>>::examples(seed),)?)+];
            let described = [$($(<$spec as Spec>::examples(),)?)+];
            [layers.concat(), described.concat()].concat()
        }
    };
}

layers! {
    "dense": dense::Dense<T> => DenseSpec {};
    "conv2d": convolution::Convolution<T> => ConvolutionSpec {
        input: [usize; 3],
        #[serde(default = "one")]
        stride: usize,
        #[serde(default)]
        padding: usize,
        #[serde(default)]
        padding_mode: PaddingMode,
        #[serde(default = "one")]
        groups: usize,
    };
    "conv2d": grouped_convolution::GroupedConvolution<T>;
    "orthogonal conv2d": orthogonal_convolution::OrthogonalConvolution<T>;
    "groupsort": group_sort::GroupSort => GroupSortSpec { group: usize };
    "fullsort": group_sort::FullSort => FullSortSpec {};
    "maxmin_halves": max_min::MaxMinHalves => MaxMinHalvesSpec {};
    "maxmin_concat": max_min::MaxMinConcat => MaxMinConcatSpec {};
    "relu": pointwise::Relu => ReluSpec {};
    "abs": pointwise::Abs => AbsSpec {};
    "householder": householder::Householder<T> => HouseholderSpec {};
    "avgpool": pool::Pool => AveragePoolSpec {
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        global: bool,
    };
    "l2pool": => L2PoolSpec {
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        global: bool,
    };
    "rearrange": rearrange::Rearrange;
    "pixel_unshuffle": => PixelUnshuffleSpec { factor: usize };
    "pixel_shuffle": => PixelShuffleSpec { factor: usize };
    "flatten": => FlattenSpec {};
    "scale": scale::Scale => ScaleSpec { value: f64 };
    "residual": residual::Residual<T> => ResidualSpec { body: Vec<LayerSpec>, weight: f64 };
    "centring": centring::Centring;
}

impl<T: Scalar> Layer<T> {
    /// The number of features that come out when `features` go in; `None` when they do not fit.
    pub fn outputs(&self, features: usize) -> Option<usize> {
        self.rule().outputs(features)
    }
}
