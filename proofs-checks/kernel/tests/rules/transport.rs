use lip1_kernel::distance::{self, Cost};
use lip1_kernel::transport::{self, Bracket, Plan, Potentials, Problem, Weights};
use lip1_kernel::{Points, Refusal, Theorem};

use crate::exact::{self, Exact};
use crate::random::Stream;

fn points(dim: usize, coords: &[f64]) -> Points {
    Points::new(dim, coords.to_vec()).unwrap()
}

/// Mass 3 at the origin against 1 at (3, 4) and 2 at (0, 1): the distance is 7/3.
fn example() -> (Problem, Plan, Potentials) {
    let problem = Problem {
        p: points(2, &[0.0, 0.0]),
        q: points(2, &[3.0, 4.0, 0.0, 1.0]),
        p_mass: vec![3],
        q_mass: vec![1, 2],
        cost: Cost::L2,
        weights: None,
    };
    let plan = Plan { flows: vec![(0, 0, 1), (0, 1, 2)] };
    (problem, plan, Potentials { u: vec![5.0], v: vec![0.0, 4.0] })
}

fn run(change: impl FnOnce(&mut Problem, &mut Plan, &mut Potentials)) -> Result<Theorem<Bracket>, Refusal> {
    let (mut problem, mut plan, mut potentials) = example();
    change(&mut problem, &mut plan, &mut potentials);
    transport::check(&problem, &plan, &potentials)
}

#[test]
fn the_optimum_is_bracketed_by_neighbours_of_its_value() {
    let bracket = run(|_, _, _| {}).unwrap();
    let three = |end: f64| Exact::of(end) * Exact::integer(3);
    assert!(three(bracket.lower) <= Exact::integer(7) && Exact::integer(7) <= three(bracket.upper));
    assert_eq!(bracket.lower.next_up(), bracket.upper);
    assert_eq!((bracket.enclosure().lower(), bracket.enclosure().upper()), (bracket.lower, bracket.upper));
}

#[test]
fn an_exact_value_has_an_exact_bracket_in_every_cost() {
    for (cost, value) in [(Cost::L2, 5.0), (Cost::L1, 7.0), (Cost::Linf, 4.0)] {
        let problem = Problem {
            p: points(2, &[0.0, 0.0]),
            q: points(2, &[3.0, -4.0]),
            p_mass: vec![1 << 40],
            q_mass: vec![1 << 40],
            cost,
            weights: None,
        };
        let plan = Plan { flows: vec![(0, 0, 1 << 39), (0, 0, 1 << 39)] };
        let at = |u: f64| transport::check(&problem, &plan, &Potentials { u: vec![u], v: vec![0.0] });
        let bracket = at(value).unwrap();
        assert_eq!((bracket.lower, bracket.upper), (value, value));
        assert_eq!(at(value.next_up()), Err(Refusal::Slope { i: 0, j: 0 }));
        assert_eq!(at(-1.0).unwrap().lower, 0.0);
    }
}

#[test]
fn equal_measures_are_at_distance_0() {
    let bracket = run(|problem, plan, potentials| {
        problem.q = problem.p.clone();
        problem.q_mass = vec![3];
        plan.flows = vec![(0, 0, 3)];
        *potentials = Potentials { u: vec![1.5], v: vec![1.5] };
    });
    assert_eq!(bracket.map(|b| (b.lower, b.upper)), Ok((0.0, 0.0)));
}

#[test]
fn a_potential_one_unit_in_the_last_place_too_steep_is_refused() {
    assert_eq!(run(|_, _, f| f.u[0] = 5.0_f64.next_up()), Err(Refusal::Slope { i: 0, j: 0 }));
    assert_eq!(run(|_, _, f| f.v[0] = -f64::EPSILON), Err(Refusal::Slope { i: 0, j: 0 }));
    assert_eq!(run(|_, _, f| f.v[1] = 4.0_f64.next_down()), Err(Refusal::Slope { i: 0, j: 1 }));
    assert!(run(|_, _, f| f.v[1] = 4.0_f64.next_up()).is_ok());
}

