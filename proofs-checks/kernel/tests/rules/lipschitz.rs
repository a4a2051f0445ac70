use lip1_kernel::{Judgement, Points, Refusal, lipschitz};

use crate::exact::{self, Exact};
use crate::random::Stream;

fn points(dim: usize, coords: &[f64]) -> Points {
    Points::new(dim, coords.to_vec()).unwrap()
}

fn refusal<T>(judgement: Judgement<T>) -> Option<Refusal> {
    match judgement {
        Judgement::Undecided(refusal) => Some(refusal),
        Judgement::Verified(_) | Judgement::Refuted(_) => None,
    }
}

#[test]
fn a_slope_of_exactly_the_constant_is_accepted_and_one_unit_more_refuted() {
    let pair = points(2, &[0.0, 0.0, 3.0, 4.0]);
    for (constant, rise) in [(1.0, 5.0), (2.0, 10.0), (0.5, 2.5)] {
        assert!(lipschitz::values(&pair, &[0.0, rise], constant).is_verified());
        assert!(lipschitz::values(&pair, &[rise, 0.0], constant).is_verified());
        assert!(lipschitz::values(&pair, &[0.0, rise.next_up()], constant).is_refuted());
        assert!(lipschitz::values(&pair, &[rise.next_up(), 0.0], constant).is_refuted());
        assert!(lipschitz::values(&pair, &[0.0, -rise.next_up()], constant).is_refuted());
    }
    assert!(lipschitz::values(&pair, &[1.0, 1.0], 0.0).is_verified());
    assert!(lipschitz::values(&pair, &[1.0, 1.0_f64.next_up()], 0.0).is_refuted());
}

#[test]
fn irrational_distances_are_decided_exactly_for_constant_1() {
    let mut stream = Stream::new(41);
    let (mut verified, mut refuted) = (0, 0);
    for _ in 0..2000 {
        let dim = 1 + stream.below(4) as usize;
        let (x, y) = (stream.vector(dim), stream.vector(dim));
        let distance = lip1_kernel::distance::enclose(&x, &y, lip1_kernel::distance::Cost::L2);
        let rise = distance.lower() * (1.0 + stream.integer(3) as f64 * f64::EPSILON);
        let coords = [x.clone(), y.clone()].concat();
        let exact = Exact::of(rise) * Exact::of(rise) <= exact::squared_distance(&x, &y);
        match lipschitz::values(&points(dim, &coords), &[rise, 0.0], 1.0) {
            Judgement::Verified(_) => {
                assert!(exact);
                verified += 1;
            }
            Judgement::Refuted(_) => {
                assert!(!exact);
                refuted += 1;
            }
            Judgement::Undecided(refusal) => panic!("{refusal}"),
        }
    }
    assert!(verified > 300 && refuted > 300);
}

#[test]
fn no_constant_decides_a_pair_wrongly() {
    let mut stream = Stream::new(42);
    for _ in 0..2000 {
        let dim = 1 + stream.below(4) as usize;
        let scale = 2.0_f64.powi(stream.integer(300) as i32);
        let coords: Vec<f64> = stream.vector(2 * dim).iter().map(|c| c * scale).collect();
        let (x, y) = coords.split_at(dim);
        let constant = 3.0 * (stream.signed() + 1.0);
        let distance = lip1_kernel::distance::below(x, y, lip1_kernel::distance::Cost::L2);
        let rise = constant * distance * (1.0 + stream.integer(60) as f64 * f64::EPSILON);
        let limit = Exact::of(constant) * Exact::of(constant) * exact::squared_distance(x, y);
        let holds = Exact::of(rise) * Exact::of(rise) <= limit;
        match lipschitz::values(&points(dim, &coords), &[0.0, rise], constant) {
            Judgement::Verified(_) => assert!(holds),
            Judgement::Refuted(pair) => {
                assert!(!holds && pair.left().contains(rise));
                assert_eq!(pair.pair(), Some([0, 1]));
            }
            Judgement::Undecided(refusal) => assert_eq!(refusal, Refusal::Slope { i: 0, j: 1 }),
        }
    }
}

#[test]
fn every_pair_is_looked_at() {
    let n = 7;
    let line = points(1, &(0..n).map(|k| 2.0 * k as f64).collect::<Vec<_>>());
    let flat = vec![0.0; n];
    assert!(lipschitz::values(&line, &flat, 1.0).is_verified());
    for i in 0..n {
        for j in 0..n {
            if i != j {
                let mut values = flat.clone();
                values[i] = 1.5;
                values[j] = -1.5;
                let close = i.abs_diff(j) == 1;
                assert_eq!(lipschitz::values(&line, &values, 1.0).is_refuted(), close);
            }
        }
    }
}

