//! Packing numbers of finite sets against exhaustive search.

use lip1_kernel::{Points, packing};
use lip1_vc::{Effort, Error, FinitePacking, packing_number};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

const QUICK: Effort =
    Effort { moves: 2_000, nodes: 50_000, leaves: 20_000, entries: 500_000, rounds: 6, seed: 1 };

/// The largest set of points pairwise at distance >= 2m, by trying all of them in order.
fn exhaustive(close: &[Vec<bool>], chosen: &mut Vec<usize>, next: usize) -> usize {
    if next == close.len() {
        return chosen.len();
    }
    let skipped = exhaustive(close, chosen, next + 1);
    if chosen.iter().any(|i| close[*i][next]) {
        return skipped;
    }
    chosen.push(next);
    let taken = exhaustive(close, chosen, next + 1);
    chosen.pop();
    taken.max(skipped)
}

/// Exact for small integer coordinates and half-integer margins.
fn conflicts(points: &Points, margin: f64) -> Vec<Vec<bool>> {
    let square = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    points.rows().map(|x| points.rows().map(|y| square(x, y) < 4.0 * margin * margin).collect()).collect()
}

fn solved(points: &Points, margin: f64) -> Result<FinitePacking, Error> {
    packing_number(points, margin, QUICK)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn agrees_with_exhaustive_search(
        dim in 1_usize..=3, coords in vec(0_i32..9, 3..=54), halves in 1_i32..=8
    ) {
        let whole = coords.len() / dim * dim;
        let coords: Vec<f64> = coords[..whole.min(18 * dim)].iter().map(|&x| f64::from(x)).collect();
        let points = Points::new(dim, coords).unwrap();
        let margin = f64::from(halves) / 2.0;
        let found = solved(&points, margin).unwrap();
        let best = exhaustive(&conflicts(&points, margin), &mut Vec::new(), 0);
        prop_assert!(found.is_exact());
        prop_assert_eq!(found.lower(), best);
        prop_assert_eq!(found.certified_upper(), best as u64);
        let rows: Vec<f64> = found.shattered.iter().flat_map(|i| points.row(*i)).copied().collect();
        prop_assert!(packing::separated(&Points::new(dim, rows).unwrap(), 2.0 * margin).is_verified());
    }

    #[test]
    fn the_number_falls_with_the_margin(coords in vec(0.0_f64..1.0, 40..=120)) {
        let points = Points::new(2, coords[..coords.len() / 2 * 2].to_vec()).unwrap();
        let ends: Vec<_> = [0.02, 0.05, 0.1, 0.2].iter().map(|m| solved(&points, *m).unwrap()).collect();
        prop_assert!(ends.iter().all(|found| found.is_exact()));
        prop_assert!(ends.is_sorted_by(|a, b| a.lower() >= b.lower()));
    }
}

#[test]
fn duplicates_ties_and_empty_sets_are_counted_right() {
    let count = |coords: Vec<f64>, margin| {
        solved(&Points::new(1, coords).unwrap(), margin).map(|f| (f.lower(), f.upper))
    };
    assert_eq!(count(vec![], 1.0), Ok((0, 0)));
    assert_eq!(count(vec![2.0; 5], 1.0), Ok((1, 1)));
    assert_eq!(count(vec![0.0, 1.0, 2.0], 0.5), Ok((3, 3)));
    assert_eq!(count(vec![0.0, 1.0_f64.next_down(), 2.0], 0.5), Ok((2, 2)));
    assert!(count(vec![0.0], -1.0).is_err());
}
