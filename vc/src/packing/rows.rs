//! Staggered rows in a square: the hexagonal packing, its stretched and squeezed relatives, and the grid's rival.

use crate::count::Count;
use crate::packing::Scale;
use crate::packing::parity::ceil_sqrt;

/// `rows` rows, `rise` apart, of points `2·half` apart, every second row shifted by `half`.
///
/// Needs `half² + rise² >= d²`, `2·half >= d` and `2·rise >= d`, d the separation; the hexagonal packing has
/// rise = √3/2·d, but for a given square fewer or more rows than that often hold more points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rows {
    rows: u128,
    rise: i64,
    half: i64,
    size: i64,
}

/// How far from the hexagonal number of rows the best number is looked for.
const ROWS_EACH_WAY: u128 = 32;

impl Rows {
    /// The fullest staggered rows of the square.
    pub(crate) fn best(scale: Scale) -> Option<Rows> {
        let size = u128::from(scale.size.unsigned_abs());
        let separation = u128::from(scale.separation.unsigned_abs());
        let hexagonal = size / ceil_sqrt((3 * separation * separation).div_ceil(4));
        let first = hexagonal.saturating_sub(ROWS_EACH_WAY).max(1);
        let last = (hexagonal + ROWS_EACH_WAY).min(2 * size / separation);
        (first..=last)
            .filter_map(|steps| Rows::with_steps(steps, size, separation))
            .max_by_key(|rows| (rows.total(), std::cmp::Reverse(rows.rows)))
    }

    fn with_steps(steps: u128, size: u128, separation: u128) -> Option<Rows> {
        let rise = size / steps;
        if 2 * rise < separation {
            return None;
        }
        let across = ceil_sqrt((separation * separation).saturating_sub(rise * rise));
        let half = across.max(separation.div_ceil(2));
        Some(Rows {
            rows: steps + 1,
            rise: i64::try_from(rise).ok()?,
            half: i64::try_from(half).ok()?,
            size: i64::try_from(size).ok()?,
        })
    }

    /// Points in an unshifted and in a shifted row.
    fn lengths(self) -> (u128, u128) {
        let whole = u128::from((self.size / (2 * self.half)).unsigned_abs()) + 1;
        let shifted = if self.size < self.half {
            0
        } else {
            u128::from(((self.size - self.half) / (2 * self.half)).unsigned_abs()) + 1
        };
        (whole, shifted)
    }

    fn total(self) -> u128 {
        let (whole, shifted) = self.lengths();
        self.rows.div_ceil(2) * whole + self.rows / 2 * shifted
    }

    pub(crate) fn count(self) -> Count {
        Count::Exact(self.total())
    }

    pub(crate) fn points(self, limit: usize) -> Option<Vec<i64>> {
        if self.total() > limit as u128 {
            return None;
        }
        let rows = i64::try_from(self.rows).ok()?;
        let mut coords = Vec::new();
        for row in 0..rows {
            let mut x = if row % 2 == 0 { 0 } else { self.half };
            while x <= self.size {
                coords.extend([x, row * self.rise]);
                x += 2 * self.half;
            }
        }
        Some(coords)
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;
    use crate::count::Count;
    use crate::packing::Scale;

    #[test]
    fn listed_rows_are_separated_and_as_many_as_counted() {
        for size in (900..12_000).step_by(371) {
            let scale = Scale { size, separation: 1000 };
            let Some(rows) = Rows::best(scale) else { continue };
            let coords = rows.points(10_000).unwrap();
            assert_eq!(rows.count(), Count::Exact(coords.len() as u128 / 2));
            let points: Vec<_> = coords.chunks(2).collect();
            for (i, a) in points.iter().enumerate() {
                assert!(a.iter().all(|x| (0..=size).contains(x)));
                for b in &points[..i] {
                    assert!((a[0] - b[0]).pow(2) + (a[1] - b[1]).pow(2) >= 1_000_000);
                }
            }
        }
    }

    #[test]
    fn five_points_form_a_quincunx() {
        // √2/2 of the side: 10000/√2 = 7071.07.
        assert_eq!(
            Rows::best(Scale { size: 10_000, separation: 7_071 }).map(Rows::count),
            Some(Count::Exact(5))
        );
    }
}
