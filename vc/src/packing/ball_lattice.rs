//! Lattices cut by a ball, around several centres.

use crate::packing::parity::{checkerboard_columns, hamming_columns, is_member};
use crate::ratio::Ratio;

/// Tree nodes visited for one lattice and one centre before it is given up.
const MOST_NODES: usize = 400_000;
/// Above this dimension the ball holds too many or too few lattice points for listing to help.
const LARGEST_DIM: usize = 16;

/// The lattice and centre with the most points in the ball of radius r at mutual distance 2, at most `limit`: its
/// name and points, in half gaps of the coordinates.
///
/// Lattices: Z^n, D_n, Construction A on the extended Hamming codes (D_4, E_7, E_8). Centres: the points with
/// 0 to n coordinates 1/2, and a unit vector; deep holes of all three are among them.
pub(crate) fn best_lattice_in_ball(
    dim: usize,
    ratio: Ratio,
    limit: usize,
) -> Option<(&'static str, Vec<i64>)> {
    if dim > LARGEST_DIM {
        return None;
    }
    let lattices = [
        ("grid", 1, vec![0; dim]),
        ("D_n", 2, checkerboard_columns(dim)),
        ("extended Hamming", 4, hamming_columns(dim)),
    ];
    lattices
        .iter()
        .flat_map(|(name, norm, columns)| {
            centres(dim).filter_map(|centre| {
                // In half gaps a vector of this norm has square 4·norm and length 2: |x - c|² <= norm·r².
                let square = ratio.num().pow(2).checked_mul(*norm)? / ratio.den().pow(2);
                let square = i128::try_from(square).ok()?;
                let mut cut = Cut { dim, columns, centre, square, limit, nodes: 0, found: Vec::new() };
                let listed = cut.extend(&mut Vec::with_capacity(dim), 0);
                listed.then_some((*name, cut.found))
            })
        })
        .max_by_key(|(_, coords)| coords.len())
}

fn centres(dim: usize) -> impl Iterator<Item = Vec<i64>> {
    let halves = (0..=dim).map(move |ones| (0..dim).map(|i| i64::from(i < ones)).collect());
    halves.chain(std::iter::once((0..dim).map(|i| if i == 0 { 2 } else { 0 }).collect()))
}

struct Cut<'a> {
    dim: usize,
    columns: &'a [u64],
    /// In half gaps.
    centre: Vec<i64>,
    /// Squared radius, in half gaps.
    square: i128,
    limit: usize,
    nodes: usize,
    found: Vec<i64>,
}

impl Cut<'_> {
    /// Depth-first over the coordinates; false when a limit was met.
    fn extend(&mut self, point: &mut Vec<i64>, used: i128) -> bool {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return false;
        }
        let axis = point.len();
        if axis == self.dim {
            if is_member(point.iter().copied(), self.columns) {
                self.found.extend(point.iter().zip(&self.centre).map(|(x, c)| 2 * x - c));
            }
            return self.found.len() <= self.limit * self.dim;
        }
        let reach = i64::try_from((self.square - used).unsigned_abs().isqrt()).unwrap_or(i64::MAX / 4);
        let centre = self.centre[axis];
        // |2x - c| <= reach
        let first = (centre - reach + 1).div_euclid(2);
        let last = (centre + reach).div_euclid(2);
        (first..=last).all(|x| {
            let offset = i128::from(2 * x - centre);
            let total = used + offset * offset;
            if total > self.square {
                return true;
            }
            point.push(x);
            let fine = self.extend(point, total);
            point.pop();
            fine
        })
    }
}

#[cfg(test)]
mod tests {
    use super::best_lattice_in_ball;
    use crate::ratio::Ratio;

    fn most(dim: usize, num: u128, den: u128) -> usize {
        let ratio = Ratio::new(num, den).unwrap();
        best_lattice_in_ball(dim, ratio, 4096).map_or(0, |(_, coords)| coords.len() / dim)
    }

    #[test]
    fn kissing_configurations_are_found_at_radius_equal_to_the_separation() {
        assert_eq!((most(3, 2, 1), most(3, 1999, 1000)), (13, 8));
        assert_eq!(most(4, 2, 1), 25);
        assert_eq!(most(8, 2, 1), 241);
    }

    #[test]
    fn cross_polytopes_appear_around_a_deep_hole() {
        assert_eq!(most(5, 1415, 1000), 10);
    }
}
