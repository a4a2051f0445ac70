//! What can be said of a given network: its pieces, and the capacity of its architecture.

use lip1_kernel::Interval;
use lip1_kernel::net::Net;

use crate::architecture::bounds::{
    bartlett_bound, growth_bound, one_layer_bound, paper_network_bound, pieces_bound,
};
use crate::architecture::layers::{Activation, HiddenLayer, hidden_layers};
use crate::error::Error;
use crate::pieces::{Pieces, pieces_in_plane, pieces_on_line};

/// Pieces and bounds of a network. The VC dimensions are those of the class of all networks of the same architecture, with
/// one output and all weights and biases free.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkCapacity {
    /// Affine pieces, enumerated exactly; for one or two inputs.
    pub pieces: Option<Pieces>,
    /// The largest number of cells the architecture allows; nothing beyond 128 bits.
    pub pieces_bound: Option<u128>,
    /// The VC dimension itself, where it is known: one hidden GroupSort2 layer on the line.
    pub vc_exact: Option<u64>,
    /// `VCdim <=` this, by counting parameters or, for one hidden GroupSort2 layer, half-spaces; the smaller.
    pub vc_upper: u64,
    /// Theorem 7 of Bartlett et al. (2019), enclosed.
    pub bartlett: Interval,
    /// `(n + 1) 2^W` as transcribed; nothing beyond 128 bits.
    pub paper: Option<u128>,
    /// W, hidden neurons in all.
    pub neurons: usize,
}

/// Counts the pieces of a network and bounds the VC dimension of its architecture.
///
/// # Errors
/// [`Error::Unsupported`] for layers other than dense, sort, select, ReLU, absolute value and scale, [`Error::TooLarge`] for
/// more than 2^20 cells.
pub fn network_capacity(net: &Net) -> Result<NetworkCapacity, Error> {
    let layers = hidden_layers(net)?;
    let inputs = net.inputs();
    let neurons = layers.iter().map(|layer| layer.width).sum();
    let pairs = match layers.as_slice() {
        [HiddenLayer { width, activation: Activation::Sort { group: 2 } }] => Some(width / 2),
        _ => None,
    };
    // Both bounds say which number of points is not shattered.
    let not_shattered = growth_bound(inputs, &layers)?;
    let by_half_spaces = pairs.and_then(|pairs| one_layer_bound(inputs, pairs));
    let exact = pairs.filter(|_| inputs == 1).map(|pairs| pairs as u64 + 2);
    let counted = by_half_spaces.map_or(not_shattered, |other| other.min(not_shattered)) - 1;
    Ok(NetworkCapacity {
        pieces: match inputs {
            1 => Some(pieces_on_line(net)?),
            2 => Some(pieces_in_plane(net)?),
            _ => None,
        },
        pieces_bound: pieces_bound(&layers),
        vc_exact: exact,
        vc_upper: exact.map_or(counted, |exact| exact.min(counted)),
        bartlett: bartlett_bound(inputs, &layers)?,
        paper: u32::try_from(neurons).ok().and_then(|neurons| paper_network_bound(inputs, neurons)),
        neurons,
    })
}

#[cfg(test)]
mod tests {
    use super::network_capacity;
    use crate::architecture::line::shattering_network;
    use crate::shatter::Label;

    #[test]
    fn the_line_is_exact_and_below_every_bound() {
        let labels: Vec<Label> =
            (0..6).map(|i| if i % 2 == 0 { Label::Plus } else { Label::Minus }).collect();
        let found = network_capacity(&shattering_network(&labels).unwrap()).unwrap();
        assert_eq!((found.vc_exact, found.vc_upper, found.neurons), (Some(6), 6, 8));
        assert_eq!(found.pieces.map(|pieces| pieces.maps), Some(5));
        assert_eq!((found.pieces_bound, found.paper), (Some(16), Some(512)));
        assert!(found.bartlett.lower() > 6.0);
    }
}
