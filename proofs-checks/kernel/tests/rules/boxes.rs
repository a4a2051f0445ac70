use lip1_kernel::boxes::{Boxes, Grouping};
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{self, Plan, Potentials, Problem};
use lip1_kernel::{Points, Refusal};

use crate::exact::{self, Exact};
use crate::random::Stream;

const COSTS: [Cost; 3] = [Cost::L2, Cost::L1, Cost::Linf];

fn points(dim: usize, coords: Vec<f64>) -> Points {
    Points::new(dim, coords).unwrap()
}

/// A problem about these points, whose plan moves one unit from the first point to the first.
fn problem(p: &Points, q: &Points, cost: Cost) -> (Problem, Plan) {
    let first = |n: usize| (0..n).map(|k| u64::from(k == 0)).collect();
    let (p_mass, q_mass) = (first(p.len()), first(q.len()));
    let problem = Problem { p: p.clone(), q: q.clone(), p_mass, q_mass, cost, weights: None };
    (problem, Plan { flows: vec![(0, 0, 1)] })
}

fn check(p: &Points, q: &Points, cost: Cost, f: &Potentials, boxes: &Boxes) -> Result<(), Refusal> {
    let (problem, plan) = problem(p, q, cost);
    transport::check_in_boxes(&problem, &plan, f, Some(boxes)).map(|_| ())
}

/// A tree of `2^levels` leaves with one slope everywhere.
fn grouping(order: Vec<u32>, levels: u32, slope: &[f64]) -> Grouping {
    Grouping { order, slopes: slope.repeat((2 << levels) - 1) }
}

/// As many levels as there may be.
fn deepest(n: usize) -> u32 {
    n.div_ceil(16).ilog2()
}

/// Points in order along the axes, one after the other: boxes of them are small in one direction at least.
fn sorted(points: &Points, axis: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..points.len() as u32).collect();
    order.sort_by(|&a, &b| points.row(a as usize)[axis].total_cmp(&points.row(b as usize)[axis]));
    order
}

/// `u - v > d(x, y)`, exactly; in doubles where there is no doubt.
fn is_steep(x: &[f64], y: &[f64], u: f64, v: f64, cost: Cost) -> bool {
    let d = distance::enclose(x, y, cost).upper();
    if u - v < 0.999 * d && d > 1e-150 {
        return false;
    }
    let rise = Exact::of(u) - Exact::of(v);
    if rise <= Exact::integer(0) {
        return false;
    }
    let mut sizes = x.iter().zip(y).map(|(a, b)| (Exact::of(*a) - Exact::of(*b)).abs());
    let zero = Exact::integer(0);
    match cost {
        Cost::L2 => rise.clone() * rise > exact::squared_distance(x, y),
        Cost::L1 => rise > sizes.fold(zero, |sum, size| sum + size),
        Cost::Linf => sizes.all(|size| rise > size),
    }
}

fn steep_pairs(p: &Points, q: &Points, cost: Cost, f: &Potentials) -> Vec<(usize, usize)> {
    let pairs = (0..p.len()).flat_map(|i| (0..q.len()).map(move |j| (i, j)));
    pairs.filter(|&(i, j)| is_steep(p.row(i), q.row(j), f.u[i], f.v[j], cost)).collect()
}

/// Some units in the last place up or down.
fn nudged(mut x: f64, by: i64) -> f64 {
    for _ in 0..by.abs() {
        x = if by > 0 { x.next_up() } else { x.next_down() };
    }
    x
}

/// Points, potentials that are tight in many places or steep by little, and the slope that they are made with.
struct Instance {
    p: Points,
    q: Points,
    cost: Cost,
    f: Potentials,
    slope: Vec<f64>,
}

