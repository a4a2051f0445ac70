//! Pairs at, and next to, equality, whatever their exponents: each rule about distances decides them as exact arithmetic does.

use std::cmp::Ordering;

use lip1_kernel::cover::{self, Clique, Cover};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::regularised::{self, Sample, Total};
use lip1_kernel::transport::{self, Plan, Potentials, Problem};
use lip1_kernel::{Points, Refusal, lipschitz, packing};

use crate::exact::{self, Exact};
use crate::random::Stream;

const COSTS: [Cost; 3] = [Cost::L2, Cost::L1, Cost::Linf];

/// Sums of squares that are squares.
const SQUARES: [&[i64]; 5] = [&[5, 3, 4], &[3, 1, 2, 2], &[7, 2, 3, 6], &[2, 1, 1, 1, 1], &[13, 3, 4, 12]];

/// Two points, and two numbers of which the first is not smaller, that differ by about as much as the points are apart.
#[derive(Debug)]
struct Pair {
    x: Vec<f64>,
    y: Vec<f64>,
    rise: [f64; 2],
}

/// How `scale` times the distance compares with the rise.
fn order(pair: &Pair, cost: Cost, scale: f64) -> Ordering {
    let size = |x: Exact| x.abs();
    let differences = pair.x.iter().zip(&pair.y).map(|(a, b)| size(Exact::of(*a) - Exact::of(*b)));
    let (zero, rise) = (Exact::integer(0), Exact::of(pair.rise[0]) - Exact::of(pair.rise[1]));
    let scale = Exact::of(scale);
    let (left, right) = match cost {
        Cost::L2 => (scale.clone() * scale * exact::squared_distance(&pair.x, &pair.y), rise.clone() * rise),
        Cost::L1 => (scale * differences.fold(zero, |sum, d| sum + d), rise),
        Cost::Linf => (scale * differences.fold(zero, |most, d| if d > most { d } else { most }), rise),
    };
    left.partial_cmp(&right).unwrap()
}

/// Numbers at the ends of the range, and ordinary ones.
fn extreme(stream: &mut Stream, most: f64) -> f64 {
    let size = match stream.below(12) {
        0 => most,
        1 => most * 0.5,
        2 => f64::MIN_POSITIVE,
        3 => f64::from_bits(stream.below(5)),
        4 => f64::from_bits(stream.bits() >> 12),
        5 => 1.0,
        6 => f64::MIN_POSITIVE.next_up(),
        7 => f64::from_bits(stream.below(most.to_bits().max(1))),
        _ => stream.signed().abs(),
    };
    if stream.below(2) == 0 { size } else { -size }
}

/// `x` some units in the last place further.
fn moved(x: f64, units: i64) -> f64 {
    (0..units.abs()).fold(x, |x, _| if units > 0 { x.next_up() } else { x.next_down() })
}

/// A pair whose numbers are at most `most` in absolute value.
fn pair(stream: &mut Stream, cost: Cost, most: f64) -> Pair {
    loop {
        let dim = 1 + stream.below(5) as usize;
        let pair = match stream.below(4) {
            0 => whole(stream, cost),
            1 => {
                let scale = 2.0_f64.powi(stream.integer(1020) as i32);
                let [x, y] = [0, 1].map(|_| stream.vector(dim).iter().map(|c| c * scale).collect());
                with_rise(stream, cost, x, y)
            }
            2 => {
                let x: Vec<f64> = (0..dim).map(|_| extreme(stream, most)).collect();
                let sign = if stream.below(2) == 0 { 1.0 } else { -1.0 };
                let y = x.iter().map(|c| sign * moved(*c, stream.integer(3))).collect();
                with_rise(stream, cost, x, y)
            }
            _ => {
                let [x, y] = [0, 1].map(|_| (0..dim).map(|_| extreme(stream, most)).collect());
                with_rise(stream, cost, x, y)
            }
        };
        let numbers = pair.x.iter().chain(&pair.y).chain(&pair.rise);
        if pair.rise[0] >= pair.rise[1] && numbers.into_iter().all(|x| x.abs() <= most) {
            return pair;
        }
    }
}

