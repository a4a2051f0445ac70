//! The hexagonal packing cut by a disc, around its best centre.

use crate::count::Count;
use crate::packing::Scale;
use crate::packing::parity::ceil_sqrt;
use crate::ratio::Ratio;

/// Hexagonal rows with a lattice point at `(x, y)`, the disc's centre being the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DiscRows {
    x: i64,
    y: i64,
    rise: i64,
    half: i64,
    radius: i64,
}

/// Centres tried along each side of the lattice's fundamental rectangle.
const CENTRES: i64 = 12;
/// Discs with more rows than this are left to other bounds.
const MOST_ROWS: i64 = 100_000;

impl DiscRows {
    pub(crate) fn best(scale: Scale) -> Option<DiscRows> {
        let separation = u128::from(scale.separation.unsigned_abs());
        let rise = i64::try_from(ceil_sqrt((3 * separation * separation).div_ceil(4))).ok()?;
        let half = i64::try_from(separation.div_ceil(2)).ok()?;
        if scale.size / rise > MOST_ROWS {
            return None;
        }
        (0..CENTRES)
            .flat_map(|i| (0..=CENTRES).map(move |j| (i, j)))
            .map(|(i, j)| DiscRows {
                x: half / CENTRES * i,
                y: rise / CENTRES * j,
                rise,
                half,
                radius: scale.size,
            })
            .max_by_key(|rows| rows.total())
    }

    /// For each row that meets the disc: its height, and its first and last index `i` (points at `offset + 2·half·i`).
    fn rows(self) -> impl Iterator<Item = (i64, i64, i64, i64)> {
        let radius = i128::from(self.radius);
        let first = (-self.radius - self.y).div_euclid(self.rise);
        let last = (self.radius - self.y).div_euclid(self.rise);
        (first..=last).filter_map(move |row| {
            let height = self.y + row * self.rise;
            let left = radius * radius - i128::from(height) * i128::from(height);
            let chord = i64::try_from(u128::try_from(left).ok()?.isqrt()).ok()?;
            let offset = self.x + if row.rem_euclid(2) == 0 { 0 } else { self.half };
            let step = 2 * self.half;
            let from = -((chord + offset).div_euclid(step));
            let to = (chord - offset).div_euclid(step);
            (to >= from).then_some((height, offset, from, to))
        })
    }

    fn total(self) -> u128 {
        self.rows().map(|(_, _, from, to)| u128::from((to - from + 1).unsigned_abs())).sum()
    }

    pub(crate) fn count(self) -> Count {
        Count::Exact(self.total())
    }

    pub(crate) fn points(self, limit: usize) -> Option<Vec<i64>> {
        if self.total() > limit as u128 {
            return None;
        }
        Some(
            self.rows()
                .flat_map(|(height, offset, from, to)| {
                    (from..=to).flat_map(move |i| [offset + 2 * self.half * i, height])
                })
                .collect(),
        )
    }
}

/// Points of the hexagonal lattice of distance 2 within r of one of them: Eisenstein integers of norm at most `r²/4`.
///
/// Exact where rounded units are not: at r = 2k the corners of the hexagon lie on the circle.
pub(crate) fn centred_hexagonal(ratio: Ratio) -> Option<Count> {
    let norm = ratio.num().pow(2) / (4 * ratio.den().pow(2));
    // 4(a² + ab + b²) = (2a + b)² + 3b²
    let last = (4 * norm / 3).isqrt();
    if last > u128::from(MOST_ROWS.unsigned_abs()) {
        return None;
    }
    let in_row = |b: u128| {
        let reach = (4 * norm - 3 * b * b).isqrt();
        // Numbers of the parity of b in [-reach, reach].
        if b.is_multiple_of(2) { reach / 2 * 2 + 1 } else { reach.div_ceil(2) * 2 }
    };
    Some(Count::Exact(in_row(0) + (1..=last).map(|b| 2 * in_row(b)).sum::<u128>()))
}

#[cfg(test)]
mod tests {
    use super::{DiscRows, centred_hexagonal};
    use crate::count::Count;
    use crate::packing::Scale;
    use crate::ratio::Ratio;

    #[test]
    fn hexagonal_numbers_are_those_of_the_theta_series() {
        // 1 + 6 + 6 (norm 3) + 6 (norm 4) + 12 (norm 7).
        let count = |num, den| centred_hexagonal(Ratio::new(num, den).unwrap());
        let counts = [(1, 1), (2, 1), (3465, 1000), (4, 1), (5292, 1000)].map(|(num, den)| count(num, den));
        assert_eq!(counts, [1, 7, 13, 19, 31].map(|n| Some(Count::Exact(n))));
    }

    #[test]
    fn listed_rows_lie_in_the_disc_and_apart() {
        for size in (500..9000).step_by(250) {
            let rows = DiscRows::best(Scale { size, separation: 1000 }).unwrap();
            let coords = rows.points(10_000).unwrap();
            assert_eq!(coords.len() as u128 / 2, rows.total());
            let points: Vec<_> = coords.chunks(2).collect();
            for (i, a) in points.iter().enumerate() {
                assert!(a[0] * a[0] + a[1] * a[1] <= size * size);
                for b in &points[..i] {
                    assert!((a[0] - b[0]).pow(2) + (a[1] - b[1]).pow(2) >= 1_000_000);
                }
            }
        }
    }

    #[test]
    fn seven_points_need_radius_equal_to_their_distance_plus_rounding() {
        // The rise is rounded up by less than one unit, which the second disc allows for.
        assert_eq!(DiscRows::best(Scale { size: 1001, separation: 1000 }).unwrap().total(), 7);
    }
}
