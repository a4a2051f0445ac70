//! What every theorem offers: the proved number exactly, and where the quantity lies that it is about, neither of them observed.

use lip1_kernel::cover::{self, Clique, Cover};
use lip1_kernel::packing::{self, Domain, IntegerPoints};
use lip1_kernel::{Interval, Points, lipschitz, shatter};

const INFINITE: f64 = f64::INFINITY;

fn ends(interval: Interval) -> (f64, f64) {
    assert!(!interval.is_observed());
    (interval.lower(), interval.upper())
}

#[test]
fn packings_and_covers_offer_their_counts() {
    let corners = IntegerPoints { dim: 2, coords: vec![0, 0, 10, 0, 0, 10, 10, 10] };
    let packed = packing::inside(&corners, Domain::Box, 10, 10).unwrap();
    assert_eq!((ends(packed.lower_bound()), ends(packed.enclosure())), ((4.0, 4.0), (4.0, INFINITE)));
    let line = Points::new(1, vec![0.0, 1.0, 5.0]).unwrap();
    let cliques = vec![Clique { members: vec![0, 1], weight: 1 }, Clique { members: vec![2], weight: 1 }];
    let covered = cover::packing_upper(&line, 2.0, &Cover::Cliques { cliques, unit: 1 }).unwrap();
    assert_eq!((ends(covered.upper_bound()), ends(covered.enclosure())), ((2.0, 2.0), (0.0, 2.0)));
    assert_eq!((&covered.points, covered.distance), (&line, 2.0));
}

#[test]
fn finite_sets_offer_distances_margins_and_values() {
    let line = Points::new(1, vec![0.0, 1.0, 3.0]).unwrap();
    assert_eq!(ends(packing::separated(&line, 1.0).verified().unwrap().lower_bound()), (1.0, 1.0));
    assert_eq!(ends(shatter::shattered(&line, 0.5).verified().unwrap().lower_bound()), (0.5, 0.5));
    let values = lipschitz::values(&line, &[0.0, 1.0, -1.0], 1.5).verified().unwrap();
    let listed: Vec<(f64, f64)> = values.enclosures().map(ends).collect();
    assert_eq!(listed, [(0.0, 0.0), (1.0, 1.0), (-1.0, -1.0)]);
    assert_eq!((values.enclosure(2).map(ends), values.enclosure(3)), (Some((-1.0, -1.0)), None));
    assert_eq!(ends(values.upper_bound()), (1.5, 1.5));
    assert_eq!(ends(values.largest_at(&[4.0]).unwrap()), (0.5, 0.5));
}