/// A distance that is a whole number of units, and a rise of that many, give or take one unit in the last place.
fn whole(stream: &mut Stream, cost: Cost) -> Pair {
    let squares = SQUARES[stream.below(5) as usize];
    let factor = 1 + (stream.bits() >> (13 + stream.below(51))) as i64;
    let unit = 2.0_f64.powi(stream.integer(1000) as i32) * 2.0_f64.powi(-(stream.below(80) as i32));
    let mut small = || stream.signed() * 2.0_f64.powi(stream.below(50) as i32);
    let (near, far) = (small().round(), small().round());
    let x: Vec<f64> = squares[1..].iter().map(|_| near * unit).collect();
    let y = squares[1..].iter().zip(&x).map(|(n, x)| x + (n * factor) as f64 * unit).collect();
    let length = match cost {
        Cost::L2 => squares[0],
        Cost::L1 => squares[1..].iter().sum(),
        Cost::Linf => squares[1..].iter().copied().max().unwrap(),
    };
    let rise = (length * factor) as f64 * unit;
    let v = far * unit;
    Pair { x, y, rise: [moved(v + rise, stream.integer(1)), v] }
}

fn with_rise(stream: &mut Stream, cost: Cost, x: Vec<f64>, y: Vec<f64>) -> Pair {
    let distance = distance::enclose(&x, &y, cost);
    if distance.upper() == f64::INFINITY {
        let rise = [f64::MAX, -f64::MAX].map(|x| x * stream.signed().abs().mul_add(0.5, 0.5));
        let units = -(stream.below(3) as i64);
        return Pair {
            rise: if stream.below(2) == 0 { rise } else { [moved(f64::MAX, units), -f64::MAX] },
            x,
            y,
        };
    }
    let end = [distance.lower(), distance.upper()][stream.below(2) as usize];
    let v = match stream.below(4) {
        0 => 0.0,
        1 => -0.0,
        2 => extreme(stream, end),
        _ => stream.signed() * end,
    };
    Pair { x, y, rise: [moved(v + end, stream.integer(2)), v] }
}

fn points(rows: &[&[f64]]) -> Points {
    Points::new(rows[0].len(), rows.concat()).unwrap()
}

/// Counts how often each order occurred, of which none may be missing.
#[derive(Default)]
struct Seen([usize; 3]);

impl Seen {
    fn count(&mut self, order: Ordering) -> Ordering {
        self.0[(order as i8 + 1) as usize] += 1;
        order
    }

    fn enough(&self, least: usize) {
        assert!(self.0.iter().all(|seen| *seen >= least), "seen {:?} times", self.0);
    }
}

const ROUNDS: usize = 20_000;

#[test]
fn potentials_pass_exactly_when_they_respect_the_distance() {
    let mut stream = Stream::new(61);
    for cost in COSTS {
        let mut seen = Seen::default();
        for _ in 0..ROUNDS {
            let pair = pair(&mut stream, cost, 1e150);
            let problem = Problem {
                p: points(&[&pair.x]),
                q: points(&[&pair.y]),
                p_mass: vec![1],
                q_mass: vec![1],
                cost,
                weights: None,
            };
            let [u, v] = pair.rise.map(|rise| vec![rise]);
            let found = transport::check(&problem, &Plan { flows: vec![(0, 0, 1)] }, &Potentials { u, v });
            match seen.count(order(&pair, cost, 1.0)) {
                Ordering::Less => assert_eq!(found, Err(Refusal::Slope { i: 0, j: 0 }), "{pair:?}, {cost:?}"),
                _ => assert!(found.is_ok(), "{pair:?}, {cost:?}"),
            }
        }
        seen.enough(ROUNDS / 10);
    }
}

/// In every lane of a tile, and behind 100 coordinates that do not suffice.
#[test]
fn potentials_of_many_points_pass_exactly_when_each_pair_does() {
    let mut stream = Stream::new(62);
    let mut seen = Seen::default();
    for round in 0..3000 {
        let cost = COSTS[round % 3];
        let mut pair = pair(&mut stream, cost, 1e150);
        let leading = stream.below(130) as usize;
        pair.x.splice(0..0, vec![0.5; leading]);
        pair.y.splice(0..0, vec![0.5; leading]);
        let (n, m) = (1 + stream.below(4) as usize, 1 + stream.below(40) as usize);
        let (i, j) = (stream.below(n as u64) as usize, stream.below(m as u64) as usize);
        // The other points are the same ones, with a rise of 0, which is never too much.
        let mut u = vec![pair.rise[1]; n];
        let mut v = vec![pair.rise[0]; m];
        (u[i], v[j]) = (pair.rise[0], pair.rise[1]);
        let sample = Sample {
            p: points(&vec![&pair.x[..]; n]),
            q: points(&vec![&pair.y[..]; m]),
            p_weight: vec![1.0; n],
            q_weight: vec![1.0; m],
            cost,
            total: Total::EachClass,
        };
        let unit = (n * m) as u64;
        let all = (0..n as u32).flat_map(|i| (0..m as u32).map(move |j| (i, j, 1)));
        let plan = Plan { flows: all.collect() };
        let expected = seen.count(order(&pair, cost, 1.0));
        let passed = |found: Result<(), Refusal>| match found {
            Err(Refusal::Slope { i: row, j: column }) => {
                assert_eq!((row, column, expected), (i, j, Ordering::Less), "{pair:?}, {cost:?}");
            }
            found => assert!(found.is_ok() && expected != Ordering::Less, "{found:?}, {pair:?}, {cost:?}"),
        };
        let potentials = Potentials { u, v };
        passed(regularised::hkr(&sample, 1.0, 1.0, unit, &plan, &potentials).map(|_| ()));
        passed(regularised::bce(&sample, 1.0, 1.0, unit, &plan, &potentials).map(|_| ()));
    }
    seen.enough(300);
}

