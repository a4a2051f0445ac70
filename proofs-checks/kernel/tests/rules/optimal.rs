use lip1_kernel::distance::Cost;
use lip1_kernel::optimal::{self, Chain, Conflict, LeastError, LeastValue, Optimum, Slopes};
use lip1_kernel::transport::{Plan, Problem, Weights};
use lip1_kernel::{Points, Refusal, Theorem};

use crate::exact::Exact;

pub(crate) fn line(coords: &[f64]) -> Points {
    Points::new(1, coords.to_vec()).unwrap()
}

/// Mass 2 at 0 and 1 at 2, against 1 at 1 and 2 at 3: mass is on its way to the right everywhere, so optimal are the functions `c - x`.
fn example() -> (Problem, Optimum) {
    let problem = Problem {
        p: line(&[0.0, 2.0]),
        q: line(&[1.0, 3.0]),
        p_mass: vec![2, 1],
        q_mass: vec![1, 2],
        cost: Cost::L2,
        weights: None,
    };
    let plan = Plan { flows: vec![(0, 0, 1), (0, 1, 1), (1, 1, 1)] };
    (problem, Optimum { plan, values: vec![1.0, -1.0, 0.0, -2.0] })
}

/// From 2 on to 3, back to 0 with the flow, and on to 1.
const FALLING: [u32; 4] = [1, 3, 0, 2];

pub(crate) fn conflict(mass: u64, path: &[u32]) -> Conflict {
    Conflict { mass, path: path.to_vec() }
}

pub(crate) fn chain(weight: f64, path: &[u32]) -> Chain {
    Chain { weight, path: path.to_vec() }
}

/// All three rules on a changed example; they refuse it alike, or none does.
fn changed(change: impl FnOnce(&mut Problem, &mut Optimum)) -> Result<Theorem<Slopes>, Refusal> {
    let (mut problem, mut optimum) = example();
    change(&mut problem, &mut optimum);
    let slopes = optimal::slopes(&problem, &optimum, &[]);
    let refusal = slopes.as_ref().err();
    assert_eq!(optimal::least_error(&problem, &optimum, &[]).as_ref().err(), refusal);
    let (a, b) = (vec![0.0; problem.p.len()], vec![0.0; problem.q.len()]);
    assert_eq!(optimal::least_value(&problem, &optimum, &a, &b, &[]).as_ref().err(), refusal);
    slopes
}

fn slope(path: &[u32]) -> Result<Theorem<Slopes>, Refusal> {
    let (problem, optimum) = example();
    optimal::slopes(&problem, &optimum, &[vec![0, 1], path.to_vec()])
}

fn error(conflicts: &[Conflict]) -> Result<Theorem<LeastError>, Refusal> {
    let (problem, optimum) = example();
    optimal::least_error(&problem, &optimum, conflicts)
}

fn value(a: &[f64], b: &[f64], chains: &[Chain]) -> Result<Theorem<LeastValue>, Refusal> {
    let (problem, optimum) = example();
    optimal::least_value(&problem, &optimum, a, b, chains)
}

