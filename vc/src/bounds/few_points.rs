//! Proved optima for few points in a square, a cube and a disc.

use lip1_kernel::packing::Domain;
use lip1_kernel::{Interval, judge};

use crate::ratio::Ratio;

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
    use super::{few_points, optima};

    /// The literature prints four decimals.
    const PRINTED: f64 = 1e-4;
    const ROUNDING: f64 = 1e-12;

    use crate::ratio::Ratio;
    use lip1_kernel::packing::Domain;

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
