//! VC dimension of network architectures.

mod bounds;
mod line;
mod search;

pub use bounds::{
    SortLayer, bartlett_bound, groupsort_pieces_bound, growth_bound, one_layer_bound, paper_network_bound,
};
pub use line::{line_vc_dimension, shattering_network};
pub use search::{PlaneSearch, Realised, shattered_in_plane};