#[test]
fn whole_numbers_are_bounded_exactly_and_theorems_say_of_what() {
    let (problem, _) = example();
    let slopes = slope(&FALLING).unwrap();
    let ends: Vec<_> = slopes.slopes.iter().map(|s| (s.first, s.last, s.lower, s.upper)).collect();
    assert_eq!(ends, [(0, 1, 2.0, 2.0), (1, 2, -1.0, -1.0)]);
    assert_eq!((&slopes.problem, slopes.excess), (&problem, 0.0));
    let enclosed = slopes.enclosure(1).unwrap();
    assert_eq!((enclosed.lower(), enclosed.upper()), (-1.0, -1.0));
    assert_eq!(slopes.upper_bound(0).unwrap().lower(), 2.0);
    assert_eq!((slopes.enclosure(2), slopes.upper_bound(2)), (None, None));
    assert_eq!((slopes.excess().lower(), slopes.excess().upper()), (0.0, 0.0));

    let least = error(&[conflict(1, &FALLING)]).unwrap();
    assert_eq!((&least.problem, least.excess, least.lower, least.upper, least.of), (&problem, 0.0, 1, 1, 6));
    assert_eq!((least.enclosure().lower(), least.enclosure().upper()), (1.0, 1.0));
    let without = error(&[]).unwrap();
    assert_eq!((without.enclosure().lower(), without.enclosure().upper()), (0.0, 1.0));
    assert_eq!((least.lower_bound().upper(), without.lower_bound().upper()), (1.0, 0.0));
    assert_eq!(least.excess().upper(), 0.0);

    let (a, b) = ([0.0, 2.0], [0.0, -2.0]);
    let least = value(&a, &b, &[chain(2.0, &[3, 2, 1])]).unwrap();
    assert_eq!((&least.problem, least.excess, least.lower, least.upper), (&problem, 0.0, -6.0, 2.0));
    // From 3 back to 0 with the flow and on to 2: f(3) - f(2) <= -3 + 2.
    let least = value(&a, &b, &[chain(2.0, &[3, 0, 1])]).unwrap();
    assert_eq!((least.lower, least.upper), (2.0, 2.0));
    assert_eq!(least.coefficients, [0.0, 2.0, 0.0, -2.0]);
    assert_eq!((least.enclosure().lower(), least.enclosure().upper()), (2.0, 2.0));
    assert_eq!((least.lower_bound().upper(), least.excess().upper()), (2.0, 0.0));
}

#[test]
fn paths_that_prove_nothing_are_refused_by_their_place() {
    let refused = |index, why| Some(Refusal::Path { index, why });
    let (outside, short) = ("it leaves the points", "it has no two points");
    for (path, why) in [
        (&[][..], short),
        (&[2], short),
        (&[4, 0], outside),
        (&[0, 4], outside),
        (&[0, u32::MAX, 1], outside),
    ] {
        assert_eq!(slope(path).err(), refused(1, why));
        assert_eq!(error(&[conflict(0, &FALLING), conflict(0, path)]).err(), refused(1, why));
        let chains = [chain(1.0, &FALLING), chain(1.0, path)];
        assert_eq!(value(&[0.0; 2], &[0.0; 2], &chains).err(), refused(1, why));
    }
    let wrong_way = "it does not lead from p to q";
    for path in [&[2, 1][..], &[1, 0], &[2, 3], &[3, 0, 1], &[0, 2, 1], &[2, 1, 3]] {
        assert_eq!(error(&[conflict(1, path)]).err(), refused(0, wrong_way));
    }
    let rises = "it was not shown to fall";
    for path in [&[1, 2][..], &[0, 2], &[0, 3], &[1, 3], &[1, 0, 2]] {
        assert_eq!(error(&[conflict(1, path)]).err(), refused(0, rises));
    }
    let mass = "its conflict takes mass that its ends do not have";
    assert_eq!(error(&[conflict(2, &FALLING)]).err(), refused(0, mass));
    assert_eq!(error(&[conflict(1, &FALLING), conflict(1, &FALLING)]).err(), refused(1, mass));
    assert_eq!(error(&[conflict(u64::MAX, &FALLING)]).err(), refused(0, mass));
    assert!(error(&[conflict(1, &FALLING), conflict(0, &FALLING)]).is_ok());
    assert_eq!(refused(7, rises).unwrap().to_string(), "path 7: it was not shown to fall");
}