#[test]
fn a_plan_one_unit_of_mass_off_is_refused() {
    let marginal = |side, index, expected, found| Err(Refusal::Marginal { side, index, expected, found });
    assert_eq!(run(|_, plan, _| plan.flows[0].2 = 2), marginal("p", 0, 3, 4));
    assert_eq!(run(|_, plan, _| plan.flows[0].2 = 0), marginal("p", 0, 3, 2));
    assert_eq!(run(|_, plan, _| plan.flows[1].1 = 0), marginal("q", 0, 1, 3));
    assert_eq!(run(|_, plan, _| plan.flows.clear()), marginal("p", 0, 3, 0));
    assert_eq!(run(|_, plan, _| plan.flows.push((0, 1, 1))), marginal("p", 0, 3, 4));
    assert!(run(|_, plan, _| plan.flows.push((0, 1, 0))).is_ok());
    let most = u64::MAX;
    assert_eq!(
        run(|_, plan, _| plan.flows.extend([(0, 0, most), (0, 0, most)])),
        marginal("p", 0, 3, 2 * u128::from(most) + 3)
    );
}

#[test]
fn a_flow_from_or_to_no_point_is_refused() {
    let index = |what, index, limit| Err(Refusal::Index { what, index, limit });
    assert_eq!(run(|_, plan, _| plan.flows[0].0 = 1), index("flow from p", 1, 1));
    assert_eq!(run(|_, plan, _| plan.flows[0].1 = 2), index("flow to q", 2, 2));
    assert_eq!(run(|_, plan, _| plan.flows.push((u32::MAX, 0, 0))), index("flow from p", 0xffff_ffff, 1));
    assert_eq!(run(|_, plan, _| plan.flows.push((0, u32::MAX, 0))), index("flow to q", 0xffff_ffff, 2));
}

#[test]
fn totals_must_be_equal_and_positive() {
    assert_eq!(run(|problem, _, _| problem.p_mass[0] = 4), Err(Refusal::Totals { p: 4, q: 3 }));
    assert_eq!(run(|problem, _, _| problem.q_mass[0] = 2), Err(Refusal::Totals { p: 3, q: 4 }));
    let nothing = run(|problem, plan, _| {
        problem.p_mass = vec![0];
        problem.q_mass = vec![0, 0];
        plan.flows.clear();
    });
    assert_eq!(nothing, Err(Refusal::Totals { p: 0, q: 0 }));
    let empty = Problem {
        p: points(2, &[]),
        q: points(2, &[]),
        p_mass: vec![],
        q_mass: vec![],
        cost: Cost::L2,
        weights: None,
    };
    let found = transport::check(&empty, &Plan::default(), &Potentials::default());
    assert_eq!(found, Err(Refusal::Totals { p: 0, q: 0 }));
}

#[test]
fn totals_beyond_64_bits_are_exact() {
    let most = u64::MAX;
    let found = run(|problem, plan, _| {
        problem.p = points(2, &[0.0, 0.0, 0.0, 0.0]);
        problem.p_mass = vec![most, most];
        problem.q_mass = vec![most, most];
        plan.flows = vec![(0, 0, most), (1, 1, most)];
    });
    assert_eq!(found, Err(Refusal::Length { what: "potential u", expected: 2, found: 1 }));
    let found = run(|problem, plan, f| {
        problem.p = points(2, &[0.0, 0.0, 0.0, 0.0]);
        problem.p_mass = vec![most, most];
        problem.q_mass = vec![most, most];
        plan.flows = vec![(0, 0, most), (1, 1, most)];
        f.u = vec![5.0, 5.0];
    });
    // The total needs 65 bits, so the division rounds.
    let bracket = found.unwrap();
    assert!(bracket.lower < 3.0 && 3.0 < bracket.upper && bracket.enclosure().width() <= 8.0 * f64::EPSILON);
}

