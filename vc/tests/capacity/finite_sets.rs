//! Packing numbers of finite sets against exhaustive search.

use lip1_kernel::{Points, cover, packing};
use lip1_vc::{Error, FinitePacking, Limits, packing_number};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

const QUICK: Limits = Limits {
    moves: 2_000,
    nodes: 50_000,
    leaves: 20_000,
    entries: 500_000,
    rounds: 6,
    work: 200_000,
    seed: 1,
};

/// The largest set of points pairwise at distance >= 2m within the mask `left`: a point is taken when its conflicts conflict
/// with each other, else the point with most conflicts is taken or left. Masks hold 64 points.
fn exhaustive(close: &[u64], left: u64) -> u32 {
    let members = || (0..close.len()).filter(|i| left >> i & 1 == 1);
    let conflicts = |i: &usize| (close[*i] & left).count_ones();
    let simplicial = |i: &usize| {
        let near = close[*i] & left;
        (0..close.len()).filter(|j| near >> j & 1 == 1).all(|j| near & !close[j] == 1 << j)
    };
    if let Some(easy) = members().find(simplicial) {
        return 1 + exhaustive(close, left & !close[easy] & !(1 << easy));
    }
    let Some(busiest) = members().max_by_key(conflicts) else { return 0 };
    let others = left & !(1 << busiest);
    exhaustive(close, others).max(1 + exhaustive(close, others & !close[busiest]))
}

/// Exact for small integer coordinates and half-integer margins.
fn conflicts(points: &Points, margin: f64) -> Vec<u64> {
    let square = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let close = |i: usize, j: usize| i != j && square(points.row(i), points.row(j)) < 4.0 * margin * margin;
    let mask = |i| (0..points.len()).filter(|j| close(i, *j)).map(|j| 1 << j).sum();
    (0..points.len()).map(mask).collect()
}

fn solved(points: &Points, margin: f64) -> Result<FinitePacking, Error> {
    packing_number(points, margin, QUICK)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn agrees_with_exhaustive_search(
        dim in 1_usize..=3, coords in vec(0_i32..12, 3..=180), halves in 1_i32..=8
    ) {
        let whole = coords.len() / dim * dim;
        let coords: Vec<f64> = coords[..whole.min(60 * dim)].iter().map(|&x| f64::from(x)).collect();
        let points = Points::new(dim, coords).unwrap();
        let margin = f64::from(halves) / 2.0;
        let found = solved(&points, margin).unwrap();
        let best = exhaustive(&conflicts(&points, margin), u64::MAX >> (64 - points.len()));
        prop_assert!(found.is_exact());
        prop_assert_eq!(found.lower(), best as usize);
        prop_assert_eq!(found.certified_upper(), u64::from(best));
        prop_assert_eq!(cover::packing_upper(&points, 2.0 * margin, &found.cover()).unwrap().count, u64::from(best));
        let rows: Vec<f64> = found.shattered.iter().flat_map(|i| points.row(*i)).copied().collect();
        prop_assert!(packing::separated(&Points::new(dim, rows).unwrap(), 2.0 * margin).is_verified());
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

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
