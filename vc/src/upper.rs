//! Upper ends of the capacity of a box or a ball: which bound of the kernel is the smallest.

use lip1_kernel::capacity::{self, Density, Scale};
use lip1_kernel::counting::{self, Cells};
use lip1_kernel::packing::Domain;

use crate::end::End;

/// Numbers of parts an axis is cut into, at most.
const MOST_PARTS: u32 = 64;
/// Cuts that differ between axes are tried up to this dimension.
const LARGEST_UNEVEN_DIM: u32 = 64;
/// Numbers of points whose best packings are known in the kernel, or may be.
const FEW: u32 = 64;

/// The smallest of all bounds that apply.
pub(crate) fn upper(scale: Scale) -> End {
    let volume = capacity::volume_upper(scale);
    let beyond = volume.most_points().is_none_or(f64::is_infinite);
    let by = if beyond { "no bound within the range of f64" } else { "volume" };
    let first = End { bound: volume, by: by.to_owned(), points: None };
    let density = Density::proved(scale.dim());
    let closed = [
        End::of(capacity::line_exact(scale), "line, exact"),
        End::of(capacity::corrected_upper(scale), "corrected volume"),
        End::of(capacity::oler_upper(scale), ""),
        End::of(capacity::tiling_upper(scale, density), "tiling with a density bound"),
        End::of(counting::moments(scale), "Rankin's bound"),
        cells(scale),
    ];
    let few =
        (1..=FEW).filter_map(|count| End::of(counting::optimum(scale, count), "best packing of few points"));
    let finite = closed.into_iter().flatten().chain(few).filter(|end| end.most().is_finite());
    finite.fold(first, |best, next| {
        let better = next.most() < best.most() || next.most() <= best.most() && next.rank() > best.rank();
        if better { next } else { best }
    })
}

/// The cut into cells with the smallest bound; at most 64 n cuts are tried, with up to three numbers of points a cell.
fn cells(scale: Scale) -> Option<End> {
    if scale.domain() != Domain::Box {
        return None;
    }
    let uneven = if scale.dim() <= LARGEST_UNEVEN_DIM { scale.dim() } else { 1 };
    let cuts = (1..=MOST_PARTS).flat_map(|parts| (0..uneven).map(move |finer| (parts, finer)));
    cuts.filter_map(|(parts, finer)| {
        // The largest even number up to 8 / (8 - s), s the sum of squared sides in margins, as far as floating point can tell.
        let side = |parts: u32| (scale.ratio().upper() / f64::from(parts)).powi(2);
        let s = f64::from(scale.dim() - finer) * side(parts) + f64::from(finer) * side(parts + 1);
        let about = if s < 8.0 {
            (8.0 / (8.0 - s)).min(f64::from(u32::MAX / 4)) as u32 / 2 * 2
        } else {
            return None;
        };
        let tried = [about.saturating_sub(2), about, about.saturating_add(2)].map(|each| each.max(1));
        tried.into_iter().find_map(|each| counting::cells(scale, Cells { parts, finer, each }).ok())
    })
    .reduce(|best, next| if next.most_points() < best.most_points() { next } else { best })
    .and_then(|bound| End::of(Ok(bound), "moments in cells"))
}

#[cfg(test)]
mod tests {
    use lip1_kernel::capacity::Scale;
    use lip1_kernel::packing::Domain;

    use super::{cells, upper};

    fn boxed(dim: u32, num: u128, den: u128) -> Option<f64> {
        cells(Scale::new(Domain::Box, dim, num, den).unwrap()).map(|end| end.most())
    }

    #[test]
    fn cells_are_sharp_for_2_and_5_points_of_a_square() {
        // Thresholds of r: √2 and 2√2.
        assert_eq!((boxed(2, 1_414_213, 1_000_000), boxed(2, 1_414_214, 1_000_000)), (Some(1.0), Some(2.0)));
        assert_eq!(boxed(2, 2_828_427, 1_000_000), Some(4.0));
    }

    #[test]
    fn moments_are_sharp_for_the_tetrahedron_in_a_cube_and_for_codes() {
        assert_eq!(boxed(3, 1_414_213, 1_000_000), Some(2.0));
        // Distance 4 in the 7-cube: 8 words, the simplex code.
        assert_eq!(boxed(7, 1, 1), Some(8.0));
        assert_eq!(boxed(11, 164, 200), Some(12.0));
    }

    #[test]
    fn an_end_names_the_theorem_of_others_that_it_rests_on() {
        let by = |domain, dim, size, margin| upper(Scale::new(domain, dim, size, margin).unwrap()).by;
        assert_eq!(by(Domain::Box, 2, 100, 1), "Oler 1961");
        assert_eq!(by(Domain::Box, 2, 3999, 1000), "best packing of few points: Schaer 1965");
        assert_eq!(by(Domain::Box, 8, 100, 1), "tiling with a density bound: Viazovska (2017)");
        assert_eq!(by(Domain::Ball, 3, 1, 1), "Rankin's bound");
        assert_eq!(by(Domain::Ball, 8, 100, 1), "volume");
        assert_eq!(by(Domain::Box, 4096, 1 << 60, 1), "no bound within the range of f64");
    }
}
