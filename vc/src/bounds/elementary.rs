//! Upper bounds by counting, in integer arithmetic.

use crate::ratio::Ratio;

/// Numbers of cells an axis is cut into, at most.
const MOST_CELLS: u128 = 64;
/// Cuts that differ between axes are tried up to this dimension.
const LARGEST_UNEVEN_DIM: usize = 64;

/// Cuts the box into equal boxes and bounds each by second moments.
///
/// N points of a box with sides `a_i` at mutual distance 2 satisfy, since N numbers in an interval of length a have
/// squared differences adding up to at most `a² floor(N²/4)`,
///
/// `2 N (N - 1) <= s floor(N²/4)`, `s = sum a_i²`,
///
/// hence `N <= 8/(8 - s)`, rounded down to an even number (1 if none), when `s < 8`: Plotkin's bound for codes, in a box.
/// With one point a cell (`s < 4`) this is the pigeonhole principle, and sharp at 2 and 5 points in a square.
/// Returns nothing when no cut with few cells applies. Cost: at most 64·n cuts.
pub(crate) fn box_by_cells(dim: usize, ratio: Ratio) -> Option<u128> {
    let uneven = if dim <= LARGEST_UNEVEN_DIM { dim } else { 1 };
    (1..=MOST_CELLS)
        .flat_map(|cells| (0..uneven).map(move |finer| (cells, finer)))
        .filter_map(|(cells, finer)| {
            one_cut(dim, ratio, cells, finer).or_else(|| one_cut(dim, coarser(ratio)?, cells, finer))
        })
        .min()
}

/// The bound with `finer` axes cut into `cells + 1` and the others into `cells`.
fn one_cut(dim: usize, ratio: Ratio, cells: u128, finer: usize) -> Option<u128> {
    let few = u128::try_from(dim - finer).ok()?;
    let many = u128::try_from(finer).ok()?;
    let (c, d) = (cells.checked_mul(cells)?, (cells + 1).checked_mul(cells + 1)?);
    // s = r² (few/c + many/d)
    let squares = few.checked_mul(d)?.checked_add(many.checked_mul(c)?)?;
    let s_num = ratio.num().checked_pow(2)?.checked_mul(squares)?;
    let s_den = ratio.den().checked_pow(2)?.checked_mul(c)?.checked_mul(d)?;
    let eight = s_den.checked_mul(8)?;
    let slack = eight.checked_sub(s_num).filter(|slack| *slack > 0)?;
    let in_a_cell = ((eight / slack) & !1).max(1);
    let coarse = cells.checked_pow(u32::try_from(dim - finer).ok()?)?;
    let fine = (cells + 1).checked_pow(u32::try_from(finer).ok()?)?;
    coarse.checked_mul(fine)?.checked_mul(in_a_cell)
}

/// A slightly larger ratio with a denominator of 30 bits: still an upper bound, and small enough for exact squares.
fn coarser(ratio: Ratio) -> Option<Ratio> {
    const DEN: u128 = 1 << 30;
    Ratio::new((ratio.num() * DEN).div_ceil(ratio.den()), DEN).ok()
}

/// Rankin's bounds for points of a ball of radius r at mutual distance 2: with `r² < 2`, at most
/// `min(n + 1, 2/(2 - r²))`, with `r² = 2` at most `2n`.
///
/// Source: R. A. Rankin, *The closest packing of spherical caps in n dimensions*, 1955; the second bound is
/// `sum |x_i - x_j|² <= N² r²`.
pub(crate) fn ball_by_moments(dim: usize, ratio: Ratio) -> Option<u128> {
    // Both below 2^121.
    let square = ratio.num() * ratio.num();
    let two = 2 * ratio.den() * ratio.den();
    let dim = u128::try_from(dim).ok()?;
    match two.checked_sub(square)? {
        0 => dim.checked_mul(2),
        slack => Some((two / slack).min(dim + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::{ball_by_moments, box_by_cells};
    use crate::ratio::Ratio;

    fn boxed(dim: usize, num: u128, den: u128) -> Option<u128> {
        box_by_cells(dim, Ratio::new(num, den).unwrap())
    }

    #[test]
    fn cells_are_sharp_for_2_and_5_points_of_a_square() {
        // Thresholds of r: √2 and 2√2.
        assert_eq!((boxed(2, 1_414_213, 1_000_000), boxed(2, 1_414_214, 1_000_000)), (Some(1), Some(2)));
        assert_eq!(boxed(2, 2_828_427, 1_000_000), Some(4));
    }

    #[test]
    fn moments_are_sharp_for_the_tetrahedron_in_a_cube_and_for_codes() {
        assert_eq!(boxed(3, 1_414_213, 1_000_000), Some(2));
        // Distance 4 in the 7-cube: 8 words, the simplex code.
        assert_eq!(boxed(7, 1, 1), Some(8));
        assert_eq!(boxed(11, 164, 200), Some(12));
    }

    #[test]
    fn simplices_and_cross_polytopes_bound_small_balls() {
        let ball = |dim, num, den| ball_by_moments(dim, Ratio::new(num, den).unwrap());
        assert_eq!(ball(5, 999, 1000), Some(1));
        assert_eq!(ball(5, 1, 1), Some(2));
        assert_eq!(ball(2, 1414, 1000), Some(3));
        assert_eq!(ball(2, 1415, 1000), None);
    }
}