#[test]
fn lists_of_other_lengths_are_refused() {
    let length = |what, expected, found| Err(Refusal::Length { what, expected, found });
    assert_eq!(run(|problem, _, _| problem.p_mass.push(0)), length("masses of p", 1, 2));
    assert_eq!(run(|problem, _, _| problem.q_mass.push(0)), length("masses of q", 2, 3));
    assert_eq!(run(|_, _, f| f.u.push(0.0)), length("potential u", 1, 2));
    assert_eq!(run(|_, _, f| f.v.truncate(1)), length("potential v", 2, 1));
    assert_eq!(run(|problem, _, _| problem.p = points(1, &[0.0])), length("dimension of q", 1, 2));
    assert_eq!(run(|_, _, f| std::mem::swap(&mut f.u, &mut f.v)), length("potential u", 1, 2));
}

#[test]
fn numbers_that_are_not_finite_or_beyond_range_are_refused() {
    let range = |what, index| Err(Refusal::Range { what, index });
    assert_eq!(run(|_, _, f| f.u[0] = f64::NAN), Err(Refusal::NotFinite { what: "potential u", index: 0 }));
    let infinite = Err(Refusal::NotFinite { what: "potential v", index: 1 });
    assert_eq!(run(|_, _, f| f.v[1] = f64::INFINITY), infinite);
    assert_eq!(run(|_, _, f| f.u[0] = -1.1e150), range("potential u", 0));
    assert_eq!(run(|_, _, f| f.v[1] = 1e151), range("potential v", 1));
    assert!(run(|_, _, f| f.v[1] = 1e150).is_ok());
    assert_eq!(run(|problem, _, _| problem.p = points(2, &[0.0, 2e150])), range("points of p", 1));
    assert_eq!(run(|problem, _, _| problem.q = points(2, &[0.0, 0.0, -2e150, 0.0])), range("points of q", 2));
    assert!(Points::new(1, vec![f64::NAN]).is_err());
}

#[test]
fn swapped_sides_are_refused() {
    let swapped = run(|problem, plan, potentials| {
        std::mem::swap(&mut problem.p, &mut problem.q);
        std::mem::swap(&mut problem.p_mass, &mut problem.q_mass);
        plan.flows.iter_mut().for_each(|flow| *flow = (flow.1, flow.0, flow.2));
        std::mem::swap(&mut potentials.u, &mut potentials.v);
    });
    // u - v <= d still holds with the signs swapped, but proves nothing below.
    assert_eq!(swapped.map(|b| b.lower), Ok(0.0));
    let negated = run(|_, _, potentials| potentials.u[0] = -5.0);
    assert_eq!(negated.map(|b| b.lower), Ok(0.0));
}