/// A slope of dual norm about 1, along an axis or not.
fn any_slope(stream: &mut Stream, dim: usize, cost: Cost) -> Vec<f64> {
    let straight = stream.below(2) == 0;
    let mut slope: Vec<f64> =
        (0..dim).map(|_| if straight { stream.integer(1) as f64 } else { stream.signed() }).collect();
    let size = slope.iter().fold(0.0, |size: f64, s| match cost {
        Cost::L2 => size.hypot(*s),
        Cost::L1 => size.max(s.abs()),
        Cost::Linf => size + s.abs(),
    });
    slope.iter_mut().for_each(|s| *s /= size.max(1e-9));
    slope
}

/// Points anywhere, a few of them far away.
fn scattered(stream: &mut Stream, count: usize, dim: usize) -> Vec<f64> {
    let (grid, long) = (stream.below(2) == 0, stream.below(3) == 0);
    let offset = if stream.below(3) == 0 { 1e6 * stream.signed() } else { 0.0 };
    let mut number = || {
        let x = if grid { stream.integer(4) as f64 / 4.0 } else { stream.signed() };
        let far = if long && stream.below(8) == 0 { 1e7 } else { 1.0 };
        x * far + offset
    };
    (0..count * dim).map(|_| number()).collect()
}

/// Points in clusters of 16, which are boxes of their own, one after the other along a line.
fn clustered(stream: &mut Stream, count: usize, way: &[f64]) -> Vec<f64> {
    let width = 2.0_f64.powi(-(stream.below(60) as i32));
    let mut centre: Vec<f64> = vec![0.0; way.len()];
    let mut coords = Vec::new();
    for k in 0..count {
        if k % 16 == 0 {
            let far = 4.0 * stream.signed();
            centre.iter_mut().zip(way).for_each(|(c, w)| *c = far * w + 0.01 * stream.signed() * width);
        }
        coords.extend(centre.iter().map(|c| c + width * stream.signed()));
    }
    coords
}

