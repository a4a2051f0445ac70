//! Counting the pieces.

use std::collections::HashSet;

use dashu_int::IBig;
use lip1_kernel::net::Net;

use crate::error::Error;
use crate::pieces::cell::{Cell, Form, ray};
use crate::pieces::dyadic::{common_shift, scaled};
use crate::pieces::walk::{Piece, Walk};

/// How many affine pieces a network has on a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    /// Sets with interior on which every group is sorted the same way and every unit has the same sign.
    pub cells: usize,
    /// Pieces of the function: on a line or a segment, neighbouring cells with the same affine map are one piece; in a plane,
    /// the number of different affine maps.
    pub maps: usize,
}

/// More cells than this are not enumerated.
const MOST_CELLS: usize = 1 << 20;

/// Pieces of a network `R -> R^k` on the whole line, in exact integer arithmetic on the stored weights.
///
/// A layer of width w multiplies a cell by at most the number of crossings inside it. Cost: cells · width² products of
/// integers whose length grows by about the length of a weight a layer.
///
/// # Errors
/// [`Error::Length`] when the network does not take one input, [`Error::Unsupported`] for layers that are not affine on
/// rational pieces, [`Error::TooLarge`] beyond 2^20 cells.
///
/// ```
/// use lip1_kernel::net::{Dense, Layer};
/// use lip1_vc::{Net, pieces_on_line};
/// // |x| by sorting (x, -x) and keeping the larger.
/// let fold = Dense { outputs: 2, inputs: 1, weight: vec![1.0, -1.0], bias: vec![] };
/// let net = Net::new(1, vec![Layer::Dense(fold), Layer::Sort { group: 2 }, Layer::Select { from: vec![1] }])?;
/// assert_eq!(pieces_on_line(&net)?.maps, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pieces_on_line(net: &Net) -> Result<Pieces, Error> {
    expect_inputs(net, 1)?;
    let halves = [[ray(-1, 0, 0), ray(0, 0, 1)], [ray(0, 0, 1), ray(1, 0, 0)]];
    let start = halves.map(|rays| Cell { rays: rays.to_vec() });
    Ok(in_order(&walk(net, &start, &[ray(1, 0, 0)], 0)?))
}

/// Pieces of a network `R^n -> R^k` along the segment from `p` to `q`, in exact integer arithmetic.
///
/// # Errors
/// [`Error::Length`] when p or q does not fit the network, [`Error::OutOfRange`] for a coordinate that is not finite, and
/// those of [`pieces_on_line`].
pub fn pieces_on_segment(net: &Net, p: &[f64], q: &[f64]) -> Result<Pieces, Error> {
    expect_inputs(net, p.len())?;
    expect_inputs(net, q.len())?;
    if let Some(bad) = p.iter().chain(q).find(|x| !x.is_finite()) {
        return Err(Error::OutOfRange { what: "coordinate", value: *bad, range: "finite" });
    }
    let shift = common_shift(p.iter().chain(q));
    let inputs: Vec<Form> = p
        .iter()
        .zip(q)
        .map(|(a, b)| [scaled(*b, shift) - scaled(*a, shift), IBig::ZERO, scaled(*a, shift)])
        .collect();
    let segment = Cell { rays: vec![ray(0, 0, 1), ray(1, 0, 1)] };
    Ok(in_order(&walk(net, &[segment], &inputs, shift)?))
}

/// Pieces of a network `R^2 -> R^k` on the whole plane, in exact integer arithmetic.
///
/// Cells are enumerated layer by layer, each cut by the lines on which two entries of a group cross or a unit changes
/// sign; vertices are homogeneous integers, so unbounded cells need no window. Cost: as on a line, with cells
/// quadratic in the width.
///
/// # Errors
/// As [`pieces_on_line`], for a network that does not take two inputs.
pub fn pieces_in_plane(net: &Net) -> Result<Pieces, Error> {
    expect_inputs(net, 2)?;
    let quadrant = |x, y| Cell { rays: vec![ray(x, 0, 0), ray(0, y, 0), ray(0, 0, 1)] };
    let start = [quadrant(1, 1), quadrant(-1, 1), quadrant(-1, -1), quadrant(1, -1)];
    let walk = walk(net, &start, &[ray(1, 0, 0), ray(0, 1, 0)], 0)?;
    // A cell with one pattern is convex; quadrants may have cut it, so patterns are counted, not parts.
    let patterns: HashSet<&[u32]> = walk.pieces.iter().map(|piece| piece.pattern.as_slice()).collect();
    let maps: HashSet<&[Form]> = walk.pieces.iter().map(|piece| piece.entries.as_slice()).collect();
    Ok(Pieces { cells: patterns.len(), maps: maps.len() })
}

fn walk(net: &Net, start: &[Cell], inputs: &[Form], shift: usize) -> Result<Walk, Error> {
    let pieces =
        start.iter().map(|cell| Piece { cell: cell.clone(), entries: inputs.to_vec(), pattern: Vec::new() });
    let mut walk = Walk::new(pieces.collect(), shift, MOST_CELLS);
    net.layers().iter().try_for_each(|layer| walk.apply(layer))?;
    Ok(walk)
}

/// Cells come in order along the line, so equal neighbours are adjacent.
fn in_order(walk: &Walk) -> Pieces {
    let changes = |same: fn(&Piece, &Piece) -> bool| {
        1 + walk.pieces.windows(2).filter(|pair| !same(&pair[0], &pair[1])).count()
    };
    Pieces { cells: changes(|a, b| a.pattern == b.pattern), maps: changes(|a, b| a.entries == b.entries) }
}

fn expect_inputs(net: &Net, found: usize) -> Result<(), Error> {
    if net.inputs() == found {
        Ok(())
    } else {
        Err(Error::Length { what: "inputs of the network", found: net.inputs(), expected: found })
    }
}
