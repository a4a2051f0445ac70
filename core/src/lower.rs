//! Lowering: a network as the kernel's plain description, number for number.

use lip1_kernel::conv;
use lip1_kernel::net::{self, Net};

use crate::error::Error;
use crate::layer::{Convolution, Dense, Layer, Pooling};
use crate::network::Network;
use crate::scalar::Scalar;

impl<T: Scalar> Network<T> {
    /// The network as the kernel sees it: the same real function, since every `f32` is an `f64`.
    ///
    /// # Errors
    /// When a number is not finite.
    ///
    /// # Examples
    /// ```
    /// use lip1_core::Architecture;
    /// let network = Architecture::lipnet(2, &[4], 1).build::<f32>(0)?;
    /// assert_eq!(network.lower()?.outputs(), 1);
    /// # Ok::<(), lip1_core::Error>(())
    /// ```
    pub fn lower(&self) -> Result<Net, Error> {
        let mut lowered = Vec::with_capacity(self.layers().len());
        for (layer, &features) in self.layers().iter().zip(self.widths()) {
            push(layer, features, &mut lowered);
        }
        Ok(Net::new(self.inputs(), lowered)?)
    }
}

/// Appends the primitives that a layer on `features` features consists of.
fn push<T: Scalar>(layer: &Layer<T>, features: usize, lowered: &mut Vec<net::Layer>) {
    match layer {
        Layer::Dense(layer) => lowered.push(net::Layer::Dense(dense(layer))),
        Layer::GroupSort(layer) => lowered.push(net::Layer::Sort { group: layer.group() }),
        Layer::FullSort(_) => lowered.push(net::Layer::Sort { group: features }),
        Layer::MaxMinHalves(_) => lowered.extend(max_min_halves(features)),
        Layer::MaxMinConcat(_) => lowered.extend(max_min_concat(features)),
        Layer::Relu(_) => lowered.push(net::Layer::Relu),
        Layer::Abs(_) => lowered.push(net::Layer::Abs),
        Layer::Householder(layer) => lowered.push(net::Layer::Householder {
            angles: layer.angles().iter().map(|angle| angle.to_f64()).collect(),
        }),
        Layer::Convolution(layer) => lowered.push(net::Layer::Conv(convolution(layer))),
        Layer::OrthogonalConvolution(layer) => {
            lowered.push(net::Layer::Conv(convolution(layer.explicit())));
        }
        Layer::GroupedConvolution(layer) => {
            lowered.extend(grouped(layer.parts()).map(net::Layer::Conv));
        }
        Layer::Centring(layer) => {
            lowered.push(net::Layer::Conv(centring(layer.block(), features, layer.share::<T>().to_f64())));
        }
        Layer::Pool(layer) => lowered.push(net::Layer::Pool {
            windows: layer.windows().to_vec(),
            kind: match layer.pooling() {
                Pooling::Average => net::Pool::Average,
                Pooling::L2 => net::Pool::L2,
            },
        }),
        Layer::Rearrange(layer) => lowered.push(net::Layer::Select { from: layer.from().to_vec() }),
        Layer::Residual(layer) => {
            let mut body = Vec::with_capacity(layer.body().len());
            for (inner, &features) in layer.body().iter().zip(layer.widths()) {
                push(inner, features, &mut body);
            }
            lowered.push(net::Layer::Residual { body, weight: T::nearest(layer.weight()).to_f64() });
        }
        // The factor that the network multiplies by, which may have been rounded.
        Layer::Scale(layer) => lowered.push(net::Layer::Scale(T::nearest(layer.factor()).to_f64())),
    }
}

/// The larger of entries `i` and `half + i` for every `i`, then the smaller ones.
pub(crate) fn max_min_halves(features: usize) -> [net::Layer; 3] {
    let half = features / 2;
    // Neighbours from halves, sort, then the larger ones before the smaller ones.
    let pair = (0..half).flat_map(|i| [i, half + i]).collect();
    let part = (0..half).map(|i| 2 * i + 1).chain((0..half).map(|i| 2 * i)).collect();
    [net::Layer::Select { from: pair }, net::Layer::Sort { group: 2 }, net::Layer::Select { from: part }]
}

/// `(relu(x), relu(-x))`.
///
/// `(x, 0)` sorted is `(-relu(-x), relu(x))`: a map of norm 1, where `(x, -x)` has norm `√2`. The zeros come from a
/// convolution with a group an entry, whose size grows as that of the input.
pub(crate) fn max_min_concat(features: usize) -> [net::Layer; 4] {
    let beside_zeros = conv::Conv {
        input: [features, 1, 1],
        outputs: 2 * features,
        kernel: [1, 1],
        stride: 1,
        padding: 0,
        circular: false,
        groups: features,
        weight: [1.0, 0.0].repeat(features),
        bias: Vec::new(),
    };
    let part = (0..features).map(|i| 2 * i + 1).chain((0..features).map(|i| 2 * i)).collect();
    [
        net::Layer::Conv(beside_zeros),
        net::Layer::Sort { group: 2 },
        net::Layer::Abs,
        net::Layer::Select { from: part },
    ]
}

pub(crate) fn convolution<T: Scalar>(layer: &Convolution<T>) -> conv::Conv {
    let windows = layer.windows();
    conv::Conv {
        input: windows.input,
        outputs: layer.bias().len(),
        kernel: windows.kernel,
        stride: windows.stride,
        padding: windows.padding,
        circular: windows.circular,
        groups: 1,
        weight: layer.weight().matrix().transpose().iter().map(|w| w.to_f64()).collect(),
        bias: layer.bias().iter().map(|b| b.to_f64()).collect(),
    }
}

/// The kernels of all groups, one after the other.
pub(crate) fn grouped<T: Scalar>(parts: &[Convolution<T>]) -> Option<conv::Conv> {
    let mut all = parts.iter().map(convolution);
    let mut whole = all.next()?;
    whole.groups = parts.len();
    whole.input[0] *= parts.len();
    whole.outputs *= parts.len();
    for part in all {
        whole.weight.extend(part.weight);
        whole.bias.extend(part.bias);
    }
    Some(whole)
}

/// `I - share 1 1ᵀ` on each block: a convolution of an image of one place with a channel a feature and a group a block.
fn centring(block: usize, features: usize, share: f64) -> conv::Conv {
    let entry = |at: usize| if at / block == at % block { 1.0 - share } else { -share };
    let groups = features / block;
    conv::Conv {
        input: [features, 1, 1],
        outputs: features,
        kernel: [1, 1],
        stride: 1,
        padding: 0,
        circular: false,
        groups,
        weight: (0..groups).flat_map(|_| (0..block * block).map(entry)).collect(),
        bias: Vec::new(),
    }
}

fn dense<T: Scalar>(layer: &Dense<T>) -> net::Dense {
    let matrix = layer.weight().matrix();
    net::Dense {
        outputs: matrix.nrows(),
        inputs: matrix.ncols(),
        weight: matrix.transpose().iter().map(|w| w.to_f64()).collect(),
        bias: layer.bias().iter().map(|b| b.to_f64()).collect(),
    }
}