/// The first end has mass left, the second has none, and the other way round.
#[test]
fn conflicts_take_mass_from_both_ends() {
    let found = |p_mass: Vec<u64>, q_mass: Vec<u64>, flows: Vec<(u32, u32, u64)>, conflicts: &[Conflict]| {
        let (problem, mut optimum) = example();
        optimum.plan.flows = flows;
        optimal::least_error(&Problem { p_mass, q_mass, ..problem }, &optimum, conflicts)
    };
    let mass = Refusal::Path { index: 0, why: "its conflict takes mass that its ends do not have" };
    let flows = vec![(0, 0, 1), (0, 1, 1), (1, 1, 3)];
    assert_eq!(found(vec![2, 3], vec![1, 4], flows, &[conflict(2, &FALLING)]), Err(mass.clone()));
    let flows = vec![(0, 0, 3), (0, 1, 1), (1, 1, 1)];
    assert_eq!(found(vec![4, 1], vec![3, 2], flows, &[conflict(2, &FALLING)]), Err(mass));
    let flows = vec![(0, 0, 2), (0, 1, 1), (1, 1, 2)];
    let conflicts = [conflict(1, &FALLING), conflict(1, &FALLING)];
    assert_eq!(found(vec![3, 2], vec![2, 3], flows, &conflicts).unwrap().lower, 2);
}

#[test]
fn problems_plans_and_functions_that_do_not_fit_are_refused() {
    assert_eq!(changed(|_, _| {}).unwrap().excess, 0.0);
    let marginal = |expected, found| Some(Refusal::Marginal { side: "p", index: 0, expected, found });
    assert_eq!(changed(|_, o| o.plan.flows[0].2 = 2).err(), marginal(2, 3));
    assert_eq!(changed(|p, _| p.p_mass[0] = 3).err(), Some(Refusal::Totals { p: 4, q: 3 }));
    assert_eq!(
        changed(|_, o| o.plan.flows.push((0, 2, 0))).err(),
        Some(Refusal::Index { what: "flow to q", index: 2, limit: 2 })
    );
    assert_eq!(
        changed(|p, _| p.p = line(&[0.0, 2e150])).err(),
        Some(Refusal::Range { what: "points of p", index: 1 })
    );
    let weights = Weights { p: vec![2.0, 1.0], q: vec![1.0, 2.0] };
    let why = "the masses must be meant exactly, not as a rounded version of weights";
    assert_eq!(changed(|p, _| p.weights = Some(weights)).err(), Some(Refusal::Hypothesis { why }));
    let length = |found| Some(Refusal::Length { what: "values", expected: 4, found });
    assert_eq!(changed(|_, o| o.values.truncate(3)).err(), length(3));
    assert_eq!(changed(|_, o| o.values.push(0.0)).err(), length(5));
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refusal = Refusal::NotFinite { what: "values", index: 2 };
        assert_eq!(changed(|_, o| o.values[2] = wrong).err(), Some(refusal));
    }
    // Cones out of reach leave no trace; where all are, nothing is known of the function's value.
    assert_eq!(changed(|_, o| (o.values[0], o.values[1]) = (f64::MAX, f64::MAX)).unwrap().excess, 0.0);
    for all in [f64::MAX, f64::MIN] {
        let refusal = Refusal::NotFinite { what: "excess", index: 0 };
        assert_eq!(changed(|_, o| o.values = vec![all; 4]).err(), Some(refusal));
    }

    let length = |what, found| Some(Refusal::Length { what, expected: 2, found });
    assert_eq!(value(&[0.0; 3], &[0.0; 2], &[]).err(), length("coefficients of p", 3));
    assert_eq!(value(&[0.0; 2], &[0.0], &[]).err(), length("coefficients of q", 1));
    assert_eq!(value(&[0.0; 3], &[0.0], &[]).err(), length("coefficients of p", 3));
    for wrong in [f64::NAN, f64::INFINITY] {
        let refusal = |index| Some(Refusal::NotFinite { what: "coefficients", index });
        assert_eq!(value(&[0.0, wrong], &[0.0; 2], &[]).err(), refusal(1));
        assert_eq!(value(&[0.0; 2], &[0.0, -wrong], &[]).err(), refusal(3));
    }
    for wrong in [f64::NAN, f64::INFINITY, -f64::from_bits(1)] {
        let refusal = Refusal::Range { what: "weights of chains", index: 1 };
        let chains = [chain(0.0, &FALLING), chain(wrong, &FALLING)];
        assert_eq!(value(&[0.0; 2], &[0.0; 2], &chains).err(), Some(refusal));
    }
}