fn instance(stream: &mut Stream, cost: Cost) -> Instance {
    let dim = 1 + stream.below(3) as usize;
    let (n, m) = (1 + stream.below(70) as usize, 1 + stream.below(70) as usize);
    let slope = any_slope(stream, dim, cost);
    let exponent = [
        0,
        stream.integer(30),
        stream.below(460) as i64,
        -(stream.below(560) as i64),
        -(stream.below(1070) as i64),
    ];
    let scale = 2.0_f64.powi(exponent[stream.below(5) as usize] as i32);
    // Points y and x with the steepest rise between them: along the slope, or for the others along its signs or its largest part.
    let steepest = largest(&slope);
    let way: Vec<f64> = slope
        .iter()
        .map(|s| match cost {
            Cost::L2 => *s,
            Cost::L1 => s.signum() * stream.signed().abs(),
            Cost::Linf => {
                if s.abs() < steepest {
                    stream.signed()
                } else {
                    s.signum()
                }
            }
        })
        .collect();
    let coords = if stream.below(2) == 0 {
        scattered(stream, n + m, dim)
    } else {
        let (mut coords, more) = (clustered(stream, n, &way), clustered(stream, m, &way));
        coords.extend(more);
        coords
    };
    let mut coords: Vec<f64> = coords.iter().map(|x| x * scale).collect();
    let q = points(dim, coords.split_off(n * dim));
    let p = points(dim, coords);
    let origin = p.row(0);
    let along = |x: &[f64]| x.iter().zip(origin).zip(&slope).fold(0.0, |sum, ((x, o), s)| sum + (x - o) * s);
    let v: Vec<f64> = q.rows().map(along).collect();
    let reach = |x: &[f64]| {
        (0..m).map(|j| v[j] + distance::enclose(x, q.row(j), cost).lower()).fold(f64::INFINITY, f64::min)
    };
    let linear = stream.below(2) == 0;
    let u: Vec<f64> = p.rows().map(|x| if linear { along(x) } else { reach(x) }).collect();
    // A little clear of ties in all places but one.
    let room = match stream.below(3) {
        0 => 0.0,
        _ => 2.0_f64.powi(stream.integer(6) as i32 - 48) * (largest(&u) + largest(&v)),
    };
    let mut f = Potentials { u: u.iter().map(|u| u - room).collect(), v };
    let (i, j) = (stream.below(n as u64) as usize, stream.below(m as u64) as usize);
    match stream.below(4) {
        0 => f.u[i] = nudged(u[i], stream.integer(3)),
        1 => f.v[j] = nudged(f.v[j] - room, stream.integer(3)),
        2 => f.u[i] = nudged(u[i], 1 << stream.below(10)),
        _ => {}
    }
    Instance { p, q, cost, f, slope }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// Any order, depth and slopes, good ones among them.
fn any_grouping(stream: &mut Stream, points: &Points, slope: &[f64]) -> Grouping {
    let (n, dim) = (points.len(), points.dim());
    let mut order: Vec<u32> = (0..n as u32).collect();
    match stream.below(4) {
        0 => order = sorted(points, stream.below(dim as u64) as usize),
        1 => (1..n).for_each(|k| order.swap(k, stream.below(k as u64 + 1) as usize)),
        _ => {}
    }
    let levels = stream.below(u64::from(deepest(n)) + 1) as u32;
    let levels = if stream.below(2) == 0 { deepest(n) } else { levels };
    let mut grouping = grouping(order, levels, slope);
    match stream.below(4) {
        0 => grouping.slopes.fill(0.0),
        1 => grouping.slopes.iter_mut().for_each(|s| *s = stream.signed()),
        _ => {}
    }
    grouping
}

#[test]
fn boxes_decide_as_all_pairs_do_whatever_the_grouping() {
    let mut stream = Stream::new(61);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..2400 {
        let Instance { p, q, cost, f, slope } = instance(&mut stream, COSTS[round % 3]);
        let steep = steep_pairs(&p, &q, cost, &f);
        for _ in 0..3 {
            let boxes =
                Boxes { p: any_grouping(&mut stream, &p, &slope), q: any_grouping(&mut stream, &q, &slope) };
            match check(&p, &q, cost, &f, &boxes) {
                Ok(()) => assert_eq!(steep, [], "round {round}"),
                Err(Refusal::Slope { i, j }) => assert!(steep.contains(&(i, j)), "round {round}: {i}, {j}"),
                other => panic!("{other:?}"),
            }
        }
        if steep.is_empty() { accepted += 1 } else { refused += 1 }
    }
    assert!(accepted > 700 && refused > 700, "{accepted} accepted, {refused} refused");
}

/// Where squares underflow the length of a step may come out too short, and what it is divided by with it.
#[test]
fn steps_whose_squares_underflow_settle_nothing() {
    let (a, b) = (1.5e-162, 1.6e-162);
    let alone = || grouping(vec![0], 0, &[0.0; 3]);
    let at = |u: f64, x: [f64; 3]| {
        let f = Potentials { u: vec![u], v: vec![0.0] };
        let boxes = Boxes { p: alone(), q: alone() };
        check(&points(3, x.to_vec()), &points(3, vec![0.0; 3]), Cost::L2, &f, &boxes)
    };
    let steep = Err(Refusal::Slope { i: 0, j: 0 });
    assert_eq!((at(2.6e-162, [a, a, b]), at(3e-162, [a, a, b])), (Ok(()), steep.clone()));
    // Squares of a few bits.
    let scale = 2.0_f64.powi(-520);
    for k in 0..200 {
        let x = [1.0, 1.0 + 0.01 * f64::from(k), 0.3];
        let d = distance::enclose(&x, &[0.0; 3], Cost::L2).upper();
        assert_eq!(at(d.next_up() * scale, x.map(|x| x * scale)), steep);
    }
}

/// In l-infinity a vector with more than one component of size 1 is too long.
#[test]
fn clusters_apart_along_a_diagonal_are_as_far_as_their_largest_coordinate_says() {
    for (cost, far) in [(Cost::L2, 50.0), (Cost::L1, 70.0), (Cost::Linf, 40.0)] {
        let cluster = |x: f64, y: f64| points(2, (0..32).flat_map(|_| [x, y]).collect());
        let (p, q) = (cluster(30.0, 40.0), cluster(0.0, 0.0));
        for slope in [[0.0, 0.0], [0.6, 0.8], [1.0, 1.0], [0.0, 1.0]] {
            let group = || grouping((0..32).collect(), 1, &slope);
            let boxes = Boxes { p: group(), q: group() };
            let at = |u: f64| check(&p, &q, cost, &Potentials { u: vec![u; 32], v: vec![0.0; 32] }, &boxes);
            assert_eq!((at(far), at(far - 1.0)), (Ok(()), Ok(())));
            assert!(matches!(at(far.next_up()), Err(Refusal::Slope { .. })));
            assert!(matches!(at(far + 1.0), Err(Refusal::Slope { .. })));
        }
    }
}

/// Points `0, 3, 6, ..` against `1, 4, 7, ..` on a line, and `f(x) = x`: every pair with the larger number on the left is a tie.
fn ties(n: usize) -> (Points, Points, Potentials, Boxes) {
    let line = |start: usize| (0..n).map(|k| (start + 3 * k) as f64).collect::<Vec<_>>();
    let (u, v) = (line(0), line(1));
    // Every second point first.
    let order = || (0..n as u32).step_by(2).chain((1..n as u32).step_by(2)).collect();
    let group = || grouping(order(), deepest(n), &[1.0]);
    (points(1, u.clone()), points(1, v.clone()), Potentials { u, v }, Boxes { p: group(), q: group() })
}

#[test]
fn a_potential_off_by_the_least_amount_is_refused_with_its_pair() {
    let (p, q, f, boxes) = ties(100);
    for cost in COSTS {
        assert_eq!(check(&p, &q, cost, &f, &boxes), Ok(()));
        for k in 0..100 {
            let mut up = f.clone();
            up.u[k] = f.u[k].next_up();
            match check(&p, &q, cost, &up, &boxes) {
                // The first has no point on its left.
                Ok(()) => assert_eq!(k, 0),
                Err(Refusal::Slope { i, j }) => assert!(i == k && j < k),
                other => panic!("{other:?}"),
            }
            let mut down = f.clone();
            down.v[k] = f.v[k].next_down();
            match check(&p, &q, cost, &down, &boxes) {
                Ok(()) => assert_eq!(k, 99),
                Err(Refusal::Slope { i, j }) => assert!(i > k && j == k),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn orders_that_are_not_one_of_all_points_are_refused() {
    let run = |change: fn(&mut Boxes)| {
        let (p, q, f, mut boxes) = ties(40);
        change(&mut boxes);
        check(&p, &q, Cost::L2, &f, &boxes)
    };
    assert_eq!(run(|_| {}), Ok(()));
    assert_eq!(run(|boxes| boxes.p.order.reverse()), Ok(()));
    let (p, q) = ("order of p", "order of q");
    assert_eq!(run(|b| b.p.order.truncate(39)), Err(Refusal::Length { what: p, expected: 40, found: 39 }));
    assert_eq!(run(|b| b.q.order.push(40)), Err(Refusal::Length { what: q, expected: 40, found: 41 }));
    let once = |what, index| Err(Refusal::NotOnce { what, index });
    assert_eq!(run(|b| b.p.order[7] = 40), once(p, 14));
    assert_eq!(run(|b| b.q.order[7] = u32::MAX), once(q, 14));
    assert_eq!(run(|b| b.q.order[39] = 40), once(q, 39));
    assert_eq!(run(|b| b.p.order[7] = b.p.order[39]), once(p, 14));
    assert_eq!(run(|b| b.p.order[39] = b.p.order[7]), once(p, 14));
    assert_eq!(run(|b| b.q.order[0] = b.q.order[1]), once(q, 0));
    assert_eq!(run(|b| b.q.order.fill(0)), once(q, 0));
    let words = Refusal::NotOnce { what: q, index: 2 }.to_string();
    assert_eq!(words, "order of q: index 2 does not stand there once");
}

#[test]
fn slopes_that_are_not_those_of_a_tree_are_refused() {
    let run = |change: fn(&mut Boxes)| {
        let (p, q, f, mut boxes) = ties(40);
        change(&mut boxes);
        check(&p, &q, Cost::L2, &f, &boxes)
    };
    let shape =
        Err(Refusal::Hypothesis { why: "slopes are for all boxes of a tree, none of which is empty" });
    // 40 points are three tiles: at most two leaves.
    for count in [0, 2, 4, 5, 6, 7, 8, 15, 31] {
        let (p, q, f, mut boxes) = ties(40);
        boxes.q.slopes = vec![1.0; count];
        assert_eq!(check(&p, &q, Cost::L2, &f, &boxes), shape, "{count}");
        (boxes.p.slopes, boxes.q.slopes) = (vec![1.0; count], vec![1.0; 3]);
        assert_eq!(check(&p, &q, Cost::L2, &f, &boxes), shape, "{count}");
    }
    assert_eq!(run(|b| b.p.slopes.truncate(1)), Ok(()));
    assert_eq!(run(|b| b.p.slopes[2] = -1.0), Ok(()));
    let range = |what, index| Err(Refusal::Range { what, index });
    assert_eq!(run(|b| b.p.slopes[2] = 1.0_f64.next_up()), range("slopes of u", 2));
    assert_eq!(run(|b| b.q.slopes[1] = -2.0), range("slopes of v", 1));
    assert_eq!(run(|b| b.q.slopes[0] = f64::NAN), Err(Refusal::NotFinite { what: "slopes of v", index: 0 }));
    let infinite = Err(Refusal::NotFinite { what: "slopes of u", index: 1 });
    assert_eq!(run(|b| b.p.slopes[1] = f64::NEG_INFINITY), infinite);
}

#[test]
fn slopes_have_as_many_numbers_as_the_points_and_at_most_three() {
    let at = |dim: usize, numbers: usize| {
        let alone = points(dim, vec![0.5; dim]);
        let group = || Grouping { order: vec![0], slopes: vec![0.0; numbers] };
        let f = Potentials { u: vec![0.0], v: vec![0.0] };
        check(&alone, &alone, Cost::L1, &f, &Boxes { p: group(), q: group() })
    };
    let shape =
        Err(Refusal::Hypothesis { why: "slopes are for all boxes of a tree, none of which is empty" });
    for dim in 1..=3 {
        assert_eq!(
            (at(dim, dim), at(dim, dim - 1), at(dim, dim + 1)),
            (Ok(()), shape.clone(), shape.clone())
        );
    }
    assert_eq!(at(4, 4), Err(Refusal::Hypothesis { why: "boxes are of at most three dimensions" }));
}

#[test]
fn other_refusals_are_those_of_the_rule_without_boxes() {
    let (p, q, mut f, boxes) = ties(40);
    f.u[3] = f64::NAN;
    assert_eq!(
        check(&p, &q, Cost::L2, &f, &boxes),
        Err(Refusal::NotFinite { what: "potential u", index: 3 })
    );
    f.u.truncate(3);
    let short = Err(Refusal::Length { what: "potential u", expected: 40, found: 3 });
    assert_eq!(check(&p, &q, Cost::L2, &f, &boxes), short);
    let far = points(1, vec![1.1e150]);
    let alone = || grouping(vec![0], 0, &[0.0]);
    let zero = Potentials { u: vec![0.0], v: vec![0.0] };
    let found = check(&far, &far, Cost::L2, &zero, &Boxes { p: alone(), q: alone() });
    assert_eq!(found, Err(Refusal::Range { what: "points of p", index: 0 }));
}
