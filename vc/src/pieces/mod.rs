//! Affine pieces of networks, exactly: on a line, on a segment, in a plane.

mod cell;
mod count;
mod dyadic;
mod walk;

pub use count::{Pieces, pieces_in_plane, pieces_on_line, pieces_on_segment};
