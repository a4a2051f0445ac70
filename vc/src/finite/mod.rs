//! Packing numbers of finite sets: the largest shattered subset of a sample.

mod bits;
mod branch;
mod conflict;
mod cover;
mod local_search;
mod lp_branch;
mod packing_number;
mod reduce;
mod relaxation;

pub use cover::PartProof;
pub use packing_number::{FinitePacking, Limits, Stage, UpperBy, packing_number, packing_number_watched};
