//! The hexagonal packing cut by a disc, around its best centre.

use lip1_kernel::Theorem;
use lip1_kernel::capacity::{CapacityBound, Scale};
use lip1_kernel::construction::{Centre, hexagonal};

/// Centres tried along each side of the lattice's fundamental rectangle.
const PARTS: u32 = 12;

/// The centre with the most points, of those that the kernel counts.
pub(crate) fn best_hexagonal(scale: Scale) -> Option<(Centre, Theorem<CapacityBound>)> {
    let mut best: Option<(Centre, Theorem<CapacityBound>)> = None;
    for (along, up) in (0..PARTS).flat_map(|along| (0..=PARTS).map(move |up| (along, up))) {
        let centre = Centre { parts: PARTS, along, up };
        let Ok(found) = hexagonal(scale, centre) else { continue };
        if best.is_none_or(|(_, best)| found.least_points() > best.least_points()) {
            best = Some((centre, found));
        }
    }
    best
}

/// Half the distance of two points, in units.
const HALF: i64 = 1 << 40;
/// The distance of two rows, in units: `√3 HALF` rounded up, so that the points keep their distance.
const RISE: i64 = 1_904_410_002_821;

/// The points around that centre, as far as units can tell; at most `limit` of them.
pub(crate) fn hexagonal_points(scale: Scale, centre: Centre, limit: usize) -> Option<Vec<i64>> {
    let ratio = scale.ratio().upper();
    // A point lies outside beyond this many half steps along, and rows.
    let most =
        (ratio.ceil() as i64).checked_add(1).filter(|most| *most <= i64::try_from(limit).unwrap_or(0))?;
    let [parts, along, up] = [centre.parts, centre.along, centre.up].map(i64::from);
    let reach = (i128::from(parts) * i128::from(HALF)).pow(2) as f64 * ratio * ratio;
    let mut coords = Vec::new();
    for row in -most..=most {
        for step in (-most..=most).filter(|step| (step + row) % 2 == 0) {
            let (x, y) = ((parts * step - along) * HALF, (parts * row - up) * RISE);
            if (i128::from(x).pow(2) + i128::from(y).pow(2)) as f64 <= reach {
                coords.extend([x, y]);
            }
        }
    }
    (coords.len() <= 2 * limit).then_some(coords)
}

#[cfg(test)]
mod tests {
    use lip1_kernel::capacity::Scale;
    use lip1_kernel::construction;
    use lip1_kernel::packing::{Domain, IntegerPoints};

    use super::{HALF, RISE, best_hexagonal, hexagonal_points};

    fn disc(size: u128, margin: u128) -> Scale {
        Scale::new(Domain::Ball, 2, size, margin).unwrap()
    }

    #[test]
    fn hexagonal_numbers_are_those_of_the_theta_series() {
        // 1 + 6 + 6 (norm 3) + 6 (norm 4) + 12 (norm 7).
        for (size, margin, count) in [(2, 1, 7.0), (3465, 1000, 13.0), (4, 1, 19.0), (5292, 1000, 31.0)] {
            let found = best_hexagonal(disc(size, margin)).and_then(|(_, bound)| bound.least_points());
            assert!(found >= Some(count), "{size}/{margin}: {found:?}");
        }
        assert_eq!(best_hexagonal(disc(1999, 1000)).and_then(|(_, bound)| bound.least_points()), Some(4.0));
    }

    #[test]
    fn listed_rows_are_as_many_as_counted_and_keep_their_distance() {
        let (half, rise) = (i128::from(HALF), i128::from(RISE));
        assert!(rise * rise >= 3 * half * half && (rise - 1) * (rise - 1) < 3 * half * half);
        for size in (1001..18_000).step_by(501) {
            let scale = disc(size, 1000);
            let (centre, counted) = best_hexagonal(scale).unwrap();
            let coords = hexagonal_points(scale, centre, 10_000).unwrap();
            let listed = construction::points(scale, &IntegerPoints { dim: 2, coords }).unwrap();
            assert_eq!(listed.least_points(), counted.least_points(), "{size}");
        }
    }
}