/// Small integer points, the largest feasible potentials for some `v`, and a plan: everything but roots is exact.
#[test]
fn every_bracket_holds_the_exact_cost_and_the_exact_dual_value() {
    let mut stream = Stream::new(31);
    for round in 0..60 {
        let cost = [Cost::L2, Cost::L1, Cost::Linf][round % 3];
        let (n, dim) = (2 + stream.below(7) as usize, 1 + stream.below(4) as usize);
        let mut cloud =
            || points(dim, &(0..n * dim).map(|_| stream.integer(9) as f64 / 8.0).collect::<Vec<_>>());
        let (p, q) = (cloud(), cloud());
        let mass: Vec<u64> = (0..n).map(|_| stream.bits() >> stream.below(60)).collect();
        let flows: Vec<(u32, u32, u64)> = (0..n).map(|i| (i as u32, (n - 1 - i) as u32, mass[i])).collect();
        let v: Vec<f64> = (0..n).map(|_| stream.signed()).collect();
        let below = |x: &[f64], j: usize| v[j] + distance::below(x, q.row(j), cost) - 1e-15;
        let reach = |x: &[f64]| (0..n).map(|j| below(x, j)).fold(f64::INFINITY, f64::min);
        let u: Vec<f64> = p.rows().map(reach).collect();
        let problem = Problem {
            p: p.clone(),
            q: q.clone(),
            p_mass: mass.clone(),
            q_mass: mass.iter().rev().copied().collect(),
            cost,
            weights: None,
        };
        let potentials = Potentials { u: u.clone(), v: v.clone() };
        let bracket = transport::check(&problem, &Plan { flows: flows.clone() }, &potentials).unwrap();
        let integer = |m: u64| Exact::integer(i128::from(m));
        let total = mass.iter().map(|m| integer(*m)).fold(Exact::integer(0), |s, m| s + m);
        let dual = (0..n).fold(Exact::integer(0), |sum, k| {
            sum + integer(mass[k]) * Exact::of(u[k]) - integer(mass[n - 1 - k]) * Exact::of(v[k])
        });
        let lower = Exact::of(bracket.lower) * total.clone();
        assert!(lower <= dual || bracket.lower == 0.0);
        let tight = Exact::of(bracket.lower + 4.0 * f64::EPSILON * bracket.lower.max(1e-15)) * total.clone();
        assert!(tight >= dual, "the lower end gives too much away");
        // Distances of multiples of 1/8 are exact in l1 and l-infinity.
        if cost != Cost::L2 {
            let spent = flows.iter().fold(Exact::integer(0), |sum, &(i, j, m)| {
                let d = distance::enclose(p.row(i as usize), q.row(j as usize), cost);
                assert_eq!(d.lower(), d.upper());
                sum + integer(m) * Exact::of(d.lower())
            });
            assert!(Exact::of(bracket.upper) * total.clone() >= spent);
            assert!(Exact::of(bracket.upper * (1.0 - 4.0 * f64::EPSILON)) * total <= spent);
        }
    }
}

#[test]
fn every_pair_is_compared_also_in_long_blocks() {
    // 1100 points on a line, potentials |x|: every pair is tight or slack by itself.
    let n = 1100;
    let q = points(1, &(0..n).map(|k| k as f64).collect::<Vec<_>>());
    let v: Vec<f64> = (0..n).map(|k| -(k as f64)).collect();
    let problem = Problem {
        p: points(1, &[0.0]),
        q,
        p_mass: vec![n as u64],
        q_mass: vec![1; n],
        cost: Cost::L2,
        weights: None,
    };
    let plan = Plan { flows: (0..n as u32).map(|j| (0, j, 1)).collect() };
    let bracket = transport::check(&problem, &plan, &Potentials { u: vec![0.0], v: v.clone() }).unwrap();
    let mean = (n - 1) as f64 / 2.0;
    assert_eq!((bracket.lower, bracket.upper), (mean, mean));
    for j in [0, 1, 511, 512, 513, 1023, 1024, 1099] {
        let mut v = v.clone();
        v[j] = if j == 0 { -f64::from_bits(1) } else { v[j].next_down() };
        let found = transport::check(&problem, &plan, &Potentials { u: vec![0.0], v });
        assert_eq!(found, Err(Refusal::Slope { i: 0, j }));
    }
}

