//! Upper ends: elementary counting in integer arithmetic, and proved optima for few points; the kernel's closed forms stand beside them.

use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, judge};

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

/// The largest smallest distance of `points` points, squared, when the size is 1 (side or radius).
struct Optimum {
    points: u128,
    square: Interval,
}

/// One less than the smallest k whose proved optimal distance is below `2/r`: no packing has k points then.
///
/// Sources. Square: Schaer and Meir 1965 (8), Schaer 1965 (9), Graham (6) and Schaer (7) as given by Melissen 1993 and
/// Schaer 1964, Wengerodt 1983 (16), 1987 (25), Kirchner and Wengerodt 1987 (36). Cube: Schaer 1966 (to 9), 1994 (10). Disc:
/// Bateman and Erdős 1951 (to 7), Pirl 1969 (8, 9), Fodor 1999 (19).
pub(crate) fn few_points(domain: Domain, dim: usize, ratio: Ratio) -> Option<u128> {
    // Both below 2^122.
    let asked = Interval::ratio(4 * ratio.den() * ratio.den(), ratio.num() * ratio.num());
    optima(domain, dim)
        .into_iter()
        .filter(|best| judge::less(best.square, asked).is_verified())
        .map(|best| best.points - 1)
        .min()
}

fn optima(domain: Domain, dim: usize) -> Vec<Optimum> {
    let table: Vec<(u128, Interval)> = match (domain, dim) {
        (Domain::Box, 2) => {
            let two_less_root_3 = whole(2) - whole(3).sqrt();
            vec![
                (2, whole(2)),
                (3, whole(4) * two_less_root_3),
                (4, whole(1)),
                (5, Interval::ratio(1, 2)),
                (6, Interval::ratio(13, 36)),
                (7, whole(4) * two_less_root_3.sqr()),
                (8, two_less_root_3),
                (9, Interval::ratio(1, 4)),
                (16, Interval::ratio(1, 9)),
                (25, Interval::ratio(1, 16)),
                (36, Interval::ratio(1, 25)),
            ]
        }
        (Domain::Box, 3) => vec![
            (2, whole(3)),
            (3, whole(2)),
            (5, Interval::ratio(5, 4)),
            (6, Interval::ratio(9, 8)),
            (8, whole(1)),
            (9, Interval::ratio(3, 4)),
            (10, Interval::ratio(9, 16)),
        ],
        (Domain::Ball, 2) => vec![
            (2, whole(4)),
            (3, whole(3)),
            (4, whole(2)),
            (5, (whole(5) - whole(5).sqrt()) / whole(2)),
            (6, whole(1)),
            // 4 sin²(π/7) = 0.75302039628253302..., rounded up.
            (8, Interval::ratio(753_020_396_282_534, 1_000_000_000_000_000)),
            (9, whole(2) - whole(2).sqrt()),
            (19, whole(2) - whole(3).sqrt()),
        ],
        _ => Vec::new(),
    };
    table.into_iter().map(|(points, square)| Optimum { points, square }).collect()
}

fn whole(n: u128) -> Interval {
    Interval::integer(n)
}

#[cfg(test)]
mod tests {
    use lip1_kernel::packing::Domain;

    use super::{ball_by_moments, box_by_cells, few_points, optima};
    use crate::ratio::Ratio;

    /// The literature prints four decimals.
    const PRINTED: f64 = 1e-4;
    const ROUNDING: f64 = 1e-12;

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

    #[test]
    fn distances_are_those_of_the_literature() {
        let square: Vec<f64> = optima(Domain::Box, 2).iter().map(|o| o.square.upper()).collect();
        for (found, known) in square.iter().zip([
            2.0,
            1.0353_f64.powi(2),
            1.0,
            0.5,
            0.6009_f64.powi(2),
            0.5359_f64.powi(2),
            0.5176_f64.powi(2),
            0.25,
        ]) {
            assert!((found - known).abs() < PRINTED, "{found} {known}");
        }
        let pi = std::f64::consts::PI;
        let disc: Vec<f64> = optima(Domain::Ball, 2).iter().map(|o| o.square.upper().sqrt()).collect();
        let sines = [2.0, 3.0, 4.0, 5.0].map(|k: f64| 2.0 * (pi / k).sin());
        for (found, known) in
            disc.iter().zip(sines.iter().chain([1.0, 2.0 * (pi / 7.0).sin(), 2.0 * (pi / 8.0).sin()].iter()))
        {
            assert!((found - known).abs() < ROUNDING, "{found} {known}");
        }
    }

    #[test]
    fn a_tie_leaves_the_optimum_attainable() {
        let square = |num, den| few_points(Domain::Box, 2, Ratio::new(num, den).unwrap());
        assert_eq!((square(2, 1), square(1_999_999, 1_000_000)), (Some(4), Some(3)));
        assert_eq!((square(4, 1), square(3_999_999, 1_000_000)), (Some(15), Some(8)));
    }
}