#[test]
fn separated_points_and_cliques_are_told_apart_exactly() {
    let mut stream = Stream::new(63);
    let mut seen = Seen::default();
    for _ in 0..ROUNDS {
        let mut pair = pair(&mut stream, Cost::L2, f64::MAX);
        pair.rise = [(pair.rise[0] - pair.rise[1]).min(f64::MAX), 0.0];
        let both = points(&[&pair.x, &pair.y]);
        let expected = seen.count(order(&pair, Cost::L2, 1.0));
        let judged = packing::separated(&both, pair.rise[0]);
        assert_eq!(judged.is_verified(), expected != Ordering::Less, "{pair:?}");
        assert_eq!(judged.is_refuted(), expected == Ordering::Less, "{pair:?}");
        let cover = Cover::Cliques { cliques: vec![Clique { members: vec![0, 1], weight: 1 }], unit: 1 };
        let covered = cover::packing_upper(&both, pair.rise[0], &cover);
        assert_eq!(covered.is_ok(), expected == Ordering::Less, "{pair:?}");
    }
    seen.enough(ROUNDS / 10);
}

#[test]
fn values_are_lipschitz_exactly_when_they_are() {
    let mut stream = Stream::new(64);
    let mut seen = Seen::default();
    for round in 0..ROUNDS {
        let mut pair = pair(&mut stream, Cost::L2, f64::MAX);
        let scale = match round % 4 {
            0 => 1.0,
            1 => 2.0_f64.powi(stream.integer(40) as i32),
            2 => extreme(&mut stream, f64::MAX).abs(),
            _ => stream.below(100) as f64 / 10.0,
        };
        if round % 4 > 0 {
            let rise = scale * (pair.rise[0] - pair.rise[1]);
            pair.rise = [moved(rise.min(f64::MAX.next_down()), stream.integer(1)), 0.0];
        }
        if pair.rise[0] < pair.rise[1] {
            pair.rise.reverse();
        }
        let expected = seen.count(order(&pair, Cost::L2, scale));
        let values = if stream.below(2) == 0 { pair.rise } else { [pair.rise[1], pair.rise[0]] };
        let judged = lipschitz::values(&points(&[&pair.x, &pair.y]), &values, scale);
        assert_eq!(judged.is_verified(), expected != Ordering::Less, "{pair:?}, {scale:?}");
        assert_eq!(judged.is_refuted(), expected == Ordering::Less, "{pair:?}, {scale:?}");
    }
    seen.enough(ROUNDS / 20);
}