#[test]
fn a_pair_that_almost_violates_is_decided_as_its_exact_distance_says() {
    let mut stream = Stream::new(32);
    let (mut refused, mut passed) = (0, 0);
    for _ in 0..3000 {
        let dim = 1 + stream.below(5) as usize;
        let scale = 2.0_f64.powi(stream.integer(200) as i32);
        let (x, y) = (stream.vector(dim), stream.vector(dim));
        let x: Vec<f64> = x.iter().map(|c| c * scale).collect();
        let y: Vec<f64> = y.iter().map(|c| c * scale).collect();
        let mut u = distance::below(&x, &y, Cost::L2);
        u *= 1.0 + stream.integer(40) as f64 * f64::EPSILON;
        let violated = Exact::of(u) * Exact::of(u) > exact::squared_distance(&x, &y);
        let problem = Problem {
            p: points(dim, &x),
            q: points(dim, &y),
            p_mass: vec![1],
            q_mass: vec![1],
            cost: Cost::L2,
            weights: None,
        };
        let found = transport::check(
            &problem,
            &Plan { flows: vec![(0, 0, 1)] },
            &Potentials { u: vec![u], v: vec![0.0] },
        );
        match found {
            Ok(bracket) => {
                assert!(!violated, "{u} is more than the distance of {x:?} and {y:?}");
                let upper = Exact::of(bracket.upper);
                assert!(upper.clone() * upper >= exact::squared_distance(&x, &y) && bracket.lower <= u);
                passed += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 500 && passed > 500);
}

#[test]
fn tiny_distances_that_underflow_when_squared_are_not_passed() {
    for d in [1e-170, 1e-200, 1e-300, f64::from_bits(1)] {
        let problem = Problem {
            p: points(1, &[0.0]),
            q: points(1, &[d]),
            p_mass: vec![1],
            q_mass: vec![1],
            cost: Cost::L2,
            weights: None,
        };
        let plan = Plan { flows: vec![(0, 0, 1)] };
        let at = |u: f64| transport::check(&problem, &plan, &Potentials { u: vec![u], v: vec![0.0] });
        assert!(at(d).is_ok() && at(2.0 * d).is_err() && at(d.next_up()).is_err());
    }
}

fn weighted(
    p: &[f64],
    q: &[f64],
    p_mass: &[u64],
    q_mass: &[u64],
    flows: &[(u32, u32, u64)],
) -> Result<Theorem<Bracket>, Refusal> {
    // Points 0, 1, .. against points 10, 11, ..
    let line = |start: usize, n: usize| points(1, &(0..n).map(|k| (start + k) as f64).collect::<Vec<_>>());
    let problem = Problem {
        p: line(0, p_mass.len()),
        q: line(10, q_mass.len()),
        p_mass: p_mass.to_vec(),
        q_mass: q_mass.to_vec(),
        cost: Cost::L2,
        weights: Some(Weights { p: p.to_vec(), q: q.to_vec() }),
    };
    let u = (0..p_mass.len()).map(|k| -(k as f64)).collect();
    let v = (0..q_mass.len()).map(|k| -((10 + k) as f64)).collect();
    transport::check(&problem, &Plan { flows: flows.to_vec() }, &Potentials { u, v })
}

#[test]
fn weights_are_the_question_and_masses_only_a_plan() {
    // Weights 1/4, 3/4 at 0, 1 against 1 at 10: the distance is 9.25.
    let exact = weighted(&[0.5, 1.5], &[7.0], &[1, 3], &[4], &[(0, 0, 1), (1, 0, 3)]).unwrap();
    assert!(exact.lower <= 9.25 && 9.25 <= exact.upper && exact.upper < 9.25 + 1e-14);
    assert_eq!(exact.lower, 9.25);
    // Masses 1/2, 1/2: the plan costs 9.5, a quarter travels at most 1.
    let rounded = weighted(&[0.5, 1.5], &[7.0], &[1, 1], &[2], &[(0, 0, 1), (1, 0, 1)]).unwrap();
    assert!(rounded.lower == 9.25 && 9.75 <= rounded.upper && rounded.upper < 9.75 + 1e-14);
    // The other way: masses 1/4, 3/4 for weights 1/2, 1/2.
    let rounded = weighted(&[2.0, 2.0], &[7.0], &[1, 3], &[4], &[(0, 0, 1), (1, 0, 3)]).unwrap();
    assert!(rounded.lower == 9.5 && 9.5 <= rounded.upper && rounded.upper < 9.5 + 1e-14);
    // The same on the other side.
    let rounded = weighted(&[7.0], &[0.5, 1.5], &[2], &[1, 1], &[(0, 0, 1), (0, 1, 1)]).unwrap();
    assert!(rounded.lower == 10.75 && 10.75 <= rounded.upper && rounded.upper < 10.75 + 1e-14);
}

/// The excess of a weight over its mass is computed as if exactly, however the sums are rounded.
#[test]
fn masses_that_follow_the_weights_cost_next_to_nothing() {
    let at = points(1, &[0.0, 1.0, 2.0]);
    let charge = |weights: [f64; 3], masses: [u64; 3]| {
        let problem = Problem {
            p: at.clone(),
            q: at.clone(),
            p_mass: masses.to_vec(),
            q_mass: masses.to_vec(),
            cost: Cost::L2,
            weights: Some(Weights { p: weights.to_vec(), q: weights.to_vec() }),
        };
        let plan = Plan { flows: (0..3).map(|k| (k, k, masses[k as usize])).collect() };
        let bracket =
            transport::check(&problem, &plan, &Potentials { u: vec![0.0; 3], v: vec![0.0; 3] }).unwrap();
        assert_eq!(bracket.lower, 0.0);
        bracket.upper
    };
    // In proportion, though no quotient is a double. Twelve terms of size S lose at most 13 u S, of which their sum answers for
    // 2 (12 + 2) u, on either side of c M; six terms of a rest lose 2 u w, and theirs for 2 (6 + 2) u. That travels 2 for either law.
    let twice_rounded = 2.0 * 2.0 * (2.0 * 28.0 * 13.0 + 16.0 * 2.0) * 2.0_f64.powi(-106);
    assert!(charge([1.0, 3.0, 5.0], [3, 9, 15]) <= twice_rounded);
    assert!(charge([0.1, 0.3f64.next_up(), 0.5], [10, 30, 50]) >= 2.0_f64.powi(-55));
    assert!(charge([1.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0], [7, 14, 7]) <= twice_rounded);
    // 2^62 times 1, 2, 7 tenths, up to a unit: three units travel 2 at most, on either side.
    let units = [461_168_601_842_738_790, 922_337_203_685_477_581, 3_228_180_212_899_171_533];
    assert_eq!(units.iter().sum::<u64>(), 1 << 62);
    let found = charge([1.0, 2.0, 7.0], units);
    assert!(found > 0.0 && found <= 2.0 * 2.0 * 2.0_f64.powi(-62), "{found}");
    // One unit in four from 0 to 1, on both sides: 1/4 of the diagonal each.
    let found = charge([1.0, 1.0, 2.0], [2, 0, 2]);
    assert!((1.0..1.0 + 1e-15).contains(&found), "{found}");
}

#[test]
fn what_is_rounded_away_travels_through_the_whole_bounding_box() {
    // All mass of the plan sits on (0, 0), all weight on (3, 4); q is at (0, 0).
    for (cost, diagonal) in [(Cost::L2, 5.0), (Cost::L1, 7.0), (Cost::Linf, 4.0)] {
        let problem = Problem {
            p: points(2, &[0.0, 4.0, 3.0, 0.0]),
            q: points(2, &[0.0, 4.0]),
            p_mass: vec![1, 0],
            q_mass: vec![1],
            cost,
            weights: Some(Weights { p: vec![0.0, 2.0], q: vec![1.0] }),
        };
        let potentials = Potentials { u: vec![0.0, diagonal], v: vec![0.0] };
        let bracket = transport::check(&problem, &Plan { flows: vec![(0, 0, 1)] }, &potentials).unwrap();
        assert_eq!(bracket.lower, diagonal);
        assert!(bracket.upper >= diagonal && bracket.upper < diagonal + 1e-14);
    }
}

#[test]
fn wrong_weights_are_refused() {
    let with = |p: &[f64]| weighted(p, &[7.0], &[1, 3], &[4], &[(0, 0, 1), (1, 0, 3)]);
    assert_eq!(with(&[1.0]), Err(Refusal::Length { what: "weights of p", expected: 2, found: 1 }));
    assert_eq!(with(&[1.0, -1e-300]), Err(Refusal::Range { what: "weights of p", index: 1 }));
    assert_eq!(with(&[0.0, 0.0]), Err(Refusal::Empty { what: "weights of p" }));
    assert_eq!(with(&[0.0, f64::NAN]), Err(Refusal::NotFinite { what: "weights of p", index: 1 }));
    assert_eq!(with(&[2e150, 0.0]), Err(Refusal::Range { what: "weights of p", index: 0 }));
    let q = weighted(&[1.0, 3.0], &[-7.0], &[1, 3], &[4], &[(0, 0, 1), (1, 0, 3)]);
    assert_eq!(q, Err(Refusal::Range { what: "weights of q", index: 0 }));
    assert!(with(&[0.0, 1.0]).is_ok() && with(&[-0.0, f64::from_bits(1)]).is_ok());
}

#[test]
fn weights_of_any_size_keep_the_bracket_true() {
    let mut stream = Stream::new(33);
    for scale in [1e-320, 1e-300, 1e-100, 1.0, 1e100, 1e149] {
        for _ in 0..20 {
            let w: Vec<f64> = (0..3).map(|_| stream.below(1000) as f64 * scale / 1000.0).collect();
            if w.iter().all(|w| *w == 0.0) {
                continue;
            }
            let flows = [(0, 0, 5), (1, 0, 6), (2, 0, 7)];
            let found = weighted(&w, &[scale], &[5, 6, 7], &[18], &flows).unwrap();
            // The distance is 10 - (w1 + 2 w2) / (w0 + w1 + w2).
            let of = Exact::of;
            let total = of(w[0]) + of(w[1]) + of(w[2]);
            let value = Exact::integer(10) * total.clone() - of(w[1]) - Exact::integer(2) * of(w[2]);
            assert!(of(found.lower) * total.clone() <= value && value <= of(found.upper) * total);
        }
    }
}

/// Plain sums of 40000 equal squares drift by hundreds of roundings, up as well as down.
#[test]
fn long_sums_that_drift_pass_no_potential_that_is_too_steep() {
    let n = 40_000;
    for k in 0..12 {
        let side = 0.1 + 0.013 * f64::from(k);
        let problem = Problem {
            p: points(n, &vec![side; n]),
            q: points(n, &vec![0.0; n]),
            p_mass: vec![1],
            q_mass: vec![1],
            cost: Cost::L2,
            weights: None,
        };
        let steep = (200.0 * side).next_up().next_up();
        let plan = Plan { flows: vec![(0, 0, 1)] };
        let found = transport::check(&problem, &plan, &Potentials { u: vec![steep], v: vec![0.0] });
        assert_eq!(found.map(|_| ()), Err(Refusal::Slope { i: 0, j: 0 }));
    }
}

/// Far from the origin, where sums and quotients of coordinates are larger than their difference.
#[test]
fn potentials_much_too_steep_are_refused_in_every_cost() {
    for cost in [Cost::L2, Cost::L1, Cost::Linf] {
        let problem = Problem {
            p: points(1, &[3.0]),
            q: points(1, &[2.0]),
            p_mass: vec![1],
            q_mass: vec![1],
            cost,
            weights: None,
        };
        let plan = Plan { flows: vec![(0, 0, 1)] };
        let at =
            |u: f64| transport::check(&problem, &plan, &Potentials { u: vec![u], v: vec![0.0] }).map(|_| ());
        assert_eq!((at(1.0), at(1.25)), (Ok(()), Err(Refusal::Slope { i: 0, j: 0 })));
    }
}