/// At equality the value at one of two points in one place may be 0, and both be right.
#[test]
fn a_path_that_falls_by_the_least_unit_is_told_from_one_that_does_not() {
    let unit = 2.0_f64.powi(-40);
    for (place, falls) in [(2.0 - unit, true), (2.0, false), (2.0 + unit, false)] {
        let (problem, mut optimum) = example();
        optimum.values = vec![0.0, -2.0, -place, -3.0];
        let problem = Problem { q: line(&[place, 3.0]), ..problem };
        let slopes = optimal::slopes(&problem, &optimum, &[FALLING.to_vec()]).unwrap();
        assert_eq!((slopes.slopes[0].upper, slopes.excess), (place - 2.0, 0.0));
        let found = optimal::least_error(&problem, &optimum, &[conflict(1, &FALLING)]);
        assert_eq!(found.is_ok(), falls, "{place}");
    }
}

/// The function is 0 where both ends of an error may be right.
#[test]
fn zeros_are_right_and_a_value_one_unit_in_the_last_place_beyond_is_wrong() {
    let at = |p: f64, q: f64| {
        let problem = Problem {
            p: line(&[0.0]),
            q: line(&[1.0]),
            p_mass: vec![3],
            q_mass: vec![3],
            cost: Cost::L2,
            weights: None,
        };
        let optimum = Optimum { plan: Plan { flows: vec![(0, 0, 3)] }, values: vec![p, q] };
        let least = optimal::least_error(&problem, &optimum, &[]).unwrap();
        (least.upper, least.excess > 0.0)
    };
    let tiny = f64::from_bits(1);
    assert_eq!(at(0.0, -1.0), (0, false));
    assert_eq!(at(1.0, 0.0), (0, false));
    assert_eq!(at(0.0, 0.0), (0, true));
    assert_eq!(at(-tiny, -1.0), (3, true));
    assert_eq!(at(1.0, tiny), (3, true));
    assert_eq!(at(-tiny, tiny), (6, true));
}

/// Next to a cone over the root of 2, rounded either way, nobody knows the sign of the function.
#[test]
fn signs_that_rounding_leaves_open_count_as_wrong() {
    let root = std::f64::consts::SQRT_2;
    for value in [root.next_down(), root, root.next_up()] {
        let at = |p: f64, q: f64| {
            let problem = Problem {
                p: Points::new(2, vec![0.0, 0.0]).unwrap(),
                q: Points::new(2, vec![1.0, 1.0]).unwrap(),
                p_mass: vec![3],
                q_mass: vec![3],
                cost: Cost::L2,
                weights: None,
            };
            let optimum = Optimum { plan: Plan { flows: vec![(0, 0, 3)] }, values: vec![p, q] };
            optimal::least_error(&problem, &optimum, &[]).unwrap().upper
        };
        // At the origin -value + root, at (1, 1) -value; then 0 and no more than that.
        let below = Exact::of(value) * Exact::of(value) <= Exact::integer(2);
        let sure = below && value < root;
        assert_eq!(at(9.0, -value), if sure { 0 } else { 3 }, "{value}");
        assert_eq!(at(-value, 9.0), if below { 6 } else { 3 }, "{value}");
    }
}

