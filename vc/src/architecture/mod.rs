//! VC dimension of network architectures.

mod bounds;
mod layers;
mod line;
mod network;
mod search;

pub use bounds::{bartlett_bound, growth_bound, one_layer_bound, paper_network_bound, pieces_bound};
pub use layers::{Activation, HiddenLayer, hidden_layers};
pub use line::{line_vc_dimension, shattering_network};
pub use network::{NetworkCapacity, network_capacity};
pub use search::{PlaneLimits, Realised, shattered_in_plane};
