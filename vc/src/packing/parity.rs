//! Lattices given by parity checks: the grid, D_n, and Construction A on the shortened extended Hamming codes.

use lip1_kernel::construction::Block;

use crate::ratio::Ratio;

/// The points of `{0..q}^n` that satisfy parity checks, as many as fit the cube of that side: the largest q.
///
/// D_n (even coordinate sum) has smallest norm 2. Construction A on a code of distance 4 has smallest norm 4:
/// D_4, E_7 and E_8 at n = 4, 7, 8 (Conway and Sloane, *Sphere Packings, Lattices and Groups*, ch. 5).
fn fitted(ratio: Ratio, norm: u128, columns: Vec<u64>) -> Block {
    // (S/q)² norm >= 4m². At most 2^122 over 4.
    let steps = (norm * ratio.num().pow(2) / (4 * ratio.den().pow(2))).isqrt();
    Block::Parity { steps: u64::try_from(steps).unwrap_or(u64::MAX), columns }
}

/// Z^n.
pub(crate) fn grid(dim: usize, ratio: Ratio) -> Block {
    fitted(ratio, 1, vec![0; dim])
}

/// D_n.
pub(crate) fn checkerboard(dim: usize, ratio: Ratio) -> Block {
    fitted(ratio, 2, checkerboard_columns(dim))
}

/// Construction A on the extended Hamming code shortened to length n.
pub(crate) fn hamming(dim: usize, ratio: Ratio) -> Block {
    fitted(ratio, 4, hamming_columns(dim))
}

/// One point, whatever the side.
pub(crate) fn one_point(dim: usize) -> Block {
    Block::Parity { steps: 0, columns: vec![0; dim] }
}

pub(crate) fn checkerboard_columns(dim: usize) -> Vec<u64> {
    vec![1; dim]
}

/// The columns (1, bits of i): distinct with a leading 1, so no three sum to zero and the distance is 4.
pub(crate) fn hamming_columns(dim: usize) -> Vec<u64> {
    (0..dim as u64).map(|i| i << 1 | 1).collect()
}

/// Whether a point satisfies the checks.
pub(crate) fn is_member(point: impl IntoIterator<Item = i64>, columns: &[u64]) -> bool {
    point.into_iter().zip(columns).filter(|(x, _)| x % 2 != 0).fold(0, |sum, (_, column)| sum ^ column) == 0
}