#[test]
fn equal_points_need_equal_values() {
    let twice = points(2, &[0.1, 0.2, 0.1, 0.2]);
    assert!(lipschitz::values(&twice, &[3.0, 3.0], 1.0).is_verified());
    assert!(lipschitz::values(&twice, &[3.0, 3.0_f64.next_up()], 1e300).is_refuted());
}

#[test]
fn wrong_input_is_not_decided() {
    let line = points(1, &[0.0, 1.0]);
    let ask = |values: &[f64], constant: f64| refusal(lipschitz::values(&line, values, constant));
    assert_eq!(ask(&[0.0], 1.0), Some(Refusal::Length { what: "values", expected: 2, found: 1 }));
    assert_eq!(ask(&[0.0, f64::NAN], 1.0), Some(Refusal::NotFinite { what: "values", index: 1 }));
    assert_eq!(ask(&[f64::INFINITY, 0.0], 1.0), Some(Refusal::NotFinite { what: "values", index: 0 }));
    assert_eq!(ask(&[0.0, 0.0], f64::NAN), Some(Refusal::NotFinite { what: "constant", index: 0 }));
    let none = refusal(lipschitz::values(&points(1, &[]), &[], 1.0));
    assert_eq!(none, Some(Refusal::Empty { what: "points" }));
}

/// Found by review: values on a single point passed as (-1)-Lipschitz, which no function on the whole space is.
#[test]
fn a_negative_constant_is_not_decided() {
    let found = refusal(lipschitz::values(&points(1, &[0.0]), &[0.0], -1.0));
    assert_eq!(found, Some(Refusal::Range { what: "constant", index: 0 }));
    assert!(lipschitz::values(&points(1, &[0.0]), &[0.0], -0.0).is_verified());
}

#[test]
fn distances_beyond_the_range_of_squares_are_not_decided_wrongly() {
    let far = points(2, &[-1e308, -1e308, 1e308, 1e308]);
    assert!(!lipschitz::values(&far, &[0.0, f64::MAX], 1.0).is_refuted());
    assert!(lipschitz::values(&points(1, &[-8e307, 8e307]), &[0.0, 1e307], 1.0).is_verified());
    let near = points(2, &[0.0, 0.0, 1e-320, 1e-320]);
    assert!(lipschitz::values(&near, &[0.0, 1e-160], 1.0).is_refuted());
    assert!(!lipschitz::values(&near, &[0.0, 1.4e-320], 1.0).is_refuted());
}

#[test]
fn extensions_agree_on_the_set_and_bound_every_extension() {
    let line = points(1, &[0.0, 1.0, 3.0]);
    let values = lipschitz::values(&line, &[0.0, 1.0, -1.0], 1.0).verified().unwrap();
    for (x, smallest, largest) in [
        (0.0, 0.0, 0.0),
        (1.0, 1.0, 1.0),
        (3.0, -1.0, -1.0),
        (0.5, 0.5, 0.5),
        (-1.0, -1.0, 1.0),
        (5.0, -3.0, 1.0),
    ] {
        let (low, high) = (values.smallest_at(&[x]).unwrap(), values.largest_at(&[x]).unwrap());
        assert_eq!((low.lower(), low.upper()), (smallest, smallest));
        assert_eq!((high.lower(), high.upper()), (largest, largest));
    }
    let twice = lipschitz::values(&line, &[0.0, 1.0, -1.0], 2.0).verified().unwrap();
    assert_eq!(twice.largest_at(&[-1.0]).unwrap().upper(), 2.0);
    assert_eq!(twice.smallest_at(&[-1.0]).unwrap().lower(), -2.0);
    assert_eq!((twice.constant, &twice.values[..], &twice.points), (2.0, &[0.0, 1.0, -1.0][..], &line));
    let length = Refusal::Length { what: "query", expected: 1, found: 2 };
    assert_eq!(values.largest_at(&[0.0, 0.0]), Err(length.clone()));
    assert_eq!(values.smallest_at(&[0.0, 0.0]), Err(length));
    assert_eq!(values.smallest_at(&[f64::NAN]), Err(Refusal::NotFinite { what: "query", index: 0 }));
}