/// Equal weights, and weights that are shares of a whole number of units, of which no sum or product need be an `f64`.
#[test]
fn sums_of_a_plan_are_compared_with_masses_exactly() {
    let mut stream = Stream::new(65);
    let (mut hinge, mut loss) = (Seen::default(), Seen::default());
    for round in 0..6000 {
        let n = 1 + stream.below(4) as usize;
        let shares: Vec<u64> = (0..n).map(|_| 1 + (stream.bits() >> (20 + stream.below(44)))).collect();
        // 2^k + 1 or the like, times the shares: exact up to 2^44 or rounded.
        let factor =
            (1.0 + stream.signed().abs() * f64::EPSILON * 512.0) * 2.0_f64.powi(stream.integer(400) as i32);
        let weights: Vec<f64> = shares.iter().map(|share| factor * *share as f64).collect();
        let total: u64 = shares.iter().sum();
        let lambda = [0.0, 1.0, 0.5, 1e-17, 3e20, 0.1][round % 6];
        let grown = [0, 1, 0, 0, 0, 0][round % 6];
        let times = 1 + stream.below(5);
        let unit = total * times;
        // The plan moves each share, or all of it and as much again, give or take a unit.
        let mut masses: Vec<u64> = shares.iter().map(|share| share * times).collect();
        if stream.below(2) == 0 {
            masses.iter_mut().for_each(|mass| *mass *= 1 + grown);
        }
        let at = stream.below(n as u64) as usize;
        masses[at] = masses[at].saturating_add_signed(stream.integer(1));
        let moved: u64 = masses.iter().sum();
        let sample = Sample {
            p: points(&vec![&[0.0][..]; n]),
            q: points(&[&[0.0]]),
            p_weight: weights.clone(),
            q_weight: vec![1.0],
            cost: Cost::L2,
            total: Total::EachClass,
        };
        let plan = Plan { flows: masses.iter().enumerate().map(|(i, mass)| (i as u32, 0, *mass)).collect() };
        let zero = Potentials { u: vec![0.0; n], v: vec![0.0] };
        let sum = weights.iter().fold(Exact::integer(0), |sum, w| sum + Exact::of(*w));
        let integer = |n: u64| Exact::integer(i128::from(n));
        let orders = |mass: u64, weight: Exact, sum: Exact| {
            let (moved, due) = (integer(mass) * sum, weight * integer(unit));
            let most = due.clone() + Exact::of(lambda) * due.clone();
            [moved.partial_cmp(&due).unwrap(), moved.partial_cmp(&most).unwrap()]
        };
        let one = Exact::integer(1);
        let mut all: Vec<_> =
            masses.iter().zip(&weights).map(|(mass, w)| orders(*mass, Exact::of(*w), sum.clone())).collect();
        all.push(orders(moved, one.clone(), one));
        let outside = all.iter().position(|[least, most]| least.is_lt() || most.is_gt());
        let found = regularised::hkr(&sample, 1.0, lambda, unit, &plan, &zero).map(|_| ());
        let refused = |index| Err(Refusal::Range { what: "row and column sums", index });
        assert_eq!(found, outside.map_or(Ok(()), refused), "{sample:?}, {masses:?} of {unit}, {lambda}");
        let too_much = all.iter().position(|[least, _]| least.is_gt());
        let found = regularised::bce(&sample, 1.0, 1.0, unit, &plan, &zero).map(|_| ());
        assert_eq!(found, too_much.map_or(Ok(()), refused), "{sample:?}, {masses:?} of {unit}");
        hinge.count(all[at][1]);
        loss.count(all[at][0]);
    }
    hinge.enough(100);
    loss.enough(300);
}

/// Differences that overflow on both sides of the comparison.
#[test]
fn values_at_both_ends_of_the_range_are_compared_exactly() {
    let most = f64::MAX;
    let less = most.next_down();
    for (x, y) in [(most, most), (less, most), (most, less)] {
        for (f, g) in [(most, most), (less, most), (most, less), (less, less)] {
            let holds = Exact::of(f) + Exact::of(g) <= Exact::of(x) + Exact::of(y);
            for far in [points(&[&[x], &[-y]]), points(&[&[x, 0.5], &[-y, 0.5]])] {
                let judged = lipschitz::values(&far, &[f, -g], 1.0);
                assert_eq!((judged.is_verified(), judged.is_refuted()), (holds, !holds), "{x} {y} {f} {g}");
            }
        }
    }
}

/// The points of each tile against their own potentials, not those of another tile.
#[test]
fn near_points_behind_far_ones_are_compared_with_their_own_distance() {
    for cost in COSTS {
        for (n, near) in [(16, 15), (32, 16), (33, 32), (64, 40)] {
            let q: Vec<f64> =
                (0..n).flat_map(|j| if j == near { [1.0, 0.0] } else { [100.0, 0.0] }).collect();
            let problem = |u: f64| {
                let problem = Problem {
                    p: points(&[&[0.0, 0.0]]),
                    q: Points::new(2, q.clone()).unwrap(),
                    p_mass: vec![n as u64],
                    q_mass: vec![1; n],
                    cost,
                    weights: None,
                };
                let plan = Plan { flows: (0..n as u32).map(|j| (0, j, 1)).collect() };
                transport::check(&problem, &plan, &Potentials { u: vec![u], v: vec![0.0; n] }).map(|_| ())
            };
            assert_eq!(problem(1.0), Ok(()));
            assert_eq!(problem(2.0), Err(Refusal::Slope { i: 0, j: near }));
        }
    }
}