#[test]
fn a_worse_plan_or_function_widens_the_bounds_by_its_share_of_mass() {
    let (problem, optimum) = example();
    // f(x) = (1 - t) (-x) is worth t less for each unit of mass and length: 5 t in all.
    let upper = |t: f64, path: &[u32]| {
        let values = vec![0.0, -2.0 * (1.0 - t), t - 1.0, -3.0 * (1.0 - t)];
        let optimum = Optimum { values, ..optimum.clone() };
        let found = optimal::slopes(&problem, &optimum, &[path.to_vec()]).unwrap();
        let thrice = |excess: f64| Exact::of(excess) * Exact::integer(3);
        assert!(thrice(found.excess) >= Exact::of(5.0 * t), "a third is rounded up");
        assert!(thrice(found.excess.next_down()) < Exact::of(5.0 * t));
        let (slope, enclosed) = (found.slopes[0], found.enclosure(0).unwrap());
        assert_eq!((enclosed.lower(), enclosed.upper()), (slope.lower, slope.upper));
        assert!(slope.lower < slope.upper);
        slope.upper
    };
    assert_eq!(upper(0.25, &[3, 0]), -3.0 + 1.25);
    assert_eq!(upper(0.25, &FALLING), -1.0 + 1.25);
    let values = vec![0.0, -1.5, -0.75, -2.25];
    let found =
        optimal::least_error(&problem, &Optimum { values, ..optimum.clone() }, &[conflict(1, &FALLING)]);
    assert_eq!(found.err(), Some(Refusal::Path { index: 0, why: "it was not shown to fall" }));
    // Where the descent is no better than the distance, the distance bounds.
    assert_eq!(upper(0.5, &[2, 0]), 1.0);
    // A flow in two parts counts as one, a flow of twice the mass loses half.
    let doubled = |flows: Vec<(u32, u32, u64)>| {
        let problem = Problem { p_mass: vec![3, 1], q_mass: vec![1, 3], ..problem.clone() };
        let optimum = Optimum { plan: Plan { flows }, values: vec![0.0, -1.5, -0.75, -2.25] };
        optimal::slopes(&problem, &optimum, &[vec![3, 0], vec![0, 3]]).unwrap()
    };
    let (whole, parts) = (
        doubled(vec![(0, 0, 1), (0, 1, 2), (1, 1, 1)]),
        doubled(vec![(0, 1, 1), (0, 0, 1), (1, 1, 1), (0, 1, 1), (1, 0, 0)]),
    );
    assert_eq!(whole, parts);
    assert_eq!((whole.slopes[0].upper, whole.slopes[1].upper), (-3.0 + 8.0 / 4.0 / 2.0, 3.0));
    // A worse plan: 2 from 0 to 3, and 2 to 1 and back.
    let worse = Optimum { plan: Plan { flows: vec![(0, 1, 2), (1, 0, 1)] }, ..optimum };
    let found = optimal::slopes(&problem, &worse, &[vec![3, 0], vec![2, 1]]).unwrap();
    assert_eq!((found.slopes[0].upper, found.slopes[1].upper), (-3.0 + 1.0, 1.0));
    assert!(found.excess >= 2.0 / 3.0 && found.excess < 0.67);
}

#[test]
fn totals_beyond_64_bits_and_masses_beyond_53_are_exact() {
    let most = u64::MAX;
    let problem = Problem {
        p: line(&[0.0, 2.0, 2.0]),
        q: line(&[1.0, 1.0, 3.0]),
        p_mass: vec![most, most, most],
        q_mass: vec![most, most, most],
        cost: Cost::L2,
        weights: None,
    };
    let flows = vec![
        (0, 0, most - 2),
        (0, 1, 1),
        (0, 2, 1),
        (1, 0, 2),
        (1, 1, most - 2),
        (2, 1, 1),
        (2, 2, most - 1),
    ];
    let optimum = Optimum { plan: Plan { flows }, values: vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0] };
    let found = optimal::least_error(&problem, &optimum, &[]).unwrap();
    assert_eq!((found.lower, found.upper, found.of), (0, 0, 6 * u128::from(most)));
    let optimum = Optimum { values: vec![-0.25, -0.25, -0.25, 0.5, 0.5, 0.5], ..optimum };
    let found = optimal::least_error(&problem, &optimum, &[]).unwrap();
    assert_eq!(found.upper, 6 * u128::from(most));
}
