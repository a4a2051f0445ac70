//! Lattices given by parity checks: the grid, D_n, and Construction A on the shortened extended Hamming codes.

use crate::count::Count;
use crate::packing::Scale;

/// The points of `{0..q}^n` whose residues mod 2 satisfy every check, `gap` units apart.
///
/// D_n (even coordinate sum) has smallest norm 2. Construction A on a code of distance 4 has smallest norm 4:
/// D_4, E_7 and E_8 at n = 4, 7, 8 (Conway and Sloane, *Sphere Packings, Lattices and Groups*, ch. 5).
#[derive(Debug, Clone)]
pub(crate) struct Parity {
    pub(crate) name: &'static str,
    dim: usize,
    /// Points per axis, less one.
    q: u128,
    gap: i64,
    checks: Vec<Vec<bool>>,
}

impl Parity {
    /// Z^n.
    pub(crate) fn grid(dim: usize, scale: Scale) -> Parity {
        Parity::fitted("grid", dim, scale, 1, Vec::new())
    }

    /// D_n.
    pub(crate) fn checkerboard(dim: usize, scale: Scale) -> Parity {
        Parity::fitted("D_n", dim, scale, 2, checkerboard_checks(dim))
    }

    /// Construction A on the extended Hamming code shortened to length n.
    pub(crate) fn hamming(dim: usize, scale: Scale) -> Parity {
        Parity::fitted("extended Hamming", dim, scale, 4, hamming_checks(dim))
    }

    fn fitted(name: &'static str, dim: usize, scale: Scale, norm: u128, checks: Vec<Vec<bool>>) -> Parity {
        let size = u128::from(scale.size.unsigned_abs());
        let least = u128::from(least_gap(scale, norm).unsigned_abs());
        let q = size / least;
        let gap = size.checked_div(q).and_then(|gap| i64::try_from(gap).ok()).unwrap_or(0);
        Parity { name, dim, q, gap, checks }
    }

    /// `2^-c · sum over u in the span of the checks of (q+1)^(n-|u|) (E-O)^|u|`, E and O the even and odd numbers
    /// in 0..q: MacWilliams' identity, for the sum over codewords has too many terms.
    pub(crate) fn count(&self) -> Count {
        let span = span(&self.checks, self.dim);
        let total = span
            .iter()
            .map(|word| word.iter().filter(|bit| **bit).count())
            .filter(|weight| *weight == 0 || self.q.is_multiple_of(2))
            .map(|weight| Count::power(self.q + 1, self.dim - weight))
            .fold(Count::Exact(0), Count::plus);
        total.halved(self.checks.len().try_into().unwrap_or(u32::MAX))
    }

    /// Every point, in units, or nothing when there are more than `limit`.
    pub(crate) fn points(&self, limit: usize) -> Option<Vec<i64>> {
        let mut found = Vec::new();
        let mut point = vec![0_u128; self.dim];
        let mut parities = vec![vec![false; self.checks.len()]; self.dim + 1];
        self.extend(0, &mut point, &mut parities, &mut found, limit).then_some(found)
    }

    /// Depth-first over the coordinates; false once the limit is passed.
    fn extend(
        &self,
        axis: usize,
        point: &mut [u128],
        parities: &mut [Vec<bool>],
        found: &mut Vec<i64>,
        limit: usize,
    ) -> bool {
        if axis == self.dim {
            if parities[axis].iter().all(|odd| !odd) {
                found.extend(point.iter().map(|&x| i64::try_from(x).unwrap_or(0) * self.gap));
            }
            return found.len() <= limit * self.dim;
        }
        (0..=self.q).all(|x| {
            point[axis] = x;
            for (check, word) in self.checks.iter().enumerate() {
                parities[axis + 1][check] = parities[axis][check] ^ (word[axis] && x % 2 == 1);
            }
            self.extend(axis + 1, point, parities, found, limit)
        })
    }
}

/// Smallest gap at which lattice vectors of norm `norm` reach the separation: `ceil(separation/√norm)`.
pub(crate) fn least_gap(scale: Scale, norm: u128) -> i64 {
    let separation = u128::from(scale.separation.unsigned_abs());
    i64::try_from(ceil_sqrt((separation * separation).div_ceil(norm))).unwrap_or(i64::MAX)
}

/// Smallest integer whose square is at least `n`.
pub(crate) fn ceil_sqrt(n: u128) -> u128 {
    let root = n.isqrt();
    if root * root == n { root } else { root + 1 }
}

pub(crate) fn checkerboard_checks(dim: usize) -> Vec<Vec<bool>> {
    vec![vec![true; dim]]
}

/// The columns (1, bits of i): distinct with a leading 1, so no three sum to zero and the distance is 4.
pub(crate) fn hamming_checks(dim: usize) -> Vec<Vec<bool>> {
    let bits = dim.next_power_of_two().trailing_zeros();
    std::iter::once(vec![true; dim])
        .chain((0..bits).map(|bit| (0..dim).map(|i| i >> bit & 1 == 1).collect()))
        .collect()
}

fn span(checks: &[Vec<bool>], dim: usize) -> Vec<Vec<bool>> {
    checks.iter().fold(vec![vec![false; dim]], |words, check| {
        let shifted: Vec<Vec<bool>> =
            words.iter().map(|word| word.iter().zip(check).map(|(a, b)| a ^ b).collect()).collect();
        words.into_iter().chain(shifted).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Parity, ceil_sqrt};
    use crate::count::Count;
    use crate::packing::Scale;

    #[test]
    fn counts_agree_with_enumeration() {
        let scale = |r: i64| Scale { size: 1000 * r, separation: 2000 };
        for dim in 1..=6 {
            for r in 1..=5 {
                for lattice in [Parity::grid, Parity::checkerboard, Parity::hamming] {
                    let lattice = lattice(dim, scale(r));
                    let listed = lattice.points(20_000).map(|coords| coords.len() / dim);
                    assert_eq!(Some(lattice.count()), listed.map(|n| Count::Exact(n as u128)), "{lattice:?}");
                }
            }
        }
    }

    #[test]
    fn e8_has_240_neighbours_of_the_origin() {
        // {0..4}^8 around its middle point (2,...,2): the points at distance 2 gaps are E8's minimal vectors.
        let lattice = Parity::hamming(8, Scale { size: 4, separation: 2 });
        let coords = lattice.points(100_000).unwrap();
        let near = coords.chunks(8).filter(|p| p.iter().map(|x| (x - 2) * (x - 2)).sum::<i64>() == 4).count();
        assert_eq!(near, 240);
    }

    #[test]
    fn square_roots_round_up() {
        assert_eq!([0, 1, 2, 4, 5, 9].map(ceil_sqrt), [0, 1, 2, 2, 3, 3]);
    }
}
