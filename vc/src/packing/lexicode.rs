//! Lexicographic codes on a coarse grid in a box.

use crate::packing::Units;

/// Grids with more points than this are not searched.
const LARGEST_GRID: usize = 7_000;
/// Points per axis, less one, go up to here.
const MOST_STEPS: i64 = 8;

/// The largest packing met by going through `{0..q}^n` in lexicographic order and keeping what is far enough,
/// for the values of q that leave few enough points.
///
/// At q = 1 these are the binary lexicodes (linear; the [8,4] Hamming and [24,12] Golay codes among them).
/// Source: Conway and Sloane, *Lexicographic codes: error-correcting codes from game theory*, 1986.
pub(crate) fn lexicode(dim: usize, units: Units) -> Vec<i64> {
    (1..=MOST_STEPS)
        .take_while(|steps| fits(*steps, dim))
        .map(|steps| greedy(dim, steps, units))
        .max_by_key(Vec::len)
        .unwrap_or_default()
}

fn fits(steps: i64, dim: usize) -> bool {
    let per_axis = usize::try_from(steps + 1).unwrap_or(usize::MAX);
    u32::try_from(dim).ok().and_then(|n| per_axis.checked_pow(n)).is_some_and(|n| n <= LARGEST_GRID)
}

fn greedy(dim: usize, steps: i64, units: Units) -> Vec<i64> {
    let gap = units.size / steps;
    if gap == 0 {
        return Vec::new();
    }
    // In steps of the grid the separation is an integer test on small numbers.
    let separation = u128::from(units.separation.unsigned_abs());
    let per_gap = u128::from(gap.unsigned_abs());
    let least = (separation * separation).div_ceil(per_gap * per_gap);
    if least <= 1 {
        return Vec::new(); // the grid itself, which needs no search
    }
    let mut kept: Vec<i64> = Vec::new();
    let mut point = vec![0_i64; dim];
    loop {
        let far = kept.chunks(dim).all(|other| {
            point.iter().zip(other).map(|(x, y)| u128::from(x.abs_diff(*y).pow(2))).sum::<u128>() >= least
        });
        if far {
            kept.extend(&point);
        }
        let Some(axis) = point.iter().rposition(|&x| x < steps) else { break };
        point[axis] += 1;
        point[axis + 1..].fill(0);
    }
    kept.iter().map(|x| x * gap).collect()
}

#[cfg(test)]
mod tests {
    use lip1_kernel::packing::{Domain, IntegerPoints, inside};

    use super::lexicode;
    use crate::packing::Units;

    #[test]
    fn the_extended_hamming_code_is_a_lexicode() {
        // Vertices of the cube at Hamming distance 4: 2 sides of separation.
        let coords = lexicode(8, Units { size: 10, separation: 20 });
        let found = inside(&IntegerPoints { dim: 8, coords }, Domain::Box, 10, 20);
        assert_eq!(found.unwrap().count, 16);
    }

    #[test]
    fn a_grid_is_left_to_the_closed_form() {
        assert!(lexicode(2, Units { size: 100, separation: 3 }).is_empty());
    }
}
